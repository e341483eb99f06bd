"""What a drawn page shows: its texts with their boxes in pixels, and the curves that pass through them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from actviz.placement import dense
from actviz.render import compose

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Page
    from matplotlib.transforms import Bbox

    from actviz.figure import Figure

SLACK = 1.5
"""Pixels by which boxes may touch: a box holds the font's rounding too."""


def drawn(figure: Figure, theme: str = "light") -> Page:
    page = compose(figure, theme)
    FigureCanvasAgg(page).draw()
    return page


def texts(page: Page) -> list[tuple[str, Bbox]]:
    """Every text that is seen, with its box."""
    found = list(page.texts)
    for ax in page.axes:
        found += ax.texts
        if ax.axison:
            for axis in (ax.xaxis, ax.yaxis):
                low, high = sorted(axis.get_view_interval())
                ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
                found += [label for place, label in ticks if low <= place <= high]
    renderer = page.canvas.get_renderer()  # type: ignore[attr-defined]
    shown = [text for text in found if text.get_visible() and text.get_text()]
    # An annotation's own extent would take in its leader.
    return [(text.get_text(), Text.get_window_extent(text, renderer)) for text in shown]


def outside(page: Page) -> list[str]:
    """The texts that the edge of the picture cuts."""
    width, height = page.bbox.width, page.bbox.height
    return [text for text, box in texts(page) if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]


def overlapping(page: Page) -> list[tuple[str, str]]:
    """The pairs of texts that lie over each other."""
    boxes = [(text, box.padded(-SLACK)) for text, box in texts(page)]
    return [(a, b) for (a, one), (b, two) in combinations(boxes, 2) if one.overlaps(two)]


def crossed(page: Page) -> list[tuple[str, str]]:
    """The texts of each plot that one of its curves passes through, with the curve's label."""
    renderer = page.canvas.get_renderer()  # type: ignore[attr-defined]
    found = []
    for ax in page.axes:
        window = ax.get_window_extent()
        for line in ax.lines:
            if line.get_zorder() < 2 or line.get_linestyle() == "None" or line.get_clip_on() is False:
                continue
            xy = line.get_transform().transform(line.get_xydata())
            points = dense(xy[:, 0], np.clip(xy[:, 1], -1e5, 1e5), 2.0)
            points = points[(points[:, 1] >= window.y0) & (points[:, 1] <= window.y1)]
            for text in ax.texts:
                box = Text.get_window_extent(text, renderer).padded(-SLACK)
                inside = np.abs(points - [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]) < [
                    box.width / 2,
                    box.height / 2,
                ]
                if text.get_text() and inside.all(axis=1).any():
                    found.append((text.get_text(), str(line.get_label())))
    return found
