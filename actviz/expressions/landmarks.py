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
from actviz.expressions.tails import Program, expand
from actviz.floats import bisected, sign
from actviz.sampling import crowd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

    Signs = NDArray[np.int8]

ROUNDS = 3
"""How often places are looked for about those found before: a narrow place within one within one."""

MOST, NEAR, IN_ALL = 256, 20.0, 4096
"""A level that passes 0 at more places oscillates: those so near to 0 count. Of all levels' places the nearest do."""

TOGETHER = 1024.0
"""Places within so many ULP of one another are one."""


LEAST = 1e-30
"""A place nearer to 0 is taken for 0, about which there always are points of all sizes."""


COARSE, CONTRAST, FELT = 0.01, 64.0, 1e-10
"""What is wider than the grid's spacing needs no landmark; what is narrower has f'' so many times larger than so far
from it, and changes f' by more than this part of itself."""


CLOSE, GROWTH = (64.0, 512.0), 1.02
"""How many ULP from a place abs(f) is so many times larger than at the other, if f has a pole there, of log x even."""


class VaryingPartsError(Exception):
    """A program went through other parts than before, or through parts of its argument."""


@cache
def grid() -> Array:
    """9,047 points: half even over [-20, 20], half by magnitude from 1e-6 to 1e6, and a few out to 1e-300 and 1e300."""
    even = np.arange(-2000.0, 2001.0) / 100.0
    magnitudes = np.concatenate([np.geomspace(1e-6, 1e6, 2000), 10.0 ** np.arange(-300.0, 301.0)])
    return np.unique(np.concatenate([even, magnitudes, -magnitudes]))


def find_landmarks(program: Program) -> tuple[float, ...]:
    """The places in ascending order; none of a program whose parts differ from point to point, as a user's code may."""
    try:
        with np.errstate(all="ignore"):
            found = candidates(program)
            return tuple(found[narrow(program, found) & ~growing(program, found)].tolist())
    except VaryingPartsError:
        return ()


def candidates(program: Program) -> Array:
    """The places, ascending, where a narrow feature may be; raise VaryingPartsError where they cannot be told."""
    found = np.zeros(0)
    x = grid()
    for _ in range(ROUNDS):
        new = unknown(passed(program, x), found)
        if not new.size:
            break
        found = np.sort(np.concatenate([found, new]))
        x = np.unique(crowd(new))
    return found


def narrow(program: Program, places: Array) -> NDArray[np.bool_]:
    """Whether f'' is far larger close about each of the places than the grid would tell, and not by rounding alone."""
    x = crowd(places)
    jet = expand(program, x.reshape(-1))
    sizes = (np.abs(y.reshape(x.shape)) for y in (jet.slope, jet.curvature))
    slope, bend = (np.nan_to_num(y, posinf=sys.float_info.max) for y in sizes)
    distance = np.abs(x - places[:, None])
    size = np.maximum(np.abs(places), 1.0)[:, None]
    around = distance > COARSE * size
    coarse = np.max(bend, axis=1, initial=0.0, where=around)
    felt = bend * np.maximum(distance, np.spacing(size)) > FELT * np.max(slope, axis=1, keepdims=True)
    return np.asarray((felt & ~around & (bend > CONTRAST * coarse[:, None])).any(axis=1))


def growing(program: Program, places: Array) -> NDArray[np.bool_]:
    """Whether abs(f) still grows, next to each of the places, on a side: a pole is no narrow place."""
    steps = np.spacing(np.abs(places))[:, None, None] * np.asarray([[1.0], [-1.0]]) * np.asarray(CLOSE)
    x = places[:, None, None] + steps
    size = np.abs(expand(program, x.reshape(-1)).value).reshape(x.shape)
    return np.asarray((~np.isfinite(size) | (size[..., :1] > GROWTH * size[..., 1:])).any(axis=(1, 2)))


def passed(program: Program, x: Array) -> Array:
    """The floats, ascending, where a level of a part changes sign between two of `x`, or touches 0 at one of them."""
    signs = levels(program, x)
    which, at = np.nonzero(signs[:, :-1] * signs[:, 1:] == -1)
    waves = np.bincount(which, minlength=len(signs)) > MOST
    kept = np.flatnonzero(~waves[which] | (np.abs(x[at]) < NEAR))
    kept = kept[np.argsort(np.abs(x[at[kept]]), kind="stable")[:IN_ALL]]
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
