"""What a file, an archive or a folder turns out to hold: the arrays, and what had to be left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from actviz.arrays.records import Stored
from actviz.errors import BadInput

SHOWN = 8
"""Names shown of a file or a folder that has many."""


@dataclass(frozen=True, slots=True)
class Found:
    """What FILE, FILE:NAME, a folder or "-" names: the arrays in `path`, one at least.

    `unread` has a line for each file of a folder or array of an archive that cannot be read, saying why; `folders` are
    those in a folder, which are not looked into.
    """

    path: str
    stored: tuple[Stored, ...]
    unread: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was passed over, a line each, the folders in one."""
        if not self.folders:
            return self.unread
        inner = str(Path(self.path) / self.folders[0])
        what = f"the {len(self.folders)} folders in {self.path} ({some(self.folders)}); name {inner} to read that too"
        return (*self.unread, what if len(self.folders) > 1 else f"the folder {inner}; name it to read it too")


def gathered(path: str, parts: Sequence[str], found: Callable[[str], Found]) -> Found:
    """The arrays of all parts of `path` that can be read; raise BadInput where none can."""
    stored: list[Stored] = []
    unread: list[str] = []
    for part in parts:
        try:
            here = found(part)
        except BadInput as error:
            unread.append(str(error))
        else:
            stored += here.stored
            unread += here.unread
    if not stored:
        raise BadInput(unread[0] if len(parts) == 1 else f"nothing in {path} can be read; first, {unread[0]}")
    if len(parts) > 1:
        stored = [replace(one, spare=True) for one in stored]
    return Found(path, tuple(stored), tuple(unread))


def some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
