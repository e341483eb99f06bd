"""The ground of a plot: bands that darken where they overlap, and areas between curves."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.figure import Area, Band
from actviz.terminal.canvas import BLOCK
from actviz.terminal.sheet import color

if TYPE_CHECKING:
    from actviz.figure import Ink, Panel
    from actviz.terminal.frame import Frame
    from actviz.terminal.sheet import Sheet

    Array = np.ndarray

TEXTURES = "░▒▓"
"""One band, two bands and more over each other."""
AREAS = (("▒", 2), ("░", 1), ("▓", 3), ("░", 1))
"""Textures of areas, and how dense what stands in for them is: each colour's its own, for colours may be missing."""
HATCH = "║"
"""The texture of areas where there are bands too, whose own it must not be."""
SHIFTS = (0, 2, 1, 3)
"""Columns by which each row of a sparse texture is moved: no column goes without."""
PLAIN_BAND, PLAIN_AREA = ":", "%"
"""What stands in for textures that the encoding lacks, the more densely the darker; no curve is drawn of these."""


def shade(sheet: Sheet, frame: Frame, panel: Panel) -> None:
    """Put the textures of the panel's bands and areas on the frame's cells, which stay free for all else."""
    deep, last = layered(frame, panel)
    textured = sheet.text(TEXTURES) == TEXTURES
    for row, (levels, layers) in enumerate(zip(deep.tolist(), last.tolist(), strict=True)):
        column = 0
        for (level, layer), run in groupby(zip(levels, layers, strict=True)):
            length = sum(1 for _ in run)
            if level:
                words = TEXTURES[min(level, len(TEXTURES)) - 1] * length
                words = words if textured else sparse(PLAIN_BAND, level, row, column, length)
                put(sheet, frame, row, column, words, ink_of(panel, layer))
            column += length
    areas = [mark for mark in panel.marks if isinstance(mark, Area)]
    inks = list(dict.fromkeys(mark.ink for mark in areas))
    banded = any(isinstance(mark, Band) for mark in panel.marks)
    for mark in areas:
        texture, level = AREAS[inks.index(mark.ink) % len(AREAS)]
        for row, column in np.argwhere(covered(frame, mark)).tolist():
            words = (HATCH if banded else texture) if textured else sparse(PLAIN_AREA, level, row, column, 1)
            put(sheet, frame, row, column, words, mark.ink)


def put(sheet: Sheet, frame: Frame, row: int, column: int, words: str, ink: Ink) -> None:
    """Write a texture from a cell of the frame on."""
    sheet.put(frame.top + row, frame.left + column, words, color(ink), taken=False)


def ink_of(panel: Panel, layer: int) -> Ink:
    """The ink of the band of that number among the marks."""
    mark = panel.marks[layer]
    assert isinstance(mark, Band)
    return mark.ink


def layered(frame: Frame, panel: Panel) -> tuple[Array, Array]:
    """For each cell of the frame how many bands cover it, and the number of the last of them among the marks."""
    deep = np.zeros((frame.rows, frame.columns), dtype=np.int64)
    last = np.zeros_like(deep)
    for number, mark in enumerate(panel.marks):
        if not isinstance(mark, Band):
            continue
        scale, count = (frame.x, frame.columns) if mark.axis == "x" else (frame.y, frame.rows)
        low, high = sorted(float(place) for place in scale.unit([mark.low, mark.high]))
        if not (low <= 1 and high >= 0):
            continue
        start, end = (round(min(max(place, 0.0), 1.0) * (count - 1)) for place in (low, high))
        across = (slice(None), slice(start, end + 1))
        place = across if mark.axis == "x" else (slice(count - 1 - end, count - start), slice(None))
        deep[place] += 1
        last[place] = number
    return deep, last


def covered(frame: Frame, area: Area) -> Array:
    """Which cells of the frame an area covers by half or more."""
    down, across = BLOCK[frame.kind]
    x, top = frame.dots(area.x, area.high)
    _, bottom = frame.dots(area.x, area.low)
    known = np.isfinite(x)
    dots = np.zeros((frame.rows * down, frame.columns * across), dtype=bool)
    if known.any():
        columns, rows = np.arange(dots.shape[1]), np.arange(dots.shape[0])[:, None]
        edges = [np.interp(columns, x[known], y[known], left=np.nan, right=np.nan) for y in (top, bottom)]
        with np.errstate(invalid="ignore"):  # comparisons with NaN, which is nowhere
            dots = (rows >= np.fmin(*edges)) & (rows <= np.fmax(*edges)) & ~np.isnan(edges[0] + edges[1])
    tiles = dots.reshape(frame.rows, down, frame.columns, across)
    half: Array = 2 * tiles.sum(axis=(1, 3)) >= down * across
    return half


def sparse(character: str, level: int, row: int, column: int, length: int) -> str:
    """`length` cells from (row, column) on with every fourth, every other or each one a `character`."""
    every = (4, 2, 1)[min(level, 3) - 1]
    shift = SHIFTS[row % len(SHIFTS)]
    return "".join(character if (column + at + shift) % every == 0 else " " for at in range(length))
