"""Where a function given as a program over jets may have a narrow feature, told from its parts.

A bump or a step is narrow because some part of the program moves fast, and it stands where that part, or one made
of it, passes 0, is 1 in size, turns, or is as large as what it is added to. A part that is itself narrow shows once
points are put about the places found: so these are looked for again among such points.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.expressions.choices import recording, witnessing
from actviz.expressions.expansion import Program, expand
from actviz.floats import bisected, sign
from actviz.sampling import crowd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

    Index = NDArray[np.intp]
    Signs = NDArray[np.int8]

ROUNDS = 3
"""How often places are looked for about those found before: a narrow place within one within one."""

MOST, NEAR, IN_ALL, FAR_OUT = 256, 20.0, 4096, 1024
"""A level that passes 0 at more places oscillates: those so near to 0 count. Of all levels' places the nearest do.

Of the others so many, evenly among them: they tell what recurs without end from what does not."""

PER_WAVE = 8
"""Points for each change of sign of a part, so that all its changes are seen."""

FARTHEST = 1e13
"""As far out as waves are told from rounding: floats are 0.002 apart there."""

TOGETHER = 1024.0
"""Places within so many ULP of one another are one."""


LEAST = 1e-30
"""A place nearer to 0 is taken for 0, about which there always are points of all sizes."""


COARSE, CONTRAST, FELT = 0.01, 64.0, 1e-10
"""What is wider than the grid's spacing needs no landmark; what is narrower has f'' so many times larger than so far
from it, and changes f' by more than this part of itself."""

ASIDE = (-0.0731, -0.0417, -0.0239, -0.0133, 0.0131, 0.0233, 0.0419, 0.0739)
"""As parts of it f'' is looked at so far from a place too: no wave has the same phase at all of these points."""

CLOSE, GROWTH, CONVEX = (8.0, 64.0, 512.0), 1.02, 0.5
"""How many ULP from a place abs(f) is looked at for a pole: so many times larger at the second than at the third, of
log x even, and so much of that rise again from the second to the first, where a bump is flat."""


class VaryingPartsError(Exception):
    """A program went through other parts than before, or through parts of its argument."""


@cache
def grid() -> Array:
    """10,187 points: even over [-20, 20], by magnitude from 1e-6 to 1e13, and a few out to 1e-300 and 1e300."""
    even = np.arange(-2000.0, 2001.0) / 100.0
    fine, coarse = np.geomspace(1e-6, 1e6, 2000), np.geomspace(1e6, FARTHEST, 500)
    magnitudes = np.concatenate([fine, coarse, 10.0 ** np.arange(-300.0, 301.0)])
    return np.unique(np.concatenate([even, magnitudes, -magnitudes]))


def find_landmarks(program: Program) -> tuple[float, ...]:
    """The places in ascending order, of what recurs without end some far out.

    None of a program whose parts differ from point to point, as a user's code may.
    """
    try:
        with np.errstate(all="ignore"):
            return confirmed(program, candidates(program, grid()))
    except VaryingPartsError:
        return ()


def landmarks_among(program: Program, x: Array) -> tuple[float, ...] | None:
    """The places between points x, ascending; None where a part of the program waves too fast for so few points."""
    try:
        with np.errstate(all="ignore"):
            signs = levels(program, x)
            if np.count_nonzero(signs[:, 1:] * signs[:, :-1] == -1, axis=1).max(initial=0) * PER_WAVE > x.size:
                return None
            return confirmed(program, unknown(passed(program, x), np.zeros(0)))
    except VaryingPartsError:
        return ()


def confirmed(program: Program, places: Array) -> tuple[float, ...]:
    """Those of the places where the function does have a narrow feature."""
    return tuple(places[narrow(program, places) & ~growing(program, places)].tolist())


def candidates(program: Program, x: Array) -> Array:
    """The places, ascending, where a narrow feature may be; raise VaryingPartsError where they cannot be told."""
    found = np.zeros(0)
    for _ in range(ROUNDS):
        new = nearest(unknown(passed(program, x), found))
        if not new.size:
            break
        found = np.sort(np.concatenate([found, new]))
        x = np.unique(crowd(new))
    return found


def nearest(places: Array) -> Array:
    """The places, or of more than anything but rounding noise has those nearest to 0."""
    return places if places.size <= 2 * IN_ALL else np.sort(places[np.argsort(np.abs(places))[:IN_ALL]])


def narrow(program: Program, places: Array) -> NDArray[np.bool_]:
    """Whether f'' is far larger close about each of the places than the grid would tell, and not by rounding alone."""
    size = np.maximum(np.abs(places), 1.0)[:, None]
    x = np.concatenate([crowd(places), places[:, None] + size * np.asarray(ASIDE)], axis=1)
    jet = expand(program, x.reshape(-1))
    sizes = (np.abs(y.reshape(x.shape)) for y in (jet.slope, jet.curvature))
    slope, bend = (np.nan_to_num(y, posinf=sys.float_info.max) for y in sizes)
    distance = np.abs(x - places[:, None])
    around = distance > COARSE * size
    coarse = np.max(bend[:, -len(ASIDE) :], axis=1)
    felt = bend * np.maximum(distance, np.spacing(size)) > FELT * np.max(slope, axis=1, keepdims=True)
    return np.asarray((felt & ~around & (bend > CONTRAST * coarse[:, None])).any(axis=1))


def growing(program: Program, places: Array) -> NDArray[np.bool_]:
    """Whether abs(f) still grows, next to each of the places, on a side: a pole is no narrow place."""
    steps = np.spacing(np.abs(places))[:, None, None] * np.asarray([[1.0], [-1.0]]) * np.asarray(CLOSE)
    x = places[:, None, None] + steps
    size = np.abs(expand(program, x.reshape(-1)).value).reshape(x.shape)
    near, middle, far = (size[..., i] for i in range(len(CLOSE)))
    grown = (middle > GROWTH * far) & (near - middle > CONVEX * (middle - far))
    return np.asarray((~np.isfinite(size).all(axis=2) | grown).any(axis=1))


def passed(program: Program, x: Array) -> Array:
    """The floats, ascending, where a level of a part changes sign between two of `x`, or touches 0 at one of them."""
    signs = levels(program, x)
    which, at = np.nonzero(signs[:, :-1] * signs[:, 1:] == -1)
    kept = chosen(which, np.abs(x[at]))
    which, at = which[kept], at[kept]
    before = signs[which, at]
    every = np.arange(at.size)

    def holds(middle: Array) -> NDArray[np.bool_]:
        return np.asarray(levels(program, middle, len(signs))[which, every] == before)

    # The upper end: where the level is exactly 0 at a float, that is it.
    _, found = bisected(holds, x[at], x[at + 1]) if at.size else (x[at], x[at])
    alone = (signs[:, 1:-1] == 0) & (signs[:, :-2] != 0) & (signs[:, 2:] != 0)
    places = np.unique(np.concatenate([found, x[1:-1][alone.any(axis=0)]]))
    far: Array = places[np.abs(places) >= LEAST]
    return far


def chosen(which: Index, distance: Array) -> Index:
    """Of changes of sign, each of a level and so far from 0, those to follow: the near ones and some far out."""
    waves = np.bincount(which) > MOST if which.size else np.zeros(0, dtype=bool)
    near = ~waves[which] | (distance < NEAR)
    order = np.lexsort((distance, ~near))
    first = min(IN_ALL, int(np.count_nonzero(near)))
    rest = np.sort(order[first:])
    rest = rest[distance[rest] < FARTHEST]
    spread = rest[np.linspace(0, rest.size - 1, min(rest.size, FAR_OUT)).astype(np.intp)]
    return np.concatenate([order[:first], spread])


def levels(program: Program, x: Array, count: int | None = None) -> Signs:
    """The sign of each level at each of x, a row a level; raise VaryingPartsError unless there are `count` of them.

    Of a part, its value and its slope, and by how much its size is above 1; of a sum, how much larger one term is.
    """
    with np.errstate(all="ignore"), recording() as choices, witnessing() as parts:
        expand(program, x)
        rows = [*choices]
        for part, *terms in parts:
            rows += [part.value, part.slope, np.abs(part.value) - 1.0]
            rows += [np.abs(terms[0].value) - np.abs(terms[1].value)] if terms else []
    if any(np.shape(row) not in ((), x.shape) for row in rows) or (count is not None and len(rows) != count):
        raise VaryingPartsError
    signs = np.zeros((len(rows), x.size), dtype=np.int8)
    for i, row in enumerate(rows):
        signs[i] = sign(np.asarray(row))
    return signs


def unknown(places: Array, known: Array) -> Array:
    """Those of `places` that are not within a few ULP of one before them, or of one that is known."""
    new: list[float] = []
    for x in places.tolist():
        beside = known[np.searchsorted(known, x) - 1 :][:2] if known.size else known
        near = [*new[-1:], *beside.tolist()]
        if all(abs(x - other) > TOGETHER * float(np.spacing(abs(x))) for other in near):
            new.append(x)
    return np.asarray(new)
