"""The files of a folder, in the order of their names, numbers counted."""

from __future__ import annotations

import re
from pathlib import Path

from actviz.arrays import text
from actviz.errors import BadInput

SUFFIXES = (".npy", ".npz", ".safetensors", *text.SUFFIXES)
"""What the names of the files that are read end in."""

READ = f"files that end in {', '.join(SUFFIXES[:-1])} and {SUFFIXES[-1]} are read"


def files_in(folder: Path) -> tuple[str, ...]:
    """The paths of the files in a folder that are read; raise BadInput where there is none."""
    found = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.is_dir()]
    if not found:
        inner = folders_in(folder)
        hint = f", and folders are not looked into; name {folder / inner[0]}" if inner else ""
        raise BadInput(f"{folder} is a folder without data: {READ}{hint}")
    return tuple(str(path) for path in sorted(found, key=natural))


def folders_in(folder: Path) -> tuple[str, ...]:
    """The names of the folders in a folder, those that begin with a point left out."""
    found = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    return tuple(path.name for path in sorted(found, key=natural))


def natural(path: Path) -> tuple[list[tuple[int, str]], str]:
    """A key that puts shard2 before shard10."""
    parts = re.split(r"([0-9]+)", path.name)
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts], path.name
