"""The records of the vector activations: what they claim, held against their textbook definition in mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from vectors import INF, assert_close

import actviz
from actviz.activation import VectorActivation
from actviz.catalogue.softmax import VECTORS

POINTS = [[3.0, 1.0, -3.0], [0.5, 0.125, -0.75, 0.25], [-7.0, -8.5], [0.25], [30.0, -2.0, 29.5], [-0.7, -0.69]]

each = pytest.mark.parametrize("record", VECTORS, ids=lambda r: r.name)


def numbers(x):
    """`x` in mpmath."""
    return [mpmath.mpf(float(v)) for v in x]


@each
@pytest.mark.parametrize("x", POINTS, ids=str)
def test_the_value_is_the_definition_s(record, x):
    with mpmath.workdps(60):
        want = record.definition(mpmath, numbers(x))
    assert_close(np.atleast_1d(record(x)), want, x, 4 if record.name == "logsumexp" else 3, record.name)


@each
@pytest.mark.parametrize("x", POINTS, ids=str)
def test_the_jacobian_is_the_derivative_of_the_definition(record, x):
    got = record.jacobian(np.array(x))
    outputs = np.size(record(x))
    assert got.shape == (outputs, len(x))

    def moved(t, i, j):
        return record.definition(mpmath, [*numbers(x[:j]), t, *numbers(x[j + 1 :])])[i]

    with mpmath.workdps(120):
        for i in range(outputs):
            want = [mpmath.diff(lambda t, i=i, j=j: moved(t, i, j), mpmath.mpf(x[j])) for j in range(len(x))]
            assert np.allclose(got[i], [float(w) for w in want], rtol=1e-14, atol=1e-30), (i, got[i], want)


@each
def test_what_is_said_of_the_row_sums_is_so(record):
    x = np.array([0.5, 0.125, -0.25])
    sums, y = record.jacobian(x).sum(axis=1), record(x)
    wanted = {"logsumexp": 1.0, "softmax1": y * (1 - np.sum(y))}.get(record.name, 0.0)
    np.testing.assert_allclose(sums, wanted, atol=1e-15)
    assert all("{" not in line.format(row_sum=0.0) for line in record.entries)


@each
def test_the_record_is_found_by_every_name_and_says_who_and_when(record):
    assert record.family == "vector"
    for name in (record.name, *record.aliases, record.name.upper()):
        found = actviz.get(name)
        assert isinstance(found, VectorActivation)
        assert found is record
    assert 1800 < record.reference.year < 2030


def test_only_logsumexp_gives_up_the_axis():
    x = np.zeros((2, 3))
    assert {r.name: r(x, axis=0).shape for r in VECTORS} == {
        r.name: (3,) if r.name == "logsumexp" else (2, 3) for r in VECTORS
    }


@pytest.mark.parametrize("axis", [0, -1, (0, 1), (2, 0), [0, 2], (0, 1, 2), None])
def test_several_axes_are_one_vector(axis):
    x = np.random.default_rng(0).normal(size=(3, 4, 5))
    along = tuple(axis) if isinstance(axis, list) else axis
    total = np.exp(x).sum(axis=along, keepdims=True)
    np.testing.assert_allclose(actviz.softmax(x, axis=axis), np.exp(x) / total, rtol=1e-14)
    np.testing.assert_allclose(actviz.log_softmax(x, axis=axis), x - np.log(total), rtol=1e-13)
    np.testing.assert_allclose(actviz.logsumexp(x, axis=axis, keepdims=True), np.log(total), rtol=1e-14, strict=True)
    want = np.log(np.exp(x).sum(axis=along))
    np.testing.assert_allclose(actviz.logsumexp(x, axis=axis), want, rtol=1e-14)
    assert np.shape(actviz.logsumexp(x, axis=axis)) == np.shape(want)


def test_no_rows_along_several_axes():
    assert actviz.softmax(np.zeros((0, 2, 3)), axis=(1, 2)).shape == (0, 2, 3)
    assert actviz.logsumexp(np.zeros((0, 2, 3)), axis=(1, 2), keepdims=True).shape == (0, 1, 1)


@pytest.mark.parametrize("f", [actviz.softmax, actviz.log_softmax, actviz.logsumexp])
@pytest.mark.parametrize("axis", [True, np.True_, 2, -3, 1.0, "0", (0, 2), (0, -2), (), (0, False)])
def test_what_is_no_axis(f, axis):
    with pytest.raises(actviz.BadInput, match="axis"):
        f(np.zeros((2, 3)), axis=axis)


@pytest.mark.parametrize("f", [actviz.softmax, actviz.logsumexp, actviz.get("gelu")])
def test_masked_arrays_and_ragged_lists_are_refused(f):
    with pytest.raises(actviz.BadInput, match=r"a masked array, .* x\.filled\(number\)"):
        f(np.ma.array([3.0, 1.0, -3.0], mask=[0, 1, 0]))
    with pytest.raises(actviz.BadInput, match="rows of one length"):
        f([[1.0, 2.0], [3.0]])


def test_of_the_same_logits_softmax_has_no_zeros_sparsemax_some_and_hardmax_all_but_one():
    x = [1.0, 0.5, -3.0]
    zeros = {name: int((actviz.get(name)(x) == 0).sum()) for name in ("softmax", "sparsemax", "hardmax")}
    assert zeros == {"softmax": 0, "sparsemax": 1, "hardmax": 2}


def test_softmax1_can_choose_nothing_and_softmax_cannot():
    x = [-20.0, -21.0, -22.0]
    assert actviz.get("softmax1")(x).sum() < 1e-8
    assert actviz.softmax(x).sum() == pytest.approx(1)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmax1", "sparsemax", "hardmax", "logsumexp"])
def test_a_masked_class_changes_nothing_for_the_others(name):
    function = actviz.get(name)
    masked, bare = function([1.0, -INF, 0.5]), function([1.0, 0.5])
    np.testing.assert_array_equal(np.delete(masked, 1) if np.ndim(masked) else masked, bare)
