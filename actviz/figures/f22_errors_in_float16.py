"""Wrong bits of Mish in float16

The definition x tanh(ln(1 + eˣ)) with every intermediate rounded to float16, beside the kernel of actviz, over all
65,536 inputs. Where eˣ is below half the last place of 1 the sum forgets it, and from x = −7.63 to −20.3 the
result is 0 (shaded). On the right eˣ overflows from 11.09 on: the value is right still, but the slope, carried
along as automatic differentiation does, is infinity times 0 (shaded). The kernel's results are all correctly
rounded.
"""

from __future__ import annotations

from dataclasses import replace

from actviz.analysis.accuracy.audit import Plan, audits
from actviz.analysis.accuracy.sources import OWN, source
from actviz.charts.accuracy import accuracy_figure
from actviz.figure import Figure
from actviz.resolve import scalars

COMMAND = "actviz accuracy mish --of kernel,definition --order 0,1"


def build() -> Figure:
    """Wrong bits of f and f′ over the whole range of the input."""
    (activation,) = scalars(["mish"])
    sources = tuple(source(of, activation) for of in OWN)
    drawn = accuracy_figure(tuple(audits(activation, "float16", sources, Plan((0, 1), points=0, worst=0))))
    return replace(drawn, title="Wrong bits of Mish in float16")
