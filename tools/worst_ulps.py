"""Print the worst error of every scalar activation in ULP against mpmath, as the README's table.

Run from the project's root: python tools/worst_ulps.py [POINTS]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import cases
import numpy as np
import oracle

from actviz.activation import Activation


def worst(activation: Activation, order: int, count: int) -> float:
    """The greatest error in ULP over the oracle's points, kinks apart, results below 2**-1022 apart."""
    kinks = {kink.x for kink in activation.kinks(*activation.values)} if order else set()
    xs = [x for x in oracle.points(activation, count) if x not in kinks]
    found = 0.0
    for x, y in zip(xs, activation.derivative(np.array(xs), order).tolist(), strict=True):
        wanted = oracle.truth(activation, x)[order]
        if abs(wanted) >= oracle.TINY or wanted == 0:
            found = max(found, oracle.ulps(y, wanted))
    return found


def main(count: int) -> None:
    """Print one row a function."""
    print("| function | value | slope | curvature |\n| --- | ---: | ---: | ---: |")
    for activation in cases.variants():
        cells = [f"{worst(activation, order, count):.2f}" for order in (0, 1, 2)]
        print(f"| {activation.label} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
