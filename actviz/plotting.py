"""The Python counterpart of `actviz plot`: curves on matplotlib axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz.charts.functions import panel, title_of
from actviz.errors import BadInput, nearest
from actviz.resolve import scalars

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (6.4, 4.0)
"""Inches of a new figure."""


def plot(
    *functions: str,
    derivative: bool = False,
    order: tuple[int, ...] | None = None,
    range: tuple[float, float] = (-6.0, 6.0),
    points: int = 1001,
    title: str = "",
    theme: str = "light",
    ax: Axes | None = None,
) -> Any:
    """Draw functions, each named as on the command line, and return the matplotlib Axes.

    `derivative` adds f'; `order` names the derivative orders outright. Without `ax` a new pyplot
    figure is made. Raise BadInput for what the command line would refuse.
    """
    from actviz import render
    from actviz.render.style import THEMES

    if theme not in THEMES:
        known = ", ".join(THEMES)
        raise BadInput(f"theme '{theme}' is unknown; it is one of {known}{nearest(theme, THEMES)}")
    orders = ((0, 1) if derivative else (0,)) if order is None else checked_orders(order)
    activations = scalars(list(functions), instead="actviz.get('{name}')")
    drawn = panel(activations, orders, range, points=points)
    axes = ax if ax is not None else render.new_axes(SIZE)
    return render.draw_panel(drawn, axes, theme, title or title_of(activations))


def checked_orders(order: Any) -> tuple[int, ...]:
    """The derivative orders, each once, ascending; raise BadInput unless some of 0, 1 and 2."""
    orders = order if isinstance(order, (tuple, list)) else ()
    if not orders or any(k not in (0, 1, 2) for k in orders):
        raise BadInput(f"order must hold 0, 1 or 2, such as (0, 1), not {order!r}")
    return tuple(sorted(set(orders)))
