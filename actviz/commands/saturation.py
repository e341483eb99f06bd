"""`actviz saturation`: where and how the slope dies, and what that does to normal inputs."""

from __future__ import annotations

import math
from typing import Annotated, Any

import typer

from actviz.analysis.saturation import Saturation, Tail, rule_of_thumb, saturation
from actviz.charts.saturation import saturation_figure
from actviz.commands import _options as options
from actviz.report import Cell, Report, Table
from actviz.resolve import scalars

INSTEAD = "`actviz derivative {name} --at=3,1,-3`"


def command(
    functions: options.OptionalFunctions = None,
    *,
    threshold: Annotated[
        str, typer.Option("--threshold", "-t", metavar="T1,T2,...", help="bounds of abs(f') below which f is saturated")
    ] = "0.1,0.01,0.001",
    mean: Annotated[float, typer.Option(help="mean of the normal input")] = 0.0,
    std: Annotated[float, typer.Option(help="standard deviation of the normal input")] = 1.0,
    param: options.Params = None,
    callables: options.From = None,
    seed: options.Seed = None,
) -> Report:
    """Say how each tail saturates (hard, soft or not), where abs(f') falls under each threshold for good,
    and what the function does to an input of law N(mean, std^2): the means of f, f^2, f', f'^2, the share
    of it where abs(f') is at most the largest threshold, and the gains 1/sqrt(E f^2) and 1/sqrt(E f'^2)
    at N(0, 1).

    Hard: f' is 0 beyond a point. Soft: f' only tends to 0. Gradient saturation (Gulcehre et al. 2016).

    Examples: actviz saturation sigmoid tanh relu; actviz saturation swish -p beta=0.5,1,2 --std 3;
    actviz saturation elu -t 0.5,0.05 -o elu.svg
    """
    activations = scalars(functions or [], param, callables, seed, INSTEAD)
    thresholds = options.numbers(threshold, "--threshold")
    found = tuple(saturation(activation, thresholds, mean, std) for activation in activations)
    return Report(
        document={"functions": [entry(one) for one in found]},
        tables=(*(table(one) for one in found), moments_table(found)),
        figure=lambda: saturation_figure(found),
    )


def entry(found: Saturation) -> dict[str, Any]:
    """One function as JSON has it."""
    moments = found.moments
    return {
        "name": found.activation.name,
        "parameters": found.activation.bound,
        "left": tail_entry(found.left),
        "right": tail_entry(found.right),
        "moments": {name: getattr(moments, name) for name in moments.__slots__},
        "gain": {"forward": found.gain.forward, "backward": found.gain.backward},
        "depth": [],
    }


def tail_entry(tail: Tail) -> dict[str, Any]:
    """One tail as JSON has it."""
    points = [{"threshold": point.threshold, "x": point.x} for point in tail.thresholds]
    return {"kind": tail.kind, "limit": tail.limit, "thresholds": points}


def table(found: Saturation) -> Table:
    """Both tails of one function, the share of the input at each threshold, and a sentence."""
    thresholds = [point.threshold for point in found.left.thresholds]
    rows: list[tuple[Cell, ...]] = [
        (side, tail.kind, tail.limit, *(p.x for p in tail.thresholds))
        for side, tail in (("left", found.left), ("right", found.right))
    ]
    rows.append((f"share of {law(found)}", None, None, *found.fractions))
    return Table(
        columns=("tail", "kind", "limit of f", *(f"|f'| < {t:g}" for t in thresholds)),
        rows=tuple(rows),
        title=found.activation.label,
        notes=(sentence(found),),
    )


def moments_table(found: tuple[Saturation, ...]) -> Table:
    """The moments and gains of all functions, a row each."""
    columns = ("function", "E f", "E f^2", "E f'", "E f'^2", "forward", "backward", "torch")
    rows = tuple(
        (
            one.activation.label,
            one.moments.value_mean,
            one.moments.value_second_moment,
            one.moments.derivative_mean,
            one.moments.derivative_second_moment,
            one.gain.forward,
            one.gain.backward,
            rule_of_thumb(one.activation),
        )
        for one in found
    )
    notes = (
        "Gains at N(0, 1): forward 1/sqrt(E f^2), backward 1/sqrt(E f'^2); torch: calculate_gain, a rule of thumb.",
    )
    return Table(columns, rows, title=f"Moments at {law(found[0])}", notes=notes)


def law(found: Saturation) -> str:
    """The law of the input: ``N(0, 1)`` or ``N(1, 2^2)``."""
    moments = found.moments
    spread = "1" if moments.std == 1 else f"{moments.std:g}^2"
    return f"N({moments.mean:g}, {spread})"


def percent(fraction: float) -> str:
    """A probability in per cent, two digits."""
    return f"{100.0 * fraction:.2g}%" if fraction < 0.0995 else f"{100.0 * fraction:.3g}%"


def sentence(found: Saturation) -> str:
    """In plain words: the kinds, the middle threshold's points, and how much of the input lies there."""
    which = len(found.fractions) // 2
    threshold = found.left.thresholds[which].threshold
    left, right = (tail.thresholds[which].x for tail in (found.left, found.right))
    kinds = kinds_in_words(found.left.kind, found.right.kind)
    if found.oscillates:
        where = "f turns too often for its tails to be followed"
    elif left is None and right is None:
        where = everywhere_or_never(found, which, threshold)
    else:
        ends = [f"{x:.4g}" for x in (left, right) if x is not None]
        sides = "" if len(ends) == 2 else (" to the right" if left is None else " to the left")
        where = f"abs(f') < {threshold:g} beyond {' and '.join(ends)}{sides}"
    fraction = found.fractions[which]
    part = "an unknown share" if math.isnan(fraction) else percent(fraction)
    share = f"abs(f') <= {threshold:g} on {part} of {law(found)}"
    return f"{found.activation.label}: {kinds}; {where}; {share}."


def everywhere_or_never(found: Saturation, which: int, threshold: float) -> str:
    """For a threshold that is not passed on either side."""
    if found.saturated[which] == ((-math.inf, math.inf),):
        return f"abs(f') is at most {threshold:g} everywhere"
    return f"abs(f') never falls under {threshold:g} for good"


def kinds_in_words(left: str, right: str) -> str:
    """``soft on both sides``, ``hard on the left, none on the right``, ..."""
    if left == right:
        return "saturates on neither side" if left == "none" else f"{left} on both sides"
    return f"{left} on the left, {right} on the right"
