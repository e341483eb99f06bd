"""What a framework's file here provides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.floats import DTYPES

if TYPE_CHECKING:
    from actviz.floats import Floats

Function = Callable[[Any], Any]
"""A framework's tensor in, one out."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """A framework at work.

    `names` are those that the calls of its facts use. `run(function, x, order)` gives the function's value
    (order 0) or the gradient of its sum, that many times over, by the framework's autograd, on the CPU in
    one thread. `orders` and `dtypes` are those it can serve, `failures` the errors it raises of its own kind.
    """

    version: str
    names: Mapping[str, Any]
    run: Callable[[Function, Floats, int], Floats]
    orders: tuple[int, ...] = (0, 1, 2)
    dtypes: tuple[str, ...] = DTYPES
    failures: tuple[type[Exception], ...] = ()
