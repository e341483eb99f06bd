"""Text to activations: names, parameters, aliases, sweeps, refusals."""

from __future__ import annotations

import pytest

import actviz
from actviz.activation import Activation
from actviz.errors import BadInput
from actviz.resolve import assignments, is_named, scalars, sweeps


def values(*labels: str, params: list[str] | None = None) -> list[str]:
    """The labels of what a command line of these functions and --param texts names."""
    return [a.label for a in scalars(list(labels), params)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("mish", "mish"),
        (" Mish ", "mish"),
        ("Leaky-ReLU", "leaky_relu"),
        ("LRELU", "leaky_relu"),
        ("silu", "swish"),
        ("swish:beta=0.5", "swish:beta=0.5"),
        ("swish:beta=1", "swish"),
        ("leaky_relu:alpha=0.2", "leaky_relu:negative_slope=0.2"),
        ("maxout:w=1,2,b=0,-1", "maxout:w=1,2,b=0,-1"),
        ("maxout:w=3,b=1", "maxout:w=3,b=1"),
        ("gelu@torch", "gelu"),
        (" GELU @ JAX ", "gelu_tanh"),
        ("leaky_relu@keras", "leaky_relu:negative_slope=0.3"),
        ("leaky_relu@keras:alpha=0.01", "leaky_relu"),
        ("hard_sigmoid@onnx", "hard_sigmoid:slope=0.2"),
        ("silu@torch", "swish"),
        ("selu@mlx", "selu:alpha=1.67326,scale=1.0507"),
    ],
)
def test_a_name_with_parameters_resolves(text: str, label: str) -> None:
    activation = actviz.get(text)
    assert isinstance(activation, Activation)
    assert activation.label == label
    assert actviz.get(label) == activation


@pytest.mark.parametrize("text", ["x", "x+1", "2*x", "sigmoid(x)", "x-1", "x*sigmoid(1.702*x)", "x if x > 0 else 0"])
def test_what_holds_x_or_operators_is_an_expression(text: str) -> None:
    assert not is_named(text)


def test_python_keywords_set_parameters() -> None:
    f = actviz.get("swish", beta=1.5)
    assert f.bound == {"beta": 1.5}
    assert f(2.0) == actviz.get("swish:beta=1.5")(2.0)
    assert actviz.get("a*x + b", a=2, b=1)(3.0) == 7.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mihs", "no activation is called 'mihs'; did you mean 'mish'?"),
        ("swish:bta=1", "swish has no parameter 'bta'; it has beta; did you mean 'beta'?"),
        ("swish:beta=abc", "'swish:beta=abc': beta must be a number, not 'abc'"),
        ("swish:beta=nan", "out of bounds"),
        ("swish:", "parameters are written NAME:PARAMETER=VALUE"),
        ("swish:0.5", "parameters are written NAME:PARAMETER=VALUE"),
        ("swish:beta=1,beta=2", "sets beta twice"),
        ("swish:beta=1,2", "swish: beta must be one number, not 1,2"),
        ("elu:alpha=0", "elu: alpha = 0 is out of bounds; it must be above 0"),
        ("silu:beta=2", "silu fixes beta; use swish:beta=VALUE to set it"),
        ("tanh:beta=2", "tanh has no parameter 'beta'; it has none"),
        ("softmax:beta=2", "softmax has no parameters to set"),
        ("elu@trch", "did you mean 'torch'"),
        ("elu@", "no framework is called ''; known are torch, jax"),
        ("silu@torch:beta=2", "silu fixes beta; use swish:beta=VALUE to set it"),
        ("squareplus@torch", "torch is not on record as having squareplus; it is on record in jax, keras"),
        ("a*x", "--param"),
        ("", ""),
    ],
)
def test_a_wrong_text_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(BadInput) as refused:
        actviz.get(text)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_text_must_be_text() -> None:
    with pytest.raises(BadInput, match="named by text such as 'mish', not 3"):
        actviz.get(3)  # type: ignore[arg-type]


def test_assignments_continue_lists() -> None:
    assert assignments("w=1,2,b=3", "") == {"w": (1.0, 2.0), "b": 3.0}


def test_a_sweep_gives_one_function_a_value() -> None:
    assert values("swish", params=["beta=0.1,1,10"]) == ["swish:beta=0.1", "swish", "swish:beta=10"]


def test_sweeps_of_two_parameters_multiply() -> None:
    assert len(values("rrelu", params=["lower=0,0.1", "upper=0.2,0.3,0.4"])) == 6


def test_a_sweep_of_a_frameworks_function_starts_from_its_defaults() -> None:
    found = values("hard_sigmoid@onnx", params=["offset=0.25,0.5"])
    assert found == ["hard_sigmoid:slope=0.2,offset=0.25", "hard_sigmoid:slope=0.2"]


def test_a_sweep_reaches_those_functions_that_have_the_parameter() -> None:
    assert values("swish", "tanh", "softplus", params=["beta=2"]) == ["swish:beta=2", "tanh", "softplus:beta=2"]


def test_a_list_parameter_takes_all_values_at_once() -> None:
    assert values("maxout", params=["w=1,2", "b=0,0"]) == ["maxout:w=1,2,b=0,0"]


def test_a_sweep_sets_an_expressions_free_name() -> None:
    found = scalars(["a*x"], ["a=1,2,3"])
    assert [f(1.0) for f in found] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("functions", "params", "message"),
    [
        ([], [], "name at least one function"),
        (["softmax"], [], "softmax takes a vector, so it has no curve; see ELSEWHERE"),
        (["tanh"], ["beta=1"], "tanh has no parameter 'beta'"),
        (["swish"], ["beta"], "--param takes NAME=VALUE"),
        (["swish"], ["=1"], "--param takes NAME=VALUE"),
        (["swish"], ["beta="], "beta must be a number, not ''"),
        (["swish"], ["beta=1", "beta=2"], "--param sets beta twice"),
        (["swish"], ["beta=" + ",".join(["1"] * 65)], "65 functions are asked for; at most 64"),
        (["tanh"] * 65, [], "65 functions are asked for; at most 64"),
    ],
)
def test_a_wrong_command_line_is_refused(functions: list[str], params: list[str], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        scalars(functions, params, instead="ELSEWHERE")
    assert message in str(refused.value)


def test_a_huge_product_of_sweeps_is_refused_before_it_is_made() -> None:
    many = ",".join(str(i) for i in range(1000))
    with pytest.raises(BadInput, match="1000000 functions are asked for"):
        scalars(["rrelu"], [f"lower={many}", f"upper={many}"])


def test_malformed_params_do_not_pass_as_empty() -> None:
    assert sweeps([]) == {}
