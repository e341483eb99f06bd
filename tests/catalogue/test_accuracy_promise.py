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


def check(activation: Activation, count: int) -> None:
    """Every point of every order within the bound; a failure prints the worst with got, wanted and the error."""
    xs = oracle.points(activation, count)
    kinks = {kink.x for kink in activation.kinks(*activation.values)}
    columns = [activation.derivative(np.array(xs), order).tolist() for order in (0, 1, 2)]
    failures = []
    for x, *row in zip(xs, *columns, strict=True):
        for order, (got, wanted) in enumerate(zip(row, oracle.truth(activation, x), strict=True)):
            if order and x in kinks:
                continue
            error = oracle.ulps(got, wanted)
            bound = BOUND[order] if abs(wanted) >= oracle.TINY else SUBNORMAL_BOUND[order]
            if not error <= bound:
                failures.append((error, order, x, got, float(wanted)))
    failures.sort(reverse=True)
    lines = [f"order {o} at x = {x!r}: got {y!r}, wanted {w!r}, {e:.3g} ULP" for e, o, x, y, w in failures[:8]]
    assert not failures, f"{activation.label}, {len(failures)} of {len(xs)} points:\n" + "\n".join(lines)


@pytest.mark.parametrize("activation", VARIANTS, ids=lambda a: a.label)
def test_within_the_promised_ulps(activation: Activation) -> None:
    check(activation, 400)


@pytest.mark.slow
@pytest.mark.parametrize("activation", VARIANTS, ids=lambda a: a.label)
def test_within_the_promised_ulps_on_a_fine_grid(activation: Activation) -> None:
    check(activation, 8000)
