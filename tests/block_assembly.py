"""Puts the blocks of a stored array together again, and sums its units, as a reader of blocks does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from actviz import arrays
from actviz.arrays.records import NARROW
from actviz.errors import BadInput


def put_together(stored: arrays.Stored, axis: int | None = None, nbytes: int = 2**26) -> NDArray[Any]:
    """All values in the order of the file, each block where its piece, its first unit and its shape say."""
    found: list[NDArray[Any]] = []
    at = 0
    for piece in arrays.pieces(stored, axis, nbytes):
        assert piece.start == at
        for block in arrays.blocks(piece):
            k, u, m = block.values.shape
            assert 0 < k * u * m <= arrays.BLOCK
            assert block.values.dtype.name == ("float16" if stored.dtype in NARROW else stored.dtype)
            assert block.values.dtype.isnative
            if piece.inner > 0 and piece.units > 0:
                assert block.first == at // piece.inner % piece.units, (block.first, at, piece)
                assert k == 1 or (u, m) == (piece.units, piece.inner)
                assert u == 1 or m == piece.inner
                assert block.first + u <= piece.units
            found.append(block.values.reshape(-1).copy())
            at += k * u * m
        assert piece.stop in (arrays.UNKNOWN, at)
    return np.concatenate(found)


def whole(path: Any, axis: int | None = None, nbytes: int = 2**26) -> NDArray[Any]:
    """The one array that `path` names, in its own shape."""
    (stored,) = arrays.opened(str(path))
    values = put_together(stored, axis, nbytes)
    fortran = getattr(stored.source, "fortran", False)
    return values.reshape(stored.shape, order="F" if fortran else "C")


def sums(stored: arrays.Stored, axis: int, nbytes: int = 2**26) -> NDArray[np.float64]:
    """The sum of each unit along an axis."""
    _, units, _ = arrays.layout(stored, axis)
    total = np.zeros(units)
    for piece in arrays.pieces(stored, axis, nbytes):
        for block in arrays.blocks(piece):
            part = block.values.astype(np.float64).sum(axis=(0, 2))
            total[block.first : block.first + len(part)] += part
    return total


def read_bytes(stored: arrays.Stored, axis: int | None = None) -> int:
    """What all blocks together say they took of the file."""
    return sum(block.nbytes for piece in arrays.pieces(stored, axis, 2**20) for block in arrays.blocks(piece))


def refused(argument: object) -> str:
    """The one line that refuses to open an argument, or to read what it names."""
    with pytest.raises(BadInput) as caught:
        for stored in arrays.opened(str(argument)):
            put_together(stored)
    line = str(caught.value)
    assert "\n" not in line, line
    return line
