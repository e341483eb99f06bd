"""Write actviz/catalogue/root_series.py: Taylor series about the roots of slopes and curvatures.

Run from the project's root: python tools/root_series.py > actviz/catalogue/root_series.py
A series is cut where the next term, at the edge of its radius, is below 2**-58 of the first.
"""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import mpmath

mpmath.mp.dps = 80


def silu(x: mpmath.mpf) -> mpmath.mpf:
    """x times the logistic function."""
    return x / (1 + mpmath.exp(-x))


def mish(x: mpmath.mpf) -> mpmath.mpf:
    """x tanh(softplus x)."""
    return x * mpmath.tanh(mpmath.log(1 + mpmath.exp(x)))


def lisht(x: mpmath.mpf) -> mpmath.mpf:
    """x tanh x."""
    return x * mpmath.tanh(x)


def sqrt_softplus(x: mpmath.mpf) -> mpmath.mpf:
    """The square root of softplus."""
    return mpmath.sqrt(mpmath.log(1 + mpmath.exp(x)))


def gelu_tanh(x: mpmath.mpf) -> mpmath.mpf:
    """GELU by tanh, its constant the float64 number 0.044715."""
    return x / 2 * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf(0.044715) * x**3)))


@dataclass(frozen=True)
class Root:
    """The root near `guess` of a function's derivative of `order`, and how far from it the series must serve."""

    name: str
    function: Callable[[mpmath.mpf], mpmath.mpf]
    order: int
    guess: str
    radius: str = "0.5"


ROOTS = (
    Root("SILU_CURVATURE", silu, 2, "2.399"),
    Root("MISH_SLOPE", mish, 1, "-1.192", "0.25"),
    Root("MISH_CURVATURE_LEFT", mish, 2, "-2.257"),
    Root("MISH_CURVATURE_RIGHT", mish, 2, "1.490", "0.7"),
    Root("LISHT_CURVATURE", lisht, 2, "1.1997"),
    Root("SQRT_SOFTPLUS_CURVATURE", sqrt_softplus, 2, "0.9214", "0.7"),
    Root("GELU_TANH_SLOPE", gelu_tanh, 1, "-0.7525", "0.6"),
    Root("GELU_TANH_CURVATURE", gelu_tanh, 2, "1.4", "0.6"),
)


def series(r: Root) -> tuple[mpmath.mpf, list[float]]:
    """The root, and the Taylor coefficients about it beyond the constant 0."""
    tolerance = mpmath.mpf(10) ** -110
    root = mpmath.findroot(lambda x: mpmath.diff(r.function, x, r.order), mpmath.mpf(r.guess), tol=tolerance)
    count = 40
    taylor = mpmath.taylor(r.function, root, count + r.order)
    terms = [taylor[k + r.order] * mpmath.rf(k + 1, r.order) for k in range(1, count)]
    radius = mpmath.mpf(r.radius)
    kept = [abs(c) * radius**k > abs(terms[0]) * mpmath.mpf(2) ** -58 for k, c in enumerate(terms)]
    last = max(k for k, keep in enumerate(kept) if keep)
    return root, [float(c) for c in terms[: last + 1]]


def main() -> None:
    """Print the module."""
    print('"""Taylor series about roots, generated: python tools/root_series.py > this file."""\n')
    print("from actviz.arithmetic import RootSeries\n\n# fmt: off")
    for r in ROOTS:
        root, coefficients = series(r)
        high = float(root)
        listed = ", ".join(map(repr, coefficients)) + ","
        print(f"{r.name} = RootSeries(\n    {high!r}, {float(root - high)!r}, {float(r.radius)}, (")
        print(textwrap.fill(listed, 120, initial_indent=" " * 8, subsequent_indent=" " * 8))
        print("    ),\n)")
    print("# fmt: on")


if __name__ == "__main__":
    main()
