"""Headers of .safetensors files, of which no more than the header is read.

The library maps a whole file before it says what is in it, which a limit on memory forbids; the format is
eight bytes, some JSON, and numbers (huggingface.co/docs/safetensors, "Format"), and is checked here.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from actviz.arrays.found import Found
from actviz.arrays.names import picked
from actviz.arrays.npy import NUMBERS, check_length, check_shape
from actviz.arrays.records import FLAGS, NARROW, Run, Stored, Version
from actviz.arrays.streams import version_of
from actviz.errors import BadInput
from actviz.floats import dtype_of

LONGEST_HEADER = 100_000_000
"""Bytes, the library's own bound (MAX_HEADER_SIZE)."""

METADATA = "__metadata__"

STORAGE = {
    **{"F16": "<f2", "BF16": "bfloat16", "F32": "<f4", "F64": "<f8"},
    **{"I8": "|i1", "I16": "<i2", "I32": "<i4", "I64": "<i8"},
    **{"U8": "|u1", "U16": "<u2", "U32": "<u4", "U64": "<u8"},
    "BOOL": "|b1",
    **{"F8_E5M2": "float8_e5m2", "F8_E4M3": "float8_e4m3fn"},
}
"""The format's names of types, in numpy's words."""

DTYPES = dict(zip(STORAGE, (*NUMBERS, FLAGS, *NARROW), strict=True))


@dataclass(frozen=True, slots=True)
class Entry:
    """What the header says of one tensor: its type, shape, and the bytes after the header where it lies."""

    type: str
    shape: tuple[int, ...]
    begin: int
    end: int


def looks_so(head: bytes) -> bool:
    """Whether a file begins with a header's length and an opening brace."""
    return len(head) > 8 and head[8:9] == b"{" and 2 <= int.from_bytes(head[:8], "little") <= LONGEST_HEADER


def found(path: Path, name: str) -> Found:
    """The tensor called `name`, or where it is "" all that can be read, in the order in which they lie.

    Raise BadInput for a damaged header, a file of another length, an unknown name, a type that is not read.
    """
    with path.open("rb") as stream:
        version = version_of(stream)
        head = stream.read(9)
        if not looks_so(head):
            raise BadInput(f"{path} is no .safetensors file: it does not begin with a header")
        length = int.from_bytes(head[:8], "little")
        text = head[8:] + stream.read(length - 1)
    if len(text) < length:
        raise BadInput(f"{path} is cut short: it ends within its header")
    entries = entries_of(text, str(path))
    if not entries:
        raise BadInput(f"{path} holds no tensors")
    check_length(version.nbytes, 8 + length + checked_end(entries, str(path)), str(path))
    names = sorted(entries, key=lambda key: entries[key].begin)
    return picked(names, name, str(path), partial(described, path, version, entries, 8 + length))


def entries_of(text: bytes, path: str) -> dict[str, Entry]:
    """The tensors that a header names; raise BadInput where it is damaged."""
    try:
        found = json.loads(text, object_pairs_hook=once)
        return {
            name: Entry(str(said["dtype"]), whole(said["shape"]), *pair(said["data_offsets"]))
            for name, said in found.items()
            if name != METADATA
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        why = f": {error}" if isinstance(error, BadInput) else ""
        raise BadInput(f"{path} is damaged: its .safetensors header cannot be read{why}") from None


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; raise BadInput where a name comes twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadInput("a name comes twice")
    return found


def whole(numbers: list[Any]) -> tuple[int, ...]:
    """Whole numbers from 0 on; raise BadInput for anything else."""
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise BadInput(f"{numbers} are not whole numbers from 0 on")
    return tuple(numbers)


def pair(numbers: list[Any]) -> tuple[int, int]:
    """Two whole numbers in order; raise BadInput for anything else, ValueError for more or fewer."""
    begin, end = whole(numbers)
    if begin > end:
        raise BadInput(f"{numbers} are not in order")
    return begin, end


def checked_end(entries: dict[str, Entry], path: str) -> int:
    """Where the last tensor ends.

    Raise BadInput, as the library's Metadata::validate does, where one does not begin just where that before it ends,
    and for other bytes than its shape takes.
    """
    at, before = 0, ""
    for name, entry in sorted(entries.items(), key=lambda item: (item[1].begin, item[1].end)):
        if entry.begin < at:
            raise BadInput(f"{path} is damaged: tensors may not overlap, and {name} begins within {before}")
        if entry.begin > at:
            raise BadInput(f"{path} is damaged: bytes {at:,} to {entry.begin:,}, before {name}, belong to no tensor")
        held, wanted = entry.end - entry.begin, nbytes_of(entry)
        if wanted not in (None, held):
            raise BadInput(
                f"{path}:{name} is damaged: {held:,} bytes are set aside for {wanted:,} bytes of {entry.type}"
            )
        at, before = entry.end, name
    return at


def nbytes_of(entry: Entry) -> int | None:
    """The bytes that a tensor's shape takes; None for a type that is not read."""
    if entry.type not in STORAGE:
        return None
    return math.prod(entry.shape) * int(dtype_of(STORAGE[entry.type]).itemsize)


def described(path: Path, version: Version, entries: dict[str, Entry], offset: int, name: str) -> Stored:
    """The record of one tensor."""
    entry = entries[name]
    label = f"{path}:{name}"
    if entry.type not in STORAGE:
        known = ", ".join(kind for kind, dtype in DTYPES.items() if dtype != FLAGS)
        raise BadInput(f"{label} holds {entry.type}, and of the types of .safetensors {known} are read")
    check_shape(entry.shape, label)
    run = Run(STORAGE[entry.type], offset + entry.begin)
    return Stored(label, str(path), entry.shape, DTYPES[entry.type], (), entry.end - entry.begin, run, version=version)
