"""Headers of .npy data (numpy's format, versions 1 to 3), and which types of number are read."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from actviz.arrays.records import FLAGS, Run, Stored, Version
from actviz.arrays.streams import version_of
from actviz.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

MAGIC = b"\x93NUMPY"

VERSIONS = ((1, 0), (2, 0), (3, 0))

NUMBERS = (
    *("float16", "bfloat16", "float32", "float64"),
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
)
"""The types of numbers that are read."""

REFUSED = {
    "O": "pickled Python objects, which are never opened, for that can run any code; save numbers",
    "c": "complex numbers; save their real parts",
    "S": "byte strings; save numbers",
    "U": "strings; save numbers",
    "T": "strings; save numbers",
    "b": "booleans; save them as numbers",
    "M": "dates; save numbers",
    "m": "spans of time; save numbers",
}
"""What are no data, by the kind of its numpy dtype."""


UNKNOWN_TYPE = "not a valid dtype descriptor"
"""What numpy says of such a one, as ml_dtypes' float8_e5m2 has."""


class Readable(Protocol):
    """What a header is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, none at the end."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the numbers: their type as stored, its name and bytes, the shape and the order."""

    storage: str
    dtype: str
    width: int
    shape: tuple[int, ...]
    fortran: bool

    @property
    def nbytes(self) -> int:
        """Bytes of the array."""
        return math.prod(self.shape) * self.width


def header(stream: Readable, label: str) -> Header:
    """Read the header from a stream that stands at the magic string, and leave it at the first number.

    Bare voids of two bytes are taken for bfloat16, whose name numpy.save does not write. Raise BadInput for
    a damaged header, for anything but booleans and real numbers of at most 64 bits, and for an empty array.
    """
    from numpy.lib import format as npy

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numpy's remark on headers of Python 2
            version = npy.read_magic(stream)
            if version not in VERSIONS:
                raise BadInput(f"{label} is of version {version[0]}.{version[1]} of .npy, and 1.0 to 3.0 are read")
            # Version 3 differs in the encoding of fields' names alone, and records of fields are not read.
            read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, fortran, dtype = read(stream)
    except (BadInput, OSError):
        raise
    except Exception as error:  # numpy's parser lets through what its parts raise: a dozen kinds
        if UNKNOWN_TYPE in str(error):
            raise BadInput(f"{label}: its .npy header names a type that numpy does not know; save as float32") from None
        raise BadInput(f"{label} is damaged: its .npy header cannot be read") from None
    name = FLAGS if dtype.kind == "b" else number_type(dtype, label)
    check_shape(shape, label)
    storage = name if name == "bfloat16" else dtype.str
    return Header(storage, name, dtype.itemsize, shape, fortran)


def number_type(dtype: Any, label: str) -> str:
    """The name of a numpy dtype of numbers that is read; raise BadInput, saying why, for any other."""
    if dtype.names is not None:
        raise BadInput(f"{label} holds records with fields ({', '.join(dtype.names)}); save one field by itself")
    if dtype.subdtype is not None:
        raise BadInput(f"{label} holds arrays within an array; save them as one array of numbers")
    if dtype.kind == "V":
        if dtype.itemsize == 2:
            return "bfloat16"
        what = "float8 and int4 are saved so alike, and cannot be told apart" if dtype.itemsize == 1 else "not numbers"
        raise BadInput(f"{label} holds bare bytes ({dtype.str}): {what}; save as float16 or float32")
    if dtype.kind in REFUSED:
        raise BadInput(f"{label} holds {REFUSED[dtype.kind]}")
    if dtype.name not in NUMBERS:
        raise BadInput(f"{label} holds {dtype.name}, which is wider than 64 bits or unknown; save as float64")
    return str(dtype.name)


def check_shape(shape: tuple[int, ...], label: str) -> None:
    """Raise BadInput for a shape without elements, or none at all."""
    if any(side < 0 for side in shape):
        raise BadInput(f"{label}: its header gives the shape {shape}, which no array has")
    if 0 in shape:
        raise BadInput(f"{label} is empty: its shape is {shape}")


def check_length(held: int, promised: int, label: str) -> None:
    """Raise BadInput unless a file or a member holds just what its header promises."""
    if held < promised:
        raise BadInput(f"{label} is cut short: it holds {held:,} bytes, its header promises {promised:,}")
    if held > promised:
        raise BadInput(f"{label} goes on after its end: it holds {held:,} bytes, its header promises {promised:,}")


def stored(path: Path) -> Stored:
    """The array of an .npy file; raise BadInput as `header` does, and for a file of another length."""
    label = str(path)
    with path.open("rb") as stream:
        version = version_of(stream)
        found = header(stream, label)
        offset = stream.tell()
    check_length(version.nbytes, offset + found.nbytes, label)
    return described(label, label, found, offset, version)


def described(label: str, path: str, found: Header, offset: int, version: Version | None, member: str = "") -> Stored:
    """The record of the array after a header."""
    run = Run(found.storage, offset, member, found.fortran)
    return Stored(label, path, found.shape, found.dtype, (), found.nbytes, run, version=version)
