"""Rows of logits turned on their side, and the same in a dtype: as given, and less their maxima."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.rounding import Rounding
    from actviz.floats import Floats

    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """The n logits of each row down the first axis, (n, rows), in float32 or float64, exactly.

    `top` and `least` are a row's maximum and its smallest logit not masked, (rows,). `undefined` rows have
    no softmax: they are `blank`, nothing but masks, or hold NaN or +inf.
    """

    x: Floats
    masked: Mask
    top: Floats
    least: Floats
    blank: Mask
    undefined: Mask


@dataclass(frozen=True, slots=True)
class Rows:
    """Logits in a dtype, (n, rows); masked ones hold its lowest number. `drop` is `least` - `top`."""

    r: Rounding
    masked: Mask
    undefined: Mask
    x: Floats
    top: Floats
    least: Floats
    drop: Floats


def columns(logits: Floats) -> Columns:
    """The rows of `logits`, (rows, n) of any dtype of real numbers; whole numbers beyond 16 bits become float64."""
    single = logits.dtype == np.float32 or logits.dtype.itemsize <= 2
    x = np.ascontiguousarray(logits.astype(np.float32 if single else np.float64, copy=False).T)
    top = x.max(axis=0)
    least = x.min(axis=0)
    masked = np.broadcast_to(np.False_, x.shape)
    if not (least > -np.inf).all():
        masked = x == -np.inf
        least = np.where(masked, np.inf, x).min(axis=0)
    blank = top == -np.inf
    return Columns(x, masked, top, least, blank, blank | ~(top < np.inf))


def chosen_columns(given: Columns, at: Mask) -> Columns:
    """Some of the rows."""
    parts = (given.x, given.masked, given.top, given.least, given.blank, given.undefined)
    return Columns(*(part[..., at] for part in parts))


def rows_in(given: Columns, r: Rounding) -> Rows:
    """The rows rounded to the dtype of `r`."""
    x = r.hold(given.x)
    if given.masked.any():
        x = np.where(given.masked, r.hold(np.asarray(-r.largest)), x)
    top, least = r.hold(given.top), r.hold(given.least)
    return Rows(r, given.masked, given.undefined, x, top, least, r.minus(least, top))


def chosen_rows(rows: Rows, at: Mask) -> Rows:
    """Some of the rows."""
    if at.all():
        return rows
    parts = (part[..., at] for part in (rows.masked, rows.undefined, rows.x, rows.top, rows.least, rows.drop))
    return Rows(rows.r, *parts)


def lowered(rows: Rows) -> Floats:
    """x - M."""
    return rows.r.minus(rows.x, np.broadcast_to(rows.top, rows.x.shape))


def masked_exp(rows: Rows, x: Floats) -> Floats:
    """exp of x, or of x - M; 0 where masked."""
    e = rows.r.exp(x)
    if rows.masked.any():
        e[rows.masked] = 0
    return e


def wide(x: Floats) -> Array:
    """The same numbers as float64."""
    return x.astype(np.float64)
