"""Python functions of the user as activations: ``package.module:function``.

The function is called with a float64 array for its values and with a jet that answers to numpy for its
derivatives, so ordinary numpy code is differentiated exactly. A function of single numbers is applied to
each.
"""

from __future__ import annotations

import importlib
import os
import sys
from functools import partial
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, NoReturn

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Limits, Reference, no_landmarks
from actviz.errors import BadInput, nearest
from actviz.expressions.branches import through_jets
from actviz.expressions.containing import aside, called, contained, notices, said
from actviz.expressions.expansion import columns, expand
from actviz.expressions.expression import behaviour
from actviz.expressions.grammar import shown
from actviz.expressions.jets import Jet
from actviz.expressions.noise import rounding
from actviz.expressions.numpy_functions import UndifferentiableError
from actviz.expressions.removable import mended
from actviz.expressions.tails import tail

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.activation import Array

    Function = Callable[[Any], Any]

PROBE = (-1.5, 0.25, 2.0)
"""Where a function is tried: left of 0, right of it, and three points, so that no scalar passes for them."""


def load(spec: str) -> Activation:
    """The function that ``package.module:function`` names, imported and run: the user's own code.

    The current directory is searched first, as by ``python -m``. Raise BadInput when there is no such
    module or function, when importing or calling it raises, or when it does not turn numbers into as
    many numbers. Asking for a derivative raises BadInput where the function leaves what numpy jets can do.
    """
    function = contained(imported(spec), spec)
    values = vectorised(function, spec)
    label = f"--from {spec}"

    def program(x: Any) -> Any:
        if not isinstance(x, Jet):
            return values(x)
        return through_jets(function, x)

    whole = mended(program)
    kernels, limits, kinks, landmarks, among = behaviour(lambda given: whole)
    obstacle = obstacle_to_derivatives(program, values, label)
    best = values if obstacle else whole

    def value(x: Array) -> Array:
        return checked(best(np.asarray(x)), np.shape(x), label)

    def refused(x: Array) -> Array:
        raise BadInput(f"{label} cannot be differentiated: {obstacle}")

    return Activation(
        name=spec,
        family="callable",
        summary="a Python function of the user",
        formula=rf"\mathrm{{{spec.replace('_', chr(92) + '_')}}}(x)",
        plain=f"{spec}(x)",
        definition=lambda m, x: function(x),
        kernels=(value, refused, refused) if obstacle else (value, kernels[1], kernels[2]),
        limits=(lambda: value_limits(values)) if obstacle else limits,
        reference=Reference("user", 0, "a Python function given by --from"),
        kinks=no_kinks_known if obstacle else kinks,
        landmarks=no_landmarks if obstacle else landmarks,
        landmarks_among=no_landmarks if obstacle else among,
        holes=no_landmarks if obstacle else whole.holes,
        noise=None if obstacle else partial(rounding, whole),
    )


def imported(spec: str) -> Function:
    """The function of that module; raise BadInput when it cannot be had."""
    module_name, colon, name = spec.partition(":")
    path = name.split(".")
    dotted = module_name.removesuffix(".py").removeprefix("./").replace("/", ".")
    if not (colon and all(part.isidentifier() for part in (*dotted.split("."), *path))):
        raise BadInput(f"--from takes MODULE:FUNCTION, such as mypackage.activations:swish, not '{shown(spec)}'")
    if dotted != module_name:
        raise BadInput(f"--from takes a module, not a file; did you mean '{shown(f'{dotted}:{name}')}'?")
    here = os.getcwd()  # noqa: PTH109
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        with aside(notices(spec)):
            found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise BadInput(f"--from {spec}: there is no module '{error.name}' here or on Python's path") from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever it is, it is the module's
        raise BadInput(f"--from {spec}: importing {module_name} raised {said(error)}") from None
    for part in path:
        if not hasattr(found, part):
            public = [n for n in dir(found) if callable(getattr(found, n, None)) and not n.startswith("_")]
            raise BadInput(f"--from {spec}: {module_name} has no '{part}'{nearest(part, public)}")
        found = getattr(found, part)
    if not callable(found):
        raise BadInput(f"--from {spec}: {name} is no function but of type {type(found).__name__}")
    if iscoroutinefunction(found):
        raise BadInput(f"--from {spec}: {name} is asynchronous; it must return the values when it is called")
    function: Function = found
    return function


def vectorised(function: Function, spec: str) -> Function:
    """`function` for arrays, elementwise if it takes only single numbers; raise BadInput if it takes neither."""
    probe = np.asarray(PROBE)
    label = f"--from {spec}"
    try:
        whole = called(function, probe.copy())
    except Exception as on_array:
        try:
            called(function, float(probe[0]))
        except Exception as on_number:
            first = on_array if isinstance(on_number, TypeError) else on_number
            refuse(label, f"raised {said(first)}")
        return each(function, label)
    together = checked(whole, probe.shape, label)
    alone = [checked(guarded(function, probe[i : i + 1], label), (1,), label)[0] for i in range(len(probe))]
    if not np.allclose(together, alone, rtol=1e-9, atol=0.0, equal_nan=True):
        refuse(label, "gives a number another value in company than alone; it must work on each number alone")
    return lambda x: checked(guarded(function, x, label), x.shape, label)


def guarded(function: Function, x: Any, label: str) -> Any:
    """function(x); raise BadInput when it raises."""
    try:
        return called(function, x.copy())
    except BadInput:
        raise
    except Exception as error:
        refuse(label, f"raised {said(error)}")


def each(function: Function, label: str) -> Function:
    """A function of single numbers, for arrays."""

    def elementwise(x: Array) -> Array:
        found = []
        for number in x.reshape(-1).tolist():
            try:
                found.append(called(function, number))
            except (OverflowError, ZeroDivisionError, ValueError):
                # What math's functions raise where numpy's give an infinity or NaN.
                found.append(np.nan)
            except Exception as error:
                refuse(label, f"raised {said(error)} at x = {number!r}")
            if not isinstance(found[-1], float):
                checked(found[-1], (), label)
        return np.asarray(found, dtype=np.float64).reshape(x.shape)

    return elementwise


def checked(y: Any, shape: tuple[int, ...], label: str) -> Array:
    """`y` as float64 of `shape`; raise BadInput when it is anything but real numbers of that shape."""
    if y is None:
        refuse(label, "returned None; it must return the values")
    try:
        array = np.asarray(y)
    except (TypeError, ValueError) as error:
        refuse(label, f"returned what is no array: {said(error)}")
    if array.dtype.kind not in "biuf":
        refuse(label, f"returned {array.dtype} where real numbers are wanted")
    if array.shape not in (shape, ()):
        refuse(label, f"turned numbers of shape {shape} into shape {array.shape}; it must work on each number alone")
    return np.array(np.broadcast_to(array, shape), dtype=np.float64)


def refuse(label: str, why: str) -> NoReturn:
    """Raise BadInput about the user's function."""
    raise BadInput(f"{label} {why}")


def obstacle_to_derivatives(program: Function, values: Function, label: str) -> str:
    """Why the program cannot be differentiated; empty when it can, its values over jets being the function's."""
    need = "derivatives need numpy functions that actviz can differentiate"
    probe = np.asarray(PROBE)
    try:
        got = columns(expand(program, probe))[0]
    except UndifferentiableError as error:
        return f"{need}, but {error}"
    wanted = checked(values(probe), probe.shape, label)
    if not np.allclose(got, wanted, rtol=1e-12, atol=0.0, equal_nan=True):
        return f"{need}, but it leaves them on the way"
    return ""


def value_limits(values: Function) -> Limits:
    """Limits of a function known by its values alone; NaN for its derivatives."""

    def program(x: Jet) -> Jet:
        return Jet(values(x.value), np.zeros_like(x.value), np.zeros_like(x.value))

    left, right = (tail(program, side).limits[0] for side in (-1.0, 1.0))
    return (left, np.nan, np.nan), (right, np.nan, np.nan)


def no_kinks_known() -> tuple[Kink, ...]:
    """None: a function known by its values alone does not tell where its pieces meet."""
    return ()
