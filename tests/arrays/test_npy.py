from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from block_assembly import put_together, read_bytes, refused, sums, whole
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from actviz import arrays
from actviz.arrays import layouts, npy
from actviz.errors import BadInput

NATIVE = [
    *("f2", "f4", "f8", "i1", "i2", "i4", "i8"),
    *("u1", "u2", "u4", "u8"),
]


def some_values(dtype: Any, shape: tuple[int, ...] = (7, 5, 3)) -> Any:
    return (np.arange(np.prod(shape)) % 100).reshape(shape).astype(dtype)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("dtype", NATIVE)
@pytest.mark.parametrize("axis", [None, 0, 1, 2, -1])
def test_every_type_in_either_byte_order(tmp_path: Path, dtype: str, order: str, axis: int | None) -> None:
    values = some_values(order + dtype)
    np.save(tmp_path / "x.npy", values)
    (stored,) = arrays.opened(str(tmp_path / "x.npy"))
    assert stored.dtype == values.dtype.name
    assert stored.nbytes == values.nbytes == read_bytes(stored, axis)
    np.testing.assert_array_equal(whole(tmp_path / "x.npy", axis, nbytes=40), values)


def test_special_values_keep_their_bits_in_either_byte_order(tmp_path: Path) -> None:
    values = np.array([np.nan, -np.nan, np.inf, -np.inf, -0.0, 5e-324, 1.7e308])
    for order in "<>":
        np.save(tmp_path / "x.npy", values.astype(f"{order}f8"))
        assert whole(tmp_path / "x.npy").tobytes() == values.tobytes()


def test_bfloat16_that_numpy_saves_as_bare_bytes(tmp_path: Path) -> None:
    values = some_values(ml_dtypes.bfloat16)
    np.save(tmp_path / "x.npy", values)
    (stored,) = arrays.opened(str(tmp_path / "x.npy"))
    assert stored.dtype == "bfloat16"
    np.testing.assert_array_equal(whole(tmp_path / "x.npy", axis=1), values)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_format(tmp_path: Path, version: tuple[int, int]) -> None:
    with (tmp_path / "x.npy").open("wb") as stream:
        np.lib.format.write_array(stream, some_values("f4"), version=version)
    np.testing.assert_array_equal(whole(tmp_path / "x.npy"), some_values("f4"))


def test_a_header_of_python_2_is_read_without_a_remark(tmp_path: Path) -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (3L,), }"
    header += b" " * (117 - len(header)) + b"\n"
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + np.arange(3.0).tobytes()
    (tmp_path / "x.npy").write_bytes(data)
    np.testing.assert_array_equal(whole(tmp_path / "x.npy"), np.arange(3.0))


@pytest.mark.parametrize("axis", [None, 0, 1, 2, -3])
def test_fortran_order(tmp_path: Path, axis: int | None) -> None:
    values = np.asfortranarray(some_values("f4"))
    np.save(tmp_path / "x.npy", values)
    (stored,) = arrays.opened(str(tmp_path / "x.npy"))
    np.testing.assert_array_equal(whole(tmp_path / "x.npy", axis), values)
    if axis is not None:
        others = tuple(i for i in range(3) if i != axis % 3)
        np.testing.assert_array_equal(sums(stored, axis, nbytes=30), values.sum(axis=others, dtype=np.float64))


def test_one_number_without_axes(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.float32(2.5))
    (stored,) = arrays.opened(str(tmp_path / "x.npy"))
    assert (stored.shape, arrays.layout(stored, None)) == ((), (1, 1, 1))
    assert put_together(stored).tolist() == [2.5]
    with pytest.raises(BadInput, match="has no axis 0: it is one number without axes"):
        arrays.layout(stored, 0)


@pytest.mark.parametrize("axis", [2, -3, 10])
def test_an_axis_that_is_not_there(tmp_path: Path, axis: int) -> None:
    np.save(tmp_path / "x.npy", np.zeros((4, 6)))
    (stored,) = arrays.opened(str(tmp_path / "x.npy"))
    for ask in (lambda: arrays.layout(stored, axis), lambda: arrays.pieces(stored, axis, 100)):
        with pytest.raises(BadInput, match=rf"has no axis {axis}: it is 4 x 6, so the axis goes from -2 to 1"):
            ask()


def test_layout_is_outer_units_inner(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((2, 3, 4, 5)))
    (stored,) = arrays.opened(str(tmp_path / "x.npy"))
    assert [arrays.layout(stored, axis) for axis in (None, 0, 1, 2, -1)] == [
        *((1, 1, 120), (1, 2, 60), (2, 3, 20), (6, 4, 5), (24, 5, 1)),
    ]


REFUSALS = {
    "pickled": (np.array([{}, 1], dtype=object), "pickled Python objects, which are never opened"),
    "complex": (np.zeros(3, np.complex64), "complex numbers; save their real parts"),
    "strings": (np.array(["a", "b"]), "strings; save numbers"),
    "bytes": (np.array([b"a"]), "byte strings; save numbers"),
    "booleans": (np.zeros(3, np.bool_), "booleans; save them as numbers"),
    "dates": (np.zeros(3, "M8[s]"), "dates; save numbers"),
    "spans": (np.zeros(3, "m8[s]"), "spans of time; save numbers"),
    "records": (np.zeros(3, [("a", "f4"), ("b", "i4")]), r"records with fields \(a, b\); save one field"),
    "longdouble": (np.zeros(3, np.longdouble), "float128, which is wider than 64 bits or unknown; save as float64"),
    "float8": (np.zeros(3, ml_dtypes.float8_e4m3fn), "float8 and int4 are saved so alike, and cannot be told apart"),
    "voids": (np.zeros(3, "V7"), r"bare bytes \(\|V7\): not numbers"),
    "empty": (np.zeros((3, 0)), r"is empty: its shape is \(3, 0\)"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_what_holds_no_numbers_is_refused(tmp_path: Path, kind: str) -> None:
    values, reason = REFUSALS[kind]
    np.save(tmp_path / "x.npy", values, allow_pickle=True)
    line = refused(tmp_path / "x.npy")
    assert re.search(reason, line), line


def test_float8_e5m2_whose_saved_name_numpy_does_not_know(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros(3, ml_dtypes.float8_e5m2))
    assert "names a type that numpy does not know; save as float32" in refused(tmp_path / "x.npy")


def test_a_file_cut_short_and_one_that_goes_on(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros(100))
    data = (tmp_path / "x.npy").read_bytes()
    (tmp_path / "x.npy").write_bytes(data[:-1])
    assert "is cut short: it holds 927 bytes, its header promises 928" in refused(tmp_path / "x.npy")
    (tmp_path / "x.npy").write_bytes(data + data)
    assert "goes on after its end: it holds 1,856 bytes, its header promises 928" in refused(tmp_path / "x.npy")


@pytest.mark.parametrize("length", [6, 7, 8, 9, 10, 40, 127])
def test_a_file_cut_within_its_header(tmp_path: Path, length: int) -> None:
    np.save(tmp_path / "x.npy", np.zeros(100))
    (tmp_path / "x.npy").write_bytes((tmp_path / "x.npy").read_bytes()[:length])
    assert refused(tmp_path / "x.npy") == f"{tmp_path}/x.npy is damaged: its .npy header cannot be read"


def test_a_version_that_is_not_known(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros(100))
    data = (tmp_path / "x.npy").read_bytes()
    (tmp_path / "x.npy").write_bytes(data[:6] + b"\x04" + data[7:])
    assert "is of version 4.0 of .npy, and 1.0 to 3.0 are read" in refused(tmp_path / "x.npy")


@given(at=st.integers(6, 127), byte=st.integers(0, 255), cut=st.integers(6, 128))
@settings(max_examples=500)
def test_a_header_with_any_byte_changed_is_read_or_refused_in_one_line(at: int, byte: int, cut: int) -> None:
    stream = io.BytesIO()
    np.save(stream, np.zeros(100))
    data = bytearray(stream.getvalue())
    data[at] = byte
    try:
        found = npy.header(io.BytesIO(bytes(data[: max(cut, 100)])), "x.npy")
    except BadInput as error:
        assert "\n" not in str(error)
    else:
        assert found.dtype in npy.NUMBERS


@pytest.mark.parametrize("shape", ["(-3,)", "(2**70,)", "'ab'", "(3.0,)", "((((", "(99999999999999999999,)"])
def test_a_header_that_lies(tmp_path: Path, shape: str) -> None:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(24)
    (tmp_path / "x.npy").write_bytes(data)
    line = refused(tmp_path / "x.npy")
    assert re.search(r"header cannot be read|which no array has|is cut short", line), line


def test_a_file_that_vanishes_before_it_is_read(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros(10))
    (stored,) = arrays.opened(str(tmp_path / "x.npy"))
    (tmp_path / "x.npy").unlink()
    with pytest.raises(BadInput, match=r"cannot read .*x\.npy: No such file"):
        put_together(stored)


SHAPES = arrays_of.array_shapes(min_dims=1, max_dims=4, max_side=9)


@given(
    shape=SHAPES,
    axis=st.none() | st.integers(-4, 3),
    fortran=st.booleans(),
    nbytes=st.integers(1, 5000),
    most=st.integers(1, 400),
    dtype=st.sampled_from(["<f4", ">f8", "<i2", "bfloat16"]),
)
@settings(max_examples=300, deadline=None)
def test_the_blocks_give_back_the_array_and_its_units(
    tmp_path_factory: pytest.TempPathFactory,
    shape: tuple[int, ...],
    axis: int | None,
    fortran: bool,
    nbytes: int,
    most: int,
    dtype: str,
) -> None:
    """For any shape, axis, order, and size of pieces and blocks."""
    path = tmp_path_factory.mktemp("any") / "x.npy"
    values = some_values(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype, shape)
    np.save(path, np.asfortranarray(values) if fortran else values)
    (stored,) = arrays.opened(str(path))
    axis = None if axis is None else axis % len(shape)
    with pytest.MonkeyPatch.context() as patch:
        for module in (layouts, arrays, arrays.reading):
            patch.setattr(module, "BLOCK", most)
        np.testing.assert_array_equal(whole(path, axis, nbytes), values)
        assert read_bytes(stored, axis) == stored.nbytes
        if axis is not None:
            others = tuple(i for i in range(len(shape)) if i != axis)
            wanted = values.astype(np.float64).sum(axis=others)
            np.testing.assert_array_equal(sums(stored, axis, nbytes), wanted)


def test_pieces_have_about_the_size_asked_for(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((1000, 10), np.float32))
    (stored,) = arrays.opened(str(tmp_path / "x.npy"))
    cut = arrays.pieces(stored, 1, nbytes=4096)
    assert [piece.stop - piece.start for piece in cut] == [1020] * 9 + [820]
    assert arrays.pieces(stored, None, nbytes=2**30)[0].stop == 10_000


def test_a_block_is_a_view_that_the_next_one_overwrites(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.arange(2 * arrays.BLOCK, dtype=np.float64))
    (stored,) = arrays.opened(str(tmp_path / "x.npy"))
    (piece,) = arrays.pieces(stored, None, 2**30)
    first, second = arrays.blocks(piece)
    assert np.shares_memory(first.values, second.values)
