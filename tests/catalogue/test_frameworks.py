"""The frameworks' facts: consistent with the catalogue, and found by name and framework."""

from __future__ import annotations

import ast
import math

import measured
import pytest

from actviz.activation import Activation
from actviz.catalogue import RECORDS, find, names
from actviz.catalogue.frameworks import (
    FACTS,
    VERSIONS,
    Fact,
    disagreements,
    facts,
    meant,
    misnomers,
    own_name,
    shipping,
)
from actviz.errors import BadInput
from actviz.resolve import get

TEXTBOOK = {
    *("maxout", "bent_identity", "gaussian", "log_cosh", "lisht", "elish", "sinc", "snake", "softmax1"),
}
"""What no framework ships."""

every = pytest.mark.parametrize("fact", FACTS, ids=lambda f: f"{f.framework}-{f.function}-{f.name}")


def defaults(text: str) -> object:
    """The parameters of a scalar function as the text names it."""
    activation = get(text)
    assert isinstance(activation, Activation)
    return activation.bound


@every
def test_a_fact_fits_its_record(fact: Fact) -> None:
    record, _ = find(fact.function)
    assert record.name == fact.function, "facts go by canonical names"
    assert fact.framework in VERSIONS
    if not isinstance(record, Activation):
        assert not (fact.parameters or fact.slope_at_kink or fact.nan or fact.oddities)
        return
    there = record.bind(**fact.parameters)
    assert set(fact.parameters) <= set(record.bound), "parameters go by canonical names"
    assert {p for p in record.bound if not fact.takes(p)} <= set(fact.parameters), "what cannot be set is on record"
    assert set(fact.slope_at_kink) <= {kink.x for kink in there.kinks(*there.values)}
    assert set(fact.nan) <= set(measured.LIMITS)


@every
def test_an_oddity_is_not_what_we_compute(fact: Fact) -> None:
    for oddity in fact.oddities:
        record, _ = find(fact.function)
        assert isinstance(record, Activation)
        truth = float(record.bind(**fact.parameters).derivative(oddity.x, oddity.order))
        assert not measured.close(truth, oddity.got, 0.04), (oddity, truth)


@every
def test_a_call_is_a_python_expression_of_x(fact: Fact) -> None:
    used = {node.id for node in ast.walk(ast.parse(fact.call, mode="eval")) if isinstance(node, ast.Name)}
    assert "x" in used
    assert fact.spelled({}) == fact.call, "written as Python writes it"


def test_no_form_of_a_function_is_told_twice() -> None:
    told = [(fact.framework, fact.call) for fact in FACTS]
    assert len(told) == len(set(told)), sorted(t for t in told if told.count(t) > 1)


def test_a_second_form_of_a_function_is_told_apart() -> None:
    told = [(fact.framework, fact.function, fact.variant) for fact in FACTS]
    assert len(told) == len(set(told)), sorted(t for t in told if told.count(t) > 1)


def test_what_the_catalogue_has_beyond_the_frameworks() -> None:
    assert {name for name in names() if not facts(name)} == TEXTBOOK
    assert {fact.function for fact in FACTS} <= {record.name for record in RECORDS}


def test_the_name_that_a_call_goes_by() -> None:
    calls = {fact.call: fact.name for fact in FACTS}
    assert calls["jax.nn.gelu(x, approximate=False)"] == "gelu"
    assert calls["ACT2FN['gelu_new'](x)"] == "gelu_new"
    assert calls["ACT2FN['prelu'].to(x.dtype)(x)"] == "prelu"
    assert calls["timm.layers.get_act_fn('silu')(x)"] == "silu"
    assert calls["timm.layers.get_act_layer('identity')()(x)"] == "identity"
    assert calls["keras.layers.PReLU(dtype=x.dtype)(x)"] == "PReLU"
    assert calls["x * scipy.special.ndtr(x)"] == ""


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("gelu@torch", "gelu"),
        ("gelu@keras", "gelu"),
        ("gelu@tensorflow", "gelu"),
        ("gelu@onnx", "gelu"),
        ("gelu@timm", "gelu"),
        ("gelu@transformers", "gelu"),
        ("gelu@mlx", "gelu"),
        ("gelu@scipy", "gelu"),
        ("gelu@jax", "gelu_tanh"),
        ("GELU@Flax", "gelu_tanh"),
        ("gelu@ggml", "gelu_tanh"),
        ("gelu_erf@jax", "gelu"),
        ("gelu_erf@ggml", "gelu"),
        ("gelu_tanh@torch", "gelu_tanh"),
        ("gelu_fast@hf", "gelu_tanh"),
        ("gelu_fast@mlx", "quick_gelu"),
        ("gelu_approx@mlx", "gelu_tanh"),
        ("gelu_quick@ggml", "quick_gelu"),
        ("ggml_gelu_quick@ggml", "quick_gelu"),
        ("silu@torch", "swish"),
        ("swish@torch", "swish"),
        ("hardswish@torch", "hard_swish"),
        ("hard_silu@keras", "hard_swish"),
        ("shrink@onnx", "hardshrink"),
        ("softshrink@onnx", "softshrink"),
        ("soft_sign@jax", "softsign"),
        ("relu2@mlx", "relu_squared"),
        ("linear@keras", "identity"),
        ("expit@scipy", "sigmoid"),
        ("log_softmax@pytorch", "log_softmax"),
    ],
)
def test_what_a_name_means_at_a_framework(text: str, function: str) -> None:
    assert get(text).name == function


def test_default_parameters_by_framework() -> None:
    slopes = {at: defaults(f"leaky_relu@{at}") for at in ("torch", "keras", "tensorflow", "jax", "onnx", "ggml")}
    assert slopes == {
        at: {"negative_slope": slope} for at, slope in zip(slopes, (0.01, 0.3, 0.2, 0.01, 0.01, 0.01), strict=True)
    }
    assert defaults("prelu@keras") == {"negative_slope": 0.0}
    assert defaults("prelu@flax") == {"negative_slope": 0.01}
    assert defaults("rrelu@torch") == {"lower": 1 / 8, "upper": 1 / 3}
    assert defaults("hard_sigmoid@onnx") == {"slope": 0.2, "offset": 0.5}
    assert defaults("hard_sigmoid@torch") == {"slope": 1 / 6, "offset": 0.5}
    assert defaults("selu@mlx") == {"alpha": 1.67326, "scale": 1.0507}
    assert defaults("tanh@mlx") == {}


def test_a_frameworks_default_gives_way_to_what_is_given() -> None:
    assert defaults("leaky_relu@keras:negative_slope=0.5") == {"negative_slope": 0.5}
    assert defaults("leaky_relu@tf:alpha=0.5") == {"negative_slope": 0.5}
    with pytest.raises(BadInput, match="silu fixes beta; use swish:beta=VALUE"):
        get("silu@torch:beta=2")


@pytest.mark.parametrize("spelling", ["torch", "PyTorch", " TORCH ", "pytorch"])
def test_spellings_of_a_framework(spelling: str) -> None:
    assert defaults(f"elu@{spelling}") == {"alpha": 1.0}


def test_an_unknown_framework_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        BadInput, match=r"no framework is called 'tensorflw'; known are torch.*did you mean 'tensorflow'\?"
    ):
        meant("relu", "tensorflw")


def test_a_framework_without_the_function_says_who_has_it() -> None:
    with pytest.raises(BadInput, match=r"jax is not on record as having rrelu; it is on record in torch$"):
        get("rrelu@jax")
    with pytest.raises(BadInput, match="no framework is on record"):
        shipping("maxout", "torch")
    with pytest.raises(BadInput, match="no activation is called 'gelux'; did you mean 'gelu'"):
        get("gelux@torch")


def test_where_frameworks_disagree() -> None:
    assert disagreements(find("leaky_relu")[0]) == (
        "the default negative_slope is 0.01, 0.2 or 0.3",
        "f'(0) is the left slope in torch, keras, tensorflow, timm, transformers and the right slope in jax, flax, mlx",
    )
    assert disagreements(find("relu")[0]) == ()
    assert disagreements(find("celu")[0]) == ("f'(0) is 2, not 1, in keras and 0, not 1, in mlx",)
    assert disagreements(find("gelu")[0]) == ("gelu is gelu_tanh in jax, flax, ggml",)
    assert disagreements(find("hard_sigmoid")[0])[0] == "the default slope is 0.166667 or 0.2"
    assert disagreements(find("selu")[0])[0] == "the default alpha is 1.67326 or 1.6732632423543772"
    assert disagreements(find("softmax")[0]) == ()


def test_a_name_that_means_another_function_elsewhere() -> None:
    assert {(name, fact.framework, fact.function) for name, fact in misnomers(find("gelu")[0])} == {
        ("gelu", "jax", "gelu_tanh"),
        ("gelu", "flax", "gelu_tanh"),
        ("gelu", "ggml", "gelu_tanh"),
    }
    assert [(name, fact.framework) for name, fact in misnomers(find("gelu_tanh")[0])] == [("gelu_fast", "mlx")]
    assert misnomers(find("relu")[0]) == ()


@every
def test_what_a_framework_calls_a_function_names_its_first_form_there(fact: Fact) -> None:
    for name in filter(None, (fact.name, *fact.also)):
        first = own_name(name, fact.framework)
        assert first is not None
        assert meant(name, fact.framework)[0] == first
        assert FACTS.index(first) <= FACTS.index(fact)


def test_the_difference_of_the_two_gelus_is_found_and_placed() -> None:
    one, other = get("gelu@torch"), get("gelu@jax")
    x = 2.6987
    assert math.isclose(abs(float(one([x])[0] - other([x])[0])), 4.73e-4, rel_tol=0.01)
