"""torch, and timm and transformers, whose functions take torch's tensors."""

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
    """torch itself, or one of the two over it."""
    torch = imported("torch", "torch")
    run = partial(differentiated, torch)
    if framework == "timm":
        timm = imported("timm", "timm")
        imported("timm.layers", "timm")
        return Runtime(f"{timm.__version__} on torch {torch.__version__}", {"timm": timm}, run)
    if framework == "transformers":
        transformers = imported("transformers", "transformers")
        activations = imported("transformers.activations", "transformers")
        activations.logger.setLevel("ERROR")  # it tells which optional parts it does without
        version = f"{transformers.__version__} on torch {torch.__version__}"
        return Runtime(version, vars(activations), run)
    return Runtime(torch.__version__, {"torch": torch}, run)


def differentiated(torch: Any, function: Function, x: Floats, order: int) -> Floats:
    """`function` at x, or its derivative by torch's autograd."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        t = tensor(torch, x).requires_grad_(order > 0)
        y = function(t)
        for left in range(order, 0, -1):
            y = gradient(torch, y, t, again=left > 1)
        return array(torch, y.detach(), x)
    finally:
        torch.set_num_threads(threads)


def gradient(torch: Any, y: Any, t: Any, again: bool) -> Any:
    """The gradient of y's sum in t, with its own graph where it is differentiated again."""
    if not y.requires_grad and y is not t:  # a derivative made of constants
        return torch.zeros_like(t)
    return torch.autograd.grad(y.sum(), t, create_graph=again, materialize_grads=True)[0]


def tensor(torch: Any, x: Floats) -> Any:
    """x as a tensor of its own memory; numpy's bfloat16 is foreign to torch, so its bits are handed over."""
    own = np.array(x)
    if x.dtype.name == "bfloat16":
        return torch.from_numpy(own.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(own)


def array(torch: Any, y: Any, x: Floats) -> Floats:
    """A tensor as an array of x's dtype."""
    if y.dtype is torch.bfloat16:
        y = y.view(torch.int16)
        return np.asarray(y.numpy().view(x.dtype))
    return np.asarray(y.numpy()).astype(x.dtype)
