"""Write actviz/erfcx_pieces.py: the rational functions behind the normal distribution's tail, and a polynomial.

Run from the project's root: python tools/erfcx_pieces.py > actviz/erfcx_pieces.py
Each is the quotient of two polynomials that agrees with its function at as many Chebyshev nodes of [0, 39]
as they have coefficients, crowded towards 0 as 1/(t + c) crowds them; erf is a polynomial in u^2 for u up to 1.
A fit that is off by 2**-53.2 of the whole that it is a part of is refused.
"""

import textwrap
from collections.abc import Callable

import mpmath

mpmath.mp.dps = 60
REACH = mpmath.mpf(39)
DEGREE = 9
"""The denominators'."""
ERF_TERMS = 13
PERMITTED = mpmath.mpf(2) ** -53.2

Function = Callable[[mpmath.mpf], mpmath.mpf]
Coefficients = list[mpmath.mpf]


def upper_tail(t: mpmath.mpf) -> mpmath.mpf:
    """Phi(-t) exp(t^2/2), which is erfcx(t/sqrt 2)/2."""
    return mpmath.erfc(t / mpmath.sqrt(2)) * mpmath.exp(t * t / 2) / 2


def gelu_slope_tail(t: mpmath.mpf) -> mpmath.mpf:
    """The slope of x Phi(x) at -t, times exp(t^2/2)."""
    return upper_tail(t) - t / mpmath.sqrt(2 * mpmath.pi)


def erf_excess(square: mpmath.mpf) -> mpmath.mpf:
    """erf(u)/u - 1, given u^2."""
    u = mpmath.sqrt(square)
    return mpmath.erf(u) / u - 1


GELU_SLOPE_ROOT = mpmath.findroot(gelu_slope_tail, mpmath.mpf("0.7518"))



def inverse_tail_excess(t: mpmath.mpf) -> mpmath.mpf:
    """The upper tail's inverse less its base."""
    return 1 / upper_tail(t) - 2 * (1 + t)


def gelu_slope_excess(t: mpmath.mpf) -> mpmath.mpf:
    """The quotient of GELU's slope by the distance to its root, less its base."""
    return gelu_slope_tail(t) / (GELU_SLOPE_ROOT - t) - mpmath.mpf(1) / 2


FITS: tuple[tuple[str, Function, Function, int, str], ...] = (
    ("TAIL", inverse_tail_excess, lambda t: 2 * (1 + t), DEGREE + 1, "3.85"),
    ("GELU_SLOPE", gelu_slope_excess, lambda _: mpmath.mpf(1) / 2, DEGREE, "3.75"),
)
"""Each name with its function, the base that it is added to, the numerator's degree, and c."""


def at(u: mpmath.mpf, c: mpmath.mpf) -> mpmath.mpf:
    """The t whose 1/(t + c) lies where u lies in [-1, 1]."""
    least, greatest = 1 / (REACH + c), 1 / c
    return 1 / ((least + greatest) / 2 + (greatest - least) / 2 * u) - c


def fit(f: Function, degree: int, c: mpmath.mpf) -> tuple[Coefficients, Coefficients]:
    """Numerator, of this degree, and denominator, constants first, the denominator's 1."""
    count = degree + DEGREE + 1
    rows, wanted = mpmath.matrix(count, count), mpmath.matrix(count, 1)
    for i in range(count):
        t = at(mpmath.cos(mpmath.pi * (2 * i + 1) / (2 * count)), c)
        wanted[i] = f(t)
        for k in range(degree + 1):
            rows[i, k] = t**k
        for k in range(1, DEGREE + 1):
            rows[i, degree + k] = -wanted[i] * t**k
    found = list(mpmath.lu_solve(rows, wanted))
    return found[: degree + 1], [mpmath.mpf(1), *found[degree + 1 :]]


def value(coefficients: Coefficients, t: mpmath.mpf) -> mpmath.mpf:
    """The polynomial at t."""
    return mpmath.polyval(coefficients[::-1], t)


def check(f: Function, g: Function, base: Function, points: list[mpmath.mpf]) -> None:
    """Refuse a fit g of f that strays."""
    worst = max(abs((f(t) - g(t)) / (base(t) + f(t))) for t in points)
    assert worst < PERMITTED, mpmath.nstr(mpmath.log(worst, 2))


def show(name: str, coefficients: Coefficients) -> None:
    """Print one polynomial."""
    print(f"{name} = (")
    listed = ", ".join(repr(float(c)) for c in coefficients) + ","
    print(textwrap.fill(listed, 120, initial_indent=" " * 4, subsequent_indent=" " * 4))
    print(")")


def main() -> None:
    """Print the module."""
    print('"""Coefficients, constants first, generated: python tools/erfcx_pieces.py > this file."""\n\n# fmt: off')
    for name, f, base, degree, c in FITS:
        top, bottom = fit(f, degree, mpmath.mpf(c))
        points = [at(mpmath.mpf(k) / 200 - 1, mpmath.mpf(c)) for k in range(401)]
        check(f, lambda t, p=top, q=bottom: value(p, t) / value(q, t), base, points)
        show(f"{name}_TOP", top)
        show(f"{name}_BOTTOM", bottom)
    high = float(GELU_SLOPE_ROOT)
    print(f"GELU_SLOPE_ROOT = ({high!r}, {float(GELU_SLOPE_ROOT - high)!r})")
    erf = mpmath.chebyfit(erf_excess, [mpmath.mpf(10) ** -30, 1], ERF_TERMS)[::-1]
    check(erf_excess, lambda square: value(erf, square), lambda _: mpmath.mpf(1), [mpmath.mpf(k) / 200 for k in range(1, 201)])
    show("ERF", erf)
    print("# fmt: on")


if __name__ == "__main__":
    main()
