"""The activations of a whole vector: softmax and its kin."""

from __future__ import annotations

from typing import Any

from actviz.activation import Reference, VectorActivation
from actviz.catalogue import logits, sparse
from actviz.catalogue.logsumexp import logsumexp, logsumexp_jacobian

BRIDLE = Reference("Bridle", 1990, "Probabilistic Interpretation of Feedforward Classification Network Outputs")

SHIFT = (
    "each row sums to 0, because adding one number to every logit changes nothing (largest sum found: {row_sum:.2g})."
)


def sparsemax_definition(m: Any, xs: list[Any]) -> list[Any]:
    """x_i - tau where that is above 0, tau from the k largest: Martins and Astudillo 2016, algorithm 1."""
    z = sorted(xs, reverse=True)
    k = max(k for k in range(1, len(z) + 1) if 1 + k * z[k - 1] > sum(z[:k]))
    tau = (sum(z[:k]) - 1) / k
    return [x - tau if x > tau else 0 for x in xs]


VECTORS = (
    VectorActivation(
        name="softmax",
        family="vector",
        summary="turns logits into probabilities that sum to 1",
        formula=r"\frac{e^{x_i}}{\sum_{k} e^{x_k}}",
        plain="exp(x_i)/sum_k exp(x_k)",
        definition=lambda m, xs: [m.exp(x) / sum(m.exp(k) for k in xs) for x in xs],
        value=logits.softmax,
        jacobian=logits.softmax_jacobian,
        entries=(
            "on the diagonal y_i (1 - y_i) > 0: a larger x_i makes its own y_i larger.",
            "off the diagonal -y_i y_j < 0: a larger x_j makes every other y_i smaller; the classes compete.",
            SHIFT,
        ),
        reference=BRIDLE,
    ),
    VectorActivation(
        name="log_softmax",
        family="vector",
        summary="the logarithm of softmax",
        formula=r"x_i - \ln \sum_{k} e^{x_k}",
        plain="x_i - log(sum_k exp(x_k))",
        definition=lambda m, xs: [x - m.log(sum(m.exp(k) for k in xs)) for x in xs],
        value=logits.log_softmax,
        jacobian=logits.log_softmax_jacobian,
        entries=("on the diagonal 1 - p_i, off it -p_j, where p = softmax(x): delta_ij - p_j.", SHIFT),
        reference=BRIDLE,
    ),
    VectorActivation(
        name="softmin",
        family="vector",
        summary="softmax of -x: the smallest x_i has the largest share",
        formula=r"\frac{e^{-x_i}}{\sum_{k} e^{-x_k}}",
        plain="exp(-x_i)/sum_k exp(-x_k)",
        definition=lambda m, xs: [m.exp(-x) / sum(m.exp(-k) for k in xs) for x in xs],
        value=logits.softmin,
        jacobian=logits.softmin_jacobian,
        entries=(
            "on the diagonal -y_i (1 - y_i) < 0: a larger x_i makes its own y_i smaller.",
            "off the diagonal y_i y_j > 0: a larger x_j makes every other y_i larger.",
            SHIFT,
        ),
        reference=Reference(
            "Boltzmann",
            1868,
            "Studien über das Gleichgewicht der lebendigen Kraft zwischen bewegten materiellen Punkten",
        ),
    ),
    VectorActivation(
        name="softmax1",
        family="vector",
        summary="softmax beside a hidden class of logit 0: all values can be near 0",
        formula=r"\frac{e^{x_i}}{1 + \sum_{k} e^{x_k}}",
        plain="exp(x_i)/(1 + sum_k exp(x_k))",
        definition=lambda m, xs: [m.exp(x) / (1 + sum(m.exp(k) for k in xs)) for x in xs],
        value=logits.softmax1,
        jacobian=logits.softmax1_jacobian,
        entries=(
            "on the diagonal y_i (1 - y_i) > 0: a larger x_i makes its own y_i larger.",
            "off the diagonal -y_i y_j < 0: a larger x_j makes every other y_i smaller; the classes compete.",
            "row i sums to y_i y_0 > 0, where y_0 = 1 - sum_k y_k is the share of the hidden class, which adding one "
            "number to every logit lessens.",
        ),
        reference=Reference("Miller", 2023, "Attention Is Off By One"),
        aliases={"quiet_softmax": {}, "softmax_one": {}},
    ),
    VectorActivation(
        name="sparsemax",
        family="vector",
        summary="the nearest probabilities to x; small ones are exactly 0",
        formula=r"\max(x_i - \tau, 0),\quad \sum_{k} \max(x_k - \tau, 0) = 1",
        plain="max(x_i - tau, 0), where tau makes the sum 1",
        definition=sparsemax_definition,
        value=sparse.sparsemax,
        jacobian=sparse.sparsemax_jacobian,
        entries=(
            "between two of the k classes with y > 0 it is delta_ij - 1/k; all other entries are 0.",
            "where x_i = tau exactly there is a kink: y_i = 0, and i counts as outside.",
            SHIFT,
        ),
        reference=Reference(
            "Martins, Astudillo",
            2016,
            "From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label Classification",
        ),
        room=sparse.sparsemax_room,
    ),
    VectorActivation(
        name="hardmax",
        family="vector",
        summary="1 for the largest, the first of equal ones; 0 for all others",
        formula=r"1\ \mathrm{if}\ i = \min\,\{j : x_j = \max_k\, x_k\},\ \mathrm{else}\ 0",
        plain="1 if x_i is the first of the largest else 0",
        definition=lambda m, xs: [int(i == xs.index(max(xs))) for i in range(len(xs))],
        value=sparse.hardmax,
        jacobian=sparse.hardmax_jacobian,
        entries=(
            "0 everywhere: nothing changes until another x_j becomes the largest, and there y jumps.",
            "where two are the largest it has no derivative; the 0 shown is a convention.",
        ),
        reference=Reference("ONNX", 2017, "Open Neural Network Exchange: the operator Hardmax"),
        room=sparse.hardmax_room,
    ),
    VectorActivation(
        name="logsumexp",
        family="vector",
        summary="a smooth maximum: one number, from max x_k to max x_k + log n",
        formula=r"\ln \sum_{k} e^{x_k}",
        plain="log(sum_k exp(x_k))",
        definition=lambda m, xs: [m.log(sum(m.exp(k) for k in xs))],
        value=logsumexp,
        jacobian=logsumexp_jacobian,
        entries=(
            "dy/dx_i = softmax(x)_i > 0; they sum to 1, because adding one number to every logit adds it to y "
            "(sum found: {row_sum:.16g}).",
        ),
        reference=Reference("Boyd, Vandenberghe", 2004, "Convex Optimization, section 3.1.5"),
        aliases={"lse": {}, "reduce_logsumexp": {}},
    ),
)
