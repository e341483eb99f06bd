"""Where exp overflows and vanishes, by dtype

Softmax written naively takes exp of the logits themselves. Each bar spans the logits x for which exp(x) is
a normal number of the dtype; the pale part below is subnormal and loses digits; further left exp(x) is 0,
right of the bar it is infinite. The ends are numbers of the dtype itself: bfloat16 reaches as far as
float32, but next to each other its logits there are 88.5 and 89. Where one exp overflows, naive
softmax is not infinite but NaN, ∞/∞, at that class and 0 at the others whose exp is finite. Subtracting the
largest logit first leaves no exponent above 0 and one term that is exactly 1: the sum is never less than 1,
however small the other terms, and neither overflows nor vanishes.
"""

from __future__ import annotations

from actviz.analysis.softmax.overflow import thresholds
from actviz.figure import Figure, Line, Mark, Note, Panel
from actviz.floats import DTYPES
from actviz.signs import minus

COMMAND = "actviz softmax-overflow"


def build() -> Figure:
    """A bar a dtype between its thresholds."""
    marks: list[Mark] = []
    for i, dtype in enumerate(DTYPES):
        y = float(len(DTYPES) - 1 - i)
        ends = thresholds(dtype, 1)
        marks += [
            Line((ends.flush, ends.underflow), (y, y), "", "grid", width=6.0),
            Line((ends.underflow, ends.overflow), (y, y), "", 0, width=6.0),
            Note(minus(f"0 from {ends.flush:.4g}"), ends.flush - 15.0, y, align="right"),
            Note(f"∞ from {ends.overflow:.4g}", ends.overflow + 15.0, y),
        ]
    names = tuple((float(len(DTYPES) - 1 - i), dtype) for i, dtype in enumerate(DTYPES))
    chart = Panel(
        tuple(marks),
        xlabel="logit x",
        xlim=(-1250.0, 1150.0),
        ylim=(-0.6, len(DTYPES) - 0.4),
        axes="frame",
        yticks=names,
    )
    return Figure("Where exp overflows and vanishes, by dtype", ((chart,),), size=(7.6, 3.6))
