"""Takes a report where it should go: the terminal, standard output, or a file replaced in one step."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from actviz.errors import BadInput, nearest

if TYPE_CHECKING:
    from types import ModuleType

    from actviz.commands._options import Common
    from actviz.report import Report

DRAWN = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
WRITTEN = {".json": "json", ".csv": "csv", ".md": "markdown", ".tex": "latex", ".txt": "text"}
KINDS = DRAWN | WRITTEN


def deliver(report: Report, common: Common) -> None:
    """Write `report` as the common options say; raise BadInput where it cannot be written."""
    if common.output in ("", "-"):
        if common.format == "text":
            sys.stdout.write(spoken(report, common))
        else:  # the same bytes as in a file, whatever the locale
            sys.stdout.buffer.write(written(report, common.format).encode())
        return
    path = Path(common.output)
    kind = KINDS[path.suffix.lower()]
    if any(same_file(path, source) for source in report.reads):
        raise BadInput(f"-o {path} would overwrite the data this command reads; name another file")
    data = drawn(report, kind) if kind in DRAWN.values() else written(report, kind).encode()
    with replacing(path) as draft:
        draft.write_bytes(data)
    if report.show:
        sys.stdout.write(spoken(report, common))
    if not common.quiet:
        print(f"wrote {path}", file=sys.stderr)


def check_target(output: str, format: str, pictures: bool) -> None:
    """Raise BadInput where -o names a file that could not be written, before anything is computed or run.

    `pictures` says whether the command draws at all.
    """
    if output in ("", "-"):
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


def same_file(path: Path, source: str) -> bool:
    """Whether both names lead to one file, by links too; a name that leads nowhere is no such file."""
    try:
        return path.samefile(source)
    except OSError:
        return False


def spoken(report: Report, common: Common) -> str:
    """The report for a person: the figure in characters, or the tables."""
    from actviz import screen

    if report.view == "figure" and report.figure is not None:
        from actviz.terminal import draw

        return draw(report.figure(), screen.of(common.color))
    from actviz.tables import text

    seen = screen.of(common.color)
    tables = text(report.tables, seen)
    try:
        tables.encode(seen.encoding)
    except UnicodeEncodeError:
        from actviz.terminal.lettering import writable

        return "".join(writable(character, seen.encoding) for character in tables)
    return tables


def written(report: Report, kind: str) -> str:
    """The report as JSON, CSV, Markdown, LaTeX or plain text."""
    from actviz import formats, screen

    if kind == "json":
        return formats.json(report.document)
    if kind == "text":
        from actviz.tables import text

        return text(report.tables, screen.PLAIN)
    forms = {"csv": formats.csv, "markdown": formats.markdown, "latex": formats.latex}
    return forms[kind](report.tables)


def drawn(report: Report, kind: str) -> bytes:
    """The report's figure as the bytes of a PNG, SVG or PDF file."""
    assert report.figure is not None
    data: bytes = imported_renderer().encode(report.figure(), kind, report.theme)
    return data


def imported_renderer() -> ModuleType:
    """The renderer. Its import makes many objects that live as long as the process.

    The collector need not walk them, neither now nor at exit: that is a sixth of the time of a plot.
    """
    import gc

    gc.disable()
    try:
        from actviz import render
    finally:
        gc.freeze()
        gc.enable()
    return render


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A draft beside `path` that takes its place when the block ends well, and goes away when not.

    A symbolic link stays one: the file it leads to is replaced, and keeps its mode. A pipe or a device
    is written to as it is. Raise BadInput when the place cannot be written.
    """
    place = Path(os.path.realpath(path))  # which, unlike resolve, takes a link that leads in a circle as it is
    draft = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        if place.exists() and not place.is_file():
            yield place
            return
        yield draft
        if place.exists():
            shutil.copymode(place, draft)
        draft.replace(place)
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
