"""Sparsemax and hardmax against exact rational arithmetic, their Jacobians and special values."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from vectors import INF, NAN, TINIEST

from actviz.catalogue.sparse import (
    hardmax,
    hardmax_jacobian,
    hardmax_room,
    sparsemax,
    sparsemax_jacobian,
    sparsemax_room,
)

vectors = hnp.arrays(np.float64, st.integers(1, 30), elements=st.floats(-5, 5))
coarse = hnp.arrays(np.float64, st.integers(1, 12), elements=st.integers(-12, 12).map(lambda i: i / 8))


def exact(x) -> list[Fraction]:
    """Sparsemax by algorithm 1 of Martins and Astudillo 2016, without rounding."""
    numbers = [Fraction(float(v)) for v in x]
    tau = Fraction(0)
    total = Fraction(0)
    for k, z in enumerate(sorted(numbers, reverse=True), start=1):
        total += z
        if 1 + k * z <= total:
            break
        tau = (total - 1) / k
    return [max(v - tau, Fraction(0)) for v in numbers]


def assert_within_two_ulp(x) -> None:
    for i, (got, want) in enumerate(zip(sparsemax(x).tolist(), exact(x), strict=True)):
        assert (got > 0) == (want > 0), f"[{i}] = {x[i]!r} of {list(x)}: got {got!r}, want {float(want)!r}"
        unit = max(float(np.spacing(float(want))), TINIEST)
        error = float(abs(Fraction(got) - want) / Fraction(unit))
        assert error <= 2, f"[{i}] = {x[i]!r} of {list(x)}: got {got!r}, want {float(want)!r}, {error} ULP"


@given(st.one_of(vectors, coarse))
def test_sparsemax_is_exact_to_two_ulp_and_so_is_its_support(x):
    assert_within_two_ulp(x)


@given(hnp.arrays(np.float64, st.integers(1, 12), elements=st.floats(-1.7e308, 1.7e308)))
def test_sparsemax_of_any_floats(x):
    assert_within_two_ulp(x)


@pytest.mark.parametrize("seed", range(40))
def test_sparsemax_beside_its_threshold(seed):
    random = np.random.default_rng(seed)
    k = int(random.integers(1, 20))
    shares = random.uniform(0, 1 / k, size=k)
    tau = random.normal()
    within = tau + shares + (1 - shares.sum()) / k
    beside = tau + random.normal(size=6) * 10.0 ** random.uniform(-30, -13)
    assert_within_two_ulp(np.concatenate([within, beside, [tau, np.nextafter(tau, 9), np.nextafter(tau, -9)]]))
    tiny = random.choice([-1, 1], size=8) * 10.0 ** random.uniform(-320, -16, size=8)
    assert_within_two_ulp(np.concatenate([[1.0], tiny]))


@pytest.mark.parametrize(
    "x",
    [
        np.zeros(20_000), np.random.default_rng(1).normal(size=20_000) * 1e-3, np.full(7, 1e300),
        np.array([1e16, 1e16 - 2]),
        np.array([0.5, -0.5]), np.array([0.5, np.nextafter(-0.5, 0)]), np.array([0.0, -1.0, -1.0 + 2.0**-53]),
        np.array([-1e-300, -1.0]), np.array([1e-300, -1.0]), np.array([5e-324, -1.0]),
    ],
    ids=str,
)  # fmt: skip
def test_sparsemax_at_hard_places(x):
    assert_within_two_ulp(x)


def test_many_entries_a_hair_above_the_threshold_cost_no_square_of_their_number():
    x = np.concatenate([[1.0], 1e-16 * (1 + 1e-9 * np.arange(20_000))])
    got = sparsemax(x)
    np.testing.assert_allclose(got[1:], [float(p) for p in exact(x)[1:]], rtol=4e-16)


def test_sparsemax_of_two_is_the_hard_sigmoid_of_half_their_distance():
    t = np.linspace(-2, 2, 81)
    got = sparsemax(np.stack([t, np.zeros_like(t)], axis=-1))[:, 0]
    np.testing.assert_allclose(got, np.clip((t + 1) / 2, 0, 1), atol=2e-16)


@given(vectors)
def test_sparsemax_sums_to_one_and_keeps_the_order(x):
    p = sparsemax(x)
    assert (p >= 0).all()
    assert abs(p.sum() - 1) <= x.size * np.finfo(float).eps
    assert (np.diff(p[np.argsort(x, kind="stable")]) >= 0).all()


@given(vectors)
def test_the_jacobian_of_sparsemax_is_delta_less_one_over_k_on_the_support(x):
    inside = [p > 0 for p in exact(x)]
    k = sum(inside)
    wanted = [
        [float(Fraction(int(i == j)) - Fraction(1, k)) if inside[i] and inside[j] else 0.0 for j in range(x.size)]
        for i in range(x.size)
    ]
    np.testing.assert_array_equal(sparsemax_jacobian(x), wanted)


def test_an_entry_at_the_threshold_is_outside_the_support():
    np.testing.assert_array_equal(sparsemax([0.5, -0.5]), [1, 0])
    np.testing.assert_array_equal(sparsemax_jacobian(np.array([0.5, -0.5])), np.zeros((2, 2)))
    np.testing.assert_array_equal(sparsemax_jacobian(np.array([0.5, -0.25])), [[0.5, -0.5], [-0.5, 0.5]])


@given(hnp.arrays(np.float64, st.integers(1, 6), elements=st.integers(-300, 300).map(lambda i: i / 101)))
def test_the_room_of_each_entry_ends_where_the_jacobian_changes(x):
    for room, jacobian in ((sparsemax_room, sparsemax_jacobian), (hardmax_room, hardmax)):
        for side, way in zip((-1, 1), room(x), strict=True):
            for j, far in enumerate(way):
                if far < 1e-9:
                    continue

                def moved(t, j=j, side=side):
                    return np.where(np.arange(x.size) == j, x + side * t, x)

                before = jacobian(moved(min(1e-3 * far, 1e-3)))
                np.testing.assert_array_equal(jacobian(moved(min(0.999 * far, 100.0))), before)
                if np.isfinite(far):
                    assert (jacobian(moved(1.001 * far)) != before).any(), (x, j, side, far)


def test_there_is_no_room_at_a_kink_and_at_a_tie():
    np.testing.assert_array_equal(sparsemax_room(np.array([0.5, -0.5])), [[0, INF], [INF, 0]])
    np.testing.assert_array_equal(hardmax_room(np.array([2.0, 2.0, -INF])), [[0, INF, INF], [INF, 0, INF]])
    np.testing.assert_array_equal(hardmax_room(np.array([2.0])), [[INF], [INF]])


SPECIAL = [
    ([0.0, -INF], [1, 0], [1, 0]),
    ([-INF, 2.0, 2.0], [0, 0.5, 0.5], [0, 1, 0]),
    ([-INF, -INF], [NAN, NAN], [NAN, NAN]),
    ([-INF], [NAN], [NAN]),
    ([INF, 0.0, -INF], [1, 0, 0], [1, 0, 0]),
    ([0.0, INF, INF], [NAN] * 3, [0, 1, 0]),
    ([NAN, 0.0], [NAN, NAN], [NAN, NAN]),
    ([INF, NAN], [NAN, NAN], [NAN, NAN]),
    ([5.0], [1], [1]),
    ([1.7e308, -1.7e308], [1, 0], [1, 0]),
    ([0.0, -0.0], [0.5, 0.5], [1, 0]),
]


@pytest.mark.parametrize(("x", "sparse", "hard"), SPECIAL)
def test_masks_infinities_and_nan(x, sparse, hard):
    np.testing.assert_array_equal(sparsemax(x), sparse)
    np.testing.assert_array_equal(hardmax(x), hard)
    for jacobian, value in ((sparsemax_jacobian, sparse), (hardmax_jacobian, hard)):
        matrix = jacobian(np.array(x))
        assert matrix.shape == (len(x), len(x))
        assert np.isnan(matrix).all() if np.isnan(value).any() else np.isfinite(matrix).all()


@given(vectors)
def test_hardmax_marks_the_first_of_the_largest(x):
    got = hardmax(x)
    assert got[np.argmax(x)] == 1
    assert got.sum() == 1
    np.testing.assert_array_equal(hardmax_jacobian(x), np.zeros((x.size, x.size)))
