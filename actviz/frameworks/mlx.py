"""mlx, on the CPU."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.frameworks.installed import imported
from actviz.frameworks.runtime import Runtime

if TYPE_CHECKING:
    from actviz.floats import Floats
    from actviz.frameworks.runtime import Function


def start(framework: str) -> Runtime:
    """mlx.core and mlx.nn."""
    core = imported("mlx.core", "'mlx[cpu]'")
    imported("mlx.nn", "'mlx[cpu]'")
    return Runtime(core.__version__, {"mlx": imported("mlx", "mlx")}, partial(differentiated, core))


def differentiated(core: Any, function: Function, x: Floats, order: int) -> Floats:
    """`function` at x, or its derivative by mlx's autograd."""
    derivative = function
    for _ in range(order):
        derivative = core.grad(partial(total, derivative))
    with core.stream(core.cpu):
        y = derivative(tensor(core, x)).astype(getattr(core, x.dtype.name))
        core.eval(y)
        return array(core, y, x)


def total(function: Function, t: Any) -> Any:
    """The sum whose gradient is the derivative at each element."""
    return function(t).sum()


def tensor(core: Any, x: Floats) -> Any:
    """x as mlx's array; numpy's bfloat16 is foreign to it, so its bits are handed over."""
    if x.dtype.name == "bfloat16":
        return core.array(x.view(np.uint16)).view(core.bfloat16)
    return core.array(x, dtype=getattr(core, x.dtype.name))


def array(core: Any, y: Any, x: Floats) -> Floats:
    """mlx's array as numpy's."""
    if x.dtype.name == "bfloat16":
        return np.array(y.view(core.uint16)).view(x.dtype)
    return np.array(y)
