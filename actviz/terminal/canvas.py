"""Dots in cells: each character of the plot holds a small block of dots, and curves are runs of dots."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np

if TYPE_CHECKING:
    Array = np.ndarray

Kind = Literal["braille", "quadrants", "halves", "ascii"]
BLOCK = {"braille": (4, 2), "quadrants": (2, 2), "halves": (2, 1), "ascii": (4, 2)}
"""Rows and columns of dots in a cell."""
BRAILLE = (0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80)
"""The bit of each dot of a braille character, row by row (Unicode 3.0, block U+2800)."""
QUADRANTS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
HALVES = " ▀▄█"


class Canvas:
    """`rows` x `columns` cells that layers of dots are drawn on.

    `owner` holds, for each cell, the number of the layer with the most dots there, -1 where there is none; `lit` for
    each layer in which cells it has any.
    """

    def __init__(self, rows: int, columns: int, kind: Kind) -> None:
        self.rows, self.columns, self.kind = rows, columns, kind
        self.block = BLOCK[kind]
        self.height, self.width = rows * self.block[0], columns * self.block[1]
        self.owner = np.full((rows, columns), -1)
        self.lit: dict[int, Array] = {}
        self._most = np.zeros((rows, columns), dtype=np.int64)
        self._bits = np.zeros((rows, columns), dtype=np.int64)

    def draw(self, dots: Array, layer: int) -> None:
        """Light `dots` (rows of dot column, dot row, counted from the top left) as `layer`."""
        lit = np.zeros((self.height, self.width), dtype=bool)
        lit[dots[:, 1], dots[:, 0]] = True
        down, across = self.block
        tiles = lit.reshape(self.rows, down, self.columns, across)
        blocks = tiles.transpose(0, 2, 1, 3).reshape(self.rows, self.columns, down * across)
        bits, count = blocks @ (1 << np.arange(down * across)), blocks.sum(axis=2)
        self.lit[layer] = count > 0
        wins = count > self._most
        self.owner[wins] = layer
        # A letter shape can follow one curve only; dots show all that pass.
        self._bits = np.where(wins, bits, self._bits) if self.kind == "ascii" else self._bits | bits
        self._most = np.maximum(self._most, count)

    def characters(self) -> list[list[str]]:
        """The character of every cell, a space where no dot is lit."""
        glyphs = glyphs_of(self.kind)
        return [[glyphs[bits] for bits in row] for row in self._bits.tolist()]


@cache
def glyphs_of(kind: Kind) -> str:
    """The character of each pattern of dots; bit 0 is the top left dot, then row by row."""
    if kind == "quadrants":
        return QUADRANTS
    if kind == "halves":
        return HALVES
    if kind == "ascii":
        return "".join(map(stroke, range(256)))
    return " " + "".join(chr(0x2800 + sum(BRAILLE[i] for i in range(8) if p >> i & 1)) for p in range(1, 256))


def stroke(pattern: int) -> str:
    """The ASCII character whose slope and height come nearest to a 4 x 2 pattern of dots."""
    left = [row for row in range(4) if pattern >> 2 * row & 1]
    right = [row for row in range(4) if pattern >> 2 * row & 2]
    if not left and not right:
        return " "
    rows = left + right
    spread, middle = max(rows) - min(rows), (max(rows) + min(rows)) / 2
    if left and right and spread >= 2:
        rise = sum(left) / len(left) - sum(right) / len(right)
        return "/" if rise > 0.5 else "\\" if rise < -0.5 else "|"
    if spread >= 2:
        return "|"
    if left and right:
        return '"' if middle < 0.5 else "-" if middle < 2.5 else "_"
    return "'" if middle < 1 else "-" if middle < 2 else "."
