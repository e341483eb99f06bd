"""Softmax, log-softmax and log-sum-exp along an axis, with their Jacobians."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.activation import Reference, VectorActivation

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from actviz.activation import Array


def softmax(x: ArrayLike, axis: int = -1) -> Any:
    """exp(x_i) / sum_k exp(x_k) along `axis`."""
    a = np.asarray(x)
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(x: ArrayLike, axis: int = -1) -> Any:
    """x_i - log sum_k exp(x_k) along `axis`."""
    return np.log(softmax(x, axis))


def softmax_jacobian(x: Array) -> Array:
    """d y_i / d x_j = y_i (delta_ij - y_j)."""
    y = softmax(x)
    return np.diag(y) - np.outer(y, y)


def log_softmax_jacobian(x: Array) -> Array:
    """d log y_i / d x_j = delta_ij - y_j."""
    y = softmax(x)
    return np.eye(y.size) - y


VECTORS = (
    VectorActivation(
        name="softmax",
        family="vector",
        summary="turns logits into probabilities that sum to 1",
        formula=r"\frac{e^{x_i}}{\sum_{k} e^{x_k}}",
        plain="exp(x_i)/sum_k exp(x_k)",
        definition=lambda m, xs: [m.exp(x) / sum(m.exp(k) for k in xs) for x in xs],
        value=softmax,
        jacobian=softmax_jacobian,
        reference=Reference("Bridle", 1990, "Probabilistic Interpretation of Feedforward Classification Network Outputs"),
    ),
    VectorActivation(
        name="log_softmax",
        family="vector",
        summary="the logarithm of softmax",
        formula=r"x_i - \ln \sum_{k} e^{x_k}",
        plain="x_i - log(sum_k exp(x_k))",
        definition=lambda m, xs: [x - m.log(sum(m.exp(k) for k in xs)) for x in xs],
        value=log_softmax,
        jacobian=log_softmax_jacobian,
        reference=Reference("Bridle", 1990, "Probabilistic Interpretation of Feedforward Classification Network Outputs"),
    ),
)
