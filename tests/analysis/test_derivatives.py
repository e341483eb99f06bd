"""Tables of derivatives and Jacobians."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from actviz.activation import Activation, VectorActivation
from actviz.analysis.derivatives import MOST_LOGITS, MOST_ROWS, tabulate, tabulate_jacobian
from actviz.catalogue import find
from actviz.catalogue.softmax import VECTORS
from actviz.errors import BadInput


def truth_of_jacobian(activation: VectorActivation, logits: list[float]) -> list[list[float]]:
    """The definition differentiated numerically with 120 digits; 0 for hardmax, also where it jumps."""
    if activation.name == "hardmax":
        return [[0.0] * len(logits)] * len(logits)

    def outputs(t: mpmath.mpf, j: int) -> list[mpmath.mpf]:
        numbers = [mpmath.mpf(x) for x in logits]
        return activation.definition(mpmath, [*numbers[:j], t, *numbers[j + 1 :]])

    with mpmath.workdps(120):
        inputs = range(len(logits))
        return [
            [float(mpmath.diff(lambda t, i=i, j=j: outputs(t, j)[i], mpmath.mpf(logits[j]))) for j in inputs]
            for i in range(len(outputs(mpmath.mpf(logits[0]), 0)))
        ]


@pytest.mark.parametrize("activation", VECTORS, ids=lambda a: a.name)
@pytest.mark.parametrize("logits", [[3.0, 1.0, -3.0], [0.0], [2.0, 2.0], [-5.0, 0.5, 5.0, 1.0, 0.0, 2.0], [0.5, 0.25]])
def test_jacobian_and_its_differences_are_the_closed_form(activation: VectorActivation, logits: list[float]):
    table = tabulate_jacobian(activation, np.array(logits), check=True)
    wanted = np.array(truth_of_jacobian(activation, logits))
    assert table.jacobian.shape == (table.value.size, len(logits))
    assert table.is_gradient == (activation.name == "logsumexp" and len(logits) > 1)
    assert np.allclose(table.jacobian, wanted, rtol=1e-14, atol=1e-16), (table.jacobian, wanted)
    assert table.check is not None
    known = np.isfinite(table.check.error)
    assert known.all() or (activation.name == "hardmax" and logits == [2.0, 2.0])
    assert np.all(np.abs(table.check.value - wanted)[known] <= table.check.error[known] + 1e-30)
    assert np.all(table.check.error[known] < 1e-9)
    assert not table.check.disproves(table.jacobian).any()
    if activation.name not in ("softmax1", "logsumexp"):
        assert table.largest_row_sum < 1e-15


@pytest.mark.parametrize("activation", VECTORS, ids=lambda a: a.name)
@pytest.mark.parametrize("offset", [1e4, -1e6, 1e9, 1e15])
def test_differences_of_far_logits_disprove_nothing(activation: VectorActivation, offset: float):
    table = tabulate_jacobian(activation, offset + np.array([0.5, -0.25, 1.0]), check=True)
    assert table.check is not None
    assert not table.check.disproves(table.jacobian).any()


def test_too_much_is_refused():
    tanh, _ = find("tanh")
    assert isinstance(tanh, Activation)
    with pytest.raises(BadInput, match="too many for a table"):
        tabulate(tanh, np.zeros(MOST_ROWS + 1), 1, check=False)
    with pytest.raises(BadInput, match="at most 64"):
        tabulate_jacobian(VECTORS[0], np.zeros(MOST_LOGITS + 1), check=False)
