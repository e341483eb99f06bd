"""Where failures began in the first rows of an audit: as in those rows given as vectors, however rows are split."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz.analysis.softmax import audit as room
from actviz.analysis.softmax import sums
from actviz.analysis.softmax.audit import audit, merged
from actviz.analysis.softmax.beginnings import beginnings
from actviz.analysis.softmax.evaluations import evaluations
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.rounding import accumulator, rounding
from actviz.analysis.softmax.rows import columns, rows_in
from actviz.floats import ALL_DTYPES

INF = np.inf

KINDS = {
    Failure.LOGIT_OVERFLOW: [1.0, 2.0, 7e4],
    Failure.EXP_OVERFLOW: [1.0, 2.0, 12.0],
    Failure.SUM_OVERFLOW: [10.5, 10.5, 10.5],
    Failure.SHIFT_OVERFLOW: [3.0, 6e4, -6e4],
    Failure.VANISHED: [3.0, -30.0, -20.0],
    Failure.ALL_VANISHED: [-30.0, -25.0, -40.0],
    Failure.LOST_DIGITS: [-15.0, -16.0, -15.5],
}
"""Rows that float16 fails, each its own way."""


def same_beginnings(x: np.ndarray, name: str) -> set[Failure]:
    """Compare what an audit says with the evaluations of its first rows; the failures that were seen."""
    found = merged(audit(x[3:], [name], first=3), audit(x[:3], [name])) if len(x) > 3 else audit(x, [name])
    said = beginnings(found.counts, found.firsts)
    assert set(said) == {c for c in found.counts if c.failure}
    for c, at in said.items():
        of_row = evaluations(x[c.first : c.first + 1].astype(np.float64), name, c.accumulate)
        e = next(e for e in of_row if e.name == c.evaluation)
        assert (e.failure[0], e.began[0]) == (c.failure, at), (c, at, x[c.first].tolist(), e.failure, e.began)
    return {c.failure for c in said}


def test_each_failure_has_its_own_place():
    for failure, row in KINDS.items():
        assert failure in same_beginnings(np.array([[0.0, 0.0, 0.0], row]), "float16"), failure


@settings(max_examples=40)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 2, 3, 17, 300]),
    st.sampled_from(ALL_DTYPES),
    st.sampled_from(["float32", "float64"]),
)
def test_any_rows(seed, n, name, given_in):
    random = np.random.default_rng(seed)
    x = random.normal(size=(9, n)) * 10.0 ** random.uniform(-2, 2, size=(9, 1))
    x += random.choice([0.0, 11.0, -15.0, 80.0, -90.0, 6e4], size=(9, 1))
    x[:, 1:][random.random((9, n - 1)) < 0.1] = -INF
    same_beginnings(x.astype(given_in), name)


def test_blocks_keep_no_more_rows_than_are_first(monkeypatch):
    x = np.random.default_rng(1).normal(size=(200, 5)) * 12
    monkeypatch.setattr(room, "BLOCK", 5)
    monkeypatch.setattr(room, "TOGETHER", 1)
    found = audit(x, ["float16"])
    assert sorted(found.firsts) == sorted({c.first for c in found.counts if c.failure})
    for row, logits in found.firsts.items():
        assert np.array_equal(logits, x[row]), row


@pytest.mark.parametrize("name", ALL_DTYPES)
@pytest.mark.parametrize("kept", ["native", "wide"])
def test_a_few_rows_are_summed_as_many_are(monkeypatch, name, kept):
    x = np.random.default_rng(2).normal(size=(6, 90)) * np.array([[0.1], [1], [3], [9], [30], [500]])
    x[:, 4::7] = -INF
    x[3, :5] = -INF
    rows = rows_in(columns(x), rounding(name))
    into = accumulator(rows.r, kept)
    with np.errstate(all="ignore"):
        terms = rows.r.exp(rows.x)
        few = sums.partial(terms, into), sums.online_partial(rows.x, rows.masked, rows.r, into)
        ends = sums.summed(terms, into), sums.online_summed(rows.x, rows.masked, rows.r, into)
        monkeypatch.setattr(sums, "MANY", 1)
        many = sums.partial(terms, into), sums.online_partial(rows.x, rows.masked, rows.r, into)
    for got, want, end in zip(few, many, ends, strict=True):
        assert got.shape == x.T.shape
        assert np.array_equal(got, want, equal_nan=True), np.argwhere(got != want)[:3]
        assert np.array_equal(got[-1], end, equal_nan=True)
