"""What is called safe is safe: no row breaks there, and rows of equal logits break just beyond."""

from __future__ import annotations

import math

import numpy as np
import pytest

from actviz.analysis.softmax.advice import GOALS, advice, safety
from actviz.analysis.softmax.audit import audit
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.logits import prepared
from actviz.floats import ALL_DTYPES

each = pytest.mark.parametrize("name", ALL_DTYPES)

EVALUATION = {"naive": ("naive",), "shifted": ("shifted", "log_softmax"), "positive": ("shifted",)}


def reached(x, name, goal):
    """Whether no row of logits misses the goal."""
    found = audit(x, [name])
    vanished = [c for c in found.counts if c.evaluation == "shifted" and c.accumulate == "native"]
    if goal == "positive" and any(c.failure == Failure.VANISHED for c in vanished):
        return False
    return not any(found.broken(name, evaluation) for evaluation in EVALUATION[goal])


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


def test_logits_of_zero_are_safe_at_any_temperature():
    for found in safety(audit(np.zeros((2, 3)), ["float16"]), "float16"):
        assert (found.temperature, found.scale, found.softcap) == (0.0, math.inf, math.inf), found
        assert found.goal in GOALS


def test_one_line_of_advice():
    x = np.full((4, 8), -3.0)
    x[:, 0] = 40.0
    said = advice(audit(x, ["float16", "bfloat16"]))
    assert "bfloat16 is safe for these logits, even naively" in said
    assert "float16 is safe for these logits with max-shift, naively it needs a temperature of at least" in said
    assert "softcap of at most" in said
    assert "\n" not in said
    assert "float16 is not safe even with max-shift" in advice(audit(x * 1e4, ["float16"]))
    assert "No row has a softmax" in advice(audit(np.full((1, 2), -math.inf), ["float16"]))
