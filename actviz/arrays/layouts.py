"""Where the units of an array lie in its file, and the cut of the file into pieces and blocks."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from actviz.arrays.records import STANDARD_INPUT, UNKNOWN, Piece, Stored, Text
from actviz.errors import BadInput

BLOCK = 2**17
"""Elements of a block at most: few enough to stay in a processor's cache, enough that Python costs nothing."""


@dataclass(frozen=True, slots=True)
class Span:
    """One block to be: its shape (samples, units, places) and the index of its first unit."""

    shape: tuple[int, int, int]
    first: int


def layout(stored: Stored, axis: int | None) -> tuple[int, int, int]:
    """(outer, units, inner): of outer samples, one after the other, each has units of inner places in the file.

    Without an axis the whole array is one unit. What is not known before a text table is read is -1; where its
    rows are the units they are counted, in a pass over the file. Raise BadInput for an axis that the array does
    not have, and for rows of standard input as units.
    """
    along = checked_axis(stored, axis)
    if isinstance(stored.source, Text):
        units, inner = units_of_text(stored, along)
        return (UNKNOWN if along else 1, counted_rows(stored) if along == 0 else units, inner)
    return of_shape(stored.shape, along, stored.source.fortran)


def checked_axis(stored: Stored, axis: int | None) -> int | None:
    """The axis counted from 0; raise BadInput where the array has none such."""
    if axis is None:
        return None
    if not -len(stored.shape) <= axis < len(stored.shape):
        raise BadInput(f"{stored.label} has no axis {axis}: {axes_in_words(stored.shape)}")
    return axis % len(stored.shape)


def of_shape(shape: tuple[int, ...], along: int | None, fortran: bool) -> tuple[int, int, int]:
    """The layout of a run of this shape."""
    if along is None:
        return (1, 1, math.prod(shape))
    if fortran:
        shape, along = shape[::-1], len(shape) - 1 - along
    return (math.prod(shape[:along]), shape[along], math.prod(shape[along + 1 :]))


def units_of_text(stored: Stored, along: int | None) -> tuple[int, int]:
    """(units, inner) of a table: the whole, its rows, or its columns; -1 for what only reading tells."""
    width = stored.shape[1]
    return {None: (1, UNKNOWN), 0: (UNKNOWN, width), 1: (width, 1)}[along]


def axes_in_words(shape: tuple[int, ...]) -> str:
    """What axes there are."""
    if not shape:
        return "it is one number without axes"
    sides = " x ".join("rows" if side == UNKNOWN else str(side) for side in shape)
    return f"it is {sides}, so the axis goes from {-len(shape)} to {len(shape) - 1}"


@lru_cache(maxsize=64)  # both the layout and the pieces of a file ask
def counted_rows(stored: Stored) -> int:
    """The rows of a text table; raise BadInput for standard input."""
    from actviz.arrays.tables import chunks

    if stored.path == STANDARD_INPUT:
        raise BadInput(f"{stored.label}: axis 0 makes each row a unit, so they are counted first; read a file")
    try:
        return sum(1 for chunk in chunks(stored) for _ in chunk.rows)
    except OSError as error:
        raise BadInput(f"cannot read {stored.label}: {error.strerror or error}") from None


def pieces(stored: Stored, axis: int | None, nbytes: int) -> tuple[Piece, ...]:
    """Parts of about `nbytes` bytes that can be read independently, in the order of the file.

    Text, a compressed member and standard input are one piece. Raise BadInput as `layout` does.
    """
    along = checked_axis(stored, axis)
    _, units, inner = layout(stored, axis)
    if isinstance(stored.source, Text):
        return (Piece(stored, along, units, inner, 0, UNKNOWN),)
    size = math.prod(stored.shape)
    if stored.path == STANDARD_INPUT or stored.source.member:
        return (Piece(stored, along, units, inner, 0, size),)
    grain = units * inner if units * inner <= BLOCK else inner if inner <= BLOCK else BLOCK
    step = max(1, nbytes * size // (stored.nbytes * grain)) * grain
    return tuple(Piece(stored, along, units, inner, at, min(at + step, size)) for at in range(0, size, step))


def spans(units: int, inner: int, start: int, stop: int) -> Iterator[Span]:
    """The blocks between two elements of the file.

    Whole samples where one fits into a block, else units of one sample, else places of one unit. `start` must
    be where such a block may begin; units or inner that are -1 have no end.
    """
    units, inner = (sys.maxsize if n == UNKNOWN else n for n in (units, inner))
    sample = units * inner
    while start < stop:
        left = stop - start
        unit = start // inner % units
        if sample <= BLOCK:
            span = Span((min(BLOCK, left) // sample, units, inner), 0)
        elif inner <= BLOCK:
            span = Span((1, min(BLOCK // inner, units - unit, left // inner), inner), unit)
        else:
            span = Span((1, 1, min(BLOCK, inner - start % inner, left)), unit)
        yield span
        start += math.prod(span.shape)
