"""The line of advice: what is safe, what is harmed, what the others need."""

from __future__ import annotations

import math

import numpy as np

from actviz.analysis.softmax.advice import advice
from actviz.analysis.softmax.advice import advised as advised_of
from actviz.analysis.softmax.audit import audit
from actviz.analysis.softmax.logits import Steps
from actviz.analysis.softmax.safety import lowered, safety, unknown
from actviz.analysis.softmax.spans import given


def advised(x, names, judged="native"):
    """The advice on rows of logits in these dtypes."""
    found = audit(x, names, judged=judged)
    hardest = lowered(unknown(len(names)), given(x, None, Steps(), x), names, judged)
    return advice(found, names, [advised_of(found, goals) for goals in safety(hardest, names) if found.valid])


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
    assert "breaks" not in advised(x, ["float8_e4m3fn"])
    assert advised(x, ["float8_e4m3fn"], "wide").startswith(
        "With sums kept in at least float32, float8_e4m3fn is not safe even with max-shift: this breaks at high "
        "temperatures too"
    )


def test_advice_follows_how_sums_are_kept():
    x = np.full((3, 1000), 5.0)
    assert advised(x, ["float16"]).endswith(" or a sum kept in float32.")
    assert advised(x, ["float16", "float64"], "wide") == (
        "With sums kept in at least float32, float16 and float64 are safe for these logits, even naively."
    )
    assert audit(x, ["float16"]).worst[0].broken == 2  # naive and its logarithm
    assert audit(x, ["float16"], judged="wide").worst[0].broken == 0


def test_a_temperature_near_the_edge_is_told():
    x = np.array([[65000.0, 0.0], [0.0, 1.0]])
    assert "and is so only from a temperature of 0.99207 on), naively" in advised(x, ["float16"])
    assert "only from a temperature" not in advised(x / 2, ["float16"])
    assert "only from a temperature" not in advised(np.array([[1.75e308, 0.0]]), ["float64"])  # none lower is taken


def test_a_logarithm_that_breaks_is_told_from_the_softmax():
    x = np.array([[1e308, -1e308]])
    assert (
        "float64 is safe for these logits with max-shift, but not log-softmax: this needs a temperature of 1.1126 or"
        in (advised(x, ["float64"]))
    )


def test_naive_is_not_called_safe_without_a_word_on_its_logarithm():
    assert advised(np.array([[0.0, -20.0]]), ["float16"]) == (
        "float16 is safe for these logits, even naively (though it makes a probability 0 in the only row and breaks "
        "its log in the only row)."
    )


def test_one_line_of_advice():
    x = np.full((4, 8), -3.0)
    x[:, 0] = 40.0
    said = advised(x, ["float16", "bfloat16"])
    assert "bfloat16 is safe for these logits, even naively" in said
    assert "float16 is safe for these logits with max-shift (though it makes a probability 0 in 4 of 4 rows)" in said
    assert "naively (its log apart) this needs a temperature of 3.607 or a softcap of 11.106" in said
    assert said.count("needs") == 1
    assert "\n" not in said
    assert advised(x, ["bfloat16", "float32", "float64"]) == (
        "bfloat16, float32 and float64 are safe for these logits, even naively."
    )
    assert "float16 is not safe even with max-shift" in advised(x * 1e4, ["float16"])
    assert "No row has a softmax" in advised(np.full((1, 2), -math.inf), ["float16"])
