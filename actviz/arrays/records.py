"""An array in a file, a part of it, a block of its values: plain records, picklable until values are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLAGS = "bool"
"""The dtype of booleans, which masks may hold and data may not."""

NARROW = ("float8_e5m2", "float8_e4m3fn")
"""The dtypes of 8 bits that are read; float16, in which their blocks come, holds every number of both."""

UNKNOWN = -1
"""The number of rows of a text table before it is read."""

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Run:
    """Numbers of one binary type, one after the other, from byte `offset` on.

    `storage` is the type's name, numpy's with its byte order or ml_dtypes'. `member` names the compressed member
    of an .npz file in which they lie. `fortran`: the first axis runs fastest.
    """

    storage: str
    offset: int
    member: str = ""
    fortran: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A table of numbers as text.

    `delimiter` is one character, or "" for blanks. `header`: the first line holds names. `column` is the one
    column wanted, from 0. `head` are bytes of standard input already taken.
    """

    encoding: str
    delimiter: str
    width: int
    header: bool
    column: int | None = None
    head: bytes = b""


@dataclass(frozen=True, slots=True)
class Version:
    """What tells a file from what it becomes when it is written to or replaced: its bytes, and when it was written.

    Both are the same on every machine that reads the file, as its number on a device is not.
    """

    nbytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Stored:
    """An array in a file, not yet read.

    `label` is its name for people: ``acts.npz:layer1``, ``standard input``. `shape` starts with -1 where a text
    table's rows are not counted yet. `dtype` is one of NARROW, float16, bfloat16, float32, float64, int8 to int64,
    uint8 to uint64, or bool. `columns` are the names in a table's header. `nbytes` are the bytes to read in all, 0 if
    unknown. Standard input (`path` is "-") can be read once, by the process that opened it. `spare`: it is one of
    several in a folder or an archive, which a run may leave out where it turns out to be damaged. `version` is that
    of the file, which must stay; None for what is no file.
    """

    label: str
    path: str
    shape: tuple[int, ...]
    dtype: str
    columns: tuple[str, ...]
    nbytes: int
    source: Run | Text
    spare: bool = False
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Elements `start` to `stop` of `stored`, in the order of the file; text is one piece, its `stop` -1.

    `units` and `inner` are the last two numbers of the layout along `axis` (from 0 on, or None), -1 where not known.
    """

    stored: Stored
    axis: int | None
    units: int
    inner: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Block:
    """Values of shape (samples, units, places), their dtype the file's, their byte order the machine's.

    `first` is the index of the first unit. `nbytes` is what the block took of the file. The values are a view
    of a buffer that the next block overwrites: copy what must last. `remark` is what is to be said of the file as far
    as it is read, nothing mostly.
    """

    values: NDArray[Any]
    first: int
    nbytes: int
    remark: str = ""
