"""Time an element of the kernels beside the textbook formula in plain numpy and, where installed, torch.

All in one thread and one run, taken in turn, the best processor time of several rounds. numpy's formula and torch
work in the dtype itself; actviz computes float32 in float64 and rounds once. torch's slope is its forward and backward
pass together, since it gives no slope without a value. The formula's slope is the one usually written by hand.
Scratch memory is the peak beyond the result, by tracemalloc, which does not see torch's.
"""

from __future__ import annotations

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import ml_dtypes
import numpy as np

import actviz
from actviz.analysis.accuracy.audit import Plan, audits
from actviz.analysis.accuracy.sources import source
from actviz.expressions.elementary import erf

SIZE = 10_000_000
ROUNDS = 5
SPREAD = 3.0
"""Standard deviation of the inputs: both tails and the bend are met."""

NUMPY = SimpleNamespace(
    exp=np.exp,
    log=np.log,
    tanh=np.tanh,
    sqrt=np.sqrt,
    absolute=np.abs,
    where=np.where,
    maximum=np.maximum,
    minimum=np.minimum,
    pi=np.pi,
    erf=lambda x: erf(x).astype(x.dtype),
)
"""The maths module of a definition; numpy has no erf, so there it is ours."""


def logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def sigmoid_slope(x: Any) -> Any:
    s = logistic(x)
    return s * (1 - s)


def silu_slope(x: Any) -> Any:
    s = logistic(x)
    return s * (1 + x * (1 - s))


def mish_slope(x: Any) -> Any:
    e = np.exp(x)
    top = 4 * (x + 1) + 4 * e**2 + e**3 + e * (4 * x + 6)
    return e * top / (2 * e + e**2 + 2) ** 2


def gelu_slope(x: Any) -> Any:
    return (1 + NUMPY.erf(x / 2**0.5)) / 2 + x * np.exp(-x * x / 2) / (2 * np.pi) ** 0.5


def gelu_tanh_slope(x: Any) -> Any:
    k = (2 / np.pi) ** 0.5
    t = np.tanh(k * (x + 0.044715 * x * x * x))
    return (1 + t) / 2 + x * (1 - t * t) / 2 * k * (1 + 3 * 0.044715 * x * x)


SLOPES: dict[str, Callable[[Any], Any]] = {
    "sigmoid": sigmoid_slope,
    "tanh": lambda x: 1 - np.tanh(x) ** 2,
    "silu": silu_slope,
    "softplus": logistic,
    "mish": mish_slope,
    "gelu": gelu_slope,
    "gelu_tanh": gelu_tanh_slope,
    "relu": lambda x: np.where(x > 0, x.dtype.type(1), x.dtype.type(0)),
    "elu": lambda x: np.where(x > 0, x.dtype.type(1), np.exp(x)),
}
"""The textbook slope of every function timed."""


def in_torch(name: str) -> Callable[[Any], Any]:
    """torch's function of this name."""
    import torch

    functional = torch.nn.functional
    if name == "gelu_tanh":
        return lambda x: functional.gelu(x, approximate="tanh")
    return {"sigmoid": torch.sigmoid, "tanh": torch.tanh}.get(name) or getattr(functional, name)


def torch_slope(f: Callable[[Any], Any], x: Any) -> Callable[[], Any]:
    """A forward and a backward pass."""
    import torch

    leaf, ones = x.clone().requires_grad_(), torch.ones_like(x)
    return lambda: torch.autograd.grad(f(leaf), leaf, ones)


def contenders(name: str, x: Any, order: int) -> dict[str, Callable[[], Any]]:
    """What to time: ours, the formula, torch."""
    activation = actviz.get(name)
    value = lambda: activation.definition(NUMPY, x, *activation.values)  # noqa: E731
    found = {
        "actviz": lambda: activation.derivative(x, order),
        "formula": (lambda: SLOPES[name](x)) if order else value,
    }
    if find_spec("torch"):
        import torch

        torch.set_num_threads(1)
        f, given = in_torch(name), torch.from_numpy(x)
        found["torch"] = torch_slope(f, given) if order else lambda: f(given)
    return found


def taken_in_turn(calls: dict[str, Callable[[], Any]], count: int) -> dict[str, float]:
    """The best time of each in ns an element, of `ROUNDS` rounds."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for label, call in calls.items():
            begin = time.process_time()
            call()
            best[label] = min(best[label], time.process_time() - begin)
    return {label: seconds / count * 1e9 for label, seconds in best.items()}


def scratch(call: Callable[[], Any]) -> float:
    """The peak of memory beyond the result, in MB."""
    tracemalloc.start()
    result = call()
    peak = tracemalloc.get_traced_memory()[1] - result.nbytes
    tracemalloc.stop()
    return peak / 1e6


def kernels() -> None:
    """Print the table of all functions."""
    columns = ("actviz", "formula", "torch", "to formula", "to torch")
    print(f"{'ns an element of 10^7':28}" + "".join(f"{c:>11}" for c in columns) + "   scratch MB: actviz, formula")
    for dtype in (np.float32, np.float64):
        x = (np.random.default_rng(0).standard_normal(SIZE) * SPREAD).astype(dtype)
        for name in SLOPES:
            for order, kind in enumerate(("value", "slope")):
                calls = contenders(name, x, order)
                with np.errstate(all="ignore"):
                    ns = taken_in_turn(calls, SIZE)
                    memory = [scratch(calls[label]) for label in ("actviz", "formula")]
                ours, formula, torch = ns["actviz"], ns["formula"], ns.get("torch", float("nan"))
                row = (f"{v:11.2f}" for v in (ours, formula, torch, ours / formula, ours / torch))
                label = f"{np.dtype(dtype).name} {name} {kind}"
                print(f"{label:28}{''.join(row)}{memory[0]:15.1f}{memory[1]:9.1f}", flush=True)


def narrow() -> None:
    """Print the time of every number of a 16-bit dtype at once."""
    print(f"\n{'ms for all 65,536 numbers':28}{'float16':>11}{'bfloat16':>11}")
    every = np.arange(65_536, dtype=np.uint16)
    for name in SLOPES:
        for order, kind in enumerate(("value", "slope")):
            f = actviz.get(name).derivative
            calls = {dtype.__name__: partial(f, every.view(dtype), order) for dtype in (np.float16, ml_dtypes.bfloat16)}
            times = taken_in_turn(calls, 1)
            print(f"{f'{name} {kind}':28}" + "".join(f"{ns / 1e6:11.2f}" for ns in times.values()), flush=True)


def audit() -> None:
    """Print the time of an audit of every number of a 16-bit dtype, at orders 0, 1 and 2, proven truth included."""
    print(f"\n{'s for an audit, 3 orders':28}{'float16':>11}{'bfloat16':>11}")
    for name in SLOPES:
        f = actviz.get(name)
        plan, sources = Plan((0, 1, 2), points=0, worst=5), (source("kernel", f),)
        calls = {dtype: partial(list, audits(f, dtype, sources, plan)) for dtype in ("float16", "bfloat16")}
        seconds = []
        for call in calls.values():
            start = time.process_time()
            call()
            seconds.append(time.process_time() - start)
        print(f"{name:28}" + "".join(f"{s:11.2f}" for s in seconds), flush=True)


if __name__ == "__main__":
    kernels()
    narrow()
    audit()
