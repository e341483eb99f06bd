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
Rows = Annotated[
    int | None,
    typer.Option("--height", metavar="ROWS", min=8, max=1000, help="rows of the drawing, not the terminal's"),
]


def above_tables(made: Report, show: bool | None, graphics: Graphics | None, height: int | None) -> Report:
    """The report with its drawing above the tables as --show says, where --graphics or --height asks for one, or where
    a terminal has the rows; without `height`, in cells, it is the terminal's.
    """
    return replace(
        made,
        view="both",
        graphics=graphics.value if graphics else None,
        show=meant(show, graphics, height),
        height=height,
    )


def meant(show: bool | None, graphics: Graphics | None, height: int | None) -> bool | None:
    """Whether to draw in the terminal: as --show says, else where --graphics or --height asks for it; None unsaid."""
    asked = height is not None or graphics not in (None, Graphics.off)
    return True if show is None and asked else show
