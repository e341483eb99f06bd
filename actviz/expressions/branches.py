"""The user's functions over jets: whole, or in parts that go the same way through if statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.expressions.choices import record, recording
from actviz.expressions.containing import called, said
from actviz.expressions.numpy_functions import UndifferentiableError
from actviz.expressions.numpy_jets import ForkError, NumpyJet

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.expressions.jets import Jet

    Function = Callable[[Any], Any]
    Index = NDArray[np.intp]


def through_jets(function: Function, x: Jet) -> Any:
    """The function of a jet, whole or in parts; raise UndifferentiableError where numpy jets end."""
    seed = NumpyJet(x.value, x.slope, x.curvature)
    try:
        with recording() as own:
            found = called(function, seed.copy())
    except Exception:
        return in_parts(function, seed)
    for difference in own:
        record(difference)
    return found


def in_parts(function: Function, seed: NumpyJet) -> NumpyJet:
    """The function of a jet, at once of all elements that go the same way through its if statements."""
    whole = NumpyJet(*(np.full(seed.shape, np.nan) for _ in range(3)))
    choices: list[Array] = []
    waiting = [np.arange(len(seed))]
    while waiting:
        part = waiting.pop()
        try:
            with recording() as own:
                whole[part] = called(function, seed[part])
        except ForkError as fork:
            waiting += ways(part, fork)
            continue
        except Exception as error:
            known = isinstance(error, UndifferentiableError)
            raise UndifferentiableError(str(error) if known else said(error)) from None
        if len(part) > 1 and any(np.shape(difference) != part.shape for difference in own):
            waiting += list(part[:, None])
            continue
        # A way that returns early makes fewer choices; together they tell where the pieces meet.
        choices += [np.full(seed.shape, np.nan) for _ in own[len(choices) :]]
        for choice, difference in zip(choices, own, strict=False):
            choice[part] = difference if np.size(difference) else np.nan
    for choice in choices:
        record(choice)
    return whole


def ways(part: Index, fork: ForkError) -> list[Index]:
    """The elements that an if statement sends one way and the other; one by one where it asked about something else."""
    if fork.truths.shape == part.shape:
        return [part[fork.truths], part[~fork.truths]]
    if len(part) == 1:
        raise fork
    return list(part[:, None])
