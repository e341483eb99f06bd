"""Numbers in mpmath that know how far float64 may be from them, and jets of such numbers.

The bound is the first-order running error of the same formula: every constant, input and result counts
once, carried on by its condition number. In units of u it is what "1 + condition number" means for a tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mpmath

U = mpmath.mpf(2) ** -53
LARGEST, SMALLEST = mpmath.mpf("1e290"), mpmath.mpf("1e-290")


class OutsideError(Exception):
    """The formula leaves the normal numbers, its domain, or cannot tell its pieces apart here."""


@dataclass(frozen=True)
class Rough:
    """A number and its error bound in units of u."""

    v: Any
    e: Any

    def __add__(self, o: Rough) -> Rough:
        return rough(self.v + o.v, self.e + o.e)

    def __neg__(self) -> Rough:
        return Rough(-self.v, self.e)

    def __mul__(self, o: Rough) -> Rough:
        return rough(self.v * o.v, abs(self.v) * o.e + abs(o.v) * self.e)


def rough(v: Any, e: Any) -> Rough:
    """A result: its operands' errors and its own rounding."""
    if not mpmath.isfinite(v) or isinstance(v, mpmath.mpc) or abs(v) > LARGEST or 0 < abs(v) < SMALLEST:
        raise OutsideError
    return Rough(v, e + abs(v))


@dataclass(frozen=True, eq=False)
class Jet:
    """Value, slope and curvature."""

    v: Rough
    d: Rough
    dd: Rough

    def __add__(self, other: Any) -> Jet:
        o = jet(other)
        return Jet(self.v + o.v, self.d + o.d, self.dd + o.dd)

    def __mul__(self, other: Any) -> Jet:
        o = jet(other)
        two = Rough(mpmath.mpf(2), 0)
        return Jet(self.v * o.v, self.d * o.v + self.v * o.d, self.dd * o.v + two * self.d * o.d + self.v * o.dd)

    def __truediv__(self, other: Any) -> Jet:
        return self * through(lambda t: 1 / t, jet(other))

    def __pow__(self, n: float) -> Jet:
        return through(lambda t: t**n, self)

    def __neg__(self) -> Jet:
        return Jet(-self.v, -self.d, -self.dd)

    def __abs__(self) -> Jet:
        return -self if self < 0 else self

    def __lt__(self, other: Any) -> bool:
        gap = (self - other).v
        if abs(gap.v) <= 16 * U * gap.e:
            raise OutsideError
        return bool(gap.v < 0)

    def __gt__(self, other: Any) -> bool:
        return jet(other) < self

    def __sub__(self, other: Any) -> Jet:
        return self + -jet(other)

    def __rsub__(self, other: Any) -> Jet:
        return jet(other) - self

    def __rtruediv__(self, other: Any) -> Jet:
        return jet(other) / self

    __radd__ = __add__
    __rmul__ = __mul__


def jet(value: Any) -> Jet:
    """`value` itself, or a constant's jet."""
    if isinstance(value, Jet):
        return value
    if isinstance(value, complex):
        raise OutsideError
    v = mpmath.mpf(value)
    return Jet(Rough(v, abs(v)), Rough(v * 0, 0), Rough(v * 0, 0))


def variable(x: float) -> Jet:
    """The jet of x itself."""
    return Jet(Rough(mpmath.mpf(x), abs(mpmath.mpf(x))), Rough(mpmath.mpf(1), 0), Rough(mpmath.mpf(0), 0))


def through(f: Any, u: Any) -> Jet:
    """A smooth function of a jet; its derivatives are mpmath's own, at many digits."""
    u = jet(u)
    try:
        if abs(u.v.v) > 1e6:
            raise OutsideError
        f0, f1, f2, f3 = mpmath.diffs(f, u.v.v, 3)
    except (ZeroDivisionError, ValueError, TypeError):
        raise OutsideError from None
    if abs(u.v.v) < 1e-3:
        # Near 0 these functions' derivatives are 0 or of order 1; less is the remains of a difference.
        f0, f1, f2, f3 = (mpmath.mpf(0) if abs(t) < mpmath.mpf(10) ** -60 else t for t in (f0, f1, f2, f3))
    value = rough(f0, abs(f1) * u.v.e)
    slope, bend = rough(f1, abs(f2) * u.v.e), rough(f2, abs(f3) * u.v.e)
    return Jet(value, slope * u.d, bend * u.d * u.d + slope * u.dd)
