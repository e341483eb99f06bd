"""Arrays as blocks of any cut, and what they say counted one value at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, reduce

import numpy as np
from numpy.typing import NDArray

from actviz.activation import Activation
from actviz.analysis.data.observation import Observation, Reading, observation
from actviz.analysis.data.probes import Probe, probe
from actviz.analysis.data.tally import Tally, merged, tally
from actviz.floats import dtype_of
from actviz.resolve import get

THRESHOLDS = (0.5, 0.1, 0.01, 1e-3)
DTYPES = ("float16", "bfloat16", "float32", "float64")
INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")


@dataclass(frozen=True)
class Cut:
    """A block of shape (k, u, m)."""

    values: NDArray
    first: int


@cache
def probed(label: str, thresholds: tuple[float, ...] = THRESHOLDS) -> Probe:
    activation = get(label)
    assert isinstance(activation, Activation)
    return probe(activation, thresholds)


def slabs(x: NDArray, axis: int | None) -> NDArray:
    """The array as (outer, units, inner), as arrays.layout has it."""
    if axis is None:
        return x.reshape(1, 1, -1)
    axis %= x.ndim
    return x.reshape(math.prod(x.shape[:axis]), x.shape[axis], -1)


def blocks(x: NDArray, axis: int | None, most: int) -> Iterator[Cut]:
    """Whole slabs where one has no more than `most` elements, else units of one, else parts of one."""
    values = slabs(x, axis)
    outer, units, inner = values.shape
    together, high, wide = max(1, most // (units * inner)), max(1, min(units, most // inner)), min(inner, most)
    for k in range(0, outer, together):
        for u in range(0, units, high):
            for m in range(0, inner, wide):
                # A buffer that is used again holds other numbers afterwards.
                block = values[k : k + together, u : u + high, m : m + wide].copy()
                yield Cut(block, u)
                block.reshape(-1).view(f"u{block.dtype.itemsize}")[:] = 77


def tallied(x: NDArray, labels: tuple[str, ...], axis: int | None = None, most: int = 1000) -> Tally:
    probes = tuple(probed(label) for label in labels)
    return tally(blocks(x, axis, most), slabs(x, axis).shape[1], probes)


def seen(x: NDArray, labels: tuple[str, ...], axis: int | None = None, most: int = 1000) -> Observation:
    return concluded(x, labels, axis, tallied(x, labels, axis, most))


def concluded(x: NDArray, labels: tuple[str, ...], axis: int | None, found: Tally) -> Observation:
    return observation("x", x.shape, x.dtype.name, tuple(probed(label) for label in labels), found, axis)


def joined(tallies: list[Tally]) -> Tally:
    return reduce(merged, tallies)


def fitted(values: NDArray, dtype: str) -> NDArray:
    """float64 numbers in a dtype: floats rounded, integers clipped, and NaN and infinities left out of them."""
    if dtype not in INTEGERS:
        with np.errstate(all="ignore"):
            return values.astype(dtype_of(dtype))
    limits = np.iinfo(dtype)
    kept = values[np.isfinite(values)]
    return np.asarray([min(max(int(v), limits.min), limits.max) for v in kept], dtype=dtype)


def check(reading: Reading, x: NDArray, labels: tuple[str, ...]) -> None:
    """Compare a reading with the numbers themselves, one by one."""
    with np.errstate(all="ignore"):
        wide = x.reshape(-1).astype(np.float64)
    finite = wide[np.isfinite(wide)]
    others = (np.isnan(wide).sum(), (wide == np.inf).sum(), (wide == -np.inf).sum())
    assert (reading.nan, reading.positive_infinity, reading.negative_infinity) == others
    assert (reading.count, reading.finite) == (wide.size, finite.size)
    if not finite.size:
        assert all(map(math.isnan, (reading.mean, reading.std, reading.low, reading.high)))
        return
    assert (reading.low, reading.high) == (finite.min(), finite.max())
    scale = max(map(abs, finite.tolist()))
    if scale < 1e150:
        mean = math.fsum(finite) / finite.size
        close(reading.mean, mean, scale, "mean")
        close(reading.std, math.sqrt(math.fsum((finite - mean) ** 2) / finite.size), scale, "std")
    ordered = np.sort(finite)
    for p, x_p in reading.quantiles:
        truth = ordered[max(math.ceil(round(100 * p) * finite.size / 100), 1) - 1]
        assert abs(x_p - truth) <= max(reading.quantile_error * abs(truth), reading.quantile_floor), (p, x_p, truth)
    for label, response in zip(labels, reading.responses, strict=True):
        check_response(label, response, finite, x.dtype.name)


def check_response(label, response, finite, dtype):
    slope = get(label).derivative(finite)
    size = np.abs(slope)
    for share in response.saturated:
        apart = finite[size <= share.threshold]
        doubtful = np.abs(size - share.threshold) <= 4 * math.ulp(share.threshold)
        # Where the slope is the threshold but for rounding, it may dither from one float64 number to the next.
        slack = np.count_nonzero(doubtful) if dtype == "float64" else 0
        assert abs(share.count - apart.size) <= slack, (label, share.threshold, share.count, apart.size, slack)
        assert share.fraction == share.count / finite.size
        # Such a value may be counted with the interval that ends beside it.
        sure = ~doubtful[size <= share.threshold]
        assert sum(i.count for i in share.intervals) <= share.count
        for i in share.intervals:
            inside = (apart >= i.low) & (apart <= i.high)
            least, most = np.count_nonzero(inside & sure), np.count_nonzero(inside | ~sure) + slack
            assert least <= i.count <= most, (label, share.threshold, i, least, most)
            assert i.fraction == i.count / finite.size
    assert response.dead == np.count_nonzero(slope == 0), (label, response.dead, finite[slope == 0][:20])
    assert response.dead_fraction == response.dead / finite.size
    if np.isfinite(slope).all():
        close(response.derivative_mean, exact_mean(slope), size.max(), label)
    if size.max() < 1e150:
        close(response.derivative_second_moment, math.fsum(slope * slope) / slope.size, size.max() ** 2, label)


def exact_mean(values: NDArray) -> float:
    """The mean without overflow."""
    scale = max(1.0, float(np.abs(values).max()))
    return scale * (math.fsum(values / scale) / values.size)


def close(got: float, wanted: float, scale: float, what: str) -> None:
    assert abs(got - wanted) <= 1e-12 * scale + 5e-324, (what, got, wanted, scale)
