"""The noun: names and values of parameters, labels, draws, equality, and records that contradict themselves."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, replace
from typing import Any

import cases
import numpy as np
import pytest

import actviz
from actviz.activation import Activation, Parameter, VectorActivation, spell
from actviz.catalogue import RECORDS
from actviz.errors import BadInput

SWISH, LEAKY, RRELU, MAXOUT = (actviz.get(name) for name in ("swish", "leaky_relu", "rrelu", "maxout"))
FREE = Parameter("a", "a", 1.0, "any number")


@pytest.mark.parametrize("activation", cases.variants(), ids=lambda a: a.label)
def test_a_label_leads_back_to_an_equal_activation(activation: Activation) -> None:
    again = actviz.get(activation.label)
    assert again == activation
    assert hash(again) == hash(activation)
    assert again.label == activation.label
    assert list(again.bound) == [p.name for p in activation.parameters]


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.name)
def test_records_can_be_members_of_a_set(record: Activation | VectorActivation) -> None:
    assert {record: 1}[replace(record)] == 1
    assert len(set(RECORDS)) == len(RECORDS)


def test_other_values_make_another_activation() -> None:
    wide = SWISH.bind(beta=2.0)
    assert wide != SWISH
    assert wide.bind(beta=1) == SWISH
    assert len({SWISH, wide, SWISH.bind(beta=2)}) == 2
    assert (SWISH.label, wide.label) == ("swish", "swish:beta=2")
    assert (SWISH.bound, wide.bound) == ({"beta": 1.0}, {"beta": 2.0})
    assert SWISH.bind() == SWISH


def test_a_label_says_only_what_differs_from_the_default() -> None:
    assert RRELU.bind(upper=0.5).label == "rrelu:upper=0.5"
    assert RRELU.bind(upper=0.5, lower=0.25).label == "rrelu:lower=0.25,upper=0.5"
    assert MAXOUT.bind(w=(1, -2), b=(0.1 + 0.2, 1e-300)).label == "maxout:w=1,-2,b=0.30000000000000004,1e-300"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (6.0, "6"), (-0.0, "-0"), (1 / 3, repr(1 / 3)), (1e20, "1e+20"), ((-1.0, 0.0, 1.5), "-1,0,1.5")],
)
def test_a_value_is_spelt_shortly_and_reads_back(value: Any, text: str) -> None:
    assert spell(value) == text
    read = tuple(map(float, text.split(",")))
    assert (read if isinstance(value, tuple) else read[0]) == value


@pytest.mark.parametrize(
    ("name", "spellings", "canonical"),
    [
        ("leaky_relu", ("negative_slope", "alpha", "a"), "negative_slope"),
        ("prelu", ("negative_slope", "alpha", "a", "weight"), "negative_slope"),
    ],
)
def test_a_parameter_answers_to_the_names_frameworks_use(name: str, spellings: tuple[str, ...], canonical: str) -> None:
    activation = actviz.get(name)
    for spelling in spellings:
        assert activation.parameter(spelling).name == canonical
        assert activation.bind(**{spelling: 0.5}).bound == {canonical: 0.5}


@pytest.mark.parametrize("record", cases.SCALARS, ids=lambda r: r.name)
def test_no_two_parameters_of_a_record_share_a_name(record: Activation) -> None:
    names = [name for p in record.parameters for name in (p.name, *p.aliases)]
    assert len(names) == len(set(names))
    for p in record.parameters:
        assert all(record.parameter(name) is p for name in (p.name, *p.aliases))


@pytest.mark.parametrize(
    ("activation", "values", "message"),
    [
        (SWISH, {"bta": 1.0}, "swish has no parameter 'bta'; it has beta; did you mean 'beta'?"),
        (actviz.get("tanh"), {"beta": 1.0}, "tanh has no parameter 'beta'; it has none"),
        (LEAKY, {"alpha": 0.1, "negative_slope": 0.2}, "leaky_relu: negative_slope is set twice, once as"),
        (SWISH, {"beta": "much"}, "swish: beta must be one number, not 'much'"),
        (SWISH, {"beta": None}, "swish: beta must be one number, not None"),
        (SWISH, {"beta": 1j}, "swish: beta must be one number, not 1j"),
        (SWISH, {"beta": (1.0, 2.0)}, "swish: beta must be one number, not 1,2"),
        (SWISH, {"beta": math.nan}, "swish: beta = nan is out of bounds; it must be a finite number"),
        (SWISH, {"beta": math.inf}, "swish: beta = inf is out of bounds; it must be a finite number"),
        (SWISH, {"beta": 10**400}, "swish: beta is beyond float64; it must be a finite number"),
        (MAXOUT, {"w": ()}, "maxout: w needs at least one number"),
        (MAXOUT, {"w": (1.0, "b")}, "maxout: w must be one number, not 'b'"),
        (MAXOUT, {"w": (1.0, 2.0)}, "maxout: "),
        (RRELU, {"lower": 0.9}, "rrelu: lower = 0.9 exceeds upper = 0.333333"),
    ],
)
def test_wrong_values_are_refused_in_one_line(activation: Activation, values: dict[str, Any], message: str) -> None:
    before = activation.values
    with pytest.raises(BadInput) as refused:
        activation.bind(**values)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)
    assert activation.values == before


@pytest.mark.parametrize(
    ("changes", "words", "good", "bad"),
    [
        ({}, "a finite number", (-1e308, 0, 1e308), ()),
        ({"low": 0.0}, "at least 0", (0, 5), (-5e-324,)),
        ({"low": 0.0, "open_low": True}, "above 0", (5e-324,), (0, -1)),
        ({"high": 2.0}, "at most 2", (2, -9), (math.nextafter(2.0, 3.0),)),
        ({"low": 0.0, "high": 1.0}, "at least 0 and at most 1", (0, 1, np.float32(0.5), "0.5", True), (-0.1, 1.1)),
        ({"low": 0.0, "high": 1.0, "open_low": True}, "above 0 and at most 1", (1e-9, 1), (0, 2)),
    ],
)
def test_bounds_hold_as_their_words_say(
    changes: dict[str, Any], words: str, good: tuple[Any, ...], bad: tuple[Any, ...]
) -> None:
    parameter = replace(FREE, **changes)
    assert parameter.bounds == words
    for value in good:
        checked = parameter.checked(value, "f")
        assert (type(checked), checked) == (float, float(value))
    for value in (*bad, math.nan, math.inf, -math.inf):
        with pytest.raises(BadInput, match=f"^f: a = .* is out of bounds; it must be {words}$"):
            parameter.checked(value, "f")


def test_one_number_for_a_list_is_a_list_of_one() -> None:
    assert replace(FREE, default=(1.0,)).checked(3, "f") == (3.0,)
    assert replace(FREE, default=(1.0,)).checked([1, 2], "f") == (1.0, 2.0)


def test_a_training_draw_lies_within_the_bounds_and_depends_on_the_seed_alone() -> None:
    wide = RRELU.bind(lower=-1.0, upper=1.0)
    drawn = [wide.trained(seed) for seed in range(50)]
    slopes = [f(-1.0) for f in drawn]
    assert drawn == [wide.trained(seed) for seed in range(50)]
    assert all(-1.0 <= -slope <= 1.0 for slope in slopes), slopes
    assert len(set(slopes)) == 50
    assert min(slopes) < -0.5 < 0.5 < max(slopes)
    assert wide.bound == {"lower": -1.0, "upper": 1.0}
    assert drawn[0](2.0) == 2.0


def test_a_draw_is_refused_where_nothing_is_random_and_for_a_negative_seed() -> None:
    with pytest.raises(BadInput, match="tanh draws nothing in training, so it takes no seed; rrelu does"):
        actviz.get("tanh").trained(1)
    with pytest.raises(BadInput, match="a seed is a whole number from 0 on, not -1"):
        RRELU.trained(-1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kernels": SWISH.kernels[:2]}, "swish: three kernels and one value a parameter are needed"),
        ({"values": (1.0, 2.0)}, "swish: three kernels and one value a parameter are needed"),
        ({"parameters": ()}, "swish: three kernels and one value a parameter are needed"),
        ({"values": (math.nan,)}, "swish: beta = nan is out of bounds"),
        ({"check": lambda beta: f"{beta} is odd"}, "swish: 1.0 is odd"),
    ],
)
def test_a_record_that_contradicts_itself_cannot_be(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        replace(SWISH, **changes)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("thing", [SWISH, actviz.get("softmax"), FREE, SWISH.reference, LEAKY.kinks(0.1)[0]])
def test_records_are_frozen_and_take_no_new_names(thing: Any) -> None:
    for name in ("name", "x", "authors", "new"):
        with pytest.raises((FrozenInstanceError, TypeError)):
            setattr(thing, name, 1)
    assert not hasattr(thing, "__dict__")


def test_a_reference_reads_as_a_citation() -> None:
    assert str(actviz.get("mish").reference).startswith("Misra 2019, Mish: A Self Regularized")


def test_calling_is_the_derivative_of_order_0_and_one_is_the_default_order() -> None:
    x = np.linspace(-3, 3, 7)
    np.testing.assert_array_equal(SWISH(x), SWISH.derivative(x, 0))
    np.testing.assert_array_equal(SWISH.derivative(x), SWISH.derivative(x, order=1))


@pytest.mark.parametrize(("name", "function"), [("softmax", actviz.softmax), ("log_softmax", actviz.log_softmax)])
def test_a_vector_activation_is_called_along_an_axis(name: str, function: Any) -> None:
    activation = actviz.get(name)
    assert isinstance(activation, VectorActivation)
    x = np.random.default_rng(1).normal(0, 3, (2, 3, 4)).astype(np.float32)
    for axis in (-1, 0, 1):
        got = activation(x, axis=axis)
        assert (got.shape, got.dtype) == (x.shape, np.float32)
        np.testing.assert_array_equal(got, function(x, axis=axis))
        total = (got if name == "softmax" else np.exp(got)).sum(axis=axis)
        np.testing.assert_allclose(total, 1.0, rtol=1e-6)
    np.testing.assert_array_equal(activation(x), activation(x, axis=-1))
    assert activation([1, 2, 3]).dtype == np.float64
