"""Expressions in x as activations: value, exact derivatives, limits and kinks of a typed formula.

The arithmetic is the expression's own in float64, with the catalogue's kernels for its functions;
derivatives are carried forward exactly beside it. The error is within 8 u (1 + condition number) where
no intermediate result overflows or underflows; about a place where the formula is 0/0 see `removable`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Limits, Parameter, Reference
from actviz.errors import BadInput
from actviz.expressions import pieces
from actviz.expressions.choices import limiting, recording
from actviz.expressions.elementary import ELEMENTARY
from actviz.expressions.expansion import Program, columns, expand
from actviz.expressions.grammar import read, shown
from actviz.expressions.jets import Jet
from actviz.expressions.kinks import find_kinks
from actviz.expressions.landmarks import find_landmarks, landmarks_among
from actviz.expressions.noise import rounding
from actviz.expressions.quotients import remedied
from actviz.expressions.removable import Mended
from actviz.expressions.tails import Tail, filled, tail
from actviz.expressions.tree import Comparison, Logical, Node, Use, children, constant, free, run
from actviz.expressions.typeset import latex, plain, symbol_of

if TYPE_CHECKING:
    from actviz.activation import Array, Kernel, Value

REFERENCE = Reference("user", 0, "typed as an expression")

MATHS = SimpleNamespace(
    number=lambda value: np.float64(value),  # noqa: PLW0108 (a bare np.float64 would import numpy here)
    where=pieces.where,
    maximum=pieces.maximum,
    minimum=pieces.minimum,
    apply=pieces.apply,
    **{name: partial(pieces.elementary, function) for name, function in ELEMENTARY.items()}
    | {"sqrt": partial(pieces.square_root, ELEMENTARY["sqrt"])},
)
"""The maths module over jets, float64 arrays and numbers."""


def free_names(text: str) -> tuple[str, ...]:
    """The parameters of an expression, in order of appearance; raise BadInput when it is none."""
    return tuple(name for name in free(read(text)) if name != "x")


def parse(text: str, values: Mapping[str, float]) -> Activation:
    """The activation that the expression `text` defines, its parameters bound to `values`.

    Raise BadInput for text outside the whitelist, a parameter without a value, a value for a name the
    expression does not have, and a constant that is not a finite number.
    """
    names = free_names(text)
    title = " ".join(text.split())
    for name in names:
        if name not in values:
            raise BadInput(f"'{shown(title)}' has a parameter {name}; set it by --param {name}=VALUE")
    activation = formula(title)(values=tuple(float(values[name]) for name in names))
    for name in values:
        activation.parameter(name)
    return activation


@lru_cache(maxsize=256)
def formula(title: str) -> Callable[..., Activation]:
    """What makes the expression an Activation, given the `values` of its parameters.

    These have no default (NaN), so that labels always tell them. A text read again, from a pickle say, is the same
    functions again, so that records of it are equal.
    """
    tree, names = read(title), free_names(title)

    def named(x: Any, given: tuple[Any, ...]) -> dict[str, Any]:
        return {"x": x, **dict(zip(names, given, strict=True))}

    @lru_cache(maxsize=128)
    def program(given: tuple[Any, ...]) -> Mended:
        numbers = tuple(np.float64(v) for v in given)
        return remedied(tree, MATHS, lambda x: named(x, numbers))

    kernels, limits, kinks, landmarks, among = behaviour(program)
    return partial(
        Activation,
        name=title,
        family="expression",
        summary="an expression typed by the user",
        formula=latex(tree),
        plain=title,
        definition=lambda m, x, *given: run(tree, m, named(x, given)),
        kernels=kernels,
        limits=limits,
        reference=REFERENCE,
        parameters=tuple(Parameter(name, symbol_of(name), math.nan, "set by --param") for name in names),
        kinks=kinks,
        landmarks=landmarks,
        landmarks_among=among,
        holes=lambda *given: program(given).holes(),
        noise=lambda x, *given: rounding(program(given), x),
        check=lambda *given: improper(tree, dict(zip(names, map(float, given), strict=True))),
    )


Behaviour = tuple[
    tuple["Kernel", "Kernel", "Kernel"],
    Callable[..., Limits],
    Callable[..., tuple[Kink, ...]],
    Callable[..., tuple[float, ...]],
    Callable[..., tuple[float, ...] | None],
]


def behaviour(program: Callable[[tuple[Any, ...]], Program]) -> Behaviour:
    """Kernels, limits, kinks and landmarks, and those among points, of a program over jets of parameter values."""

    @lru_cache(maxsize=128)
    def tails(*given: Value) -> tuple[Tail, Tail]:
        left, right = (tail(program(given), side, landmarks(*given)) for side in (-1.0, 1.0))
        return left, right

    @lru_cache(maxsize=128)
    def kinks(*given: Value) -> tuple[Kink, ...]:
        return find_kinks(program(given), landmarks(*given))

    @lru_cache(maxsize=128)
    def landmarks(*given: Value) -> tuple[float, ...]:
        return find_landmarks(program(given))

    def among(x: Array, *given: Value) -> tuple[float, ...] | None:
        return landmarks_among(program(given), x)

    def kernel(order: int) -> Kernel:
        def evaluated(x: Array, *given: Value) -> Array:
            flat = np.asarray(x, dtype=np.float64).reshape(-1)
            y = values_at(program(given), flat) if order == 0 else derivative(program(given), flat, order)
            return filled(y, flat, order, lambda: tails(*given)).reshape(np.shape(x))

        return evaluated

    def limits(*given: Value) -> Limits:
        left, right = tails(*given)
        return left.limits, right.limits

    return (kernel(0), kernel(1), kernel(2)), limits, kinks, landmarks, among


def derivative(program: Program, x: Array, order: int) -> Array:
    """The slope (`order` 1) or curvature (2) in x at each of `x`; where pieces meet in one value, from the left.

    Where f jumps, that of the piece, or of the point, that holds at x.
    """
    with recording() as found:
        here = columns(expand(program, x))
    tied = np.zeros(x.shape, dtype=bool)
    for difference in found:
        tied |= difference == 0.0 if np.shape(difference) == x.shape else (difference == 0.0).any()
    if tied.any():
        with limiting():
            left = columns(expand(program, x[tied]))
        known = (here[0][tied] == left[0]) & ~np.isnan(left[order])
        here[order][tied] = np.where(known, left[order], here[order][tied])
    return here[order]


def values_at(program: Any, x: Array) -> Array:
    """The values alone: the program over plain arrays, without the cost of derivatives."""
    with np.errstate(all="ignore"):
        y = program(x)
        return np.array(np.broadcast_to(y.value if isinstance(y, Jet) else y, x.shape), dtype=np.float64)


def improper(node: Node, names: Mapping[str, float]) -> str:
    """What is wrong with a constant in the tree, for these parameter values; empty when all is well."""
    for child in children(node):
        problem = improper(child, names)
        if problem:
            return problem
    numbers = {name: np.float64(v) for name, v in names.items()}
    if isinstance(node, Use):
        try:
            node.activation.bind(**{name: constant(value, MATHS, numbers) for name, value in node.given})
        except BadInput as error:
            return str(error)
    if "x" in free(node) or isinstance(node, (Comparison, Logical)):
        return ""
    with np.errstate(all="ignore"):
        value = run(node, MATHS, numbers)
    fine = bool(np.isfinite(value))
    return "" if fine else f"{shown(plain(node))} is not a finite number (float64 ends at 1.8e308)"
