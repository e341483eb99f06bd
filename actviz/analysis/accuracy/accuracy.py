"""How far computed results are from the truth, in units in the last place (ULP), and where.

A unit is the distance of neighbouring numbers of the dtype at the true result. What is wrong beyond
measure is counted apart and never dropped: NaN where there is a value, an infinity where the truth
rounds to a number or the reverse, 0 where the truth is more than a unit away from it. Kinks and jumps are left
out of the orders that are undefined there, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.accuracy.cells import Cells, in_cells, joined_cells
from actviz.evaluation import rounded
from actviz.floats import finfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Activation, Array
    from actviz.floats import Floats, Places

    Mask = NDArray[np.bool_]

STEPS = (0.5, 1.0, 2.0, 4.0, 1000.0)
"""Errors in ULP above which inputs are counted. 0.5 is a correctly rounded result's most."""

TIE = 1e-6
"""An error of 0.5 ULP is known to so much of an ULP only; see `oracle.GUARD`."""

FLOOR = 2.0**-22
"""Errors in ULP that the truth's remaining bits (`oracle.GUARD`) could feign: they count as none."""

BAD = 1.0
"""Results further off, in ULP, are bad: those are what regions are made of."""


@dataclass(frozen=True, slots=True)
class Case:
    """One result: the input, what came out, the truth rounded to float64, the error in ULP."""

    x: float
    got: float
    exact: float
    ulp: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What an audit found over `inputs` results, `kinks` of them left out.

    `above` counts errors over each of STEPS; `undecided` those whose truth could not be had. `max_ulp` is at
    input `at`, the greatest absolute error at `abs_at`. `worst` are the worst cases, worst first.
    """

    inputs: int
    kinks: int
    above: tuple[int, ...]
    wrong_nan: int
    wrong_infinity: int
    wrong_zero: int
    undecided: int
    max_ulp: float
    at: float
    max_abs: float
    abs_at: float
    worst: tuple[Case, ...]
    cells: Cells

    @property
    def wrong_nonfinite(self) -> int:
        """Results that are NaN or infinite and should not be, or the reverse."""
        return self.wrong_nan + self.wrong_infinity


@dataclass(frozen=True, slots=True)
class Errors:
    """Each result's error: in ULP (0 where it cannot be measured), absolute, and how it is wrong beyond measure."""

    ulp: Array
    distance: Array
    nan: Mask
    infinity: Mask
    zero: Mask
    undecided: Mask


def unit(exact: Array, kind: Any) -> Array:
    """The distance of neighbouring numbers of the dtype at the true results; at 0 the least subnormal."""
    info = finfo(kind)
    least, most = int(info.minexp), int(info.maxexp) - 1
    exponent = np.frexp(np.where(np.isfinite(exact), exact, 1.0))[1] - 1
    held = np.clip(np.where(exact == 0, least, exponent), least, most)
    step: Array = np.ldexp(np.ones(()), held - int(info.nmant))
    return step


def errors(got: Floats, exact: Array, rest: Array, defined: Mask) -> Errors:
    """The errors of `got` where the truth is `exact` + `rest`; `defined` says where the truth is a number or limit."""
    y = got.astype(np.float64)
    correct = rounded(exact, got.dtype).astype(np.float64)
    undecided = np.isnan(exact) & defined
    nan = (np.isnan(y) != np.isnan(exact)) & ~undecided
    infinity = ~nan & ~undecided & (np.isinf(y) | np.isinf(correct)) & (y != correct)
    measured = np.isfinite(y) & np.isfinite(exact) & ~infinity
    distance = np.where(measured, np.abs((y - exact) - rest), 0.0)
    ulp = distance / unit(exact, got.dtype)
    # The truth itself is known to this much of a unit; below it a distance is the truth's own error.
    distance, ulp = np.where(ulp < FLOOR, 0.0, distance), np.where(ulp < FLOOR, 0.0, ulp)
    zero = measured & (y == 0) & (ulp > BAD)
    return Errors(
        ulp=np.where(zero, 0.0, ulp),
        distance=distance,
        nan=nan,
        infinity=infinity,
        zero=zero,
        undecided=undecided,
    )


def kink_mask(activation: Activation, order: int, x: Floats) -> Mask:
    """Where the derivative of `order` has two sides: nothing is right or wrong there."""
    breaks = [kink.x for kink in activation.kinks(*activation.values) if kink.order <= order]
    with np.errstate(invalid="ignore"):
        return np.isin(x.astype(np.float64), breaks)


def tally(x: Floats, got: Floats, exact: Array, rest: Array, left_out: Mask, keep: int) -> Tally:
    """Count the errors of `got` at ascending inputs `x`, `keep` worst cases kept."""
    with np.errstate(all="ignore"):
        found = errors(got, exact, rest, np.isfinite(x))
        kept = ~left_out
        ulp, distance = np.where(kept, found.ulp, 0.0), np.where(kept, found.distance, 0.0)
        nan, infinity, zero = found.nan & kept, found.infinity & kept, found.zero & kept
        wrong = nan | infinity | zero
        inputs = x.astype(np.float64)
        most, farthest = int(ulp.argmax()), int(distance.argmax())
        worst = worst_first(ulp, keep)
        return Tally(
            inputs=x.size,
            kinks=int(left_out.sum()),
            above=tuple(int((ulp > step + TIE * (step < BAD)).sum()) for step in STEPS),
            wrong_nan=int(nan.sum()),
            wrong_infinity=int(infinity.sum()),
            wrong_zero=int(zero.sum()),
            undecided=int(found.undecided.sum()),
            max_ulp=float(ulp[most]),
            at=float(inputs[most]),
            max_abs=float(distance[farthest]),
            abs_at=float(inputs[farthest]),
            worst=tuple(Case(float(inputs[i]), float(got[i]), float(exact[i]), float(ulp[i])) for i in worst.tolist()),
            cells=in_cells(x, ulp, (ulp > BAD) | wrong, wrong),
        )


def worst_first(ulp: Array, keep: int) -> Places:
    """The places of the `keep` greatest errors that are not 0, greatest first."""
    some = np.argpartition(ulp, -keep)[-keep:] if 0 < keep < ulp.size else np.arange(ulp.size)[: keep and ulp.size]
    ranked = some[np.lexsort((some, -ulp[some]))]
    return ranked[ulp[ranked] > 0]


def merged(a: Tally, b: Tally, keep: int) -> Tally:
    """Two tallies of different inputs as one."""
    first, farthest = (a if a.max_ulp >= b.max_ulp else b), (a if a.max_abs >= b.max_abs else b)
    return Tally(
        inputs=a.inputs + b.inputs,
        kinks=a.kinks + b.kinks,
        above=tuple(m + n for m, n in zip(a.above, b.above, strict=True)),
        wrong_nan=a.wrong_nan + b.wrong_nan,
        wrong_infinity=a.wrong_infinity + b.wrong_infinity,
        wrong_zero=a.wrong_zero + b.wrong_zero,
        undecided=a.undecided + b.undecided,
        max_ulp=first.max_ulp,
        at=first.at,
        max_abs=farthest.max_abs,
        abs_at=farthest.abs_at,
        worst=tuple(sorted((*a.worst, *b.worst), key=lambda case: -case.ulp)[:keep]),
        cells=joined_cells(a.cells, b.cells),
    )
