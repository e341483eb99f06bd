"""Audits of rows in files: those of the array in memory, whoever counts and however the file is cut."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from runs import Bar, saved
from safetensors.numpy import save_file

from actviz import arrays
from actviz.analysis.softmax.audit import audit
from actviz.analysis.softmax.logits import prepared
from actviz.arrays import rows as reader
from actviz.errors import BadInput
from actviz.progress import silence
from actviz.reduction import auditing
from actviz.reduction import masks as masking
from actviz.reduction.auditing import RowQuestion, audit_rows, audit_rows_on_dask, with_axis

NAMES = ("float8_e4m3fn", "float16", "float32")


def logits(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    """Rows of many spreads, some masked, one wholly, one with NaN."""
    random = np.random.default_rng(seed)
    x = random.normal(size=shape) * 10.0 ** random.uniform(-1, 2.5, size=(*shape[:-1], 1))
    x[random.random(shape) < 0.02] = -math.inf
    flat = x.reshape(-1, shape[-1])
    flat[3], flat[5, 1] = -math.inf, math.nan
    return x.astype(np.float32)


@pytest.fixture
def fine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut small data into many parts, and let processes have it all the same."""
    monkeypatch.setattr(auditing, "PIECE", 1 << 12)
    monkeypatch.setattr(auditing, "FEWEST", 1)
    monkeypatch.setattr(auditing, "SMALL", 0)
    monkeypatch.setattr(reader, "ACROSS", 1 << 10)


@pytest.mark.usefixtures("fine")
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("order", ["C", "F"])
def test_the_audit_of_a_file_is_that_of_the_array(tmp_path: Path, jobs: int, order: str) -> None:
    x = logits((300, 40))
    stored = arrays.opened(saved(tmp_path, "a.npy", np.asarray(x, order=order)))  # type: ignore[call-overload]
    assert len(auditing.tasks(stored, -1)) > 5
    (found,) = audit_rows(stored, RowQuestion(-1, NAMES), jobs, silence)
    assert found.audit == audit(x, NAMES)
    assert (found.shape, found.axis, found.dtype) == ((300, 40), 1, "float32")
    named = {worst.row for worst in found.audit.worst} | {c.first for c in found.audit.counts} | {5}
    assert found.places == {row: (row,) for row in named}
    assert found.audit.invalid_rows == (5,)
    assert "the others, float8_e4m3fn is " in found.advice


@pytest.mark.usefixtures("fine")
@pytest.mark.parametrize("held", [1, 100, 2**22])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_any_axis_and_any_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, axis: int, held: int) -> None:
    monkeypatch.setattr(reader, "HELD", held)
    monkeypatch.setattr(reader, "ACROSS", held)
    x = logits((8, 10, 12))
    (found,) = audit_rows(arrays.opened(saved(tmp_path, "a.npy", x)), RowQuestion(axis, NAMES), 1, silence)
    moved = np.moveaxis(x, axis, -1)
    assert found.audit == audit(moved.reshape(-1, x.shape[axis]), NAMES)
    for worst in found.audit.worst:
        at = found.places[worst.row]
        assert worst.size == np.abs(moved[at], where=np.isfinite(moved[at]), out=np.zeros(x.shape[axis])).max()


def test_many_kinds_of_file_and_shards(tmp_path: Path) -> None:
    x = logits((120, 9)).astype(np.float64)
    np.savez_compressed(tmp_path / "a.npz", x=x)
    np.savetxt(tmp_path / "a.csv", x, delimiter=",", fmt="%.17g")
    files = [saved(tmp_path, "a.npy", x), str(tmp_path / "a.npz"), str(tmp_path / "a.csv")]
    found = audit_rows([arrays.opened(file)[0] for file in files], RowQuestion(-1, NAMES), 1, silence)
    assert {one.audit == audit(x, NAMES) for one in found} == {True}
    assert [one.shape for one in found] == [(120, 9)] * 3


def test_one_row_and_rows_beyond_a_block(tmp_path: Path) -> None:
    x = np.random.default_rng(3).normal(size=100_000).astype(np.float32)
    (found,) = audit_rows(arrays.opened(saved(tmp_path, "a.npy", x)), RowQuestion(-1, ("float16",)), 1, silence)
    assert found.audit == audit(x[np.newaxis], ("float16",))
    assert (found.audit.length, found.places) == (100_000, {0: ()})
    # 100,000 logits of N(0, 1) sum to 165,000 in exp, beyond float16's 65,504, and a running sum stalls.
    assert "float16 is safe for these logits" in found.advice
    assert "if the sum is kept in float32" in found.advice


def test_least_numbers_of_a_dtype_are_taken_as_masked(tmp_path: Path) -> None:
    least = np.finfo(np.float32).min
    x = np.array([[3, 1, least], [1, 2, 0], [least] * 3, [-65504, 2, 1]], np.float32)
    (found,) = audit_rows(arrays.opened(saved(tmp_path, "a.npy", x)), RowQuestion(-1, NAMES, scale=2.0), 1, silence)
    want = np.array([[6, 2, -math.inf], [2, 4, 0], [-math.inf] * 3, [-math.inf, 4, 2]])
    assert found.audit == audit(want, NAMES)
    assert found.least == {"float32": 4, "float16": 1}
    whole = audit_rows(
        arrays.opened(saved(tmp_path, "b.npy", np.array([[-65504, 0]]))), RowQuestion(-1, NAMES), 1, silence
    )
    assert (whole[0].audit.smallest, whole[0].least) == (-65504.0, {})  # whole numbers are as they are


def test_rows_are_judged_by_the_sums_that_are_asked_for(tmp_path: Path) -> None:
    stored = arrays.opened(saved(tmp_path, "a.npy", np.full((3, 1000), 5.0)))
    (native,) = audit_rows(stored, RowQuestion(-1, ("float16",)), 1, silence)
    (wide,) = audit_rows(stored, RowQuestion(-1, ("float16",), judged="wide"), 1, silence)
    assert native.safe[0][0].temperature > 1 > wide.safe[0][0].temperature
    assert (native.audit.worst[0].broken, wide.audit.worst[0].broken) == (2, 0)
    assert native.audit.counts == wide.audit.counts


def test_a_spare_array_without_the_axis_is_left_out(tmp_path: Path) -> None:
    saved(tmp_path, "a.npy", np.zeros((3, 4)))
    saved(tmp_path, "b.npy", np.asarray(2.0))
    found = arrays.found_at(str(tmp_path)).stored
    kept, without = with_axis(found, -1)
    assert [one.label for one in kept] == [found[0].label]
    assert len(without) == 1
    assert "b.npy has no axis -1" in without[0]
    with pytest.raises(BadInput, match="no axis -1"):
        with_axis(arrays.opened(str(tmp_path / "b.npy")), -1)
    with pytest.raises(BadInput, match="no axis 5"):
        with_axis(found, 5)


def test_extremes_are_those_of_the_file(tmp_path: Path) -> None:
    x = np.array([[100.0, 40.0, 0.0], [30.0, 10.0, -20.0]])
    stored = arrays.opened(saved(tmp_path, "a.npy", x))
    (plain,) = audit_rows(stored, RowQuestion(-1, ("float16",)), 1, silence)
    (done,) = audit_rows(stored, RowQuestion(-1, ("float16",), temperature=5.0), 1, silence)
    assert plain.safe[0][0].temperature == done.safe[0][0].temperature  # what is to be typed, whatever is typed now


def test_what_is_done_before_softmax(tmp_path: Path) -> None:
    x = logits((50, 12))
    stored = arrays.opened(saved(tmp_path, "a.npy", x))
    question = RowQuestion(-1, NAMES, scale=0.125, softcap=30.0, temperature=0.7)
    (found,) = audit_rows(stored, question, 1, silence)
    assert found.audit == audit(prepared(x.astype(np.float64), 0.125, 30.0, 0.7), NAMES)


def masked_with(tmp_path: Path, x: np.ndarray, mask: np.ndarray | str, axis: int = -1) -> object:
    """The audit of a file under a mask in another."""
    name = mask if isinstance(mask, str) else saved(tmp_path, "mask.npy", mask)
    masking.held.cache_clear()
    stored = arrays.opened(saved(tmp_path, "a.npy", x))
    return audit_rows(stored, RowQuestion(axis, NAMES, mask=name), 1, silence)[0].audit


@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("shape", [(12,), (1, 12), (10, 12), (8, 1, 1), (8, 10, 12)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_mask_stretches_over_the_data(tmp_path: Path, shape: tuple[int, ...], axis: int, order: str) -> None:
    x = np.random.default_rng(1).normal(size=(8, 10, 12)) * 5
    keep = np.random.default_rng(2).random(shape) < 0.7
    for mask in (keep, keep.astype(np.uint8), np.where(keep, 0.0, -math.inf), np.where(keep, 0.25, -1e9)):
        added = mask if mask.dtype.kind == "f" else 0.0
        want = np.where(np.broadcast_to(keep, x.shape), x + added, -math.inf)  # exp(-1e9) is 0 even in float64
        want = np.moveaxis(want, axis, -1).reshape(-1, x.shape[axis])
        got = masked_with(tmp_path, x, np.asarray(mask, order=order), axis)  # type: ignore[call-overload]
        assert got == audit(want, NAMES)


@pytest.mark.parametrize("axis", [1, 2])
def test_causal_hides_later_keys(tmp_path: Path, axis: int) -> None:
    x = np.random.default_rng(1).normal(size=(5, 6, 6)) * 5
    query = np.arange(6).reshape([6 if at == axis - 1 else 1 for at in range(3)])
    if axis == 1:  # the axis before is of 5, the keys are 6: the last query sees all of them
        query = np.arange(5).reshape(5, 1, 1) + 1
    key = np.arange(6).reshape([6 if at == axis else 1 for at in range(3)])
    want = np.where(key <= query, x, -math.inf)
    assert masked_with(tmp_path, x, "causal", axis) == audit(np.moveaxis(want, axis, -1).reshape(-1, 6), NAMES)


def test_causal_from_the_upper_left(tmp_path: Path) -> None:
    x = np.random.default_rng(1).normal(size=(2, 9, 4))
    want = np.where(np.tri(9, 4, dtype=bool), x, -math.inf)
    assert masked_with(tmp_path, x, "causal-upper-left", -1) == audit(want.reshape(-1, 4), NAMES)


def test_causal_over_a_table(tmp_path: Path) -> None:
    x = np.random.default_rng(4).normal(size=(7, 7))
    np.savetxt(tmp_path / "a.csv", x, delimiter=",", fmt="%.17g")
    stored = arrays.opened(str(tmp_path / "a.csv"))
    (found,) = audit_rows(stored, RowQuestion(-1, NAMES, mask="causal"), 1, silence)
    assert found.audit == audit(np.where(np.tri(7, dtype=bool), x, -math.inf), NAMES)


ALIKE = [np.zeros((2, 3), np.float32), np.ones((2, 3), np.int64), np.ones((2, 3), np.bool_)]


@pytest.mark.parametrize("mask", ALIKE, ids=lambda m: str(m.dtype))
def test_masks_that_mask_nothing(tmp_path: Path, mask: np.ndarray) -> None:
    x = np.random.default_rng(1).normal(size=(2, 3))
    assert masked_with(tmp_path, x, mask) == audit(x, NAMES)


@pytest.mark.parametrize("kind", [np.int64, np.bool_])
def test_flags_of_nothing_but_0_mask_every_row(tmp_path: Path, kind: type) -> None:
    found = masked_with(tmp_path, np.zeros((2, 3)), np.zeros((2, 3), kind))
    assert (found.rows, found.masked, found.valid) == (2, 2, 0)  # type: ignore[attr-defined]


def test_flags_in_archives_and_tensors(tmp_path: Path) -> None:
    keep = np.array([[True, False, True], [False, True, True]])
    x = np.random.default_rng(1).normal(size=(2, 3))
    np.savez(tmp_path / "m.npz", m=keep, n=x)
    save_file({"m": keep}, tmp_path / "m.safetensors")
    want = audit(np.where(keep, x, -math.inf), NAMES)
    for name in (f"{tmp_path}/m.npz:m", f"{tmp_path}/m.safetensors"):
        assert masked_with(tmp_path, x, name) == want
        assert masking.meaning(name) == f"{name}: True or 1 keeps a logit, False or 0 masks it"
    assert "added" in masking.meaning(f"{tmp_path}/m.npz:n")


def test_masks_that_do_not_fit(tmp_path: Path) -> None:
    x = np.zeros((4, 5))
    with pytest.raises(BadInput, match=r"the mask .*mask\.npy is 3, which does not stretch over .*a\.npy, 4 x 5"):
        masked_with(tmp_path, x, np.array([1, 0, 1]))
    with pytest.raises(BadInput, match=r"mask causal hides keys from queries: .* has none"):
        masked_with(tmp_path, x[0], "causal")
    with pytest.raises(BadInput, match=r"there is no file gone\.npy"):
        masked_with(tmp_path, x, "gone.npy")
    np.savez(tmp_path / "two.npz", a=x, b=x)
    with pytest.raises(BadInput, match=r"holds 2 arrays; name one"):
        masked_with(tmp_path, x, str(tmp_path / "two.npz"))


@pytest.mark.usefixtures("fine")
@pytest.mark.parametrize("jobs", [1, 2])
def test_the_bar_is_told_every_byte(tmp_path: Path, jobs: int) -> None:
    stored = arrays.opened(saved(tmp_path, "a.npy", logits((300, 40))))
    bar = Bar()
    audit_rows(stored, RowQuestion(-1, ("float16",)), jobs, bar)
    assert bar.total == sum(bar.steps) == 300 * 40 * 4
    assert len(bar.steps) > 5


@pytest.mark.usefixtures("fine")
def test_two_dask_workers_give_the_record_of_one_process(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    x = logits((300, 40))
    stored = arrays.opened(saved(tmp_path, "a.npy", x))
    (found,) = audit_rows_on_dask(stored, RowQuestion(-1, NAMES), "local", 2, silence)
    assert found.audit == audit(x, NAMES)


LIMITED = """
    import resource, sys
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    from actviz import arrays
    from actviz.progress import silence
    from actviz.reduction.auditing import RowQuestion, audit_rows

    if __name__ == "__main__":
        question = RowQuestion(-1, ("float32",))
        (found,) = audit_rows(arrays.opened(sys.argv[1]), question, int(sys.argv[2]), silence)
        a = found.audit
        print(a.rows, a.length, a.largest, a.broken("float32", "naive"), found.places[a.worst[0].row])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS binds on Linux alone")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_four_gigabytes_in_one(tmp_path: Path, jobs: str) -> None:
    path = tmp_path / "a.npy"
    rows, length = 1 << 20, 1 << 10
    with path.open("wb") as stream:
        header = {"descr": "<f4", "fortran_order": False, "shape": (rows, length)}
        np.lib.format.write_array_header_1_0(stream, header)
        stream.seek(4 * (rows * length - 1), os.SEEK_CUR)
        stream.write(np.float32(89.0).tobytes())
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(LIMITED))
    done = subprocess.run(
        [sys.executable, str(script), str(path), jobs],
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=500,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [str(rows), str(length), "89.0", "1", f"({rows - 1},)"]
