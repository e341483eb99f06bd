"""A sheet of character cells with colours: what the terminal's rows are made of before they become text."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from actviz.lettering import cells, clean, cut
from actviz.screen import finest_cells

if TYPE_CHECKING:
    from actviz.figure import Ink
    from actviz.screen import Screen

# Entries of the 256-colour cube nearest to the pictures' palette (hues after Okabe and Ito, 2008) that
# keep a contrast of 3 to 1 or better on black and on white alike: the terminal's ground is unknown.
PALETTE = (32, 166, 29, 133, 136, 102)
TONES = {"ink": "", "muted": "38;5;243", "grid": "38;5;243"}
BOLD = "1"


def color(ink: Ink) -> str:
    """The escape parameters (SGR) of an ink; palette numbers start again after the last."""
    return f"38;5;{PALETTE[ink % len(PALETTE)]}" if isinstance(ink, int) else TONES[ink]


class Sheet:
    """`height` rows of `width` cells, blank at first; text put on it never leaves it."""

    def __init__(self, width: int, height: int, screen: Screen) -> None:
        self.width, self.height = width, height
        self.screen = screen
        asked = screen.cells == "ascii" and finest_cells(screen.encoding) != "ascii"
        self.encoding = "ascii" if asked else screen.encoding
        self._cells = [[" "] * width for _ in range(height)]
        self._styles = [[""] * width for _ in range(height)]
        self._taken = [[False] * width for _ in range(height)]

    def text(self, words: str) -> str:
        """`words` as this sheet can show them."""
        return clean(words, self.encoding)

    def put(self, row: int, column: int, words: str, style: str = "", taken: bool = True) -> None:
        """Write `words`, cut at the right edge; the cells count as `taken` or as background."""
        if not 0 <= row < self.height or not 0 <= column < self.width:
            return
        for character in cut(self.text(words), self.width - column, self.encoding):
            wide = cells(character)
            if wide == 0 and column:
                self._cells[row][column - 1] += character
            elif wide:
                self._cells[row][column : column + wide] = [character] + [""] * (wide - 1)
                self._styles[row][column : column + wide] = [style] * wide
                self._taken[row][column : column + wide] = [taken] * wide
                column += wide

    def free(self, row: int, column: int, width: int) -> bool:
        """Whether `width` cells from (row, column) are on the sheet and none is taken."""
        inside = 0 <= row < self.height and column >= 0 and column + width <= self.width
        return inside and not any(self._taken[row][column : column + width])

    def lines(self) -> list[str]:
        """The rows without blanks at their ends; where the screen has colour, each run of it ends in a reset."""
        if not self.screen.color:
            return ["".join(row).rstrip() for row in self._cells]
        return [self._colored(row, styles) for row, styles in zip(self._cells, self._styles, strict=True)]

    def _colored(self, row: list[str], styles: list[str]) -> str:
        length = max((at + 1 for at, cell in enumerate(row) if cell.strip()), default=0)
        parts: list[str] = []
        for style, run in groupby(range(length), key=styles.__getitem__):
            words = "".join(row[at] for at in run)
            parts.append(f"\x1b[{style}m{words}\x1b[0m" if style and words.strip() else words)
        return "".join(parts)
