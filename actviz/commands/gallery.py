"""`actviz gallery`: every figure into a directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from actviz.commands import _options as options
from actviz.completion import candidates
from actviz.errors import BadInput, nearest
from actviz.report import Report, Table

if TYPE_CHECKING:
    from actviz.gallery import Entry, Outcome

Form = Literal["text", "json", "csv", "markdown", "latex"]

PICTURES = False


Directory = Annotated[str, typer.Argument(metavar="[DIRECTORY]", help="where the pictures go")]
Kinds = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="KIND[,KIND]",
        help="pictures to draw: png, svg, pdf; or one of text, json, csv, markdown, latex: how the list is written",
        autocompletion=candidates.several("png", "svg", "pdf", *options.TABLES),
    ),
]
Only = Annotated[
    str,
    typer.Option(
        metavar="STEM[,STEM]", help="only these figures, such as relu or 07-relu", autocompletion=candidates.figures
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", help="processes to draw in; 0 is one a processor")]
Check = Annotated[
    bool, typer.Option("--check", help="write nothing; exit 1 where the files there differ or are missing")
]


def command(
    directory: Directory = "gallery",
    format: Kinds = "png,svg",
    only: Only = "",
    jobs: Jobs = 0,
    check: Check = False,
    theme: options.ThemeOption = options.Theme.light,
    output: options.Output = "",
    quiet: options.Quiet = False,
) -> Report:
    """Draw every figure of the gallery, and its page, into DIRECTORY.

    The same figures give the same bytes, whatever the number of jobs; another version of matplotlib may
    draw other bytes. With --only or pictures of pdf alone the page is left as it is.

    Examples: actviz gallery; actviz gallery out --format png,pdf --only relu,swish-beta-sweep;
    actviz gallery --check
    """
    from actviz import gallery
    from actviz.page import page
    from actviz.processes import checked_jobs
    from actviz.progress import progress, silence

    kinds, written_as = asked(format)
    if output == "-" and written_as == "text":
        raise BadInput(
            "-o -: the gallery is files, which go into a folder: name that instead, as in actviz gallery out"
        )
    wanted = gallery.chosen(only.split(",") if only else ())
    processes = checked_jobs(jobs)
    place = Path(directory)
    prepare = gallery.checked_directory if check else gallery.made_directory
    prepare(place)
    files = gallery.drawn(wanted, kinds, theme.value, processes, silence if quiet else progress)
    settle = gallery.compared if check else gallery.written
    found = [settle(place, {f"{e.stem}.{kind}": files[f"{e.stem}.{kind}"] for kind in kinds}) for e in wanted]
    about = None if only or kinds == ("pdf",) else settle(place, {gallery.PAGE: page(wanted, kinds)})
    return report(directory, list(zip(wanted, found, strict=True)), about, written_as)


def asked(text: str) -> tuple[tuple[str, ...], Form]:
    """The kinds of picture that --format names, and how the listing is to be written.

    Raise BadInput for anything else.
    """
    from actviz.gallery import KINDS

    parts = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",")))
    forms = [form.value for form in options.TABLES]
    if len(parts) == 1 and parts[0] in forms:
        return ("png", "svg"), cast("Form", parts[0])
    for part in parts:
        if part in forms:
            raise BadInput(
                f"--format {part} is how the list is written, so it stands alone; pictures are png, svg, pdf"
            )
        if part not in KINDS:
            raise BadInput(f"--format '{part}' is unknown; it takes png, svg, pdf{nearest(part, [*KINDS, *forms])}")
    return tuple(kind for kind in KINDS if kind in parts), "text"


def report(directory: str, figures: list[tuple[Entry, Outcome]], page: Outcome | None, form: Form) -> Report:
    """What was drawn, or what differs from what would be."""
    outcomes = [outcome for _, outcome in figures] + ([page] if page else [])
    wrong = [o for o in outcomes if o.status in ("differs", "missing")]
    document = {
        "directory": directory,
        "figures": [
            {"stem": e.stem, "title": e.title, "caption": e.caption, "files": list(o.files), "status": o.status}
            for e, o in figures
        ],
        "page": {"files": list(page.files), "status": page.status} if page else None,
    }
    rows = [(e.stem, e.title, suffixes(o), o.status) for e, o in figures]
    if page:
        rows.append(("index", "the page", suffixes(page), page.status))
    table = Table(("stem", "title", "files", "status"), tuple(rows), title=directory)
    return Report(document, (table,), status=1 if wrong else 0, format=form)


def suffixes(outcome: Outcome) -> str:
    """The kinds of an outcome's files: ``.png .svg``."""
    return " ".join(Path(name).suffix for name in outcome.files)
