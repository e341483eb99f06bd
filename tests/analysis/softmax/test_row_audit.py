"""Audits of rows: the same verdicts as the evaluations give one by one, and the same counts however rows are split."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roundings import kind_of

import actviz
from actviz.analysis.softmax import audit as room
from actviz.analysis.softmax.audit import audit, merged
from actviz.analysis.softmax.digits import Truth, truth
from actviz.analysis.softmax.evaluations import evaluations
from actviz.analysis.softmax.exact import exact
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.rounding import rounding
from actviz.analysis.softmax.rows import columns, rows_in
from actviz.analysis.softmax.verdicts import verdicts
from actviz.floats import ALL_DTYPES

INF = math.inf

each = pytest.mark.parametrize("name", ALL_DTYPES)


def mixed(seed: int, rows: int, n: int) -> np.ndarray:
    """Rows of many spreads and offsets, some logits masked."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, n)) * 10.0 ** random.uniform(-2, 3, size=(rows, 1))
    x += random.choice([0.0, 0.0, 5.0, 11.0, -15.0, 80.0, -90.0, 700.0, 6e4], size=(rows, 1))
    x[:, 1:][random.random((rows, n - 1)) < 0.05] = -INF
    return x


@each
@pytest.mark.parametrize("n", [1, 2, 30, 300])
def test_verdicts_are_those_of_the_evaluations(name, n):
    same_verdicts(mixed(n, 150, n), name)


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 2, 3, 5, 17, 64, 700]),
    st.sampled_from(ALL_DTYPES),
    st.sampled_from(["float16", "bfloat16", "float32", "float64"]),
)
def test_verdicts_on_any_rows(seed, n, name, given_in):
    x = mixed(seed, 20, n).astype(kind_of(given_in)).astype(np.float64)
    x[x == INF] = 1.0
    same_verdicts(x if given_in == "float64" else x.astype(np.float32), name)


@each
def test_verdicts_where_half_the_digits_are_nearly_lost(name):
    near = np.exp(-math.log(2) * rounding(name).precision / 2) * np.linspace(0.5, 2.0, 80)
    for rest in (near, near**2):  # what is beside the largest term, of which log-softmax is left with half the digits
        rows = np.zeros((80, 3))
        rows[:, 1:] = np.log(rest)[:, np.newaxis] - math.log(2)
        same_verdicts(rows, name)
        same_verdicts(rows - 16.3, name)


def same_verdicts(x, name):
    """Compare an audit's verdicts on the rows `x` with those of the evaluations, value by value."""
    with np.errstate(all="ignore"):
        whole = columns(x)
        found, _ = verdicts(rows_in(whole, rounding(name)), truth(whole))
    assert len(found) == (6 if name in ("float32", "float64") else 12)
    wide = x.astype(np.float64)
    wanted = {way: evaluations(wide, name, way, exact(wide)) for way in ("native", "wide")}
    for v in found:
        e = next(e for e in wanted[v.accumulate] if e.name == v.evaluation)
        wrong = np.flatnonzero(v.failure != e.failure)
        told = (v.evaluation, v.accumulate, x[wrong[:1]], v.failure[wrong[:3]], e.failure[wrong[:3]], e.ulp[wrong[:3]])
        assert not wrong.size, told


def test_a_row_on_the_edge_is_decided_in_double_double(monkeypatch):
    x = np.random.default_rng(3).normal(size=(400, 6)) * 4
    with np.errstate(all="ignore"):
        whole = columns(x)
        rows = rows_in(whole, rounding("bfloat16"))
        plain = verdicts(rows, truth(whole))[0]
        monkeypatch.setattr(Truth, "blur", lambda self, r: 1e9)  # float64 settles nothing
        for got, want in zip(verdicts(rows, truth(whole))[0], plain, strict=True):
            assert (got.failure == want.failure).all(), (got.evaluation, got.failure, want.failure)
    assert sum(int((v.failure == Failure.LOST_DIGITS).sum()) for v in plain) > 100


def test_rows_that_hold_no_right_digit():
    codes = {(c.evaluation, c.failure): c.rows for c in audit(np.array([[1000.0, 998, 994]] * 3), ["bfloat16"]).counts}
    for evaluation in ("shifted", "log_softmax", "division_free", "online"):
        assert codes[evaluation, Failure.LOST_DIGITS] == 3, codes
    naive = {c.evaluation: c.failure for c in audit(np.array([[-16.0, -17.0]]), ["float16"]).counts}
    assert naive["naive"] == naive["log_naive"] == Failure.LOST_DIGITS
    assert naive["shifted"] == Failure.OK


def test_nothing_but_0_is_broken():
    found = audit(np.zeros((2, 3000)), ["float8_e4m3fn"])
    for evaluation in ("naive", "shifted", "division_free", "online", "log_naive"):
        assert found.broken("float8_e4m3fn", evaluation, "wide") == 2, evaluation
    e = next(e for e in evaluations(np.zeros((1, 3000)), "float8_e4m3fn", "wide") if e.name == "shifted")
    assert e.failure.tolist() == [Failure.ALL_ZERO]
    assert not e.values.any()


def test_the_first_row_of_each_kind_and_those_of_no_number():
    x = np.zeros((9, 3))
    x[4, 0], x[6, 0] = 20.0, 15.0
    x[2, 1], x[8, 1] = np.nan, INF
    found = audit(x, ["float16"], first=100)
    firsts = {c.failure: c.first for c in found.counts if c.evaluation == "naive" and c.accumulate == "native"}
    assert firsts == {Failure.OK: 100, Failure.EXP_OVERFLOW: 104}
    assert found.invalid_rows == (102, 108)


@pytest.mark.parametrize("name", ["float32", "float16", "float8_e5m2"])
def test_few_long_rows_are_summed_as_many_are(name):
    random = np.random.default_rng(5)
    long = np.concatenate([random.normal(size=(3, 900)), np.sort(random.normal(size=(1, 900)))])
    long[0, :3] = -INF
    found = audit(np.tile(long, (40, 1)), [name])  # enough rows to be summed step by step
    alone = audit(long, [name])
    assert [(c.evaluation, c.failure, c.rows) for c in found.counts] == [
        (c.evaluation, c.failure, 40 * c.rows) for c in alone.counts
    ]
    assert found.losses == alone.losses


@pytest.mark.parametrize(("name", "n"), [("float16", 4000), ("bfloat16", 600), ("float8_e4m3fn", 60)])
def test_a_sum_that_stopped_growing_is_lost_digits(name, n):
    found = audit(np.zeros((3, n), dtype=np.float32), [name])
    codes = {(c.evaluation, c.accumulate): (c.failure, c.rows) for c in found.counts if c.failure}
    for evaluation in ("shifted", "log_softmax", "division_free", "online"):
        assert codes.get((evaluation, "native"), (Failure.LOST_DIGITS, 3)) == (Failure.LOST_DIGITS, 3)
    assert codes["shifted", "native"] == (Failure.LOST_DIGITS, 3)
    assert not [key for key in codes if key[1] == "wide"], codes
    stops = {"float16": 2048, "bfloat16": 256, "float8_e4m3fn": 16}[name]
    assert found.losses[0].total == (n - stops) / n
    assert found.broken(name, "shifted") == 0


@pytest.mark.parametrize("given_in", ["float16", "bfloat16", "float32", "float64"])
def test_extremes_against_numpy(given_in):
    x = mixed(2, 200, 40).astype(kind_of(given_in))
    x[5], x[6, 3], x[7, 2] = -INF, np.nan, INF
    wide = x.astype(np.float64)
    good = np.isfinite(wide).any(axis=1) & (wide < INF).all(axis=1)
    kept = np.where(np.isneginf(wide), np.nan, wide)[good]
    found = audit(x, ["float32"])
    assert (found.rows, found.masked, found.valid) == (200, int(np.isneginf(wide).all(axis=1).sum()), int(good.sum()))
    assert found.masked_logits == int(np.isnan(kept).sum())
    top, least = np.nanmax(kept, axis=1), np.nanmin(kept, axis=1)
    want = (top.max(), least.min(), top.min(), (top - least).max())
    assert (found.largest, found.smallest, found.lowest_top, found.spread) == want


@pytest.mark.parametrize("kind", ["int8", "uint16", "int32", "int64", "uint64"])
def test_whole_numbers_are_taken_exactly(kind):
    x = np.array([[100, 3, 0], [1, 2, 120]]).astype(kind)
    assert audit(x, ["float16", "float64"]) == audit(x.astype(np.float64), ["float16", "float64"])
    if x.itemsize > 2:
        assert audit(x + 2**24 + 1, ["float32"]).largest == 2.0**24 + 121


def by_rows(x, names, cuts, order):
    """The audit of pieces, merged in some order."""
    bounds = [0, *sorted(cuts), len(x)]
    parts = [audit(x[a:b], names, a) for a, b in pairwise(bounds) if a < b]
    order.shuffle(parts)
    whole = parts[0]
    for part in parts[1:]:
        whole = merged(whole, part)
    return whole


@settings(max_examples=15)
@given(st.lists(st.integers(1, 59), max_size=5, unique=True), st.randoms(use_true_random=False))
def test_any_split_in_any_order_is_the_whole(cuts, order):
    x = mixed(11, 60, 12)
    x[3], x[17, 2] = -INF, np.nan
    names = ("float16", "float8_e4m3fn", "float32")
    assert by_rows(x, names, cuts, order) == audit(x, names)


@pytest.mark.parametrize("block", [1, 12, 100, 250])
def test_any_block_size_gives_the_same(monkeypatch, block):
    x = mixed(12, 24, 12)
    whole = audit(x, ALL_DTYPES)
    monkeypatch.setattr(room, "BLOCK", block)
    monkeypatch.setattr(room, "MOST", block)
    assert audit(x, ALL_DTYPES) == whole


def test_every_valid_row_is_counted_once_by_each_evaluation():
    x = mixed(13, 90, 20)
    x[0] = -INF
    found = audit(x, ("float16", "float64"))
    totals = Counter()
    for c in found.counts:
        totals[c.dtype, c.evaluation, c.accumulate] += c.rows
    assert len(totals) == 18
    assert set(totals.values()) == {found.valid}


def test_the_worst_rows_come_first():
    x = np.zeros((30, 3))
    x[7], x[21], x[4] = [20.0, 0, 0], [1000.0, 0, -5], [13.0, 0, 0]
    found = audit(x, ["float16", "float32"], first=100)
    assert [w.row for w in found.worst[:4]] == [121, 107, 104, 100]
    assert [w.broken for w in found.worst[:4]] == [4, 2, 2, 0]
    assert (found.worst[0].size, found.worst[0].spread) == (1000.0, 1005.0)
    assert len(found.worst) == 10


def test_how_far_a_dtype_moves_logits():
    x = np.array([[1000.3, 998.0, -INF], [2.0, 1e6, 0.0]], dtype=np.float32)
    losses = {loss.dtype: loss.logit for loss in audit(x[:1], ALL_DTYPES).losses}
    for name in ("float8_e5m2", "float16", "bfloat16"):
        held = x[0, :2].astype(kind_of(name)).astype(np.float32)
        assert losses[name] == float(np.abs(held - x[0, :2]).max())
    assert losses["float32"] == losses["float64"] == 0
    assert audit(x[1:].astype(ml_dtypes.bfloat16), ["float16"]).losses[0].logit == 0  # 1e6 is not held at all


def test_no_valid_row():
    found = audit(np.full((4, 3), -INF), ["float16"])
    assert (found.masked, found.valid, found.counts, found.worst) == (4, 0, (), ())
    other = audit(np.zeros((1, 3)), ["float16"], first=4)
    assert merged(found, other).valid == 1
    assert merged(found, other).largest == 0


@pytest.mark.parametrize("x", [np.zeros(3), np.zeros((0, 3)), np.zeros((3, 0))])
def test_refusals(x):
    with pytest.raises(actviz.BadInput, match="rows of at least one logit"):
        audit(x, ["float16"])


def test_rows_of_different_lengths_do_not_merge():
    with pytest.raises(actviz.BadInput, match="rows of 2 and of 3"):
        merged(audit(np.zeros((1, 2)), ["float16"]), audit(np.zeros((1, 3)), ["float16"]))
