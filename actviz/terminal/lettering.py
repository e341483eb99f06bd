"""Text for cells: made safe and writable, measured, cut to a width."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from actviz.signs import GREEK

SYMBOLS = GREEK | {
    "cdot": "·", "times": "×", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠",
    "to": "→", "infty": "∞", "sum": "Σ", "sqrt": "√", "pm": "±", "partial": "∂", "approx": "≈",
    "in": "∈", "prime": "′", "dots": "…", "ldots": "…", "cdots": "…", "quad": " ", "qquad": "  ",
    "left": "", "right": "", "mathrm": "", "operatorname": "", "text": "", "mathbf": "", "mathit": "",
    "displaystyle": "",
}  # fmt: skip
PLAINER = {letter: name for name, letter in GREEK.items()} | {
    "′": "'", "″": "''", "‴": "'''", "−": "-", "–": "-", "—": "-", "…": "...", "×": "x", "·": ".", "≤": "<=", "≥": ">=",
    "≠": "!=", "→": "->", "∞": "inf", "√": "sqrt", "²": "^2", "³": "^3", "±": "+-", "≈": "~", "∂": "d", "Σ": "sum",
    "∈": "in", "○": "o", "●": "*", "↑": "^", "↓": "v", "◀": "<", "│": "|", "┤": "+", "─": "-", "┬": "+", "└": "+",
    "░": ":", "█": "#", "“": '"', "”": '"', "‘": "'", "’": "'",
}  # fmt: skip
"""What stands in for a character that the screen's encoding lacks."""


@lru_cache(maxsize=4096)
def clean(text: str, encoding: str) -> str:
    """`text` on one line: `$maths$` spelt plainly, controls neutralised, only characters of `encoding`."""
    if "$" in text:
        text = re.sub(r"\$([^$]+)\$", lambda found: plain_maths(found[1]), text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(writable(visible(character), encoding) for character in text)


def visible(character: str) -> str:
    """`character`, or what is shown of one that would move the cursor or turn the text's direction."""
    kind = unicodedata.category(character)
    if kind in ("Cc", "Zl", "Zp"):
        return " " if character.isspace() else "?"
    if kind == "Cs":
        return "?"
    return "" if kind == "Cf" else character


def writable(character: str, encoding: str) -> str:
    """`character` if `encoding` can write it, else its nearest ASCII spelling, else a question mark."""
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        bare = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
        return PLAINER.get(character) or bare or ("?" if cells(character) else "")
    return character


def plain_maths(text: str) -> str:
    """LaTeX mathematics as one line of plain text."""
    text = re.sub(r"\\[,;:!> ]", " ", text.replace(r"\\", " "))
    for _ in range(4):
        text = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", lambda f: f"{grouped(f[1])}/{grouped(f[2])}", text)
        text = re.sub(r"\\(?:mathrm|operatorname|text|mathbf|mathit)\{([^{}]*)\}", r"\1", text)
        text = re.sub(r"([_^])\{([^{}]*)\}", lambda f: f[1] + grouped(f[2]), text)
    text = re.sub(r"_(\d)(?!\d)", lambda found: chr(ord("₀") + int(found[1])), text)
    text = re.sub(r"\\([A-Za-z]+)", lambda found: SYMBOLS.get(found[1], found[1]), text)
    return re.sub(r" {2,}", " ", re.sub(r"[{}\\]", "", text)).strip()


def grouped(text: str) -> str:
    """`text`, in parentheses unless it is one number or name."""
    return text if re.fullmatch(r"-?[\w.]*|\\\w+", text) else f"({text})"


def cells(text: str) -> int:
    """How many cells `text` covers: 2 for a wide East Asian character, 0 for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me") else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text
    )


def cut(text: str, width: int, encoding: str) -> str:
    """`text` if it fits in `width` cells, else its beginning and an ellipsis."""
    if cells(text) <= width:
        return text
    ellipsis = clean("…", encoding)
    if width < cells(ellipsis) + 1:
        ellipsis = ""
    kept = text
    while cells(kept) + cells(ellipsis) > max(width, 0):
        kept = kept[:-1]
    return kept + ellipsis if width > 0 else ""
