"""How pictures look: two themes of colour, and sizes in points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actviz.figure import Ink


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as hex: the ground, text, quieter text, faint lines, shading, and the palette of curves."""

    ground: str
    ink: str
    muted: str
    grid: str
    palette: tuple[str, ...]
    negative: str
    positive: str

    def color(self, ink: Ink) -> str:
        """The colour of an ink; palette numbers start again after the last."""
        if isinstance(ink, int):
            return self.palette[ink % len(self.palette)]
        return {"ink": self.ink, "muted": self.muted, "grid": self.grid}[ink]


# Hues after Okabe and Ito (2008), darkened on white and lightened on black until text in them reads
# (contrast 4.5 to 1) and neighbours stay apart for the colour-blind; tests/test_style.py measures both.
LIGHT = Theme(
    ground="#ffffff",
    ink="#1f2328",
    muted="#646b73",
    grid="#c9cdd2",
    palette=("#0067b1", "#c04a00", "#00795a", "#a03c8c", "#7a6200", "#4a4f57"),
    negative="#0067b1",
    positive="#c04a00",
)
DARK = Theme(
    ground="#14181d",
    ink="#e8eaed",
    muted="#a3abb5",
    grid="#474f59",
    palette=("#5fb4f0", "#f5914a", "#3ecfa0", "#e08fcb", "#e0c34c", "#c3c8cf"),
    negative="#5fb4f0",
    positive="#f5914a",
)
THEMES = {"light": LIGHT, "dark": DARK}

DPI = 160
TITLE = 14.0
PANEL_TITLE = 11.5
LABEL = 10.5
TICK = 9.5
FORMULA = 13.0
LINE = 2.0
"""Width of a curve."""
EDGE = 12.0
"""Clear space around the picture."""
GUTTER = 16.0
"""Between two panels."""
GAP = 5.0
"""Between a scale and its numbers, a point and its text."""
LEADING = 1.3
"""Height of a line of text over its size."""
NODE = 21.0
"""Radius of a diagram's circle."""
DOT = 7.0
"""Diameter of an open or closed point."""
