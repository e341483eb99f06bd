from __future__ import annotations

import gzip
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from block_assembly import put_together, refused

from actviz import arrays
from actviz.arrays.folders import natural


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_gives_its_files_by_name_with_numbers_counted(here: Path) -> None:
    for name in ("shard10.npy", "shard2.npy", "shard1.npy"):
        np.save(here / name, np.zeros(3))
    (here / "notes.md").write_text("no data")
    (here / "folder.npy").mkdir()
    np.savez(here / "a.npz", x=np.zeros(1), y=np.zeros(2))
    labels = [stored.label for stored in arrays.opened(".")]
    assert labels == ["a.npz:x", "a.npz:y", "shard1.npy", "shard2.npy", "shard10.npy"]
    assert [stored.label for stored in arrays.opened(str(here))] == [f"{here}/{label}" for label in labels]


def test_a_folder_gives_what_can_be_read_and_says_what_cannot(here: Path) -> None:
    np.savez(here / "c.npz", x=np.zeros(3), words=np.array(["a"]))
    np.save(here / "w.npy", np.array(["a"]))
    np.save(here / "x.npy", np.zeros(3))
    (here / "a.txt").write_text("notes on the run\nof today\n")
    (here / "b.txt").write_text("one word\nmore words\n")
    (here / "z.csv").write_text("1,2\n3\n")
    (here / "lost.npy").symlink_to("nowhere.npy")
    os.mkfifo(here / "pipe.npy")
    found = arrays.found_at(".")
    assert [stored.label for stored in found.stored] == ["c.npz:x", "x.npy"]
    assert all(stored.spare for stored in found.stored)
    assert found.left_out == (
        "a.txt: the header has 4 cells and the first row 2 cells",
        "b.txt: line 2, column 1: 'more' is no number",
        "c.npz:words holds strings; save numbers",
        "cannot read lost.npy: No such file or directory",
        "pipe.npy is no file but a pipe or a device; read it through standard input: - < pipe.npy",
        "w.npy holds strings; save numbers",
        "z.csv: line 2 has 1 cell, the rows before 2",
    )
    line = refused(".")
    assert line == f"{found.left_out[0]}; or name one array, such as c.npz:x"
    assert refused("z.csv") == "z.csv: line 2 has 1 cell, the rows before 2"


def test_a_folder_of_which_nothing_can_be_read(here: Path) -> None:
    np.save(here / "w.npy", np.array(["a"]))
    assert refused(".") == "w.npy holds strings; save numbers"
    (here / "z.csv").write_text("")
    assert refused(".") == "nothing in . can be read; first, w.npy holds strings; save numbers"


def test_folders_in_a_folder_are_not_looked_into_which_is_said(here: Path) -> None:
    (here / "run" / "step10").mkdir(parents=True)
    np.save(here / "run" / "x.npy", np.zeros(3))
    assert arrays.found_at("run").left_out == ("the folder run/step10; name it to read it too",)
    (here / "run" / "step2").mkdir()
    (here / "run" / ".git").mkdir()
    wanted = "the 2 folders in run (step2, step10); name run/step2 to read that too"
    assert arrays.found_at("run/").left_out == (wanted,)
    assert [stored.label for stored in arrays.opened("run")] == ["run/x.npy"]
    (here / "run" / "x.npy").unlink()
    assert refused("run").endswith(" are read, and folders are not looked into; name run/step2")


def test_a_name_picks_that_array_of_every_file_of_a_folder(here: Path) -> None:
    for name in ("a", "b"):
        np.savez(here / f"{name}.npz", x=np.zeros(1), y=np.zeros(2))
    np.savez(here / "c.npz", z=np.zeros(1))
    found = arrays.found_at(".:y")
    assert [stored.label for stored in found.stored] == ["a.npz:y", "b.npz:y"]
    assert found.left_out == ("c.npz has no array 'y'; it has z",)


def test_a_pattern_in_quotes(here: Path) -> None:
    np.save(here / "p.npy", np.zeros(3))
    np.save(here / "q.npy", np.zeros(3))
    assert refused("*.nope") == "there is no file *.nope, nor any that this pattern fits"
    assert refused("*.npy") == "there is no file *.npy; without quotes the shell puts in p.npy, q.npy"


def test_a_colon_without_a_name(here: Path) -> None:
    np.save(here / "x.npy", np.zeros(3))
    for argument in ("x.npy:", ".:", "-:"):
        wanted = f"'{argument}' names no array behind the colon; for all of them leave the colon out"
        assert refused(argument) == wanted
    np.save(here / "y", np.zeros(3))
    (here / "y.npy").rename(here / "y.npy:")
    assert put_together(*arrays.opened("y.npy:")).tolist() == [0.0, 0.0, 0.0]


def test_any_names_can_be_put_in_order() -> None:
    names = ["1.npy", "a.npy", "a1b.npy", "a01.npy", "2a.npy", "10.npy", "-.npy"]
    order = [path.name for path in sorted(map(Path, names), key=natural)]
    assert order == ["1.npy", "2a.npy", "10.npy", "-.npy", "a01.npy", "a1b.npy", "a.npy"]


def test_a_folder_without_data(here: Path) -> None:
    (here / "empty").mkdir()
    assert refused("empty").startswith("empty is a folder without data: files that end in .npy, .npz, .safetensors, ")


def test_a_file_with_a_colon_in_its_name_is_that_file(here: Path) -> None:
    np.save(here / "x:y.npy", np.arange(3.0))
    np.savez(here / "a:b.npz", **{"c:d": np.arange(4.0)})
    assert put_together(*arrays.opened("x:y.npy")).tolist() == [0.0, 1.0, 2.0]
    assert put_together(*arrays.opened("a:b.npz:c:d")).tolist() == [0.0, 1.0, 2.0, 3.0]


def test_a_missing_file_and_the_nearest(here: Path) -> None:
    np.save(here / "layer1.npy", np.zeros(3))
    assert refused("layer2.npy") == "there is no file layer2.npy; did you mean 'layer1.npy'?"
    assert refused("nothing/x.npy") == "there is no file nothing/x.npy: there is no folder nothing"
    assert refused("") == "an empty name is no file"
    assert refused("a\0b") == "no file has a NUL in its name"
    assert refused("y" * 5000).startswith("there is no file yyy")


def test_a_name_after_a_file_that_has_none(here: Path) -> None:
    np.save(here / "x.npy", np.zeros(3))
    assert refused("x.npy:layer1") == "x.npy is one array without a name; leave out ':layer1'"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"hello", "is of no known kind: files that end in .npy, "),
        (b"\x89HDF\r\n\x1a\n....", "is HDF5; save the array with numpy.save"),
        (pickle.dumps([1.0]), "is pickled Python objects, which are never opened"),
        (gzip.compress(b"1,2"), "is compressed by gzip; unpack it first"),
        (b"PAR1....", "is Parquet"),
    ],
)
def test_files_of_other_kinds(here: Path, content: bytes, reason: str) -> None:
    (here / "acts.bin").write_bytes(content)
    assert reason in refused("acts.bin")


def test_what_a_file_holds_counts_and_not_its_suffix(here: Path) -> None:
    with (here / "acts.bin").open("wb") as stream:
        np.save(stream, np.arange(3.0))
    assert put_together(*arrays.opened("acts.bin")).tolist() == [0.0, 1.0, 2.0]
    (here / "acts.bin").rename(here / "acts.csv")
    assert put_together(*arrays.opened("acts.csv")).tolist() == [0.0, 1.0, 2.0]
    (here / "x.npy").write_text("1,2\n")
    assert refused("x.npy") == "x.npy is no .npy file: it does not begin as one"
    (here / "x.cvs").write_text("1,2\n")
    assert "did you mean '.csv'?" in refused("x.cvs")


def test_a_pipe_and_a_device_are_refused(here: Path) -> None:
    os.mkfifo(here / "pipe.npy")
    for place in ("pipe.npy", "/dev/null"):
        line = f"{place} is no file but a pipe or a device; read it through standard input: - < {place}"
        assert refused(place) == line


def test_a_file_one_may_not_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(here / "x.npy", np.zeros(3))

    def denied(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", denied)  # for root reads every file
    assert refused("x.npy") == "cannot read x.npy: Permission denied"


def test_records_travel_between_processes(here: Path) -> None:
    np.savez_compressed(here / "a.npz", x=np.arange(6.0).reshape(2, 3))
    np.save(here / "b.npy", np.arange(6.0))
    (here / "c.csv").write_text("a,b\n1,2\n")
    for name in ("a.npz", "b.npy", "c.csv"):
        (stored,) = arrays.opened(name)
        (piece,) = arrays.pieces(stored, None, 2**20)
        assert pickle.loads(pickle.dumps(piece)) == piece
        first = [block.values.tolist() for block in arrays.blocks(piece)]
        assert first == [block.values.tolist() for block in arrays.blocks(pickle.loads(pickle.dumps(piece)))]
