"""tensorflow."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.frameworks.installed import imported
from actviz.frameworks.runtime import Runtime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actviz.floats import Floats
    from actviz.frameworks.runtime import Function


def start(framework: str) -> Runtime:
    """tensorflow, with what it logs while it starts kept from standard error."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with silence():
        tf = imported("tensorflow", "tensorflow")
        with suppress(RuntimeError):  # too late once tensorflow has run something
            tf.config.threading.set_intra_op_parallelism_threads(1)
            tf.config.threading.set_inter_op_parallelism_threads(1)
        tf.constant(0.0)  # the rest of the log comes with the first tensor
    return Runtime(tf.__version__, {"tf": tf}, partial(differentiated, tf), failures=(tf.errors.OpError,))


@contextmanager
def silence() -> Iterator[None]:
    """Standard error to nowhere, below Python: part of the log heeds no setting."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def differentiated(tf: Any, function: Function, x: Floats, order: int) -> Floats:
    """`function` at x, or its derivative by tensorflow's autograd."""
    derivative = function
    for _ in range(order):
        derivative = partial(gradient, tf, derivative)
    with silence(), tf.device("CPU:0"):
        return np.asarray(derivative(tf.constant(x)).numpy()).astype(x.dtype)


def gradient(tf: Any, function: Function, t: Any) -> Any:
    """The gradient of the sum of `function` at t."""
    with tf.GradientTape() as tape:
        tape.watch(t)
        y = function(t)
    return tape.gradient(y, t, unconnected_gradients=tf.UnconnectedGradients.ZERO)
