"""Value, slope and curvature of every scalar activation against its definition in mpmath."""

from __future__ import annotations

import cases
import numpy as np
import oracle
import pytest

from actviz.activation import Activation

BOUND = (4.0, 6.0, 10.0)
"""ULP for value, slope and curvature where the result is a normal number."""

SUBNORMAL_BOUND = (4.0, 6.0, 8.0)
"""Smallest subnormals, where it is below the normal numbers."""

VARIANTS = cases.variants()


def check(activation: Activation, order: int, count: int) -> None:
    """Every point within the bound; a failure prints the worst with got, wanted and the error."""
    kinks = {kink.x for kink in activation.kinks(*activation.values)} if order else set()
    xs = [x for x in oracle.points(activation, count) if x not in kinks]
    got = activation.derivative(np.array(xs), order)
    failures = []
    for x, y in zip(xs, got.tolist(), strict=True):
        wanted = oracle.truth(activation, x)[order]
        error = oracle.ulps(y, wanted)
        bound = BOUND[order] if abs(wanted) >= oracle.TINY else SUBNORMAL_BOUND[order]
        if not error <= bound:
            failures.append((error, x, y, float(wanted)))
    failures.sort(reverse=True)
    lines = [f"x = {x!r}: got {y!r}, wanted {w!r}, {e:.3g} ULP" for e, x, y, w in failures[:5]]
    assert not failures, f"{activation.label} order {order}, {len(failures)} of {len(xs)}:\n" + "\n".join(lines)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("activation", VARIANTS, ids=lambda a: a.label)
def test_within_the_promised_ulps(activation: Activation, order: int) -> None:
    check(activation, order, 400)


@pytest.mark.slow
@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("activation", VARIANTS, ids=lambda a: a.label)
def test_within_the_promised_ulps_on_a_fine_grid(activation: Activation, order: int) -> None:
    check(activation, order, 8000)
