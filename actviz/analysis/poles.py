"""Where a function or a derivative of it grows without bound at a finite x."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.floats import UNDEFINED, bisected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.roots import Function, Segment

NARROW = 1e-6
"""Infinite values over a wider stretch are an overflow, not a pole."""

APPROACH = (2.0**-42, 2.0**-34, 2.0**-26)
"""How far from a pole its growth is looked at, as parts of the size of x."""

ORDINARY = 2.0**512
"""Beside an overflow only what does not come from it is smaller: the root of the largest float."""

BETWEEN = tuple(0.5 ** (k / 2) for k in range(84, 51, -1))
"""On the way it grows all along, as a wave too fine for the points does not."""

SAME, INTO = 64.0, (0.0625, 0.125, 0.25, 0.5)
"""Places so many ULP apart are one; else abs(f) is compared at these parts of the way from one to the other."""

STEEP, FEW = 1e3, 64
"""A leap of abs(f) by so many times, and beyond as much, may end a pole; so many of them are looked at."""

GROWTH = 1.5
"""How much larger it must be at each of these than at the next: the cube root of 1/x grows by 6."""


def poles(f: Function, x: Array, cuts: tuple[tuple[Segment, ...], ...]) -> tuple[float, ...]:
    """Where f is infinite among the points x, where f or f' changes sign as abs(f) grows, or f grows and is lost.

    Where it grows from one side alone, and another piece begins, too.

    `cuts` are the float line cut by the sign of f and of f'.
    """
    found = [*cliffs(f, x), *infinities(f, x), *leaps(f, x)]
    for cut in cuts:
        found += [*borders(f, cut), *overflows(f, x, cut)]
    apart: list[float] = []
    for p in found:
        if not any(abs(p - other) <= NARROW and is_one(f, p, other) for other in apart):
            apart.append(p)
    return tuple(sorted(apart))


def is_one(f: Function, p: float, q: float) -> bool:
    """Whether p and q stand for one pole: unless abs(f) falls from each of them to the middle between the two."""
    if abs(p - q) <= SAME * abs(float(np.spacing(max(abs(p), abs(q))))):
        return True
    size = np.abs(f(np.stack([p + (q - p) * np.asarray(INTO), q + (p - q) * np.asarray(INTO)]).reshape(-1)))
    return not bool(np.isfinite(size).all() and (np.diff(size.reshape(2, -1), axis=1) < 0).all())


def borders(f: Function, cut: tuple[Segment, ...]) -> list[float]:
    """The borders of segments that are poles, as the float beside each where abs(f) is larger, or is no number."""
    signs = np.asarray([s.sign for s in cut])
    left, right = signs[:-1], signs[1:]
    low, high = (np.asarray(ends) for ends in ([s.high for s in cut[:-1]], [s.low for s in cut[1:]]))
    from_left, from_right = grows(f, low, -1.0), grows(f, high, 1.0)
    larger = np.where(np.abs(f(low)) >= np.abs(f(high)), low, high)
    passed = (left * right == -1) & from_left & from_right
    lost = ((left == UNDEFINED) & from_right) | ((right == UNDEFINED) & from_left)
    places = np.where(passed, larger, np.where(left == UNDEFINED, low, high))
    # Beside another piece f grows from one side alone; there the pole belongs to that piece.
    alone = (left != UNDEFINED) & (right != UNDEFINED) & (from_left != from_right)
    places = np.where(alone, np.where(from_left, high, low), places)
    found: list[float] = places[passed | lost | alone].tolist()
    return found


def cliffs(f: Function, x: Array) -> list[float]:
    """Where f, having overflowed ever faster from one side, is an ordinary number again, as exp(-1/x) is right of 0."""
    infinite = np.isinf(f(x))
    found = []
    for a, b in pairwise(np.flatnonzero(infinite[:-1] != infinite[1:])):
        if not infinite[a + 1]:
            continue
        left = bisected(lambda t: ~np.isinf(f(t)), x[[a]], x[[a + 1]])
        right = bisected(lambda t: np.isinf(f(t)), x[[b]], x[[b + 1]])
        for cliff, last, edge in ((left[0], left[1], right[1]), (right[1], right[0], left[0])):
            # From the edge of the overflow outwards: log abs(f) is convex before a pole, not towards a mere peak.
            height = np.log(np.abs(f(edge + (edge - cliff) * np.arange(3.0))))
            if abs(f(cliff)[0]) < ORDINARY < abs(f(edge)[0]) and height[0] - height[1] > height[1] - height[2]:
                found.append(0.0 if cliff[0] * last[0] == 0.0 else float(last[0]))
    return found


def lost(f: Function, x: Array, places: Iterable[float]) -> tuple[float, ...]:
    """Where f is infinite beside an ordinary number, at no pole, as 1/(1 - tanh(x)) is where tanh rounds to 1."""
    infinite = np.isinf(f(x))
    at = np.flatnonzero(infinite[:-1] != infinite[1:])
    ends = bisected(lambda t: np.isinf(f(t)) == infinite[at], x[at], x[at + 1]) if at.size else (x[at], x[at])
    size = np.fmin(*(np.abs(f(end)) for end in ends))
    found = zip(ends[0].tolist(), size.tolist(), strict=True)
    return tuple(p for p, y in found if y < ORDINARY and not any(abs(p - pole) <= NARROW for pole in places))


def overflows(f: Function, x: Array, cut: tuple[Segment, ...]) -> list[float]:
    """Where the sign in `cut` changes within an overflow that log abs(f) approaches as a power, as of exp(1/x**2)."""
    y = f(x)
    infinite, finite = np.isinf(y), np.isfinite(y)
    ends = np.flatnonzero(infinite[:-1] & finite[1:])
    found = []
    for start in np.flatnonzero(finite[:-1] & infinite[1:]).tolist():
        end = next((e for e in ends.tolist() if e > start), start)
        inside = [c.low for c in cut if x[start + 1] < c.low <= x[end]]
        if not inside or finite[start + 1 : end + 1].any():
            continue
        place = 0.0 if min(inside) <= 0.0 <= max(inside) else min(inside)
        left = bisected(lambda t: np.isfinite(f(t)), x[[start]], x[[start + 1]])[0]
        right = bisected(lambda t: np.isinf(f(t)), x[[end]], x[[end + 1]])[1]
        if all(is_power(f, place, float(edge[0])) for edge in (left, right)):
            found.append(place)
    return found


def is_power(f: Function, place: float, edge: float) -> bool:
    """Whether log abs(f) falls off as a power of the distance from `place`, as told from `edge` outwards."""
    height = np.log(np.abs(f(place + (edge - place) * np.asarray([1.0, 1.25, 1.5625]))))
    near, far = np.log(height[0] / height[1]), np.log(height[1] / height[2])
    return bool(abs(near - far) < 0.1 * near)


def leaps(f: Function, x: Array) -> list[float]:
    """Where abs(f) leaps between neighbours among the points x, and beyond the leap grows towards it from that side."""
    size = np.abs(f(x))
    beside = np.diff(x) <= APPROACH[1] * np.maximum(np.abs(x[1:]), 1e-3)
    low, high = np.fmin(size[:-1], size[1:]), np.fmax(size[:-1], size[1:])
    at = np.flatnonzero(beside & np.isfinite(high) & (high > STEEP * np.fmax(low, STEEP)))[:FEW]
    if not at.size:
        return []
    between = np.sqrt(np.fmax(low[at], 1.0) * high[at])
    above = size[at] > between
    a, b = bisected(lambda t: (np.abs(f(t)) > between) == above, x[at], x[at + 1])
    grown = np.where(above, grows(f, a, -1.0), grows(f, b, 1.0))
    places: list[float] = np.where(above, b, a)[grown].tolist()
    return places


def close(x: float, places: Iterable[float]) -> bool:
    """Whether x is within a few ULP of one of `places`."""
    return any(abs(x - p) <= 8.0 * abs(float(np.spacing(p))) for p in places)


def infinities(g: Function, x: Array) -> tuple[float, ...]:
    """Where g is infinite among the points x, but for what overflows towards an end of them or over a wide stretch."""
    y = g(x)
    infinite = np.flatnonzero(np.isinf(y))
    finite = np.cumsum(np.isfinite(y))[infinite]
    # Beside a pole inf - inf may be NaN; a wide gap of NaN lies between two ends of the domain.
    apart = (np.diff(finite) > 0) | ((np.diff(infinite) > 1) & (np.diff(x[infinite]) > NARROW))
    found = []
    for group in np.split(infinite, np.flatnonzero(apart) + 1):
        if not group.size or group[0] == 0 or group[-1] == x.size - 1:
            continue
        low, high = float(x[group[0]]), float(x[group[-1]])
        if high - low <= NARROW:
            found.append(0.0 if low <= 0.0 <= high else 0.5 * (low + high))
    return tuple(found)


def rises(g: Function, place: float) -> bool:
    """Whether abs(g), infinite at `place`, rises towards it on a side, as it does not at an overflow on the way."""
    size = np.abs(g(np.stack([approach(np.asarray([place]), side)[0] for side in (-1.0, 1.0)]).reshape(-1)))
    return bool((np.diff(size.reshape(2, -1), axis=1) < 0).all(axis=1).any())


def grows(f: Function, edges: Array, outward: float) -> NDArray[np.bool_]:
    """Whether abs(f) grows towards each of the floats `edges` as x comes from the side `outward`, -1 or 1."""
    x = np.concatenate([edges[:, None], approach(edges, outward)], axis=1)
    size = np.abs(f(x.reshape(-1))).reshape(x.shape)
    growing: NDArray[np.bool_] = (size[:, 0] >= size[:, 1]) & (size[:, 1:-1] > GROWTH * size[:, 2:]).all(axis=1)
    x = approach(edges[growing], outward, BETWEEN)
    size = np.abs(f(x.reshape(-1))).reshape(x.shape)
    growing[growing] = (size[:, :-1] >= size[:, 1:]).all(axis=1)
    return growing


def approach(edges: Array, outward: float, steps: tuple[float, ...] = APPROACH) -> Array:
    """A row for each edge: the points, from the nearest, at which growth towards it is judged on the side `outward`."""
    points: Array = edges[:, None] + outward * np.maximum(np.abs(edges), 1e-3)[:, None] * np.asarray(steps)
    return points


def divergent(g: Function, places: Iterable[float], count: int) -> Array:
    """What the `count` rows of g add to their integrals at `places`, where they grow so fast that these diverge.

    As 1/distance or faster: the value times the distance does not shrink on the way in. Infinity with the sign of g,
    NaN where both signs meet, 0 where the integral converges.
    """
    found = np.zeros(count)
    for place in places:
        for outward in (-1.0, 1.0):
            x = approach(np.asarray([place]), outward)[0]
            y = g(x)
            size = np.abs(y) * np.abs(x - place)
            fast = (size[:, 0] > 0.5 * size[:, -1]) | np.isinf(size[:, 0])
            found += np.where(fast, np.copysign(np.inf, y[:, 0]), 0.0)
    return found
