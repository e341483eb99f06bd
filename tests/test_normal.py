"""The normal distribution's special functions against mpmath and fractions."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import oracle
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from actviz.expressions.elementary import ELEMENTARY
from actviz.normal import REACH, cumulative, erf, half_square, upper_tail

ROOT = Path(__file__).parent.parent
TINY = oracle.TINY
MAGNITUDES = 10.0 ** np.linspace(-300, 0, 301)


def phi_below(z: float, more: float = 0.0) -> mpmath.mpf:
    """The share of the normal distribution below z + more."""
    return mpmath.erfc(-(mpmath.mpf(z) + mpmath.mpf(more)) / mpmath.sqrt(2)) / 2


def worst(got: np.ndarray, wanted: list[mpmath.mpf], xs: np.ndarray) -> tuple[float, float]:
    """The greatest error in ULP, of results that are normal numbers, and where."""
    errors = [
        (oracle.ulps(y, w), x) for y, w, x in zip(got.tolist(), wanted, xs.tolist(), strict=True) if abs(w) >= TINY
    ]
    return max(errors)


@given(st.floats(-64, 64))
@example(REACH)
@example(-1e-5)
@example(1.0 + 2.0**-52)
@example(63.999999999999993)
def test_half_a_square_and_its_error_are_good_to_20_bits_more(x: float) -> None:
    far, low = (Fraction(float(np.ravel(part)[0])) for part in half_square(np.array([x])))
    exact = -(Fraction(x) ** 2) / 2
    assert abs(far - exact) <= abs(exact) / 2**52 + Fraction(5e-324)
    assert abs(far + low - exact) <= abs(exact) / 2**73 + Fraction(5e-324)


@pytest.mark.parametrize("low", [0.0, 1e-13, -3e-14])
def test_the_upper_tail_is_within_3_ulp(low: float) -> None:
    t = np.concatenate([np.linspace(0.0, REACH, 2001), np.linspace(0.0, 3.0, 2001), MAGNITUDES])
    with mpmath.workdps(40):
        wanted = [phi_below(-v) * mpmath.exp(mpmath.mpf(v) ** 2 / 2) * (1 + mpmath.mpf(low)) for v in t.tolist()]
        error, at = worst(upper_tail(t, np.full_like(t, low)), wanted, t)
    assert error <= 3, (at, error)


@pytest.mark.parametrize("more", [0.0, 1e-17, -4e-16])
def test_the_cumulative_distribution_is_within_4_ulp_in_both_tails(more: float) -> None:
    z = np.concatenate([np.linspace(-38.0, 9.0, 3001), MAGNITUDES, -MAGNITUDES])
    z_low = np.where(np.abs(z) > 4, more, 0.0)
    with mpmath.workdps(40):
        wanted = [phi_below(a, b) for a, b in zip(z.tolist(), z_low.tolist(), strict=True)]
        error, at = worst(cumulative(z, z_low), wanted, z)
    assert error <= 4, (at, error)


def test_the_cumulative_distribution_ends_at_0_and_1() -> None:
    far = np.array([-1e308, -40.0, 40.0, 1e308])
    assert cumulative(far, np.zeros(4)).tolist() == [0.0, 0.0, 1.0, 1.0]


def test_erf_and_its_derivatives_keep_their_digits_in_the_tails() -> None:
    u = np.concatenate([np.linspace(-28.0, 28.0, 3001), np.linspace(-1.5, 1.5, 1001), MAGNITUDES, -MAGNITUDES])
    entry = ELEMENTARY["erf"]
    value = entry.value(u)
    with mpmath.workdps(40):
        bells = [2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(mpmath.mpf(v) ** 2)) for v in u.tolist()]
        for got, wanted, bound in (
            (value, [mpmath.erf(v) for v in u.tolist()], 2),
            (entry.slope(u, value), bells, 4),
            (entry.curvature(u, value), [-2 * mpmath.mpf(v) * b for v, b in zip(u.tolist(), bells, strict=True)], 5),
        ):
            error, at = worst(got, wanted, u)
            assert error <= bound, (at, error, bound)


def test_erf_at_the_ends_at_zero_and_at_nothing() -> None:
    got = erf(np.array([-np.inf, -1e308, -0.0, 0.0, 5e-324, 1e308, np.inf]))
    assert got.tolist() == [-1.0, -1.0, 0.0, 0.0, 5e-324, 1.0, 1.0]
    assert [math.copysign(1, v) for v in got[2:4].tolist()] == [-1.0, 1.0]
    assert np.isnan(erf(np.array([np.nan])))


def test_erf_is_odd_and_never_falls() -> None:
    u = np.sort(np.concatenate([np.linspace(0.0, 7.0, 20_001), np.nextafter(1.0, [0.0, 2.0])]))
    np.testing.assert_array_equal(erf(-u), -erf(u))
    assert (np.diff(erf(u)) >= 0).all()


def test_any_shape_goes_element_by_element() -> None:
    z = np.linspace(-6.0, 6.0, 12).reshape(3, 4)
    for f in (erf, lambda v: cumulative(v, np.zeros_like(v)), lambda v: upper_tail(np.abs(v), np.zeros_like(v))):
        assert f(z).shape == z.shape
        assert f(z).ravel().tolist() == [float(f(np.array([v]))[0]) for v in z.flat]
    assert ELEMENTARY["erf"].value(0.5) == pytest.approx(math.erf(0.5), rel=1e-15)


@pytest.mark.parametrize(
    ("tool", "module"), [("erfcx_pieces", "actviz/erfcx_pieces.py"), ("root_series", "actviz/catalogue/root_series.py")]
)
def test_a_generated_table_is_what_its_script_writes(tool: str, module: str) -> None:
    script = ROOT / "tools" / f"{tool}.py"
    written = subprocess.run([sys.executable, script], capture_output=True, check=True, encoding="utf-8").stdout
    assert written == (ROOT / module).read_text(encoding="utf-8")
