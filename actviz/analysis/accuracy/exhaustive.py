"""Every one of float32's 4,294,967,296 inputs, in blocks over all cores.

No proven truth can be had for so many: results are held against the float64 kernel, whose own errors are
below 1e-7 of a float32 unit wherever it keeps its promise. The worst cases are then settled by balls.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from functools import partial, reduce
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation
from actviz.analysis.accuracy.accuracy import Case, Tally, kink_mask, merged, tally, unit
from actviz.analysis.accuracy.sources import source
from actviz.oracle import truth
from actviz.processes import checked_jobs, spread
from actviz.resolve import get

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.activation import Value

TASK, PART = 1 << 22, 1 << 17
"""Inputs a process is given at a time, and looks at together: few enough for the arrays to stay in its cache."""

BLOCKS = (1 << 32) // TASK
"""Tasks in all."""

FLOAT32 = "float32"


def block_tally(name: str, values: dict[str, Value], of: str, order: int, keep: int, block: int) -> Tally:
    """The tally of one task: neighbouring bit patterns of float32."""
    activation = get(name, **values)
    assert isinstance(activation, Activation)
    evaluate = source(of, activation).evaluate
    whole: Tally | None = None
    for start in range(block * TASK, (block + 1) * TASK, PART):
        x = np.arange(start, start + PART, dtype=np.uint32).view(FLOAT32)
        x = x[::-1].copy() if block >= BLOCKS // 2 else x  # negative floats ascend as their bits descend
        with np.errstate(invalid="ignore"):  # signalling NaNs are among them
            exact = activation.derivative(x.astype(np.float64), order)
        part = tally(x, evaluate(x, order), exact, np.zeros(()), kink_mask(activation, order, x), keep)
        whole = merged(whole, part, keep) if whole else part
    assert whole is not None
    return whole


def exhaustive(activation: Activation, of: str, order: int, keep: int, advance: Callable[[], None]) -> Tally:
    """The tally of every float32 input; `advance` is called after each of the BLOCKS blocks.

    Raise BadInput where a process is killed.
    """
    work = partial(block_tally, activation.name, activation.bound, of, order, keep)
    killed = "a counting process was killed, so there is no result"
    with closing(spread(work, range(BLOCKS), checked_jobs(0), killed)) as parts:

        def add(whole: Tally, part: Tally) -> Tally:
            advance()
            return merged(whole, part, keep)

        first = next(parts)
        advance()
        return confirmed(activation, order, reduce(add, parts, first))


def confirmed(activation: Activation, order: int, found: Tally) -> Tally:
    """`found` with its worst cases measured against proven truth."""
    if not found.worst:
        return found
    proven = truth(activation, [case.x for case in found.worst])
    exact, rest = proven.high[order], proven.low[order]
    got = np.asarray([case.got for case in found.worst])
    ulp = np.abs((got - exact) - rest) / unit(exact, np.dtype(FLOAT32))
    cases = [Case(case.x, case.got, float(e), float(u)) for case, e, u in zip(found.worst, exact, ulp, strict=True)]
    cases.sort(key=lambda case: -case.ulp)
    return replace(found, worst=tuple(cases), max_ulp=cases[0].ulp, at=cases[0].x)
