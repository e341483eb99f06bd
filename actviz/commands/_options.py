"""Options that commands share, and the parsers from their text to core types."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from actviz.completion import candidates
from actviz.errors import BadInput, nearest
from actviz.sampling import checked_interval


class Format(StrEnum):
    """What is written: text for people, one of four forms for programs and documents, or the bytes of a picture."""

    text = "text"
    json = "json"
    csv = "csv"
    markdown = "markdown"
    latex = "latex"
    png = "png"
    svg = "svg"
    pdf = "pdf"


TABLES = (Format.text, Format.json, Format.csv, Format.markdown, Format.latex)
"""The forms of a table, which every command has."""


class Color(StrEnum):
    """When to colour text."""

    auto = "auto"
    always = "always"
    never = "never"


class Theme(StrEnum):
    """The ground of a picture."""

    light = "light"
    dark = "dark"


@dataclass(frozen=True, slots=True)
class Common:
    """The options every command has."""

    format: Format
    output: str
    color: Color
    quiet: bool
    columns: int | None = None


Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="write FILE; .png .svg .pdf draw, .json .csv .md .tex .txt write the table, - is standard output",
    ),
]
Columns = Annotated[
    int | None,
    typer.Option(
        "--columns", "--width", metavar="COLUMNS", min=20, max=1000, help="columns of text, not the terminal's"
    ),
]
OnlyColumns = Annotated[
    int | None,
    typer.Option("--columns", metavar="COLUMNS", min=20, max=1000, help="columns of text, not the terminal's"),
]
"""`Columns` where --width is something else."""

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="say nothing but the result")]


def common(
    format: Annotated[Format, typer.Option("--format", help="what to write on standard output")] = Format.text,
    output: Output = "",
    color: Annotated[Color, typer.Option(help="colour in text; auto heeds NO_COLOR and FORCE_COLOR")] = Color.auto,
    quiet: Quiet = False,
    columns: Columns = None,
) -> None:
    """The signature of the options every command has."""


def show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        from actviz import __version__

        print(f"actviz {__version__}")
        raise typer.Exit


def root(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="print the version and leave")
    ] = False,
    install_completion: Annotated[
        str | None,
        typer.Option("--install-completion", metavar="[SHELL]", help="complete words with TAB, from the next shell on"),
    ] = None,
    show_completion: Annotated[
        str | None,
        typer.Option("--show-completion", metavar="[SHELL]", help="print the script: bash, zsh, fish or powershell"),
    ] = None,
) -> None:
    """The signature of the options that stand before any command; `cli` sees to those about completion itself."""


OptionalFunctions = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FUNCTION]...",
        help="name, name:parameter=value, name@framework, or an expression in x; - reads them from standard input",
        autocompletion=candidates.functions,
    ),
]
Params = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        "-p",
        metavar="NAME=V1,V2,...",
        help="set a parameter; several values sweep it",
        autocompletion=candidates.params,
    ),
]
From = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="MODULE:FUNCTION",
        help="import MODULE and run its function of an array: the only option that runs code of yours",
    ),
]
Range = Annotated[str, typer.Option("--range", metavar="LOW:HIGH", help="the interval of x")]
Seed = Annotated[int | None, typer.Option(help="draw rrelu's slope as training does, from this seed")]
Size = Annotated[
    str | None,
    typer.Option(metavar="WxH", help="size of the picture in inches: 6.4x4, and higher where panels are stacked"),
]
ThemeOption = Annotated[Theme, typer.Option(help="ground of the picture")]


def number(text: str, what: str) -> float:
    """`text` as a float; raise BadInput when it is none."""
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{what} must be a number, not '{text}'") from None


def numbers(text: str, what: str) -> tuple[float, ...]:
    """Finite numbers between commas; raise BadInput for anything else."""
    found = tuple(number(part, what) for part in text.split(","))
    if not all(map(math.isfinite, found)):
        raise BadInput(f"{what} must be finite numbers, not '{text}'")
    return found


def interval(text: str, what: str = "--range") -> tuple[float, float]:
    """``LOW:HIGH`` as two numbers in order; raise BadInput for anything else."""
    parts = text.split(":")
    if len(parts) != 2:
        raise BadInput(f"{what} must be LOW:HIGH, such as -6:6, not '{text}'")
    return checked_interval(number(parts[0], what), number(parts[1], what))


def orders(text: str) -> tuple[int, ...]:
    """Derivative orders between commas, each once, ascending; raise BadInput unless 0, 1 or 2."""
    parts = [part.strip() for part in text.split(",")]
    if any(part not in ("0", "1", "2") for part in parts):
        raise BadInput(f"--order takes 0, 1 and 2 between commas, not '{text}'")
    return tuple(sorted({int(part) for part in parts}))


def size(text: str | None) -> tuple[float, float] | None:
    """``WxH`` in inches, each from 1 to 50, None where none is given; raise BadInput for anything else."""
    if text is None:
        return None
    parts = text.lower().split("x")
    if len(parts) != 2:
        raise BadInput(f"--size must be WIDTHxHEIGHT in inches, such as 6.4x4, not '{text}'")
    width, height = (number(part, "--size") for part in parts)
    if not (1 <= width <= 50 and 1 <= height <= 50):
        raise BadInput(f"--size {text} cannot be drawn; each side is from 1 to 50 inches")
    return width, height


def one_of(text: str, choices: tuple[str, ...], what: str) -> str:
    """`text` if it is one of `choices`, whatever its case; raise BadInput naming the nearest."""
    for choice in choices:
        if choice.lower() == text.lower():
            return choice
    raise BadInput(f"{what} '{text}' is unknown; it is one of {', '.join(choices)}{nearest(text, choices)}")
