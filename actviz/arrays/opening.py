"""Which arrays an argument names: a file, one array of it, a directory of files, or standard input."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from actviz.arrays import npy, npz, standard_input, tensors, text
from actviz.arrays.folders import READ, SUFFIXES, files_in, folders_in
from actviz.arrays.found import Found, gathered, some
from actviz.arrays.records import FLAGS, STANDARD_INPUT, Stored
from actviz.arrays.tables import check_beginning
from actviz.errors import BadInput, nearest

FOREIGN = {
    b"\x89HDF": "HDF5; save the array with numpy.save",
    b"PAR1": "Parquet; save the columns with numpy.save",
    b"ARROW1": "an Arrow file; save the columns with numpy.save",
    b"GGUF": "GGUF; save the tensor with numpy.save",
    b"MATLAB": "a MATLAB file; save the array with numpy.save",
    b"\x80": "pickled Python objects, which are never opened, for that can run any code; use numpy.save",
    b"\x1f\x8b": "compressed by gzip; unpack it first",
    b"BZh": "compressed by bzip2; unpack it first",
    b"\xfd7zXZ": "compressed by xz; unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed by zstd; unpack it first",
}
"""Files of other kinds by their first bytes."""

HEAD = 16
"""Bytes that tell a kind of file."""


def opened(argument: str) -> tuple[Stored, ...]:
    """The arrays that FILE, FILE:NAME, a folder of files, or "-" for standard input names.

    NAME is an array of an .npz or .safetensors file, or a column of a text table (a name of its header, or a
    number from 1 on); without it all arrays are meant. The files of a folder come in the order of their
    names, numbers counted. Raise BadInput, saying why, where any of them cannot be read.
    """
    return outright(found_at(argument))


def opened_with_flags(argument: str) -> tuple[Stored, ...]:
    """What `opened` gives, arrays of booleans included."""
    return outright(looked_up(argument))


def outright(found: Found) -> tuple[Stored, ...]:
    """The arrays found; raise BadInput where one cannot be read."""
    if found.unread:
        raise BadInput(f"{found.unread[0]}; or name one array, such as {found.stored[0].label}")
    return tuple(replace(stored, spare=False) for stored in found.stored)


def found_at(argument: str) -> Found:
    """What `opened` gives, less what cannot be read in a folder or in an archive whose arrays are all meant.

    Raise BadInput where what is named outright cannot be read, and where nothing else can.
    """
    found = looked_up(argument)
    flags = tuple(f"{one.label} holds {npy.REFUSED['b']}" for one in found.stored if one.dtype == FLAGS)
    if len(flags) == len(found.stored):
        alone = len(flags) == 1 and not found.unread
        raise BadInput(flags[0] if alone else f"nothing in {found.path} can be read; first, {flags[0]}")
    numbers = tuple(one for one in found.stored if one.dtype != FLAGS)
    return replace(found, stored=numbers, unread=(*found.unread, *flags))


def looked_up(argument: str) -> Found:
    """What `found_at` gives, arrays of booleans included."""
    path, name = parted(argument)
    if path == STANDARD_INPUT:
        return Found(path, (standard_input.stored(name),))
    place = Path(path)
    if not place.is_dir():
        return in_file(path, name)
    try:
        files, folders = files_in(place), folders_in(place)
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from None
    found = gathered(str(place), files, lambda file: with_numbers(in_file(file, name)))
    return replace(found, folders=folders)


def in_file(path: str, name: str) -> Found:
    """The arrays of one file; raise BadInput where it cannot be read."""
    try:
        return arrays_of(Path(path), name)
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from None


def with_numbers(found: Found) -> Found:
    """What one file of a folder holds; raise BadInput for a text that does not begin as a table, as notes do not."""
    for stored in found.stored:
        check_beginning(stored)
    return found


def parted(argument: str) -> tuple[str, str]:
    """The path and the name in FILE:NAME; a path that exists as it stands is one, whatever it holds.

    Raise BadInput where there is no such file, and where a colon has no name behind it.
    """
    colons = [i for i, character in enumerate(argument) if character == ":"]
    for i in (len(argument), *reversed(colons)):
        path, name = argument[:i], argument[i + 1 :]
        if path == STANDARD_INPUT or is_there(path):
            if i < len(argument) and not name:
                raise BadInput(f"'{argument}' names no array behind the colon; for all of them leave the colon out")
            return path, name
    raise BadInput(missing(argument))


def is_there(path: str) -> bool:
    """Whether there is such a file; a name that no file can have is none."""
    try:
        return bool(path) and Path(path).exists()
    except (OSError, ValueError):
        return False


def missing(argument: str) -> str:
    """Why a file cannot be found, and the nearest that is there."""
    if not argument or "\0" in argument:
        return "an empty name is no file" if not argument else "no file has a NUL in its name"
    path = Path(argument)
    try:
        names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    except OSError as error:
        return f"cannot look into {path.parent}: {error.strerror}"
    if not path.parent.is_dir():
        return f"there is no file {argument}: there is no folder {path.parent}"
    if is_pattern(path.name):
        fitting = sorted(entry for entry in names if fnmatchcase(entry, path.name))
        hint = f"; without quotes the shell puts in {some(fitting)}" if fitting else ", nor any that this pattern fits"
        return f"there is no file {argument}{hint}"
    return f"there is no file {argument}{nearest(path.name, names)}"


def is_pattern(name: str) -> bool:
    """Whether a shell would look for files that fit, had it been left to it."""
    return any(character in name for character in "*?[")


def arrays_of(path: Path, name: str) -> Found:
    """The arrays of one file, told by its first bytes, else by its suffix."""
    if path.exists() and not path.is_file():
        raise BadInput(f"{path} is no file but a pipe or a device; read it through standard input: - < {path}")
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    suffix = path.suffix.lower()
    if not head:
        raise BadInput(f"{path} is empty")
    if head.startswith(npz.MAGICS):
        return npz.found(path, name)
    if head.startswith(npy.MAGIC):
        if name:
            raise BadInput(f"{path} is one array without a name; leave out ':{name}'")
        return Found(str(path), (npy.stored(path),))
    if suffix == ".safetensors" or (suffix not in SUFFIXES and tensors.looks_so(head)):
        return tensors.found(path, name)
    if suffix in text.SUFFIXES:
        return Found(str(path), (text.stored(path, name),))
    raise BadInput(f"{path} is {foreign(head, suffix)}")


def foreign(head: bytes, suffix: str) -> str:
    """What a file is that begins so and is not read."""
    for magic, kind in FOREIGN.items():
        if head.startswith(magic):
            return kind
    if suffix in SUFFIXES:
        return f"no {suffix} file: it does not begin as one"
    return f"of no known kind: {READ}{nearest(suffix, SUFFIXES)}"
