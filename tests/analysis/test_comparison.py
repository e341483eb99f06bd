"""How far apart functions are: against closed forms, brute force and mpmath."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import ml_dtypes
import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz import resolve
from actviz.activation import Activation, no_kinks
from actviz.analysis.comparison import Pair, Tolerance, compare, ulp_distance
from actviz.catalogue import find
from actviz.errors import BadInput
from actviz.floats import DTYPES, dtype_of

WIDE = (-6.0, 6.0)
FREE = Tolerance()


def get(name: str, **values: float) -> Activation:
    record, fixed = find(name)
    assert isinstance(record, Activation)
    return record.bind(**{**fixed, **values})


def apart(a: Activation, b: Activation, interval: tuple[float, float] = WIDE, dtype: str = "float64") -> Pair:
    return compare(a, b, interval, points=4001, dtype=dtype, tolerance=FREE)


def made(value, slope, curvature, name: str = "made") -> Activation:
    """A smooth function of three kernels."""
    limits = ((math.nan,) * 3,) * 2
    return replace(get("sigmoid"), name=name, kernels=(value, slope, curvature), kinks=no_kinks, limits=lambda: limits)


LINE = made(lambda x: x, np.ones_like, np.zeros_like, "line")
SINE = made(np.sin, np.cos, lambda x: -np.sin(x), "sine")


def close(got: float, wanted: float, relative: float) -> bool:
    return abs(got - wanted) <= relative * abs(wanted)


def test_relu_and_softplus_differ_by_ln_2_at_the_kink():
    pair = apart(get("relu"), get("softplus"))
    assert pair.max_abs_difference == math.log(2)
    assert pair.at == 0.0
    assert pair.max_abs_derivative_difference == 0.5
    assert pair.derivative_at == 0.0


def test_the_maximum_is_found_between_the_points_of_the_grid():
    with mpmath.workdps(30):
        place = mpmath.acos(0.5)  # where (sin x - x/2)' = 0; the value at the end, pi, is greater
        inside = float(mpmath.sin(place) - place / 2)
    half = made(lambda x: x / 2, lambda x: np.full_like(x, 0.5), np.zeros_like, "half")
    pair = compare(SINE, half, (0.0, 2.0), points=5, dtype="float64", tolerance=FREE)
    assert close(pair.max_abs_difference, inside, 1e-15), (pair.max_abs_difference, inside)
    assert close(pair.at, float(place), 1e-15), (pair.at, float(place))


def test_the_largest_slope_difference_is_found_at_the_root_of_the_curvatures():
    pair = compare(get("tanh"), get("sigmoid"), (-1.0, 3.3), points=12, dtype="float64", tolerance=FREE)
    assert pair.max_abs_derivative_difference == 0.75
    assert pair.derivative_at == 0.0


def test_gating_by_sigmoid_and_mish_against_an_oracle():
    with mpmath.workdps(30):

        def d(x):
            return x * mpmath.tanh(mpmath.log(1 + mpmath.exp(x))) - x / (1 + mpmath.exp(-x))

        place = mpmath.findroot(lambda x: mpmath.diff(d, x), 1.8)
        wanted, at = float(d(place)), float(place)
        mean = mpmath.quad(lambda x: d(x) ** 2, [-6, -3, 0, 1, 2, 4, 6]) / 12
        rms = float(mpmath.sqrt(mean))
    pair = apart(get("mish"), get("swish"))
    assert close(pair.max_abs_difference, wanted, 1e-14), (pair.max_abs_difference, wanted)
    assert close(pair.at, at, 1e-12), (pair.at, at)
    assert close(pair.rms_difference, rms, 1e-12), (pair.rms_difference, rms)


def test_root_mean_square_of_a_line_is_the_integral():
    zero = made(np.zeros_like, np.zeros_like, np.zeros_like, "zero")
    pair = apart(LINE, zero, (-1.0, 1.0))
    assert close(pair.rms_difference, 1 / math.sqrt(3), 1e-14)
    huge = made(lambda x: 1e300 * x, lambda x: np.full_like(x, 1e300), np.zeros_like, "huge")
    assert close(apart(huge, zero, (-1.0, 1.0)).rms_difference, 1e300 / math.sqrt(3), 1e-14)


def test_the_slope_right_of_a_kink_is_looked_at():
    shallow, steep = get("leaky_relu", negative_slope=1.0), get("leaky_relu", negative_slope=0.9)
    tilted = replace(steep, kernels=(lambda x, a: np.where(x > 0, 2.0 * x, x), *steep.kernels[1:]))
    jumping = replace(
        tilted,
        kernels=(tilted.kernels[0], lambda x, a: np.where(x > 0, 1.0 + np.exp(-np.abs(x)), 1.0), steep.kernels[2]),
    )
    pair = apart(shallow, jumping)
    assert pair.max_abs_derivative_difference == 1.0  # the limit from the right; the left one is 0
    assert 0 < pair.derivative_at < 1e-300


def test_a_function_and_itself_are_equal():
    for name in DTYPES:
        pair = apart(get("mish"), get("mish"), dtype=name)
        assert (pair.max_abs_difference, pair.rms_difference, pair.max_ulp) == (0, 0, 0)
        assert pair.max_abs_derivative_difference == 0


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_a_narrow_dtype_is_searched_whole(name: str):
    kind = dtype_of(name)
    with np.errstate(invalid="ignore"):
        every = np.arange(2**16, dtype=np.uint16).view(kind).astype(np.float64)
    x = every[(every >= -6) & (every <= 6)].astype(kind)
    for order, got in ((0, "max_abs_difference"), (1, "max_abs_derivative_difference")):
        a, b = (f.derivative(x, order).astype(np.float64) for f in (get("tanh"), get("sigmoid")))
        pair = apart(get("tanh"), get("sigmoid"), dtype=name)
        assert getattr(pair, got) == np.abs(a - b).max()


def test_infinities_that_are_equal_are_no_distance_apart():
    def overflowing(x):
        with np.errstate(over="ignore"):
            return np.exp(x)

    exponential = made(overflowing, overflowing, overflowing)
    pair = apart(exponential, exponential, (-800.0, 800.0))
    assert (pair.max_abs_difference, pair.max_ulp, pair.rms_difference) == (0, 0, 0)
    pair = apart(exponential, LINE, (-800.0, 800.0))
    assert pair.max_abs_difference == math.inf
    assert pair.rms_difference == math.inf


def test_nan_is_never_dropped():
    def root(x):
        with np.errstate(invalid="ignore"):
            return np.sqrt(x)

    pair = compare(made(root, root, root), LINE, (-1.0, 1.0), points=11, dtype="float64", tolerance=Tolerance(1e9, 5))
    assert math.isnan(pair.max_abs_difference)
    assert pair.at < 0
    assert math.isnan(pair.rms_difference)
    assert pair.max_ulp == math.inf
    assert pair.within_tolerance is False


@pytest.mark.parametrize(
    ("tolerance", "wanted"),
    [
        (Tolerance(), None),
        (Tolerance(1.0), True),
        (Tolerance(0.5), False),
        (Tolerance(math.inf, 2**63), True),
        (Tolerance(1.0, 3), False),
        (Tolerance(None, 3), False),
    ],
)
def test_tolerance(tolerance: Tolerance, wanted: bool | None):
    pair = compare(get("relu"), get("softplus"), WIDE, points=101, dtype="float64", tolerance=tolerance)
    assert pair.within_tolerance is wanted


def test_a_bound_may_be_met_exactly():
    assert Tolerance(0.25, 3).holds(0.25, 3) is True
    assert Tolerance(0.25, 3).holds(math.nextafter(0.25, 1), 3) is False
    assert Tolerance(0.25, 3).holds(0.25, 4) is False
    assert Tolerance(math.inf).holds(math.nan, 0) is False


@pytest.mark.parametrize("bad", [{"value": -1.0}, {"value": math.nan}, {"ulp": -1}])
def test_a_bound_that_bounds_nothing_is_refused(bad: dict[str, float]):
    with pytest.raises(BadInput, match="must be 0 or more"):
        Tolerance(**bad)


def test_a_range_without_numbers_of_the_dtype_is_refused():
    with pytest.raises(BadInput, match="float16 has no number in the range 70000:80000"):
        apart(get("relu"), get("tanh"), (70000.0, 80000.0), "float16")
    with pytest.raises(BadInput, match="float32 has no number"):
        apart(get("relu"), get("tanh"), (1e39, 1e40), "float32")


@pytest.mark.parametrize("name", DTYPES)
def test_neighbours_are_one_ulp_apart_across_the_whole_dtype(name: str):
    kind = dtype_of(name)
    limits = ml_dtypes.finfo(kind)
    tiny, largest = float(limits.smallest_subnormal), float(limits.max)
    ordered = [-math.inf, -largest, -1.0, -tiny, 0.0, tiny, float(limits.tiny), 1.0, largest, math.inf]
    values = np.array(ordered).astype(kind)
    with np.errstate(over="ignore"):
        up = np.nextafter(values[:-1], kind.type(math.inf))
    assert ulp_distance(values[:-1], up).tolist() == [1.0] * len(up)
    assert ulp_distance(up, values[:-1]).tolist() == [1.0] * len(up)
    steps = [float(ulp_distance(a, b)[0]) for a, b in pairwise(values[:, None])]
    whole = float(ulp_distance(values[:1], values[-1:])[0])
    assert math.isclose(sum(steps), whole, rel_tol=1e-15)


@given(a=st.floats(width=16), b=st.floats(width=16))
def test_ulp_distance_counts_the_numbers_between(a: float, b: float):
    got = float(ulp_distance(np.array([a], np.float16), np.array([b], np.float16))[0])
    if math.isnan(a) or math.isnan(b):
        assert got == (0.0 if math.isnan(a) and math.isnan(b) else math.inf)
        return
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    ladder = np.unique(every[~np.isnan(every)])
    low, high = min(a, b), max(a, b)
    assert got == np.count_nonzero((ladder > low) & (ladder <= high)), (a, b, got)


def test_opposite_ends_of_float64_do_not_wrap_around():
    largest = np.finfo(np.float64).max
    got = float(ulp_distance(np.array([-largest]), np.array([largest]))[0])
    assert got == 2.0 * int(np.array(largest).view(np.int64))
    assert float(ulp_distance(np.array([0.0]), np.array([-0.0]))[0]) == 0


@pytest.mark.parametrize(
    ("a", "b", "interval", "dtype", "alone"),
    [
        ("tanh(x)+1", "2*sigmoid(2*x)", (-6.0, 6.0), "float64", True),
        ("exponential", "expm1", (0.0, 800.0), "float64", False),
        ("relu", "gelu", (-6.0, 1e16), "float64", False),
        ("gelu", "quick_gelu", (-6.0, 6.0), "bfloat16", False),
        ("gelu@torch", "gelu@jax", (-6.0, 6.0), "float32", False),
    ],
)
def test_one_large_value_does_not_excuse_a_difference_elsewhere(a, b, interval, dtype, alone):
    pair = compare(resolve.get(a), resolve.get(b), interval, points=4001, dtype=dtype, tolerance=Tolerance())
    assert pair.is_rounding is alone


def test_the_units_at_the_largest_difference_are_counted():
    pair = compare(get("relu"), get("gelu"), (-6.0, 1e16), points=4001, dtype="float64", tolerance=Tolerance())
    assert pair.at == pytest.approx(0.7517915)
    assert pair.max_ulp > 1e15


def typed(text: str) -> Activation:
    (found,) = resolve.scalars([text])
    return found


@pytest.mark.parametrize(
    ("a", "b", "places", "mean_exists"),
    [
        ("1/(x-0.3)", "0*x", (0.3,), False),
        ("1/x", "2/x", (0.0,), False),
        ("1/(x-6)", "x", (6.0,), False),
        ("log(abs(x-1))", "x", (1.0,), True),
        ("abs(x)**-0.3", "x", (0.0,), True),
        ("1/(x*x-1e-4)", "x", (-0.01, 0.01), False),
        ("1/(x-0.3)", "1/(x-0.3)+x", (), True),
        ("x/(x*x)", "1/x", (), True),
        ("1/(x-7)", "x", (), True),
    ],
)
def test_towards_a_pole_a_difference_has_no_bound(a: str, b: str, places: tuple[float, ...], mean_exists: bool) -> None:
    pair = apart(typed(a), typed(b), dtype="float32")
    assert pair.poles == places
    assert (pair.max_abs_difference, pair.max_abs_derivative_difference).count(math.inf) == (2 if places else 0)
    assert math.isinf(pair.rms_difference) != mean_exists
