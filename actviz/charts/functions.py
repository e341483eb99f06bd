"""Figures of functions: curves of one or several derivative orders over an interval."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import spell
from actviz.figure import Dash, Figure, Interval, Line, Mark, Marker, Panel
from actviz.sampling import Curve, sample
from actviz.signs import GREEK, minus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Activation, Parameter

PRIMES = ("f", "f′", "f″")
DASHES: tuple[Dash, ...] = ("solid", "dashed", "dotted", "dashdot")
COLORS = 6
"""How many colours the themes and the terminal have before they start again."""
LARGEST = sys.float_info.max
WIDTHS = (1.0, 0.5, 1.75)
"""Widths of line that tell functions apart once colours and dashes are used up."""
HIGHER = 1.6
"""Inches that a figure has more for each panel that stands below another."""
FLAT = 25.0
"""So many times lower than another a curve would lie flat in one window with it."""


def function_figure(
    activations: tuple[Activation, ...],
    orders: tuple[int, ...] = (0,),
    interval: Interval = (-6.0, 6.0),
    points: int = 1001,
    title: str = "",
) -> Figure:
    """Curves of each activation at each order: one colour an activation, one dash an order.

    Where one order is drawn, a function beyond the last colour has a dash of its own; else a width of its own.
    """
    return Figure(title or title_of(activations), ((panel(activations, orders, interval, points=points),),))


def legible_figure(
    activations: tuple[Activation, ...],
    orders: tuple[int, ...],
    interval: Interval = (-6.0, 6.0),
    points: int = 1001,
    title: str = "",
) -> Figure:
    """The `function_figure`; where orders would lie flat beside others, with a panel each, one below the other."""
    if len(orders) == 1:
        return function_figure(activations, orders, interval, points, title)
    alone = [panel(activations, (order,), interval, points=points) for order in orders]
    together = function_figure(activations, orders, interval, points, title)
    windows = [one.ylim for row in (*stacked(alone), *together.rows) for one in row if one.ylim]
    heights = [high / 2 - low / 2 for low, high in windows]
    if max(heights) <= FLAT * min(heights):
        return together
    return Figure(title or title_of(activations), stacked(alone), size=(6.4, 4.0 + HIGHER * (len(alone) - 1)))


def stacked(panels: Sequence[Panel]) -> tuple[tuple[Panel], ...]:
    """Rows of one panel each over the same x, which the last alone names."""
    *above, last = panels
    return (*((replace(one, xlabel=""),) for one in above), (last,))


def panel(
    activations: tuple[Activation, ...],
    orders: tuple[int, ...] = (0,),
    interval: Interval = (-6.0, 6.0),
    extra: tuple[Mark, ...] = (),
    ylabel: str | None = None,
    ylim: Interval | None = None,
    points: int = 1001,
) -> Panel:
    """The curves, open and closed points where they break, and `extra` marks over them.

    Without `ylabel` the derivative is named where there is but one order; without `ylim` the window holds
    all curves.
    """
    names = names_of(activations)
    inks = {name: number for number, name in enumerate(dict.fromkeys(names))}
    curves: list[Curve] = []
    marks: list[Mark] = []
    for activation, name in zip(activations, names, strict=True):
        for number, order in enumerate(orders):
            dash, width = stroke(inks[name], number if len(orders) > 1 else None)
            curve = sample(activation, order, interval, points)
            label = curve_label(name, order, several_functions=len(inks) > 1, several_orders=len(orders) > 1)
            marks.append(Line(curve.x, curve.y, label, inks[name], dash, width))
            marks.extend(break_markers(curve, inks[name], orders))
            curves.append(curve)
    if ylabel is None:
        ylabel = f"{PRIMES[orders[0]]}(x)" if len(orders) == 1 else ""
    return Panel((*marks, *extra), ylabel=ylabel, xlim=interval, ylim=ylim or window([bulk(c) for c in curves]))


def stroke(ink: int, turn: int | None) -> tuple[Dash, float]:
    """Dash and width of a curve: the dash tells the `turn` of its order or, where there is but one, its function."""
    again = ink // COLORS
    if turn is not None:
        return DASHES[turn], WIDTHS[again % len(WIDTHS)]
    return DASHES[again % len(DASHES)], WIDTHS[again // len(DASHES) % len(WIDTHS)]


def by_dash(line: Line, inks: int) -> Line:
    """`line` with the dash that stands at the place of its ink, and an ink beyond the first `inks`."""
    assert isinstance(line.ink, int)
    return replace(line, ink=line.ink + inks, dash=DASHES[line.ink % len(DASHES)])


def title_of(activations: tuple[Activation, ...]) -> str:
    """The functions' names for people, each once: ``Sigmoid, Tanh and ReLU``; the parameters of one alone."""
    if len(activations) == 1:
        return names_of(activations)[0]
    names = list(dict.fromkeys(called(a) for a in activations))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def names_of(activations: tuple[Activation, ...]) -> tuple[str, ...]:
    """A name for each activation among the others: ``Swish, β = 0.1``.

    It shows the parameters that differ from the default, or from another activation of that name.
    """
    told = []
    for activation in activations:
        kin = [other.values for other in activations if other.name == activation.name]
        shown = [
            f"{symbol(p)} = {minus(spell(value))}"
            for p, value, *values in zip(activation.parameters, activation.values, *kin, strict=True)
            if value != p.default or any(other != value for other in values)
        ]
        told.append(", ".join([called(activation), *shown]))
    return tuple(told)


def called(activation: Activation) -> str:
    """The function's name for people: one that was typed in as it is."""
    return activation.name if activation.family in ("expression", "callable") else spoken(activation.name)


def spoken(name: str) -> str:
    """A canonical name as people write it: ``Leaky ReLU``, ``ELU``, ``Hard sigmoid``."""
    words = re.sub(r"\b([a-z]*)relu(?=\d|\b)", lambda m: m[1].upper() + "ReLU", name.replace("_", " "))
    words = re.sub(r"\b[a-z]{1,2}lu\b", lambda m: m[0].upper(), words)
    return words[0].upper() + words[1:]


def symbol(parameter: Parameter) -> str:
    """A parameter's sign: a Greek letter for a Greek name, the name itself where the sign is only a letter."""
    letter = GREEK.get(parameter.symbol.lstrip("\\"))
    return letter or parameter.name.replace("_", " ")


def curve_label(name: str, order: int, several_functions: bool, several_orders: bool) -> str:
    """What tells this curve from the others: its function, its order, or both."""
    if several_functions and several_orders:
        return f"{name}, {PRIMES[order]}"
    return PRIMES[order] if several_orders else name


def break_markers(curve: Curve, ink: int, together: tuple[int, ...] = ()) -> list[Marker]:
    """A closed point at the value taken where the curve jumps, an open one at each value not taken.

    `together` are the orders drawn in one ink: an open point that lies on a curve of lower order is left out, for it
    would look like a gap in that curve.
    """
    f = curve.activation
    marks: list[Marker] = []
    for kink in curve.breaks:
        taken = float(f.derivative(kink.x, curve.order))
        below = {float(f.derivative(kink.x, order)) for order in together if order < curve.order}
        for y in dict.fromkeys((kink.left, kink.right, taken)):
            if y == taken:
                marks.append(Marker(kink.x, y, "closed", ink))
            elif y not in below and not math.isnan(y):
                marks.append(Marker(kink.x, y, "open", ink))
    return marks


def bulk(curve: Curve) -> np.ndarray:
    """The curve's values for choosing a window: next to a pole, those that dwarf the rest are left out.

    An infinity by itself, as the slope of sqrt(x) has at 0, is a pole too; a row of them is where a curve ends.
    """
    y = curve.y[np.isfinite(curve.y)]
    infinite = np.concatenate([[False], np.isinf(curve.y), [False]])
    alone = infinite[1:-1] & ~infinite[:-2] & ~infinite[2:]
    if not (curve.poles or alone.any()) or not y.size:
        return y
    low, high = (float(part) for part in np.quantile(y, (0.05, 0.95)))
    room = 2.0 * (high - low)
    floor = low if y.min() < low - room else -math.inf
    ceiling = high if y.max() > high + room else math.inf
    kept: np.ndarray = y[(y >= floor) & (y <= ceiling)]
    return kept


def window(ys: list[np.ndarray]) -> tuple[float, float]:
    """The y interval that holds all finite values, with a margin; a flat curve gets room around it."""
    finite = np.concatenate([y[np.isfinite(y)] for y in ys]) if ys else np.zeros(0)
    if finite.size == 0:
        return -1.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    # Halved, for the width of a window may be beyond float64 where its ends are not.
    margin = min(0.12 * (high / 2 - low / 2), LARGEST / 4) or max(1.0, abs(low) / 2)
    return max(low - margin, -LARGEST), min(high + margin, LARGEST)
