"""What befalls an evaluation of softmax, told from a row's largest term, its smallest, and their sum.

Rounding never changes an order, so if any exp, any quotient or any logarithm of a row fails, then that of
the largest logit or of the smallest does: no other class need be looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

    Mask = NDArray[np.bool_]
    Codes = NDArray[np.int8]

Status = Literal["ok", "overflow", "underflow", "both"]

STATUSES: tuple[Status, ...] = ("ok", "overflow", "underflow", "both")


class Failure(IntEnum):
    """What went wrong, the mildest first; from LOG_OF_ZERO on some value is infinite or NaN, or all are 0.

    LOST_DIGITS: half the bits of the dtype or more. VANISHED: a probability is 0. ALL_ZERO: so are all of them.
    ALL_VANISHED: so is every exp, and 0/0 is NaN. SUM_OVERFLOW: each exp is finite, their sum is not.
    SHIFT_OVERFLOW: x - M is beyond the dtype. LOGIT_OVERFLOW: a logit is. UNDEFINED: nothing but masks, or a
    logit that is NaN or +inf, has no softmax to compute.
    """

    OK = 0
    LOST_DIGITS = 1
    VANISHED = 2
    LOG_OF_ZERO = 3
    ALL_ZERO = 4
    ALL_VANISHED = 5
    SUM_OVERFLOW = 6
    EXP_OVERFLOW = 7
    SHIFT_OVERFLOW = 8
    LOGIT_OVERFLOW = 9
    UNDEFINED = 10

    @property
    def said(self) -> str:
        """The failure in words."""
        return WORDS[self]

    @property
    def breaks(self) -> bool:
        """Whether it leaves some value infinite or NaN, or every value 0."""
        return self >= Failure.LOG_OF_ZERO


WORDS = {
    Failure.OK: "ok",
    Failure.LOST_DIGITS: "lost digits",
    Failure.VANISHED: "a probability fell to 0",
    Failure.LOG_OF_ZERO: "log of 0",
    Failure.ALL_ZERO: "every probability fell to 0",
    Failure.ALL_VANISHED: "every exp fell to 0: 0/0",
    Failure.SUM_OVERFLOW: "the sum overflows",
    Failure.EXP_OVERFLOW: "exp overflows",
    Failure.SHIFT_OVERFLOW: "x - M overflows",
    Failure.LOGIT_OVERFLOW: "a logit is beyond the dtype",
    Failure.UNDEFINED: "no softmax: every logit is masked, or one is NaN or +inf",
}


@dataclass(frozen=True, slots=True)
class Ends:
    """The ends of rows, float64 copies of the dtype's numbers, (rows,) each.

    `top` and `least` are the largest and the smallest logit not masked, `drop` is least less top, the terms
    their exps (of x, or of x - M), `total` the sum, `top_value` and `value` what came out for the two.
    """

    top: Array
    least: Array
    drop: Array
    top_term: Array
    least_term: Array
    total: Array
    top_value: Array
    value: Array


def held(ends: Ends) -> Mask:
    """Where the logits fit the dtype: one far below zero may be -inf there."""
    return np.isfinite(ends.top) & ~np.isnan(ends.least)


def softmax_failure(ends: Ends, shifted: bool) -> Codes:
    """What befell a softmax, of exps of x - M if `shifted`, else of x."""
    lost = [(~held(ends), Failure.LOGIT_OVERFLOW)]
    lost += [(np.isnan(ends.drop), Failure.SHIFT_OVERFLOW)] if shifted else []
    lost += [
        (~np.isfinite(ends.top_term), Failure.EXP_OVERFLOW),
        (~np.isfinite(ends.total), Failure.SUM_OVERFLOW),
        (ends.total == 0, Failure.ALL_VANISHED),
        (np.isnan(ends.value), Failure.SHIFT_OVERFLOW),
        (ends.top_value == 0, Failure.ALL_ZERO),
        (ends.value == 0, Failure.VANISHED),
    ]
    return chosen(lost)


def log_of_softmax_failure(ends: Ends) -> Codes:
    """What befell the logarithm of a naive softmax, which is infinite where that is 0."""
    code = softmax_failure(ends, shifted=False)
    zero = (code == Failure.VANISHED) | (code == Failure.ALL_ZERO)
    return np.where(zero, np.int8(Failure.LOG_OF_ZERO), code)


def log_softmax_failure(ends: Ends) -> Codes:
    """What befell (x - M) - log of the sum, `value` of the smallest."""
    return chosen(
        [
            (~held(ends), Failure.LOGIT_OVERFLOW),
            (~np.isfinite(ends.drop), Failure.SHIFT_OVERFLOW),
            (~np.isfinite(ends.total), Failure.SUM_OVERFLOW),
            (~np.isfinite(ends.value), Failure.SHIFT_OVERFLOW),
        ]
    )


def chosen(found: list[tuple[Mask, Failure]]) -> Codes:
    """The first failure that holds, row by row."""
    codes: Codes = np.select([where for where, _ in found], [np.int8(f) for _, f in found], np.int8(Failure.OK))
    return codes


def status_places(ends: Ends) -> NDArray[np.int8]:
    """Places in STATUSES by what became infinite or NaN, and which exp or quotient by a finite sum became 0."""
    overflows = ~(np.isfinite(ends.top_term) & np.isfinite(ends.total))
    vanishes = (ends.least_term == 0) | (np.isfinite(ends.total) & (ends.value == 0))
    places: NDArray[np.int8] = (overflows + 2 * vanishes).astype(np.int8)
    return places
