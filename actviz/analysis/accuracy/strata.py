"""The inputs an audit looks at: every number of a 16-bit dtype, or a stratified sample of a wider one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.floats import floating, ordinal

if TYPE_CHECKING:
    from actviz.activation import Activation
    from actviz.floats import Floats, Places

BENDS = 64.0
"""Within so many units of 0 the catalogue's functions bend; half of a sample lies there."""

BESIDE = 32
"""Floats on either side of 0, of a kink and of a turn that are looked at one by one."""

SEED = 20
"""Of the sample's random draws, so that a run can be repeated."""


def every(kind: Any) -> Floats:
    """All numbers of a dtype of at most 16 bits from -infinity to infinity, with both zeros, then its NaNs."""
    numbers = np.arange(1 << (8 * kind.itemsize), dtype=f"u{kind.itemsize}").view(kind)
    return ascending(numbers)


def sample(activation: Activation, kind: Any, count: int) -> Floats:
    """About `count` numbers of a wide dtype, ascending: half in equal numbers from each power of two, of both
    signs, out to infinity; half in equal numbers from each slice of -64 to 64; all beside 0, the kinks and
    the sign changes of f, f' and f''; both infinities and NaN.
    """
    random = np.random.default_rng(SEED)
    binades = stratified(random, *ends(-np.inf, np.inf, kind), count // 2)
    slices = np.linspace(-BENDS, BENDS, max(count // 2, 2))
    linear = slices + (random.random(slices.size) - 0.5) * (slices[1] - slices[0])
    hard = ordinal(np.asarray([0.0, *hard_places(activation)], dtype=kind))
    beside = (hard[:, None] + np.arange(-BESIDE, BESIDE + 1)).reshape(-1)
    top = ends(-np.inf, np.inf, kind)
    floats = [floating(np.clip(p, *top), kind) for p in (binades, beside)]
    special = np.asarray([-np.inf, -0.0, np.inf, np.nan], dtype=kind)
    return np.asarray(ascending(np.unique(np.concatenate([*floats, linear.astype(kind), special]))))


def ends(low: float, high: float, kind: Any) -> tuple[int, int]:
    """The places of two numbers in the order of the dtype."""
    first, last = ordinal(np.asarray([low, high], dtype=kind)).tolist()
    return first, last


def stratified(random: np.random.Generator, first: int, last: int, count: int) -> Places:
    """One random place from each of `count` equal stretches of the dtype's order: as many a power of two."""
    width = (last - first) / max(count, 1)
    return (first + (np.arange(count) + random.random(count)) * width).astype(np.int64)


def hard_places(activation: Activation) -> list[float]:
    """The kinks, and where f, f' or f'' changes sign within the bend: there relative errors are made."""
    grid = np.linspace(-BENDS, BENDS, 4097)
    found = [kink.x for kink in activation.kinks(*activation.values)]
    for order in (0, 1, 2):
        y = activation.derivative(grid, order)
        turns = np.flatnonzero(np.sign(y[:-1]) * np.sign(y[1:]) < 0)
        found += [root(activation, order, float(grid[i]), float(grid[i + 1])) for i in turns[:64]]
    return found


def root(activation: Activation, order: int, low: float, high: float) -> float:
    """A sign change of the derivative of `order` between `low` and `high`, to the last bit."""
    from actviz.floats import bisected, sign

    ends = np.asarray([low]), np.asarray([high])
    kept = sign(activation.derivative(ends[0], order))
    return float(bisected(lambda x: sign(activation.derivative(x, order)) == kept, *ends)[0][0])


def ascending(x: Floats) -> Floats:
    """The numbers in order, NaN last."""
    with np.errstate(invalid="ignore"):
        nan = np.isnan(x)
    return np.asarray(x[np.lexsort((ordinal(x), nan))])
