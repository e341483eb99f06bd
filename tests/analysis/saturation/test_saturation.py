"""Tails, thresholds, moments and gains, against the textbook definitions in mpmath."""

from __future__ import annotations

import math
from functools import cache

import mpmath
import numpy as np
import oracle
import pytest
from cases import variants

from actviz.activation import Activation, Kink, Reference
from actviz.analysis.saturation.saturation import saturation
from actviz.errors import BadInput
from actviz.resolve import get

STEEP = ["swish:beta=1000", "softplus:beta=1000", "elu:alpha=1e-6", "leaky_relu:negative_slope=0.005"]
EVERY = {a.label: a for a in [*variants(), *(get(text) for text in STEEP)]}
THRESHOLDS = (0.5, 0.1, 0.01, 1e-3, 1e-8, 1e-30, 1e-300)


@cache
def found(label):
    return saturation(EVERY[label], THRESHOLDS)


def slope(activation, x):
    """f' of the definition, at a number of any precision."""
    return oracle.truth(activation, x)[1]


def places(activation, order):
    """Where the derivative of that order jumps."""
    return {k.x for k in activation.kinks(*activation.values) if k.order == order}


def sides(activation, x, side):
    """The slopes outward and inward of the kink at x."""
    (kink,) = (k for k in activation.kinks(*activation.values) if (k.x, k.order) == (x, 1))
    return (kink.left, kink.right) if side == "left" else (kink.right, kink.left)


def passages(label):
    """Every (side, threshold, x) where a tail of the function passes a threshold."""
    for side in ("left", "right"):
        for point in getattr(found(label), side).thresholds:
            yield side, point.threshold, point.x


def test_there_is_something_to_test():
    """Of these few alone; the tests below take every function."""
    places = [x for label in ("sigmoid", "tanh", "elu", "relu", "gelu", "mish") for _, _, x in passages(label)]
    assert len([x for x in places if x is not None]) > 40, places
    assert len([x for x in places if x is None]) > 15, places


@pytest.mark.parametrize("label", EVERY)
def test_thresholds_are_roots_to_full_precision(label):
    activation = EVERY[label]
    for side, threshold, x in passages(label):
        if x is None or x in places(activation, 0):
            continue
        if x in places(activation, 1):
            outer, inner = sides(activation, x, side)
            assert abs(outer) < threshold <= abs(inner) or abs(outer) <= threshold == abs(inner), (side, threshold, x)
            continue
        if x == 0:
            assert slope(activation, 0.0) == threshold, (label, side, threshold)
            continue
        if slope(activation, x) == 0:
            # The next float inward is beyond the threshold already.
            inward = math.nextafter(x, math.inf if side == "left" else -math.inf)
            assert abs(slope(activation, inward)) >= threshold, (label, side, threshold, x)
            continue
        with mpmath.workdps(40):
            start = mpmath.mpf(x)
            root = mpmath.findroot(
                lambda t, e=threshold: mpmath.log(abs(slope(activation, t)) / e),
                (start, start * (1 + mpmath.mpf(2) ** -30)),
            )
            error = abs((root - start) / root)
        assert error < 1e-14, (label, side, threshold, x, mpmath.nstr(root, 20), mpmath.nstr(error, 3))


@pytest.mark.parametrize("label", EVERY)
def test_beyond_its_point_a_tail_stays_below_for_good_and_before_it_does_not(label):
    activation = EVERY[label]
    for side, threshold, x in passages(label):
        if x is None:
            continue
        sign = -1.0 if side == "left" else 1.0
        scale = max(abs(x), 1e-3)
        outward = x + sign * scale * np.concatenate([2.0 ** -np.arange(40.0), np.linspace(0, 30, 200)[1:]])
        beyond = np.abs(activation.derivative(outward))
        # Beside the point itself f' may round to the threshold.
        assert (beyond <= threshold).all(), (label, side, threshold, x, outward[beyond > threshold])
        assert (beyond[np.abs(outward - x) > 1e-3 * scale] < threshold).all(), (label, side, threshold, x)
        if x in places(activation, 0):
            continue
        bent = x in places(activation, 1)
        aside = 1e-9 * (min(scale, 1e3) if found(label).oscillates else scale)  # a small part of a wave far out
        inside = abs(sides(activation, x, side)[1] if bent else slope(activation, x - sign * aside))
        assert inside >= threshold, (label, side, threshold, x, inside)


@pytest.mark.parametrize("label", EVERY)
def test_none_is_said_where_a_tail_never_falls_below_or_f_is_never_above(label):
    activation = EVERY[label]
    for side, threshold, x in passages(label):
        if x is not None:
            continue
        # The slope may fall below the threshold beyond float64 alone.
        outermost = abs(float(activation.derivative(oracle.MAX if side == "right" else -oracle.MAX)))
        steepest = np.abs(activation.derivative(np.linspace(-3000, 3000, 60001))).max()
        unknown = found(label).oscillates
        assert unknown or outermost >= threshold or steepest < threshold, (side, threshold, outermost, steepest)


KINDS = {
    "sigmoid": ("soft", "soft"),
    "tanh": ("soft", "soft"),
    "relu": ("hard", "none"),
    "relu6": ("hard", "hard"),
    "leaky_relu": ("none", "none"),
    "leaky_relu:negative_slope=0": ("hard", "none"),
    "prelu": ("none", "none"),
    "prelu:negative_slope=0": ("hard", "none"),
    "rrelu": ("none", "none"),
    "elu": ("soft", "none"),
    "elu:alpha=300": ("soft", "none"),
    "swish": ("soft", "none"),
    "swish:beta=-1.7": ("none", "soft"),
    "swish:beta=0": ("none", "none"),
    "swish:beta=1000": ("soft", "none"),
    "softplus": ("soft", "none"),
    "softplus:beta=0.1": ("soft", "none"),
    "mish": ("soft", "none"),
    "maxout": ("none", "none"),
    "maxout:w=0,1,b=0,0": ("hard", "none"),
    "maxout:w=0,b=3": ("hard", "hard"),
    "hard_sigmoid": ("hard", "hard"),
    "hard_tanh": ("hard", "hard"),
    "hard_swish": ("hard", "none"),
    "hard_mish": ("hard", "none"),
    "sparse_plus": ("hard", "none"),
    "sparse_sigmoid": ("hard", "hard"),
    "softshrink": ("none", "none"),
    "hardshrink": ("none", "none"),
    "threshold": ("hard", "none"),
    "thresholded_relu": ("hard", "none"),
    "step": ("hard", "hard"),
    "relu_squared": ("hard", "none"),
    "identity": ("none", "none"),
}


@pytest.mark.parametrize("label", KINDS)
def test_the_kind_of_each_tail(label):
    activation = get(label)
    got = saturation(activation)
    assert (got.left.kind, got.right.kind) == KINDS[label], label
    limits = activation.limits(*activation.values)
    assert (got.left.limit, got.right.limit) == (limits[0][0], limits[1][0])


def test_sigmoid_in_closed_form():
    """s(1 - s) = t has the root 2 artanh(sqrt(1 - 4t)), also far below where s(1 - s) rounds to 0."""
    thresholds = (0.2, 0.1, 0.01, 1e-10, 1e-300)
    got = saturation(get("sigmoid"), thresholds)
    for left, right in zip(got.left.thresholds, got.right.thresholds, strict=True):
        with mpmath.workdps(700):
            wanted = 2 * mpmath.atanh(mpmath.sqrt(1 - 4 * mpmath.mpf(right.threshold)))
            error = abs(mpmath.mpf(right.x) - wanted) / wanted
        assert error < 1e-15, (right, mpmath.nstr(wanted, 20), mpmath.nstr(error, 3))
        assert left.x == -right.x


def test_the_top_of_a_slope_is_its_last_threshold():
    at_top = saturation(get("sigmoid"), (0.25, 0.26))
    # Within 1e-7 of 0 sigmoid' is 0.25 but for its last bits.
    for tail in (at_top.left, at_top.right):
        assert abs(tail.thresholds[0].x) < 1e-7, tail
        assert tail.thresholds[1].x is None
    assert at_top.fractions == (1.0, 1.0)


def test_the_outermost_crossing_of_a_slope_that_is_not_monotone():
    """Mish falls below 0.1 twice on its left: for good only at the second."""
    got = saturation(get("mish"), (0.1,))
    assert got.left.thresholds[0].x == pytest.approx(-2.8274733649710972, rel=1e-14)
    assert [len(s) for s in got.saturated] == [2], got.saturated
    (a, b) = got.saturated[0][1]
    assert -1.84 < a < -1.1924312145154952 < b < -0.89, got.saturated


@pytest.mark.parametrize("beta", [1e-6, 1e-3, 0.1, 7.0, 1e3, 1e9])
def test_swish_scales(beta):
    """swish's slope is silu's at beta x, so every threshold moves by 1/beta."""
    got, silu = saturation(get("swish", beta=beta), (0.1, 0.01)), saturation(get("silu"), (0.1, 0.01))
    for a, b in zip(got.left.thresholds, silu.left.thresholds, strict=True):
        assert a.x == pytest.approx(b.x / beta, rel=1e-15), (beta, a, b)


def test_a_slope_that_has_the_threshold_for_its_limit_at_a_kink_passes_it_there():
    """hard_swish' jumps from 0 to -1/2 at -3 and rises to 1/2 at 0."""
    got = saturation(get("hard_swish"), (0.5, 0.49, 0.51))
    assert [p.x for p in got.left.thresholds] == [-3.0, -3.0, pytest.approx(0.03, rel=1e-14)]
    assert [p.x for p in got.right.thresholds] == [None, None, None]


def test_the_tails_of_a_step_begin_at_its_jump_though_its_slope_is_0_throughout():
    got = saturation(get("step:threshold=2.5"))
    for tail in (got.left, got.right):
        assert [p.x for p in tail.thresholds] == [2.5, 2.5, 2.5]
    assert got.fractions == (1.0, 1.0, 1.0)
    assert (got.moments.derivative_mean, got.moments.derivative_second_moment) == (0.0, 0.0)
    assert got.gain.backward == math.inf
    above = float((1 - mpmath.erf(2.5 / mpmath.sqrt(2))) / 2)
    assert got.moments.value_mean == got.moments.value_second_moment == pytest.approx(above, rel=1e-12)


def test_a_threshold_equal_to_a_flat_slope_is_not_passed_but_counts_as_saturated():
    got = saturation(get("leaky_relu"), (0.01, 0.0101))
    assert [p.x for p in got.left.thresholds] == [None, 0.0]
    assert got.fractions == (0.5, 0.5)


# Moments

LAWS = [(0.0, 1.0), (0.7, 1.3)]
MOMENTS = [
    "sigmoid",
    "tanh",
    "relu",
    "relu6",
    "leaky_relu",
    "prelu",
    "rrelu",
    "elu",
    "elu:alpha=300",
    "swish",
    "swish:beta=10",
    "swish:beta=-1.7",
    "softplus",
    "softplus:beta=13.7",
    "mish",
    "maxout",
    "maxout:w=-2,-0.3,0.1,1,b=-1,0.25,0.3,-2",
    "hard_sigmoid",
    "hard_tanh",
    "hard_swish",
    "hard_mish",
    "sparse_plus",
    "softshrink",
    "hardshrink",
    "threshold",
    "relu_squared",
    "identity",
]


def moments_by_mpmath(activation, mean, std):
    """E f, E f^2, E f', E f'^2, each piece between kinks by tanh-sinh quadrature at 40 digits."""
    values = [tuple(map(mpmath.mpf, v)) if isinstance(v, tuple) else mpmath.mpf(v) for v in activation.values]

    @cache
    def at(x):
        jet = oracle.jet(activation.definition(oracle, oracle.Jet(x, mpmath.mpf(1)), *values))
        weight = mpmath.npdf(x, mean, std)
        return jet.v * weight, jet.v**2 * weight, jet.d * weight, jet.d**2 * weight

    kinks = [k.x for k in activation.kinks(*activation.values)]
    ends = sorted({mpmath.mpf(p) for p in (-18, -6, -2, 0, 2, 6, 18, *kinks)})
    return [mpmath.quad(lambda x, k=k: at(x)[k], ends) for k in range(4)]


@pytest.mark.parametrize(("mean", "std"), LAWS)
@pytest.mark.parametrize("label", MOMENTS)
def test_moments_and_gains(label, mean, std):
    activation = get(label)
    got = saturation(activation, mean=mean, std=std)
    moments = got.moments
    four = (moments.value_mean, moments.value_second_moment, moments.derivative_mean, moments.derivative_second_moment)
    with mpmath.workdps(30):
        wanted = moments_by_mpmath(activation, mean, std)
        # E f may cancel: its error is measured against sqrt(E f^2) >= E abs f.
        sizes = [mpmath.sqrt(wanted[1]), wanted[1], mpmath.sqrt(wanted[3]), wanted[3]]
        for g, w, size in zip(four, wanted, sizes, strict=True):
            assert abs(g - w) <= 1e-12 * size, (label, mean, std, g, mpmath.nstr(w, 18), mpmath.nstr((g - w) / size, 3))
        if (mean, std) == (0.0, 1.0):
            assert got.gain.forward == pytest.approx(float(1 / mpmath.sqrt(wanted[1])), rel=1e-12)
            assert got.gain.backward == pytest.approx(float(1 / mpmath.sqrt(wanted[3])), rel=1e-12)


def test_the_gain_is_that_of_the_standard_normal_whatever_the_law():
    assert saturation(get("tanh"), mean=3.0, std=0.1).gain == saturation(get("tanh")).gain


def test_relu_keeps_half():
    got = saturation(get("relu"))
    assert got.gain.forward == pytest.approx(math.sqrt(2), rel=1e-15)
    assert got.gain.backward == pytest.approx(math.sqrt(2), rel=1e-15)
    assert got.moments.saturated_fraction == 0.5


def test_the_share_of_the_input_where_the_slope_is_small():
    """Against the normal law between roots solved in mpmath; the largest threshold is the one told."""
    got = saturation(get("mish"), (0.01, 0.1), mean=0.3, std=2.0)
    with mpmath.workdps(40):
        for share, threshold in zip(got.fractions, (0.01, 0.1), strict=True):
            starts = {0.1: (-2.83, -1.83, -0.89), 0.01: (-6.26, -1.23, -1.156)}[threshold]
            signs = (-1, -1, 1)
            a, b, c = (
                mpmath.findroot(lambda x, s=s, t=threshold: slope(get("mish"), x) - s * t, x0)
                for x0, s in zip(starts, signs, strict=True)
            )
            below = [mpmath.ncdf((p - mpmath.mpf(0.3)) / 2) for p in (a, b, c)]
            wanted = below[0] + below[2] - below[1]
            assert abs(share - wanted) < 1e-14, (threshold, share, mpmath.nstr(wanted, 18))
    assert got.moments.saturated_fraction == got.fractions[1]


def test_relu6_saturates_on_both_sides_of_its_slope():
    got = saturation(get("relu6"), mean=1.0, std=4.0)
    with mpmath.workdps(30):
        wanted = mpmath.ncdf(mpmath.mpf(-1) / 4) + mpmath.ncdf(mpmath.mpf(-5) / 4)
    assert got.moments.saturated_fraction == pytest.approx(float(wanted), rel=1e-14)


def test_far_tails_keep_their_digits():
    got = saturation(get("sigmoid"), (1e-8,))
    with mpmath.workdps(60):
        wanted = 2 * mpmath.ncdf(-2 * mpmath.atanh(mpmath.sqrt(1 - 4 * mpmath.mpf(1e-8))))
    assert got.moments.saturated_fraction == pytest.approx(float(wanted), rel=1e-12)


# Functions that know neither their kinks nor their limits, as typed ones may


def unknown(value, first, second, kinks=()):
    """A record with these kernels and no knowledge of its tails."""
    nan = (math.nan,) * 3
    return Activation(
        "typed",
        "expression",
        "",
        "",
        "",
        lambda m, x: x,
        (value, first, second),
        lambda: (nan, nan),
        Reference("nobody", 2000, ""),
        kinks=lambda: kinks,
    )


def test_unknown_limits_are_judged_by_the_ends_of_the_line():
    gaussian = unknown(
        lambda x: np.exp(-x * x), lambda x: -2 * x * np.exp(-x * x), lambda x: (4 * x * x - 2) * np.exp(-x * x)
    )
    got = saturation(gaussian, (1e-3,))
    assert (got.left.kind, got.right.kind) == ("soft", "soft")
    with mpmath.workdps(30):
        wanted = mpmath.findroot(lambda x: 2 * x * mpmath.exp(-x * x) - mpmath.mpf(1e-3), 2.9)
    assert got.right.thresholds[0].x == pytest.approx(float(wanted), rel=1e-14)
    assert got.left.thresholds[0].x == -got.right.thresholds[0].x
    parabola = unknown(lambda x: x * x, lambda x: 2 * x, lambda x: np.full_like(x, 2.0))
    got = saturation(parabola, (1e-3,))
    assert (got.left.kind, got.right.kind) == ("none", "none")
    assert (got.left.thresholds[0].x, got.right.thresholds[0].x) == (None, None)
    assert got.moments.saturated_fraction == pytest.approx(math.erf(5e-4 / math.sqrt(2)), rel=1e-12)


def test_unknown_kinks_are_found():
    clipped = unknown(lambda x: np.clip(x, -1.25, 3.5), lambda x: ((x > -1.25) & (x <= 3.5)) * 1.0, np.zeros_like)
    got = saturation(clipped, (0.5,))
    assert (got.left.kind, got.right.kind) == ("hard", "hard")
    assert (got.left.thresholds[0].x, got.right.thresholds[0].x) == pytest.approx((-1.25, 3.5), rel=1e-15)


def test_a_step_dies_at_its_jump():
    step = unknown(lambda x: (x >= 0.4) * 1.0, np.zeros_like, np.zeros_like, (Kink(0.4, 0.0, 1.0, order=0),))
    got = saturation(step, (0.5,))
    assert (got.left.kind, got.right.kind) == ("hard", "hard")
    assert (got.left.thresholds[0].x, got.right.thresholds[0].x) == (0.4, 0.4)
    assert got.gain.backward == math.inf


@pytest.mark.parametrize(
    ("thresholds", "word"),
    [
        ((), "0 thresholds"),
        ((0.0,), "above 0"),
        ((-0.1,), "above 0"),
        ((math.nan,), "above 0"),
        ((math.inf,), "finite"),
        ((1e-310,), "digits"),
        (tuple(0.1 + 0.01 * n for n in range(33)), "33 thresholds"),
    ],
)
def test_bad_thresholds(thresholds, word):
    with pytest.raises(BadInput, match=word):
        saturation(get("tanh"), thresholds)


def test_bad_laws():
    with pytest.raises(BadInput, match=r"^std must"):
        saturation(get("tanh"), std=0.0)
    with pytest.raises(BadInput, match=r"^mean must"):
        saturation(get("tanh"), mean=math.nan)


def test_typed_functions():
    hard = saturation(get("max(0,min(1,0.2*x+0.5))"), (0.1, 1e-3))
    assert (hard.left.kind, hard.right.kind) == ("hard", "hard")
    assert [p.x for p in (*hard.left.thresholds, *hard.right.thresholds)] == [-2.5, -2.5, 2.5, 2.5]
    steep = saturation(get("sigmoid(1000*(x-5.123))"), (0.1,))
    got = [steep.left.thresholds[0].x - 5.123, steep.right.thresholds[0].x - 5.123]
    wanted = 2 * np.arctanh(np.sqrt(1 - 4 * 1e-4)) / 1000
    assert got == pytest.approx([-wanted, wanted], rel=1e-11)
    wave = saturation(get("sin(x)"), (0.1,))
    assert wave.oscillates
    assert (wave.left.kind, wave.left.thresholds[0].x) == ("none", None)


@pytest.mark.parametrize(
    ("text", "std", "known"), [("sinc", 1.0, True), ("sinc", 20.0, True), ("sin(x)*cos(sqrt(3)*x)", 1e5, False)]
)
def test_the_share_of_an_oscillation_is_told_only_where_it_is_seen(text, std, known):
    activation = get(text)
    assert isinstance(activation, Activation)
    fractions = saturation(activation, (0.1, 0.01), 0.0, std).fractions
    assert all(math.isnan(share) is not known for share in fractions)


INTERIOR = {
    "sigmoid": (),
    "relu": (),
    "relu_squared": (),
    "xielu": (-0.9808292530117262,),
    "gaussian": (0.0,),
    "tanhshrink": (0.0,),
    "hard_swish": (-1.5,),
    "x**3": (0.0,),
    "abs(x)": (),
    "x*(1-x)**2": (1 / 3, 1.0),
    "snake:a=0.1": (-2.5 * math.pi, 7.5 * math.pi),
}


@pytest.mark.parametrize("label", INTERIOR)
def test_zeros_of_the_slope(label):
    assert saturation(get(label)).interior == pytest.approx(INTERIOR[label], rel=1e-12, abs=1e-300), label


@pytest.mark.parametrize("label", ["swish", "swish:beta=10", "mish", "gelu", "gelu_tanh", "quick_gelu", "elish"])
def test_the_minimum_of_a_gate_is_a_root_to_full_precision(label):
    (x,) = saturation(get(label)).interior
    with mpmath.workdps(40):
        root = mpmath.findroot(lambda t: slope(get(label), t), (mpmath.mpf(x), mpmath.mpf(x) * (1 + 1e-9)))
        assert abs(root - x) <= 1e-14 * abs(root), (label, x, mpmath.nstr(root, 20))


SLOPE_LIMITS = {
    "sigmoid": (0.0, 0.0),
    "relu": (0.0, 1.0),
    "leaky_relu": (0.01, 1.0),
    "bent_identity": (0.5, 1.5),
    "exponential": (0.0, math.inf),
    "tanhshrink": (1.0, 1.0),
}


@pytest.mark.parametrize("label", SLOPE_LIMITS)
def test_the_limits_of_the_slope(label):
    got = saturation(get(label))
    assert (got.left.slope_limit, got.right.slope_limit) == pytest.approx(SLOPE_LIMITS[label], rel=1e-15)


DEAD = {
    "relu": ((-math.inf, 0.0),),
    "relu6": ((-math.inf, 0.0), (6.0, math.inf)),
    "softshrink": ((-0.5, 0.5),),
    "step": ((-math.inf, math.inf),),
    "hard_sigmoid:slope=0.2": ((-math.inf, -2.5), (2.5, math.inf)),
    "sigmoid": (),
    "gaussian": (),
    "identity": (),
    "laplace:sigma=1e-300": (),
    "softplus:beta=1e300": (),
}


@pytest.mark.parametrize("label", DEAD)
def test_the_intervals_where_the_slope_is_zero(label):
    assert saturation(get(label)).dead == DEAD[label]


@pytest.mark.parametrize("label", ["mish", "relu6", "softshrink:threshold=1.3", "sigmoid"])
def test_each_interval_has_its_share(label):
    got = saturation(get(label), (0.1, 0.01), -0.4, 1.7)
    for intervals, shares, fraction in zip(got.saturated, got.shares, got.fractions, strict=True):
        assert math.fsum(shares) == pytest.approx(fraction, rel=1e-14)
        with mpmath.workdps(40):
            for (low, high), share in zip(intervals, shares, strict=True):
                a, b = (mpmath.ncdf((mpmath.mpf(e) + mpmath.mpf(0.4)) / mpmath.mpf(1.7)) for e in (low, high))
                assert abs(share - (b - a)) <= 1e-12 * (b - a), (label, low, high, share)


EXTREME = {
    "laplace:sigma=1e-300": ("soft", "soft", 0.707107, 0.707107),
    "softplus:beta=1e300": ("soft", "none", -2.197224577336219e-300, None),
    "hard_sigmoid:slope=1e308": ("hard", "hard", -5e-309, 5e-309),
}


@pytest.mark.parametrize("label", EXTREME)
def test_extreme_parameters_do_not_contradict_themselves(label):
    got = saturation(get(label), (0.1,))
    left, right, low, high = EXTREME[label]
    assert (got.left.kind, got.right.kind) == (left, right)
    assert got.left.thresholds[0].x == pytest.approx(low, rel=1e-12, abs=0)
    assert got.right.thresholds[0].x == (None if high is None else pytest.approx(high, rel=1e-12, abs=0))


TYPED = ["x*sigmoid(x)", "tanh(3*x+1)", "x/sqrt(1+x*x)", "exp(-(x-2)**2)", "x*exp(-x*x/9)", "log(1+exp(x))-x/2"]


@pytest.mark.parametrize("text", TYPED)
def test_thresholds_of_typed_functions_are_roots_to_full_precision(text):
    activation = get(text)
    got = saturation(activation, (0.1, 1e-3, 1e-6))
    passed = [p for tail in (got.left, got.right) for p in tail.thresholds if p.x is not None]
    assert passed or text == "log(1+exp(x))-x/2", text
    for point in passed:
        with mpmath.workdps(50):
            start = mpmath.mpf(point.x)

            def excess(x, t=point.threshold):
                return mpmath.log(abs(slope(activation, x)) / mpmath.mpf(t))

            root = mpmath.findroot(excess, (start, start * (1 + mpmath.mpf(2) ** -30)))
            error = abs(root - start) / abs(root)
            assert error < 1e-12, (text, point, mpmath.nstr(root, 20), mpmath.nstr(error, 3))
