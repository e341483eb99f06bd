"""Names of many arrays cut to the part in which they differ."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 16
"""Characters of a name that a table's first column has room for."""

JOINTS = re.compile(r"[./:_\\-]")


def shortened(names: Sequence[str], longest: int = LONGEST) -> tuple[str, list[str]]:
    """The pattern of names longer than `longest`, ``acts.npz:layer.*.act``, and what stands for * in each.

    No pattern, and the names as they are, where all are shorter, or they have nothing in common.
    They are cut beside a joint alone, so that what is left are whole words.
    """
    if len(set(names)) < 2 or max(map(len, names)) <= longest:
        return "", list(names)
    before = kept(beginning(names))
    after = kept(beginning([name[len(before) :][::-1] for name in names]))[::-1]
    parts = [name[len(before) : len(name) - len(after)] for name in names]
    if not all(parts) or not (before or after):
        return "", list(names)
    return f"{before}*{after}", parts


def beginning(names: Sequence[str]) -> str:
    """The characters that all names begin with."""
    same = takewhile(lambda column: len(set(column)) == 1, zip(*names, strict=False))
    return "".join(column[0] for column in same)


def kept(common: str) -> str:
    """What all names begin with, up to its last joint."""
    ends = [joint.end() for joint in JOINTS.finditer(common)]
    return common[: ends[-1]] if ends else ""
