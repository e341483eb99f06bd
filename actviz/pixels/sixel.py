"""Pictures as sixels: bands six pixels high, one character a column and colour (VT330/VT340 manual, chapter 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np

if TYPE_CHECKING:
    Array = np.ndarray

BAND = 6
BLANK = 63
"""The character code of six pixels that stay as they are; each pixel to paint adds its bit, the top one 1."""
SHORT = 3
"""Equal characters up to which a repeat count would be no shorter."""


def painted(palette: Array, chosen: Array) -> str:
    """The device control string of a picture whose pixels have the `chosen` colours of a `palette` of percentages.

    Pixels are square and each is painted, so that neither the terminal's ground nor its palette matters.
    """
    height, width = chosen.shape
    registers = "".join(f"#{number};2;{r};{g};{b}" for number, (r, g, b) in enumerate(palette.tolist()))
    bands = "-".join(band(chosen[top : top + BAND]) for top in range(0, height, BAND))
    return f'\x1bP9;1q"1;1;{width};{height}{registers}{bands}\x1b\\'


def band(rows: Array) -> str:
    """At most six rows of colour numbers as one run of sixels a colour, each back from the left edge."""
    present = np.unique(rows)
    bits = 1 << np.arange(len(rows))
    sixels = BLANK + np.tensordot(present[:, None, None] == rows, bits, axes=([1], [0]))
    runs = (f"#{color}{counted(row)}" for color, row in zip(present.tolist(), sixels, strict=True))
    return "$".join(runs)


def counted(sixels: Array) -> str:
    """A row of character codes with equal ones counted; what is blank at its end is left out."""
    starts = np.concatenate([[0], np.flatnonzero(np.diff(sixels)) + 1])
    lengths = np.diff(np.append(starts, len(sixels))).tolist()
    codes = sixels[starts].tolist()
    if codes[-1] == BLANK:
        codes, lengths = codes[:-1], lengths[:-1]
    return "".join(
        chr(code) * length if length <= SHORT else f"!{length}{chr(code)}"
        for code, length in zip(codes, lengths, strict=True)
    )
