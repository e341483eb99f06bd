"""What becomes of softmax, by its largest logit and its spread

Above: three logits spread evenly below the largest, evaluated naively with every intermediate in the dtype. Right
of the second solid line exp of the largest is infinite, or NaN in float8_e4m3fn, which has no infinity, and so is the
result NaN; from the dashed line on the sum of three equal ones overflows; left of the first line every exp is 0, and
0/0 is NaN. In between a spread that is too large lets some probability vanish. Max-shifted softmax knows only the
dotted line: it never breaks, and above that line its smallest probability is 0, whatever the largest logit. Below: n
equal logits. The more they are, the sooner their sum overflows; but a running sum of few bits stops growing first, and
then hides what n exp(x) is.
"""

from __future__ import annotations

from actviz.charts.overflow_map import length_map, spread_map
from actviz.figure import Figure

COMMAND = "actviz softmax-overflow"

SHOWN = ("float8_e4m3fn", "float16", "bfloat16", "float32")


def build() -> Figure:
    """A column a dtype: the map of three logits, and that of n equal ones."""
    rows = (tuple(spread_map(name, 3, ()) for name in SHOWN), tuple(length_map(name, ()) for name in SHOWN))
    return Figure("What becomes of softmax, by its largest logit and its spread", rows, size=(12.0, 6.4))
