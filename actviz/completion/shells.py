"""How a shell asks for completions, and how it wants them told.

A shell's script (see `scripts`) runs actviz with the words before the cursor as arguments, its own name in
ACTVIZ_COMPLETE, and the word at the cursor in ACTVIZ_WORD. It is told `words` or `files` on the first line, then each
candidate on a line of its own. bash, which breaks words at = : and @, sends the whole line, and as ACTVIZ_WORD the
part of the last word that it will replace.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

Pair = tuple[str, str]
"""A whole word that could stand somewhere, and what it means."""

Offer = list[Pair] | None
"""The words that could stand at the cursor; None where the shell should offer files."""

SHELLS = ("bash", "zsh", "fish", "powershell")

ABOUT_COMPLETION = ("--install-completion", "--show-completion")
"""The options that stand alone, with a shell behind them or none."""

ASKING = "ACTVIZ_COMPLETE"

LISTING = ("33", "63", "64")
"""COMP_TYPE where bash shows a list (!, ?, @): there, and only there, meanings may stand behind the words."""


def asked(arguments: Sequence[str]) -> tuple[list[str], str]:
    """The words before the cursor, and the one at it."""
    if os.environ[ASKING] == "bash":
        words, word, _ = split(os.environ.get("ACTVIZ_LINE", ""))
        return words[1:], word
    return [word for word in arguments if word], os.environ.get("ACTVIZ_WORD", "")


def told(offer: Offer) -> str:
    """What is offered as the shell that asks wants it."""
    if offer is None:
        return "files\n"
    lines = bash_lines if os.environ[ASKING] == "bash" else tabbed
    return "\n".join(["words", *lines(offer), ""])


def tabbed(pairs: Sequence[Pair]) -> list[str]:
    """Value and meaning with a tab between, as fish has it, and the others' scripts take apart."""
    return [f"{value}\t{' '.join(meaning.split())}" for value, meaning in pairs]


def bash_lines(pairs: Sequence[Pair]) -> list[str]:
    """What bash is to put for the last part of the word; in a list that it shows, with meanings to its width."""
    _, word, quote = split(os.environ.get("ACTVIZ_LINE", ""))
    last = os.environ.get("ACTVIZ_WORD", "")
    standing = len(word) - len(last) if word.endswith(last) else 0
    values = [value[standing:] for value, _ in pairs]
    if not quote:
        values = [value.replace(" ", "\\ ") for value in values]
    if len(values) < 2 or os.environ.get("ACTVIZ_TYPE") not in LISTING:
        return values
    columns = os.environ.get("ACTVIZ_COLUMNS", "")
    width = max(map(len, values))
    room = max(int(columns) if columns.isdecimal() else 80, width + 10)
    return [
        f"{value:{width}}  -- {' '.join(meaning.split())}"[: room - 1] if meaning else value
        for value, (_, meaning) in zip(values, pairs, strict=True)
    ]


def split(line: str) -> tuple[list[str], str, str]:
    """The words before the end of `line`, the one at it, and the quotation mark that is still open there, if one is."""
    words: list[str] = []
    word, quote, begun = "", "", False
    characters = iter(line)
    for character in characters:
        if quote and character == quote:
            quote = ""
        elif character == "\\" and quote != "'":
            word += next(characters, "")
        elif quote or not character.isspace():
            opening = not quote and character in "'\""
            quote, word = (character, word) if opening else (quote, word + character)
        elif begun:
            words.append(word)
            word, begun = "", False
            continue
        begun = begun or not character.isspace()
    return words, word, quote
