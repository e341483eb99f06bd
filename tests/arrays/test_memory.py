"""Files several times larger than the address space that the process may use which reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

LIMIT = 2**28

ROWS, COLUMNS = 2**18, 1024
"""A float32 array of 1 GiB, four times the limit, whose numbers are 0 but for the last."""

NBYTES = 4 * ROWS * COLUMNS

READ = f"""
import resource, sys
import numpy as np
from actviz import arrays

resource.setrlimit(resource.RLIMIT_AS, ({LIMIT}, {LIMIT}))
total, seen = 0.0, 0
for stored in arrays.opened(sys.argv[1]):
    for piece in arrays.pieces(stored, 1, 2**26):
        for block in arrays.blocks(piece):
            total += float(block.values.sum(dtype=np.float64))
            seen += block.nbytes
print(total, seen)
"""


def read_within_the_limit(argument: Path | str, stdin: BinaryIO | None = None) -> tuple[float, int]:
    """The sum of a file's numbers and the bytes read, found by a process with little memory."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(argument)],
        stdin=stdin or subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # each of its threads reserves room
    )
    assert done.returncode == 0, done.stderr
    total, seen = done.stdout.split()
    return float(total), int(seen)


def npy_header(stream: BinaryIO) -> None:
    """What numpy.save writes before such an array."""
    described = {"descr": "<f4", "fortran_order": False, "shape": (ROWS, COLUMNS)}
    np.lib.format.write_array_header_1_0(stream, described)  # type: ignore[no-untyped-call]


def sparse_numbers(stream: BinaryIO) -> None:
    """The array, whose zeros take no room on the disk."""
    stream.seek(NBYTES - 4, os.SEEK_CUR)
    stream.write(np.float32(2.5).tobytes())


def test_npy_and_standard_input(tmp_path: Path) -> None:
    with (tmp_path / "x.npy").open("wb") as stream:
        npy_header(stream)
        sparse_numbers(stream)
    assert read_within_the_limit(tmp_path / "x.npy") == (2.5, NBYTES)
    with (tmp_path / "x.npy").open("rb") as stream:
        assert read_within_the_limit("-", stdin=stream) == (2.5, NBYTES)


def test_safetensors(tmp_path: Path) -> None:
    header = json.dumps({"x": {"dtype": "F32", "shape": [ROWS, COLUMNS], "data_offsets": [0, NBYTES]}}).encode()
    with (tmp_path / "x.safetensors").open("wb") as stream:
        stream.write(len(header).to_bytes(8, "little") + header)
        sparse_numbers(stream)
    assert read_within_the_limit(tmp_path / "x.safetensors") == (2.5, NBYTES)


def test_a_compressed_member_a_thousand_times_the_size_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    zeros = bytes(2**20)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("x.npy", "w", force_zip64=True) as stream,
    ):
        npy_header(stream)  # type: ignore[arg-type]
        for _ in range(NBYTES // len(zeros) - 1):
            stream.write(zeros)
        stream.write(zeros[:-4] + np.float32(2.5).tobytes())
    assert path.stat().st_size < NBYTES // 100
    assert read_within_the_limit(path) == (2.5, NBYTES)


@pytest.mark.slow
def test_text(tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("w") as stream:
        for _ in range(1024):
            stream.write("0.5,-0.25\n" * 2**16)
    nbytes = (tmp_path / "x.csv").stat().st_size
    assert nbytes > 2 * LIMIT
    assert read_within_the_limit(tmp_path / "x.csv") == (0.25 * 2**26, nbytes)
