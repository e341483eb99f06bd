"""Members of .npz archives: those stored plainly are read in place, compressed ones as they are inflated."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EINVAL
from functools import partial
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from actviz.arrays import npy
from actviz.arrays.found import Found
from actviz.arrays.names import picked
from actviz.arrays.records import Stored, Version
from actviz.arrays.streams import stream_of, version_of
from actviz.errors import BadInput

if TYPE_CHECKING:
    from io import BufferedIOBase
    from pathlib import Path
    from zipfile import ZipFile, ZipInfo

MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
"""How a zip archive begins, the second an empty one."""

LOCAL_HEADER = 30
"""Bytes of a member's own header before its name (APPNOTE.TXT 6.3.10, section 4.3.7)."""

LENGTHS = 26
"""Where in that header the lengths of the name and of the extra field stand."""

ENCRYPTED = 0x1
"""The bit of a member's flags that says so (section 4.4.4)."""

SUFFIX = ".npy"


def found(path: Path, name: str) -> Found:
    """The array called `name`, or where it is "" all that can be read, in the archive's order.

    Raise BadInput for an unknown name, an encrypted or damaged member, and whatever `npy.header` refuses.
    """
    from zipfile import ZipFile

    try:
        with path.open("rb") as file:
            version = version_of(file)
            with ZipFile(file) as archive:
                names = [member.removesuffix(SUFFIX) for member in archive.namelist() if member.endswith(SUFFIX)]
                if not names:
                    raise BadInput(f"{path} is a zip archive without .npy members; numpy.savez writes such as are read")
                key = name if name in names else name.removesuffix(SUFFIX)
                return picked(list(dict.fromkeys(names)), key, str(path), partial(described, archive, file, version))
    except damages() as error:
        raise BadInput(f"{path} is damaged: {in_words(error)}") from None
    except OSError as error:
        if error.errno != EINVAL:
            raise
        raise BadInput(f"{path} is damaged: its directory points out of it") from None


def described(archive: ZipFile, file: BinaryIO, version: Version, name: str) -> Stored:
    """The record of one member; raise BadInput where it cannot be read."""
    label = f"{file.name}:{name}"
    try:
        return of_member(archive, file, version, archive.getinfo(f"{name}{SUFFIX}"), label)
    except damages() as error:
        raise BadInput(f"{label} is damaged: {in_words(error)}") from None


def of_member(archive: ZipFile, file: BinaryIO, version: Version, info: ZipInfo, label: str) -> Stored:
    """The record of one member of that label, of the archive in `file`."""
    if info.flag_bits & ENCRYPTED:
        raise BadInput(f"{label} is encrypted; save it without a password")
    with archive.open(info) as stream:
        found = npy.header(stream, label)
        offset = stream.tell()
    npy.check_length(info.file_size, offset + found.nbytes, label)
    if info.compress_type:
        return npy.described(label, file.name, found, offset, version, info.filename)
    start = beginning(file, info)
    if start + info.file_size > version.nbytes:
        raise BadInput(f"{label} is damaged: it does not fit into the archive")
    return npy.described(label, file.name, found, start + offset, version)


def beginning(file: BinaryIO, info: ZipInfo) -> int:
    """Where in the archive the bytes of a member begin."""
    file.seek(info.header_offset + LENGTHS)
    lengths: tuple[int, int] = struct.unpack("<HH", file.read(4))
    return info.header_offset + LOCAL_HEADER + sum(lengths)


@contextmanager
def member(stored: Stored, name: str) -> Iterator[BufferedIOBase]:
    """The inflated bytes of a compressed member, checked against its sum when the last is read."""
    from zipfile import ZipFile

    with stream_of(stored) as file, ZipFile(cast("IO[bytes]", file)) as archive, archive.open(name) as stream:
        yield cast("BufferedIOBase", stream)


def damages() -> tuple[type[Exception], ...]:
    """What reading a damaged archive raises; asked for when something was raised, so that nothing else pays."""
    import lzma
    import zlib
    from zipfile import BadZipFile

    return (BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, UnicodeDecodeError, struct.error)


def in_words(error: Exception) -> str:
    """What is wrong with a damaged archive, without the words of the library that found it."""
    said = str(error)
    if "not a zip file" in said:
        return "it is no whole zip archive"
    if "CRC" in said:
        return "its bytes do not agree with its checksum (CRC-32)"
    if isinstance(error, NotImplementedError):
        return "it asks for a compression that is not known"
    return "it ends early" if isinstance(error, (EOFError, struct.error)) else "its bytes make no sense"
