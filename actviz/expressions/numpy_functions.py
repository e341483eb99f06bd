"""What numpy's functions are over jets, and which have no derivative to carry."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, NoReturn

from actviz import _numpy as np
from actviz.expressions import pieces
from actviz.expressions.elementary import NUMPY_ELEMENTARY
from actviz.expressions.jets import Jet, lift

if TYPE_CHECKING:
    from collections.abc import Callable


class UndifferentiableError(Exception):
    """A function went beyond what jets can carry."""


def refuse(name: str) -> NoReturn:
    """Raise UndifferentiableError about the numpy function of that name, saying what serves instead."""
    if name in ENDLESS:
        raise UndifferentiableError(f"numpy.{name} jumps at endlessly many places")
    instead = INSTEAD.get(name)
    raise UndifferentiableError(f"numpy.{name} is not among them{f'; {instead}' if instead else ''}")


def clip(a: Any, low: Any, high: Any) -> Any:
    """numpy.clip."""
    raised = a if low is None else pieces.maximum(a, low)
    return raised if high is None else pieces.minimum(raised, high)


def where(*arguments: Any) -> Any:
    """numpy.where with three arguments."""
    if len(arguments) != 3:
        raise UndifferentiableError("numpy.where is used with a condition alone")
    return pieces.where(*arguments)


def filled(jet: Jet, number: Any) -> Jet:
    """A jet of a constant, in arrays of its own."""
    value = np.full_like(jet.value, number)
    return Jet(value, np.zeros_like(value), np.zeros_like(value))


def heaviside(a: Jet, at_zero: Any) -> Any:
    """numpy.heaviside."""
    return pieces.where(a > 0.0, 1.0, pieces.where(a < 0.0, 0.0, lift(at_zero, a)))


def sign(a: Jet) -> Any:
    """numpy.sign."""
    return pieces.where(a > 0.0, 1.0, pieces.where(a < 0.0, -1.0, 0.0 * a))


def logaddexp(a: Any, b: Any) -> Any:
    """log(exp a + exp b), from the larger."""
    difference = -abs(a - b)
    tail = pieces.elementary(NUMPY_ELEMENTARY["log1p"], pieces.elementary(NUMPY_ELEMENTARY["exp"], difference))
    return pieces.maximum(a, b) + tail


OF_CONDITIONS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "multiply": operator.mul,
    "where": where,
    "logical_and": operator.and_,
    "logical_or": operator.or_,
    "logical_xor": operator.xor,
    "logical_not": operator.invert,
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor,
    "invert": operator.invert,
}
"""Those that conditions answer as such; to any other function a condition is a number."""

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "subtract": operator.sub,
    "divide": operator.truediv,
    "true_divide": operator.truediv,
    "power": operator.pow,
    "float_power": operator.pow,
    "negative": operator.neg,
    "positive": operator.pos,
    "absolute": abs,
    "fabs": abs,
    "abs": abs,
    "maximum": pieces.maximum,
    "minimum": pieces.minimum,
    "fmax": pieces.fmax,
    "fmin": pieces.fmin,
    "sign": sign,
    "clip": clip,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "heaviside": heaviside,
    "logaddexp": logaddexp,
    "isnan": lambda a: np.isnan(a.value),
    "isinf": lambda a: np.isinf(a.value),
    "isfinite": lambda a: np.isfinite(a.value),
    "asarray": lambda a, *dtype: a,
    "array": lambda a, *dtype: a.copy(),
    "copy": lambda a: a.copy(),
    "zeros_like": lambda a, *dtype: filled(a, 0.0),
    "ones_like": lambda a, *dtype: filled(a, 1.0),
    "full_like": lambda a, number, *dtype: filled(a, number),
    "empty_like": lambda a, *dtype: filled(a, np.nan),
}
"""The others that jets answer, by their names in numpy."""

ENDLESS = (
    *("floor", "ceil", "trunc", "fix", "rint", "round", "around"),
    *("floor_divide", "remainder", "mod", "fmod", "modf", "divmod"),
)
"""numpy's functions with more jumps than can be told."""

INSTEAD = {
    "piecewise": "use numpy.where",
    "select": "use numpy.where, one inside another",
    "interp": "use numpy.where, one inside another",
    "copysign": "use numpy.abs and numpy.sign",
    "signbit": "write x < 0",
    "polyval": "write the powers out, such as 3*x**2 + 2*x + 1",
    "isclose": "write a comparison of numpy.abs",
}
"""What to write where numpy's function has no derivative here."""
