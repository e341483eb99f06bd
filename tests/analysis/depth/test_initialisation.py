"""Weight scales by name: the rules, and the critical point against closed forms."""

from __future__ import annotations

import math

import mpmath
import pytest

import actviz
from actviz.activation import Activation
from actviz.analysis.depth.fixedpoint import fixed_point
from actviz.analysis.depth.initialisation import INITS, critical_std, initial_std
from actviz.analysis.depth.meanfield import Field
from actviz.analysis.scan import scan
from actviz.errors import BadInput


def seen(text):
    activation = actviz.get(text)
    assert isinstance(activation, Activation)
    return scan(activation)


def test_the_rules_for_square_layers():
    """Glorot and Bengio 2010: 2/(n + n); LeCun et al. 1998: 1/n; He et al. 2015: 2/n, times n."""
    found = {init: initial_std(init, seen("relu"), 0.0, 1.0) for init in INITS}
    assert found == {
        "xavier": 1.0,
        "lecun": 1.0,
        "he": math.sqrt(2),
        "critical": pytest.approx(math.sqrt(2), rel=1e-15),
    }


@pytest.mark.parametrize(("name", "wanted"), [
    ("identity", 1.0),
    ("tanh", 1.0),
    ("softsign", 1.0),
    ("elu", 1.0),
    ("relu", math.sqrt(2)),
    ("relu6", math.sqrt(2)),
    ("leaky_relu:negative_slope=0.3", math.sqrt(2 / 1.09)),
    ("prelu", math.sqrt(2 / 1.0625)),
    ("erf(x)", math.sqrt(math.pi) / 2),
    ("tanh(3*x)", 1 / 3),
])  # fmt: skip
def test_without_biases_it_is_set_by_the_slopes_beside_0(name, wanted):
    """weight_std^2 (f'(0-)^2 + f'(0+)^2)/2 = 1."""
    assert critical_std(seen(name), 0.0, 1.0) == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize("bias_std", [0.01, 0.3, 2.0])
def test_the_critical_line_of_erf_in_closed_form(bias_std):
    got = critical_std(seen("erf(x)"), bias_std, 1.0)
    with mpmath.workdps(30):

        def surplus(q):
            return q - mpmath.asin(2 * q / (1 + 2 * q)) * mpmath.sqrt(1 + 4 * q) / 2 - mpmath.mpf(bias_std) ** 2

        q = mpmath.findroot(surplus, (mpmath.mpf(bias_std) ** 2, 100), solver="bisect", maxsteps=300)
        wanted = mpmath.sqrt(mpmath.pi / 4 * mpmath.sqrt(1 + 4 * q))
        assert abs(got - wanted) <= 1e-11 * wanted, (bias_std, got, mpmath.nstr(wanted, 17))


@pytest.mark.parametrize("bias_std", [0.0, 0.2])
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "selu", "hard_tanh", "arctan", "gaussian", "sinc"])
def test_what_is_found_is_critical(name, bias_std):
    found = seen(name)
    rest = fixed_point(Field(found, critical_std(found, bias_std, 1.0), bias_std), 1.0)
    assert rest.phase == "critical", (name, bias_std, rest)
    assert rest.variance < math.inf


@pytest.mark.parametrize(("name", "bias_std", "words"), [
    ("relu", 0.3, "no weight std is critical at bias std 0.3; the nearest with one is bias std 0$"),
    ("step", 0.0, "its slope is 0 almost everywhere"),
    ("1/x", 0.0, r"E f'\^2 does not exist, or cannot be told$"),
    ("relu_squared", 0.0, "it takes a bias std above 0"),
    ("softplus", 0.0, "its variance grows at any bias std"),
    ("gelu", 0.0, "weight std 2, has chi 1 at variance 0, from which layers move away"),
    ("gelu", 0.3, r"weight std 1.45047, has chi 1 at variance 1.42 \(std 1.19368 starts there\)"),
])  # fmt: skip
def test_where_there_is_none_the_nearest_is_told(name, bias_std, words):
    with pytest.raises(BadInput, match=words) as told:
        critical_std(seen(name), bias_std, 1.0)
    assert str(told.value).startswith(f"{name}: no weight std is critical")
    assert "\n" not in str(told.value)
