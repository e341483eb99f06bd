"""Jacobian of softmax at (3, 1, −3)

Entry (i, j) is ∂yᵢ/∂xⱼ: yᵢ(1 − yᵢ) on the diagonal, positive, and −yᵢyⱼ elsewhere, negative. Raising one
logit raises its own probability and lowers all the others; each row and each column sums to 0, because the
probabilities always sum to 1. (The derivative of exp(x) is exp(x), also in the step where it is sometimes
printed as x.)
"""

from __future__ import annotations

from actviz import _numpy as np
from actviz.catalogue.logits import softmax_jacobian
from actviz.figure import Cells, Figure, Panel

LOGITS = (3.0, 1.0, -3.0)

COMMAND = "actviz derivative softmax --at=3,1,-3"


def build() -> Figure:
    """The matrix, coloured by sign and size."""
    matrix = softmax_jacobian(np.asarray(LOGITS))
    sub = "₁₂₃"
    cells = Cells(matrix, tuple(f"∂y{i}" for i in sub), tuple(f"∂x{j}" for j in sub))
    return Figure("Jacobian of softmax at (3, 1, −3)", ((Panel((cells,), axes="off"),),), size=(6.4, 4.2))
