"""Vectors of logits, softmax and its kin of them in mpmath, and comparison in units in the last place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import mpmath
import numpy as np

INF, NAN = np.inf, np.nan
TINIEST = 2.0**-1074

MIXES = [
    (1, 5.0), (2, 1e-9), (2, 3.0), (3, 40.0), (7, 1e-300), (10, 0.5), (10, 300.0), (100, 2.0), (100, 200.0),
    (1000, 0.1), (1000, 8.0), (20_000, 0.0), (20_000, 3.0), (20_000, 60.0),
]  # fmt: skip
OFFSETS = [0.0, -1.0, 123.456, 10_000.0, -10_000.0]


def logits(n: int, spread: float, offset: float) -> np.ndarray:
    """n normal numbers of that spread about `offset`, the same each time."""
    random = np.random.default_rng([n, int(abs(offset)), int(spread * 10)])
    return random.normal(size=n) * spread + offset


def exact(x: Iterable[float]) -> tuple[list[Any], list[Any], Any]:
    """Softmax, its logarithm and the log-sum-exp in mpmath, to 60 digits."""
    with mpmath.workdps(60):
        numbers = [mpmath.mpf(float(v)) for v in x]
        top = max(numbers)
        terms = [mpmath.exp(v - top) for v in numbers]
        at = numbers.index(top)
        rest = mpmath.fsum(t for i, t in enumerate(terms) if i != at)
        log_total = mpmath.log1p(rest) if rest else mpmath.mpf(0)
        return [t / (1 + rest) for t in terms], [v - top - log_total for v in numbers], top + log_total


def ulps(got: float, want: Any) -> float:
    """The error in units in the last place of the exact value, of the smallest subnormal at least."""
    unit = max(np.spacing(abs(float(want))), TINIEST)
    return float(abs(mpmath.mpf(float(got)) - want) / mpmath.mpf(float(unit)))


def assert_close(got: Iterable[float], want: Iterable[Any], x: Sequence[float], most: float, name: str) -> None:
    """Every entry of `got` within `most` ULP; a failure prints the point, got, want and the error."""
    for i, (g, w) in enumerate(zip(got, want, strict=True)):
        error = ulps(g, w)
        at = f" at [{i}] = {x[i]!r}" if i < len(x) else ""
        assert error <= most, f"{name} of {len(x)} logits{at}: got {g!r}, want {float(w)!r}, {error} ULP"
