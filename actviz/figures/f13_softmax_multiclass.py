"""Softmax chooses among classes

The outputs o₁, o₂, o₃ of a network (here 3, 1, −3) become probabilities y₁, y₂, y₃: each between 0 and 1,
together 1. The order is kept, so the greatest output has the greatest probability, and its class is the one
predicted.
"""

from __future__ import annotations

from actviz.catalogue.logits import softmax
from actviz.figure import Arrow, Figure, Formula, Mark, Node, Note, Panel
from actviz.signs import minus

OUTPUTS = (3.0, 1.0, -3.0)
"""The worked example."""

COMMAND = "actviz softmax-overflow -- 3 1 -3"


def build() -> Figure:
    """Outputs on the left, softmax in the middle, probabilities on the right, the chosen one in colour."""
    probabilities = [float(p) for p in softmax(OUTPUTS)]
    chosen = max(range(len(OUTPUTS)), key=probabilities.__getitem__)
    middle = (len(OUTPUTS) - 1) / 2
    marks: list[Mark] = []
    for i, (output, probability) in enumerate(zip(OUTPUTS, probabilities, strict=True)):
        y = len(OUTPUTS) - 1.0 - i
        ink = 1 if i == chosen else 0
        marks += [Arrow((1.0, y), (3.0, middle)), Arrow((3.0, middle), (5.0, y), 1 if i == chosen else "muted")]
        marks += [
            Node(1.0, y, minus(f"{output:g}"), 0),
            Node(5.0, y, f"{probability:.3f}", ink),
            Formula(f"o_{i + 1}", 0.25, y),
            Formula(f"y_{i + 1}", 5.55, y),
        ]
        if i == chosen:
            marks.append(Note(f"greatest:\nclass {i + 1} is chosen", 6.0, y, ink=1))
    total = sum(probabilities)
    marks += [
        Node(3.0, middle, "soft\nmax", "muted"),
        Note("network outputs", 1.0, 2.72, align="center", ink="muted"),
        Note("probabilities", 5.0, 2.72, align="center", ink="muted"),
        Formula(rf"y_1 + y_2 + y_3 = {total:g}", 4.35, -0.72),
        Formula(r"y_i = \frac{e^{o_i}}{\sum_{k} e^{o_k}}", 2.35, -0.72),
    ]
    diagram = Panel(tuple(marks), xlim=(0.0, 7.6), ylim=(-1.1, 3.0), axes="off")
    return Figure("Softmax chooses among classes", ((diagram,),), size=(7.2, 4.2))
