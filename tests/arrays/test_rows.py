"""Whole rows of every kind of file, along every axis, however they are cut: the rows numpy gives."""

from __future__ import annotations

import io
import math
import os
import subprocess
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

from actviz import arrays
from actviz.arrays import rows as room
from actviz.arrays.rows import count_of, places, rows, strips
from actviz.errors import BadInput

SHAPES = ((6,), (5, 7), (3, 4, 5), (2, 3, 2, 4))


def numbers(shape: tuple[int, ...], dtype: object = "float32") -> np.ndarray:
    """Numbers that are all different."""
    return np.arange(math.prod(shape)).reshape(shape).astype(dtype)  # type: ignore[call-overload,no-any-return]


def expected(values: np.ndarray, axis: int) -> dict[tuple[int, ...], list[float]]:
    """Each row by its index along the other axes."""
    moved = np.moveaxis(values, axis, -1)
    return {index: moved[index].astype(float).tolist() for index in np.ndindex(moved.shape[:-1])}


def found(path: Path | str, axis: int, nbytes: int = 2**26) -> dict[tuple[int, ...], list[float]]:
    """The same as read, every row once."""
    (stored,) = arrays.opened(str(path))
    got: dict[tuple[int, ...], list[float]] = {}
    seen = at = 0
    for strip in strips(stored, axis, nbytes):
        assert strip.start == at, "strips come in order"
        for block in rows(strip):
            assert block.first == at
            index = places(stored, axis, np.arange(at, at + len(block.values)))
            for row, values in enumerate(block.values):
                key = tuple(int(side[row]) for side in index)
                assert key not in got
                got[key] = values.astype(float).tolist()
            at += len(block.values)
            seen += block.nbytes
    assert seen == stored.nbytes
    assert count_of(stored, axis) in (at, arrays.UNKNOWN)
    return got


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("held", [1, 10, 2**22])
@pytest.mark.parametrize("nbytes", [1, 40, 2**26])
def test_rows_along_every_axis_however_cut(tmp_path, monkeypatch, order, shape, held, nbytes):
    monkeypatch.setattr(room, "HELD", held)
    monkeypatch.setattr(room, "ACROSS", held)
    values = numbers(shape)
    np.save(tmp_path / "a.npy", np.asarray(values, order=order))
    for axis in range(-len(shape), len(shape)):
        assert found(tmp_path / "a.npy", axis, nbytes) == expected(values, axis), axis


@pytest.mark.parametrize("dtype", ["<f2", ">f4", "<f8", ">i2", "|u1", "<i8"])
def test_every_type_in_either_byte_order(tmp_path, monkeypatch, dtype):
    values = numbers((4, 3, 5), dtype)
    np.save(tmp_path / "a.npy", values)
    for held in (1, 2**22):
        monkeypatch.setattr(room, "HELD", held)
        monkeypatch.setattr(room, "ACROSS", held)
        for axis in range(3):
            assert found(tmp_path / "a.npy", axis) == expected(values, axis)


def test_bfloat16(tmp_path):
    values = numbers((4, 6), ml_dtypes.bfloat16)
    np.save(tmp_path / "a.npy", values)
    assert found(tmp_path / "a.npy", 0, 1) == expected(values, 0)


@pytest.mark.parametrize("name", ["a.npz", "c.npz", "a.csv"])
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("held", [1, 9, 2**22])
def test_members_and_tables(tmp_path, monkeypatch, name, axis, held):
    monkeypatch.setattr(room, "HELD", held)
    values = numbers((9, 4))
    np.savez(tmp_path / "a.npz", values)
    np.savez_compressed(tmp_path / "c.npz", values)
    np.savetxt(tmp_path / "a.csv", values, delimiter=",")
    (stored,) = arrays.opened(str(tmp_path / name))
    got = [row for strip in strips(stored, axis, 1) for block in rows(strip) for row in block.values.tolist()]
    assert got == np.moveaxis(values, axis, -1).tolist()


def test_rows_longer_than_a_block(tmp_path):
    values = np.random.default_rng(0).normal(size=(3, 200_001)).astype(np.float32)
    np.save(tmp_path / "a.npy", values)
    np.savez_compressed(tmp_path / "a.npz", values)
    for name in ("a.npy", "a.npz"):
        (stored,) = arrays.opened(str(tmp_path / name))
        got = [block.values.copy() for strip in strips(stored, -1, 2**20) for block in rows(strip)]
        np.testing.assert_array_equal(np.concatenate(got), values)


def test_standard_input(tmp_path, monkeypatch):
    values = numbers((5, 3))
    saved = io.BytesIO()
    np.save(saved, values)

    class Piped:
        buffer = io.BytesIO(saved.getvalue())

    monkeypatch.setattr(sys, "stdin", Piped)
    (stored,) = arrays.opened("-")
    got = [block.values.copy() for strip in strips(stored, 1, 1) for block in rows(strip)]
    np.testing.assert_array_equal(np.concatenate(got), values)


def test_refusals(tmp_path, monkeypatch):
    np.save(tmp_path / "a.npy", numbers((4, 5, 6)))
    np.save(tmp_path / "one.npy", np.float32(3))
    np.savez_compressed(tmp_path / "a.npz", numbers((4, 5, 6)))
    (stored,) = arrays.opened(str(tmp_path / "a.npy"))
    with pytest.raises(BadInput, match=r"no axis 3: it is 4 x 5 x 6"):
        strips(stored, 3, 1)
    with pytest.raises(BadInput, match=r"one number without axes"):
        strips(arrays.opened(str(tmp_path / "one.npy"))[0], -1, 1)
    monkeypatch.setattr(room, "TURNED", 29)
    (packed,) = arrays.opened(str(tmp_path / "a.npz"))
    with pytest.raises(BadInput, match=r"lie across 30 numbers .*numpy\.save"):
        list(rows(strips(packed, 1, 1)[0]))
    assert list(rows(strips(packed, 2, 1)[0])), "rows that lie in a run need nothing held"
    os.truncate(tmp_path / "a.npy", 300)
    for axis in range(3):
        monkeypatch.setattr(room, "HELD", 1)
        with pytest.raises(BadInput, match=r"a\.npy changed while"):
            [list(rows(strip)) for strip in strips(stored, axis, 50)]
    (tmp_path / "a.npy").unlink()
    for axis in (0, 2):
        with pytest.raises(BadInput, match=r"cannot read .*a\.npy"):
            list(rows(strips(stored, axis, 50)[0]))


LIMITED = """
import resource, sys
import numpy as np
from actviz import arrays
from actviz.arrays.rows import rows, strips

resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))
(stored,) = arrays.opened(sys.argv[1])
total = seen = 0
for strip in strips(stored, int(sys.argv[2]), 2**24):
    for block in rows(strip):
        total += float(block.values.sum(dtype=np.float64))
        seen += len(block.values)
print(total, seen)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS binds on Linux alone")
@pytest.mark.parametrize(("axis", "count"), [(0, 2048), (1, 2**18)])
def test_a_file_four_times_larger_than_memory(tmp_path, axis, count):
    path = tmp_path / "a.npy"
    with path.open("wb") as stream:
        header = {"descr": "<f4", "fortran_order": False, "shape": (2**18, 2048)}
        np.lib.format.write_array_header_1_0(stream, header)
        stream.seek(2**31 - 4, os.SEEK_CUR)
        stream.write(np.float32(2.5).tobytes())
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path), str(axis)],
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["2.5", str(count)]
