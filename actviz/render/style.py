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


# Hues after Okabe and Ito (2008), moved in lightness until text in them reads (contrast 4.5 to 1) and no
# two are alike to the colour-blind; tests/render/test_style.py measures both.
LIGHT = Theme(
    ground="#ffffff",
    ink="#1f2328",
    muted="#646b73",
    grid="#c9cdd2",
    palette=("#06449a", "#c24100", "#00855f", "#7d1f6a", "#4d3d00", "#6b7079"),
    negative="#06449a",
    positive="#c24100",
)
DARK = Theme(
    ground="#14181d",
    ink="#e8eaed",
    muted="#a3abb5",
    grid="#474f59",
    palette=("#5a93f5", "#e8792e", "#42e0a8", "#d95aae", "#f4d968", "#e4e6ee"),
    negative="#5a93f5",
    positive="#e8792e",
)
THEMES = {"light": LIGHT, "dark": DARK}

DPI = 160
COARSE = 1.05
"""Letters of a few pixels come out wider than measured by up to this factor."""
SMALLEST = (3.6, 2.4)
"""Width and height in inches below which text shrinks with the picture."""
LOWEST_ROW = 1.6
"""Inches by which that height grows for each further row of panels: numbers at the ticks then stand apart."""
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
TICK_LENGTH = 3.5
GAP = 5.0
"""Between a scale and its numbers, a point and its text."""
LEADING = 1.3
"""Height of a line of text over its size."""
NODE = 21.0
"""Radius of a diagram's circle."""
DOT = 7.0
"""Diameter of an open or closed point."""
