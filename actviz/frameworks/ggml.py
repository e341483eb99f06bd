"""ggml, by way of ggml-python: values only, in float32."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.frameworks.installed import imported
from actviz.frameworks.runtime import Runtime

if TYPE_CHECKING:
    from actviz.floats import Floats
    from actviz.frameworks.runtime import Function

BLOCK = 65_536
"""Elements computed in one graph."""

MEMORY = 16 * 1024 * 1024
"""Bytes of a context: the graph, and a handful of tensors of BLOCK numbers."""


def start(framework: str) -> Runtime:
    """The operators, and one context that each run empties; ggml ends the process over a dtype it lacks."""
    ggml = imported("ggml.ggml", "ggml-python")
    utils = imported("ggml.utils", "ggml-python")
    context = ggml.ggml_init(ggml.ggml_init_params(mem_size=MEMORY, mem_buffer=None, no_alloc=False))
    return Runtime(
        version=ggml.ggml_version().decode(),
        names=vars(ggml) | {"ctx": context, "log": math.log, "expm1": math.expm1},
        run=partial(values, ggml, utils, context),
        orders=(0,),
        dtypes=("float32",),
    )


def values(ggml: Any, utils: Any, context: Any, function: Function, x: Floats, order: int) -> Floats:
    """`function` at x: numbers block by block, vectors one by one."""
    width = BLOCK if x.ndim == 1 else x.shape[-1]
    flat = x.reshape(-1)
    out = np.empty_like(flat)
    for at in range(0, flat.size, width):
        ggml.ggml_reset(context)
        result = function(utils.from_numpy(flat[at : at + width], context))
        graph = ggml.ggml_new_graph(context)
        ggml.ggml_build_forward_expand(graph, result)
        ggml.ggml_graph_compute_with_ctx(context, graph, 1)
        out[at : at + width] = utils.to_numpy(result)
    return out.reshape(x.shape)
