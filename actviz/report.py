"""What a command has to say, as plain data: a JSON document, tables, a figure, notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from actviz.figure import Figure
    from actviz.screen import Graphics

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table: column names, rows of cells, and notes said below it.

    Text and notebooks show numbers to `digits` significant digits, and the first `most` rows where that is given, with
    a note that says so; formats for programs and documents show all of them.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    digits: int = 6
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A command's result. `document` is the JSON contract; `figure` builds the picture for `-o`.

    `view` is what plain text shows: the tables, the figure drawn in the terminal, or both, the figure above the
    tables where `show` says so or, if that is None, where a terminal has rows for both. `status` is the
    exit status: 1 where the command found what it was asked to tell. `theme` is the picture's; without one it is
    light, or like the ground of a terminal that shows pixels. `graphics` says by what the terminal shows it; without
    it ACTVIZ_GRAPHICS does. `reads`
    names data files that must not be overwritten. `format` is the form to write where the command takes
    --format itself. `show` draws in the terminal besides writing a file. `height` is the rows of a drawing in place of
    the terminal's.
    """

    document: Mapping[str, Any]
    tables: tuple[Table, ...] = ()
    figure: Callable[[], Figure] | None = None
    view: Literal["tables", "figure", "both"] = "tables"
    status: int = 0
    theme: Literal["light", "dark"] | None = None
    graphics: Graphics | None = None
    reads: tuple[str, ...] = ()
    format: Literal["text", "json", "csv", "markdown", "latex"] = "text"
    show: bool | None = False
    height: int | None = None
