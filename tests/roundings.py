"""Rounding to a float dtype by its definition, in exact numbers: what the arithmetic of a dtype is tested against."""

from __future__ import annotations

import math
from typing import Any

import ml_dtypes
import mpmath
import numpy as np

NO_INFINITY = ("float8_e4m3fn", "float8_e5m2fnuz", "float8_e4m3fnuz")


def kind_of(name: str) -> Any:
    """The numpy dtype of that name."""
    return np.dtype(getattr(ml_dtypes, name, name))


def nearest(value: Any, name: str) -> float:
    """The number of the dtype nearest to an mpmath number, the even one of two; beyond the largest inf or NaN."""
    info = ml_dtypes.finfo(kind_of(name))
    if mpmath.isnan(value) or mpmath.isinf(value):
        return math.nan if mpmath.isnan(value) or name in NO_INFINITY else float(value)
    if not value:
        return 0.0
    exponent = max(int(mpmath.frexp(value)[1]) - 1, int(info.minexp)) - int(info.nmant)
    steps = mpmath.ldexp(value, -exponent)
    whole = int(mpmath.floor(steps))
    rest = steps - whole
    whole += rest > 0.5 or (rest == 0.5 and whole % 2 == 1)
    found = mpmath.ldexp(mpmath.mpf(whole), exponent)
    if abs(found) > mpmath.mpf(float(info.max)):
        return math.nan if name in NO_INFINITY else math.copysign(math.inf, value)
    return float(found)


def exp_to(x: float, name: str) -> float:
    """exp(x) rounded once."""
    if math.isnan(x) or x == math.inf:
        return nearest(mpmath.mpf(x), name)
    with mpmath.workdps(40):
        return 0.0 if x == -math.inf else nearest(mpmath.exp(mpmath.mpf(x)), name)


def log_to(x: float, name: str) -> float:
    """log(x) rounded once, x >= 0."""
    if not 0 < x < math.inf:
        return nearest(mpmath.mpf(-math.inf if x == 0 else x), name)
    with mpmath.workdps(40):
        return nearest(mpmath.log(mpmath.mpf(x)), name)


def minus_to(x: float, y: float, name: str) -> float:
    """x - y rounded once."""
    return done(lambda a, b: a - b, x, y, name)


def plus_to(x: float, y: float, name: str) -> float:
    """x + y rounded once."""
    return done(lambda a, b: a + b, x, y, name)


def times_to(x: float, y: float, name: str) -> float:
    """x y rounded once."""
    return done(lambda a, b: a * b, x, y, name)


def over_to(x: float, y: float, name: str) -> float:
    """x / y rounded once."""
    with np.errstate(all="ignore"):
        special = float(np.float64(x) / np.float64(y))
    return done(lambda a, b: a / b, x, y, name) if math.isfinite(special) else nearest(mpmath.mpf(special), name)


def done(operation: Any, x: float, y: float, name: str) -> float:
    """An operation on two numbers, exact but for 200 digits, rounded once."""
    if not (math.isfinite(x) and math.isfinite(y)):
        return nearest(mpmath.mpf(operation(x, y)), name)
    with mpmath.workdps(700 if name == "float64" else 200):
        return nearest(operation(mpmath.mpf(x), mpmath.mpf(y)), name)
