"""Jets that answer to numpy's functions, so that ordinary numpy code differentiates itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from actviz import _numpy as np
from actviz.expressions import pieces
from actviz.expressions.elementary import ALIASES, NUMPY_ELEMENTARY
from actviz.expressions.jets import Condition, Jet, chosen, lift
from actviz.expressions.numpy_functions import FUNCTIONS, OF_CONDITIONS, UndifferentiableError, clip, refuse

if TYPE_CHECKING:
    from actviz.expressions.jets import Truth


class ForkError(UndifferentiableError):
    """An if statement asked about numbers of which some, `truths`, go one way and some the other."""

    def __init__(self, truths: Truth) -> None:
        super().__init__("an if statement asked about many numbers at once")
        self.truths = truths


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
        raise UndifferentiableError("the argument was made a plain number; use numpy's functions, not those of math")

    def __getitem__(self, index: Any) -> NumpyJet:
        i = chosen(index) if isinstance(index, Condition) else index
        return NumpyJet(self.value[i], self.slope[i], self.curvature[i])

    def __setitem__(self, index: Any, given: Any) -> None:
        i = chosen(index) if isinstance(index, Condition) else index
        source = given if isinstance(given, Jet) else lift(given, self[i])
        self.value[i], self.slope[i], self.curvature[i] = source.value, source.slope, source.curvature

    def __int__(self) -> int:
        return int(float(self))

    def __floordiv__(self, other: Any) -> NoReturn:
        refuse("floor_divide")

    def __mod__(self, other: Any) -> NoReturn:
        refuse("remainder")

    def __round__(self, *digits: Any) -> NoReturn:
        refuse("round")

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


@dataclass(frozen=True, slots=True, eq=False)
class NumpyCondition(Condition):
    """A condition inside the user's numpy code; in arithmetic it counts 1 or 0, as numpy's do."""

    def __bool__(self) -> bool:
        truths = chosen(self)
        if truths.size and truths.all() == truths.any():
            return bool(truths.all())
        raise ForkError(truths)

    def number(self) -> NumpyJet:
        """1 where the condition holds, else 0."""
        value = chosen(self).astype(np.float64)
        return NumpyJet(value, np.zeros_like(value), np.zeros_like(value))

    def astype(self, dtype: Any) -> NumpyJet:
        """1 where the condition holds, else 0."""
        return self.number()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:  # type: ignore[override]
        """A numpy ufunc of conditions: logical_and and its like."""
        return called(ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}", inputs, options)

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        """Any other numpy function of conditions: where."""
        return called(function.__name__, inputs, options)

    def __neg__(self) -> Jet:
        return -self.number()

    def __add__(self, other: Any) -> Any:
        return self | other if is_truth(other) else self.number() + other

    def __mul__(self, other: Any) -> Any:
        return self & other if is_truth(other) else self.number() * other

    def __sub__(self, other: Any) -> Any:
        return self.number() - other

    def __rsub__(self, other: Any) -> Any:
        return other - self.number()

    def __truediv__(self, other: Any) -> Any:
        return self.number() / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self.number()

    def __pow__(self, other: Any) -> Any:
        return self.number() ** other

    def __rpow__(self, other: Any) -> Any:
        return other ** self.number()

    def __eq__(self, other: object) -> NumpyCondition:  # type: ignore[override]
        return self.number() == other

    def __ne__(self, other: object) -> NumpyCondition:  # type: ignore[override]
        return self.number() != other

    __hash__ = None  # type: ignore[assignment]
    __radd__ = __add__
    __rmul__ = __mul__


def is_truth(operand: Any) -> bool:
    """Whether it is a condition, plain truth values among them: of two of these numpy's + means or, and * and."""
    return isinstance(operand, (Condition, bool)) or getattr(operand, "dtype", None) is np.dtype(bool)


def askable(condition: Condition) -> NumpyCondition:
    """The condition as one that numpy code can use."""
    return NumpyCondition(condition.here, condition.left)


def answered(result: Any) -> Any:
    """A jet or a condition as one that numpy code can use; anything else as it is."""
    if isinstance(result, Condition):
        return askable(result)
    return NumpyJet(result.value, result.slope, result.curvature) if isinstance(result, Jet) else result


def called(name: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """The numpy function of that name over jets; raise UndifferentiableError where there is none."""
    function = OF_CONDITIONS.get(name)
    if not function:
        inputs = tuple(given.number() if isinstance(given, NumpyCondition) else given for given in inputs)
        function = FUNCTIONS.get(name)
    if function:
        if set(options) - {"dtype"}:
            raise UndifferentiableError(f"numpy.{name} is used with {', '.join(options)}")
        return answered(function(*inputs))
    elementary = NUMPY_ELEMENTARY.get(ALIASES.get(name, name))
    if not elementary or len(inputs) != 1 or options:
        refuse(name)
    return pieces.square_root(elementary, inputs[0]) if name == "sqrt" else pieces.elementary(elementary, inputs[0])
