"""The numbers of each evaluation of softmax over rows of logits, every intermediate rounded to the dtype."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.failures import (
    Ends,
    log_of_softmax_failure,
    log_softmax_failure,
    softmax_failure,
    status_places,
)
from actviz.analysis.softmax.rows import lowered, masked_exp, wide
from actviz.analysis.softmax.sums import online_partial, partial

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.failures import Codes
    from actviz.analysis.softmax.rounding import Rounding
    from actviz.analysis.softmax.rows import Rows
    from actviz.floats import Floats

    Mask = NDArray[np.bool_]

EVALUATIONS = ("naive", "log_naive", "shifted", "log_softmax", "division_free", "online")

LOGARITHMS = ("log_naive", "log_softmax")
"""The evaluations that give the logarithm; the others give the probability."""

UNSHIFTED = ("naive", "log_naive")
"""The evaluations that sum exp(x); the others sum exp(x - M)."""


@dataclass(frozen=True, slots=True)
class Part:
    """An evaluation before its errors are known, (n, rows): `steps` are the sums after each term.

    `gone` says where a probability is 0; `failure` and `places`, of its status in STATUSES, are by row.
    """

    name: str
    terms: Array
    steps: Array
    values: Array
    gone: Mask
    failure: Codes
    places: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Terms:
    """Logits, the same less their maximum, and the exps of either, float64 copies."""

    x: Array
    d: Array
    e: Array


def parts(rows: Rows, into: Rounding, names: Sequence[str] = EVALUATIONS) -> Iterator[Part]:
    """The evaluations `names` of rows, their sums kept in the dtype of `into`."""
    shared: dict[bool, tuple[Floats, Array]] = {}
    for name in names:
        unshifted = name in UNSHIFTED
        if unshifted not in shared:
            e = masked_exp(rows, rows.x if unshifted else lowered(rows))
            shared[unshifted] = e, partial(e, into)
        e, steps = shared[unshifted]
        if name == "online":
            steps = online_partial(rows.x, rows.masked, rows.r, into)
        yield part(name, rows, e, steps)


def part(name: str, rows: Rows, e: Floats, steps: Array) -> Part:
    """The evaluation `name`, given its exps and their running sums."""
    total = steps[-1]
    exps = wide(e)
    values = value(name, rows, Terms(wide(rows.x), wide(lowered(rows)), exps), total)
    values = np.where(rows.masked & (total > 0), -np.inf if name in LOGARITHMS else 0.0, values)
    gone = (rows.r.fit(exps / total) if name in LOGARITHMS else values) == 0
    code, ends = failure(name, rows, total), row_ends(name, rows, total)
    places = (code != 0).astype(np.int8) if name == "log_softmax" else status_places(ends)
    return Part(name, exps, steps, np.where(rows.undefined, np.nan, values), gone, code, places)


def value(name: str, rows: Rows, at: Terms, total: Array) -> Array:
    """What the evaluation `name` makes of logits and the sum."""
    fit = rows.r.fit
    match name:
        case "division_free":
            return fit(np.exp(fit(at.x - log_sum(rows, total))))
        case "log_softmax":
            return fit(at.d - fit(np.log(total)))
        case "log_naive":
            return fit(np.log(fit(at.e / total)))
        case _:
            return fit(at.e / total)


def log_sum(rows: Rows, total: Array) -> Array:
    """M + log of the sum of exp(x - M)."""
    return rows.r.fit(wide(rows.top) + rows.r.fit(np.log(total)))


def row_ends(name: str, rows: Rows, total: Array) -> Ends:
    """The ends of the rows as the evaluation `name` has them; for the logarithm of a softmax those of the softmax."""
    r = rows.r
    high, low = (rows.top, rows.least) if name in UNSHIFTED else (r.minus(rows.top, rows.top), rows.drop)
    top_term, least_term = wide(r.exp(high)), wide(r.exp(low))
    called = "naive" if name == "log_naive" else name
    most = value(called, rows, Terms(wide(rows.top), np.zeros_like(top_term), top_term), total)
    least = value(called, rows, Terms(wide(rows.least), wide(rows.drop), least_term), total)
    if name == "division_free":  # M + log sum may be beyond the dtype where the sum is not
        total = np.where(np.isfinite(log_sum(rows, total)), total, np.nan)
    return Ends(wide(rows.top), wide(rows.least), wide(rows.drop), top_term, least_term, total, most, least)


def failure(name: str, rows: Rows, total: Array) -> Codes:
    """What befell the evaluation `name` of each row, lost digits apart."""
    ends = row_ends(name, rows, total)
    match name:
        case "log_softmax":
            return log_softmax_failure(ends)
        case "log_naive":
            return log_of_softmax_failure(ends)
        case _:
            return softmax_failure(ends, shifted=name not in UNSHIFTED)
