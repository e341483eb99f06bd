"""The rules of differentiation and the derivatives of the elementary functions, each checked numerically."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.differences import extrapolated

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.activation import Array

    Curve = Callable[..., Array]

SHARED = (0.15, 0.35, 0.6, 0.85)
"""Points inside the domain of every function below."""

LINE = (-2.4, -1.0, -0.3, 0.0, 0.7, 1.3, 2.6)
POSITIVE = (0.05, 0.4, 1.0, 2.5, 40.0)
INSIDE = (-0.95, -0.5, 0.0, 0.3, 0.8)
"""Inside (-1, 1), the domain of arcsin' and arccos'."""

OFF_POLES = (-2.4, -1.1, -0.3, 0.2, 0.7, 1.3, 2.6)
"""Away from every multiple of pi/2."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for the derivative of a combination of u and v.

    `function` and `derivative` are LaTeX, the `plain_` ones text. `combined(u, v)` and
    `slope(u, du, v, dv)` compute both sides from values, and take each of `constants` last, if any.
    """

    name: str
    function: str
    derivative: str
    plain_function: str
    plain_derivative: str
    combined: Callable[..., Any]
    slope: Callable[..., Any]
    constants: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivative:
    """An elementary function of x and its derivative.

    `function` and `derivative` are LaTeX, the `plain_` ones text. `value(m, x)` and `slope(m, x)`
    compute both over a maths module `m` with numpy's names, and take each of `constants` last, if any.
    `points` lie in the domain.
    """

    name: str
    function: str
    derivative: str
    plain_function: str
    plain_derivative: str
    value: Callable[..., Any]
    slope: Callable[..., Any]
    points: tuple[float, ...] = LINE
    constants: tuple[float, ...] = ()


RULES = (
    Rule(
        name="sum",
        function=r"u \pm v",
        derivative=r"u' \pm v'",
        plain_function="u ± v",
        plain_derivative="u' ± v'",
        combined=lambda u, v, sign: u + sign * v,
        slope=lambda u, du, v, dv, sign: du + sign * dv,
        constants=(1.0, -1.0),
    ),
    Rule(
        name="product",
        function="u v",
        derivative="u' v + u v'",
        plain_function="u v",
        plain_derivative="u' v + u v'",
        combined=lambda u, v: u * v,
        slope=lambda u, du, v, dv: du * v + u * dv,
    ),
    Rule(
        name="quotient",
        function=r"\frac{u}{v}",
        derivative=r"\frac{u' v - u v'}{v^2}",
        plain_function="u/v",
        plain_derivative="(u' v - u v')/v^2",
        combined=lambda u, v: u / v,
        slope=lambda u, du, v, dv: (du * v - u * dv) / v**2,
    ),
)

# fmt: off
DERIVATIVES = (
    Derivative("constant", "c", "0", "c", "0", lambda m, x, c: 0 * x + c, lambda m, x, c: 0 * x, constants=(1.0, -2.5)),
    Derivative(
        "power", "x^a", "a x^{a-1}", "x^a", "a x^(a - 1)",
        lambda m, x, a: x**a, lambda m, x, a: a * x ** (a - 1), POSITIVE, (-1.0, 0.5, 2.0, 3.7),
    ),
    Derivative(
        "exponential", "a^x", r"a^x \ln a", "a^x", "a^x ln(a)",
        lambda m, x, a: a**x, lambda m, x, a: a**x * m.log(a), LINE, (0.5, 2.0, 10.0),
    ),
    Derivative(
        "exponential, base e", "e^x", "e^x", "e^x", "e^x",
        lambda m, x: m.exp(x), lambda m, x: m.exp(x),
    ),
    Derivative(
        "logarithm", r"\log_a x", r"\frac{1}{x \ln a}", "log_a(x)", "1/(x ln(a))",
        lambda m, x, a: m.log(x) / m.log(a), lambda m, x, a: 1 / (x * m.log(a)), POSITIVE, (0.5, 2.0, 10.0),
    ),
    Derivative(
        "logarithm, base e", r"\ln x", r"\frac{1}{x}", "ln(x)", "1/x",
        lambda m, x: m.log(x), lambda m, x: 1 / x, POSITIVE,
    ),
    Derivative(
        "sine", r"\sin x", r"\cos x", "sin(x)", "cos(x)",
        lambda m, x: m.sin(x), lambda m, x: m.cos(x),
    ),
    Derivative(
        "cosine", r"\cos x", r"-\sin x", "cos(x)", "-sin(x)",
        lambda m, x: m.cos(x), lambda m, x: -m.sin(x),
    ),
    Derivative(
        "tangent", r"\tan x", r"\sec^2 x", "tan(x)", "sec(x)^2",
        lambda m, x: m.tan(x), lambda m, x: 1 / m.cos(x) ** 2, OFF_POLES,
    ),
    Derivative(
        "cotangent", r"\cot x", r"-\csc^2 x", "cot(x)", "-csc(x)^2",
        lambda m, x: 1 / m.tan(x), lambda m, x: -1 / m.sin(x) ** 2, OFF_POLES,
    ),
    Derivative(
        "secant", r"\sec x", r"\sec x \tan x", "sec(x)", "sec(x) tan(x)",
        lambda m, x: 1 / m.cos(x), lambda m, x: m.tan(x) / m.cos(x), OFF_POLES,
    ),
    Derivative(
        "cosecant", r"\csc x", r"-\csc x \cot x", "csc(x)", "-csc(x) cot(x)",
        lambda m, x: 1 / m.sin(x), lambda m, x: -m.cos(x) / m.sin(x) ** 2, OFF_POLES,
    ),
    Derivative(
        "inverse sine", r"\arcsin x", r"\frac{1}{\sqrt{1 - x^2}}", "arcsin(x)", "1/sqrt(1 - x^2)",
        lambda m, x: m.arcsin(x), lambda m, x: 1 / m.sqrt(1 - x**2), INSIDE,
    ),
    Derivative(
        "inverse cosine", r"\arccos x", r"-\frac{1}{\sqrt{1 - x^2}}", "arccos(x)", "-1/sqrt(1 - x^2)",
        lambda m, x: m.arccos(x), lambda m, x: -1 / m.sqrt(1 - x**2), INSIDE,
    ),
    Derivative(
        "inverse tangent", r"\arctan x", r"\frac{1}{1 + x^2}", "arctan(x)", "1/(1 + x^2)",
        lambda m, x: m.arctan(x), lambda m, x: 1 / (1 + x**2),
    ),
    Derivative(
        "inverse cotangent", r"\mathrm{arccot}\, x", r"-\frac{1}{1 + x^2}", "arccot(x)", "-1/(1 + x^2)",
        lambda m, x: m.pi / 2 - m.arctan(x), lambda m, x: -1 / (1 + x**2),
    ),
)
# fmt: on
"""One row a function, in the order of the fields of `Derivative`."""


def rule_error(rule: Rule) -> float:
    """The largest error found in `rule`, over pairs of the functions above at the shared points."""
    pairs = zip(DERIVATIVES, (*DERIVATIVES[1:], DERIVATIVES[0]), strict=True)
    return max(_pair_error(rule, u, v) for u, v in pairs)


def derivative_error(entry: Derivative) -> float:
    """The largest error found in the derivative of `entry`, over its points and constants.

    An error is the distance between the formula and a derivative by differences of the function
    alone, relative to the derivative where that exceeds 1.
    """
    return _largest(partial(entry.value, np), partial(entry.slope, np), entry.points, entry.constants)


def _pair_error(rule: Rule, first: Derivative, second: Derivative) -> float:
    """The largest error of `rule` for these two functions as u and v, with the first of their constants."""
    a, b = first.constants[:1], second.constants[:1]

    def combined(x: Array, *constants: float) -> Array:
        both: Array = rule.combined(first.value(np, x, *a), second.value(np, x, *b), *constants)
        return both

    def slope(x: Array, *constants: float) -> Array:
        u, du = first.value(np, x, *a), first.slope(np, x, *a)
        v, dv = second.value(np, x, *b), second.slope(np, x, *b)
        stated: Array = rule.slope(u, du, v, dv, *constants)
        return stated

    return _largest(combined, slope, SHARED, rule.constants)


def _largest(f: Curve, slope: Curve, points: tuple[float, ...], constants: tuple[float, ...]) -> float:
    """The largest error over the constants, each given to both functions after x."""
    if not constants:
        return _error(f, slope, points)
    return max(_error(f, slope, points, constant) for constant in constants)


def _error(f: Curve, slope: Curve, points: tuple[float, ...], *constant: float) -> float:
    """The largest distance between `slope` and differences of `f`, relative where slope exceeds 1."""
    x = np.asarray(points)
    unbounded = np.full(x.shape, np.inf)
    found = extrapolated(lambda t: f(t, *constant), x, unbounded, unbounded).value
    stated = slope(x, *constant)
    return float(np.max(np.abs(found - stated) / np.maximum(np.abs(stated), 1.0)))
