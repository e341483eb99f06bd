"""Write actviz/erfcx_pieces.py: the rational functions behind the normal distribution's tail, and a polynomial.

Run from the project's root: python tools/erfcx_pieces.py > actviz/erfcx_pieces.py
Each is the quotient of two polynomials whose error on [0, 39], relative to the whole that the quotient is a part
of, is the least possible (Remez's algorithm); erf is a polynomial in u^2 for u up to 1.
A fit that is off by 2**-54 is refused.
"""

import textwrap
from collections.abc import Callable
from itertools import pairwise

import mpmath

mpmath.mp.dps = 60
REACH = mpmath.mpf(39)
DEGREE = 9
"""The denominators'."""
ERF_TERMS = 13
PERMITTED = mpmath.mpf(2) ** -54
GRID = 400
"""The errors are looked at in one place more than this."""
ROUNDS = 4
"""Of the exchange; the last changes nothing."""

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
    ("TAIL", inverse_tail_excess, lambda t: 2 * (1 + t), DEGREE + 1, "4"),
    ("GELU_SLOPE", gelu_slope_excess, lambda _: mpmath.mpf(1) / 2, DEGREE, "3.7"),
)
"""Each name with its function, the base that it is added to, the numerator's degree, and c, which crowds the places."""


def at(u: mpmath.mpf, c: mpmath.mpf) -> mpmath.mpf:
    """The t whose 1/(t + c) lies where u lies in [-1, 1]."""
    least, greatest = 1 / (REACH + c), 1 / c
    return 1 / ((least + greatest) / 2 + (greatest - least) / 2 * u) - c


def solve(
    rows: list[tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]], degree: int, bottom: Coefficients
) -> tuple[Coefficients, Coefficients]:
    """The quotient whose error is as great, with alternating sign, in each row: t, f(t) and the whole there.

    The error's product with the denominator is linear once that denominator is `bottom`, a round ago's.
    """
    matrix, wanted = mpmath.matrix(len(rows), len(rows)), mpmath.matrix(len(rows), 1)
    for i, (t, y, whole) in enumerate(rows):
        powers = [t**k for k in range(degree + 1)]
        error = (-1) ** i * whole * value(bottom, t)
        matrix[i, :] = mpmath.matrix([[*powers, *(-y * p for p in powers[1 : DEGREE + 1]), error]])
        wanted[i] = y
    found = list(mpmath.lu_solve(matrix, wanted))
    return found[: degree + 1], [mpmath.mpf(1), *found[degree + 1 : -1]]


def extremes(errors: list[mpmath.mpf], count: int) -> list[int]:
    """Where the errors are greatest between changes of sign; of one too many, the lesser end is left out."""
    begins = [0, *(i for i in range(1, len(errors)) if errors[i] * errors[i - 1] < 0), len(errors)]
    found = [max(range(i, j), key=lambda k: abs(errors[k])) for i, j in pairwise(begins)]
    if len(found) > count:
        found.pop(0 if abs(errors[found[0]]) < abs(errors[found[-1]]) else -1)
    assert len(found) == count, len(found)
    return found


def fit(f: Function, base: Function, degree: int, c: mpmath.mpf) -> tuple[Coefficients, Coefficients]:
    """Numerator, of this degree, and denominator, constants first, the denominator's 1."""
    points = [at(mpmath.cos(mpmath.pi * k / GRID), c) for k in range(GRID + 1)]
    rows = [(t, f(t), base(t) + f(t)) for t in points]
    count = degree + DEGREE + 2
    places = [round(GRID * i / (count - 1)) for i in range(count)]
    bottom = [mpmath.binomial(DEGREE, k) / c**k for k in range(DEGREE + 1)]
    for _ in range(ROUNDS):
        for _ in range(2):
            top, bottom = solve([rows[k] for k in places], degree, bottom)
        errors = [(y - value(top, t) / value(bottom, t)) / whole for t, y, whole in rows]
        places = extremes(errors, count)
    return top, bottom


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
        top, bottom = fit(f, base, degree, mpmath.mpf(c))
        points = [at(mpmath.mpf(k) / 200 - 1, mpmath.mpf(c)) for k in range(401)]
        check(f, lambda t, p=top, q=bottom: value(p, t) / value(q, t), base, points)
        show(f"{name}_TOP", top)
        show(f"{name}_BOTTOM", bottom)
    high = float(GELU_SLOPE_ROOT)
    print(f"GELU_SLOPE_ROOT = ({high!r}, {float(GELU_SLOPE_ROOT - high)!r})")
    erf = mpmath.chebyfit(erf_excess, [mpmath.mpf(10) ** -30, 1], ERF_TERMS)[::-1]
    squares = [mpmath.mpf(k) / 200 for k in range(1, 201)]
    check(erf_excess, lambda square: value(erf, square), lambda _: mpmath.mpf(1), squares)
    show("ERF", erf)
    print("# fmt: on")


if __name__ == "__main__":
    main()
