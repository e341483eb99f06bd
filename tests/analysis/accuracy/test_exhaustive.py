"""Blocks of float32's whole range: they tile it, agree with the proven truth, and merge."""

from __future__ import annotations

import numpy as np
import pytest

from actviz.activation import Activation
from actviz.analysis.accuracy.accuracy import Case, tally
from actviz.analysis.accuracy.exhaustive import BLOCKS, TASK, block_tally, confirmed, exhaustive
from actviz.oracle import truth
from actviz.resolve import get

NANS = 510
"""The block that begins with infinity and holds the signalling NaNs."""


def test_the_blocks_are_all_of_float32() -> None:
    assert BLOCKS * TASK == 2**32


@pytest.mark.parametrize("block", [254, 260, NANS, BLOCKS // 2 + 259, BLOCKS - 1])
def test_a_block_of_the_kernel_is_correctly_rounded(block: int) -> None:
    found = block_tally("swish", {"beta": 1.0}, "kernel", 1, 3, block)
    assert found.inputs == TASK
    assert found.above == (0,) * 5
    assert found.wrong_nonfinite == 0


def test_a_block_of_the_definition_agrees_with_the_proven_truth_on_a_sample() -> None:
    activation = get("swish:beta=1.5")
    assert isinstance(activation, Activation)
    found = block_tally("swish", {"beta": 1.5}, "definition", 0, 40, BLOCKS // 2 + 261)
    again = confirmed(activation, 0, found)
    assert found.worst
    for before, after in zip(sorted(found.worst, key=key), sorted(again.worst, key=key), strict=True):
        assert before.ulp == pytest.approx(after.ulp, rel=1e-5)
    assert again.max_ulp == again.worst[0].ulp
    proven = truth(activation, [case.x for case in found.worst])
    assert [case.exact for case in found.worst] == pytest.approx(proven.high[0].tolist(), rel=1e-15)


def key(case: Case) -> float:
    return case.x


def test_nothing_to_confirm_stays_as_it_is() -> None:
    relu = get("relu")
    assert isinstance(relu, Activation)
    x = np.asarray([1.0, 2.0], np.float32)
    found = tally(x, x, x.astype(np.float64), np.zeros(1), np.zeros(2, bool), 3)
    assert confirmed(relu, 0, found) is found


@pytest.mark.slow
def test_every_float32_input_of_the_kernel() -> None:
    sigmoid = get("sigmoid")
    assert isinstance(sigmoid, Activation)
    steps: list[int] = []
    found = exhaustive(sigmoid, "kernel", 1, 3, lambda: steps.append(1))
    assert (found.inputs, len(steps)) == (2**32, BLOCKS)
    assert found.above == (0,) * 5
    assert (found.wrong_nan, found.wrong_infinity, found.wrong_zero) == (0, 0, 0)
