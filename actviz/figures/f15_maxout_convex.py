"""Maxout fits a convex function

Maxout is the largest of k lines wᵢx + bᵢ, with w and b learned. It is always convex, and with enough lines
it comes as near as wanted to any convex function on an interval. Here the lines are tangents to x² at
evenly spaced points; with k of them on [−2, 2] the error falls as 1/k². It pays with k times the
parameters.
"""

from __future__ import annotations

from actviz import _numpy as np
from actviz.activation import Activation
from actviz.figure import Figure, Line, Panel
from actviz.resolve import get

INTERVAL = (-2.0, 2.0)

COMMAND = "actviz plot maxout:w=-2,0,2,b=-1,0,-1 --range=-2:2"


def build() -> Figure:
    """The parabola under three tangents, and under six."""
    return Figure("Maxout fits a convex function", ((fitted(3), fitted(6)),), size=(8.0, 3.8))


def tangents(k: int) -> Activation:
    """Maxout of the tangents to x^2 in the middle of each of `k` equal parts of the interval."""
    low, high = INTERVAL
    touching = [low + (high - low) * (i + 0.5) / k for i in range(k)]
    maxout = get("maxout")
    assert isinstance(maxout, Activation)
    return maxout.bind(w=tuple(2.0 * t for t in touching), b=tuple(-t * t for t in touching))


def fitted(k: int) -> Panel:
    """The parabola and maxout of `k` tangents, with the largest gap between them."""
    maxout = tangents(k)
    x = np.linspace(*INTERVAL, 1001)
    gap = float(np.max(x * x - maxout(x)))
    parabola = Line(x, x * x, "x²", "muted", "dashed")
    curve = Line(x, maxout(x), "maxout")
    return Panel((curve, parabola), f"{k} lines: error at most {gap:.3g}", xlim=INTERVAL, ylim=(-0.7, 4.4))
