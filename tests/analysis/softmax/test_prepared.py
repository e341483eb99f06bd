"""Scale, softcap and temperature, in that order, with masks left alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

import actviz
from actviz.analysis.softmax.logits import prepared

INF = math.inf


def test_scale_then_softcap_then_temperature():
    got = prepared(np.array([10.0, -50.0, -INF]), scale=3.0, softcap=30.0, temperature=2.0)
    np.testing.assert_allclose(got[:2], [15 * math.tanh(1.0), 15 * math.tanh(-5.0)], rtol=4e-16)
    assert got[2] == -INF


def test_nothing_asked_changes_nothing():
    x = np.array([[3.0, -INF, np.nan, INF]])
    np.testing.assert_array_equal(prepared(x), x)


@pytest.mark.parametrize("cap", [0.5, 30.0, 1e300])
def test_a_softcap_bounds_every_logit(cap):
    assert np.abs(prepared(np.array([1e308, -1e308, 1.0]), softcap=cap)).max() <= cap


@pytest.mark.parametrize(
    ("asked", "word"),
    [({"scale": 0.0}, "scale must"), ({"scale": math.nan}, "scale must"), ({"softcap": -1.0}, "softcap must"),
     ({"temperature": INF}, "temperature must"), ({"scale": 1e307}, "scale 1e\\+307 takes a logit beyond"),
     ({"temperature": 1e-320}, "temperature 1e-320 takes"),
     ({"temperature": 1e-307}, "temperature 1e-307 takes a logit beyond")],
)  # fmt: skip
def test_refusals(asked, word):
    with pytest.raises(actviz.BadInput, match=word):
        prepared(np.array([1000.0, 1.0]), **asked)
