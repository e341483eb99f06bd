# ruff: noqa: PLR0911 (a judgement is a list of cases, each with its verdict)
"""What a function given as a program over jets does towards infinity, judged from inside float64.

Direct evaluation at an infinity often meets inf - inf; and far out an intermediate result overflows
where the function itself does not. Both are settled by points within the reach of sound arithmetic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.expressions.expansion import Program, columns, expand, seeded
from actviz.expressions.noise import rounding
from actviz.floats import simplest
from actviz.sampling import crowd

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.activation import Array

EXPONENTS = tuple(300.0 * 2.0 ** (-k / 4) for k in range(41))
"""Decimal exponents of the points tried from the far end inwards, 1e300 to 2: each root of the one before."""

UNDERFLOW, OVERFLOW = 1e-280, 1e250
"""Beyond these a number still on its way to 0 or infinity is taken to have arrived."""

NOISE = 1e-12
"""Values below this part of the largest met are taken for the remains of a cancellation."""

SURE, CERTAIN, STEPS = 2.0, 1e-9, 1025
"""What is below so many times its noise is lost; less noise than this part of it is little; points looked at for it."""

QUARTER = 0.25
"""The last stretch on the way to a limit begins at this part of it."""

RECURRING, OUTSIDE, STEADY = 64, 20.0, 0.75
"""So many narrow places so far out on a side recur without end: there a limit is missed in the outer half of them by
less than this part of what it is missed by in the inner half."""


@dataclass(frozen=True, slots=True)
class Tail:
    """One side: the limit of value, slope and curvature (NaN where none exists) and the sound `reach`.

    `settled` tells whether each has as good as met its limit at `reach`, so that it may stand in beyond.
    """

    limits: tuple[float, float, float]
    settled: tuple[bool, bool, bool]
    reach: float


def tail(program: Program, side: float, narrow: tuple[float, ...] = ()) -> Tail:
    """The tail at plus infinity (`side` 1) or minus infinity (-1), for a function with those `narrow` places."""
    found = smooth_tail(program, side)
    far = side * np.asarray(narrow)
    far = np.sort(far[far > OUTSIDE])
    if far.size < RECURRING:
        return found
    x = side * crowd(far)
    jet = expand(program, x.reshape(-1))
    rows = (y.reshape(x.shape) for y in columns(jet))
    with np.errstate(all="ignore"):
        a, b, c = (met_by(limit, y) for limit, y in zip(found.limits, rows, strict=True))
    u, v, w = (own and not math.isnan(met) for own, met in zip(found.settled, (a, b, c), strict=True))
    return Tail((a, b, c), (u, v, w), found.reach)


def met_by(limit: float, y: Array) -> float:
    """`limit` if the rows of y, each of values about a narrow place further out, come nearer to it, else NaN."""
    missed = np.fmax.reduce(from_limit(limit, y), axis=1)
    near, far = (float(half.max(initial=0.0)) for half in np.split(missed, [missed.size // 2]))
    rounding = NOISE * float(np.max(np.abs(y), initial=0.0, where=np.isfinite(y)))
    return limit if far < STEADY * near or far <= rounding else math.nan


def from_limit(limit: float, y: Array) -> Array:
    """How far each of y is from the limit; from an infinite one, by how little it is on the way to it."""
    if math.isfinite(limit):
        return np.abs(y - limit)
    towards = math.copysign(1.0, limit) * y
    return np.where(towards > 0.0, 1.0 / towards, np.where(np.isnan(y), y, math.inf))


def smooth_tail(program: Program, side: float) -> Tail:
    """The tail of a function without narrow places far out."""
    direct = [float(c[0]) for c in columns(expand(program, np.asarray([side * math.inf])))]
    reach = sound_reach(program, side)
    if reach == 0.0:
        # C's pow(-inf, 1/3) is infinite, and for no finite number below 0 a number.
        if np.isnan(expand(program, side * 10.0 ** np.asarray(EXPONENTS)).value).all():
            direct = [math.nan] * 3
        return Tail((direct[0], direct[1], direct[2]), (False, False, False), math.inf)
    a, b, c = (approached(program, side, reach, order, limit) for order, limit in enumerate(direct))
    return Tail((a[0], b[0], c[0]), (a[1], b[1], c[1]), reach)


def approached(program: Program, side: float, reach: float, order: int, direct: float) -> tuple[float, bool]:
    """The limit of the derivative of `order`, `direct` if that is a number, and whether it is as good as met.

    Where rounding noise is all that is left at `reach` the limit is told from nearer points, where there is little.
    """
    near, steps, end = (columns(expand(program, x))[order] for x in places(side, reach))
    size = largest(np.concatenate([near, steps]))
    if not math.isnan(direct):
        return direct, arrived(direct, end, size)
    noise = rounding(program, places(side, reach)[2])[order]
    lost = bool((np.abs(end) <= SURE * noise).any() and noise.max() > NOISE * size)
    limit = nearer_limit(program, side, reach, order) if lost else tendency(steps[np.isfinite(steps)], end, size)
    met = (lost or noise.max() <= CERTAIN * largest(near)) and (np.abs(end - limit) <= SURE * noise).all()
    return limit, bool(met) or arrived(limit, end, size)


def nearer_limit(program: Program, side: float, reach: float, order: int) -> float:
    """The limit of the derivative of `order` as points up to where it has little noise tell it."""
    inner = quiet_reach(program, side, reach, order)
    # Beyond the last rung but one, however near.
    first = max(QUARTER, inner**-0.2)
    near, steps, end = (columns(expand(program, x))[order] for x in places(side, inner, first))
    limit = tendency(steps[np.isfinite(steps)], end, largest(np.concatenate([near, steps])), first)
    off = abs(limit) * CERTAIN + abs(limit - float(end[-1]))
    return simplest(limit - off, limit + off) if math.isfinite(limit) else math.nan


def places(side: float, reach: float, first: float = QUARTER) -> tuple[Array, Array, Array]:
    """Points near 0, points out to `reach` whose logarithms grow by sqrt 2, and many from that part of it on."""
    ladder = side * reach ** (2.0 ** (-0.5 * np.arange(7.0, -1.0, -1.0)))
    return side * np.asarray([0.5, 1.0, 2.0, 4.0]), ladder, side * reach * np.linspace(first, 1.0, 65)


def largest(y: Array) -> float:
    """The largest finite abs(y)."""
    size = np.abs(y)
    return float(size[np.isfinite(size)].max(initial=0.0))


def quiet_reach(program: Program, side: float, reach: float, order: int) -> float:
    """The farthest point up to `reach` where the derivative of `order` has but a little noise; 2 where none has."""
    x = side * np.minimum(10.0 ** np.linspace(math.log10(2.0), math.log10(max(reach, 2.0)), STEPS), reach)
    y, noise = columns(expand(program, x))[order], rounding(program, x)[order]
    sound = np.logical_and.accumulate(noise <= CERTAIN * np.abs(y))
    return float(abs(x[max(int(np.count_nonzero(sound)) - 1, 0)]))


def sound_reach(program: Program, side: float) -> float:
    """The farthest point up to 1e300 whose evaluation stays finite throughout; 0 when none is found."""
    outside = 300.0
    for exponent in EXPONENTS:
        if sound(program, side * 10.0**exponent):
            inside = exponent
            for _ in range(20 if exponent < 300.0 else 0):
                middle = (inside + outside) / 2.0
                inside, outside = (middle, outside) if sound(program, side * 10.0**middle) else (inside, middle)
            return float(10.0**inside)
        outside = exponent
    return 0.0


def sound(program: Program, x: float) -> bool:
    """Whether value, slope and curvature at x come out finite and nothing overflows on the way."""
    with np.errstate(all="ignore", over="raise"):
        try:
            jet = seeded(program, np.asarray([x]), 1.0)
        except FloatingPointError:
            return False
    return all(bool(np.isfinite(c).all()) for c in columns(jet))


def tendency(steps: Array, end: Array, size: float, first: float = QUARTER) -> float:
    """The limit that values tend to, NaN if none.

    `steps` are at points whose logarithms grow by sqrt 2, so that even 1/log x shrinks geometrically;
    `end` are at many points from the part `first` of the reach on, which betray an oscillation; `size` is the largest
    value met on the way, beside which rounding errors are judged.
    """
    if len(steps) < 4 or not np.isfinite(end).all():
        return math.nan
    last, before = float(steps[-1]), float(steps[-2])
    if np.ptp(end) <= 1e-12 * abs(last):
        return clean(last)
    fall = np.abs(steps)
    if np.abs(end).max() <= NOISE * size:
        return 0.0
    if (fall[-3:] <= 0.8 * fall[-4:-1]).all() and np.abs(end).max() <= 0.9 * abs(before):
        return 0.0
    d = np.diff(steps)[-3:]
    if not ((d > 0).all() or (d < 0).all()):
        return math.nan
    growth = float(d[-1] / d[-2])
    beyond = np.abs(end) > abs(before)
    if growth >= 0.95:
        return math.copysign(math.inf, d[-1]) if beyond.all() and np.sign(end).max() == np.sign(end).min() else math.nan
    if np.abs(end - last).max() > abs(d[-1]):
        return math.nan
    # Aitken's extrapolation of a geometric approach.
    aitken = last + float(d[-1]) * growth / (1.0 - growth)
    line = along_inverse(end, first)
    limit = aitken if math.isnan(line) else line
    return 0.0 if abs(limit) < 1e-9 * fall.max() else limit


def along_inverse(end: Array, first: float) -> float:
    """The limit of values at even steps from the part `first` of the reach on if they are a line in 1/x; else NaN."""
    a, b, c = float(end[0]), float(end[end.size // 2]), float(end[-1])
    # 1/x is so many times what it is at the reach.
    wide, close = 1.0 / first, 2.0 / (1.0 + first)
    told, again = (wide * c - a) / (wide - 1.0), (close * c - b) / (close - 1.0)
    return clean(again) if abs(told - again) <= CERTAIN * abs(c) else math.nan


def clean(limit: float) -> float:
    """`limit` without a last digit or two of rounding, where it is a short decimal."""
    short = float(f"{limit:.13g}")
    return short if abs(short - limit) <= 4e-15 * abs(limit) else limit


def arrived(limit: float, end: Array, size: float) -> bool:
    """Whether the values of the last stretch are their limit but for rounding, underflow or overflow."""
    if math.isnan(limit):
        return False
    if math.isinf(limit):
        return bool((np.sign(limit) * end > OVERFLOW)[-1])
    if limit == 0.0:
        noise = np.abs(end).max() <= NOISE * size and end.min() <= 0.0 <= end.max()
        return bool(np.abs(end[-1]) < UNDERFLOW or noise)
    return bool((np.abs(end - limit) <= 4e-15 * abs(limit)).all())


def filled(y: Array, x: Array, order: int, tails: Callable[[], tuple[Tail, Tail]]) -> Array:
    """`y` with NaN and infinities beyond sound arithmetic replaced by the limit, where it had settled to it."""
    lost = ~np.isfinite(y) & (np.abs(x) > 1.0)
    if lost.any():
        for side, end in zip((-1.0, 1.0), tails(), strict=True):
            if end.settled[order]:
                y = np.where(lost & (side * x > end.reach), end.limits[order], y)
    return y
