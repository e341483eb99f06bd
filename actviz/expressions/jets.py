"""Jets: a value with its first and second derivative, carried forward through arithmetic.

Every derivative is the limit from the left of t, the variable a jet is seeded with: at a tie the piece
that holds just left of it is taken. Seeding with x = x0 - t gives the limits from the right in x.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.expressions.choices import divided, is_limiting, record, shaken, undecided, witness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

    Truth = NDArray[np.bool_]

VANISHING = 1e-280
"""What is nearer to 0 than this has derivatives that are 0 for all that float64 can tell."""


def carried(derivative: Array, factor: Array) -> Array:
    """``derivative * factor``, 0 where the derivative is exactly 0: constants survive an infinite factor."""
    return np.where(derivative == 0.0, 0.0, derivative * factor)


def both(a: Array, b: Array) -> Array:
    """The product of two derivatives, 0 where either is exactly 0."""
    return np.where((a == 0.0) | (b == 0.0), 0.0, a * b)


@dataclass(frozen=True, slots=True, eq=False)
class Jet:
    """float64 arrays of one shape: values, and slopes and curvatures in t."""

    value: Array
    slope: Array
    curvature: Array

    __array_ufunc__ = None
    """Makes numpy's numbers and arrays leave arithmetic with a jet to the jet."""

    def __neg__(self) -> Jet:
        return type(self)(-self.value, -self.slope, -self.curvature)

    def __pos__(self) -> Jet:
        return self

    def __abs__(self) -> Jet:
        record(self.value)
        negative = (self.value < 0.0) | ((self.value == 0.0) & (leftward(self) < 0))
        sign = np.where(negative, -1.0, 1.0)
        return type(self)(np.abs(self.value), sign * self.slope, sign * self.curvature)

    def __add__(self, other: Any) -> Jet:
        o = lift(other, self)
        whole = type(self)(self.value + o.value, self.slope + o.slope, self.curvature + o.curvature)
        return traced(whole, self, o)

    def __sub__(self, other: Any) -> Jet:
        return self + -lift(other, self)

    def __rsub__(self, other: Any) -> Jet:
        return -self + lift(other, self)

    def __mul__(self, other: Any) -> Jet:
        a, b = self, lift(other, self)
        cross = 2.0 * both(a.slope, b.slope)
        return traced(
            type(self)(
                a.value * b.value,
                carried(a.slope, b.value) + carried(b.slope, a.value),
                carried(a.curvature, b.value) + carried(b.curvature, a.value) + cross,
            )
        )

    def __truediv__(self, other: Any) -> Jet:
        return quotient(self, lift(other, self))

    def __rtruediv__(self, other: Any) -> Jet:
        return quotient(lift(other, self), self)

    def __pow__(self, other: Any) -> Jet:
        root = power(self, lift(other, self))
        return rooted(root, self) if np.isscalar(other) and other == 0.5 else root

    def __rpow__(self, other: Any) -> Jet:
        return power(lift(other, self), self)

    __radd__ = __add__
    __rmul__ = __mul__

    def __lt__(self, other: Any) -> Condition:
        return compared(np.less, self, other)

    def __le__(self, other: Any) -> Condition:
        return compared(np.less_equal, self, other)

    def __gt__(self, other: Any) -> Condition:
        return compared(np.greater, self, other)

    def __ge__(self, other: Any) -> Condition:
        return compared(np.greater_equal, self, other)

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]
        return compared(np.equal, self, other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]
        return compared(np.not_equal, self, other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """Truth values: at the point itself, and just left of it."""

    here: Truth
    left: Truth

    __array_ufunc__ = None

    def __and__(self, other: Any) -> Condition:
        o = certain(other)
        return type(self)(self.here & o.here, self.left & o.left)

    def __or__(self, other: Any) -> Condition:
        o = certain(other)
        return type(self)(self.here | o.here, self.left | o.left)

    def __xor__(self, other: Any) -> Condition:
        o = certain(other)
        return type(self)(self.here ^ o.here, self.left ^ o.left)

    def __invert__(self) -> Condition:
        return type(self)(~self.here, ~self.left)

    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__


def traced(whole: Jet, *terms: Jet) -> Jet:
    """`whole`, an intermediate result and maybe the sum of two terms, witnessed."""
    witness(whole, *terms)
    return shaken(whole)


def certain(truth: Any) -> Condition:
    """`truth` as a Condition; one that is plain holds on the left as it does here."""
    return truth if isinstance(truth, Condition) else Condition(np.asarray(truth, bool), np.asarray(truth, bool))


def chosen(condition: Condition) -> Truth:
    """Where the condition holds: at the points themselves, or just left of them while limiting."""
    return condition.left if is_limiting() else condition.here


def lift(other: Any, like: Jet) -> Jet:
    """`other` itself, or a constant as a jet of like's kind: 1 where a condition holds, 0 where it does not."""
    if isinstance(other, Jet):
        return other
    value = np.asarray(chosen(other) if isinstance(other, Condition) else other, dtype=np.float64)
    shape = np.broadcast_shapes(value.shape, like.value.shape)
    return type(like)(np.broadcast_to(value, shape), np.zeros(shape), np.zeros(shape))


def leftward(jet: Jet) -> Array:
    """Whether the value just left of a zero is less (-1), equal (0) or greater (1), as far as the curvature tells."""
    undecided((jet.value == 0.0) & (jet.slope == 0.0) & (jet.curvature == 0.0))
    return np.where(jet.slope != 0.0, -np.sign(jet.slope), np.sign(jet.curvature))


def compared(relation: Any, a: Jet, b: Any) -> Condition:
    """The comparison here, and just left of here where the two sides tie."""
    difference = a - lift(b, a)
    record(difference.value)
    here = relation(a.value, lift(b, a).value)
    tie = a.value == lift(b, a).value
    return Condition(here, np.where(tie, relation(leftward(difference), 0.0), here))


def quotient(a: Jet, b: Jet) -> Jet:
    """a/b; its derivatives from those of q b = a. Where b passes 0 another piece may begin, as of tanh(1/x)."""
    record(b.value)
    divided(b)
    q = a.value / b.value
    slope = (a.slope - carried(b.slope, q)) / b.value
    rest = 2.0 * carried(b.slope, slope) + carried(b.curvature, q)
    curvature = np.where(b.value == 0.0, np.nan, (a.curvature - rest) / b.value)
    gone = faded(q, b) & np.isfinite(a.slope + a.curvature)
    return traced(type(a)(q, np.where(gone, 0.0, slope), np.where(gone, 0.0, curvature)))


def faded(v: Array, by: Jet) -> Truth:
    """Where `v` is all but 0 as `by`, or its derivatives, outgrew float64: then v's own are 0, as of 1/(1 + exp(x)).

    Not at a pole of `by`: there its curvature is not a number.
    """
    return (np.abs(v) < VANISHING) & (np.isinf(by.slope) | np.isinf(by.curvature)) & ~np.isnan(by.curvature)


def chain(u: Jet, f: Array, slope: Array, curvature: Array, rest: Array | float = 1.0) -> Jet:
    """f(u), given f, f' and f'' = curvature * rest at u's values."""
    bend = carried(u.slope, curvature) * carried(u.slope, np.asarray(rest))
    return traced(type(u)(f, carried(u.slope, slope), bend + carried(u.curvature, slope)))


def power(a: Jet, b: Jet) -> Jet:
    """a**b by the partial derivatives in a and b."""
    v = np.power(a.value, b.value)
    at, n = a.value, b.value
    if (n < 0.0).any() and not b.slope.any():
        divided(a)
    log = np.where((at == 0.0) & (n > 0.0), 0.0, np.log(at))
    by_a = carried(n, np.power(at, n - 1.0))
    # a**(n - 2) in two factors where it would underflow before it meets a'^2.
    far = (np.abs(at) > 1.0) & (n < 2.0)
    by_aa = carried(n * (n - 1.0), np.power(at, np.where(far, n - 1.0, n - 2.0)))
    by_ab = np.power(at, n - 1.0) * (1.0 + n * log)
    # Where a has overflowed, a power that tends to 0 would make a guess of its product with a'.
    lost = np.isinf(at) & (n < 1.0) & (n != 0.0)
    rest = np.where(far, 1.0 / at, 1.0)
    along = chain(a, v, np.where(lost, np.nan, by_a), np.where(lost, np.nan, by_aa), rest)
    across = chain(b, v, v * log, v * log * log)
    cross = 2.0 * carried(both(a.slope, b.slope), by_ab)
    mixed = along.curvature + across.curvature + cross
    gone = faded(v, a) & (b.slope == 0.0) & (b.curvature == 0.0)
    return traced(type(a)(v, np.where(gone, 0.0, along.slope + across.slope), np.where(gone, 0.0, mixed)))


def rooted(root: Jet, u: Jet) -> Jet:
    """`root`, the square root of u, mended where u only touches 0: sqrt(c t^2/2) is a line there."""
    record(u.value)
    touch = (u.value == 0.0) & (u.slope == 0.0) & (u.curvature > 0.0)
    slope = np.where(touch, -np.sqrt(u.curvature / 2.0), root.slope)
    return type(root)(root.value, slope, np.where(touch, 0.0, root.curvature))
