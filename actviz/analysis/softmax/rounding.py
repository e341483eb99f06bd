"""The arithmetic of a dtype over arrays: every operation rounded once to it, by tables where it is narrow.

exp and log are computed in float64 and rounded once; float64 itself uses numpy's own. Sums, differences
and products of 16 bits or fewer are exact in float32, or rounded there to more than twice the bits plus
two, so that rounding again changes nothing (Figueroa 1995, SIGNUM Newsletter 30(3)). What is beyond a dtype
becomes infinite, and NaN in a dtype without infinity (fn, fnuz): ml_dtypes, which this follows, does not
saturate, as some hardware does on request.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.evaluation import rounded
from actviz.floats import dtype_of, finfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.activation import Array
    from actviz.floats import Floats

TABLED = 2
"""Bytes of a number up to which exp is read from a table of every number: 65,536 entries."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """One dtype's operations; arrays are of that dtype but where Array, float64, is said."""

    name: str
    kind: Any

    @property
    def precision(self) -> int:
        """Bits of the significand, the hidden one included."""
        return int(finfo(self.kind).nmant) + 1

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return float(finfo(self.kind).max)

    @property
    def beyond(self) -> str:
        """What a number beyond the largest becomes: "inf", or "NaN" in a dtype without infinity."""
        return "inf" if np.isinf(self.kind.type(np.inf)) else "NaN"

    @property
    def half_lost(self) -> float:
        """How many ULP off a number has lost half its bits."""
        return math.sqrt(2.0**self.precision)

    @property
    def single(self) -> bool:
        """Whether the numbers have at least float32's bits, so that a wider sum is no other."""
        return int(self.kind.itemsize) > TABLED

    def hold(self, x: Floats) -> Floats:
        """Floats of any dtype rounded once to this one."""
        if x.dtype == self.kind:
            return x
        if np.float64 in (x.dtype, self.kind):
            return rounded(x.astype(np.float64), self.kind)
        return x.astype(np.float32).astype(self.kind)

    def fit(self, x: Array) -> Array:
        """`x` rounded once, as float64 again."""
        return self.hold(np.asarray(x, dtype=np.float64)).astype(np.float64)

    def exp(self, x: Floats) -> Floats:
        """exp(x)."""
        if self.single:
            return np.exp(x.astype(np.float64)).astype(self.kind)
        taken: Floats = exponentials(self.name).take(bits(x))
        return taken

    def add(self, a: Floats, b: Floats) -> Floats:
        """a + b."""
        return self._paired("add", a, b)

    def minus(self, a: Floats, b: Floats) -> Floats:
        """a - b."""
        return self._paired("subtract", a, b)

    def times(self, a: Floats, b: Floats) -> Floats:
        """a b."""
        return self._paired("multiply", a, b)

    def _paired(self, operation: str, a: Floats, b: Floats) -> Floats:
        if self.kind.itemsize > 1:
            done: Floats = getattr(np, operation)(a, b)
            return done
        found: Floats = pairs(self.name, operation).take((bits(a).astype(np.uint16) << 8) | bits(b))
        return found


@cache
def rounding(dtype: str) -> Rounding:
    """The arithmetic of the dtype of that name, one of floats.ALL_DTYPES."""
    return Rounding(dtype, dtype_of(dtype))


def accumulator(r: Rounding, accumulate: str) -> Rounding:
    """What sums are kept in: the dtype itself for "native", at least float32 for "wide"."""
    return r if accumulate == "native" or r.single else rounding("float32")


def bits(x: Floats) -> Floats:
    """The numbers' bits as whole numbers without a sign."""
    return np.ascontiguousarray(x).view(f"u{x.dtype.itemsize}")


def every(kind: Any) -> Floats:
    """Every number of a dtype of at most 16 bits, NaN among them, in the order of their bits."""
    size = int(kind.itemsize)
    return np.arange(256**size, dtype=f"u{size}").view(kind)


@cache
def exponentials(dtype: str) -> Floats:
    """exp of every number of the dtype, by its bits."""
    kind = dtype_of(dtype)
    with np.errstate(all="ignore"):
        return rounded(np.exp(every(kind).astype(np.float64)), kind)


@cache
def pairs(dtype: str, operation: str) -> Floats:
    """A numpy operation on every two numbers of an 8-bit dtype, by the bits of the first, then of the second."""
    numbers = every(dtype_of(dtype))
    ufunc: Callable[..., Floats] = getattr(np, operation)
    with np.errstate(all="ignore"):
        return ufunc(numbers[:, np.newaxis], numbers[np.newaxis, :]).reshape(-1)
