"""The frameworks' facts: consistent with the catalogue, and found by framework."""

from __future__ import annotations

import pytest

from actviz.activation import Activation
from actviz.catalogue import RECORDS, find, names
from actviz.catalogue.frameworks import FACTS, VERSIONS, defaults, disagreements, facts
from actviz.errors import BadInput
from actviz.resolve import get


@pytest.mark.parametrize("fact", FACTS, ids=lambda f: f"{f.function}-{f.frameworks[0]}-{f.variant}")
def test_a_fact_fits_its_record(fact):
    record, _ = find(fact.function)
    assert record.name == fact.function, "facts go by canonical names"
    assert set(fact.frameworks) <= set(VERSIONS)
    if fact.parameters:
        assert isinstance(record, Activation)
        assert record.bind(**fact.parameters).bound == record.bound | dict(fact.parameters)
        assert set(fact.parameters) <= set(record.bound), "parameters go by canonical names"
    if fact.slope_at_kink:
        kinks = {k.x: k for k in record.bind(**fact.parameters).kinks(*record.bind(**fact.parameters).values)}
        for x, slope in fact.slope_at_kink.items():
            assert slope in (kinks[x].left, kinks[x].right), (fact, kinks[x])


def test_no_form_of_a_function_is_told_twice():
    told = [(fact.function, framework, fact.variant) for fact in FACTS for framework in fact.frameworks]
    assert len(told) == len(set(told)), sorted(t for t in told if told.count(t) > 1)


def test_every_function_but_maxout_is_in_some_framework():
    assert {name for name in names() if not facts(name)} == {"maxout"}
    assert {fact.function for fact in FACTS} <= {record.name for record in RECORDS}


def test_default_parameters_by_framework():
    slopes = {f: defaults("leaky_relu", f)["negative_slope"] for f in ("torch", "keras", "tensorflow", "jax", "onnx")}
    assert slopes == {"torch": 0.01, "keras": 0.3, "tensorflow": 0.2, "jax": 0.01, "onnx": 0.01}
    assert defaults("prelu", "keras") == {"negative_slope": 0.0}
    assert defaults("rrelu", "torch") == {"lower": 1 / 8, "upper": 1 / 3}
    assert defaults("tanh", "mlx") == {}


@pytest.mark.parametrize("spelling", ["torch", "PyTorch", " TORCH ", "pytorch"])
def test_spellings_of_a_framework(spelling):
    assert defaults("elu", spelling) == {"alpha": 1.0}


def test_the_form_name_at_framework():
    assert get("leaky_relu@keras").bound == {"negative_slope": 0.3}
    assert get("Leaky-ReLU@tf").bound == {"negative_slope": 0.2}
    assert get("prelu@flax").bound == {"negative_slope": 0.01}


def test_an_unknown_framework_is_refused_with_the_nearest():
    with pytest.raises(
        BadInput, match=r"no framework is called 'tensorflw'; known are torch.*did you mean 'tensorflow'\?"
    ):
        defaults("relu", "tensorflw")


def test_a_framework_without_the_function_says_who_has_it():
    with pytest.raises(BadInput, match=r"jax is not on record as having rrelu; it is on record in torch$"):
        defaults("rrelu", "jax")
    with pytest.raises(BadInput, match="no framework is on record"):
        defaults("maxout", "torch")


def test_where_frameworks_disagree():
    assert disagreements("leaky_relu") == ("the default negative_slope is 0.01, 0.2 or 0.3", "f'(0) is 0.01, 0.2 or 1")
    assert disagreements("prelu") == ("the default negative_slope is 0, 0.01 or 0.25",)
    assert disagreements("relu") == ()
