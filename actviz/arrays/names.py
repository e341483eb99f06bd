"""Which of a file's named arrays are wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from actviz.arrays.found import Found, gathered, some
from actviz.arrays.records import Stored
from actviz.errors import BadInput, nearest


def picked(names: Sequence[str], name: str, path: str, described: Callable[[str], Stored]) -> Found:
    """The array called `name`, or where that is "" all that can be read.

    Raise BadInput for a name that is not there, for that array where it cannot be read, and where none can.
    """
    if name and name not in names:
        raise BadInput(f"{path} has no array '{name}'; it has {some(names)}{nearest(name, names)}")

    def alone(key: str) -> Found:
        return Found(path, (described(key),))

    return gathered(path, (name,) if name else names, alone)
