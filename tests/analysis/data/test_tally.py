"""Tallies against the numbers counted one by one; merged in any order and cut anyhow they are the same."""

from __future__ import annotations

import math
import pickle
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from cases import variants
from hypothesis import given
from hypothesis import strategies as st
from observed import DTYPES, INTEGERS, blocks, check, concluded, fitted, joined, probed, seen, tallied

from actviz.activation import Activation
from actviz.analysis.data.tally import tally
from actviz.floats import dtype_of
from actviz.resolve import get

LABELS = tuple(a.label for a in variants())
FEW = ("relu", "sigmoid", "hard_tanh", "gelu", "snake")
TYPED = ("x*x", "x*x if x < 0 else x + 1", "sqrt(x)", "sin(x)/x", "log(x)", "abs(x)**0.5", "0*x", "1/x", "x**3 - x")
OTHERS = [math.nan, math.inf, -math.inf]


@cache
def hard_values(label):
    """Kinks, ends of saturated intervals and zeros of f', each with the floats of all widths beside it; 0; far out."""
    activation = get(label)
    assert isinstance(activation, Activation)
    kinks = [k.x for k in activation.kinks(*activation.values)]
    probe = probed(label)
    ends = [e for some in probe.intervals for pair in some for e in pair]
    runs = [e for some in probe.runs or () for run in some for e in (run.low, run.high)]
    centres = np.asarray([0.0, *kinks, *ends, *runs])
    centres = centres[np.isfinite(centres)][:400]
    found = [centres]
    for dtype in DTYPES:
        kind = dtype_of(dtype)
        with np.errstate(all="ignore"):
            near = centres.astype(kind)
            beside = [np.nextafter(near, kind.type(direction)) for direction in (-np.inf, np.inf)]
        found += [x.astype(np.float64) for x in (near, *beside)]
    random = np.random.default_rng(len(label))
    far = np.ldexp(1.0, random.integers(-1060, 1000, 100)) * random.choice([-1.0, 1.0], 100)
    every = np.concatenate([*found, random.standard_normal(2000) * 4, far, np.linspace(-9, 9, 37)])
    return every[np.isfinite(every)]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_counts_are_those_of_the_slope_at_every_value(label, dtype):
    x = fitted(hard_values(label), dtype)
    check(seen(x, (label,)).whole, x, (label,))


@pytest.mark.parametrize("label", TYPED)
@pytest.mark.parametrize("dtype", DTYPES)
def test_typed_functions_too(label, dtype):
    x = fitted(hard_values(label), dtype)
    check(seen(x, (label,)).whole, x, (label,))


@pytest.mark.parametrize("dtype", DTYPES + INTEGERS)
@pytest.mark.parametrize("others", [0, 1, 40])
def test_every_dtype_with_nan_and_infinities_among_them(dtype, others):
    random = np.random.default_rng(5)
    values = random.standard_normal(4000) * (40 if dtype in INTEGERS else 3)
    values[random.integers(0, values.size, others)] = random.choice(OTHERS, others)
    x = fitted(values, dtype)
    if others and dtype in DTYPES:
        assert not np.isfinite(x.astype(np.float64)).all()
    check(seen(x, FEW).whole, x, FEW)


@pytest.mark.parametrize("dtype", DTYPES + INTEGERS)
@pytest.mark.parametrize("shape", [(300, 3), (40, 100), (2, 200, 30), (5, 3, 7, 4), (3, 70, 2), (1, 90, 1), (6, 1, 4)])
def test_each_unit_is_counted_by_itself(dtype, shape):
    random = np.random.default_rng(9)
    values = (random.standard_normal(shape) * 3).reshape(-1)
    if dtype in DTYPES:
        values[random.integers(0, values.size, 9)] = random.choice(OTHERS, 9)
    x = fitted(values, dtype).reshape(shape)
    for axis in (0, 1, -1):
        found = seen(x, FEW, axis)
        check(found.whole, x, FEW)
        units = np.moveaxis(x, axis, 0)
        assert [r.unit for r in found.units] == list(range(len(units)))
        for reading, own in zip(found.units, units, strict=True):
            check(reading, own, FEW)
        for label, dead in zip(FEW, found.dead_units, strict=True):
            wanted = [n for n, own in enumerate(units) if is_dead(label, own)]
            assert list(dead) == wanted, (label, axis, dead, wanted)


def is_dead(label, values):
    wide = values.astype(np.float64)
    finite = wide[np.isfinite(wide)]
    return finite.size > 0 and bool((get(label).derivative(finite) == 0).all())


def test_a_unit_that_is_dead_on_every_sample_is_named():
    x = np.random.default_rng(1).standard_normal((500, 6)).astype(np.float32)
    x[:, 2] = -abs(x[:, 2])
    x[:, 4] = np.nan
    x[:, 5] = [-math.inf, *([-1.0] * 499)]
    found = seen(x, ("relu", "sigmoid"), 1)
    assert found.dead_units == ((2, 5), ())
    assert math.isnan(found.units[4].responses[0].dead_fraction)


@pytest.mark.parametrize("dtype", [*DTYPES, "int8", "int64"])
@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("most", [1, 7, 64, 100_000])
def test_the_cut_into_blocks_does_not_matter(dtype, axis, most):
    x = fitted((np.random.default_rng(2).standard_normal((30, 40)) * 3).reshape(-1), dtype).reshape(30, 40)
    alike(concluded(x, FEW, axis, tallied(x, FEW, axis, most)), concluded(x, FEW, axis, tallied(x, FEW, axis, 97)))


def alike(a, b):
    """Counts, quantiles and cells exactly, means to rounding."""
    assert a.cells == b.cells
    assert a.dead_units == b.dead_units
    for p, q in zip((a.whole, *a.units), (b.whole, *b.units), strict=True):
        assert exact(p) == exact(q)
        assert rounded(p) == pytest.approx(rounded(q), rel=1e-12, abs=1e-12 * largest(p), nan_ok=True)


def exact(reading):
    counts = (reading.count, reading.nan, reading.positive_infinity, reading.negative_infinity)
    shares = [(r.dead, r.saturated) for r in reading.responses] if reading.finite else []
    return counts, str((reading.low, reading.high, reading.quantiles)), shares


def rounded(reading):
    means = [y for r in reading.responses for y in (r.derivative_mean, r.derivative_second_moment)]
    return [reading.mean, reading.std, *means]


def largest(reading):
    return max(abs(reading.low), abs(reading.high)) if reading.finite else 0.0


NUMBERS = st.one_of(
    st.floats(-10, 10, width=32),
    st.floats(-(2.0**100), 2.0**100, width=32),
    st.sampled_from([*OTHERS, 0.0, -0.0, 1e-40, -1e-40, 1.0, -1.0]),
)


@given(
    st.lists(NUMBERS, min_size=1, max_size=60),
    st.sampled_from(["float32", "float64", "bfloat16"]),
    st.lists(st.integers(0, 60), max_size=6),
    st.randoms(use_true_random=False),
)
def test_parts_merge_in_any_order_into_the_whole(numbers, dtype, cuts, random):
    x = fitted(np.asarray(numbers), dtype)
    places = sorted({0, x.size, *(c for c in cuts if c < x.size)})
    tallies = [tallied(x[a:b], FEW, None, 9) for a, b in pairwise(places)]
    random.shuffle(tallies)
    while len(tallies) > 1:
        at = random.randrange(len(tallies) - 1)
        tallies[at : at + 2] = [joined(tallies[at : at + 2])]
    alike(concluded(x, FEW, None, tallies[0]), seen(x, FEW))
    check(concluded(x, FEW, None, tallies[0]).whole, x, FEW)


@given(st.integers(1, 5), st.integers(1, 80), st.integers(1, 20), st.integers(1, 400), st.integers(0, 2**32 - 1))
def test_samples_of_several_files_merge_by_unit(samples, units, places, most, seed):
    x = (np.random.default_rng(seed).standard_normal((2 * samples, units, places)) * 3).astype(np.float32)
    halves = joined([tallied(half, FEW, 1, most) for half in (x[samples:], x[:samples])])
    alike(concluded(x, FEW, 1, halves), seen(x, FEW, 1))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_tally_survives_pickling(dtype):
    x = fitted(np.random.default_rng(3).standard_normal(600), dtype).reshape(20, 30)
    found = tallied(x, FEW, 1)
    assert concluded(x, FEW, 1, pickle.loads(pickle.dumps(found))) == concluded(x, FEW, 1, found)


@pytest.mark.parametrize(
    "values",
    [
        [1e300, -1e300, 1e300],
        [1.7e308, -1.7e308, 1.7e308, 1.0],
        [1.7e308] * 5,
        [1e-300, 3e-300, -2e-300],
        [1e-170, 3e-170],
        [1e8, 1e8 + 1, 1e8 + 2],
        [0.1] * 7,
        [0.0],
    ],
)
@pytest.mark.parametrize("most", [1, 2, 100])
def test_mean_and_deviation_hold_where_float64_can_tell_them(values, most):
    from fractions import Fraction

    exact = [Fraction(v) for v in values]
    mean = sum(exact) / len(exact)
    variance = sum((v - mean) ** 2 for v in exact) / len(exact)
    unit = max(abs(v) for v in exact) or 1
    std = float(unit) * math.sqrt(variance / unit**2)
    x = np.asarray(values)
    reading = seen(x, ("relu",), None, most).whole
    assert reading.mean == pytest.approx(float(mean), rel=1e-14, abs=1e-16 * float(unit))
    assert reading.std == pytest.approx(std, rel=1e-13, abs=0.0)
    both = joined([tallied(x, ("relu",)), tallied(x[:0], ("relu",))]) if x[:0].size else tallied(x, ("relu",))
    assert concluded(x, ("relu",), None, both).whole.std == pytest.approx(std, rel=1e-13, abs=0.0)


def test_subnormal_numbers_are_told_to_the_last_of_them():
    reading = seen(np.asarray([5e-324, 1.5e-323, 0.0]), ("relu",)).whole
    assert abs(reading.mean - 5e-324) <= 1e-323
    assert abs(reading.std - 6e-324) <= 1e-323


def test_far_from_0_the_deviation_keeps_its_digits():
    x = 1e6 + np.random.default_rng(4).standard_normal(200_000)
    reading = seen(x, ("relu",), None, 1 << 16).whole
    centred = x - 1e6
    assert reading.std == pytest.approx(centred.std(), rel=1e-11)
    assert reading.mean - 1e6 == pytest.approx(centred.mean(), abs=1e-9)


def test_nothing_but_nan_has_no_mean():
    for dtype in DTYPES:
        x = np.full(10, np.nan, dtype_of(dtype))
        found = seen(x, FEW)
        check(found.whole, x, FEW)
        assert all(math.isnan(p) for _, p in found.whole.quantiles)
        assert all(math.isnan(r.derivative_mean) for r in found.whole.responses)
        assert found.cells == ()
        assert sum(found.histogram((-1.0, 0.0, 1.0)).counts) == 0


def test_a_slope_that_is_none_makes_the_mean_none_and_is_not_saturated():
    x = np.asarray([-1.0, 1.0, 2.0], dtype=np.float32)
    response = seen(x, ("log(x)",)).whole.responses[0]
    assert math.isnan(response.derivative_mean)
    assert response.dead == 0


def test_many_parts_of_a_large_array():
    x = (np.random.default_rng(6).standard_normal(300_001) * 3).astype(np.float32)
    check(seen(x, FEW, None, 1 << 16).whole, x, FEW)
    check(seen(x.astype(np.float16), FEW, None, 1 << 16).whole, x.astype(np.float16), FEW)


def test_no_block_is_refused():
    with pytest.raises(ValueError, match="no block"):
        tally(iter(()), 1, ())


def test_blocks_put_together_are_the_array():
    x = np.arange(60.0).reshape(3, 4, 5)
    for axis in (None, 0, 1, 2):
        for most in (1, 3, 7, 60):
            assert (
                sorted(v for b in blocks(x, axis, most) for v in b.values.copy().reshape(-1)) == x.reshape(-1).tolist()
            )
