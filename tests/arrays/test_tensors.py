from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from block_assembly import put_together, refused, sums
from hypothesis import given
from hypothesis import strategies as st
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from actviz import arrays
from actviz.arrays import tensors
from actviz.errors import BadInput

NUMPY = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]

HALF = np.array([1.0, -2.5, np.nan, np.inf], dtype=ml_dtypes.bfloat16)


def written(path: Path, header: Any, data: bytes) -> Path:
    """A file with this header, as it stands or as JSON."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


@pytest.mark.parametrize("dtype", NUMPY)
def test_every_type_of_number_the_library_writes(tmp_path: Path, dtype: str) -> None:
    values = np.arange(60).reshape(3, 4, 5).astype(dtype)
    save_file({"x": values}, tmp_path / "a.safetensors", metadata={"by": "a test"})
    (stored,) = arrays.opened(str(tmp_path / "a.safetensors"))
    assert (stored.label, stored.dtype) == (f"{tmp_path}/a.safetensors:x", values.dtype.name)
    assert (stored.shape, stored.nbytes) == (values.shape, values.nbytes)
    np.testing.assert_array_equal(put_together(stored, 1, nbytes=64).reshape(3, 4, 5), values)
    np.testing.assert_array_equal(sums(stored, 2, nbytes=64), values.sum(axis=(0, 1), dtype=np.float64))


def test_bfloat16(tmp_path: Path) -> None:
    header = {"x": {"dtype": "BF16", "shape": [4], "data_offsets": [0, 8]}}
    (stored,) = arrays.opened(str(written(tmp_path / "a.safetensors", header, HALF.tobytes())))
    assert stored.dtype == "bfloat16"
    assert put_together(stored).tobytes() == HALF.tobytes()


@pytest.mark.parametrize(("name", "dtype"), [("F8_E4M3", "float8_e4m3fn"), ("F8_E5M2", "float8_e5m2")])
def test_every_number_of_8_bits(tmp_path: Path, name: str, dtype: str) -> None:
    header = {"x": {"dtype": name, "shape": [16, 16], "data_offsets": [0, 256]}}
    (stored,) = arrays.opened(str(written(tmp_path / "a.safetensors", header, bytes(range(256)))))
    assert (stored.dtype, stored.shape, stored.nbytes) == (dtype, (16, 16), 256)
    want = np.arange(256, dtype=np.uint8).view(getattr(ml_dtypes, dtype)).astype(np.float64)
    np.testing.assert_array_equal(put_together(stored, 1, nbytes=32).astype(np.float64).reshape(-1), want)


def test_all_tensors_come_as_they_lie_and_one_by_its_name(tmp_path: Path) -> None:
    layers = {f"layers.{i}.act": np.full((i + 1, 2), i, np.float32) for i in range(3)}
    save_file(layers, tmp_path / "a.safetensors")
    found = arrays.opened(str(tmp_path / "a.safetensors"))
    assert {stored.label.split(":")[1]: stored.shape for stored in found} == {k: v.shape for k, v in layers.items()}
    (stored,) = arrays.opened(f"{tmp_path}/a.safetensors:layers.2.act")
    assert put_together(stored).tolist() == [2.0] * 6
    assert "did you mean 'layers.2.act'?" in refused(f"{tmp_path}/a.safetensors:layers.22.act")


def test_a_scalar_tensor(tmp_path: Path) -> None:
    save_file({"x": np.array(2.0)}, tmp_path / "a.safetensors")
    assert put_together(*arrays.opened(str(tmp_path / "a.safetensors"))).tolist() == [2.0]


@pytest.mark.parametrize("name", ["BOOLEAN", "F8_E8M0", "C64", "F4"])
def test_other_types_are_refused_by_name(tmp_path: Path, name: str) -> None:
    header = {"x": {"dtype": name, "shape": [8], "data_offsets": [0, 8]}}
    line = refused(written(tmp_path / "a.safetensors", header, bytes(8)))
    assert f"x holds {name}, and of the types of .safetensors F16, BF16, F32" in line
    assert "BOOL," not in line  # which only masks may be


def test_an_empty_tensor_and_an_empty_file(tmp_path: Path) -> None:
    header = {"x": {"dtype": "F32", "shape": [0, 3], "data_offsets": [0, 0]}}
    assert "x is empty: its shape is (0, 3)" in refused(written(tmp_path / "a.safetensors", header, b""))
    assert "holds no tensors" in refused(written(tmp_path / "b.safetensors", {}, b""))
    assert "holds no tensors" in refused(written(tmp_path / "b.safetensors", {"__metadata__": {}}, b""))


GOOD = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
DAMAGED = {
    "no JSON": b"{nothing",
    "a list": b"{}"[:1] + b"]",
    "not utf-8": b'{"\xff": 1}',
    "a number for a tensor": {"x": 1},
    "no offsets": {"x": {"dtype": "F32", "shape": [2]}},
    "three offsets": {"x": GOOD | {"data_offsets": [0, 4, 8]}},
    "offsets out of order": {"x": GOOD | {"data_offsets": [8, 0]}},
    "an offset below 0": {"x": GOOD | {"data_offsets": [-8, 0]}},
    "a shape of floats": {"x": GOOD | {"shape": [2.0]}},
    "a shape of booleans": {"x": GOOD | {"shape": [True, 2]}},
    "a shape that is a name": {"x": GOOD | {"shape": "ab"}},
    "other bytes than the shape": {"x": GOOD | {"shape": [3]}},
    "a name that comes twice": json.dumps({"x": GOOD}).replace("}}", '}, "x": {}}').encode(),
    "brackets without end": b"{" + b'"a":[' * 100_000,
}


LAYOUTS = {
    "one after the other": ([(0, 4), (4, 8)], ""),
    "named in another order": ([(4, 8), (0, 4)], ""),
    "an overlap": ([(0, 4), (3, 7)], "tensors may not overlap, and b begins within a"),
    "twice the same": ([(0, 4), (0, 4)], "tensors may not overlap, and b begins within a"),
    "a hole": ([(0, 4), (5, 9)], "bytes 4 to 5, before b, belong to no tensor"),
    "a hole at the beginning": ([(4, 8), (8, 12)], "bytes 0 to 4, before a, belong to no tensor"),
    "other bytes than the second shape": ([(0, 4), (4, 9)], "b is damaged: 5 bytes are set aside for 4 bytes of U8"),
}


@pytest.mark.parametrize("what", LAYOUTS)
def test_tensors_lie_one_after_the_other_as_the_library_has_it(tmp_path: Path, what: str) -> None:
    places, reason = LAYOUTS[what]
    header = {name: {"dtype": "U8", "shape": [4], "data_offsets": at} for name, at in zip("ab", places, strict=True)}
    path = written(tmp_path / "x.safetensors", header, bytes(max(end for _, end in places)))
    if reason:
        with pytest.raises(SafetensorError):
            load_file(path)
        assert reason in refused(path)
    else:
        assert [len(put_together(one)) for one in arrays.opened(str(path))] == [4, 4]
        assert sorted(load_file(path)) == ["a", "b"]


def test_a_tensor_that_runs_past_the_file(tmp_path: Path) -> None:
    header = {"x": {"dtype": "U8", "shape": [9], "data_offsets": [0, 9]}}
    path = written(tmp_path / "x.safetensors", header, bytes(8))
    with pytest.raises(SafetensorError):
        load_file(path)
    assert "is cut short" in refused(path)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=3), st.integers(0, 6))
def test_what_the_library_refuses_is_refused(tmp_path_factory: Any, places: list[tuple[int, int]], size: int) -> None:
    header = {
        str(number): {"dtype": "U8", "shape": [end - begin], "data_offsets": [begin, end]}
        for number, (begin, end) in enumerate(places)
        if end >= begin
    }
    path = written(tmp_path_factory.getbasetemp() / "any.safetensors", header, bytes(size))
    try:
        load_file(path)
        fits = True
    except SafetensorError:
        fits = False
    try:
        tensors.found(path, "")
    except BadInput as error:
        empty = not header or all(begin == end for begin, end in places if end >= begin)
        assert not fits or empty, (header, size, str(error))
    else:
        assert fits, (header, size)


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_header(tmp_path: Path, what: str) -> None:
    assert "damaged" in refused(written(tmp_path / "a.safetensors", DAMAGED[what], bytes(8)))


def test_files_of_another_length(tmp_path: Path) -> None:
    assert "is cut short: it holds" in refused(written(tmp_path / "a.safetensors", {"x": GOOD}, bytes(7)))
    assert "goes on after its end" in refused(written(tmp_path / "a.safetensors", {"x": GOOD}, bytes(9)))
    data = (tmp_path / "a.safetensors").read_bytes()
    (tmp_path / "a.safetensors").write_bytes(data[:20])
    assert "is cut short: it ends within its header" in refused(tmp_path / "a.safetensors")
    (tmp_path / "a.safetensors").write_bytes(b"text, not tensors")
    assert "is no .safetensors file" in refused(tmp_path / "a.safetensors")


@given(st.binary(max_size=60))
def test_any_header_is_read_or_refused_in_one_line(data: bytes) -> None:
    try:
        tensors.entries_of(b"{" + data, "a.safetensors")
    except BadInput as error:
        assert "\n" not in str(error)
