"""Single numbers that make up much of an array are told, and only where nothing else can be meant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import actviz
from actviz.analysis.data.observation import Observation
from actviz.analysis.data.repeated import repeated

SPREAD = np.linspace(-7.0, 7.0, 1001)


def seen(values: np.ndarray, label: str = "array") -> Observation:
    one = actviz.observe("relu", values)
    assert isinstance(one, Observation)
    return replace(one, label=label)


@pytest.mark.parametrize(("values", "said"), [
    (np.asarray([0, 0, 5, 7], np.int8), "array: 50% of the values are 0, 25% of the values are 5 and "
     "25% of the values are 7."),
    (np.asarray([0, -3, -3, 9, 8]), "array: 40% of the values are -3."),
    (np.concatenate([SPREAD, np.full(1001, -1e4)]).astype(np.float16), "array: 50% of the values are -1e+04."),
    (np.concatenate([SPREAD, np.zeros(1001)]).astype(np.float32),
     "array: 50% of the values are 0 (or below 9e-41 in size)."),
    (np.concatenate([np.clip(SPREAD, None, 2.5), [np.nan, np.inf]]), "array: 32.2% of the values are 2.5."),
])  # fmt: skip
def test_a_number_that_is_often_is_told(values: np.ndarray, said: str) -> None:
    assert repeated([seen(values)]) == (said,)


@pytest.mark.parametrize("values", [
    SPREAD,
    np.full(9, 0.3),
    np.asarray([np.nan]),
    np.concatenate([SPREAD, np.linspace(3.0, 3.01, 1001)]),
    np.concatenate([SPREAD, np.full(1001, 3.0)]),
    np.linspace(1e-310, 2e-310, 99),
    1000 + np.arange(4),
])  # fmt: skip
def test_what_may_be_several_numbers_is_not(values: np.ndarray) -> None:
    assert repeated([seen(values)]) == ()


def test_of_many_arrays_those_with_most_of_a_number_are_spoken_of() -> None:
    arrays = [np.concatenate([SPREAD, np.zeros(1000 * i)]).astype(np.float16) for i in (1, 4, 2, 3)]
    said = repeated([seen(values, f"layer{i}") for i, values in enumerate(arrays)])
    assert [sentence.split(" of the")[0] for sentence in said[:3]] == ["layer1: 80%", "layer2: 66.7%", "layer3: 75%"]
    assert said[3] == "These 3 of 4 such arrays have the most of one number."
