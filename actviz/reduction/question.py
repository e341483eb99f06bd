"""What is asked of the data, as text, so that another process finds the functions itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from actviz.analysis.data.probes import probe
from actviz.resolve import scalars

if TYPE_CHECKING:
    from actviz.analysis.data.probes import Probe


@dataclass(frozen=True, slots=True)
class Question:
    """FUNCTION texts, --param, --from, --seed and thresholds, as the command line has them.

    `instead` says what shows a vector activation, as in `resolve.scalars`.
    """

    functions: tuple[str, ...]
    thresholds: tuple[float, ...]
    params: tuple[str, ...] = ()
    callables: tuple[str, ...] = ()
    seed: int | None = None
    instead: str = ""


@lru_cache(maxsize=1)
def probes(question: Question) -> tuple[Probe, ...]:
    """What each function has counted; worked out once a process.

    Raise BadInput as `resolve.scalars` does.
    """
    found = scalars(
        list(question.functions), list(question.params), list(question.callables), question.seed, question.instead
    )
    return tuple(probe(activation, question.thresholds) for activation in found)
