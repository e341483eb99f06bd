"""Which bounds on the slope are worth a column: those that say more than that the slope is 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.data.observation import Response


def bounds_told(responses: Sequence[Response]) -> list[int]:
    """The numbers of the thresholds that have a column: where slopes are 0, those at or below which others lie too."""
    every = range(len(responses[0].saturated))
    if not dead_told(responses):
        return list(every)
    return [turn for turn in every if any(one.saturated[turn].count != one.dead for one in responses)]


def dead_told(responses: Sequence[Response]) -> bool:
    """Whether some slope is 0."""
    return any(response.dead for response in responses)
