"""Shares of a periodic slope under laws that hold more waves than are followed, beside closed forms."""

from __future__ import annotations

import math

import mpmath
import pytest

from actviz.analysis.saturation.periods import share
from actviz.analysis.saturation.saturation import saturation
from actviz.analysis.scan import scan
from actviz.resolve import get

THRESHOLDS = (0.1, 0.01, 0.001)


def one_plus_sine(t):
    return mpmath.acos(1 - t) / mpmath.pi


def sine(t):
    return 2 * mpmath.asin(t) / mpmath.pi


def leaning_sine(t):
    return (mpmath.asin((1 + t) / 2) - mpmath.asin((1 - t) / 2)) / mpmath.pi


PERIODIC = [
    ("snake:a=4", one_plus_sine, 0.027, 346.0),
    ("snake:a=617.672", one_plus_sine, 0.0, 1.0),
    ("snake:a=1e5", one_plus_sine, -3.0, 0.5),
    ("sin(x)", sine, 0.0, 1e5),
    ("abs(sin(x))", sine, 1.0, 1e5),
    ("cos(x-1)", sine, 40.0, 1e4),
    ("2*sin(x)+x", leaning_sine, 0.0, 1e5),
]


@pytest.mark.parametrize(("label", "exact", "mean", "std"), PERIODIC)
def test_the_share_is_that_of_a_period(label, exact, mean, std):
    found = saturation(get(label), THRESHOLDS, mean, std)
    assert found.fractions == pytest.approx([float(exact(t)) for t in THRESHOLDS], rel=1e-10)
    assert found.moments.saturated_fraction == found.fractions[0]
    assert not any("share" in note for note in found.notes), found.notes


def test_a_period_as_wide_as_the_law_tells_nothing():
    assert math.isnan(share(scan(get("sin(x)")), 0.1, 0.0, 2.0))
    assert share(scan(get("sin(x)")), 0.1, 0.0, 3.0 * math.pi) == pytest.approx(float(sine(0.1)), rel=1e-12)
