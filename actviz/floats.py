"""The floats of a dtype in their order: each one's place in it, bisection over the places, dtypes by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from actviz.activation import Array

    Floats = NDArray[Any]
    Places = NDArray[np.int64]

DTYPES = ("float16", "bfloat16", "float32", "float64")

FLOAT8 = ("float8_e5m2", "float8_e4m3fn", "float8_e5m2fnuz", "float8_e4m3fnuz")
"""Floats of 8 bits: e exponent bits, m of the significand; fn has no infinity, fnuz no minus zero either."""

ALL_DTYPES = (*FLOAT8, *DTYPES)

UNDEFINED = 2
"""The sign given to NaN."""


def dtype_of(name: str) -> Any:
    """The numpy dtype called `name`, one of ALL_DTYPES; those that numpy lacks are ml_dtypes'."""
    if name == "bfloat16" or name in FLOAT8:
        import ml_dtypes

        return np.dtype(getattr(ml_dtypes, name))
    return np.dtype(name)


def finfo(dtype: Any) -> Any:
    """The limits of a dtype as numpy's finfo names them: nmant, minexp, maxexp, max, smallest_normal, ..."""
    import ml_dtypes

    return ml_dtypes.finfo(dtype)  # type: ignore[no-untyped-call]


def smallest_normal(dtype: Any) -> float:
    """The least positive number of the dtype with full precision."""
    return float(finfo(dtype).smallest_normal)


def greatest(name: str) -> float:
    """The largest finite number of the dtype called `name`."""
    return float(finfo(dtype_of(name)).max)


def ordinal(x: Floats) -> Places:
    """Each float's place in the order of its dtype; neighbours differ by 1, both zeros are 0."""
    bits = np.ascontiguousarray(x).view(f"i{x.dtype.itemsize}").astype(np.int64)
    return np.where(bits < 0, lowest(x.dtype) - bits, bits)


def floating(place: Places, dtype: Any) -> Floats:
    """The float of `dtype` at each place."""
    bits = np.where(place < 0, lowest(dtype) - place, place)
    return bits.astype(f"i{dtype.itemsize}").view(dtype)


def lowest(dtype: Any) -> np.int64:
    """The bits of minus zero, read as a whole number with a sign."""
    return np.int64(-(2 ** (8 * dtype.itemsize - 1)))


def bisected(holds: Callable[[Floats], NDArray[np.bool_]], low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """In each bracket the adjacent floats between which `holds`, true at `low` and false at `high`, ends.

    Where it ends more than once, one of these places; where it holds throughout, the last two floats. Halves
    the number of floats in between rather than their distance, so 64 rounds reach the last bit anywhere.
    """
    a, b = ordinal(low), ordinal(high)
    while ((b - 1) > a).any():
        middle = (a >> 1) + (b >> 1) + (a & b & 1)
        same = holds(floating(middle, low.dtype))
        a, b = np.where(same, middle, a), np.where(same, b, middle)
    return floating(a, low.dtype), floating(b, low.dtype)


def sign(y: Array) -> Places:
    """-1, 0 or 1, and UNDEFINED for NaN."""
    return np.where(np.isnan(y), UNDEFINED, (y > 0).astype(np.int64) - (y < 0))


def simplest(low: float, high: float) -> float:
    """The number with the fewest digits in an interval; 0 where it is in it."""
    if low <= 0.0 <= high:
        return 0.0
    middle = 0.5 * low + 0.5 * high
    return next((s for s in (float(f"{middle:.{n}g}") for n in range(1, 18)) if low <= s <= high), low)
