"""A function's saturation on paper, as tables: its tails, what it does to a normal input, its gains."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.report import Table
from actviz.wording import law, listed, percent, told_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.saturation.saturation import Saturation
    from actviz.report import Cell

DIGITS, MOST_DIGITS = 6, 10
"""Digits that numbers have, and may have where thresholds are passed close together: more make a table too wide."""

UNEVEN = 1e-9
"""Shares that differ by less than this part of themselves are those of a function that is even about the mean."""


def tables(found: Sequence[Saturation], reasons: Sequence[str] = ()) -> tuple[Table, ...]:
    """The tails of each function, then the moments and the gains of all.

    `reasons` are sentences on the gains, empty ones among them.
    """
    return (*(tails(one) for one in found), moments(found), gains(found, reasons))


def tails(found: Saturation) -> Table:
    """Both tails of one function, the share of the input at each threshold, and a sentence."""
    thresholds = [point.threshold for point in found.left.thresholds]
    rows: list[tuple[Cell, ...]] = [
        (side, tail.kind, tail.limit, tail.slope_limit, *(p.x for p in tail.thresholds))
        for side, tail in (("left", found.left), ("right", found.right))
    ]
    shares = ((f"share of {law_of(found)}", found.fractions), *((f"- {side}", part) for side, part in uneven(found)))
    rows += [(label, None, None, None, *part) for label, part in shares]
    columns = ("tail", "kind", "limit of f", "of f'", *(f"|f'| < {t:g}" for t in thresholds))
    passed = [point.x for tail in (found.left, found.right) for point in tail.thresholds if point.x is not None]
    needed = told_apart(passed, DIGITS)
    digits = needed if needed <= MOST_DIGITS else DIGITS
    return Table(columns, tuple(rows), title=found.activation.label, notes=notes(found), digits=digits)


def uneven(found: Saturation) -> list[tuple[str, tuple[float, ...]]]:
    """The shares of the left, the inside and the right, where they differ at some threshold and two are not 0."""
    sides = {side: tuple(side_share(found, n, side) for n in range(len(found.fractions))) for side in SIDES}
    telling = any(
        sum(part > 0 for part in parts) > 1 and (inside > 0 or not math.isclose(left, right, rel_tol=UNEVEN))
        for parts in zip(*sides.values(), strict=True)
        for left, inside, right in (parts,)
    )
    return [(side, shares) for side, shares in sides.items() if any(shares)] if telling else []


SIDES = ("left", "inside", "right")


def side_share(found: Saturation, number: int, side: str) -> float:
    """The probability of the saturated intervals on one side at that threshold, NaN where not all are known."""
    if math.isnan(found.fractions[number]):
        return math.nan
    return math.fsum(
        share
        for (low, high), share in zip(found.saturated[number], found.shares[number], strict=True)
        if side_of(low, high) == side
    )


def side_of(low: float, high: float) -> str:
    """``left`` for an interval out to minus infinity alone, ``right`` for one out to infinity alone, else inside."""
    if (low == -math.inf) == (high == math.inf):
        return "inside"
    return "left" if low == -math.inf else "right"


def notes(found: Saturation) -> tuple[str, ...]:
    """The sentence, where f' is 0 between the tails, and what is not known."""
    digits = told_apart(found.interior, DIGITS)
    places = listed([f"{x:.{digits}g}" for x in found.interior])
    inside = (f"f' = 0 inside at {places}.",) if found.interior else ()
    return sentence(found), *inside, *found.notes


def moments(found: Sequence[Saturation]) -> Table:
    """The moments of all functions, a row each."""
    columns = ("function", "E f", "E f^2", "Var f", "E f'", "E f'^2", "f' = 0")
    rows = tuple(
        (
            one.activation.label,
            one.moments.value_mean,
            one.moments.value_second_moment,
            one.moments.value_variance,
            one.moments.derivative_mean,
            one.moments.derivative_second_moment,
            one.moments.dead_fraction,
        )
        for one in found
    )
    return Table(columns, rows, title=f"Moments at {law_of(found[0])}", notes=("f' = 0: its share of the input.",))


def gains(found: Sequence[Saturation], reasons: Sequence[str]) -> Table:
    """The gains of all functions beside torch's, and why they differ."""
    rows = tuple((one.activation.label, one.gain.forward, one.gain.backward, one.gain.torch) for one in found)
    columns = ("function", "1/sqrt(E f^2)", "1/sqrt(E f'^2)", "torch")
    said = tuple(dict.fromkeys(reason for reason in reasons if reason))
    about = ("torch: nn.init.calculate_gain, where it has one.",) if said else ()
    return Table(columns, rows, title="Gains at N(0, 1), forward and backward", notes=(*about, *said))


def law_of(found: Saturation) -> str:
    """The law of the input."""
    return law(found.moments.mean, found.moments.std)


def sentence(found: Saturation) -> str:
    """In plain words: the kinds, the middle threshold's points, and how much of the input lies there."""
    which = len(found.fractions) // 2
    threshold = found.left.thresholds[which].threshold
    left, right = (tail.thresholds[which].x for tail in (found.left, found.right))
    kinds = kinds_in_words(found.left.kind, found.right.kind)
    if found.oscillates and left is None and right is None:
        where = "f turns too often for its tails to be followed"
    elif left is None and right is None:
        where = everywhere_or_never(found, which, threshold)
    else:
        known = [x for x in (left, right) if x is not None]
        ends = [f"{x:.{told_apart(known, 4)}g}" for x in known]
        sides = "" if len(ends) == 2 else (" to the right" if left is None else " to the left")
        where = f"abs(f') < {threshold:g} beyond {' and '.join(ends)}{sides}"
    share = f"abs(f') <= {threshold:g} on {percent(found.fractions[which])} of {law_of(found)}"
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
