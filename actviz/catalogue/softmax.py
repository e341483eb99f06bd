"""The activations of a whole vector: softmax and its logarithm."""

from __future__ import annotations

from actviz.activation import Reference, VectorActivation
from actviz.catalogue.logits import log_softmax, log_softmax_jacobian, softmax, softmax_jacobian

BRIDLE = Reference("Bridle", 1990, "Probabilistic Interpretation of Feedforward Classification Network Outputs")

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
        reference=BRIDLE,
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
        reference=BRIDLE,
    ),
)
