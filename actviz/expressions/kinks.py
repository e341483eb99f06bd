"""Kinks and jumps of a function given as a program over jets, found where its pieces change.

A choice between pieces (abs, min, max, a condition, a kink of a catalogue function) turns on the sign of
a difference. Sign changes of every such difference are located to adjacent floats, and kept where the
limits from left and right differ.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.activation import Kink
from actviz.expressions.choices import differences, limiting, record, recording
from actviz.expressions.expansion import Program, columns, expand
from actviz.expressions.jets import Jet
from actviz.floats import UNDEFINED, bisected, sign
from actviz.sampling import crowd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

    Ends = tuple[Array, Array]
    Index = NDArray[np.intp]
    Signs = NDArray[np.int64]

BESIDE = (0.99, 0.9, 0.77, 0.63, 0.51, 0.37, 0.22, 0.1, 2.0**-6, 2.0**-12, 2.0**-18)
"""Where between a sign change and the grid points around it the signs must hold, as parts of the way."""


class VaryingChoicesError(Exception):
    """A program chose between pieces another number of times than before."""


def constant_choices(program: Program, count: int) -> Program:
    """`program` with as many choices always: NaN for those not made; VaryingChoicesError for more."""

    def counted(t: Jet) -> Any:
        with recording() as own:
            y = program(t)
        if len(own) > count:
            raise VaryingChoicesError
        missing = [np.full(t.value.shape, np.nan)] * (count - len(own))
        for difference in (*own, *missing):
            record(difference)
        return y

    return counted


@cache
def grid() -> Array:
    """8,001 points, half even over [-20, 20], half by magnitude from 1e-6 to 1e6 on both sides."""
    even = np.arange(-2000.0, 2001.0) / 100.0
    magnitudes = np.geomspace(1e-6, 1e6, 2000)
    return np.unique(np.concatenate([even, magnitudes, -magnitudes]))


def find_kinks(program: Program, landmarks: tuple[float, ...] = ()) -> tuple[Kink, ...]:
    """The kinks, looked for inside +-1e6 and about the `landmarks`, in order of x; the lowest derivative that jumps.

    A program that makes more choices at fewer points, as a user's code may, tells none.
    """
    try:
        return located(program, np.unique(np.concatenate([grid(), crowd(np.asarray(landmarks)).reshape(-1)])))
    except VaryingChoicesError:
        return ()


def located(program: Program, x: Array) -> tuple[Kink, ...]:
    """`find_kinks` between two points of x; raise VaryingChoicesError when the choices cannot be told apart."""
    signs = switch_signs(program, x)
    if not len(signs):
        return ()
    program = constant_choices(program, len(signs))
    change = (signs[:, :-1] != signs[:, 1:]) & (signs[:, :-1] != UNDEFINED) & (signs[:, 1:] != UNDEFINED)
    which, at = np.nonzero(change)
    if not len(which):
        return ()
    before = signs[which, at]
    low, high = bisected(lambda middle: sign_of(program, which, middle) == before, x[at], x[at + 1])
    # A difference that only touches 0, as x**2 does, may be rounded to 0 all around: the grid's own zero is it.
    alone = np.pad((signs == 0) & (np.roll(signs, 1, 1) != 0) & (np.roll(signs, -1, 1) != 0), ((0, 0), (0, 1)))
    low = np.where(alone[which, at], x[at], low)
    high = np.where(alone[which, at + 1], x[at + 1], high)
    after = sign_of(program, which, high)
    outer, inner = (x[at], x[at + 1]), (low, high)
    keep = steady(program, which, outer, inner) & no_pole(program, which, outer, inner)
    left = np.where(after == 0, high, low)[keep]
    right = np.where((before == 0) & (after != 0), low, high)[keep]
    return differing(program, left, right)


def switches(program: Program, x: Array) -> list[Array]:
    """The differences that choose pieces, each at every x."""
    return differences(lambda points: expand(program, points), x)


def switch_signs(program: Program, x: Array) -> Signs:
    """Their signs: a row a difference; -1, 0, 1, or UNDEFINED."""
    signs = [sign(g) for g in switches(program, x)]
    return np.asarray(signs, dtype=np.int64).reshape(len(signs), len(x))


def sign_of(program: Program, which: Index, x: Array) -> Signs:
    """The sign of difference `which[i]` at `x[i]`."""
    return np.asarray(switch_signs(program, x)[which, np.arange(len(x))])


def steady(program: Program, which: Index, outer: Ends, inner: Ends) -> NDArray[np.bool_]:
    """Whether the sign changes but once between the grid points, as that of rounding noise does not."""
    holds = np.ones(len(which), dtype=bool)
    for end, start in zip(outer, inner, strict=True):
        wanted = sign_of(program, which, end)
        for part in BESIDE:
            between = start + part * (end - start)
            holds &= (sign_of(program, which, between) == wanted) | (between == start)
    return holds


def no_pole(program: Program, which: Index, outer: Ends, inner: Ends) -> NDArray[np.bool_]:
    """Whether each difference is smaller at its sign change than at the bracket around it."""
    size = [np.abs(np.asarray(switches(program, x))[which, np.arange(len(x))]) for x in (*outer, *inner)]
    return np.maximum(size[2], size[3]) <= np.maximum(size[0], size[1])


def differing(program: Program, left: Array, right: Array) -> tuple[Kink, ...]:
    """A Kink for each place whose limits from left and right differ by more than rounding."""
    sides = beside(program, left, 1.0), beside(program, right, -1.0)
    own = columns(expand(program, left))[0]
    unit = np.maximum(np.abs(left), 1.0)
    near = [expand(program, left - 1e-3 * unit), expand(program, left + 1e-3 * unit)]
    found: dict[float, Kink] = {}
    taken: list[float] = []
    for i in np.argsort(left):
        x = float(left[i])
        if taken and x - taken[-1] <= 4.0 * float(np.spacing(abs(x))):
            continue
        for order in (0, 1, 2):
            before, after = (float(side[order][i]) for side in sides)
            if not (np.isfinite(before) and np.isfinite(after)):
                break
            # Where f is no number the floats beside it stand in.
            gap = float(right[i] - left[i]) + 2.0 * np.isnan(own[i]) * float(np.spacing(abs(x)))
            drift = 2.0 * gap * max(abs(float(s[min(order + 1, 2)][i])) for s in sides) if gap else 0.0
            rounding = 1e-9 * max(abs(before), abs(after)) + 1e-12 * noise(near, order, i, float(unit[i]))
            value = float(own[i])
            # A single point may have a value of its own, as 0 has in `x if x==0 else 1`.
            alone = order == 0 and not gap and min(abs(value - before), abs(value - after)) > drift + rounding
            if abs(before - after) > drift + rounding or alone:
                found[x] = Kink(x, before, after, order)
                taken.append(x)
                break
    return tuple(found.values())


def beside(program: Program, x: Array, direction: float) -> tuple[Array, Array, Array]:
    """Value, slope and curvature as x is approached, from the left for `direction` 1, from the right for -1.

    Where value or slope is not a number, as of x/abs(x) at 0, the next float on that side stands in. Where a choice
    is a tie to second order, as of x**3 > 0, it is made farther out and followed back. NaN for what grows without
    bound.
    """
    with limiting() as undecided:
        at = columns(expand(program, x, direction))
    next_to = np.nextafter(x, -direction * np.inf)
    step = direction * 2.0**-40 * np.maximum(np.abs(x), 1.0)
    far = x - step
    with limiting():
        near, further = columns(expand(program, next_to, direction)), columns(expand(program, far, direction))
    lost = np.isnan(at[0]) | np.isnan(at[1])
    met = [np.where(lost, n, y) for y, n in zip(at, near, strict=True)]
    tied = np.any([t for t in undecided if t.shape == x.shape] or [np.zeros(x.shape, dtype=bool)], axis=0)
    if tied.any():
        outer = columns(expand(program, far - step, direction))
        met = [np.where(tied, f, y) for f, y in zip(followed(further, outer[2], x - far), met, strict=True)]
    a, b, c = (np.where(np.abs(m) / 2 > np.abs(f) + 0.5, np.nan, m) for m, f in zip(met, further, strict=True))
    return a, b, c


def followed(y: tuple[Array, Array, Array], before: Array, step: Array) -> tuple[Array, Array, Array]:
    """Value, slope and curvature a small step on, by Taylor's formula; `before` is the curvature a step back."""
    return y[0] + step * (y[1] + step * y[2] / 2), y[1] + step * y[2], 2.0 * y[2] - before


def noise(near: list[Jet], order: int, i: int, unit: float) -> float:
    """The size of the derivative of `order` nearby, or that which the value's size suggests."""
    sizes = [max(abs(float(columns(j)[order][i])), abs(float(j.value[i])) / unit**order) for j in near]
    return max((s for s in sizes if np.isfinite(s)), default=0.0)
