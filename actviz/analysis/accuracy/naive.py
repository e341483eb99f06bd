"""The textbook definition evaluated naively in a dtype: every intermediate rounded to it.

Each operation is numpy's own in that dtype; of a 16-bit one it is the correctly rounded one, elementary
functions being computed in float64 first.
The slope is carried along by the rules of differentiation, as automatic differentiation does, with its
intermediates rounded too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.evaluation import rounded
from actviz.normal import erf

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.activation import Activation, Array
    from actviz.floats import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """Values and slopes in x, arrays of one dtype."""

    v: Any
    d: Any

    def lift(self, other: Any) -> Dual:
        """A number as a constant of this dtype, rounded to it."""
        if isinstance(other, Dual):
            return other
        return Dual(np.asarray(other, dtype=self.v.dtype), np.zeros((), self.v.dtype))

    def __add__(self, other: Any) -> Dual:
        o = self.lift(other)
        return Dual(self.v + o.v, self.d + o.d)

    def __mul__(self, other: Any) -> Dual:
        o = self.lift(other)
        return Dual(self.v * o.v, self.d * o.v + self.v * o.d)

    def __truediv__(self, other: Any) -> Dual:
        o = self.lift(other)
        quotient = self.v / o.v
        return Dual(quotient, (self.d - quotient * o.d) / o.v)

    def __neg__(self) -> Dual:
        return Dual(-self.v, -self.d)

    def __sub__(self, other: Any) -> Dual:
        o = self.lift(other)
        return Dual(self.v - o.v, self.d - o.d)

    def __rsub__(self, other: Any) -> Dual:
        return self.lift(other) - self

    def __rtruediv__(self, other: Any) -> Dual:
        return self.lift(other) / self

    def __pow__(self, exponent: Any) -> Dual:
        n = self.lift(exponent).v
        return Dual(self.v**n, n * self.v ** (n - np.ones((), n.dtype)) * self.d)

    def __float__(self) -> float:
        return float(self.v)

    def __abs__(self) -> Dual:
        return Dual(np.abs(self.v), np.where(self.v > 0, self.d, -self.d))

    def __gt__(self, other: Any) -> Any:
        return self.v > self.lift(other).v

    def __ge__(self, other: Any) -> Any:
        return self.v >= self.lift(other).v

    def __lt__(self, other: Any) -> Any:
        return self.v < self.lift(other).v

    def __le__(self, other: Any) -> Any:
        return self.v <= self.lift(other).v

    __radd__ = __add__
    __rmul__ = __mul__


@dataclass(frozen=True, slots=True)
class Maths:
    """The maths module of one dtype, over duals."""

    kind: Any

    def of(self, function: Callable[[Array], Array], v: Any) -> Any:
        """An elementary function of numbers of the dtype, in the dtype; erf, which numpy lacks, by way of float64."""
        if self.kind.itemsize > 2 and function is not erf:
            return function(v)
        return rounded(np.asarray(function(np.asarray(v).astype(np.float64))), self.kind)

    def number(self, value: Any) -> Dual:
        """A constant, rounded to the dtype."""
        zero = np.zeros((), self.kind)
        return Dual(zero, zero).lift(value)

    @property
    def pi(self) -> Dual:
        """The circle's constant, rounded to the dtype."""
        return self.number(math.pi)

    def exp(self, a: Any) -> Dual:
        """The exponential."""
        g = self.number(a)
        e = self.of(np.exp, g.v)
        return Dual(e, e * g.d)

    def expm1(self, a: Any) -> Dual:
        """The exponential less 1."""
        g = self.number(a)
        return Dual(self.of(np.expm1, g.v), self.of(np.exp, g.v) * g.d)

    def log(self, a: Any) -> Dual:
        """The natural logarithm."""
        g = self.number(a)
        return Dual(self.of(np.log, g.v), g.d / g.v)

    def log1p(self, a: Any) -> Dual:
        """The logarithm of 1 + x."""
        g = self.number(a)
        return Dual(self.of(np.log1p, g.v), g.d / (self.number(1).v + g.v))

    def tanh(self, a: Any) -> Dual:
        """The hyperbolic tangent."""
        g = self.number(a)
        t = self.of(np.tanh, g.v)
        return Dual(t, (self.number(1).v - t * t) * g.d)

    def sqrt(self, a: Any) -> Dual:
        """The square root."""
        g = self.number(a)
        r = self.of(np.sqrt, g.v)
        return Dual(r, g.d / (r + r))

    def sin(self, a: Any) -> Dual:
        """The sine."""
        g = self.number(a)
        return Dual(self.of(np.sin, g.v), self.of(np.cos, g.v) * g.d)

    def cos(self, a: Any) -> Dual:
        """The cosine."""
        g = self.number(a)
        return Dual(self.of(np.cos, g.v), -self.of(np.sin, g.v) * g.d)

    def tan(self, a: Any) -> Dual:
        """The tangent."""
        return self.sin(a) / self.cos(a)

    def sinh(self, a: Any) -> Dual:
        """The hyperbolic sine."""
        g = self.number(a)
        return Dual(self.of(np.sinh, g.v), self.of(np.cosh, g.v) * g.d)

    def cosh(self, a: Any) -> Dual:
        """The hyperbolic cosine."""
        g = self.number(a)
        return Dual(self.of(np.cosh, g.v), self.of(np.sinh, g.v) * g.d)

    def atan(self, a: Any) -> Dual:
        """The arctangent."""
        g = self.number(a)
        return Dual(self.of(np.arctan, g.v), g.d / (self.number(1).v + g.v * g.v))

    def asin(self, a: Any) -> Dual:
        """The arcsine."""
        g = self.number(a)
        return Dual(self.of(np.arcsin, g.v), g.d / self.of(np.sqrt, self.number(1).v - g.v * g.v))

    def acos(self, a: Any) -> Dual:
        """The arccosine."""
        g = self.number(a)
        return Dual(self.of(np.arccos, g.v), -g.d / self.of(np.sqrt, self.number(1).v - g.v * g.v))

    def erf(self, a: Any) -> Dual:
        """The error function."""
        g = self.number(a)
        slope = self.number(2 / math.sqrt(math.pi)).v * self.of(np.exp, -(g.v * g.v))
        return Dual(self.of(erf, g.v), slope * g.d)

    def sinc(self, a: Any) -> Dual:
        """sin(x)/x, 1 at 0."""
        g = self.number(a)
        one = self.number(1).v
        x = np.where(g.v == 0, one, g.v)
        value = np.where(g.v == 0, one, self.of(np.sin, x) / x)
        return Dual(value, np.where(g.v == 0, one - one, (self.of(np.cos, x) - value) / x) * g.d)

    def absolute(self, a: Any) -> Dual:
        """abs(x), with the left slope at 0."""
        return abs(self.number(a))

    def where(self, condition: Any, a: Any, b: Any) -> Dual:
        """a where the condition holds, else b."""
        a, b = self.number(a), self.number(b)
        return Dual(np.where(condition, a.v, b.v), np.where(condition, a.d, b.d))

    def maximum(self, a: Any, b: Any) -> Dual:
        """The larger; at a tie the one with the smaller slope, which is the larger on the left."""
        a, b = self.number(a), self.number(b)
        return self.where((a.v > b.v) | ((a.v == b.v) & (a.d < b.d)) | np.isnan(a.v), a, b)

    def minimum(self, a: Any, b: Any) -> Dual:
        """The smaller; at a tie the one with the larger slope."""
        return -self.maximum(-self.number(a), -self.number(b))


def naive(activation: Activation, x: Floats) -> tuple[Floats, Floats]:
    """Value and slope of the definition at `x`, each intermediate rounded to x's dtype, parameters too."""
    m = Maths(x.dtype)
    values = [tuple(map(m.number, v)) if isinstance(v, tuple) else m.number(v) for v in activation.values]
    with np.errstate(all="ignore"):
        found = m.number(activation.definition(m, Dual(x, np.ones_like(x)), *values))
        return np.broadcast_to(found.v, x.shape), np.broadcast_to(found.d, x.shape)
