"""The exponential and its relations: names beside those of expressions, edges of the pieces, extreme parameters."""

from __future__ import annotations

import math

import numpy as np
import oracle
import pytest

from actviz.activation import Activation
from actviz.catalogue import find
from actviz.catalogue.exponentials import quotient
from actviz.errors import BadInput
from actviz.resolve import get


def scalar(text: str) -> Activation:
    activation = get(text)
    assert isinstance(activation, Activation)
    return activation


def test_names_shared_with_expressions_mean_the_same_in_both() -> None:
    x = np.linspace(-3.0, 3.0, 61)
    for named, typed in (("exp", "exp(x)"), ("exponential", "exponential(x)"), ("expm1", "expm1(x)")):
        for order in (0, 1, 2):
            np.testing.assert_array_equal(scalar(named).derivative(x, order), scalar(typed).derivative(x, order))


def test_exp_alone_in_an_expression_is_still_refused_as_a_number() -> None:
    with pytest.raises(BadInput, match="'exp' is a function; give it an argument"):
        get("x + exp")


def test_the_exponential_overflows_where_float64_does() -> None:
    largest = math.log(np.finfo(np.float64).max)
    got = scalar("exp")(np.array([largest, math.nextafter(largest, math.inf), 710.0]))
    assert np.isfinite(got[0])
    assert got[2] == math.inf


def test_selu_answers_to_the_paper_and_to_onnx() -> None:
    record, _ = find("selu")
    assert isinstance(record, Activation)
    assert record.parameter("gamma").name == record.parameter("lambda").name == "scale"
    # The closed forms of Klambauer et al. for mean 0 and variance 1.
    alpha = -math.sqrt(2.0 / math.pi) / (math.erfc(math.sqrt(0.5)) * math.exp(0.5) - 1.0)
    assert record.bound["alpha"] == pytest.approx(alpha, rel=1e-15)


def test_selu_with_a_product_beyond_float64_is_refused() -> None:
    with pytest.raises(BadInput, match=r"selu: scale = 1e\+200 times alpha = 1e\+200 is beyond float64"):
        get("selu:alpha=1e200,scale=1e200")


def test_celu_with_an_alpha_below_the_normal_numbers_is_refused() -> None:
    with pytest.raises(BadInput, match=r"it must be at least 2\.22507e-308"):
        get("celu:alpha=1e-310")


@pytest.mark.parametrize("alpha", [0.1, 0.3, 3.7, 1e-300, 1e300, 2.0**-1022, 1.7e308])
def test_a_quotient_and_its_error_are_exact_together(alpha: float) -> None:
    t = -np.geomspace(1e-3, 700.0, 200)
    with np.errstate(over="ignore"):
        x = np.maximum(t * alpha, -1.7e308)
    quotients, errors = np.broadcast_arrays(*quotient(x, alpha))
    for given, high, low in zip(x.tolist(), quotients.tolist(), errors.tolist(), strict=True):
        exact = given.as_integer_ratio()[0] * alpha.as_integer_ratio()[1]
        over = given.as_integer_ratio()[1] * alpha.as_integer_ratio()[0]
        top, bottom = high.as_integer_ratio()
        rest = (exact * bottom - top * over) / (over * bottom)
        assert abs(rest - low) <= abs(high) * 2.0**-75


@pytest.mark.parametrize("text", ["sqrt_softplus", "log_sigmoid", "squareplus", "bent_identity"])
def test_where_one_formula_takes_over_from_another_both_are_right(text: str) -> None:
    activation = scalar(text)
    edges = (50.0, 700.0, 1e150, 5e149, 1e153, 1.5e154)
    x = np.array([s * math.nextafter(e, side) for e in edges for side in (0.0, math.inf) for s in (-1.0, 1.0)])
    columns = [activation.derivative(x, order).tolist() for order in (0, 1, 2)]
    for point, *row in zip(x.tolist(), *columns, strict=True):
        for got, wanted, bound in zip(row, oracle.truth(activation, point), (4.0, 6.0, 10.0), strict=True):
            assert oracle.ulps(got, wanted) <= bound, (point, got, float(wanted))


def test_squareplus_without_a_bend_is_relu() -> None:
    x = np.array([-2.0, -0.0, 0.0, 3.0])
    for order in (0, 1, 2):
        bent = scalar("squareplus:b=0").derivative(x, order)
        np.testing.assert_array_equal(bent, scalar("relu").derivative(x, order))
