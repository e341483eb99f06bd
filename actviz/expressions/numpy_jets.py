"""Jets that answer to numpy's functions, so that ordinary numpy code differentiates itself."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.expressions import pieces
from actviz.expressions.elementary import ALIASES, NUMPY_ELEMENTARY
from actviz.expressions.jets import Condition, Jet, lift

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class UndifferentiableError(Exception):
    """A function went beyond what jets can carry."""


@dataclass(frozen=True, slots=True, eq=False)
class NumpyJet(Jet):
    """A jet inside the user's numpy code; it looks like a 1-D float64 array."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:  # type: ignore[override]
        """A numpy ufunc of jets."""
        return called(ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}", inputs, options)

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        """Any other numpy function of jets."""
        return called(function.__name__, inputs, options)

    def __array__(self, *arguments: Any, **options: Any) -> Any:
        """Refuse to lose the derivatives."""
        raise UndifferentiableError("the argument was made a plain array")

    def __float__(self) -> float:
        raise UndifferentiableError("the argument was made a plain number")

    def __getitem__(self, index: Any) -> NumpyJet:
        i = pieces.chosen(index) if isinstance(index, Condition) else index
        return NumpyJet(self.value[i], self.slope[i], self.curvature[i])

    def __setitem__(self, index: Any, given: Any) -> None:
        i = pieces.chosen(index) if isinstance(index, Condition) else index
        source = given if isinstance(given, Jet) else lift(given, self[i])
        self.value[i], self.slope[i], self.curvature[i] = source.value, source.slope, source.curvature

    def __mul__(self, other: Any) -> Any:
        return other * self if isinstance(other, NumpyCondition) else Jet.__mul__(self, other)

    __rmul__ = __mul__

    def __len__(self) -> int:
        return len(self.value)

    def __lt__(self, other: Any) -> NumpyCondition:
        return askable(Jet.__lt__(self, other))

    def __le__(self, other: Any) -> NumpyCondition:
        return askable(Jet.__le__(self, other))

    def __gt__(self, other: Any) -> NumpyCondition:
        return askable(Jet.__gt__(self, other))

    def __ge__(self, other: Any) -> NumpyCondition:
        return askable(Jet.__ge__(self, other))

    def __eq__(self, other: object) -> NumpyCondition:  # type: ignore[override]
        return askable(Jet.__eq__(self, other))

    def __ne__(self, other: object) -> NumpyCondition:  # type: ignore[override]
        return askable(Jet.__ne__(self, other))

    __hash__ = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the values."""
        return self.value.shape

    @property
    def size(self) -> int:
        """How many values there are."""
        return self.value.size

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self.value.ndim

    @property
    def dtype(self) -> Any:
        """float64."""
        return self.value.dtype

    def copy(self) -> NumpyJet:
        """The same numbers in arrays of their own."""
        return NumpyJet(self.value.copy(), self.slope.copy(), self.curvature.copy())

    def clip(self, low: Any = None, high: Any = None) -> Any:
        """The values held between two bounds."""
        return clip(self, low, high)

    @staticmethod
    def joined(parts: Iterable[Any], like: NumpyJet) -> NumpyJet:
        """One jet of many of one element each."""
        jets = [lift(part, like[:1]) for part in parts]
        value, slope, curvature = (
            np.concatenate([getattr(jet, name).reshape(-1) for jet in jets]) for name in ("value", "slope", "curvature")
        )
        return NumpyJet(value, slope, curvature)


@dataclass(frozen=True, slots=True, eq=False)
class NumpyCondition(Condition):
    """A condition inside the user's numpy code."""

    def __bool__(self) -> bool:
        if self.here.size != 1:
            raise UndifferentiableError("an if statement asked about many numbers at once")
        return bool(pieces.chosen(self).reshape(-1)[0])

    def astype(self, dtype: Any) -> Any:
        """1 where the condition holds, else 0."""
        return where(self, 1.0, 0.0)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:  # type: ignore[override]
        """A numpy ufunc of conditions: logical_and and its like."""
        return called(ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}", inputs, options)

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        """Any other numpy function of conditions: where."""
        return called(function.__name__, inputs, options)

    def __mul__(self, other: Any) -> Any:
        return pieces.where(self, other, 0.0 * other)

    __rmul__ = __mul__


def settled(here: NumpyJet, left: Any) -> NumpyJet:
    """The jet at the points, with the derivatives of its limit from the left where the values agree."""
    there = lift(left, here)
    same = here.value == there.value
    slope, curvature = np.where(same, there.slope, here.slope), np.where(same, there.curvature, here.curvature)
    return NumpyJet(here.value, slope, curvature)


def askable(condition: Condition) -> NumpyCondition:
    """The condition as one that numpy code can use."""
    return NumpyCondition(condition.here, condition.left)


def called(name: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """The numpy function of that name over jets; raise UndifferentiableError where there is none."""
    if name in FUNCTIONS:
        if set(options) - {"dtype"}:
            raise UndifferentiableError(f"numpy.{name} is used with {', '.join(options)}")
        return FUNCTIONS[name](*inputs)
    elementary = NUMPY_ELEMENTARY.get(ALIASES.get(name, name))
    if elementary and len(inputs) == 1 and not options and isinstance(inputs[0], Jet):
        return pieces.square_root(elementary, inputs[0]) if name == "sqrt" else pieces.elementary(elementary, inputs[0])
    raise UndifferentiableError(f"numpy.{name} is not among them")


def clip(a: Any, low: Any, high: Any) -> Any:
    """numpy.clip."""
    raised = a if low is None else pieces.maximum(a, low)
    return raised if high is None else pieces.minimum(raised, high)


def where(*arguments: Any) -> Any:
    """numpy.where with three arguments."""
    if len(arguments) != 3:
        raise UndifferentiableError("numpy.where is used with a condition alone")
    condition, a, b = arguments
    chosen = pieces.where(condition, a, b)
    return NumpyJet(chosen.value, chosen.slope, chosen.curvature) if isinstance(chosen, Jet) else chosen


def filled(jet: NumpyJet, number: Any) -> NumpyJet:
    """A jet of a constant, in arrays of its own."""
    value = np.full_like(jet.value, number)
    return NumpyJet(value, np.zeros_like(value), np.zeros_like(value))


def heaviside(a: NumpyJet, at_zero: Any) -> Any:
    """numpy.heaviside."""
    return where(a > 0.0, 1.0, where(a < 0.0, 0.0, lift(at_zero, a)))


def logaddexp(a: Any, b: Any) -> Any:
    """log(exp a + exp b), from the larger."""
    difference = -abs(a - b)
    tail = pieces.elementary(NUMPY_ELEMENTARY["log1p"], pieces.elementary(NUMPY_ELEMENTARY["exp"], difference))
    return pieces.maximum(a, b) + tail


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
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
    "clip": clip,
    "where": where,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "logical_and": operator.and_,
    "logical_or": operator.or_,
    "logical_not": operator.invert,
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "invert": operator.invert,
    "heaviside": heaviside,
    "logaddexp": logaddexp,
    "isnan": lambda a: np.isnan(a.value),
    "isfinite": lambda a: np.isfinite(a.value),
    "asarray": lambda a, *dtype: a,
    "array": lambda a, *dtype: a.copy(),
    "copy": lambda a: a.copy(),
    "zeros_like": lambda a, *dtype: filled(a, 0.0),
    "ones_like": lambda a, *dtype: filled(a, 1.0),
    "full_like": lambda a, number, *dtype: filled(a, number),
    "empty_like": lambda a, *dtype: filled(a, np.nan),
}
"""numpy's functions that jets answer, by their names in numpy."""
