"""Standard input: .npy data or text, told by the first bytes."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import BinaryIO

from actviz.arrays import npy, npz, tensors, text
from actviz.arrays.records import STANDARD_INPUT, Stored
from actviz.errors import BadInput

LABEL = "standard input"

MAGIC_LENGTH = 9
"""Bytes that tell every kind apart."""


@dataclass(slots=True)
class Resumed:
    """A stream some of whose bytes were taken already: these come first."""

    taken: bytes
    rest: BinaryIO

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; fewer do not mean the end."""
        cut = len(self.taken) if size < 0 else size
        part, self.taken = self.taken[:cut], self.taken[cut:]
        return part or self.rest.read(size)


def stored(name: str) -> Stored:
    """The array that comes through standard input, which then stands at its first number if it is .npy data.

    Raise BadInput for kinds of file that cannot be read as they come, and whatever their readers refuse.
    """
    if sys.stdin is None:
        raise BadInput(f"{LABEL} is closed; name a file")
    head = sys.stdin.buffer.read(MAGIC_LENGTH)
    if not head:
        raise BadInput(f"{LABEL} is empty")
    if head.startswith(npz.MAGICS) or tensors.looks_so(head):
        kind = "a zip archive" if head.startswith(npz.MAGICS) else ".safetensors"
        raise BadInput(f"{LABEL} is {kind}, whose arrays lie in any order; save it to a file first")
    resumed = Resumed(head, sys.stdin.buffer)
    if not head.startswith(npy.MAGIC):
        return text.described(LABEL, STANDARD_INPUT, text.beginning(resumed.read), name, "", None)
    if name:
        raise BadInput(f"{LABEL} is .npy data: one array without a name; leave out ':{name}'")
    found = npy.header(resumed, LABEL)
    return npy.described(LABEL, STANDARD_INPUT, found, 0, None)
