"""Where the values of an array lie on an activation, in a sentence that follows from the numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.analysis.data.normal import share_if_normal
from actviz.wording import listed, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.data.observation import Observation, Response
    from actviz.analysis.saturation.saturation import Saturation

MOST_SAID = 3
"""Arrays that a table speaks of, the worst."""

FELT = 0.01
"""A share that a threshold must have in some array to be spoken of."""


def diagnoses(found: Sequence[Observation], number: int, laws: Sequence[Saturation | None]) -> tuple[str, ...]:
    """A sentence for each of the worst arrays, in the order given, and one for all of them in a row."""
    responses = [one.whole.responses[number] for one in found]
    which = spoken_of(responses)
    worst = sorted(range(len(found)), key=lambda i: badness(responses[i]))[:MOST_SAID]
    said = [diagnosis(found[i], number, laws[i], which) for i in sorted(worst)]
    if len(found) > MOST_SAID:
        said.append(f"These {MOST_SAID} of the {len(found)} arrays have the least E f'^2.")
    return (*said, *in_a_row(responses))


def badness(response: Response) -> tuple[float, ...]:
    """Ascends from the worst: the least E f'^2, which is what becomes of a gradient, then the largest shares.

    Those that are not a number come last.
    """
    shares = (response.dead_fraction, *(share.fraction for share in response.saturated))
    order = (response.derivative_second_moment, *(-share for share in shares))
    return tuple(math.inf if math.isnan(part) else part for part in order)


def share_of(response: Response, which: int) -> float:
    """The part of the values at that threshold; none where it is not a number."""
    share = response.saturated[which].fraction
    return 0.0 if math.isnan(share) else share


def spoken_of(responses: Sequence[Response]) -> int:
    """The number of the threshold that sentences name: the middle one, or the next larger that some array feels."""
    thresholds = [share.threshold for share in responses[0].saturated]
    middle = len(thresholds) // 2
    larger = [i for i in range(len(thresholds)) if thresholds[i] >= thresholds[middle]]
    larger.sort(key=thresholds.__getitem__)
    felt = (i for i in larger if any(share_of(response, i) >= FELT for response in responses))
    return next(felt, larger[-1])


def in_a_row(responses: Sequence[Response]) -> tuple[str, ...]:
    """What all arrays do to a gradient that passes them one after another."""
    together = math.prod(response.derivative_second_moment for response in responses)
    if len(responses) == 1 or math.isnan(together):
        return ()
    return (
        f"Were the {len(responses)} arrays the layers of one network, their slopes would multiply a gradient's mean "
        f"square by {together:.2g} in all, the weights apart.",
    )


def diagnosis(one: Observation, number: int, usual: Saturation | None, which: int) -> str:
    """What the array means to the activation of that number, at the threshold number `which`."""
    name, response = one.activations[number].label, one.whole.responses[number]
    if not one.whole.finite:
        return f"{one.label}: no value is finite, so nothing can be said of {name}."
    share = response.saturated[which]
    of = "the values" if one.whole.finite == one.whole.count else f"{one.whole.finite} finite values"
    parts = [f"{percent(share.fraction)} of {of} lie where {name}'s slope is {size(response, which)}"]
    expected = share_if_normal(response, usual, which)
    if expected is not None and not math.isnan(expected):
        parts[0] += f" ({percent(expected)} if they were normal)"
    if 0 < response.dead < share.count:
        parts.append(f"at {percent(response.dead_fraction)} it is exactly 0")
    square = response.derivative_second_moment
    undefined = "at some values there is none (NaN), so E f' and E f'^2 are NaN"
    parts.append(undefined if math.isnan(square) else f"a gradient's mean square is multiplied by {square:.3g}")
    parts += [dead_units(one, number)] if one.units and response.dead else []
    return f"{one.label}: {'; '.join(parts)}."


def size(response: Response, which: int) -> str:
    """How small the slope is there: exactly 0 where all of those values have that."""
    return "exactly 0" if response.all_dead(which) else f"at most {response.saturated[which].threshold:g}"


def dead_units(one: Observation, number: int) -> str:
    """How many units are dead, and which."""
    dead = one.dead_units[number]
    samples = "sample" if one.whole.finite == one.whole.count else "finite sample"
    if not dead:
        return f"none of {len(one.units)} units is dead on every {samples}"
    names = {unit.unit: unit.name for unit in one.units}
    which = listed([names[unit] or str(unit) for unit in dead])
    verb = "is" if len(dead) == 1 else "are"
    return f"{len(dead)} of {len(one.units)} units {verb} dead on every {samples} ({which})"
