"""`actviz softmax-overflow --data` as a real process: counts, advice, the worst rows, refusals."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from process import actviz, refusal

from actviz.analysis.softmax.audit import audit
from actviz.analysis.softmax.failures import Failure

DTYPES = ("float16", "bfloat16", "float32", "float64")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Logits of (2, 30, 50), some of them beyond float16, one row masked, one with NaN."""
    x = np.random.default_rng(5).normal(size=(2, 30, 50)) * 4
    x[1, 7] += 40
    x[0, 3] = -math.inf
    x[1, 2, 9] = math.nan
    np.save(tmp_path / "x.npy", x.astype(np.float32))
    return tmp_path


def document(folder: Path, *arguments: str) -> dict:
    done = actviz("softmax-overflow", "--format", "json", *arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found: dict = json.loads(done.stdout)
    return found


def test_counts_are_those_of_the_audit(folder):
    got = document(folder, "--data", "x.npy")
    assert (got["logits"], got["results"]) == ([], [])
    (one,) = got["data"]
    x = np.load(folder / "x.npy").reshape(-1, 50)
    want = audit(x, DTYPES)
    assert (one["rows"], one["length"], one["masked_rows"], one["invalid_rows"]) == (60, 50, 1, 1)
    assert (one["largest"], one["smallest"]) == (want.largest, want.smallest)
    assert (one["lowest_maximum"], one["spread"]) == (want.lowest_top, want.spread)
    for result in one["results"]:
        for e in result["evaluations"]:
            failures = want.failures(result["dtype"], e["evaluation"], e["accumulate"])
            assert e["failures"] == {code.name.lower(): rows for code, rows in failures.items()}
            assert e["broken"] == sum(rows for code, rows in failures.items() if code.breaks)
            assert sum(e["failures"].values()) == 58
            assert list(e["began"]) == list(e["first"]) == [name for name in e["failures"] if name != "ok"]
        assert [(s["goal"], s["bounds"]) for s in result["safe"]] == [("naive", []), ("shifted", []), ("positive", [])]
    assert one["worst"][0]["index"] == [1, 7]
    assert one["worst"][0]["row"] == 37
    assert one["invalid"] == [{"row": 32, "index": [1, 2]}]
    assert "for the others, float16 is safe for these logits with max-shift" in one["advice"]


def test_the_logit_at_which_it_began_is_that_of_the_row_given_as_a_vector(folder):
    x = np.load(folder / "x.npy").reshape(-1, 50)
    (one,) = document(folder, "--data", "x.npy", "--dtype", "float16")["data"]
    naive = next(e for e in one["results"][0]["evaluations"] if e["evaluation"] == "naive")
    for failure, row in naive["first"].items():
        alone = document(folder, "--dtype", "float16", "--", *map(repr, x[row].tolist()))["results"][0]["evaluations"]
        wanted = next(e for e in alone if (e["evaluation"], e["accumulate"]) == ("naive", naive["accumulate"]))
        assert (wanted["failure"], wanted["began"]) == (failure, naive["began"][failure]), (failure, row)
    shown = actviz("softmax-overflow", "--data", "x.npy", "--dtype", "float16", cwd=folder).stdout
    broken = naive["first"]["exp_overflow"]
    index = ", ".join(map(str, divmod(broken, 30)))
    assert any(line.split()[:2] == ["float16", "naive"] and index in line for line in shown.splitlines()), shown
    assert naive["began"]["exp_overflow"] == int(np.argmax(x[broken].astype(np.float16) >= 11.09375)), naive


@pytest.mark.parametrize(
    ("numbers", "count"),
    [
        ([2**53, -(2**53), 0], 0),
        ([2**53 + 1, -(2**62), 0], 2),
        ([-(2**63), 0, 1], 1),
        (np.uint64([2**64 - 1, 1, 2]), 1),
    ],
)
def test_whole_numbers_beyond_float64_are_said_to_be_rounded(tmp_path, numbers, count):
    np.save(tmp_path / "x.npy", np.array([numbers]))
    (one,) = document(tmp_path, "--data", "x.npy", "--temperature", "7")["data"]
    assert one["rounded_logits"] == count
    shown = actviz("softmax-overflow", "--data", "x.npy", cwd=tmp_path).stdout
    assert ("2^53, rounded to float64" in shown) == (count > 0), shown


def test_the_temperature_it_names_is_enough(folder):
    half = document(folder, "--data", "x.npy", "--dtype", "float16")["data"][0]["results"][0]
    naive = half["safe"][0]
    for option in ("temperature", "scale", "softcap"):
        again = document(folder, "--data", "x.npy", "--dtype", "float16", f"--{option}", repr(naive[option]))
        counts = {e["evaluation"]: e["broken"] for e in again["data"][0]["results"][0]["evaluations"]}
        assert counts["naive"] == 0, option
    assert {e["evaluation"]: e["broken"] for e in half["evaluations"]}["naive"] > 0


def test_text_ends_with_the_advice(folder):
    done = actviz("softmax-overflow", "--data", "x.npy", cwd=folder)
    said = " ".join(done.stdout.split())
    assert (done.returncode, done.stderr) == (0, "")
    for phrase in ("Rows of logits: x.npy", "A row of nothing but masks has no softmax", "Rows that break",
                   Failure.EXP_OVERFLOW.said, "What makes them safe", "The worst rows, counted from 0", "1, 7",
                   "Advice dtype advice"):  # fmt: skip
        assert phrase in said, phrase
    assert said.endswith("float32 safe for these logits, even naively float64 safe for these logits, even naively")
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_the_advice_is_a_table_of_its_own_in_csv_too(folder):
    done = actviz("softmax-overflow", "--data", "x.npy", "--dtype", "float32", "--format", "csv", cwd=folder)
    last = done.stdout.splitlines()[-1]
    assert (last[:7], last.split('"')[1]) == ("Advice,", "safe for these logits, even naively")


def test_one_row_and_wide_sums_and_masks_in_the_data(folder):
    np.save(folder / "y.npy", np.array([[3.0, 1.0, np.finfo(np.float32).min, 40.0]], dtype=np.float32))
    arguments = ("softmax-overflow", "--data", "y.npy", "--dtype", "float16", "--accumulate", "wide")
    said = " ".join(actviz(*arguments, cwd=folder).stdout.split())
    for phrase in ("are taken as masked: 1 of float32 (-3.4028e+38).", "Of 1 row.",
                   "their sums kept in at least float32.",
                   "misses it, the sum kept in at least float32. From 0",
                   "Sums kept in at least float32."):  # fmt: skip
        assert phrase in said, phrase
    (one,) = document(folder, *arguments[1:])["data"]
    assert (one["judged"], one["least_numbers"], one["masked_logits"]) == ("wide", {"float32": 1}, 1)


def test_axis_jobs_and_several_files(folder):
    np.save(folder / "y.npy", np.zeros((3, 4), dtype=np.float16))
    got = document(folder, "--data", "x.npy", "y.npy", "--axis", "0", "--jobs", "2")
    assert [(one["source"], one["length"], one["rows"]) for one in got["data"]] == [("x.npy", 2, 1500), ("y.npy", 3, 4)]
    said = actviz("softmax-overflow", "--data", "x.npy", "y.npy", cwd=folder).stdout
    assert "x.npy: rows that break" in said
    assert "x.npy: the worst rows" in said
    assert "y.npy: advice" in said  # where nothing breaks
    assert "y.npy: rows that break" not in said
    assert "y.npy: the worst rows" not in said


def test_causal_and_softcap(folder):
    got = document(folder, "--data", "x.npy", "--mask", "causal", "--softcap", "5", "--dtype", "float16")["data"][0]
    said = " ".join(actviz("softmax-overflow", "--data", "x.npy", "--mask", "causal", cwd=folder).stdout.split())
    assert "Mask causal: keys lie along the axis of softmax, queries along the one before; the last query sees" in said
    # The last of 30 queries sees all 50 keys, the first 21; the row of masks and that with NaN are left out.
    hidden = [29 - query for head in range(2) for query in range(30) if (head, query) not in ((0, 3), (1, 2))]
    assert got["masked_logits"] == sum(hidden)
    assert abs(got["largest"]) <= 5


def test_no_valid_row(folder):
    np.save(folder / "masked.npy", np.full((3, 4), -math.inf))
    said = actviz("softmax-overflow", "--data", "masked.npy", cwd=folder).stdout
    assert "No row has a softmax" in said
    (one,) = document(folder, "--data", "masked.npy")["data"]
    assert (one["masked_rows"], one["largest"], one["worst"]) == (3, None, [])
    assert actviz("softmax-overflow", "--data", "masked.npy", "-o", "a.svg", cwd=folder).returncode == 0


@pytest.mark.parametrize("theme", ["x.npy", "y.npy"])
def test_pictures(folder, theme):
    np.save(folder / "y.npy", np.zeros((3, 4), dtype=np.float16))
    done = actviz("softmax-overflow", "--data", theme, "-o", "a.png", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--data", "x.npy", "3", "1"], "'3' is a logit beside --data"),
        (["--data", "gone.npy"], "gone.npy"),
        (["--data", "x.npy", "--axis", "3"], "no axis 3"),
        (["--data", "x.npy", "--target", "1"], "--target is one vector's class"),
        (["--data", "x.npy", "--length", "5"], "rows of --data have their own"),
        (["--data", "x.npy", "--explain"], "the numbers of one vector"),
        (["--data", "x.npy", "--jobs", "-2"], "--jobs -2"),
        (["--data", "x.npy", "--temperature", "0"], "above 0"),
        (["--data", "x.npy", "--mask", "x.npy", "--axis", "1"], "NaN"),
        (["--data", "x.npy", "-o", "x.npy"], ".npy"),
        (["3", "1", "--dask", "local"], "--dask"),
    ],
)
def test_refusals(folder, arguments, word):
    before = (folder / "x.npy").read_bytes()
    assert word in refusal("softmax-overflow", *arguments, cwd=folder)
    assert (folder / "x.npy").read_bytes() == before


def test_the_data_and_the_mask_are_not_overwritten(folder):
    (folder / "mask.csv").write_text(",".join(["1"] * 49 + ["0"]) + "\n")
    said = refusal("softmax-overflow", "--data", "x.npy", "--mask", "mask.csv", "-o", "mask.csv", cwd=folder)
    assert "would overwrite the data" in said
