"""The identity: no activation at all, to compare the others with."""

from __future__ import annotations

from actviz import _numpy as np
from actviz.activation import Activation, Reference
from actviz.catalogue.rectifiers import flat

INF = float("inf")

IDENTITY = (
    Activation(
        name="identity",
        family="elementary",
        summary="x itself: a layer without an activation",
        formula="x",
        plain="x",
        definition=lambda m, x: x,
        kernels=(lambda x: x.copy(), lambda x: np.full_like(x, 1.0), flat),
        limits=lambda: ((-INF, 1.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference("Widrow, Hoff", 1960, "Adaptive Switching Circuits"),
        aliases={"linear": {}},
    ),
)
