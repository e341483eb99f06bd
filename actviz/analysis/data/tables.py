"""Data seen through activations, as tables: what the values are, and where they lie on each function."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.analysis.data.diagnosis import diagnoses
from actviz.analysis.data.normal import dead_if_normal, why_no_law
from actviz.analysis.data.repeated import repeated
from actviz.analysis.data.slopes import bounds_told, dead_told
from actviz.analysis.data.unit_tables import units
from actviz.report import Table
from actviz.shortening import shortened
from actviz.wording import at_most, filled, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.data.observation import IntervalShare, Observation
    from actviz.analysis.saturation.saturation import Saturation
    from actviz.report import Cell

    Laws = Sequence[Saturation | None]
    Names = Sequence[str | None]

DETAILED = 4
"""Arrays up to which each has a row a threshold; more have a row each."""

DIGITS = 4

IN_A_LINE = 3
"""Functions that the line on an array speaks of."""

TOLD = (0.0, 0.05, 0.5, 0.95, 1.0)
"""Parts of the values below the quantiles that have a column; more would not fit beside the mean."""


def tables(found: Sequence[Observation], normals: Sequence[Laws] = (), rest: str = "JSON") -> tuple[Table, ...]:
    """What the arrays hold and, a function, where the values lie; with an axis the units, worst first.

    `normals` has for each array and activation its saturation under the normal law of the array's mean and standard
    deviation, None where there is no such law; without any the comparison is left out. `rest` has more quantiles.
    """
    every = range(len(found[0].activations))
    laws = normals or [[None] * len(every)] * len(found)
    pattern, names = named(found)
    across = detailed_shares if len(found) <= DETAILED else compact_shares
    return (
        contents(found, pattern, names),
        distribution(found, names, rest),
        *(across(found, names, number, [row[number] for row in laws]) for number in every),
        slopes(found, names, laws, compared(found, normals)),
        *(units(found, names, number) for number in every if any(one.units for one in found)),
    )


def named(found: Sequence[Observation]) -> tuple[str, Names]:
    """What the title of the data says, and what each array is called in its rows: nothing where it is alone."""
    if len(found) == 1:
        return found[0].label, [None]
    return shortened([one.label for one in found])


def contents(found: Sequence[Observation], pattern: str, names: Names) -> Table:
    """A row an array: its shape, its dtype, how many values, and which of them are not finite."""
    rows = tuple(
        (
            name,
            dimensions(one),
            one.dtype,
            one.whole.count,
            one.whole.nan,
            one.whole.positive_infinity,
            one.whole.negative_infinity,
        )
        for name, one in zip(names, found, strict=True)
    )
    notes = (*left_out(found), *(one.remark for one in found if one.remark))
    columns = ("data", "shape", "dtype", "values", "NaN", "+inf", "-inf")
    return Table(*filled(columns, rows), f"Data: {pattern}" if pattern else "Data", notes)


def left_out(found: Sequence[Observation]) -> tuple[str, ...]:
    """How many values are not finite, and that no share has them; nothing where all are finite."""
    finite = sum(one.whole.finite for one in found)
    odd = sum(one.whole.count for one in found) - finite
    if not odd:
        return ()
    if not finite:
        return ("No value is finite.",)
    said = f"{odd} of the values {'is' if odd == 1 else 'are'} not finite; all that follows is of the {finite} finite."
    if not any(one.whole.positive_infinity or one.whole.negative_infinity for one in found):
        return (said,)
    return (f"{said} Infinite values are at the end of a tail, and in none of its shares.",)


def distribution(found: Sequence[Observation], names: Names, rest: str) -> Table:
    """A row an array: mean, standard deviation, quantiles."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, one.whole.mean, one.whole.std, *(x for part, x in one.whole.quantiles if part in TOLD))
        for name, one in zip(names, found, strict=True)
    )
    columns = ("data", "mean", "std", *map(quantile_name, TOLD))
    return Table(*filled(columns, rows), "Distribution", (*precision(found, rest), *repeated(found)), DIGITS)


def precision(found: Sequence[Observation], rest: str) -> tuple[str, ...]:
    """A note on the error of the quantiles; nothing where all are exact."""
    error = max((one.quantile_error for one in found if one.whole.finite), default=0.0)
    if not error:
        return ()
    floors = [
        one.whole.quantile_floor
        for one in found
        if any(error * abs(x) < one.whole.quantile_floor for part, x in one.whole.quantiles if 0.0 < part < 1.0)
    ]
    least = f" or {max(floors):.2g}, whichever is more" if floors else ""
    return (f"Quantiles to {100 * error:.2g}% of themselves{least}; min and max exact; {rest} has more of them.",)


def in_a_line(one: Observation) -> str:
    """An array in short: its shape, how many values, and their share at the middle threshold on a few functions."""
    told = []
    for activation, response in zip(one.activations[:IN_A_LINE], one.whole.responses, strict=False):
        share = response.saturated[len(response.saturated) // 2]
        told.append(f"{activation.label}: {at_most(share.threshold)} on {percent(share.fraction)}")
    more = len(one.activations) - len(told)
    told += [f"{more} more"] if more else []
    return ", ".join([one.label, dimensions(one), one.dtype, f"{one.whole.count} values", *told])


def dimensions(one: Observation) -> str:
    """``30 x 4``."""
    return " x ".join(map(str, one.shape)) or "one number"


def quantile_name(part: float) -> str:
    """``min``, ``5%``, ``median``, ``max``, ..."""
    return {0.0: "min", 0.5: "median", 1.0: "max"}.get(part, f"{100 * part:g}%")


def detailed_shares(found: Sequence[Observation], names: Names, number: int, laws: Laws) -> Table:
    """For each array and threshold the part of the values where the slope is that small: left, inside, right.

    Arrays without a finite value have no row.
    """
    columns = ("data", "slope", "left", "inside", "right", "in all", "if normal")
    rows: list[tuple[Cell, ...]] = []
    responses = [one.whole.responses[number] for one in found]
    for one, name, response, usual in zip(found, names, responses, laws, strict=True):
        for turn in bounds_told(responses) if one.whole.finite else ():
            share = response.saturated[turn]
            expected = None if usual is None else usual.fractions[turn]
            where = sides(share.intervals if share.intervals or not share.count else None)
            rows.append((name, at_most(share.threshold), *where, share.fraction, expected))
        if dead_told(responses) and one.whole.finite:
            where = sides(response.dead_intervals)
            rows.append((name, "f' = 0", *where, response.dead_fraction, dead_if_normal(response, usual)))
    return Table(*filled(columns, rows), shares_title(found, number), diagnoses(found, number, laws), DIGITS)


def compact_shares(found: Sequence[Observation], names: Names, number: int, laws: Laws) -> Table:
    """A row an array: the part of the values where the slope is at most each threshold, and where it is 0."""
    responses = [one.whole.responses[number] for one in found]
    told, dead = bounds_told(responses), dead_told(responses)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(response.saturated[turn].fraction for turn in told), *([response.dead_fraction] if dead else []))
        for name, response in zip(names, responses, strict=True)
    )
    heads = [at_most(responses[0].saturated[turn].threshold) for turn in told] + (["f' = 0"] if dead else [])
    return Table(("data", *heads), rows, shares_title(found, number), diagnoses(found, number, laws), DIGITS)


def shares_title(found: Sequence[Observation], number: int) -> str:
    """What the shares are of."""
    kind = "finite values" if left_out(found) else "values"
    return f"{found[0].activations[number].label}: share of the {kind} where the slope is small"


def sides(parts: Sequence[IntervalShare] | None) -> tuple[Cell, Cell, Cell]:
    """The part of the values in the interval out to minus infinity, in those between, and in that out to infinity.

    None for a function whose intervals are too many to tell.
    """
    if parts is None:
        return None, None, None
    left = [s.fraction for s in parts if s.low == -math.inf and s.high < math.inf]
    right = [s.fraction for s in parts if s.high == math.inf and s.low > -math.inf]
    inside = [s.fraction for s in parts if (s.low == -math.inf) == (s.high == math.inf)]
    return math.fsum(left), math.fsum(inside), math.fsum(right)


def compared(found: Sequence[Observation], normals: Sequence[Laws]) -> tuple[str, ...]:
    """The note on what a normal input would give; nothing where that is not looked at."""
    laws = [law for row in normals for law in row]
    reasons = [why_no_law(one.whole) for one, row in zip(found, normals, strict=False) if not all(row)]
    why = " or ".join(dict.fromkeys(reasons))
    if not laws:
        return ()
    if not any(laws):
        return (f"No normal input has this mean and standard deviation, to compare with: {why}.",)
    blank = "" if all(laws) else f"; blank where {why}"
    usually = "If normal: what an input of the same mean and standard deviation would give, were it normal"
    return (f"{usually}{blank}; f' = 0 as in float64.",)


def slopes(found: Sequence[Observation], names: Names, laws: Sequence[Laws], notes: tuple[str, ...]) -> Table:
    """A row an array and activation: the means of f' and f'^2, those a normal input gives, the units that are dead."""
    columns = ("function", "data", "E f'", "E f' if normal", "E f'^2", "E f'^2 if normal", "dead units")
    rows: list[tuple[Cell, ...]] = []
    for number, activation in enumerate(found[0].activations):
        for name, one, usual in zip(names, found, (row[number] for row in laws), strict=True):
            response = one.whole.responses[number]
            mean = None if usual is None else usual.moments.derivative_mean
            square = None if usual is None else usual.moments.derivative_second_moment
            dead = f"{len(one.dead_units[number])} of {len(one.units)}" if one.units else None
            seen = (response.derivative_mean, mean, response.derivative_second_moment, square)
            rows.append((activation.label, name, *seen, dead))
    return Table(*filled(columns, rows), "Slopes on the data", notes, DIGITS)
