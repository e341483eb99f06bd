"""How large a picture for the terminal is: cells, pixels and inches, and the strips of one taller than the window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, lcm
from typing import TYPE_CHECKING

from actviz.pixels.kitty import MOST_ROWS
from actviz.pixels.sixel import BAND

if TYPE_CHECKING:
    from actviz.figure import Figure
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
TALLEST = 2**15
"""Pixels of height of a picture that scrolls: half of what matplotlib draws at most."""
ROUNDING = 1e-6
"""What float64 may add to a whole number of rows."""
LEAST_SCALE = 0.45
"""How far letters shrink at most to fit a figure's width: names of 10.5 points to as many pixels in rows of 20."""


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


def roomy(window: Extent, figure: Figure, way: Way) -> Extent:
    """The size of a picture in which each of several panels has the room it has in a file; one panel has `window`.

    What is too wide has smaller letters, and what is too tall has more rows than the window, which then scrolls.
    """
    if sum(map(len, figure.rows)) == 1:
        return window
    across, deep = figure.size
    return so_deep(window, deep, min(1.0, max(window.inches[0] / across, LEAST_SCALE)), way)


def pressed(window: Extent, figure: Figure, way: Way) -> Extent:
    """The size of a picture in the window, as a height that is asked for, which has smaller letters for that.

    Where these could not be read it has more rows than the window: several panels have the proportions of a file.
    """
    if sum(map(len, figure.rows)) == 1:
        return window
    across, deep = figure.size
    scale = min(1.0, max(min(window.inches[0] / across, window.inches[1] / deep), LEAST_SCALE))
    return so_deep(window, deep, scale, way)


def so_deep(window: Extent, inches: float, scale: float, way: Way) -> Extent:
    """`window`, with more rows where it has not so many inches with letters on that `scale`."""
    dpi, down = scale * window.dpi, row_height(window)
    rows = min(ceil(inches * dpi / down - ROUNDING), MOST_ROWS if way.protocol == "placeholders" else TALLEST // down)
    if rows * down <= window.height:
        return replace(window, dpi=dpi)
    return replace(window, rows=rows, height=rows * down, dpi=dpi)


def strips(place: Extent, window: Extent, way: Way) -> list[tuple[slice, int]]:
    """The parts of a picture that go to the terminal one below the other: their lines of pixels, and how many rows.

    No part is taller than the window, past which not every terminal scrolls a picture; kitty's placeholders are text.
    Those of sixels end with both a band and a row, the last one with a band.
    """
    if place.rows <= window.rows or way.protocol == "placeholders":
        return [(slice(0, place.height), place.rows)]
    down = row_height(window)
    band = BAND if way.protocol == "sixel" else 1
    whole = lcm(down, band)
    step = max(window.height // whole, 1) * whole
    end = place.height // band * band
    tops = range(0, end, step)
    return [(slice(top, min(top + step, end)), ceil((min(top + step, end) - top) / down)) for top in tops]


def row_height(window: Extent) -> int:
    """The pixels from one row of cells to the next."""
    return round(window.dpi / ROWS_AN_INCH)
