"""How a program over jets is run: its choices and its parts recorded, and what holds just left of a tie taken."""

from __future__ import annotations

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
