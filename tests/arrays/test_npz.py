from __future__ import annotations

import re
import zipfile
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from block_assembly import put_together, read_bytes, refused, sums

from actviz import arrays
from actviz.errors import BadInput

LAYERS = {
    "layer1": np.arange(60, dtype=np.float32).reshape(3, 4, 5),
    "block/2": np.asfortranarray(np.arange(12, dtype=">f8").reshape(3, 4)),
    "half": np.arange(5).astype(ml_dtypes.bfloat16),
    "one": np.int16(7),
}


@pytest.fixture(params=["stored", "deflated"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    save = np.savez if request.param == "stored" else np.savez_compressed
    save(tmp_path / "acts.npz", **LAYERS)  # type: ignore[arg-type]
    return tmp_path / "acts.npz"


def test_every_member_in_the_order_of_the_archive(file: Path) -> None:
    found = arrays.opened(str(file))
    assert [stored.label for stored in found] == [f"{file}:{name}" for name in LAYERS]
    for stored, values in zip(found, LAYERS.values(), strict=True):
        assert (stored.shape, stored.dtype, stored.nbytes) == (values.shape, values.dtype.name, values.nbytes)
        assert read_bytes(stored) == values.nbytes
        order = "F" if stored.label.endswith("block/2") else "C"
        np.testing.assert_array_equal(put_together(stored, nbytes=16).reshape(values.shape, order=order), values)


@pytest.mark.parametrize("name", ["layer1", "layer1.npy"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_one_member_by_its_name(file: Path, name: str, axis: int) -> None:
    (stored,) = arrays.opened(f"{file}:{name}")
    wanted = LAYERS["layer1"].sum(axis=tuple(i for i in range(3) if i != axis))
    np.testing.assert_array_equal(sums(stored, axis, nbytes=40), wanted)


def test_plain_members_are_cut_into_pieces_and_compressed_ones_are_not(tmp_path: Path) -> None:
    np.savez(tmp_path / "plain.npz", x=np.zeros((1000, 10)))
    np.savez_compressed(tmp_path / "small.npz", x=np.zeros((1000, 10)))
    cuts = [len(arrays.pieces(*arrays.opened(str(tmp_path / f"{name}.npz")), 1, 8000)) for name in ("plain", "small")]
    assert cuts == [10, 1]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions(tmp_path: Path, method: int) -> None:
    np.save(tmp_path / "x.npy", LAYERS["layer1"])
    with zipfile.ZipFile(tmp_path / "acts.npz", "w", method) as archive:
        archive.write(tmp_path / "x.npy", "x.npy")
    (stored,) = arrays.opened(str(tmp_path / "acts.npz"))
    np.testing.assert_array_equal(put_together(stored), LAYERS["layer1"].reshape(-1))


def test_a_member_that_other_tools_pad_or_comment(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", LAYERS["layer1"])
    info = zipfile.ZipInfo("x.npy")
    info.extra = b"\x99\x99\x04\x00abcd"
    with zipfile.ZipFile(tmp_path / "acts.npz", "w") as archive:
        archive.writestr("about.txt", "no array")
        archive.writestr(info, (tmp_path / "x.npy").read_bytes())
        archive.comment = b"made by hand"
    (stored,) = arrays.opened(str(tmp_path / "acts.npz"))
    np.testing.assert_array_equal(put_together(stored), LAYERS["layer1"].reshape(-1))


def test_an_unknown_name_and_the_nearest(file: Path) -> None:
    line = refused(f"{file}:layer2")
    assert line == f"{file} has no array 'layer2'; it has layer1, block/2, half, one; did you mean 'layer1'?"


def test_an_archive_with_one_array_that_cannot_be_read_tells_how_to_name_another(tmp_path: Path) -> None:
    np.savez(tmp_path / "acts.npz", x=np.zeros(3), labels=np.array(["a", "b"]))
    line = refused(tmp_path / "acts.npz")
    assert line.endswith(f"holds strings; save numbers; or name one array, such as {tmp_path}/acts.npz:x"), line
    assert refused(f"{tmp_path}/acts.npz:labels").endswith("holds strings; save numbers")


def test_an_archive_gives_what_can_be_read_and_says_what_cannot(tmp_path: Path) -> None:
    path = tmp_path / "acts.npz"
    np.savez(path, x=np.zeros(3), labels=np.array(["a", "b"]), y=np.ones((2, 2)), nothing=np.zeros(0))
    found = arrays.found_at(str(path))
    assert [(stored.label, stored.spare) for stored in found.stored] == [(f"{path}:x", True), (f"{path}:y", True)]
    assert found.left_out == (
        f"{path}:labels holds strings; save numbers",
        f"{path}:nothing is empty: its shape is (0,)",
    )
    with pytest.raises(BadInput, match="labels holds strings"):
        arrays.found_at(f"{path}:labels")
    (stored,) = arrays.found_at(f"{path}:x").stored
    assert not stored.spare
    assert not any(stored.spare for stored in arrays.opened(f"{path}:y"))


def test_booleans_are_no_data_but_may_be_masks(tmp_path: Path) -> None:
    keep = np.array([True, False, True])
    path = tmp_path / "acts.npz"
    np.savez(path, keep=keep, x=np.zeros(3))
    found = arrays.found_at(str(path))
    assert [stored.label for stored in found.stored] == [f"{path}:x"]
    assert found.left_out == (f"{path}:keep holds booleans; save them as numbers",)
    assert "holds booleans; save them as numbers; or name one array" in refused(path)
    assert refused(f"{path}:keep") == f"{path}:keep holds booleans; save them as numbers"
    np.savez(tmp_path / "b.npz", a=keep, b=keep)
    assert refused(tmp_path / "b.npz").startswith(f"nothing in {tmp_path}/b.npz can be read; first, ")
    (flags,) = arrays.opened_with_flags(f"{path}:keep")
    (block,) = arrays.blocks(arrays.pieces(flags, None, 1000)[0])
    assert (flags.dtype, block.values.reshape(-1).tolist()) == ("bool", keep.tolist())


def test_a_damaged_member_leaves_the_others(tmp_path: Path) -> None:
    np.savez(tmp_path / "acts.npz", x=np.zeros(3), y=np.ones(2))
    data = (tmp_path / "acts.npz").read_bytes()
    flipped(tmp_path / "acts.npz", data.index(b"{'descr'"))
    found = arrays.found_at(str(tmp_path / "acts.npz"))
    assert [stored.label for stored in found.stored] == [f"{tmp_path}/acts.npz:y"]
    assert found.left_out == (f"{tmp_path}/acts.npz:x is damaged: its .npy header cannot be read",)
    flipped(tmp_path / "acts.npz", data.index(b"x.npy"))
    (line,) = arrays.found_at(str(tmp_path / "acts.npz")).left_out
    assert line == f"{tmp_path}/acts.npz:x is damaged: its bytes make no sense"


def test_an_archive_of_which_nothing_can_be_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "acts.npz", x=np.array(["a"]), y=np.zeros(0))
    with pytest.raises(BadInput) as caught:
        arrays.found_at(str(tmp_path / "acts.npz"))
    line = str(caught.value)
    assert (
        line == f"nothing in {tmp_path}/acts.npz can be read; first, {tmp_path}/acts.npz:x holds strings; save numbers"
    )


def test_a_colon_without_a_name_is_refused(file: Path) -> None:
    wanted = f"'{file}:' names no array behind the colon; for all of them leave the colon out"
    assert refused(f"{file}:") == wanted


def test_pickled_members_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "acts.npz", x=np.array([{}], dtype=object))
    assert "x holds pickled Python objects, which are never opened" in refused(tmp_path / "acts.npz")


def test_archives_without_arrays(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("archive/data.pkl", b"...")
    assert "is a zip archive without .npy members" in refused(tmp_path / "a.npz")
    zipfile.ZipFile(tmp_path / "b.npz", "w").close()
    assert "is a zip archive without .npy members" in refused(tmp_path / "b.npz")


def flipped(path: Path, at: int) -> None:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(bytes(data))


def test_a_compressed_member_with_a_changed_byte_is_damaged(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(size=2000)
    np.savez_compressed(tmp_path / "acts.npz", x=values)
    flipped(tmp_path / "acts.npz", 8000)
    assert "is damaged" in refused(tmp_path / "acts.npz")


def test_a_member_whose_sum_is_wrong_is_damaged(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "acts.npz", x=np.zeros(2000))
    data = (tmp_path / "acts.npz").read_bytes()
    flipped(tmp_path / "acts.npz", data.rindex(b"PK\x01\x02") + 16)  # the sum in the directory
    assert refused(tmp_path / "acts.npz").endswith("x is damaged: its bytes do not agree with its checksum (CRC-32)")


@pytest.mark.parametrize("compressed", [False, True])
def test_any_byte_changed_is_read_or_refused_in_words_of_ones_own(tmp_path: Path, compressed: bool) -> None:
    save = np.savez_compressed if compressed else np.savez
    save(tmp_path / "good.npz", first=np.arange(6.0).reshape(2, 3), second=np.arange(4, dtype=np.int8))
    data = (tmp_path / "good.npz").read_bytes()
    said = set()
    for at in range(4, len(data)):
        (tmp_path / "acts.npz").write_bytes(data)
        flipped(tmp_path / "acts.npz", at)
        try:
            for stored in arrays.opened(str(tmp_path / "acts.npz")):
                put_together(stored)
        except BadInput as error:
            said.add(str(error).replace(str(tmp_path), ""))
    assert said
    for line in said:
        assert not re.search(r"b'|\('|Error|multi-line|object|header and|magic number|decompress|unpack", line), line
        assert "\n" not in line


def test_an_encrypted_member_is_refused(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(mark) + flags] |= 1
    file.write_bytes(bytes(data))
    assert "layer1 is encrypted; save it without a password" in refused(file)


@pytest.mark.parametrize("length", [4, 30, 100, 400, -1, -20, -60])
def test_an_archive_cut_short(file: Path, length: int) -> None:
    file.write_bytes(file.read_bytes()[:length])
    assert "is damaged: it is no whole zip archive" in refused(file)


def test_a_member_longer_than_its_header_promises(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros(3))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / "acts.npz", "w", method) as archive:
            archive.writestr("x.npy", (tmp_path / "x.npy").read_bytes() + b"more")
        assert "goes on after its end: it holds 156 bytes, its header promises 152" in refused(tmp_path / "acts.npz")


def test_a_directory_that_points_past_the_end(tmp_path: Path) -> None:
    np.savez(tmp_path / "acts.npz", x=np.zeros(2000))
    data = bytearray((tmp_path / "acts.npz").read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 42 : entry + 46] = (10**6).to_bytes(4, "little")  # where its local header stands
    (tmp_path / "acts.npz").write_bytes(bytes(data))
    assert "is damaged" in refused(tmp_path / "acts.npz")


def test_the_archive_may_be_gone_when_it_is_read(file: Path) -> None:
    found = arrays.opened(str(file))
    file.unlink()
    for stored in found:
        with pytest.raises(BadInput, match=r"cannot read .*: No such file"):
            put_together(stored)
