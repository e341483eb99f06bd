"""actviz: see, tabulate and trust a neural network's activation function.

    f = actviz.get("swish", beta=1.5)
    f(x); f.derivative(x); f.derivative(x, order=2)

Names are resolved when first used: importing the package imports neither numpy nor matplotlib.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers read it; importing typing would cost more than all the rest

if TYPE_CHECKING:
    from actviz.catalogue import names as names
    from actviz.catalogue.logits import log_softmax as log_softmax
    from actviz.catalogue.logits import softmax as softmax
    from actviz.catalogue.logsumexp import logsumexp as logsumexp
    from actviz.errors import BadInput as BadInput
    from actviz.inspecting import depth as depth
    from actviz.inspecting import observe as observe
    from actviz.inspecting import saturation as saturation
    from actviz.plotting import plot as plot
    from actviz.resolve import get as get

__version__ = "0.1.0"

HOMES = {
    "BadInput": "actviz.errors",
    "depth": "actviz.inspecting",
    "get": "actviz.resolve",
    "log_softmax": "actviz.catalogue.logits",
    "logsumexp": "actviz.catalogue.logsumexp",
    "names": "actviz.catalogue",
    "observe": "actviz.inspecting",
    "plot": "actviz.plotting",
    "saturation": "actviz.inspecting",
    "softmax": "actviz.catalogue.logits",
}

__all__ = [
    "BadInput",
    "depth",
    "get",
    "log_softmax",
    "logsumexp",
    "names",
    "observe",
    "plot",
    "saturation",
    "softmax",
]


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module 'actviz' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(HOMES[name]), name)
