"""The options of commands that can draw above their tables."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from actviz.report import Report


class Graphics(StrEnum):
    """How the terminal shows a drawing."""

    auto = "auto"
    kitty = "kitty"
    sixel = "sixel"
    iterm2 = "iterm2"
    cells = "cells"
    off = "off"


GraphicsOption = Annotated[
    Graphics | None,
    typer.Option(
        help="in the terminal: characters (cells, the default unless ACTVIZ_GRAPHICS sets another), pixels by a "
        "protocol, or by the best one the terminal answers to (auto); off draws nothing"
    ),
]
Show = Annotated[
    bool | None,
    typer.Option("--show/--no-show", help="draw above the tables; not said, on a terminal with rows for both"),
]
Columns = Annotated[
    int | None,
    typer.Option(
        "--width", "--columns", metavar="COLUMNS", min=20, max=1000, help="columns of text, not the terminal's"
    ),
]
OnlyColumns = Annotated[
    int | None,
    typer.Option("--columns", metavar="COLUMNS", min=20, max=1000, help="columns of text, not the terminal's"),
]
Rows = Annotated[
    int | None,
    typer.Option("--height", metavar="ROWS", min=8, max=1000, help="rows of the drawing, not the terminal's"),
]


def above_tables(
    made: Report, show: bool | None, graphics: Graphics | None, width: int | None, height: int | None
) -> Report:
    """The report with its drawing above the tables as --show says, where --graphics or --height asks for one, or where
    a terminal has the rows.

    `width` and `height` are in cells; without them they are the terminal's.
    """
    meant = height or graphics not in (None, Graphics.off)
    return replace(
        made,
        view="both",
        graphics=graphics.value if graphics else None,
        show=True if show is None and meant else show,
        width=width,
        height=height,
    )
