"""Pictures by kitty's terminal graphics protocol (sw.kovidgoyal.net/kitty, "Terminal graphics protocol")."""

from __future__ import annotations

import unicodedata
from base64 import b64encode

CHUNK = 4096
"""Bytes of base64 in one escape code at most ("Remote client")."""
LAST = "\x1b_Gq=2,m=0;\x1b\\"
"""The end of a picture of which not all was sent: the terminal drops it in silence."""
PLACEHOLDER = "\U0010eeee"
FUSING = frozenset(
    map(chr, (*range(0x300, 0x305), *range(0x306, 0x30D), 0x30F, 0x311, 0x313, 0x314, 0x342, 0x653, 0x654))
)
"""Marks left out because normal forms melt them into the letter below."""
MARKS = "".join(
    mark
    for mark in map(chr, range(0x300, 0x82E))
    if unicodedata.combining(mark) == 230 and not unicodedata.decomposition(mark) and mark not in FUSING
)
"""The beginning of the protocol's table of row numbers ("Unicode placeholders"), by the rule it was made by."""
MOST_ROWS = len(MARKS)


def shown(png: bytes, columns: int, rows: int) -> list[str]:
    """The escape codes that show `png` in `columns` x `rows` cells from the cursor on, and leave the cursor there."""
    return chunked(png, f"a=T,f=100,q=2,C=1,c={columns},r={rows}")


def kept(png: bytes, columns: int, rows: int, number: int) -> list[str]:
    """The escape codes that keep `png` as picture `number`, shown wherever its placeholders are."""
    return chunked(png, f"a=T,U=1,i={number},f=100,q=2,c={columns},r={rows}")


def chunked(data: bytes, control: str) -> list[str]:
    """`data` in pieces, each in an escape code of its own; the first one carries the control data."""
    text = b64encode(data).decode()
    pieces = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]
    more = [1] * (len(pieces) - 1) + [0]
    heads = [f"{control},m={more[0]}", *(f"q=2,m={flag}" for flag in more[1:])]
    return [f"\x1b_G{head};{piece}\x1b\\" for head, piece in zip(heads, pieces, strict=True)]


def number_for(process: int) -> int:
    """A picture's number from that of its process, so that plots of one screen differ.

    Its lowest byte is a colour of 256, its highest the place of a mark: what placeholders can say in any terminal.
    """
    high, low = divmod(process, 255)
    return (high % len(MARKS)) << 24 | (low + 1)


def placeholders(columns: int, rows: int, number: int) -> str:
    """The lines of text that stand for picture `number`: its low byte as colour, row and high byte as marks.

    The first cell of a line has marks for its row, its column 0 and the high byte; the others follow from it.
    """
    color, high = number & 0xFF, MARKS[number >> 24]
    rest = PLACEHOLDER * (columns - 1)
    lines = (f"\x1b[38;5;{color}m{PLACEHOLDER}{MARKS[row]}{MARKS[0]}{high}{rest}\x1b[39m\n" for row in range(rows))
    return "".join(lines)
