"""What is read in several goes is one file: one that is written to or replaced meanwhile is refused."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from actviz import arrays
from actviz.arrays import Block
from actviz.arrays.rows import RowBlock, rows, strips
from actviz.errors import BadInput

X = np.arange(120.0).reshape(12, 10)

KINDS: dict[str, Callable[[Path], None]] = {
    "x.npy": lambda path: np.save(path, X),
    "plain.npz": lambda path: np.savez(path, x=X),
    "packed.npz": lambda path: np.savez_compressed(path, x=X),
    "x.safetensors": lambda path: save_file({"x": X}, str(path)),
    "x.csv": lambda path: np.savetxt(path, X, delimiter=","),
}

OPEN_THROUGHOUT = ("packed.npz", "x.csv")
"""Those that are read in one go: of a file that takes their place nothing is seen."""


def replaced(path: Path) -> None:
    """Put another file of as many bytes, written a millisecond later, in its place."""
    written = path.stat().st_mtime_ns
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(written, written + 1_000_000))
    other.replace(path)


def written_to(path: Path) -> None:
    """Write its last byte anew, a millisecond later."""
    written = path.stat().st_mtime_ns
    with path.open("r+b") as stream:
        stream.seek(-1, os.SEEK_END)
        last = stream.read(1)
        stream.seek(-1, os.SEEK_END)
        stream.write(last)
    os.utime(path, ns=(written, written + 1_000_000))


def cut_short(path: Path) -> None:
    """Leave half of its bytes."""
    os.truncate(path, path.stat().st_size // 2)


@pytest.fixture(params=KINDS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of each kind."""
    made = tmp_path / request.param
    KINDS[request.param](made)
    return made


def in_blocks(path: Path) -> Iterator[Block | RowBlock]:
    """What is read of it as samples of 10 units."""
    (stored,) = arrays.opened(str(path))
    for piece in arrays.pieces(pickle.loads(pickle.dumps(stored)), 1, 200):
        yield from arrays.blocks(piece)


def in_rows(path: Path) -> Iterator[Block | RowBlock]:
    """The same as rows that lie one after the other."""
    (stored,) = arrays.opened(str(path))
    for strip in strips(stored, 1, 200):
        yield from rows(strip)


def across(path: Path) -> Iterator[Block | RowBlock]:
    """The same as rows that lie side by side."""
    (stored,) = arrays.opened(str(path))
    for strip in strips(stored, 0, 200):
        yield from rows(strip)


@pytest.mark.parametrize("read", [in_blocks, in_rows, across])
@pytest.mark.parametrize("change", [replaced, written_to, cut_short])
def test_a_file_that_changes_while_it_is_read_is_refused(
    path: Path,
    change: Callable[[Path], None],
    read: Callable[[Path], Iterator[Block | RowBlock]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for most in ("ACROSS", "HELD"):
        monkeypatch.setattr(f"actviz.arrays.rows.{most}", 24)
    found = read(path)
    total = float(next(found).values.sum())
    change(path)
    if change is replaced and path.name in OPEN_THROUGHOUT:
        assert total + sum(float(block.values.sum()) for block in found) == X.sum()
    else:
        with pytest.raises(BadInput, match="changed while it was read; run again when nothing writes to it"):
            list(found)


@pytest.mark.parametrize("change", [replaced, written_to, cut_short])
def test_a_file_that_changes_before_it_is_read_is_refused(path: Path, change: Callable[[Path], None]) -> None:
    (stored,) = arrays.opened(str(path))
    change(path)
    with pytest.raises(BadInput, match=rf"^{path}.* changed while it was read"):
        list(arrays.blocks(arrays.pieces(stored, None, 10**6)[0]))


def test_rows_that_are_counted_first_are_of_the_file_that_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    np.savetxt(path, X, delimiter=",")
    (stored,) = arrays.opened(str(path))
    assert arrays.layout(stored, 0)[1] == 12
    np.savetxt(path, X[:5], delimiter=",")
    (again,) = arrays.opened(str(path))
    assert arrays.layout(again, 0)[1] == 5
    with pytest.raises(BadInput, match="changed while it was read"):
        list(arrays.blocks(arrays.pieces(stored, 0, 100)[0]))
