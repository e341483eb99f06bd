"""The hardest values that are safe: the audit finds no miss there nor at softer ones, and one at the next harder."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from actviz.analysis.softmax import descent, totals
from actviz.analysis.softmax.audit import audit
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.knobs import DECADE, HARDEST, NONE, SOFTEST, values
from actviz.analysis.softmax.logits import KNOBS, Steps
from actviz.analysis.softmax.masks import masked
from actviz.analysis.softmax.safety import MISSED, UNTOLD, lowered, marked, safety, told, unknown
from actviz.analysis.softmax.spans import GOALS, given
from actviz.errors import BadInput
from actviz.floats import ALL_DTYPES

EVALUATIONS = {"naive": ("naive",), "shifted": ("shifted", "log_softmax"), "positive": ("shifted",)}

STEPS = (Steps(), Steps(temperature=0.5), Steps(scale=0.125), Steps(softcap=20.0), Steps(3.0, 8.0, 0.7))

SOFTER = (0, 1, 2, 7, 60, 500, 4_000, 30_000, DECADE, 3 * DECADE)
"""How many places softer than the hardest are looked at."""


def reached(x, name, goal, judged):
    """Whether no row of logits misses the goal, by the audit."""
    found = audit(x, [name], judged=judged)
    if goal == "positive" and Failure.VANISHED in found.failures(name, "shifted"):
        return False
    return not any(found.broken(name, evaluation) for evaluation in EVALUATIONS[goal])


def under(x, mask, steps):
    """The logits once all is done to them."""
    y = steps.of(x.astype(np.float64)) if steps.changes else x
    return y if mask is None else masked(y, mask)


def a_mask(random, kind, shape):
    """Flags, numbers that hide, or numbers that move logits; or nothing."""
    keep = random.random(shape) < 0.7
    keep[:, 0] = True
    match kind:
        case "flags":
            return keep
        case "hides":
            return np.where(keep, 0.0, -1e4)
        case "moves":
            return np.where(keep, random.normal(size=shape) * 3.0, -1e4)
    return None


@settings(max_examples=30, deadline=None)
@over(
    seed=st.integers(0, 2**32 - 1),
    name=st.sampled_from(ALL_DTYPES),
    judged=st.sampled_from(["native", "wide"]),
    steps=st.sampled_from(STEPS),
    mask=st.sampled_from(["flags", "hides", "moves", ""]),
    rows=st.integers(1, 6),
    length=st.sampled_from([1, 2, 7, 40, 200]),
    spread=st.floats(-1.0, 3.0),
)
def test_what_is_safe_is_and_what_is_next_is_not(seed, name, judged, steps, mask, rows, length, spread):
    random = np.random.default_rng(seed)
    x = (random.normal(size=(rows, length)) * 10.0**spread).astype(np.float32)
    added = a_mask(random, mask, x.shape)
    y = under(x, added, steps)
    found = lowered(unknown(1), given(x, added, steps, y), [name], judged)
    order = random.permutation(rows)
    parts = unknown(1)
    for part in np.array_split(order, 3):
        some = None if added is None else added[part]
        parts = lowered(parts, given(x[part], some, steps, y[part]), [name], judged)
    assert found.tolist() == parts.tolist()
    for goal, marks in zip(GOALS, found[0].tolist(), strict=True):
        for knob, (place, ending) in zip(KNOBS, map(told, marks), strict=True):
            assert ending != UNTOLD, (goal, knob)
            about = (goal, knob, place)
            for softer in SOFTER:
                if SOFTEST <= place - softer <= place:
                    assert reached(turned(x, added, steps, knob, place - softer), name, goal, judged), (*about, softer)
            if place < HARDEST:
                assert missed_beyond(x, added, steps, knob, place, name, goal, judged), about


def turned(x, mask, steps, knob, place):
    """The logits with the knob at a place."""
    return under(x, mask, replace(steps, **{knob: float(values(knob, np.asarray([place]))[0])}))


def missed_beyond(x, mask, steps, knob, place, name, goal, judged):
    """Whether the next harder value misses the goal, or takes a logit beyond float64."""
    try:
        harder = turned(x, mask, steps, knob, place + 1)
    except BadInput:
        return True
    return not reached(harder, name, goal, judged)


@pytest.mark.parametrize(
    ("x", "name"),
    [
        ([[9000.0, 8991.0]], "float16"),
        ([[9000.0, 8991.0]], "bfloat16"),
        ([[-800.0, -801.0]], "float16"),
        (50.0 + 1e-3 * np.random.default_rng(0).normal(size=(20, 9)), "bfloat16"),
        (20.0 + np.random.default_rng(4).normal(size=(30, 6)), "float8_e4m3fn"),
        (-30.0 + np.random.default_rng(4).normal(size=(20, 8)), "float8_e5m2"),
    ],
)
def test_logits_that_are_large_for_the_dtype_are_told_to_the_last_digit(x, name):
    x = np.asarray(x)
    for knob, mark in zip(KNOBS, lowered(unknown(1), given(x, None, Steps(), x), [name], "native")[0, 2], strict=True):
        place, ending = told(int(mark))
        assert ending == MISSED, (knob, place)
        if place < HARDEST:
            assert reached(turned(x, None, Steps(), knob, place), name, "positive", "native"), (knob, place)
            assert not reached(turned(x, None, Steps(), knob, place + 1), name, "positive", "native"), (knob, place)


def test_what_takes_too_many_sums_is_a_bound_and_is_called_one(monkeypatch):
    for bound in ("SUMS", "FEWEST", "LOGITS"):
        monkeypatch.setattr(descent, bound, 0)
    x = np.log(16.0) + 1e-3 * np.random.default_rng(3).normal(size=(40, 300))
    marks = lowered(unknown(1), given(x, None, Steps(), x), ["float16"], "native")
    assert safety(marks, ["float16"])[0][2].bounds == ("temperature", "scale")
    place, ending = told(int(marks[0, 2, 0]))
    assert ending == UNTOLD
    for softer in SOFTER:
        assert reached(turned(x, None, Steps(), "temperature", place - softer), "float16", "positive", "native"), softer


def test_a_value_that_is_refused_is_not_named():
    x = np.array([[0.0, -20.0], [1.0, -3.0]])
    naive, _, _ = safety(lowered(unknown(1), given(x[:1], None, Steps(), x[:1]), ["float16"], "native"), ["float16"])[0]
    assert (naive.temperature, naive.scale, naive.softcap) == (0.0, math.inf, math.inf)
    x = np.array([[1e308, -1e308, 1.7e308], [1.0, 2.0, 3.0]])
    naive, _, _ = safety(lowered(unknown(1), given(x, None, Steps(), x), ["float16"], "native"), ["float16"])[0]
    assert 1.5e307 < naive.temperature < 1.65e307
    assert reached(x / naive.temperature, "float16", "naive", "native")


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32", "float8_e4m3fn"])
def test_long_rows_are_summed_as_short_ones(monkeypatch, name):
    x = np.random.default_rng(8).normal(size=(3, 3000)) * [[0.5], [2.0], [9.0]]
    want = lowered(unknown(1), given(x, None, Steps(), x), [name], "native")
    monkeypatch.setattr(totals, "LONG", 1)
    monkeypatch.setattr(descent, "LONG", 1)
    assert lowered(unknown(1), given(x, None, Steps(), x), [name], "native").tolist() == want.tolist()


@pytest.mark.parametrize("name", ALL_DTYPES)
def test_a_tenth_of_a_percent_more_breaks(name):
    x = np.random.default_rng(5).normal(size=(8, 60)) * 100.0
    (found,) = safety(lowered(unknown(1), given(x, None, Steps(), x), [name], "native"), [name])
    assert reached(x / found[0].temperature, name, "naive", "native"), found[0]
    assert not reached(x / (0.999 * found[0].temperature), name, "naive", "native"), found[0]
    assert not reached(x * (1.001 * found[0].scale), name, "naive", "native"), found[0]


def test_logits_of_zero_are_safe_at_any_value():
    x = np.zeros((2, 3))
    for goal in safety(lowered(unknown(1), given(x, None, Steps(), x), ["float16"], "native"), ["float16"])[0]:
        assert (goal.temperature, goal.scale, goal.softcap) == (0.0, math.inf, math.inf), goal


def test_equal_logits_that_share_out_nothing_but_0_are_safe_at_none():
    x = np.zeros((1, 3000))  # 1/3000 is 0 in float8, where the sum is kept in float32
    found = lowered(unknown(1), given(x, None, Steps(), x), ["float8_e4m3fn"], "wide")
    assert (found == marked(NONE, MISSED)).all(), found
    assert [s.temperature for s in safety(found, ["float8_e4m3fn"])[0]] == [math.inf] * 3


def test_values_are_numbers_as_they_are_typed():
    places = np.asarray([0, -1, 1, DECADE, 12_345 - 10_000 - 300 * DECADE, 300 * DECADE + 1])
    assert values("scale", places).tolist() == [1.0, 0.99999, 1.0001, 10.0, 1.2345e-300, 1.0001e300]
    assert values("temperature", -places).tolist() == values("scale", places).tolist()


def test_rows_without_a_softmax_are_left_out():
    x = np.array([[math.nan, 1.0], [-math.inf, -math.inf], [math.inf, 0.0]])
    found = lowered(unknown(1), given(x, None, Steps(), x), ["float16"], "native")
    assert (found == unknown(1)).all(), found
