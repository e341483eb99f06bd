"""The options of commands that can draw above their tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from actviz import screen

if TYPE_CHECKING:
    from actviz.report import Report

Show = Annotated[
    bool | None,
    typer.Option("--show/--no-show", help="draw above the tables; not said, on a terminal with rows for both"),
]
Columns = Annotated[
    int | None, typer.Option("--width", metavar="COLUMNS", min=20, max=1000, help="columns of text, not the terminal's")
]
Rows = Annotated[
    int | None,
    typer.Option("--height", metavar="ROWS", min=8, max=1000, help="rows of the drawing, not the terminal's"),
]


def above_tables(made: Report, show: bool | None, height: int | None, width: int | None = None) -> Report:
    """The report with its drawing above the tables as --show says, with --height, or where a terminal has the rows.

    `width` and `height` are in cells; without them they are the terminal's.
    """
    asked = True if show is None and height else show
    return replace(made, view="both", graphics=screen.graphics(None), show=asked, width=width, height=height)
