"""What every record of the catalogue must satisfy, walked over all of them."""

from __future__ import annotations

import math

import cases
import numpy as np
import pytest

from actviz.activation import Activation, Kink, Parameter
from actviz.catalogue import RECORDS, TWO_INPUTS, find, names, spellings
from actviz.errors import BadInput

VARIANTS = cases.variants()
MAX = float(np.finfo(np.float64).max)

every = pytest.mark.parametrize("activation", VARIANTS, ids=lambda a: a.label)


def test_the_functions_of_the_article_are_all_there() -> None:
    assert set(names()) >= {
        "sigmoid", "tanh", "relu", "relu6", "leaky_relu", "prelu", "rrelu", "elu", "swish", "softplus", "mish",
        "maxout", "softmax", "log_softmax",
    }  # fmt: skip


def test_no_two_functions_share_a_spelling() -> None:
    plain = [s.lower().replace("-", "").replace("_", "") for r in RECORDS for s in (r.name, *r.aliases)]
    assert len(plain) == len(set(plain)), sorted(plain)


def test_every_spelling_finds_its_record_whatever_its_case_and_hyphens() -> None:
    for spelling, (record, fixed) in spellings().items():
        for typed in (spelling, spelling.upper(), spelling.replace("_", "-"), spelling.replace("_", "")):
            assert find(typed) == (record, fixed), typed


def test_silu_is_swish_with_beta_1() -> None:
    record, fixed = find("SiLU")
    assert (record.name, dict(fixed)) == ("swish", {"beta": 1.0})


def test_a_misspelt_name_suggests_the_nearest() -> None:
    with pytest.raises(BadInput, match="no activation is called 'mihs'; did you mean 'mish'"):
        find("mihs")


@pytest.mark.parametrize("name", [*TWO_INPUTS, "Swi-GLU"])
def test_a_gated_unit_is_refused_for_its_two_inputs_and_its_gate_is_named(name: str) -> None:
    with pytest.raises(BadInput, match="is a gated unit of two inputs") as refused:
        find(name)
    gate = str(refused.value).rpartition(" ")[2]
    assert f"{gate}(" in str(refused.value)
    assert isinstance(find(gate)[0], Activation)


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.name)
def test_a_record_says_who_when_and_what(record: Activation) -> None:
    assert record.formula
    assert record.plain
    assert record.summary
    assert record.reference.authors
    assert 1700 < record.reference.year < 2030
    assert record.reference.title


@every
@pytest.mark.parametrize("order", [0, 1, 2])
def test_nan_gives_nan_and_infinities_give_the_limits(activation: Activation, order: int) -> None:
    got = activation.derivative(np.array([-np.inf, np.inf, np.nan]), order)
    left, right = activation.limits(*activation.values)
    np.testing.assert_array_equal(got, [left[order], right[order], np.nan])


@every
@pytest.mark.parametrize("order", [0, 1, 2])
def test_limits_are_what_the_kernels_approach(activation: Activation, order: int) -> None:
    # sqrt_softplus grows as sqrt(x), and its slope falls as 1/sqrt(x).
    great, small = (1e149, 1e-149) if activation.name == "sqrt_softplus" else (1e290, 1e-300)
    for side, limit in zip((-1, 1), activation.limits(*activation.values), strict=True):
        far = float(activation.derivative(side * 1e300, order))
        wanted = limit[order]
        if math.isnan(wanted):
            continue
        if math.isinf(wanted):
            assert far * np.sign(wanted) > great, (side, far, wanted)
        else:
            assert far == pytest.approx(wanted, rel=1e-15, abs=small), (side, far, wanted)


@every
def test_a_kink_has_the_slopes_of_its_two_sides_and_takes_the_left_one(activation: Activation) -> None:
    for kink in activation.kinks(*activation.values):
        step = max(abs(kink.x), 1.0) * 1e-9
        beside = np.array([kink.x - step, kink.x, kink.x + step])
        before, at, after = activation.derivative(beside, kink.order)
        change = np.abs(activation.derivative(beside, kink.order + 1)).max() if kink.order < 2 else 0.0
        slack = 1e-300 + 2.0 * step * change
        np.testing.assert_allclose([before, after], [kink.left, kink.right], rtol=1e-6, atol=slack)
        if not any(k.order == 0 and k.x == kink.x for k in activation.kinks(*activation.values)):
            np.testing.assert_allclose(at, kink.left, rtol=1e-6, atol=slack)


@every
def test_at_a_jump_the_value_is_that_of_one_side_and_the_derivatives_are_0(activation: Activation) -> None:
    for kink in activation.kinks(*activation.values):
        if kink.order == 0:
            assert activation(kink.x) in (kink.left, kink.right)
            assert [activation.derivative(kink.x, order) for order in (1, 2)] == [0.0, 0.0]


@every
@pytest.mark.parametrize("order", [0, 1, 2])
def test_no_float_raises_a_warning_or_gives_nan(activation: Activation, order: int) -> None:
    tiny, least = float(np.finfo(np.float64).tiny), 5e-324
    magnitudes = [0.0, least, tiny / 3, tiny, 1e-160, 1e-8, 1.0, 37.0, 709.0, 746.0, 1e5, 1e154, 1e300, MAX]
    x = np.array([sign * m for m in magnitudes for sign in (-1, 1)])
    got = activation.derivative(x, order)
    assert not np.isnan(got).any(), list(zip(x, got, strict=True))


@pytest.mark.parametrize(
    "activation", [a for a in VARIANTS if a(0.0) == 0 and a.derivative(0.0) > 0 and a.name != "maxout"]
)
def test_the_sign_of_zero_is_kept_where_the_function_passes_through_it(activation: Activation) -> None:
    assert math.copysign(1.0, activation(-0.0)) == -1.0
    assert math.copysign(1.0, activation(0.0)) == 1.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ({"name": "elu", "alpha": -1}, "elu: alpha = -1 is out of bounds; it must be above 0"),
        ({"name": "swish", "beta": math.inf}, "beta = inf is out of bounds"),
        ({"name": "swish", "beta": math.nan}, "beta = nan is out of bounds"),
        ({"name": "swish", "bta": 1}, "swish has no parameter 'bta'; it has beta; did you mean 'beta'"),
        ({"name": "tanh", "beta": 1}, "tanh has no parameter 'beta'; it has none"),
        ({"name": "rrelu", "lower": 2, "upper": 1}, "rrelu: lower = 2 exceeds upper = 1"),
        ({"name": "maxout", "w": (1, 2)}, "maxout: w has 2 numbers and b has 3"),
        ({"name": "maxout", "w": ()}, "maxout: w needs at least one number"),
        ({"name": "elu", "alpha": "abc"}, "elu: alpha must be one number, not 'abc'"),
    ],
)
def test_a_wrong_parameter_is_refused_with_the_reason(text: dict[str, object], message: str) -> None:
    values = dict(text)
    record, _ = find(str(values.pop("name")))
    assert isinstance(record, Activation)
    with pytest.raises(BadInput) as refused:
        record.bind(**values)  # type: ignore[arg-type]
    assert message in str(refused.value)


def test_bounds_read_as_words() -> None:
    assert Parameter("a", "a", 1.0, "").bounds == "a finite number"
    assert Parameter("a", "a", 1.0, "", low=0.0, open_low=True).bounds == "above 0"
    assert Parameter("a", "a", 1.0, "", low=0.0, high=2.0).bounds == "at least 0 and at most 2"
    assert Parameter("a", "a", 1.0, "", high=2.0).bounds == "at most 2"


def test_a_record_that_contradicts_itself_cannot_be_made() -> None:
    record, _ = find("tanh")
    assert isinstance(record, Activation)
    with pytest.raises(BadInput, match="one value a parameter"):
        record.__class__(**{k: getattr(record, k) for k in record.__dataclass_fields__ if k != "values"}, values=(1.0,))


def test_only_rrelu_draws_in_training_and_a_seed_repeats_its_draw() -> None:
    rrelu, _ = find("rrelu")
    assert isinstance(rrelu, Activation)
    assert rrelu.trained(7) == rrelu.trained(7) != rrelu.trained(8)
    tanh, _ = find("tanh")
    assert isinstance(tanh, Activation)
    with pytest.raises(BadInput, match="draws nothing in training"):
        tanh.trained(7)


def test_lines_of_maxout_that_cross_at_one_float_make_one_kink() -> None:
    maxout, _ = find("maxout")
    assert isinstance(maxout, Activation)
    nearly = maxout.bind(w=(-1.0, 0.0, 1.0), b=(1.0, 1e-20, -1.0))
    assert nearly.kinks(*nearly.values) == (Kink(1.0, -1.0, 1.0),)


def test_lines_of_maxout_that_cross_beyond_float64_make_no_kink() -> None:
    maxout, _ = find("maxout")
    assert isinstance(maxout, Activation)
    far = maxout.bind(w=(0.0, 1e-320), b=(1e300, 0.0))
    assert far.kinks(*far.values) == ()
    assert far.derivative(np.array([-MAX, MAX])).tolist() == [0.0, 0.0]
    assert far.limits(*far.values) == ((1e300, 0.0, 0.0), (math.inf, 1e-320, 0.0))
