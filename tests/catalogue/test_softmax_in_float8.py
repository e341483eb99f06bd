"""softmax, log_softmax and logsumexp of 8-bit floats: exact to the last bit, along any axis, masks included."""

from __future__ import annotations

import math

import numpy as np
import pytest
from roundings import kind_of, nearest
from vectors import INF
from vectors import exact as truth

import actviz
from actviz.floats import FLOAT8

each = pytest.mark.parametrize("name", FLOAT8)


@each
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_rounded_once_along_any_axis(name, axis):
    x = (np.random.default_rng(4).normal(size=(3, 4, 5)) * 3).astype(kind_of(name))
    got = [
        np.moveaxis(f(x, axis=axis), axis, -1).reshape(-1, x.shape[axis]) for f in (actviz.softmax, actviz.log_softmax)
    ]
    total = actviz.logsumexp(x, axis=axis).reshape(-1)
    assert total.dtype == got[0].dtype == x.dtype
    for i, row in enumerate(np.moveaxis(x, axis, -1).reshape(-1, x.shape[axis])):
        p, log_p, lse = truth(row.astype(np.float64))
        assert got[0][i].astype(np.float64).tolist() == [nearest(v, name) for v in p], row
        assert got[1][i].astype(np.float64).tolist() == [nearest(v, name) for v in log_p], row
        assert float(total[i]) == nearest(lse, name), row


def test_a_mask_where_the_dtype_has_an_infinity():
    got = actviz.softmax(np.array([1.0, -INF, 1.0]).astype(kind_of("float8_e5m2")))
    assert got.astype(np.float64).tolist() == [0.5, 0.0, 0.5]


@each
def test_seventy_thousand_zeros(name):
    got = actviz.log_softmax(np.zeros(70_000).astype(kind_of(name)))
    assert set(got.astype(np.float64).tolist()) == {float(np.array(-math.log(70_000)).astype(kind_of(name)))}
