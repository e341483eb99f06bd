"""Programs whose rounding noise about places where they are 0/0 is replaced by a polynomial: see `patches`."""

from __future__ import annotations

import math
from contextlib import ExitStack
from contextvars import Context
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.expressions.choices import (
    divided,
    dividing,
    is_witnessing,
    record,
    recording,
    shaken,
    witness,
    witnessing,
)
from actviz.expressions.expansion import columns
from actviz.expressions.jets import Jet
from actviz.expressions.patches import Patch, find_patches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from actviz.activation import Array

    Truth = NDArray[np.bool_]
    Near = list[tuple[Patch, Truth]]


@dataclass(frozen=True, slots=True, eq=False)
class Mended:
    """`program`, over jets or arrays, with its `patches`; nor are choices and parts told where they stand in.

    At a place it is NaN where `program` is or gives an infinity; a number of its own, as by ``1 if x == 0 else``, is
    kept. `parts` are mended quotients within the program.
    """

    program: Callable[[Any], Any]
    patches: Callable[[], tuple[Patch, ...]]
    parts: Mapping[int, Mended] = field(default_factory=dict)

    def __call__(self, x: Any) -> Any:
        """The result for a jet or an array."""
        at = x.value if isinstance(x, Jet) else x
        near = covering(self.patches(), at) if np.ndim(at) else []
        if not near:
            return self.program(x)
        y = quietly(self.program, x, near)
        for patch, there in near:
            y = patched(y, x, patch, there)
        return y

    def holes(self) -> tuple[float, ...]:
        """The places about which a patch stands in, or one of a part."""
        own = {patch.place for patch in self.patches()}
        return tuple(sorted(own.union(*(part.holes() for part in [*self.parts.values()]))))


def mended(program: Callable[[Any], Any], parts: Mapping[int, Mended] | None = None) -> Mended:
    """The program, with such mended parts, and its patches, which are looked for when the first value is asked for."""
    # In a context of its own: whoever records asks about its own points.
    return Mended(program, cache(lambda: Context().run(find_patches, program)), {} if parts is None else parts)


def covering(patches: tuple[Patch, ...], x: Array) -> Near:
    """The patches that stand in for the formula at some of x, and where."""
    if not patches:
        return []
    which = np.searchsorted(np.asarray([patch.high for patch in patches]), x)
    counts = np.bincount(which.reshape(-1), minlength=len(patches))
    met = [(patches[i], (which == i) & (x >= patches[i].low)) for i in np.flatnonzero(counts[: len(patches)]).tolist()]
    return [(patch, there) for patch, there in met if there.any()]


def quietly(program: Callable[[Any], Any], x: Any, near: Near) -> Any:
    """The program's result; of choices and parts NaN is told where a patch stands in for all that they lead to.

    Where a single point has a number of its own the choice of it is told.
    """
    hidden = np.any([there for _, there in near], axis=0)
    single = [there for patch, there in near if patch.own is not None and math.isfinite(patch.own)]
    silent = hidden & ~np.any(single, axis=0) if single else hidden
    with ExitStack() as stack:
        choices = stack.enter_context(recording())
        divisors = stack.enter_context(dividing())
        parts = stack.enter_context(witnessing()) if is_witnessing() else []
        y = program(x)
    told = {id(row): np.where(silent, np.nan, row) for row in choices if np.shape(row) in ((), hidden.shape)}
    for difference in choices:
        record(told.get(id(difference), difference))
    for by in divisors:
        divided(type(by)(told.get(id(by.value), by.value), by.slope, by.curvature))
    for jets in parts:
        witness(*(blank(jet, hidden) for jet in jets))
    return y


def blank(jet: Jet, hidden: Truth) -> Jet:
    """`jet` with NaN at those points, if it is of all points."""
    if jet.value.shape != hidden.shape:
        return jet
    return Jet(*(np.where(hidden, np.nan, part) for part in columns(jet)))


def patched(y: Any, x: Any, patch: Patch, there: Truth) -> Any:
    """`y`, the program's result for `x`, with the patch where it stands in."""
    at = x.value if isinstance(x, Jet) else x
    exact = (at == patch.place) & (patch.own is not None)
    f, slope, curvature = (np.where(exact, np.nan, part) for part in patch.at(at))
    there = there & ~(exact & np.isfinite(y.value if isinstance(y, Jet) else y))
    if not isinstance(x, Jet):
        return np.where(there, f, y)
    bend = curvature * x.slope * x.slope + slope * x.curvature
    parts = zip(columns(shaken(type(y)(f, slope * x.slope, bend))), columns(y), strict=True)
    return type(y)(*(np.where(there, new, old) for new, old in parts))
