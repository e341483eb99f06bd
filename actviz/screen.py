"""What standard output can show: its width and height, whether colour is wanted, which characters."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from typing import Literal

Cells = Literal["braille", "blocks", "ascii"]


@dataclass(frozen=True, slots=True)
class Screen:
    """A place for text: columns and rows of cells, colour or none, the finest dots it has, its encoding."""

    width: int = 80
    height: int = 24
    color: bool = False
    cells: Cells = "braille"
    encoding: str = "utf-8"


PLAIN = Screen()


def of(color: str) -> Screen:
    """Standard output as it is; `color` is auto, always or never.

    auto means a terminal that is not dumb, with NO_COLOR unset; FORCE_COLOR turns it on anywhere.
    """
    encoding = sys.stdout.encoding or "ascii"
    columns, rows = shutil.get_terminal_size((80, 24))
    terminal = sys.stdout.isatty()
    size = (max(columns, 20), max(rows, 8)) if terminal or "COLUMNS" in os.environ else (80, 24)
    return Screen(
        *size,
        color=wants_color(color, terminal),
        cells=finest_cells(encoding),
        encoding=encoding,
    )


def wants_color(color: str, terminal: bool) -> bool:
    """Whether to colour: the option first, then NO_COLOR, FORCE_COLOR, then the terminal."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return terminal and os.environ.get("TERM", "") not in ("", "dumb")


def finest_cells(encoding: str) -> Cells:
    """The finest drawing characters that `encoding` can write."""
    samples: tuple[tuple[Cells, str], ...] = (("braille", "⣿"), ("blocks", "▀▄█"))
    for name, sample in samples:
        try:
            sample.encode(encoding)
        except (UnicodeEncodeError, LookupError):
            continue
        return name
    return "ascii"
