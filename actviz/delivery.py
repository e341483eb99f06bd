"""Takes a report where it should go: the terminal, standard output, or a file replaced in one step."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from actviz.drafts import replacing
from actviz.errors import BadInput, nearest
from actviz.progress import say

if TYPE_CHECKING:
    from types import ModuleType

    from actviz.commands._options import Common
    from actviz.figure import Figure
    from actviz.report import Report
    from actviz.screen import Screen

DRAWN = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
WRITTEN = {".json": "json", ".csv": "csv", ".md": "markdown", ".tex": "latex", ".txt": "text"}
KINDS = DRAWN | WRITTEN
BETWEEN = 1
"""Blank lines between a figure and the tables below it."""


def deliver(report: Report, common: Common) -> None:
    """Write `report` as the common options say; raise BadInput where it cannot be written."""
    if common.output in ("", "-"):
        if common.format == "text":
            sys.stdout.write(spoken(report, common))
        else:  # the same bytes as in a file, whatever the locale
            sys.stdout.buffer.write(bytes_of(report, common.format, common.columns))
        return
    path = Path(common.output)
    kind = KINDS[path.suffix.lower()]
    check_not_data(path, report.reads)
    data = bytes_of(report, kind, common.columns)
    with replacing(path) as draft:
        draft.write_bytes(data)
    if report.show:
        sys.stdout.write(spoken(report, common))
    if not common.quiet:
        say(f"wrote {path}")


def check_target(output: str, format: str, pictures: bool) -> None:
    """Raise BadInput where -o names a file that could not be written, before anything is computed or run.

    `pictures` says whether the command draws at all.
    """
    if output in ("", "-"):
        check_standard_output(format, pictures)
        return
    path = Path(output)
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        what = f"'{path.suffix}' is no kind of file" if path.suffix else "has no suffix"
        raise BadInput(f"-o {path}: {what}; end it in {', '.join(KINDS)}{nearest(path.suffix, KINDS)}")
    if kind in DRAWN.values() and not pictures:
        raise BadInput(f"-o {path}: this command writes tables, not pictures; end it in {', '.join(WRITTEN)}")
    if format not in ("text", kind):
        raise BadInput(f"-o {path} is {kind}, yet --format says {format}; give one of the two")
    try:
        unfit = (
            "it is a folder" if path.is_dir() else "" if path.parent.is_dir() else f"there is no folder {path.parent}"
        )
    except (OSError, ValueError) as error:
        unfit = getattr(error, "strerror", None) or str(error)
    if unfit:
        raise BadInput(f"cannot write {path}: {unfit}")


def check_standard_output(format: str, pictures: bool) -> None:
    """Raise BadInput where a picture is to go to standard output and there is none, or its bytes to a terminal."""
    if format not in DRAWN.values():
        return
    if not pictures:
        raise BadInput(
            f"--format {format}: this command writes tables, not pictures; give {', '.join(WRITTEN.values())}"
        )
    if format != "svg" and sys.stdout.isatty():
        raise BadInput(
            f"{format} is bytes, which a terminal cannot show; send them on (> FILE) or name one with -o FILE"
        )


def check_not_data(path: Path, reads: tuple[str, ...]) -> None:
    """Raise BadInput where -o names one of the files that were read, or would be read as data of their folder."""
    if not reads:
        return
    from actviz.arrays import SUFFIXES

    if any(same_file(path, source) for source in reads):
        raise BadInput(f"-o {path} would overwrite the data this command reads; name another file")
    if path.suffix.lower() in SUFFIXES and any(same_file(path.parent, source) for source in reads):
        raise BadInput(f"-o {path} would lie among the data of {path.parent} and be read as such; name another folder")


def same_file(path: Path, source: str) -> bool:
    """Whether both names lead to one file, by links too; a name that leads nowhere is no such file."""
    try:
        return path.samefile(source)
    except OSError:
        return False


def spoken(report: Report, common: Common) -> str:
    """The report for a person: the figure, the tables, or one above the other."""
    from actviz import screen

    seen = screen.of(common.color, common.columns, report.height)
    if report.view != "tables":
        report = replace(report, graphics=screen.graphics(report.graphics))
    if report.view == "figure" and report.figure is not None and report.graphics != "off":
        return pictured(report, report.figure(), seen, common)
    from actviz.tables import text

    tables = text(report.tables, seen)
    return illustrated(report, tables, seen, common) if report.view == "both" else tables


def illustrated(report: Report, tables: str, seen: Screen, common: Common) -> str:
    """`tables` with the figure above them where that is asked for, or where a terminal has rows for both."""
    wanted = report.show or (report.show is None and sys.stdout.isatty() and report.graphics != "off")
    if report.figure is None or not wanted:
        return tables
    from actviz.terminal.arrangement import rows_for

    figure = report.figure()
    left = seen.height - tables.count("\n") - BETWEEN
    fits = sys.stdout.isatty() and report.height is None and left > rows_for(figure, seen.width)
    if not (fits or report.show):
        return tables
    room = replace(seen, height=left) if fits else seen
    return pictured(report, figure, room, common) + "\n" * BETWEEN + tables


def pictured(report: Report, figure: Figure, seen: Screen, common: Common) -> str:
    """The figure for the terminal in characters; nothing where it can be shown in pixels, as asked, and now is."""
    if report.graphics not in (None, "cells"):
        from actviz import pixels
        from actviz.pixels.way import way

        chosen = way(report.graphics)
        if chosen.why and not common.quiet:
            say(f"actviz: {chosen.why}; drawn in characters")
        if chosen.protocol != "cells":
            imported_renderer()
            pixels.show(figure, chosen, seen, report.theme, pixels.pressed if report.height else pixels.roomy)
            return ""
    from actviz.terminal import draw
    from actviz.terminal.arrangement import ASKED, USUAL

    return draw(figure, seen, ASKED if report.height else USUAL)


def written(report: Report, kind: str, columns: int | None) -> str:
    """The report as JSON, CSV, Markdown, LaTeX, or plain text of so many columns, 80 if None."""
    from actviz import formats, screen

    if kind == "json":
        return formats.json(report.document)
    if kind == "text":
        from actviz.tables import text

        return text(report.tables, replace(screen.PLAIN, width=columns or screen.PLAIN.width))
    forms = {"csv": formats.csv, "markdown": formats.markdown, "latex": formats.latex}
    return forms[kind](report.tables)


def bytes_of(report: Report, kind: str, columns: int | None = None) -> bytes:
    """The report as the bytes of a file of that kind; raise BadInput where it has no picture."""
    return drawn(report, kind) if kind in DRAWN.values() else written(report, kind, columns).encode()


def drawn(report: Report, kind: str) -> bytes:
    """The report's figure as the bytes of a PNG, SVG or PDF file; raise BadInput where it has none."""
    if report.figure is None:
        raise BadInput(f"there is no picture of this; write its table, as {', '.join(WRITTEN)}")
    data: bytes = imported_renderer().encode(report.figure(), kind, report.theme or "light")
    return data


def imported_renderer() -> ModuleType:
    """The renderer. Its import makes many objects that live as long as the process.

    The collector need not walk them, neither now nor at exit: that is a sixth of the time of a plot. matplotlib's
    advice on where to keep its caches, where the home folder is read-only, is not what was asked for.
    """
    import gc
    import logging

    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    gc.disable()
    try:
        from actviz import render
    finally:
        gc.freeze()
        gc.enable()
    return render
