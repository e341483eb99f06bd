"""What is called safe is safe: no row breaks there, and rows of equal logits break just beyond."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from actviz.analysis.softmax.advice import GOALS, advice, safety
from actviz.analysis.softmax.advice import advised as advised_of
from actviz.analysis.softmax.audit import audit
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.logits import prepared
from actviz.analysis.softmax.masks import masked
from actviz.analysis.softmax.reach import Steps, as_audited, joined, reach
from actviz.floats import ALL_DTYPES

each = pytest.mark.parametrize("name", ALL_DTYPES)

EVALUATION = {"naive": ("naive",), "shifted": ("shifted", "log_softmax"), "positive": ("shifted",)}


def reached(x, name, goal, judged="native"):
    """Whether no row of logits misses the goal."""
    found = audit(x, [name], judged=judged)
    if goal == "positive" and Failure.VANISHED in found.failures(name, "shifted"):
        return False
    return not any(found.broken(name, evaluation) for evaluation in EVALUATION[goal])


def advised(x, names, judged="native"):
    """The advice on rows of logits in these dtypes."""
    found = audit(x, names, judged=judged)
    return advice(found, names, [advised_of(found, goals) for goals in (safety(found, n) for n in names) if goals])


@each
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("spread", [0.5, 6.0, 200.0, 5e4])
def test_what_is_called_safe_is(name, seed, spread):
    x = np.random.default_rng(seed).normal(size=(40, 25)) * spread - seed
    for found in safety(audit(x, [name]), name):
        if 0 < found.temperature < math.inf:
            assert reached(prepared(x, temperature=found.temperature), name, found.goal), found
        if 0 < found.scale < math.inf:
            assert reached(prepared(x, scale=found.scale), name, found.goal), found
        if 0 < found.softcap < math.inf:
            assert reached(prepared(x, softcap=found.softcap), name, found.goal), found
        assert not found.reached or reached(x, name, found.goal), found


@each
def test_equal_logits_break_just_beyond(name):
    x = np.full((1, 30), 100.0)
    naive = safety(audit(x, [name]), name)[0]
    assert reached(x / naive.temperature, name, "naive")
    assert not reached(x / math.nextafter(naive.temperature, 0.0), name, "naive")
    assert not reached(x * math.nextafter(naive.scale, math.inf), name, "naive")
    if naive.softcap < math.inf:
        assert not reached(prepared(x, softcap=naive.softcap * 1.01 + 1e-9), name, "naive")


PRESENT = (Steps(temperature=0.5), Steps(scale=0.125), Steps(softcap=20.0), Steps(3.0, 8.0, 0.7))


@pytest.mark.parametrize("present", PRESENT)
@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("name", ["float16", "bfloat16", "float8_e4m3fn"])
def test_what_is_advised_is_to_be_typed_in_place_of_the_present(name, biased, present):
    random = np.random.default_rng(4)
    given = random.normal(size=(40, 25)) * 30.0
    mask = random.normal(size=given.shape) * (3.0 if biased else 0.0)
    mask[random.random(given.shape) < 0.2] = np.finfo(np.float16).min

    def under(steps):
        return masked(steps.of(given), mask)

    x = under(present)
    for found in safety(audit(x, [name]), name, reach(given, x, present), present):
        tried = {"temperature": found.temperature, "scale": found.scale, "softcap": found.softcap}
        for option, value in tried.items():
            if 0 < value < math.inf:
                assert reached(under(replace(present, **{option: value})), name, found.goal), (option, found)
        assert not found.reached or reached(x, name, found.goal), found
        if not biased and found.goal == "naive" and math.isfinite(found.temperature):
            assert not reached(under(replace(present, temperature=found.temperature / 3)), name, "naive"), found


def test_extremes_before_anything_is_done_join():
    x = np.random.default_rng(6).normal(size=(20, 5))
    x[3, 2], x[5], x[7, 0] = -math.inf, -math.inf, math.nan
    steps = Steps(scale=2.0, temperature=0.3)
    done = steps.of(x)
    parts = reach(x[:6], done[:6], steps), reach(x[6:], done[6:], steps)
    assert joined(*parts) == reach(x, done, steps) == as_audited(audit(x, ["float32"]))


def test_advice_tells_what_is_harmed_and_what_is_left_out():
    said = advised(np.array([[1000.0, 998, 994], [1, math.nan, 2], [2, 1, 0]]), ["bfloat16"])
    assert said.startswith("NaN or +inf in 1 of 3 rows comes out as NaN in any dtype; for the others, bfloat16 is safe")
    assert "loses half the digits in 1 of 2 rows" in said
    assert "makes a probability 0 in the only row" in advised(np.array([[40.0, 0.0]]), ["float16"])
    assert "float32" not in advised(np.zeros((1, 3000)), ["float8_e4m3fn"])  # there all are 0 in a sum kept in float32
    assert advised(np.zeros((1, 3000)), ["bfloat16"]) == (
        "bfloat16 is safe for these logits, even naively if the sum is kept in float32 (kept in bfloat16 it loses "
        "half the digits in the only row)."
    )


def test_a_wider_sum_is_no_cure_where_it_breaks_a_row():
    x = np.full((11, 3000), -math.inf)
    x[:10, :500] = 0.0
    x[10] = 0.0  # 1/3000 is 0 in float8, where a sum kept in it stops at 16
    assert "float32" not in advised(x, ["float8_e4m3fn"])
    assert "mend" not in advised(x, ["float8_e4m3fn"])
    assert advised(x, ["float8_e4m3fn"], "wide").startswith(
        "With sums kept in at least float32, float8_e4m3fn is not safe even with max-shift: no temperature is sure"
    )


def test_advice_follows_how_sums_are_kept():
    x = np.full((3, 1000), 5.0)
    assert advised(x, ["float16"]).endswith("is enough, and so is a sum kept in float32.")
    assert advised(x, ["float16", "float64"], "wide") == (
        "With sums kept in at least float32, float16 and float64 are safe for these logits, even naively."
    )
    assert audit(x, ["float16"]).worst[0].broken == 2  # naive and its logarithm
    assert audit(x, ["float16"], judged="wide").worst[0].broken == 0


@pytest.mark.parametrize("judged", ["native", "wide"])
@pytest.mark.parametrize("name", ["float8_e4m3fn", "float8_e5m2", "float16", "bfloat16"])
@pytest.mark.parametrize("length", [20, 900, 3000])
def test_rows_beyond_where_a_sum_stops_growing(name, length, judged):
    x = np.stack([np.full(length, 3.0), np.linspace(-4.0, 2.0, length)])
    for found in safety(audit(x, [name], judged=judged), name):
        assert not found.reached or reached(x, name, found.goal, judged), found
        for temperature in {found.temperature, 2 * found.temperature} - {0.0, math.inf}:
            assert reached(x / temperature, name, found.goal, judged), found
    positive = safety(audit(x, [name], judged=judged), name)[2]
    if judged == "native":
        assert positive.temperature < math.inf, positive  # the sum stops growing before 1/sum is 0


def test_a_temperature_near_the_edge_is_told():
    x = np.array([[1.75e308, 0.0], [0.0, 1.0]])
    assert "and is not sure to be at a temperature below 0.974), naively" in advised(x, ["float64"])
    assert "at a temperature below" not in advised(x / 2, ["float64"])


def test_a_logarithm_that_breaks_is_told_from_the_softmax():
    x = np.array([[1e308, -1e308]])
    assert "float64 is safe for these logits with max-shift, but not log-softmax: a temperature of 1.12" in (
        advised(x, ["float64"])
    )


def test_logits_of_zero_are_safe_at_any_temperature():
    for found in safety(audit(np.zeros((2, 3)), ["float16"]), "float16"):
        assert (found.temperature, found.scale, found.softcap) == (0.0, math.inf, math.inf), found
        assert found.goal in GOALS


def test_one_line_of_advice():
    x = np.full((4, 8), -3.0)
    x[:, 0] = 40.0
    said = advised(x, ["float16", "bfloat16"])
    assert "bfloat16 is safe for these logits, even naively" in said
    assert "float16 is safe for these logits with max-shift (though it makes a probability 0 in 4 of 4 rows)" in said
    assert "naively a temperature of 4.44 or a softcap of 9.01 is enough" in said
    assert said.count("is enough") == 1
    assert "\n" not in said
    assert advised(x, ["bfloat16", "float32", "float64"]) == (
        "bfloat16, float32 and float64 are safe for these logits, even naively."
    )
    assert "float16 is not safe even with max-shift" in advised(x * 1e4, ["float16"])
    assert "No row has a softmax" in advised(np.full((1, 2), -math.inf), ["float16"])
