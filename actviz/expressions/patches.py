"""Places where a formula is 0/0 and yet has a limit: the polynomials that stand in for its rounding noise about them.

A polynomial is fitted at points far enough away for the formula to be sound. It is taken only where the formula, at
points of all sizes down to the next float, differs from it by no more than its own rounding error. So a pole, a kink,
a jump or a narrow feature refuses every polynomial that would smooth it away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.expressions.choices import dividing, recording
from actviz.expressions.divisors import zeros
from actviz.expressions.expansion import Program, columns, expand
from actviz.expressions.landmarks import VaryingPartsError, grid, passed
from actviz.expressions.noise import RUNS, shaken, spread
from actviz.expressions.polynomials import INSIDE, NODES, SURE, checks, coefficients, horner, misfit, recipe
from actviz.floats import sign
from actviz.sampling import crowd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.expressions.jets import Jet

    Truth = NDArray[np.bool_]

REACHES, WAVES = tuple(2.0**k for k in range(500, -101, -1)), tuple(2.0**k for k in range(8, -25, -1))
"""How far from a place a fit may reach, the farthest first, and from each of more than FEW places."""

FEW = 4

FIRST, FINEST = 2.0**30, 2.0**-28
"""The fit about the place itself reaches no farther, so that t does not underflow; none reaches only this part of its
place, where floats are too coarse."""

CLOSE = (2e-15, 1e-13, 1e-11)
"""What else fit and formula may differ by, as a part of the sum of the terms' sizes; of slope and curvature also of
what the size of f less a constant suggests, by the reach."""

LOST = 2.0**-2
"""Where the noise is this part of formula and fit, errors no longer add up: it tells nothing."""

NOTICED = 1e-12
"""Noise below this part of a function needs no mending."""

ROUGHLY, SAMPLED = 1e-9, 37
"""A fit that is worse at the checks, as a part of the largest value, is none. One point in so many is judged first:
most fits fail there."""

SOUND, NARROW = 1e-8, 256
"""Where the noise is below this part of the value the signs of parts tell narrow features; so many are looked at."""

LEAST, FAR = 1e-300, 1e90
"""How near to 0 formula and fit are compared, and where an overflow on the way is looked for."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A polynomial in t = (x - place)/reach, its `powers` from the lowest, that stands in from `low` to `high`.

    At the place itself f is `own` instead: no finite number, or another; None where the polynomial holds there too.
    """

    place: float
    reach: float
    powers: Array
    low: float
    high: float
    own: float | None = None

    def at(self, x: Array) -> tuple[Array, Array, Array]:
        """Value, slope and curvature at each of x."""
        return horner(self.powers, (x - self.place) / self.reach, self.reach)

    def within(self, x: Array, beyond: float = -1.0) -> Truth:
        """Which of x are near enough to the place for the polynomial, and farther from it than `beyond`."""
        distance = np.abs(x - self.place)
        return np.asarray((distance <= INSIDE * self.reach) & (distance > beyond))


@dataclass(frozen=True, slots=True)
class Seen:
    """Points x; value, slope and curvature of the formula there, and their rounding errors (shape 3 by x).

    `choices` has a row for each choice between pieces, as of abs: the sign that decides it. Divisors are none.
    """

    x: Array
    y: Array
    noise: Array
    choices: NDArray[np.int64]


def find_patches(program: Program) -> tuple[Patch, ...]:
    """The patches, ascending and apart; none of a program whose parts differ from point to point."""
    try:
        with np.errstate(all="ignore"):
            places = zeros(program)
            fits = [fit for fit in fitted(program, places) if fit] if places.size else []
            return chosen(fits, looked_at(program, fits)) if fits else ()
    except VaryingPartsError:
        return ()


def fitted(program: Program, places: Array) -> list[list[Patch]]:
    """For each place the fits that agree with the formula at the checks, from the farthest reach."""
    reaches = np.asarray(REACHES if places.size <= FEW else WAVES)
    at, which = np.nonzero(reaches >= FINEST * np.abs(places)[:, None])
    place, reach = places[at], reaches[which]
    steps = reach[:, None] * np.concatenate([recipe()[0], checks()])
    x = place[:, None] + steps
    missed = steps - (x - place[:, None])
    y = moved(expand(program, x.reshape(-1)), missed)
    size = np.abs(y).max(axis=1, keepdims=True)
    rough = np.flatnonzero(np.isfinite(size[:, 0]) & (size[:, 0] > 0) & (misfit(y) <= ROUGHLY * size).all(axis=1))
    found: list[list[Patch]] = [[] for _ in places]
    if not rough.size:
        return found
    x, y, size, missed = x[rough], y[rough], size[rough], missed[rough]
    several = np.asarray([moved(shaken(program, x.reshape(-1), run), missed) for run in range(RUNS)])
    noise = np.abs(several - y).max(axis=0)[:, NODES:]
    good = np.flatnonzero((misfit(y) <= SURE * noise + CLOSE[0] * size).all(axis=1))
    for i, k in zip(good.tolist(), rough[good].tolist(), strict=True):
        powers = coefficients(y[i, :NODES], several[:, i, :NODES])
        centre, far = float(place[k]), float(reach[k])
        found[at[k]].append(Patch(centre, far, powers, centre - INSIDE * far, centre + INSIDE * far))
    return found


def leaves_noise(program: Program, patches: tuple[Patch, ...]) -> bool:
    """Whether a divisor passes 0 where no patch is, or a place's patches end where rounding still tells."""
    try:
        with np.errstate(all="ignore"):
            places = set(zeros(program).tolist())
    except VaryingPartsError:
        return False
    if places - {patch.place for patch in patches}:
        return True
    lows, highs = ([getattr(patch, end) for patch in patches] for end in ("low", "high"))
    ends = np.asarray([*np.nextafter(lows, -np.inf), *np.nextafter(highs, np.inf)])
    outside = ~np.any([(ends >= low) & (ends <= high) for low, high in zip(lows, highs, strict=True)], axis=0)
    ends = ends[outside & np.isfinite(ends)]
    y = np.asarray(columns(expand(program, ends)))
    return bool((spread(program, ends, y)[:2] > SOUND * (np.abs(y[:2]) + np.abs(y[0]))).any())


def moved(jet: Jet, missed: Array) -> Array:
    """The values where the points of the jet would be but for their rounding, of the shape of what it `missed`."""
    value, slope = jet.value.reshape(missed.shape), jet.slope.reshape(missed.shape)
    return np.where(missed == 0.0, value, value + slope * missed)


def looked_at(program: Program, fits: list[list[Patch]]) -> Seen:
    """The formula and its noise where any fit is used: on the grid, about each place, and about what is narrow."""
    far = grid()[np.abs(grid()) > FAR]
    x = np.unique(np.concatenate([used(grid(), fits), far, *(ladder(own[0]) for own in fits)]))
    first = seen_at(program, x)
    sound = first.noise[0] <= SOUND * np.abs(first.y[0])
    places = passed(program, x[sound])
    places = places[np.linspace(0, places.size - 1, min(places.size, NARROW)).astype(np.intp)]
    second = seen_at(program, used(crowd(places).reshape(-1), fits))
    if len(first.choices) != len(second.choices):
        raise VaryingPartsError
    parts = ((getattr(first, name), getattr(second, name)) for name in Seen.__slots__)
    return Seen(*(np.concatenate(pair, axis=-1) for pair in parts))


def used(x: Array, fits: list[list[Patch]]) -> Array:
    """Those of x at which a fit may be used."""
    return x[np.any([own[0].within(x) for own in fits], axis=0)]


def ladder(patch: Patch) -> Array:
    """The place, and points at all distances from it that its fits are used at, down to the nearest floats."""
    least = max(LEAST, 2.0 * float(np.spacing(abs(patch.place))))
    steps = 2.0 ** np.arange(np.log2(INSIDE * patch.reach), np.log2(least), -1.0)
    return np.concatenate([patch.place - steps, [patch.place], patch.place + steps])


def seen_at(program: Program, x: Array) -> Seen:
    """The formula at x and its rounding errors."""
    with recording() as rows, dividing() as divisors:
        y = np.asarray(columns(expand(program, x)))
    own = [row for row in rows if np.shape(row) == x.shape and not any(row is by.value for by in divisors)]
    return Seen(x, y, spread(program, x, y), sign(np.asarray(own).reshape(len(own), x.size)))


def chosen(fits: list[list[Patch]], seen: Seen) -> tuple[Patch, ...]:
    """The patches for each place that no other place's covers, but for a hole; each ends half-way to the next place."""
    found: list[Patch] = []
    for own in fits:
        place = own[0].place
        hole = not np.isfinite(seen.y[0, seen.x == place]).all()
        if hole or not any(patch.low <= place <= patch.high for patch in found):
            found += rings(own, seen)
    places = np.unique([patch.place for patch in found])
    borders = [-np.inf, *(0.5 * places[:-1] + 0.5 * places[1:]).tolist(), np.inf]
    ends = {place: (borders[i], borders[i + 1]) for i, place in enumerate(places.tolist())}
    cut = [
        replace(patch, low=max(patch.low, float(np.nextafter(low, np.inf))), high=min(patch.high, high))
        for patch, (low, high) in ((patch, ends[patch.place]) for patch in found)
    ]
    return tuple(sorted((patch for patch in cut if patch.low <= patch.high), key=lambda patch: patch.low))


def rings(fits: list[Patch], seen: Seen) -> list[Patch]:
    """The farthest fit that the formula keeps to all the way in; then what goes on from it, to both sides.

    A fit from far away knows the value at the place but roughly, and yet may be all that has no noise farther out.
    """
    last = next((fit for fit in fits if fit.reach <= FIRST and keeps_to(fit, seen)), None)
    if last is None:
        return []
    found = [anchored(replace(last, own=own_number(last, seen)), seen)]
    while True:
        further = (fit for fit in fits if fit.reach > last.reach)
        fit = next((fit for fit in further if keeps_to(fit, seen, INSIDE * last.reach)), None)
        if fit is None:
            return [to_the_end(patch, seen) for patch in found]
        left, right = float(np.nextafter(last.low, -np.inf)), float(np.nextafter(last.high, np.inf))
        found += [anchored(replace(fit, high=left), seen), anchored(replace(fit, low=right), seen)]
        last = fit


def anchored(patch: Patch, seen: Seen) -> Patch:
    """The patch, shifted by its rounding so that it is 0 at x = 0 where the formula is, from another place."""
    zero = np.flatnonzero((seen.x == 0.0) & (seen.y[0] == 0.0))
    if not zero.size or patch.place == 0.0 or not patch.low <= 0.0 <= patch.high:
        return patch
    powers = patch.powers.copy()
    powers[0] = 0.0
    powers[0] = -replace(patch, powers=powers).at(seen.x[zero[:1]])[0][0]
    return replace(patch, powers=powers)


def to_the_end(patch: Patch, seen: Seen) -> Patch:
    """The patch, a line's to the end of float64 where farther out the formula overflows: x**3/x**2 from 1e103 on."""
    lost = np.any(~np.isfinite(seen.y), axis=0)
    left, right = seen.x < patch.place - patch.reach, seen.x > patch.place + patch.reach
    if patch.powers.size > 2 or not (left.any() and right.any() and np.all(lost[left | right])):
        return patch
    ends = patch.place - INSIDE * patch.reach, patch.place + INSIDE * patch.reach
    low, high = patch.low <= ends[0], patch.high >= ends[1]
    return replace(patch, low=-np.inf if low else patch.low, high=np.inf if high else patch.high)


def keeps_to(patch: Patch, seen: Seen, beyond: float = 0.0) -> bool:
    """Whether farther out than `beyond` formula and patch differ by noise alone, and some of it is worth mending.

    Not where another piece begins beside the place: its kink may hide below the noise.
    """
    near = np.flatnonzero(patch.within(seen.x, beyond))
    for side in (seen.x[near] < patch.place, seen.x[near] > patch.place):
        pieces = seen.choices[:, near[side]]
        if ((pieces == 1).any(axis=1) & (pieces == -1).any(axis=1)).any():
            return False
    if not (alike(patch, seen, near[::SAMPLED]).all() and alike(patch, seen, near).all()):
        return False
    size = np.abs(patch.at(seen.x[near])).max(axis=1, keepdims=True)
    return bool((seen.noise[:, near] > NOTICED * size).any())


def own_number(patch: Patch, seen: Seen) -> float | None:
    """What f is at the place; None where it is the polynomial's number."""
    at = np.flatnonzero(seen.x == patch.place)[:1]
    own = float(seen.y[0, at[0]])
    return None if np.isfinite(own) and alike(patch, seen, at)[0].all() else own


def alike(patch: Patch, seen: Seen, at: NDArray[np.intp]) -> Truth:
    """Whether value, slope and curvature differ by noise alone at each of those points; derivatives may be lost."""
    x, y, noise = seen.x[at], seen.y[:, at], seen.noise[:, at]
    powers, reach = np.abs(patch.powers), patch.reach
    sizes = np.asarray(horner(powers, np.abs(x - patch.place) / reach, reach))
    # Not of a constant: a slope that its rounding drowns in the fit may be sound in the formula.
    sizes[1:] += powers[1:].sum() / reach ** np.asarray([[1.0], [2.0]])
    allowed = SURE * noise + np.asarray(CLOSE)[:, None] * sizes
    own = np.asarray(patch.at(x))
    excused = (noise > LOST * np.fmax(np.abs(y), np.abs(own))) | (~np.isfinite(y) & (np.arange(3) > 0)[:, None])
    return np.asarray((np.abs(y - own) <= allowed) | excused)
