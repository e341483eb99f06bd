"""The runs of floats that are counted: by the kernel itself at every end, and of Saturation's own intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from cases import variants
from observed import THRESHOLDS, probed

from actviz.activation import Activation
from actviz.analysis.data.probes import MOST_UNITS, checked_units, edges, probe
from actviz.analysis.roots import LARGEST
from actviz.analysis.saturation.saturation import saturation
from actviz.errors import BadInput
from actviz.resolve import get

LABELS = [a.label for a in variants()]


@pytest.mark.parametrize("label", LABELS)
def test_runs_hold_to_their_very_ends_and_no_further(label):
    found = probed(label)
    slope = found.activation.derivative
    for bound, runs in zip(found.bounds, found.runs or (), strict=False):
        for run in runs:
            assert run.low <= run.high
            inside = np.clip(np.linspace(run.low / 2, run.high / 2, 9) * 2, run.low, run.high)
            assert (np.abs(slope(np.asarray([run.low, run.high]))) <= bound).all(), (bound, run)
            doubtful = np.abs(np.abs(slope(inside)) - bound) <= 4 * math.ulp(bound)
            assert ((np.abs(slope(inside)) <= bound) | doubtful).all(), (bound, run)
            outside = (math.nextafter(run.low, -math.inf), math.nextafter(run.high, math.inf))
            for x in filter(math.isfinite, outside):
                assert not abs(slope(x)) <= bound, (bound, run, x)


@pytest.mark.parametrize("label", LABELS)
def test_intervals_are_those_of_saturation(label):
    found = probed(label)
    if found.runs is None:
        assert found.intervals == ((),) * len(THRESHOLDS)
        return
    assert found.intervals == saturation(found.activation, THRESHOLDS).saturated


def test_a_function_of_many_waves_is_counted_by_its_slope():
    assert probed("snake").runs is None
    assert probed("sin(40*x)").runs is None
    assert probed("sigmoid").runs is not None


STRAIGHT = {
    "relu": [(-LARGEST, 0.0, 0.0), (5e-324, LARGEST, 1.0)],
    "identity": [(-LARGEST, LARGEST, 1.0)],
    "hard_tanh": [(-LARGEST, -1.0, 0.0), (math.nextafter(-1, 0), 1.0, 1.0), (math.nextafter(1, 2), LARGEST, 0.0)],
    "step": [(-LARGEST, LARGEST, 0.0)],
    "leaky_relu:negative_slope=0.3": [(-LARGEST, 0.0, 0.3), (5e-324, LARGEST, 1.0)],
    "x if x < 1 else 3*x": [
        (-LARGEST, math.nextafter(1, 0), 1.0),
        (1.0, LARGEST, 3.0),
    ],
}


@pytest.mark.parametrize("label", STRAIGHT)
def test_straight_pieces_are_known(label):
    assert [(p.low, p.high, p.slope) for p in probed(label).levels] == STRAIGHT[label]


@pytest.mark.parametrize("label", LABELS)
def test_levels_are_the_slopes_of_all_numbers(label):
    found = probed(label)
    random = np.random.default_rng(3)
    far = np.ldexp(1.0, random.integers(-1060, 1023, 300)) * random.choice([-1.0, 1.0], 300)
    kinks = [k.x for k in found.activation.kinks(*found.activation.values)]
    x = np.concatenate([random.standard_normal(3000) * 5, far, kinks, np.nextafter(kinks, 9), np.nextafter(kinks, -9)])
    slope = found.activation.derivative(x)
    told = np.full(x.size, np.nan)
    for level in found.levels:
        told[(x >= level.low) & (x <= level.high)] = level.slope
    if found.levels:
        assert (told == slope).all(), (x[told != slope][:5], told[told != slope][:5], slope[told != slope][:5])
    else:
        assert len(np.unique(slope)) > 2, np.unique(slope)


def test_edges_ascend_and_are_shared():
    both = (probed("relu"), probed("hard_tanh"), probed("relu"))
    found = edges(both)
    assert (np.diff(found) > 0).all()
    assert set(edges(both[:1])) == {0.0}
    assert edges(()).size == 0


def test_thresholds_are_checked():
    activation = get("relu")
    assert isinstance(activation, Activation)
    with pytest.raises(BadInput, match="above 0"):
        probe(activation, (0.1, -1.0))


def test_too_many_units_are_refused():
    assert checked_units(MOST_UNITS) == MOST_UNITS
    with pytest.raises(BadInput, match="65,537 units; at most 65,536"):
        checked_units(MOST_UNITS + 1)
