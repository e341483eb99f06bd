"""Where the results of an audit come from: our kernel, the definition evaluated naively, or a framework."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.analysis.accuracy.naive import naive
from actviz.catalogue.frameworks import SPELLINGS, VERSIONS
from actviz.errors import BadInput, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.activation import Activation
    from actviz.floats import Floats

OWN = ("kernel", "definition")
"""The sources that need no framework."""


@dataclass(frozen=True, slots=True)
class Source:
    """Results to audit: `evaluate(x, order)` gives them in x's dtype for the `orders` there are.

    `call` says what is evaluated, `version` of which framework.
    """

    of: str
    call: str
    version: str
    orders: tuple[int, ...]
    evaluate: Callable[[Floats, int], Floats]


def source(of: str, activation: Activation) -> Source:
    """The source called `of`: one of OWN or a framework.

    Raise BadInput for a framework that is unknown, not installed here, or lacks the function.
    """
    if of == "kernel":
        return Source(of, f"actviz.get('{activation.label}')", "", (0, 1, 2), activation.derivative)
    if of == "definition":
        return Source(of, activation.plain, "", (0, 1), lambda x, order: naive(activation, x)[order])
    known = (*OWN, *VERSIONS, *SPELLINGS)
    if of not in known:
        raise BadInput(f"--of '{of}' is unknown; it is one of {', '.join((*OWN, *VERSIONS))}{nearest(of, known)}")
    from actviz.frameworks import evaluator

    there = evaluator(of, activation)
    return Source(of, there.call, there.version, there.orders, there)
