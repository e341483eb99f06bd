"""The units of arrays on one activation, those first that let least of a gradient through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz.analysis.data.diagnosis import badness
from actviz.analysis.data.slopes import bounds_told, dead_told
from actviz.report import Table
from actviz.wording import at_most, filled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.data.observation import Observation, Reading, Response
    from actviz.report import Cell

MOST_SHOWN = 20
FEWEST_SHOWN = 5
"""Rows that text shows in the tables of all activations together, and in each at least."""

DIGITS = 4


def units(found: Sequence[Observation], names: Sequence[str | None], number: int) -> Table:
    """A row a unit on the activation of that number: its values and their share where the slope is small.

    `names` are the arrays'. Text and notebooks show the first rows only.
    """
    every = [(name, unit) for name, one in zip(names, found, strict=True) for unit in one.units]
    every.sort(key=lambda pair: badness(pair[1].responses[number]))
    responses = [unit.responses[number] for _, unit in every]
    told, dead = bounds_told(responses), dead_told(responses)
    rows = [
        (name, *head(unit), *shares(response, told), response.dead_fraction if dead else None, *rest(unit, response))
        for (name, unit), response in zip(every, responses, strict=True)
    ]
    bounds = (at_most(responses[0].saturated[turn].threshold) for turn in told)
    heads = ("data", "unit", "name", "mean", "std", *bounds, "f' = 0", "E f'^2", "not finite")
    most = max(FEWEST_SHOWN, MOST_SHOWN // len(found[0].activations))
    title = f"{found[0].activations[number].label}: units, the least E f'^2 first"
    return Table(*filled(heads, rows), title, (), DIGITS, most)


def head(unit: Reading) -> tuple[Cell, ...]:
    """The first cells of a row: which unit, and its values."""
    return unit.unit, unit.name or None, unit.mean, unit.std


def shares(response: Response, told: Sequence[int]) -> tuple[Cell, ...]:
    """The shares at the thresholds of these numbers."""
    return tuple(response.saturated[turn].fraction for turn in told)


def rest(unit: Reading, response: Response) -> tuple[Cell, ...]:
    """The last cells of a row: the slope's square, and how many values are not finite, where there are any."""
    return response.derivative_second_moment, (unit.count - unit.finite) or None
