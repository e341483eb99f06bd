"""Stored arrays to observations: cut, counted by an engine, merged in order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import TYPE_CHECKING

from actviz.analysis.data.observation import observation
from actviz.arrays import UNKNOWN
from actviz.errors import BadInput
from actviz.reduction.counting import Counted, Unread, counted, counted_for, joined, table_for, tasks
from actviz.reduction.engines import alone
from actviz.reduction.question import probes
from actviz.reduction.runs import checked_for_cluster, on_this_machine, run

if TYPE_CHECKING:
    from actviz.analysis.data.observation import Observation
    from actviz.analysis.data.probes import Probe
    from actviz.arrays import Piece, Stored
    from actviz.reduction.engines import Engine
    from actviz.reduction.question import Question
    from actviz.reduction.runs import Bar
    from actviz.reduction.tasks import Task

LeaveOut = Callable[[str], None]

SMALL = 1 << 28
"""Bytes that are read here however many processes are allowed: starting them takes as long, half a second."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is observed: arrays, the axis of their units, what is counted, who is told of what is left out."""

    stored: tuple[Stored, ...]
    axis: int | None
    wanted: tuple[Probe, ...]
    leave_out: LeaveOut


def refuse(why: str) -> None:
    """Leave nothing out: raise BadInput for an array that turns out to be damaged."""
    raise BadInput(why)


def observe(
    stored: Sequence[Stored],
    axis: int | None,
    question: Question,
    jobs: int,
    bar: Bar,
    leave_out: LeaveOut = refuse,
) -> tuple[Observation, ...]:
    """What `question` asks of each array, counted in `jobs` processes; how many does not change a bit.

    Little data, and standard input, are read by this process alone. `bar` is progress.progress or progress.silence.
    `leave_out` is told of each spare array that cannot be read, and why, unless none can.
    Raise BadInput where any other cannot be read, has no such axis, or a process is killed.
    """
    survey = Survey(tuple(stored), axis, probes(question), leave_out)
    work = partial(counted_for, question, table_for(stored))
    return observed(survey, on_this_machine(work, stored, jobs, SMALL), bar)


def observe_here(
    stored: Sequence[Stored], axis: int | None, wanted: Sequence[Probe], bar: Bar, leave_out: LeaveOut = refuse
) -> tuple[Observation, ...]:
    """`observe` in this process, of functions that no text may name: any Activation behind its probe."""
    survey = Survey(tuple(stored), axis, tuple(wanted), leave_out)
    return observed(survey, alone(partial(counted, survey.wanted, table_for(stored))), bar)


def observe_on_dask(
    stored: Sequence[Stored],
    axis: int | None,
    question: Question,
    address: str,
    jobs: int,
    bar: Bar,
    leave_out: LeaveOut = refuse,
) -> tuple[Observation, ...]:
    """`observe` on the Dask cluster at `address`, or on one of this machine with `jobs` workers for "local".

    The workers must reach the files under the same absolute paths, and have the same actviz. Raise BadInput also
    where Dask is not installed, nobody answers, no worker is there, or workers keep dying.
    """
    from actviz.reduction.cluster import on_dask

    checked_for_cluster(stored)
    survey = Survey(tuple(stored), axis, probes(question), leave_out)
    return observed(survey, on_dask(partial(counted_for, question, table_for(stored)), address, jobs), bar)


def observed(survey: Survey, engine: Engine[Task[Piece], Counted | Unread], bar: Bar) -> tuple[Observation, ...]:
    """The observations of a survey whose tasks `engine` counts; raise BadInput where none of the arrays can be read."""
    cut = tasks(survey.stored, survey.axis)
    found = run(survey.stored, cut, engine, partial(concluded, survey), bar)
    unread = [one.why for one in found if isinstance(one, Unread)]
    if len(unread) == len(found):
        raise BadInput(unread[0])
    for why in unread:
        survey.leave_out(why)
    return tuple(one for one in found if not isinstance(one, Unread))


def concluded(survey: Survey, stored: Stored, parts: Iterator[Counted | Unread]) -> Observation | Unread:
    """The observation of one array from its parts in order, or why there is none."""
    found = reduce(joined, parts)
    if isinstance(found, Unread):
        return found
    shape = stored.shape
    if UNKNOWN in shape:
        shape = (found.size // math.prod(shape[1:]), *shape[1:])
    columns = survey.axis is not None and survey.axis % len(shape) == len(shape) - 1
    names = stored.columns if columns else ()
    seen = observation(stored.label, shape, stored.dtype, survey.wanted, found.tally, survey.axis, names)
    return replace(seen, remark=found.remark)
