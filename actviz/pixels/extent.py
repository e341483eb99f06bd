"""How large a picture for the terminal is: cells, pixels and inches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.pixels.kitty import MOST_ROWS
from actviz.pixels.sixel import BAND

if TYPE_CHECKING:
    from actviz.pixels.way import Way
    from actviz.screen import Screen

CELL = (10, 20)
"""Pixels of a cell where the terminal does not say: 800 x 480 for 80 x 24 cells, as on DEC's VT340."""
FINER = 2
"""How much finer a picture is that the terminal scales by itself, where a cell's pixels are unknown."""
ROWS_AN_INCH = 8
"""At 20 pixels a row this is the 160 dots an inch of the picture files, whose letters then fill about a row."""
LARGEST = 4096
"""Pixels of a side at most, whatever the terminal says of itself."""


@dataclass(frozen=True, slots=True)
class Extent:
    """A picture of `width` x `height` pixels in `columns` x `rows` cells, at `dpi` dots an inch."""

    columns: int
    rows: int
    width: int
    height: int
    dpi: float

    @property
    def inches(self) -> tuple[float, float]:
        """The picture's width and height on paper."""
        return self.width / self.dpi, self.height / self.dpi


def extent(screen: Screen, way: Way) -> Extent:
    """The size of a picture that fills `screen` but for its last row, which is the prompt's.

    Sixel is cut to whole bands, so that its last one never reaches into the row below, and to what the terminal holds.
    """
    columns, rows = screen.width, screen.height - 1
    if way.protocol == "placeholders":
        rows = min(rows, MOST_ROWS)
    across, down = way.cell or CELL
    if not way.cell and way.protocol != "sixel":
        across, down = FINER * across, FINER * down
    most = way.largest or (LARGEST, LARGEST)
    width, height = (
        min(side, limit, LARGEST) for side, limit in zip((columns * across, rows * down), most, strict=True)
    )
    if way.protocol == "sixel":
        height = max(height // BAND, 1) * BAND
    return Extent(columns, rows, width, height, float(down * ROWS_AN_INCH))
