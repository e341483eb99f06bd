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
    with mpmath.workdps(60):
        e = [mpmath.exp(x) for x in logits]
        y = [v / sum(e) for v in e]
        delta = [[int(i == j) for j in range(len(y))] for i in range(len(y))]
        if activation.name == "softmax":
            return [[float(y[i] * (delta[i][j] - y[j])) for j in range(len(y))] for i in range(len(y))]
        return [[float(delta[i][j] - y[j]) for j in range(len(y))] for i in range(len(y))]


@pytest.mark.parametrize("activation", VECTORS, ids=lambda a: a.name)
@pytest.mark.parametrize("logits", [[3.0, 1.0, -3.0], [0.0], [2.0, 2.0], [-5.0, 0.5, 5.0, 1.0, 0.0, 2.0]])
def test_jacobian_and_its_differences_are_the_closed_form(activation: VectorActivation, logits: list[float]):
    table = tabulate_jacobian(activation, np.array(logits), check=True)
    wanted = np.array(truth_of_jacobian(activation, logits))
    assert np.allclose(table.jacobian, wanted, rtol=1e-14, atol=1e-16), (table.jacobian, wanted)
    assert table.check is not None
    assert np.all(np.abs(table.check.value - wanted) <= table.check.error)
    assert np.all(table.check.error < 1e-9)
    assert not table.check.disproves(table.jacobian).any()
    assert table.largest_row_sum < 1e-15


def test_too_much_is_refused():
    tanh, _ = find("tanh")
    assert isinstance(tanh, Activation)
    with pytest.raises(BadInput, match="too many for a table"):
        tabulate(tanh, np.zeros(MOST_ROWS + 1), 1, check=False)
    with pytest.raises(BadInput, match="at most 64"):
        tabulate_jacobian(VECTORS[0], np.zeros(MOST_LOGITS + 1), check=False)
