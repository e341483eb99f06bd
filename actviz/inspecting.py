"""The Python counterparts of `actviz saturation`: a function on paper, through random layers, and on data."""

from __future__ import annotations

import itertools
import math
import reprlib
import warnings
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.activation import Activation
from actviz.errors import BadInput
from actviz.resolve import scalars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from actviz.analysis.data.observation import Observation, Observations
    from actviz.analysis.data.probes import Probe
    from actviz.analysis.depth.depth import Depth
    from actviz.analysis.saturation.saturation import Saturation
    from actviz.arrays import Block

    Function = str | Activation
    Source = str | Path | ArrayLike
    LeaveOut = Callable[[str], None]

INSTEAD = "actviz.get('{name}')"

THRESHOLDS = (0.1, 0.01, 0.001)

IN_MEMORY = "array"
"""What an array that comes from no file is called."""


def saturation(
    function: Function, thresholds: Sequence[float] = THRESHOLDS, mean: float = 0.0, std: float = 1.0
) -> Saturation:
    """How each tail of `function` saturates, and what it does to an input of law N(mean, std^2).

    `function` is named as on the command line, or an Activation. `thresholds` are bounds of abs(f') below which f
    counts as saturated. Raise BadInput for what the command line would refuse.
    """
    from actviz.analysis.saturation import saturation as paper

    return paper.saturation(meant(function), bounds(thresholds), number(mean, "mean"), number(std, "std"))


def depth(
    function: Function,
    layers: int,
    *,
    weight_std: float | None = None,
    bias_std: float = 0.0,
    init: str = "",
    mean: float = 0.0,
    std: float = 1.0,
    width: int = 256,
    samples: int = 16,
    seed: int = 0,
) -> Depth:
    """Variance and gradient through random layers: the mean field of infinite width, and simulated networks.

    Weights are N(0, weight_std^2/width), or scaled by `init`: "xavier" (where neither is given), "lecun", "he" or
    "critical"; layer 0 is N(mean, std^2). `samples` networks of `width` units are simulated, none for 0. Raise
    BadInput for what the command line would refuse.
    """
    from actviz.analysis.depth import depth as field
    from actviz.analysis.depth.simulation import Plan

    if not isinstance(init, str):
        raise BadInput(f"init is named by text such as 'he', not {shown(init)}")
    plan = Plan(whole(width, "width"), whole(samples, "samples"), whole(seed, "seed"))
    return field.depth(
        meant(function),
        whole(layers, "layers"),
        weight_std=None if weight_std is None else number(weight_std, "weight_std"),
        bias_std=number(bias_std, "bias_std"),
        init=init.lower(),
        mean=number(mean, "mean"),
        std=number(std, "std"),
        plan=plan if plan.samples else None,
    )


def observe(
    functions: Function | Sequence[Function],
    data: Source | Sequence[Source] | Mapping[str, ArrayLike],
    axis: int | None = None,
    thresholds: Sequence[float] = THRESHOLDS,
) -> Observation | Observations:
    """What pre-activations mean to functions: how many lie where a slope is small or 0; with `axis`, in which units.

    `data` is an array of any shape, or a file as --data takes it, read in blocks; or a list of these; or a dict of
    arrays, whose names are its keys. One array gives one Observation, a list, a dict, or a file of several arrays, a
    tuple of them. Warn of what is left out of a folder or an archive because it cannot be read; raise BadInput where
    nothing else can, and for what the command line would refuse.
    """
    from actviz.analysis.data.observation import Observations
    from actviz.analysis.data.probes import probe

    named: list[Any] = list(functions) if isinstance(functions, (list, tuple)) else [functions]
    if not named:
        raise BadInput("name at least one function, such as 'relu'; actviz.names() has all names")
    asked, axis = bounds(thresholds), None if axis is None else whole(axis, "axis")
    wanted = tuple(probe(meant(function), asked) for function in named)
    sources = several(data)
    lost: list[str] = []
    every = sources or [(IN_MEMORY, data)]
    found = Observations(one for name, source in every for one in observed(name, source, wanted, axis, lost.append))
    for line in lost:
        warnings.warn(f"left out: {line}", stacklevel=2)
    return found if sources or len(found) > 1 else found[0]


def whole(value: Any, name: str) -> int:
    """`value` as an int; raise BadInput, calling it `name`, for True, False and what is no whole number."""
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise BadInput(f"{name} must be a whole number, not {shown(value)}")
    return int(value)


def number(value: Any, name: str) -> float:
    """`value` as a float; raise BadInput, calling it `name`, for True, False and what is no number."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise BadInput(f"{name} must be a number, not {shown(value)}")
    try:
        return float(value)
    except OverflowError:
        raise BadInput(f"{name} must be a finite number, not one of {len(str(value))} digits") from None


def bounds(thresholds: Any) -> tuple[float, ...]:
    """The thresholds as floats; raise BadInput for what is no list of numbers."""
    if isinstance(thresholds, str) or not isinstance(thresholds, Iterable):
        raise BadInput(f"thresholds must be a list of numbers, such as [0.1, 0.01], not {shown(thresholds)}")
    return tuple(number(one, "a threshold") for one in thresholds)


def shown(value: Any) -> str:
    """What was given, on one line, its middle left out where it is long."""
    return " ".join(reprlib.repr(value).split())


def meant(function: Function) -> Activation:
    """The scalar activation that is named; raise BadInput where there is none."""
    if isinstance(function, Activation):
        return function
    if not isinstance(function, str):
        raise BadInput(f"a function is named by text such as 'mish', or an Activation, not {shown(function)}")
    return scalars([function], instead=INSTEAD)[0]


def several(data: Any) -> list[tuple[str, Any]]:
    """The files and arrays of a list or dict of them, each with its name; nothing for one file or array.

    A list of numbers is one array. Raise BadInput for an empty dict, and for files in one.
    """
    if isinstance(data, Mapping):
        if not data:
            raise BadInput("there are no data: the dict is empty")
        if any(isinstance(one, (str, Path)) for one in data.values()):
            raise BadInput("a dict names arrays, and files have names of their own: give files in a list")
        return [(" ".join(str(name).split()), one) for name, one in data.items()]
    if not isinstance(data, (list, tuple)):
        return []
    nameless = [not isinstance(one, (str, Path)) for one in data]
    if all(nameless) and not any(hasattr(one, "__array__") and np.ndim(one) > 0 for one in data):
        return []
    numbers = itertools.count(1)
    many = sum(nameless) > 1
    return [
        (f"{IN_MEMORY} {next(numbers)}" if many and bare else IN_MEMORY, one)
        for bare, one in zip(nameless, data, strict=True)
    ]


def observed(
    name: str, source: Any, wanted: tuple[Probe, ...], axis: int | None, leave_out: LeaveOut
) -> tuple[Observation, ...]:
    """The arrays of one file, or the array in memory of that name, as the probes see them.

    `leave_out` is told of what cannot be read beside what can, a line each.
    """
    if isinstance(source, (str, Path)):
        from actviz.arrays import found_at
        from actviz.progress import silence
        from actviz.reduction.observing import observe_here

        found = found_at(str(source))
        for line in found.left_out:
            leave_out(line)
        return observe_here(found.stored, axis, wanted, silence, leave_out)
    return (observed_here(name, checked(name, source), wanted, axis),)


def checked(name: str, data: Any) -> NDArray[Any]:
    """`data`, called `name`, as numbers in the machine's byte order; raise BadInput for what is no array of numbers."""
    from actviz.arrays.npy import check_shape, number_type

    if data is None:
        raise BadInput("there are no data: None is no array of numbers and no file")
    if isinstance(data, np.ma.MaskedArray):
        raise BadInput("a masked array says which values to leave out; give those that count: data.compressed()")
    try:
        array = np.asarray(data)
    except (TypeError, ValueError, RuntimeError) as error:
        raise BadInput(f"the data are no array of numbers: {error}") from None
    if array.dtype.hasobject:
        raise BadInput("the data are Python objects, not numbers of one dtype such as float32")
    number_type(array.dtype, name)
    check_shape(array.shape, name)
    return np.asarray(array, dtype=array.dtype.newbyteorder("="), order="C")


def observed_here(label: str, array: NDArray[Any], wanted: tuple[Probe, ...], axis: int | None) -> Observation:
    """The observation of an array in memory, called `label`, block by block."""
    from actviz.analysis.data.observation import observation
    from actviz.analysis.data.probes import checked_units
    from actviz.analysis.data.tally import tally
    from actviz.arrays import Stored, layout
    from actviz.arrays.records import Run

    name = array.dtype.name
    stored = Stored(label, "", array.shape, name, (), array.nbytes, Run(name, 0))
    _, units, inner = layout(stored, axis)
    counted = tally(blocks(array, units, inner), checked_units(units), wanted)
    return observation(label, array.shape, name, wanted, counted, axis)


def blocks(array: NDArray[Any], units: int, inner: int) -> Iterator[Block]:
    """The blocks of an array in memory, as `arrays.blocks` cuts a file."""
    from actviz.arrays import Block
    from actviz.arrays.layouts import spans

    flat, start = array.reshape(-1), 0
    for span in spans(units, inner, 0, flat.size):
        size = math.prod(span.shape)
        values = flat[start : start + size]
        yield Block(values.reshape(span.shape), span.first, values.nbytes)
        start += size
