"""`actviz info` as a user runs it."""

from __future__ import annotations

import json

import pytest
from process import actviz, refusal

from actviz.activation import Activation
from actviz.catalogue import RECORDS
from actviz.commands.info import card

KEYS = {
    "name",
    "aliases",
    "family",
    "formula",
    "parameters",
    "range",
    "limits",
    "kinks",
    "zeros",
    "minima",
    "maxima",
    "inflections",
    "lipschitz",
    "monotone",
    "smoothness",
    "parity",
    "zero_centred",
    "reference",
    "frameworks",
}
SCALARS = [r for r in RECORDS if isinstance(r, Activation)]


def document(*arguments):
    done = actviz("info", *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize("record", SCALARS, ids=lambda r: r.name)
def test_a_card_has_the_keys_of_the_contract(record):
    got = card(record).document
    assert set(got) == KEYS | ({"within"} if record.name in ("sinc", "snake") else set())
    assert got["name"] == record.name
    assert None not in got.values()
    assert set(got["reference"]) == {"authors", "year", "title"}
    assert set(got["lipschitz"]) == {"value", "at"}
    for points in ("minima", "maxima", "inflections"):
        assert all(set(point) == {"x", "value"} for point in got[points])
    assert all(set(kink) == {"x", "left", "right", "order"} for kink in got["kinks"])


def test_a_function_that_oscillates_says_how_far_its_card_goes():
    got = document("sinc")
    assert got["within"] == [-30.0, 30.0]
    assert len(got["zeros"]) == 18
    assert document("snake:a=5")["within"] == [-3.75, 3.75]
    shown = " ".join(actviz("info", "snake").stdout.split())
    assert "f oscillates without end; the card speaks of x from -30 to 30." in shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("step", ("zeros all x < 0", "abs(f') has no bound, f jumps at x = 0")),
        ("hardshrink", ("zeros all x from -0.5 to 0.5", "f jumps at x = ±0.5")),
        ("lisht", ("abs(f') is at most 1.19968, at x = ±1.19968",)),
        ("tanhshrink", ("abs(f') is at most 1, approached as x -> ±infinity",)),
        ("threshold:threshold=-1,value=0", ("zeros all x <= -1, 0",)),
        ("1 if abs(x) >= 1 else 0", ("zeros all x > -1 and < 1",)),
        ("exp(1000-x**2)", ("abs(f') has no bound, at x = ±17.1",)),
        ("sign(sin(1/x))", ("Its jumps, turns and zeros there are too many to list.",)),
        ("sin(1/x)", ("Its turns and zeros there are too many to list.",)),
    ],
)
def test_text_where_f_jumps_or_is_steepest_on_both_sides(text, words):
    shown = " ".join(actviz("info", text, COLUMNS="200").stdout.split())
    for word in words:
        assert word in shown, (word, shown)


def test_numbers_of_mish():
    got = document("mish")
    assert got["range"] == [got["minima"][0]["value"], "Infinity"]
    assert got["minima"][0]["x"] == pytest.approx(-1.1924312145154953, rel=1e-15)
    assert got["limits"] == {"left": 0.0, "right": "Infinity"}
    assert (got["zeros"], got["monotone"], got["zero_centred"]) == ([0.0], "no", False)
    keys = {"framework", "version", "function", "call", "variant", "parameters", "slope_at_kink", "note", "confirmed"}
    assert keys == set(got["frameworks"][0])


def test_an_interval_of_zeros_and_a_lipschitz_constant_in_the_tail():
    assert document("relu")["zeros"] == [["-Infinity", 0.0]]
    assert document("softplus")["lipschitz"] == {"value": 1.0, "at": "Infinity"}


def test_parameters_by_text_by_option_and_by_framework():
    assert document("swish:beta=0.5")["parameters"] == {"beta": 0.5}
    assert document("swish", "-p", "beta=0.5")["minima"] == document("swish:beta=0.5")["minima"]
    assert document("leaky_relu@keras")["parameters"] == {"negative_slope": 0.3}
    assert document("SiLU")["name"] == "swish"


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_vector_activation_has_a_card_with_nulls(name):
    got = document(name)
    assert set(got) == KEYS
    known = {"name", "aliases", "family", "formula", "reference", "frameworks"}
    assert {key for key, value in got.items() if value is not None} == known
    text = actviz("info", name).stdout
    assert "Bridle 1990" in text
    assert "Jacobian" in text


def test_text_is_a_card():
    done = actviz("info", "leaky_relu", COLUMNS="200")
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    for words in (
        "leaky_relu: ReLU with a small slope left of zero",
        "formula x if x > 0 else a*x",
        "parameter negative_slope 0.01: slope left of zero; a finite number; also alpha, a",
        "range (-infinity, infinity)",
        "steepest abs(f') is at most 1, just right of x = 0",
        "kink 0 0 0.01 1",
        "Maas, Hannun, Ng 2013",
        "jax 0.10.2 leaky_relu(x, negative_slope=0.01) f'(0) = 1",
        "keras 3.15 LeakyReLU(negative_slope=0.3, dtype=x.dtype)(x) f'(0) = 0.3 layer;",
        "Where they differ, from one another or from the left slope: the default negative_slope is 0.01, 0.2 or 0.3;",
        "f'(0) is the left slope in torch, keras,",
    ):
        assert words in text, (words, done.stdout)


def test_text_shows_points_to_full_precision():
    text = actviz("info", "silu").stdout
    assert "[-0.278465, infinity)" in text
    assert "-1.278464542761074" in text
    assert "0.206621" in text


def test_text_of_relu_and_of_a_flat_bottom():
    assert "all x <= 0" in actviz("info", "relu").stdout
    assert "all x from -1 to 1" in actviz("info", "maxout:w=-1,0,1,b=-1,0,-1").stdout


def test_what_frameworks_call_by_the_name_of_another_function_is_told():
    entries = document("gelu")["frameworks"]
    assert [e["framework"] for e in entries].count("jax") == 2
    assert {e["framework"] for e in entries if e["function"] == "gelu_tanh"} == {"jax", "flax", "ggml"}
    assert next(e["call"] for e in entries if e["framework"] == "torch") == "torch.nn.functional.gelu(x)"
    text = " ".join(actviz("info", "gelu", COLUMNS="200").stdout.split())
    assert "jax 0.10.2 gelu(x) this is gelu_tanh;" in text
    assert "Where they differ, from one another or from the left slope: gelu is gelu_tanh in jax, flax, ggml." in text
    assert document("gelu@jax")["name"] == "gelu_tanh"


def test_where_a_framework_fails_is_told_beside_the_truth():
    notes = {e["framework"]: e["note"] for e in document("sigmoid")["frameworks"]}
    assert notes["torch"] == "f'(40) = 0 in float64, not 4.25e-18"
    assert {e["framework"]: e["note"] for e in document("softsign")["frameworks"]}["jax"] == "NaN: f(±inf), f'(±inf)"


def test_a_picture(tmp_path):
    assert actviz("info", "elu", "-o", "elu.png", cwd=tmp_path).returncode == 0
    assert (tmp_path / "elu.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "one function, not 0"),
        (("mish", "tanh"), "one function, not 2"),
        (("mishh",), "did you mean 'mish'?"),
        (("swish", "-p", "beta=1,2"), "give one value"),
        (("mish", "-p", "beta=1"), "beta"),
        (("softmax", "-p", "beta=1"), "no parameters"),
        (("relu@tensorflw",), "did you mean 'tensorflow'?"),
        (("rrelu@jax",), "it is on record in torch"),
        (("elu:alpha=-1",), "out of bounds"),
        (("tanh", "--seed", "1"), "draws nothing"),
    ],
)
def test_refusals(arguments, words):
    assert words in refusal("info", *arguments)


def test_a_typed_function_has_no_reference_and_names_where_it_breaks():
    got = document("1/x")
    assert set(got) == KEYS | {"poles", "undefined"}
    assert (got["reference"], got["poles"], got["undefined"], got["zero_centred"]) == (None, [0.0], [], False)
    assert document("sqrt(x)")["undefined"] == [["-Infinity", -5e-324]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1/x", ("poles 0", "limits 0 on the left, 0 on the right", "discontinuous at its poles", "unknown; no mean")),
        ("tan(x)", ("-1.5708, 1.5708", "range (-infinity, infinity)", "monotone no")),
        ("sin(x)/x", ("undefined at 0", "C-infinity where it is defined")),
        ("sqrt(x)", ("undefined for x < 0", "zeros 0", "C0 where it is defined")),
        ("sqrt(1-x)", ("undefined for x > 1", "zeros 1")),
        ("x*log(x)", ("undefined for x <= 0",)),
        ("sqrt(x*x-1)", ("undefined from -1 to 1",)),
        ("relu6(x)", ("abs(f') is at most 1, just right of x = 0",)),
        ("log(1+exp(x))", ("approached as x -> infinity",)),
    ],
)
def test_text_of_a_typed_function(text, words):
    shown = " ".join(actviz("info", text, COLUMNS="200").stdout.split())
    for word in (*words, "an expression typed by the user"):
        assert word in shown, (word, shown)
    assert "introduced by" not in shown


def test_a_curvature_that_jumps_beside_a_slope_that_does():
    assert document("elu:alpha=2")["kinks"] == [
        {"x": 0.0, "left": 2.0, "right": 1.0, "order": 1},
        {"x": 0.0, "left": 2.0, "right": 0.0, "order": 2},
    ]
    assert document("elu:alpha=2")["smoothness"] == "C0"
