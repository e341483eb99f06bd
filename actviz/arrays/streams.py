"""Opens an array's file: each time, and as long as it is read, the file that was found when it was first looked at."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from actviz.arrays.records import STANDARD_INPUT, Stored, Version
from actviz.errors import BadInput

if TYPE_CHECKING:
    from io import RawIOBase


def version_of(stream: IO[bytes] | RawIOBase) -> Version:
    """The version of an open file."""
    seen = os.fstat(stream.fileno())
    return Version(seen.st_size, seen.st_mtime_ns)


@contextmanager
def stream_of(stored: Stored) -> Iterator[RawIOBase]:
    """The file at its first byte, or standard input, which stays open.

    Raise BadInput where the file is another one than was found, and behind the block where it became one in it.
    """
    if stored.path == STANDARD_INPUT:
        yield cast("RawIOBase", sys.stdin.buffer)
        return
    with Path(stored.path).open("rb", buffering=0) as stream:
        check_version(stored, stream)
        try:
            yield stream
        except Exception:  # a file that is written to may look damaged
            check_version(stored, stream)
            raise
        check_version(stored, stream)


def check_version(stored: Stored, stream: RawIOBase) -> None:
    """Raise BadInput where the open file is not the version that was found."""
    if version_of(stream) != stored.version:
        raise BadInput(f"{stored.label} changed while it was read; run again when nothing writes to it")
