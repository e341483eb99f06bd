"""How a program over jets is run: its choices and its parts recorded, and what holds just left of a tie taken."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from actviz.activation import Array
    from actviz.expressions.jets import Jet

_switches: ContextVar[list[Array] | None] = ContextVar("switches", default=None)
_parts: ContextVar[list[tuple[Jet, ...]] | None] = ContextVar("parts", default=None)
_limiting: ContextVar[list[Array] | None] = ContextVar("limiting", default=None)
_divisors: ContextVar[list[Jet] | None] = ContextVar("divisors", default=None)
_shaking: ContextVar[np.random.Generator | None] = ContextVar("shaking", default=None)

UNIT = sys.float_info.epsilon
"""Twice the most that rounding sets a result apart from the truth, and what a library's functions are good to."""

MISSED = (0.6, 3.4)
"""How many units a shaken result is off: never so few that it is rounded back, nor ever just as many as another."""

LEAST = 5e-324
"""The least float above 0: as far apart are results that underflow."""


@contextmanager
def recording() -> Iterator[list[Array]]:
    """Collect, in order, every difference whose sign decides between pieces while the body runs."""
    found: list[Array] = []
    token = _switches.set(found)
    try:
        yield found
    finally:
        _switches.reset(token)


def record(difference: Array) -> None:
    """Tell whoever is recording that the sign of `difference` chose a piece."""
    found = _switches.get()
    if found is not None:
        found.append(difference)


@contextmanager
def witnessing() -> Iterator[list[tuple[Jet, ...]]]:
    """Collect, in order, what `witness` is told while the body runs."""
    found: list[tuple[Jet, ...]] = []
    token = _parts.set(found)
    try:
        yield found
    finally:
        _parts.reset(token)


def witness(part: Jet, *terms: Jet) -> None:
    """Tell whoever is witnessing of an intermediate result, and of the two terms where it is their sum."""
    found = _parts.get()
    if found is not None:
        found.append((part, *terms))


def is_witnessing() -> bool:
    """Whether someone is."""
    return _parts.get() is not None


@contextmanager
def dividing() -> Iterator[list[Jet]]:
    """Collect, in order, what is divided by while the body runs."""
    found: list[Jet] = []
    token = _divisors.set(found)
    try:
        yield found
    finally:
        _divisors.reset(token)


def divided(by: Jet) -> None:
    """Tell whoever asks that something is divided by `by`, or `by` raised to a constant power below 0."""
    found = _divisors.get()
    if found is not None:
        found.append(by)


@contextmanager
def shaking(seed: int) -> Iterator[None]:
    """Within the body each result of an operation is a random unit in its last place off: `shaken` makes it so.

    How far results then differ tells how much of them is rounding error (Vignes 1993, A stochastic arithmetic for
    reliable scientific computation, Math. Comput. Simul. 35; Parker 1997, Monte Carlo arithmetic).
    """
    token = _shaking.set(np.random.default_rng(seed))
    try:
        yield
    finally:
        _shaking.reset(token)


def shaken(whole: Jet) -> Jet:
    """`whole`; while shaking its value, slope and curvature are each about a unit up or down, and a value a float."""
    random = _shaking.get()
    if random is None:
        return whole
    shape = (3, *whole.value.shape)
    u = UNIT * np.where(random.random(shape) < 0.5, -1.0, 1.0) * random.uniform(*MISSED, shape)
    least = np.copysign(LEAST, u)
    slope, curvature = (
        y * (1.0 + v) + np.where(y == 0.0, 0.0, lost)
        for y, v, lost in ((whole.slope, u[1], least[1]), (whole.curvature, u[2], least[2]))
    )
    return type(whole)(whole.value * (1.0 + u[0]) + least[0], slope, curvature)


def together(records: Iterable[list[Array]]) -> list[Array]:
    """What was recorded at one point after another, a row a choice; NaN for what a point, returning early, did not."""
    own = ([g.flat[0] if g.size else np.nan for g in map(np.asarray, found)] for found in records)
    return [np.asarray(row) for row in zip_longest(*own, fillvalue=np.nan)]


def differences(run: Callable[[Array], Any], x: Array) -> list[Array]:
    """The differences that choose pieces as `run` is called, each at every x.

    Those of some of the points alone, as of x[x > 0] in a user's code, are found by calling it at one after another.
    """
    with recording() as found:
        run(x)
    if all(np.shape(g) in ((), x.shape) for g in found):
        return [np.broadcast_to(g, x.shape) for g in found]
    records = []
    for i in range(x.size):
        with recording() as own:
            run(x[i : i + 1])
        records.append(own)
    return together(records)


@contextmanager
def limiting() -> Iterator[list[Array]]:
    """Within the body values too are limits from the left of t, where a jump gives its own value else.

    Yields what `undecided` is told.
    """
    found: list[Array] = []
    token = _limiting.set(found)
    try:
        yield found
    finally:
        _limiting.reset(token)


def is_limiting() -> bool:
    """Whether limits are asked for rather than values."""
    return _limiting.get() is not None


def undecided(ties: Array) -> None:
    """Tell whoever asks for limits where a choice depends on more than value, slope and curvature."""
    found = _limiting.get()
    if found is not None:
        found.append(ties)
