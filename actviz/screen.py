"""What standard output can show: its width and height, whether colour is wanted, which characters, what graphics."""

from __future__ import annotations

import codecs
import os
import shutil
import struct
import sys
from dataclasses import dataclass
from typing import Literal, get_args

from actviz.errors import BadInput, nearest

Cells = Literal["braille", "blocks", "ascii"]
Graphics = Literal["auto", "kitty", "sixel", "iterm2", "cells", "off"]
"""How a figure is shown: as the terminal answers, by a protocol for pixels, in characters, or not at all."""


EAST_ASIAN = frozenset(
    ("gbk", "gb2312", "big5", "big5hkscs", "cp932", "cp949", "cp950", "shift_jis", "euc_jp", "euc_kr")
)
"""Encodings whose consoles draw blocks, rules and Greek letters two cells wide (Unicode's annex 11: ambiguous)."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A place for text: columns and rows of cells, colour or none, the finest dots it has, its encoding."""

    width: int = 80
    height: int = 24
    color: bool = False
    cells: Cells = "braille"
    encoding: str = "utf-8"


PLAIN = Screen()


def of(color: str, width: int | None = None, height: int | None = None) -> Screen:
    """Standard output as it is; `color` is auto, always or never.

    auto means a terminal that is not dumb, with NO_COLOR unset; FORCE_COLOR turns it on anywhere. A `width`
    in columns and a `height` in rows of a drawing, which leaves one to the prompt, stand for the terminal's own.
    """
    encoding = encoding_of_output()
    columns, rows = shutil.get_terminal_size((80, 24))
    terminal = sys.stdout.isatty()
    size = (max(columns, 20), max(rows, 8)) if terminal or "COLUMNS" in os.environ else (80, 24)
    return Screen(
        width or size[0],
        height + 1 if height else size[1],
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


def encoding_of_output() -> str:
    """The encoding of standard output, ASCII where the user names the locale C.

    There Python writes UTF-8 by itself (PEP 538 and 540), which is right where no locale is named at all.
    """
    chosen = os.environ.get("PYTHONIOENCODING") or os.environ.get("PYTHONUTF8") or "utf8" in sys._xoptions
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG")
    if sys.flags.utf8_mode and not chosen and locale in ("C", "POSIX"):
        return "ascii"
    return sys.stdout.encoding or "ascii"


def is_east_asian(encoding: str) -> bool:
    """Whether `encoding` is one of East Asian consoles, in which blocks and rules are two cells wide."""
    try:
        return codecs.lookup(encoding).name in EAST_ASIAN
    except LookupError:
        return False


def finest_cells(encoding: str) -> Cells:
    """The finest drawing characters that `encoding` can write, each one cell wide."""
    if is_east_asian(encoding):
        return "ascii"
    samples: tuple[tuple[Cells, str], ...] = (("braille", "⣿"), ("blocks", "▀▄█"))
    for name, sample in samples:
        try:
            sample.encode(encoding)
        except (UnicodeEncodeError, LookupError):
            continue
        return name
    return "ascii"


def graphics(option: str | None) -> Graphics:
    """How to show a figure: the option first, then ACTVIZ_GRAPHICS, else cells. Raise BadInput for any other word.

    The variable speaks of a terminal: of a file or a pipe it says nothing but off.
    """
    word = option or os.environ.get("ACTVIZ_GRAPHICS", "").lower() or "cells"
    if not option and word != "off" and not sys.stdout.isatty():
        return "cells"
    known: tuple[Graphics, ...] = get_args(Graphics)
    for choice in known:
        if choice == word:
            return choice
    raise BadInput(f"ACTVIZ_GRAPHICS={word} is unknown; it is one of {', '.join(known)}{nearest(word, known)}")


def cell_pixels() -> tuple[int, int] | None:
    """The width and height of a cell of the terminal in pixels, where the system knows (TIOCGWINSZ)."""
    try:
        from fcntl import ioctl
        from termios import TIOCGWINSZ

        sizes = ioctl(sys.stdout.fileno(), TIOCGWINSZ, bytes(8))
    except (ImportError, OSError, ValueError):  # Windows; no terminal; no descriptor
        return None
    rows, columns, width, height = struct.unpack("HHHH", sizes)
    if not rows or not columns or width < columns or height < rows:
        return None
    return width // columns, height // rows
