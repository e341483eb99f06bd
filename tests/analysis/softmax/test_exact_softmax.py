"""Double-double softmax against mpmath: every value and logarithm to 2**-90, from 1 to 20,000 logits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from vectors import INF, MIXES, OFFSETS, TINIEST, logits
from vectors import exact as truth

from actviz.analysis.softmax.exact import exact, exp_pair, ln2_parts

CLOSE = mpmath.mpf(2) ** -90


def off(high, low, want):
    """The relative distance of a pair from the truth, the least subnormal apart."""
    with mpmath.workdps(60):
        got = mpmath.mpf(float(high)) + mpmath.mpf(float(low))
        return max(abs(got - want) - mpmath.mpf(TINIEST), 0) / abs(want) if want else abs(got)


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize(("n", "spread"), MIXES)
def test_every_value_to_2_to_the_minus_90(n, spread, offset):
    x = logits(n, spread, offset)
    found = exact(x[np.newaxis, :])
    p, log_p, _ = truth(x)
    for i in range(0, n, max(1, n // 500)):
        if p[i] > 1e-280:  # below that the second float is subnormal
            assert off(found.value[0, i], found.value_low[0, i], p[i]) < CLOSE, (i, x[i], float(p[i]))
        assert abs(float(found.value[0, i]) - float(p[i])) <= np.spacing(float(p[i])), (i, x[i])
        assert off(found.log[0, i], found.log_low[0, i], log_p[i]) < CLOSE, (i, x[i], float(log_p[i]))


@pytest.mark.parametrize("gap", [0.0, 1e-17, 1e-8, 0.3, 1.0, 36.7, 100.0, 690.0, 720.0, 744.0, 746.0, 1e4])
def test_two_classes_a_gap_apart(gap):
    x = np.array([[3.7, 3.7 - gap]])
    found = exact(x)
    p, log_p, _ = truth(x[0])
    for i in range(2):
        assert off(found.log[0, i], found.log_low[0, i], log_p[i]) < CLOSE or log_p[i] > -1e-290
        assert float(found.value[0, i]) == pytest.approx(float(p[i]), rel=2**-53, abs=TINIEST)
        assert float(found.rest[0, i]) == pytest.approx(float(1 - p[i] if i else p[1]), rel=2**-51, abs=TINIEST)


def test_masks_and_rows_without_an_answer():
    found = exact(np.array([[1.0, -INF, 2.0], [-INF, -INF, -INF], [np.nan, 0.0, 0.0]]))
    bare = exact(np.array([[1.0, 2.0]]))
    np.testing.assert_array_equal(found.value[0], [bare.value[0, 0], 0.0, bare.value[0, 1]])
    np.testing.assert_array_equal(found.log[0], [bare.log[0, 0], -INF, bare.log[0, 1]])
    assert found.rest[0, 1] == 1
    assert np.isnan(found.value[1:]).all()
    assert np.isnan(found.log[1:]).all()


def test_exp_to_2_to_the_minus_95():
    x = np.concatenate([np.linspace(-1400.0, 690.0, 700), -(10.0 ** np.linspace(-20, 2, 100)), [0.0]])
    low = x * 2.0**-54
    high, lacking, power = exp_pair(x, low)
    for i in range(x.size):
        with mpmath.workdps(60):
            want = mpmath.exp(mpmath.mpf(float(x[i])) + mpmath.mpf(float(low[i])))
            got = mpmath.ldexp(mpmath.mpf(float(high[i])) + mpmath.mpf(float(lacking[i])), int(power[i]))
            assert abs(got / want - 1) < mpmath.mpf(2) ** -95, (x[i], float(got / want - 1))


def test_the_parts_of_ln_2():
    with mpmath.workdps(60):
        total = mpmath.fsum(map(mpmath.mpf, ln2_parts()))
        assert abs(total / mpmath.ln(2) - 1) < mpmath.mpf(2) ** -130


def test_logarithms_are_the_nearest_floats():
    """Also where x - M lies half way between two, as of every other pair of such logits, and log-sum-exp decides."""
    x = np.concatenate([[[343.7191231500981, 268.44598349686726, -395.86174952978656], [-142.623, -693.999, -800.0]],
                        np.random.default_rng(5).uniform(-350, 350, (100, 3))])  # fmt: skip
    found = exact(x).log
    with mpmath.workdps(800):
        for row, logs in zip(x.tolist(), found.tolist(), strict=True):
            e = [mpmath.exp(v) for v in row]
            rests = [mpmath.fsum(e[:i] + e[i + 1 :]) for i in range(3)]
            assert logs == [float(-mpmath.log1p(rest / v)) for rest, v in zip(rests, e, strict=True)], row


def test_a_difference_beyond_float64_has_the_logarithm_minus_infinity():
    assert exact(np.array([[1e308, -1e308]])).log.tolist() == [[0.0, -INF]]
