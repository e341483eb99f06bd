"""Every input of the two 16-bit dtypes against the correctly rounded result, at every order."""

from __future__ import annotations

import cases
import pytest

from actviz.activation import Activation
from actviz.analysis.accuracy.accuracy import STEPS
from actviz.analysis.accuracy.audit import Plan, audits
from actviz.analysis.accuracy.sources import source

PLAN = Plan((0, 1, 2), points=0, worst=5)
SIXTEEN = ("float16", "bfloat16")

UNDECIDED = {"squareplus:b=0": 2}
"""Inputs without a proven truth: at both zeros sqrt(x**2) has a corner, where the series of a square root ends."""


def check(activation: Activation, dtype: str) -> None:
    """All 65,536 results correctly rounded; a failure prints the worst with bits."""
    for audit in audits(activation, dtype, (source("kernel", activation),), PLAN):
        found = audit.tally
        wrong = (found.wrong_nan, found.wrong_infinity, found.wrong_zero, found.undecided)
        assert found.inputs == 65536
        assert (found.above, wrong) == ((0,) * len(STEPS), (0, 0, 0, UNDECIDED.get(activation.label, 0))), (
            f"{activation.label} order {audit.order} in {dtype}: {found.above} above {STEPS} ULP, "
            f"NaN, infinity, zero, undecided {wrong}; worst {found.worst}"
        )


@pytest.mark.parametrize("dtype", SIXTEEN)
@pytest.mark.parametrize("activation", cases.SCALARS, ids=lambda a: a.label)
def test_every_result_is_the_correctly_rounded_one(activation: Activation, dtype: str) -> None:
    check(activation, dtype)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", SIXTEEN)
@pytest.mark.parametrize("activation", cases.variants(), ids=lambda a: a.label)
def test_at_other_parameter_values_too(activation: Activation, dtype: str) -> None:
    check(activation, dtype)
