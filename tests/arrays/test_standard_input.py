from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from block_assembly import put_together, refused, sums
from safetensors.numpy import save

from actviz import arrays
from actviz.errors import BadInput


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts bytes on standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))  # type: ignore[type-var]

    return put


def saved(values: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values)
    return stream.getvalue()


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<i2", ml_dtypes.bfloat16])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_npy_data(typed: Any, dtype: Any, order: Any, axis: int | None) -> None:
    values = np.asarray(np.arange(12).reshape(3, 4).astype(dtype), order=order)
    typed(saved(values))
    (stored,) = arrays.opened("-")
    assert (stored.label, stored.path, stored.nbytes) == ("standard input", "-", values.nbytes)
    np.testing.assert_array_equal(put_together(stored, axis).reshape((3, 4), order=order), values)


def test_text(typed: Any) -> None:
    typed(b"a,b\n1,2\n3,4\n")
    (stored,) = arrays.opened("-")
    assert (stored.shape, stored.columns, stored.nbytes) == ((arrays.UNKNOWN, 2), ("a", "b"), 0)
    assert sums(stored, 1).tolist() == [4.0, 6.0]


def test_one_column_of_text(typed: Any) -> None:
    typed(b"a,b\n1,2\n3,4\n")
    assert put_together(*arrays.opened("-:b")).tolist() == [2.0, 4.0]


def test_a_long_text(typed: Any) -> None:
    values = np.arange(200_000) / 8
    typed("\n".join(map(str, values.tolist())).encode())
    np.testing.assert_array_equal(put_together(*arrays.opened("-")), values)


def test_rows_of_text_as_units_are_refused(typed: Any) -> None:
    typed(b"1,2\n3,4\n")
    (stored,) = arrays.opened("-")
    with pytest.raises(BadInput, match="standard input: axis 0 makes each row a unit"):
        arrays.layout(stored, 0)


def archived() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("x.npy", saved(np.zeros(3)))
    return stream.getvalue()


REFUSALS = {
    "nothing": (b"", "standard input is empty"),
    "blank lines": (b"\n\n\n", "standard input is empty: it has no line with numbers"),
    "an archive": (archived(), "standard input is a zip archive, whose arrays lie in any order; save it to a file"),
    "tensors": (save({"x": np.zeros(3)}), "standard input is .safetensors, whose arrays lie in any order"),
    "pickled": (b"\x93NUMPY\x01\x00\x05\x00abcd\n", "standard input is damaged: its .npy header cannot be read"),
    "cut short": (saved(np.zeros(9))[:-1], "standard input ends before the 72 bytes its header promises"),
    "two arrays": (saved(np.zeros(9)) * 2, "standard input goes on after its array"),
    "other bytes": (b"\x00\x01\x02", "standard input is no text"),
    "words": (b"hello\nworld\n", "standard input: line 2, column 1: 'world' is no number"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_what_cannot_be_read_as_it_comes(typed: Any, what: str) -> None:
    data, reason = REFUSALS[what]
    typed(data)
    assert reason in refused("-")


def test_a_name_for_npy_data(typed: Any) -> None:
    typed(saved(np.zeros(3)))
    assert refused("-:x") == "standard input is .npy data: one array without a name; leave out ':x'"


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert refused("-") == "standard input is closed; name a file"


SLOW = """
import sys, time
for byte in sys.stdin.buffer.read():
    sys.stdout.buffer.write(bytes([byte]))
    sys.stdout.buffer.flush()
"""

READ = """
from actviz import arrays
(stored,) = arrays.opened("-")
(piece,) = arrays.pieces(stored, None, 2**20)
print(sum(float(block.values.astype(float).sum()) for block in arrays.blocks(piece)))
"""


@pytest.mark.parametrize("data", [saved(np.arange(50.0)), "\n".join(map(str, range(50))).encode()])
def test_a_pipe_that_gives_one_byte_at_a_time(tmp_path: Path, data: bytes) -> None:
    with subprocess.Popen([sys.executable, "-c", SLOW], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as source:
        assert source.stdin is not None
        source.stdin.write(data)
        source.stdin.close()
        done = subprocess.run(
            [sys.executable, "-c", READ], stdin=source.stdout, capture_output=True, text=True, timeout=60, check=False
        )
    assert (done.stdout.strip(), done.stderr) == ("1225.0", "")
