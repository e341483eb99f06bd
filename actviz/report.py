"""What a command has to say, as plain data: a JSON document, tables, a figure, notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from actviz.figure import Figure

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table: column names, rows of cells, and notes said below it.

    Text shows numbers to `digits` significant digits; every other format shows all of them.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    digits: int = 6


@dataclass(frozen=True, slots=True)
class Report:
    """A command's result. `document` is the JSON contract; `figure` builds the picture for `-o`.

    `view` is what plain text shows: the tables, or the figure drawn in the terminal. `status` is the
    exit status: 1 where the command found what it was asked to tell. `theme` is the picture's. `reads`
    names data files that must not be overwritten. `format` is the form to write where the command takes
    --format itself. `show` draws in the terminal besides writing a file.
    """

    document: Mapping[str, Any]
    tables: tuple[Table, ...] = ()
    figure: Callable[[], Figure] | None = None
    view: Literal["tables", "figure"] = "tables"
    status: int = 0
    theme: Literal["light", "dark"] = "light"
    reads: tuple[str, ...] = ()
    format: Literal["text", "json", "csv", "markdown", "latex"] = "text"
    show: bool = False
