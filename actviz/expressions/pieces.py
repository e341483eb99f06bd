"""Functions of jets: choices between pieces, elementary functions, the catalogue's own kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.evaluation import evaluate_block
from actviz.expressions.choices import is_limiting, is_witnessing, record, witness
from actviz.expressions.jets import Condition, Jet, certain, chain, leftward, lift, rooted

if TYPE_CHECKING:
    from actviz.activation import Activation
    from actviz.expressions.elementary import Elementary


def where(condition: Any, a: Any, b: Any) -> Any:
    """`a` where the condition holds, else `b`; both may be jets or numbers.

    Where the condition holds at the point alone or left of it alone, and a and b agree in value, the
    derivatives are those of the left piece, if it has any.
    """
    like = next((u for u in (a, b) if isinstance(u, Jet)), None)
    if like is None:
        if not isinstance(condition, Condition):
            return np.where(condition, a, b)
        zero = np.zeros(condition.here.shape)
        like = Jet(zero, zero, zero)
    a, b, c = lift(a, like), lift(b, like), certain(condition)
    known = ~np.isnan(np.where(c.left, a.slope + a.curvature, b.slope + b.curvature))
    first = c.left if is_limiting() else np.where((a.value == b.value) & known, c.left, c.here)
    return type(like)(
        np.where(first, a.value, b.value),
        np.where(first, a.slope, b.slope),
        np.where(first, a.curvature, b.curvature),
    )


def maximum(a: Any, b: Any) -> Any:
    """The larger of two; at a tie the one that is larger just left of it. NaN where either is."""
    return extreme(np.maximum, 1.0, a, b)


def minimum(a: Any, b: Any) -> Any:
    """The smaller of two; at a tie the one that is smaller just left of it. NaN where either is."""
    return extreme(np.minimum, -1.0, a, b)


def fmax(a: Any, b: Any) -> Any:
    """`maximum`, but the other one where one is NaN."""
    return extreme(np.fmax, 1.0, a, b)


def fmin(a: Any, b: Any) -> Any:
    """`minimum`, but the other one where one is NaN."""
    return extreme(np.fmin, -1.0, a, b)


def extreme(choose: Any, direction: float, a: Any, b: Any) -> Any:
    """One of numpy's maxima or minima with derivatives; `direction` is 1 or -1 accordingly."""
    like = next((u for u in (a, b) if isinstance(u, Jet)), None)
    if like is None:
        return choose(a, b)
    a, b = lift(a, like), lift(b, like)
    difference = a - b
    record(difference.value)
    tie = a.value == b.value
    first = direction * np.where(tie, leftward(difference), np.where(a.value > b.value, 1.0, -1.0)) >= 0.0
    first = (first & ~np.isnan(a.value)) | np.isnan(b.value)
    return type(like)(
        choose(a.value, b.value),
        np.where(first, a.slope, b.slope),
        np.where(first, a.curvature, b.curvature),
    )


def elementary(function: Elementary, u: Any) -> Any:
    """An elementary function of a jet or a number."""
    if not isinstance(u, Jet):
        return function.value(u)
    v = function.value(u.value)
    # A square within a function may overflow to good effect; only the value's overflow is news to a caller.
    with np.errstate(all="ignore"):
        slope, curvature, rest = (part(u.value, v) for part in (function.slope, function.curvature, function.rest))
    return chain(u, v, slope, curvature, rest)


def square_root(function: Elementary, u: Any) -> Any:
    """The square root, a line on each side where its argument only touches 0."""
    root = elementary(function, u)
    return rooted(root, u) if isinstance(u, Jet) else root


def apply(activation: Activation, u: Any) -> Any:
    """An activation of a jet or a number, by its own kernels.

    At a kink reached from above, which an inner function does that falls as it passes, the left
    derivative in t is the activation's right derivative.
    """
    if not isinstance(u, Jet):
        with np.errstate(all="ignore"):
            given = np.asarray(u, dtype=np.float64)
            return evaluate_block(activation, given.reshape(-1), 0).reshape(given.shape)[()]
    for value in activation.values if is_witnessing() else ():
        # Its parameters may be where it is narrow itself.
        if isinstance(value, float):
            witness(u - value)
    flat = u.value.reshape(-1)
    with np.errstate(all="ignore"):
        f, slope, curvature = (evaluate_block(activation, flat, order).reshape(u.value.shape) for order in (0, 1, 2))
        kinks = activation.kinks(*activation.values)
        jumps = {kink.x for kink in kinks if kink.order == 0}
        for kink in kinks:
            record(u.value - kink.x)
            before = leftward(u - kink.x)
            above = (u.value == kink.x) & (before > 0)
            if not above.any() and not (kink.order == 0 and is_limiting()):
                continue
            beyond = np.asarray([np.nextafter(kink.x, np.inf)])
            right = [float(activation.kernels[order](beyond, *activation.values)[0]) for order in (0, 1, 2)]
            right[kink.order] = kink.right
            if kink.x in jumps and not is_limiting():
                right[1:] = 0.0, 0.0
            slope = np.where(above, right[1], slope)
            curvature = np.where(above, right[2], curvature)
            if kink.order == 0 and is_limiting():
                side = np.where(above, kink.right, np.where(before < 0, kink.left, f))
                f = np.where(u.value == kink.x, side, f)
    return chain(u, f, slope, curvature)
