"""Every fact on record measured on its framework, where that is installed."""

from __future__ import annotations

import os

import measured
import numpy as np
import pytest

from actviz.catalogue import find
from actviz.catalogue.frameworks import FACTS, Fact, framework_name, shipping
from actviz.frameworks import running


def need(framework: str) -> None:
    """Skip the test where the framework is not installed, saying so."""
    reason = measured.absent(framework)
    if reason:
        pytest.skip(reason)


def test_what_the_environment_promises_is_installed() -> None:
    """ACTVIZ_FRAMEWORKS names the frameworks that must be here, so that their tests cannot be skipped unseen."""
    promised = map(framework_name, os.environ.get("ACTVIZ_FRAMEWORKS", "").split())
    assert [reason for name in promised if (reason := measured.absent(name))] == []


@pytest.mark.parametrize("fact", FACTS, ids=lambda f: f"{f.framework}-{f.function}-{f.name}")
def test_a_fact_is_what_the_framework_does(fact: Fact) -> None:
    need(fact.framework)
    if fact.framework == "keras" and "tensorflow" not in measured.Measured(fact).theirs.version:
        pytest.skip("the facts on record of keras are of its tensorflow backend")
    assert measured.differences(fact) == []


def test_a_wrong_fact_is_seen() -> None:
    need("torch")
    right = shipping("leaky_relu", "torch")[0]
    wrong = Fact("torch", "leaky_relu", right.call, {"negative_slope": 0.02}, {0: 1}, nan=("f(infinity)",), apart=0.1)
    assert len(measured.differences(wrong)) == 4
    assert len(measured.differences(Fact("torch", "relu", "torch.sigmoid(x)"))) >= 2


def test_torch_has_no_finite_log_softmax_of_many_zeros_in_float16() -> None:
    need("torch")
    x = np.zeros(70_000, np.float16)
    assert running(shipping("log_softmax", "torch")[0], {})(x, 0)[0] == -np.inf
    record, _ = find("log_softmax")
    assert record(x)[0] == np.float16(-np.log(70_000))
