"""jax, and flax, whose functions take jax's arrays."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.frameworks.installed import imported
from actviz.frameworks.runtime import Runtime

if TYPE_CHECKING:
    from actviz.floats import Floats
    from actviz.frameworks.runtime import Function

ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
"""XLA reads its threads once, when the first array is made."""


def start(framework: str) -> Runtime:
    """jax itself, or flax over it."""
    os.environ.setdefault("XLA_FLAGS", ONE_THREAD)
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    jax = imported("jax", "jax")
    run = partial(differentiated, jax)
    if framework == "flax":
        flax = imported("flax", "flax")
        imported("flax.linen", "flax")
        return Runtime(f"{flax.__version__} on jax {jax.__version__}", {"flax": flax, "jax": jax}, run)
    return Runtime(jax.__version__, {"jax": jax}, run)


def differentiated(jax: Any, function: Function, x: Floats, order: int) -> Floats:
    """`function` at x, or its derivative by jax's autograd; float64 is allowed for this one run."""
    derivative = function
    for _ in range(order):
        derivative = jax.grad(partial(total, derivative))
    with jax.enable_x64(x.dtype.name == "float64"), jax.default_device(jax.devices("cpu")[0]):
        return np.asarray(derivative(jax.numpy.asarray(x))).astype(x.dtype)


def total(function: Function, t: Any) -> Any:
    """The sum whose gradient is the derivative at each element."""
    return function(t).sum()
