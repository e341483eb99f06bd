"""What rows of logits reach between two values of a knob: their ends, and each logit at its greatest.

Between two values each logit lies between those at both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np
from actviz.analysis.softmax.knobs import values
from actviz.analysis.softmax.masks import HIDES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.logits import Knob, Steps
    from actviz.analysis.softmax.masks import Mask as Marks
    from actviz.floats import Floats, Places

    Mask = NDArray[np.bool_]

Goal = Literal["naive", "shifted", "positive"]

GOALS: tuple[Goal, ...] = ("naive", "shifted", "positive")

WOBBLE = 2.0**-50
"""Of a logit: by more than this float64's tanh and its quotients and products do not break the order of two values."""

SATURATED = 20.0
"""tanh of this and of more is 1 in float64."""


@dataclass(frozen=True, slots=True)
class Given:
    """Rows of logits, (rows, n), -inf where a flag masks them; `steps` are done to them, then `added` is added.

    None of the rows is without a softmax.
    """

    x: Floats
    added: Floats | None
    steps: Steps

    def at(self, rows: Places) -> Given:
        """Some of the rows."""
        return Given(self.x[rows], None if self.added is None else self.added[rows], self.steps)


def given(values: Floats, mask: Marks | None, steps: Steps, x: Floats) -> Given:
    """The rows `values`, (rows, n), of any dtype, under a mask of flags or numbers to be added, that became `x`; but
    for those without a softmax.
    """
    top = x.max(axis=1)
    kept = np.flatnonzero((top > -np.inf) & (top < np.inf))
    single = values.dtype == np.float32 or values.dtype.itemsize <= 2
    found = values.astype(np.float32 if single else np.float64, copy=False)
    if mask is not None and mask.dtype != np.bool_ and ((mask == 0) | (mask == -np.inf)).all():
        mask = mask == 0
    if mask is not None and mask.dtype == np.bool_:
        return Given(np.where(mask[kept], found[kept], np.asarray(-np.inf, dtype=found.dtype)), None, steps)
    return Given(found if kept.size == len(found) else found[kept], None if mask is None else mask[kept], steps)


@dataclass(frozen=True, slots=True)
class Span:
    """The ends of rows between two values, (parts,), in float64.

    The largest logit is at least `low_top` and at most `top`, none is below `least`, nor further from the largest than
    `spread`, 0 where all are equal. A part is `several` values, or one.
    """

    top: Array
    low_top: Array
    least: Array
    spread: Array
    several: Mask


@dataclass(frozen=True, slots=True)
class Moved:
    """Logits `x` that `added` is added to, (n, parts): between `low` and `high`, each `seen` at some of the values, and
    `surely` at all of them; `at` has them at both ends.
    """

    x: Array
    added: Array
    low: Array
    high: Array
    seen: Mask
    surely: Mask
    at: tuple[Array, Array]


def moved(given: Given, knob: Knob, soft: Places, hard: Places) -> Moved:
    """The logits of each row of `given` from the place in `soft` to that in `hard`."""
    assert given.added is not None
    x, there = unmasked(given)
    x = unsaturated(x, given.steps, knob, (values(knob, soft), values(knob, hard)))
    added = given.added.T.astype(np.float64)
    ends = [given.steps.turned(x, knob, values(knob, places)) for places in (soft, hard)]
    off = np.where(soft < hard, WOBBLE, 0.0) * np.maximum(*map(np.abs, ends))
    low, high = np.minimum(*ends) - off + added, np.maximum(*ends) + off + added
    return Moved(x, added, low, high, *visible(added, there, low, high), (ends[0] + added, ends[1] + added))


def moved_span(given: Given, knob: Knob, soft: Places, hard: Places) -> Span:
    """The span of rows that numbers are added to. Unless the knob bends it, the difference of two logits only grows or
    only shrinks from one end to the other.
    """
    m = moved(given, knob, soft, hard)
    pairs = [(m.high, m.low)] if given.steps.bends(knob) else [(y, y) for y in m.at]
    spread = np.max([reach(m.seen, y, z) for y, z in pairs], axis=0)
    equal = (reach(m.seen, m.x, m.x) <= 0) & (reach(m.seen, m.added, m.added) <= 0)
    return Span(
        top=np.where(m.seen, m.high, -np.inf).max(axis=0),
        low_top=np.where(m.surely, m.low, -np.inf).max(axis=0),
        least=np.where(m.seen, m.low, np.inf).min(axis=0),
        spread=np.where(equal, 0.0, spread),
        several=soft < hard,
    )


def reach(seen: Mask, high: Floats, low: Floats) -> Array:
    """From the least to the greatest of what is seen of each part."""
    found: Array = np.where(seen, high, -np.inf).max(axis=0) - np.where(seen, low, np.inf).min(axis=0)
    return found


def bare_span(top: Array, least: Array, steps: Steps, knob: Knob, soft: Places, hard: Places) -> Span:
    """The span of rows that nothing is added to, from their largest and least logits, (parts,)."""
    at = values(knob, soft), values(knob, hard)
    top, least = (unsaturated(x, steps, knob, at) for x in (top, least))
    ends = np.stack([steps.turned(y, knob, value) for y in (top, least) for value in at])
    wobble = np.where(soft < hard, WOBBLE, 0.0)
    spread = ends[:2].max(axis=0) - ends[2:].min(axis=0) if steps.bends(knob) else (ends[:2] - ends[2:]).max(axis=0)
    return Span(
        top=np.max(ends[:2] + wobble * np.abs(ends[:2]), axis=0),
        low_top=np.min(ends[:2] - wobble * np.abs(ends[:2]), axis=0),
        least=np.min(ends[2:] - wobble * np.abs(ends[2:]), axis=0),
        spread=np.where(top == least, 0.0, spread),
        several=soft < hard,
    )


def highest(given: Given, knob: Knob, soft: Places, hard: Places) -> tuple[Array, Mask]:
    """The logits of each row of `given` at their greatest from the place in `soft` to that in `hard`, (n, parts), and
    which are never seen.
    """
    if given.added is not None:
        m = moved(given, knob, soft, hard)
        return m.high, ~m.seen
    x, there = unmasked(given)
    return raised(x, given.steps, knob, values(knob, soft), values(knob, hard)), ~there


def raised(x: Floats, steps: Steps, knob: Knob, soft: Array, hard: Array) -> Array:
    """Logits that nothing is added to at their greatest between two values of the knob: those above 0 where they are
    hard, those below where soft.
    """
    high = steps.turned(x, knob, hard)
    if (soft != hard).any():
        high = np.where(x > 0, high, steps.turned(x, knob, soft))
        high += np.where(soft != hard, WOBBLE, 0.0) * np.abs(high)
    return high


def unmasked(given: Given) -> tuple[Array, Mask]:
    """The logits, (n, rows), 0 where masked, and which are not."""
    x = np.ascontiguousarray(given.x.T, dtype=np.float64)
    there = x > -np.inf
    return (x if there.all() else np.where(there, x, 0.0)), there


def unsaturated(x: Array, steps: Steps, knob: Knob, at: tuple[Array, Array]) -> Array:
    """Logits that the cap takes the whole way at both ends, brought to where it does so just as well."""
    if steps.softcap is None and knob != "softcap":
        return x
    cap = steps.softcap if knob != "softcap" and steps.softcap is not None else at[1]
    limit = SATURATED * cap / (at[0] if knob == "scale" else steps.scale)
    return np.clip(x, -limit, limit)


def visible(added: Array, there: Mask, low: Array, high: Array) -> tuple[Mask, Mask]:
    """Which logits are seen at some value, and which at all of them, by the rule of masks.masked."""
    there = there & (added > -np.inf)
    hides = added <= HIDES
    firm = there & ~hides
    lowest, highest = (np.where(firm, y, -np.inf).max(axis=0) for y in (low, high))
    return there & ~(hides & (np.exp(high - lowest) == 0)), there & ~(hides & (np.exp(low - highest) == 0))
