"""Write actviz/catalogue/root_series.py: Taylor series about the roots of slopes and curvatures.

Run from the project's root: python tools/root_series.py > actviz/catalogue/root_series.py
A series is cut where the next term, at the edge of its radius, is below 2**-58 of the first.
"""

from collections.abc import Callable

import mpmath

mpmath.mp.dps = 80
RADIUS = mpmath.mpf("0.5")


def silu(x: mpmath.mpf) -> mpmath.mpf:
    """x times the logistic function."""
    return x / (1 + mpmath.exp(-x))


def mish(x: mpmath.mpf) -> mpmath.mpf:
    """x tanh(softplus x)."""
    return x * mpmath.tanh(mpmath.log(1 + mpmath.exp(x)))


ROOTS: tuple[tuple[str, Callable[[mpmath.mpf], mpmath.mpf], int, str], ...] = (
    ("SILU_SLOPE", silu, 1, "-1.278"),
    ("SILU_CURVATURE", silu, 2, "2.399"),
    ("MISH_SLOPE", mish, 1, "-1.192"),
    ("MISH_CURVATURE_LEFT", mish, 2, "-2.257"),
    ("MISH_CURVATURE_RIGHT", mish, 2, "1.490"),
)


def series(f: Callable[[mpmath.mpf], mpmath.mpf], order: int, guess: str) -> tuple[mpmath.mpf, list[float]]:
    """The root of the derivative of `order` near `guess`, and the coefficients beyond the constant 0."""
    root = mpmath.findroot(lambda x: mpmath.diff(f, x, order), mpmath.mpf(guess), tol=mpmath.mpf(10) ** -110)
    count = 40
    taylor = mpmath.taylor(f, root, count + order)
    slopes = [taylor[k + order] * mpmath.rf(k + 1, order) for k in range(1, count)]
    kept = [abs(c) * RADIUS**k > abs(slopes[0]) * mpmath.mpf(2) ** -58 for k, c in enumerate(slopes)]
    last = max(k for k, keep in enumerate(kept) if keep)
    return root, [float(c) for c in slopes[: last + 1]]


def main() -> None:
    """Print the module."""
    print('"""Taylor series about roots, generated: python tools/root_series.py > this file."""\n')
    print("from actviz.arithmetic import RootSeries")
    for name, f, order, guess in ROOTS:
        root, coefficients = series(f, order, guess)
        high = float(root)
        print(f"\n{name} = RootSeries(\n    {high!r},\n    {float(root - high)!r},\n    {float(RADIUS)},\n    (")
        for c in coefficients:
            print(f"        {c!r},")
        print("    ),\n)")


if __name__ == "__main__":
    main()
