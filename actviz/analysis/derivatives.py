"""Tables of derivatives and Jacobians, with the numerical column that checks them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.differences import Numerical, numerical_derivative, numerical_jacobian
from actviz.errors import BadInput

if TYPE_CHECKING:
    from actviz.activation import Activation, Array, Kink, VectorActivation

MOST_ROWS = 100_000
MOST_LOGITS = 64


@dataclass(frozen=True, slots=True)
class DerivativeTable:
    """f and its derivatives at x: `columns` holds value, slope and curvature up to the order asked for.

    `checks` holds the numerical slope and curvature, where they were asked for.
    """

    activation: Activation
    x: Array
    columns: tuple[Array, ...]
    checks: tuple[Numerical, ...] = ()

    @property
    def kinks(self) -> tuple[Kink, ...]:
        """Where a derivative the table shows, or the value, jumps."""
        every = self.activation.kinks(*self.activation.values)
        return tuple(k for k in every if k.order < len(self.columns))


@dataclass(frozen=True, slots=True)
class JacobianTable:
    """A vector activation at one vector of n logits: m values and the m by n matrix d y_i / d x_j.

    m is n, or 1 where the activation gives one number (logsumexp).
    """

    activation: VectorActivation
    x: Array
    value: Array
    jacobian: Array
    check: Numerical | None = None

    @property
    def is_gradient(self) -> bool:
        """Whether one number was made of several, so that the matrix is one row."""
        return self.value.size < self.x.size

    @property
    def largest_row_sum(self) -> float:
        """The row sum farthest from 0, each summed without rounding."""
        return max(abs(math.fsum(row)) for row in self.jacobian.tolist())


def tabulate(activation: Activation, x: Array, order: int, check: bool) -> DerivativeTable:
    """f and its derivatives up to `order` at x (1-D, float64), with their numerical check if asked for.

    Raise BadInput for more than 100,000 points.
    """
    if x.size > MOST_ROWS:
        raise BadInput(f"{x.size} rows are too many for a table; at most {MOST_ROWS}")
    columns = tuple(activation.derivative(x, k) for k in range(order + 1))
    checks = tuple(numerical_derivative(activation, x, k) for k in range(1, order + 1)) if check else ()
    return DerivativeTable(activation, x, columns, checks)


def tabulate_jacobian(activation: VectorActivation, x: Array, check: bool) -> JacobianTable:
    """The values and the Jacobian at x (1-D, float64). Raise BadInput for more than 64 logits."""
    if x.size > MOST_LOGITS:
        raise BadInput(f"the Jacobian of {x.size} logits is too large to show; give at most {MOST_LOGITS}")
    numerical = numerical_jacobian(activation, x) if check else None
    return JacobianTable(activation, x, np.atleast_1d(activation(x)), activation.jacobian(x), numerical)
