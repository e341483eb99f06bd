"""One test for each number or property that the article asserts about a function."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from process import actviz as run

import actviz
from actviz.activation import VectorActivation
from actviz.analysis.softmax.overflow import log_sum_exp_shifted, outcome

X = np.arange(-4000, 4001) / 100
NORMAL = np.exp(-(X**2) / 2) / math.sqrt(2 * math.pi) * (X[1] - X[0])
"""Weights that sum functions over N(0, 1) by the trapezoidal rule."""


def f(text: str, order: int = 0) -> np.ndarray:
    """The named function's derivative of `order` at X."""
    return np.asarray(actviz.get(text).derivative(X, order))


def tail(name: str, side: str) -> dict[str, object]:
    """What `actviz saturation` says of one tail."""
    done = run("saturation", name, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["functions"][0][side]


def jacobian(name: str, logits: list[float]) -> np.ndarray:
    vector = actviz.get(name)
    assert isinstance(vector, VectorActivation)
    return np.asarray(vector.jacobian(np.array(logits)))


# Sigmoid


def test_sigmoid_squashes_the_line_into_0_1() -> None:
    y = actviz.get("sigmoid")(np.linspace(-30, 30, 1001))
    assert (y > 0).all()
    assert (y < 1).all()


def test_sigmoid_is_symmetric_about_0_one_half() -> None:
    assert actviz.get("sigmoid")(0.0) == 0.5
    np.testing.assert_allclose(f("sigmoid") + f("sigmoid")[::-1], 1.0, rtol=1e-15)


def test_sigmoid_is_a_special_case_of_softmax() -> None:
    pairs = np.stack([X, np.zeros_like(X)], axis=-1)
    np.testing.assert_allclose(actviz.softmax(pairs)[:, 0], f("sigmoid"), rtol=1e-15)


def test_sigmoid_is_nearly_linear_near_0() -> None:
    x = np.linspace(-0.1, 0.1, 101)
    np.testing.assert_allclose(actviz.get("sigmoid")(x), 0.5 + x / 4, atol=2.1e-5)


def test_sigmoid_is_saturated_beyond_5() -> None:
    far = np.abs(X) > 5
    assert (f("sigmoid", 1)[far] < 0.0067).all()
    assert (np.minimum(f("sigmoid"), 1 - f("sigmoid"))[far] < 0.0067).all()


def test_sigmoid_slope_is_s_times_1_minus_s() -> None:
    s = f("sigmoid")
    np.testing.assert_allclose(f("sigmoid", 1), s * (1 - s), atol=2**-52)  # an ULP or two of s, which 1 - s keeps


def test_sigmoid_slope_is_greatest_at_0_where_it_is_a_quarter() -> None:
    slope = f("sigmoid", 1)
    assert slope.max() == 0.25
    assert X[slope.argmax()] == 0.0


def test_sigmoid_slope_falls_towards_0_away_from_0_in_either_direction() -> None:
    slope = f("sigmoid", 1)
    assert (np.diff(slope[X >= 0]) < 0).all()
    assert (np.diff(slope[X <= 0]) > 0).all()
    assert (actviz.get("sigmoid").derivative(np.array([-np.inf, np.inf])) == 0).all()


def test_sigmoid_output_has_a_mean_other_than_0() -> None:
    assert (f("sigmoid") * NORMAL).sum() == pytest.approx(0.5, abs=1e-12)


def test_sigmoid_gradient_vanishes_at_both_ends() -> None:
    assert tail("sigmoid", "left")["kind"] == tail("sigmoid", "right")["kind"] == "soft"


def through(name: str, *options: str, layers: int = 10) -> dict[str, object]:
    """What `actviz saturation --depth` says of the gradient that reaches the first of so many random layers."""
    done = run("saturation", name, "--depth", str(layers), "--quiet", "--format", "json", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["functions"][0]["depth"][0]


def test_sigmoid_hardly_passes_an_error_back_to_the_first_of_ten_layers() -> None:
    """Its slope is 1/4 at most, so each layer leaves no more of the gradient."""
    first = through("sigmoid")
    assert first["gradient"] < 0.25 ** (2 * 10)
    assert first["simulated_gradient"] == pytest.approx(first["gradient"], rel=0.2)


def test_a_right_weight_scale_keeps_the_gradient_of_a_deep_sigmoid_network() -> None:
    """One of the article's cures; ten times the usual scale it has to be."""
    found = through("sigmoid", "--init", "critical", "--std", "6.7", "--samples", "0", layers=30)
    assert found["gradient"] == pytest.approx(1.0, abs=0.2)


# Tanh


def test_tanh_squashes_the_line_into_minus_1_1() -> None:
    y = actviz.get("tanh")(np.linspace(-18, 18, 1001))
    assert (np.abs(y) < 1).all()


def test_tanh_equals_1_minus_exp_minus_2x_over_1_plus_it() -> None:
    x = X[np.abs(X) > 1]
    np.testing.assert_allclose(actviz.get("tanh")(x), (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x)), rtol=1e-14)


def test_tanh_equals_its_other_forms() -> None:
    x = np.linspace(0.5, 15, 101)
    e = np.exp(x)
    for form in (np.sinh(x) / np.cosh(x), (e - 1 / e) / (e + 1 / e), (e**2 - 1) / (e**2 + 1)):
        np.testing.assert_allclose(actviz.get("tanh")(x), form, rtol=1e-14)


def test_tanh_is_symmetric_about_the_origin() -> None:
    np.testing.assert_array_equal(f("tanh"), -f("tanh")[::-1])


def test_tanh_is_nearly_linear_near_0() -> None:
    x = np.linspace(-0.1, 0.1, 101)
    np.testing.assert_allclose(actviz.get("tanh")(x), x, atol=3.4e-4)


def test_tanh_slope_is_1_minus_tanh_squared() -> None:
    np.testing.assert_allclose(f("tanh", 1), 1 - f("tanh") ** 2, atol=3e-16)


def test_tanh_output_has_mean_0() -> None:
    assert abs((f("tanh") * NORMAL).sum()) < 1e-15


def test_tanh_gradient_still_vanishes_at_both_ends() -> None:
    assert tail("tanh", "left")["kind"] == tail("tanh", "right")["kind"] == "soft"


def test_tanh_plus_1_is_2_sigmoid_of_2x() -> None:
    x = np.linspace(-20, 20, 4001)
    left, right = actviz.get("tanh(x)+1")(x), actviz.get("2*sigmoid(2*x)")(x)
    np.testing.assert_allclose(left, right, atol=4.5e-16)
    np.testing.assert_allclose(right, 2 * np.exp(2 * x) / (np.exp(2 * x) + 1), rtol=1e-14)


# ReLU and its relations


def test_relu_is_the_greater_of_x_and_0() -> None:
    np.testing.assert_array_equal(f("relu"), np.maximum(X, 0))


def test_relu_slope_at_0_is_the_left_one_0() -> None:
    relu = actviz.get("relu")
    (kink,) = relu.kinks()
    assert (kink.x, kink.left, kink.right) == (0.0, 0.0, 1.0)
    assert relu.derivative(0.0) == 0.0


def test_relu_gradient_is_1_and_never_decays_right_of_0() -> None:
    assert (f("relu", 1)[X > 0] == 1).all()
    assert tail("relu", "right")["kind"] == "none"


def test_relu_passes_the_gradient_through_ten_layers_undiminished() -> None:
    first = through("relu", "--init", "he")
    assert first["gradient"] == pytest.approx(1.0, rel=1e-12)
    # Between networks 256 wide it scatters by a part sqrt(5 depth/width) or so, a fourth of that in the mean of 16.
    assert first["simulated_gradient"] == pytest.approx(1.0, abs=0.4)


def test_relu_gradient_is_0_left_of_0_so_units_die() -> None:
    assert (f("relu", 1)[X < 0] == 0).all()


@pytest.mark.parametrize(("name", "learns"), [("relu", False), ("leaky_relu", True), ("elu", True)])
def test_a_dead_relu_never_recovers_and_its_relations_do(name: str, learns: bool) -> None:
    x, bias, unit = np.linspace(-1, 1, 21), -3.0, actviz.get(name)
    before = bias
    for _ in range(2000):
        bias -= 0.5 * float(((unit(x + bias) - 1) * unit.derivative(x + bias)).mean())
    assert (bias != before) == learns, bias
    assert (bias > 0) == learns, bias


def test_relu_saturates_hard_left_of_0() -> None:
    assert tail("relu", "left")["kind"] == "hard"


def test_relu_is_sparse_half_of_a_normal_input_gives_0() -> None:
    x = np.random.default_rng(0).standard_normal(100_000)
    assert (actviz.get("relu")(x) == 0).mean() == pytest.approx(0.5, abs=0.01)


def test_relu6_gives_6_at_most() -> None:
    assert f("relu6").max() == 6
    np.testing.assert_array_equal(f("relu6"), np.minimum(np.maximum(X, 0), 6))


def test_leaky_relu_has_slope_1_hundredth_left_of_0() -> None:
    leaky = actviz.get("leaky_relu")
    assert leaky.bound == {"negative_slope": 0.01}
    np.testing.assert_array_equal(leaky(X), np.where(X >= 0, X, 0.01 * X))


def test_leaky_relu_passes_gradient_for_negative_inputs() -> None:
    assert (f("leaky_relu", 1)[X < 0] == 0.01).all()


def test_leaky_relu_is_linear_right_of_0_as_relu_is() -> None:
    np.testing.assert_array_equal(f("leaky_relu")[X >= 0], f("relu")[X >= 0])


def test_prelu_is_leaky_relu_with_a_slope_to_be_learned() -> None:
    np.testing.assert_array_equal(f("prelu:negative_slope=0.01"), f("leaky_relu"))


def test_prelu_slope_can_be_learned_by_gradient_descent() -> None:
    x = np.linspace(-2, 2, 41)
    wanted = np.where(x > 0, x, 0.6 * x)
    slope = 0.25
    for _ in range(200):
        # The function is linear in its slope left of 0, so its gradient there is x.
        residual = actviz.get("prelu", negative_slope=slope)(x) - wanted
        slope -= 0.02 * float((residual * np.minimum(x, 0)).sum())
    assert slope == pytest.approx(0.6, abs=1e-9)


def test_rrelu_slopes_are_uniform_from_an_eighth_to_a_third() -> None:
    rrelu = actviz.get("rrelu")
    slopes = np.array([float(rrelu.trained(seed).derivative(-1.0)) for seed in range(400)])
    assert slopes.min() >= 1 / 8
    assert slopes.max() <= 1 / 3
    # Four standard errors of the mean of 400 draws of U(1/8, 1/3).
    assert slopes.mean() == pytest.approx(11 / 48, abs=4 * (1 / 3 - 1 / 8) / math.sqrt(12 * 400))
    # Kolmogorov-Smirnov: 1.95/sqrt(n) is exceeded once in a thousand times by a uniform law.
    ranks = (np.sort(slopes) - 1 / 8) / (1 / 3 - 1 / 8)
    assert np.abs(ranks - (np.arange(400) + 0.5) / 400).max() < 1.95 / math.sqrt(400)


def test_rrelu_in_evaluation_has_the_mean_slope_11_48ths() -> None:
    assert actviz.get("rrelu").derivative(-1.0) == pytest.approx(11 / 48, rel=1e-15)


def test_elu_saturates_softly_on_the_left_and_not_on_the_right() -> None:
    assert tail("elu", "left")["kind"] == "soft"
    assert tail("elu", "right")["kind"] == "none"


def test_soft_saturation_is_a_slope_that_shrinks_yet_is_never_0() -> None:
    slope = actviz.get("elu").derivative(np.linspace(-700, -1, 700))
    assert (slope > 0).all()
    assert (np.diff(slope) > 0).all()


def test_elu_equals_alpha_times_exp_x_minus_1_left_of_0() -> None:
    x = X[X < 0]
    np.testing.assert_allclose(actviz.get("elu:alpha=1.5")(x), 1.5 * np.expm1(x), rtol=4e-16)


def test_elu_is_the_identity_right_of_0() -> None:
    np.testing.assert_array_equal(f("elu")[X >= 0], X[X >= 0])
    assert (f("elu", 1)[X >= 0] == 1).all()


def test_elu_mean_is_nearer_0_than_relu_mean() -> None:
    assert abs((f("elu") * NORMAL).sum()) < (f("relu") * NORMAL).sum()


def test_elu_is_robust_to_noise_far_left() -> None:
    elu = actviz.get("elu")
    assert abs(elu(-10.0) - elu(-10.5)) < 1e-4


# Swish and Mish


SELF_GATED = pytest.mark.parametrize("name", ["swish:beta=0.1", "swish", "swish:beta=10", "mish"])


@SELF_GATED
def test_swish_and_mish_are_unbounded_above(name: str) -> None:
    assert actviz.get(name)(1e300) == 1e300
    assert actviz.get(name)(np.inf) == np.inf


@SELF_GATED
def test_swish_and_mish_are_bounded_below(name: str) -> None:
    x = -np.concatenate([np.linspace(0, 50, 100_001), 10.0 ** np.linspace(1, 307, 2000)])
    beta = actviz.get(name).bound.get("beta", 1.0)
    assert -0.31 < beta * actviz.get(name)(x / beta).min() < -0.27
    assert actviz.get(name)(-np.inf) == 0


@SELF_GATED
def test_swish_and_mish_are_not_monotone(name: str) -> None:
    slope = f(name, 1)
    assert slope.min() < 0 < slope.max()


@SELF_GATED
def test_swish_and_mish_are_smooth(name: str) -> None:
    activation = actviz.get(name)
    beta = activation.bound.get("beta", 1.0)
    assert activation.kinks(*activation.values) == ()
    # The curvature changes by at most the third derivative, below beta^2, times the step.
    assert np.abs(np.diff(f(name, 2))).max() < beta**2 * 0.01


def test_swish_is_x_times_sigmoid_of_beta_x() -> None:
    np.testing.assert_allclose(f("swish:beta=10"), X * actviz.get("sigmoid")(10 * X), rtol=1e-12)


def test_swish_with_beta_1_is_silu() -> None:
    np.testing.assert_array_equal(f("swish:beta=1"), f("silu"))


def test_mish_passes_some_gradient_for_negative_inputs() -> None:
    assert (f("mish", 1)[(X < 0) & (X > -30)] != 0).all()


def test_mish_is_x_tanh_softplus_x() -> None:
    np.testing.assert_allclose(f("mish"), X * np.tanh(f("softplus")), rtol=1e-14)


def test_softplus_is_a_smoothed_relu() -> None:
    gap = f("softplus") - f("relu")
    assert (gap >= 0).all()
    assert gap.max() == pytest.approx(math.log(2))
    sharp = f("softplus:beta=100") - f("relu")
    assert sharp.max() == pytest.approx(math.log(2) / 100)


# Maxout


def test_maxout_is_the_largest_of_its_lines() -> None:
    w, b = [-2.0, -0.3, 0.1, 1.0], [-1.0, 0.25, 0.3, -2.0]
    lines = np.outer(X, w) + b
    np.testing.assert_allclose(actviz.get("maxout", w=w, b=b)(X), lines.max(axis=1), rtol=1e-14, atol=1e-16)


def test_maxout_is_convex() -> None:
    maxout = actviz.get("maxout", w=[-2, -0.3, 0.1, 1], b=[-1, 0.25, 0.3, -2])
    y = maxout(X)
    assert (np.diff(y, 2) >= -1e-12).all()
    assert (np.diff(maxout.derivative(X)) >= 0).all()


def test_maxout_fits_a_convex_function_the_better_the_more_lines_it_has() -> None:
    x = np.linspace(-2, 2, 2049)
    errors = []
    for count in (3, 5, 9, 17):
        at = np.linspace(-2, 2, count)
        tangents = actviz.get("maxout", w=list(2 * at), b=list(-(at**2)))
        errors.append(np.abs(tangents(x) - x**2).max())
    # Tangents h apart leave at most (h/2)^2 between them and the parabola.
    np.testing.assert_allclose(errors, [(4 / (n - 1) / 2) ** 2 for n in (3, 5, 9, 17)], rtol=1e-6)


def test_maxout_of_two_lines_is_relu() -> None:
    np.testing.assert_array_equal(actviz.get("maxout", w=[0, 1], b=[0, 0])(X), f("relu"))


# Softmax

LOGITS = [3.0, 1.0, -3.0]


def test_softmax_is_exp_of_each_logit_over_their_sum() -> None:
    e = np.exp(LOGITS)
    np.testing.assert_allclose(actviz.softmax(LOGITS), e / e.sum(), rtol=1e-15)


def test_softmax_gives_probabilities_that_sum_to_1() -> None:
    y = actviz.softmax(LOGITS)
    assert (y > 0).all()
    assert (y < 1).all()
    assert y.sum() == pytest.approx(1, abs=2e-16)


def test_softmax_chooses_the_largest_output() -> None:
    assert np.argmax(actviz.softmax(LOGITS)) == np.argmax(LOGITS)


def test_softmax_jacobian_off_the_diagonal_is_minus_y_i_y_j() -> None:
    y, j = actviz.softmax(LOGITS), jacobian("softmax", LOGITS)
    off = ~np.eye(3, dtype=bool)
    np.testing.assert_allclose(j[off], -np.outer(y, y)[off], rtol=1e-15)


def test_softmax_jacobian_diagonal_is_y_i_times_1_minus_y_i() -> None:
    y, j = actviz.softmax(LOGITS), jacobian("softmax", LOGITS)
    np.testing.assert_allclose(np.diag(j), y * (1 - y), rtol=1e-14)


def test_softmax_classes_compete_off_the_diagonal_is_negative_and_on_it_positive() -> None:
    j = jacobian("softmax", LOGITS)
    assert (j[~np.eye(3, dtype=bool)] < 0).all()
    assert (np.diag(j) > 0).all()


def test_softmax_jacobian_rows_sum_to_0() -> None:
    np.testing.assert_allclose(jacobian("softmax", LOGITS).sum(axis=1), 0, atol=2**-53)  # a rounding of 1/4


def test_worked_example_gives_12_hundredths_both_ways() -> None:
    found = outcome(LOGITS, "float64")
    assert round(float(found.naive.values[1]), 2) == round(float(found.shifted.values[1]), 2) == 0.12
    assert round(float(actviz.softmax(LOGITS)[1]), 2) == 0.12
    assert [round(float(term), digits) for term, digits in zip(found.naive.terms, (0, 1, 2), strict=True)] == [
        20,
        2.7,
        0.05,
    ]


def test_softmax_naive_overflows_for_large_logits() -> None:
    found = outcome([1000.0, 999.0], "float64")
    assert np.isinf(found.naive.terms).all()
    assert np.isnan(found.naive.values).all()
    assert found.naive.status == "overflow"


def test_softmax_naive_underflows_to_0_over_0_for_very_negative_logits() -> None:
    found = outcome([-1000.0, -1001.0], "float64")
    assert found.naive.total == 0
    assert np.isnan(found.naive.values).all()
    assert found.naive.status == "underflow"


def test_shift_by_the_maximum_cures_overflow_and_underflow() -> None:
    wanted = [1 / (1 + math.exp(-1)), math.exp(-1) / (1 + math.exp(-1))]
    for logits in ([1000.0, 999.0], [-1000.0, -1001.0]):
        np.testing.assert_allclose(actviz.softmax(logits), wanted, rtol=4e-16)
        assert outcome(logits, "float64").shifted.status == "ok"


def test_shift_leaves_a_term_of_1_in_the_denominator_and_no_exponent_above_0() -> None:
    for logits in (LOGITS, [1000.0, 999.0], [-1000.0, -1001.0]):
        shifted = outcome(logits, "float64").shifted
        assert shifted.terms.max() == 1
        assert shifted.total >= 1


def test_log_of_an_underflowed_softmax_is_minus_infinity_and_log_softmax_is_not() -> None:
    found = outcome([0.0, -1000.0], "float64")
    assert found.log_naive.values[1] == -np.inf
    assert found.log_softmax.values[1] == actviz.log_softmax([0.0, -1000.0])[1] == -1000.0


@pytest.mark.parametrize("logits", [LOGITS, [5.0] * 7, [1e4, -1e4], [0.0]])
def test_log_sum_exp_of_shifted_logits_lies_from_0_to_log_n(logits: list[float]) -> None:
    value = log_sum_exp_shifted(logits)
    assert value == float(actviz.logsumexp(np.array(logits) - max(logits)))
    assert 0 <= value <= math.log(len(logits)) * (1 + 1e-15)
