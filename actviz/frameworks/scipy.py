"""scipy.special: values only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.frameworks.installed import imported
from actviz.frameworks.runtime import Runtime

if TYPE_CHECKING:
    from actviz.floats import Floats
    from actviz.frameworks.runtime import Function


def start(framework: str) -> Runtime:
    """scipy, which knows no bfloat16."""
    scipy = imported("scipy", "scipy")
    imported("scipy.special", "scipy")
    return Runtime(scipy.__version__, {"scipy": scipy}, value, orders=(0,), dtypes=("float16", "float32", "float64"))


def value(function: Function, x: Floats, order: int) -> Floats:
    """`function` at x; some of scipy's functions answer float16 in float32."""
    with np.errstate(all="ignore"):
        return np.asarray(function(x)).astype(x.dtype)
