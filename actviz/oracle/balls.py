"""Balls: a function's Taylor series at a point, each coefficient an interval that holds the true one.

A definition run over this module gives value, slope and half the curvature with proven error bounds
(Johansson 2017, Arb: IEEE Trans. Comput. 66(8)), at the bits that `flint.ctx.prec` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_series, ctx

from actviz.activation import Value

TERMS = 3
"""Coefficients kept: those of 1, h and h^2."""
HUGE = 2**40
"""Beyond it an exponent is taken apart here: Arb's own exp gives up on exponents of hundreds of bits."""


class UndecidedError(ArithmeticError):
    """At this precision an interval is too wide to tell what must be known."""


class UndefinedError(ArithmeticError):
    """There is no real number here, at any precision."""


def head(a: Any) -> Any:
    """The constant term of a ball, or a number as an exact one."""
    return a.s[0] if isinstance(a, Ball) else arb(a)


def raw(a: Any) -> Any:
    """A ball's series, or a number as an exact interval."""
    return a.s if isinstance(a, Ball) else arb(a)


def order(a: Any, b: Any) -> int:
    """-1, 0 or 1 as a is less than, equal to or greater than b; raise UndecidedError where the intervals overlap."""
    difference = head(a) - head(b)
    if difference > 0:
        return 1
    if difference < 0:
        return -1
    if difference.is_zero():
        return 0
    raise UndecidedError


@dataclass(slots=True, eq=False)
class Ball:
    """A power series in h of three interval coefficients, with the arithmetic a definition needs.

    `over_one` is the series less 1 where it was made by adding 1: the logarithm then needs no bits for the 1.
    """

    s: Any
    over_one: Any = None

    def __add__(self, other: Any) -> Ball:
        return Ball(self.s + raw(other), self.s if isinstance(other, int) and other == 1 else None)

    def __sub__(self, other: Any) -> Ball:
        return Ball(self.s - raw(other))

    def __rsub__(self, other: Any) -> Ball:
        return Ball(raw(other) - self.s)

    def __mul__(self, other: Any) -> Ball:
        return Ball(self.s * raw(other))

    def __truediv__(self, other: Any) -> Ball:
        return Ball(self.s / divisor(other))

    def __rtruediv__(self, other: Any) -> Ball:
        return Ball(raw(other) / divisor(self))

    def __neg__(self) -> Ball:
        return Ball(-self.s)

    def __pow__(self, exponent: Any) -> Ball:
        n = whole(exponent)
        if n is None:
            return exp(exponent * log(self))
        return 1 / self**-n if n < 0 else power(self, n)

    def __float__(self) -> float:
        return float(self.s[0])

    def __abs__(self) -> Ball:
        return absolute(self)

    def __gt__(self, other: Any) -> bool:
        return order(self, other) > 0

    def __ge__(self, other: Any) -> bool:
        return order(self, other) >= 0

    def __lt__(self, other: Any) -> bool:
        return order(self, other) < 0

    def __le__(self, other: Any) -> bool:
        return order(self, other) <= 0

    __radd__ = __add__
    __rmul__ = __mul__


def whole(exponent: Any) -> int | None:
    """A constant exponent as a whole number; None where it is none."""
    a = number(exponent).s
    constant = a[0].is_exact() and a[1].is_zero() and a[2].is_zero() and a[0].is_integer()
    return int(a[0].unique_fmpz()) if constant else None


def power(a: Ball, n: int) -> Ball:
    """a to the n-th for n >= 0, by squaring."""
    if n == 0:
        return number(1)
    half = power(a, n // 2)
    return half * half * a if n % 2 else half * half


def number(value: Any) -> Ball:
    """A constant."""
    return value if isinstance(value, Ball) else Ball(series(arb(value)))


def series(*coefficients: Any) -> Any:
    """The power series of these coefficients."""
    return arb_series(list(coefficients), prec=TERMS)


def variable(x: float) -> Ball:
    """The point itself: x + h."""
    return Ball(series(arb(x), arb(1)))


def constants(values: tuple[Value, ...]) -> list[Any]:
    """Parameter values as constants; a list's elements each."""
    return [tuple(map(number, v)) if isinstance(v, tuple) else number(v) for v in values]


def divisor(a: Any) -> Any:
    """The series of what is to be divided by; raise UndefinedError where it is 0, UndecidedError where it may be."""
    if head(a).is_zero():
        raise UndefinedError
    if head(a).contains(0):
        raise UndecidedError
    return number(a).s


def at(constant: Any, b: Ball) -> Any:
    """The series of `b` with another constant term."""
    return series(constant, b.s[1], b.s[2])


def exp(a: Any) -> Ball:
    """The exponential; e^x with x huge is 2^n e^r, for any n."""
    b = number(a)
    constant = b.s[0]
    if not constant.is_finite():
        raise UndecidedError
    if abs(constant.mid()) < HUGE:
        return Ball(b.s.exp())
    if constant.rad() > 1:
        raise UndecidedError
    kept = ctx.prec
    try:
        ctx.prec = kept + 1100  # n of a float64 has 1025 bits, all of which cancel
        n = (constant / arb.const_log2()).mid().floor().unique_fmpz()
        rest = constant - n * arb.const_log2()
    finally:
        ctx.prec = kept
    return Ball(at(rest, b).exp() * arb((1, n)))


def positive(a: Any) -> Ball:
    """The ball itself; raise UndefinedError where it is not above 0, UndecidedError where it may not be."""
    b = number(a)
    if head(b) <= 0:
        raise UndefinedError
    if not head(b) > 0:
        raise UndecidedError
    return b


def log(a: Any) -> Ball:
    """The natural logarithm."""
    b = positive(a)
    logarithm = Ball(b.s.log())
    return logarithm if b.over_one is None else Ball(at(b.over_one[0].log1p(), logarithm))


def tanh(a: Any) -> Ball:
    """1 - 2/(1 + e^2x) on the right, its reflection on the left: the slope then does not cancel in the tails."""
    b = number(a)
    if b.s[0] < 0:
        return -tanh(-b)
    return 1 - 2 / (1 + exp(2 * b))


def sqrt(a: Any) -> Ball:
    """The square root."""
    return Ball(positive(a).s.sqrt())


def sin(a: Any) -> Ball:
    """The sine."""
    return Ball(number(a).s.sin())


def cos(a: Any) -> Ball:
    """The cosine."""
    return Ball(number(a).s.cos())


def tan(a: Any) -> Ball:
    """The tangent."""
    return sin(a) / cos(a)


def sinh(a: Any) -> Ball:
    """The hyperbolic sine."""
    return (exp(a) - exp(-number(a))) / 2


def cosh(a: Any) -> Ball:
    """The hyperbolic cosine."""
    return (exp(a) + exp(-number(a))) / 2


def atan(a: Any) -> Ball:
    """The arctangent."""
    return Ball(number(a).s.atan())


def asin(a: Any) -> Ball:
    """The arcsine."""
    return Ball(number(a).s.asin())


def acos(a: Any) -> Ball:
    """The arccosine."""
    return Ball(number(a).s.acos())


def erf(a: Any) -> Ball:
    """The error function."""
    return Ball(number(a).s.erf())


def expm1(a: Any) -> Ball:
    """e^x - 1."""
    return exp(a) - 1


def log1p(a: Any) -> Ball:
    """log(1 + x)."""
    return log(number(a) + 1)


def sinc(a: Any) -> Ball:
    """sin(x)/x; at 0 the first terms of its series, which are exact to this order."""
    b = number(a)
    return 1 - b * b / 6 if b.s[0].is_zero() else sin(b) / b


def absolute(a: Any) -> Ball:
    """abs(x), with the left derivative at 0."""
    b = number(a)
    return b if order(b, 0) > 0 else -b


def where(condition: bool, a: Any, b: Any) -> Ball:
    """a if the condition holds, else b."""
    return number(a) if condition else number(b)


def maximum(a: Any, b: Any) -> Ball:
    """The larger; at a tie the one with the smaller slope, which is the larger on the left."""
    first, second = number(a), number(b)
    side = order(first, second)
    if side == 0:
        side = 1 if first.s[1] < second.s[1] else -1
    return first if side > 0 else second


def minimum(a: Any, b: Any) -> Ball:
    """The smaller; at a tie the one with the larger slope."""
    return -maximum(-number(a), -number(b))


def __getattr__(name: str) -> Any:
    """`pi`, to the precision in force when it is asked for."""
    if name == "pi":
        return Ball(series(arb.pi()))
    raise AttributeError(name)
