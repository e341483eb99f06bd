"""The noun: an activation function as a record of data, with its behaviour held in plain functions.

Nothing here computes: `evaluation` applies the kernels to arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from actviz.errors import BadInput, nearest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
    Kernel = Callable[..., Array]

Value = float | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named constant of an activation: a number, or a list of numbers where the default is one.

    `low` and `high` bound it, inclusive unless `open_low`; `aliases` are names frameworks give it.
    """

    name: str
    symbol: str
    default: Value
    meaning: str
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    aliases: tuple[str, ...] = ()

    def checked(self, value: Any, owner: str) -> Value:
        """Return `value` as this parameter's type; raise BadInput when it is no number or out of bounds."""
        if isinstance(self.default, tuple):
            items = tuple(value) if isinstance(value, (tuple, list)) else (value,)
            if not items:
                raise BadInput(f"{owner}: {self.name} needs at least one number")
            return tuple(self._number(item, owner) for item in items)
        return self._number(value, owner)

    def _number(self, value: Any, owner: str) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError):
            given = spell(value) if isinstance(value, tuple) else repr(value)
            raise BadInput(f"{owner}: {self.name} must be one number, not {given}") from None
        except OverflowError:  # a Python integer knows no bounds
            raise BadInput(f"{owner}: {self.name} is beyond float64; it must be {self.bounds}") from None
        inside = self.low < number if self.open_low else self.low <= number
        if not (math.isfinite(number) and inside and number <= self.high):
            raise BadInput(f"{owner}: {self.name} = {number:g} is out of bounds; it must be {self.bounds}")
        return number

    @property
    def bounds(self) -> str:
        """The bounds in words: 'a finite number', 'above 0', 'from 0 to 1'."""
        above = f"above {self.low:g}" if self.open_low else f"at least {self.low:g}"
        if math.isinf(self.low) and math.isinf(self.high):
            return "a finite number"
        if math.isinf(self.high):
            return above
        return f"at most {self.high:g}" if math.isinf(self.low) else f"{above} and at most {self.high:g}"


@dataclass(frozen=True, slots=True)
class Kink:
    """A point where the derivative of `order` jumps from `left` to `right`.

    Order 1 is a kink proper, order 0 a jump of the value, order 2 a jump of the curvature alone.
    """

    x: float
    left: float
    right: float
    order: int = 1


@dataclass(frozen=True, slots=True)
class Reference:
    """Who introduced the function, when, and where."""

    authors: str
    year: int
    title: str

    def __str__(self) -> str:
        return f"{self.authors} {self.year}, {self.title}"


Limits = tuple[tuple[float, float, float], tuple[float, float, float]]
"""Value, slope and curvature at minus infinity, then at plus infinity; NaN where no limit exists."""


def no_kinks(*values: Value) -> tuple[Kink, ...]:
    """The kinks of a function that has none."""
    return ()


def no_landmarks(*values: Value) -> tuple[float, ...]:
    """The landmarks of a function that has none but its kinks and parameters."""
    return ()


@dataclass(frozen=True, slots=True)
class Activation:
    """A scalar activation function with its parameters' values.

    `kernels` are value, slope and curvature: float64 array and parameter values in, float64 array out,
    never given NaN or infinity to answer for. At a kink the slope is the left derivative.
    `definition(m, x, *values)` is the textbook formula over a maths module `m` (m.exp, m.where, ...).
    `kinks(*values)` and `limits(*values)` depend on the parameters, and so do `landmarks(*values)`, ascending: where
    else a feature however narrow may be. Of features that recur without end these are but some:
    `landmarks_among(x, *values)` are all between the points x, None where these are too few to tell. `plain` is the
    formula as text.
    `holes(*values)` are single points where a typed function is 0/0, and `noise(x, *values)` the rounding errors of its
    value, slope and curvature at x (3 by x); None where these are good to a few ULP.
    `draw(random, *values)` gives the values of one training draw, where training is random.
    `aliases` are other spellings, each with the parameter values it fixes. `check(*values)` tells what is
    wrong with the values together, nothing where they agree.
    """

    name: str
    family: str
    summary: str
    formula: str
    plain: str
    definition: Callable[..., Any]
    kernels: tuple[Kernel, Kernel, Kernel]
    limits: Callable[..., Limits]
    reference: Reference
    parameters: tuple[Parameter, ...] = ()
    kinks: Callable[..., tuple[Kink, ...]] = no_kinks
    landmarks: Callable[..., tuple[float, ...]] = no_landmarks
    holes: Callable[..., tuple[float, ...]] = no_landmarks
    landmarks_among: Callable[..., tuple[float, ...] | None] = no_landmarks
    noise: Callable[..., Array] | None = None
    aliases: Mapping[str, Mapping[str, Value]] = field(default_factory=dict, hash=False)
    check: Callable[..., str] | None = None
    draw: Callable[..., tuple[Value, ...]] | None = None
    values: tuple[Value, ...] = ()

    def __post_init__(self) -> None:
        """Fill in default values; raise BadInput on a record that contradicts itself."""
        if not self.values:
            object.__setattr__(self, "values", tuple(p.default for p in self.parameters))
        if len(self.kernels) != 3 or len(self.values) != len(self.parameters):
            raise BadInput(f"{self.name}: three kernels and one value a parameter are needed")
        checked = tuple(p.checked(v, self.name) for p, v in zip(self.parameters, self.values, strict=True))
        object.__setattr__(self, "values", checked)
        problem = self.check(*checked) if self.check else ""
        if problem:
            raise BadInput(f"{self.name}: {problem}")

    @property
    def bound(self) -> dict[str, Value]:
        """Each parameter's name with its value."""
        return {p.name: v for p, v in zip(self.parameters, self.values, strict=True)}

    @property
    def label(self) -> str:
        """The text that names this function on the command line: ``swish:beta=0.5``."""
        changed = [f"{p.name}={spell(v)}" for p, v in zip(self.parameters, self.values, strict=True) if v != p.default]
        return f"{self.name}:{','.join(changed)}" if changed else self.name

    def __repr__(self) -> str:
        return f"Activation({self.label})"

    def parameter(self, name: str) -> Parameter:
        """The parameter called `name` here or in a framework; raise BadInput when there is none."""
        for p in self.parameters:
            if name in (p.name, *p.aliases):
                return p
        known = [p.name for p in self.parameters]
        has = f"it has {', '.join(known)}" if known else "it has none"
        raise BadInput(f"{self.name} has no parameter '{name}'; {has}{nearest(name, known)}")

    def bind(self, **values: Value) -> Activation:
        """This function with other parameter values; raise BadInput on a wrong name or value."""
        renamed: dict[str, Value] = {}
        for spelling, value in values.items():
            name = self.parameter(spelling).name
            if name in renamed:
                raise BadInput(f"{self.name}: {name} is set twice, once as {spelling}")
            renamed[name] = value
        return replace(self, values=tuple((self.bound | renamed).values()))

    def trained(self, seed: int) -> Activation:
        """This function with parameters as drawn in training.

        Raise BadInput where nothing is random, or for a negative seed.
        """
        if self.draw is None:
            raise BadInput(f"{self.name} draws nothing in training, so it takes no seed; rrelu does")
        if seed < 0:
            raise BadInput(f"a seed is a whole number from 0 on, not {seed}")
        import numpy as np

        return replace(self, values=self.draw(np.random.default_rng(seed), *self.values))

    def __call__(self, x: ArrayLike) -> Any:
        """The value f(x): x's shape, and its dtype where that is a float type, else float64."""
        return self.derivative(x, order=0)

    def derivative(self, x: ArrayLike, order: int = 1) -> Any:
        """The derivative of `order` 0, 1 or 2 at x; the left derivative at a kink.

        Raise BadInput for another order or for x that is not real numbers.
        """
        from actviz.evaluation import evaluate

        return evaluate(self, x, order)


@dataclass(frozen=True, slots=True)
class VectorActivation:
    """An activation of a whole vector, such as softmax: n numbers in, m out; m is n, or 1 (logsumexp).

    `value(x, axis)` takes an array, and gives up the axis where m is 1; `jacobian(x)` takes a 1-D float64
    array and gives m by n. `definition(m, xs)` is the textbook formula over a maths module: a list of
    numbers in, a list out. `entries` says what the Jacobian's entries are, in lines where ``{row_sum}``
    stands for the row sum of the largest magnitude. `room(x)` tells of each x_j how far it can go down, and
    up, before some output bends or jumps; None where none ever does.
    """

    name: str
    family: str
    summary: str
    formula: str
    plain: str
    definition: Callable[..., Any]
    value: Callable[..., Any]
    jacobian: Callable[[Array], Array]
    entries: tuple[str, ...]
    reference: Reference
    aliases: Mapping[str, Mapping[str, Value]] = field(default_factory=dict, hash=False)
    room: Callable[[Array], tuple[Array, Array]] | None = None

    def __repr__(self) -> str:
        return f"VectorActivation({self.name})"

    def __call__(self, x: ArrayLike, axis: int = -1) -> Any:
        """The activation of each vector along `axis`; shape (but for m = 1) and float dtype are kept."""
        return self.value(x, axis=axis)


def spell(value: Value) -> str:
    """A parameter's value as people type it: ``0.5``, ``6``, or ``-1,0,1`` for a list."""
    if isinstance(value, tuple):
        return ",".join(spell(v) for v in value)
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)
