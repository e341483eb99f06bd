"""Functions named on standard input, one a line: what - means where a FUNCTION stands."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING

from actviz.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STANDARD_INPUT = "-"

LONGEST_LINE = 10_000
"""Bytes; no expression needs as many."""

MOST_LINES = 10_000
"""Comments and empty lines with the rest: where one that never ends is given up."""


def functions(words: Sequence[str] | None, data: Sequence[str] | None) -> list[str] | None:
    """The FUNCTION words of a command line, the lines of standard input in the place of -.

    Raise BadInput where - stands twice, or is the data too, and for input that is no list of functions.
    """
    wanted = list(words or ()).count(STANDARD_INPUT)
    if not words or not wanted:
        return None if words is None else list(words)
    if STANDARD_INPUT in (data or ()):
        raise BadInput("standard input is read once: it holds the functions (-) or the data (--data -), not both")
    if wanted > 1:
        raise BadInput("- is standard input, which can be read once; give it once")
    place = words.index(STANDARD_INPUT)
    return [*words[:place], *listed(), *words[place + 1 :]]


def listed() -> list[str]:
    """The functions on standard input; # starts a comment, and lines with nothing else are none.

    Raise BadInput for none, for more than can be shown, and for what is no text.
    """
    from actviz.resolve import MOST_CURVES

    if sys.stdin is None:
        raise BadInput("standard input is closed, so - names no functions")
    if sys.stdin.isatty():
        print("functions, one a line; Ctrl-D ends them", file=sys.stderr)
    try:
        found = list(islice(named(), MOST_CURVES + 1))
    except UnicodeDecodeError:
        raise BadInput("standard input is not text in UTF-8; write one function a line") from None
    if not found:
        raise BadInput("standard input names no function; write one a line, such as mish")
    if len(found) > MOST_CURVES:
        raise BadInput(f"standard input names more than {MOST_CURVES} functions, the most at once")
    return found


def named() -> Iterator[str]:
    """The lines that name functions, in order."""
    for _ in range(MOST_LINES):
        data = sys.stdin.buffer.readline(LONGEST_LINE)
        if not data:
            return
        if len(data) == LONGEST_LINE:
            raise BadInput(f"a line of standard input is longer than {LONGEST_LINE} bytes")
        # Some programs write a mark of byte order before all else.
        line = data.decode("utf-8-sig").partition("#")[0].strip()
        if line:
            yield line
    raise BadInput(f"standard input has more than {MOST_LINES} lines; write one function a line")
