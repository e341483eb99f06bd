"""Text for cells: made safe and writable, measured, cut to a width."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from actviz.screen import is_east_asian
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
    "≠": "!=", "→": "->", "←": "<-", "∞": "inf", "√": "sqrt", "±": "+-", "≈": "~", "∂": "d", "Σ": "sum",
    "∈": "in", "○": "o", "●": "*", "◆": "#", "↑": "^", "↓": "v", "◀": "<", "▶": ">", "│": "|", "┤": "+", "─": "-",
    "┬": "+", "└": "+", "█": "#", "“": '"', "”": '"', "‘": "'", "’": "'",
}  # fmt: skip
"""What stands in for a character that the screen's encoding lacks."""


LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
POWERS = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
BREAKS = re.compile(r" +|(?<=[^\W\d_]{2})-(?=[^\W\d_]{2})")
"""Where a line may end: between words, and behind a hyphen in one."""
JOINTS = re.compile(r"(?<=[\[(,=/])")
"""Where a word wider than a line is broken rather than anywhere: call and formula stay readable."""


@lru_cache(maxsize=4096)
def clean(text: str, encoding: str) -> str:
    """`text` on one line: `$maths$` spelt plainly, controls neutralised, only characters of `encoding`."""
    if "$" in text:
        text = re.sub(r"\$([^$]+)\$", lambda found: plain_maths(found[1]), text)
    return safe(text, encoding)


@lru_cache(maxsize=4096)
def safe(text: str, encoding: str) -> str:
    """`text` on one line: controls neutralised, only characters of `encoding`."""
    if text.isascii() and text.isprintable():
        return text
    text = POWERS.sub(lambda found: raised(found[0], encoding), text)
    return "".join(writable(visible(character), encoding) for character in text)


def raised(power: str, encoding: str) -> str:
    """A power in raised digits if `encoding` can write them all, else after a ``^``."""
    if all(writable(character, encoding) == character for character in power):
        return power
    return f"^{power.translate(LOWERED)}"


def visible(character: str) -> str:
    """`character`, or what is shown of one that would move the cursor or turn the text's direction."""
    kind = unicodedata.category(character)
    if kind in ("Cc", "Zl", "Zp"):
        return " " if character.isspace() else "?"
    if kind == "Cs":
        return "?"
    return "" if kind == "Cf" else character


def writable(character: str, encoding: str) -> str:
    """`character` if `encoding` can write it as wide as it is measured, else its ASCII spelling, or a question mark."""
    try:
        character.encode(encoding)
        known = character.isascii() or unicodedata.east_asian_width(character) != "A" or not is_east_asian(encoding)
    except UnicodeEncodeError:
        known = False
    if not known:
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


def folded(text: str, width: int, most: int, encoding: str) -> list[str]:
    """`text` on at most `most` lines of `width` cells, broken between words; what is left over is cut."""
    lines: list[str] = []
    while len(lines) < most - 1 and cells(text) > width > 1:
        starts = [text[: found.end()].rstrip(" ") for found in BREAKS.finditer(text)]
        whole = [start for start in starts if start and cells(start) <= width]
        lines.append(whole[-1] if whole else to_joint(text, width))
        text = text[len(lines[-1]) :].lstrip(" ")
    return [*lines, cut(text, width, encoding)]


def cut(text: str, width: int, encoding: str) -> str:
    """`text` if it fits in `width` cells, else its beginning and an ellipsis."""
    if cells(text) <= width:
        return text
    ellipsis = clean("…", encoding)
    if width < cells(ellipsis) + 1:
        ellipsis = ""
    return beginning(text, width - cells(ellipsis)) + ellipsis


def to_joint(word: str, width: int) -> str:
    """The part of a word that fits in `width` cells, to its last joint where that is not too near its beginning."""
    most = beginning(word, width)
    joint = max((found.start() for found in JOINTS.finditer(most)), default=0)
    return most[:joint] if cells(most[:joint]) > width // 3 else most


def beginning(text: str, width: int) -> str:
    """As much of `text` as fits in `width` cells."""
    while text and cells(text) > width:
        text = text[:-1]
    return text
