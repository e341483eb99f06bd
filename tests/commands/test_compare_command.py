"""`actviz compare` as a user runs it."""

from __future__ import annotations

import csv
import json
import math
from typing import TYPE_CHECKING

import pytest
from process import actviz, refusal

from actviz.commands.compare import bracketed, command, overlay
from actviz.figure import Line
from actviz.resolve import scalars

if TYPE_CHECKING:
    from pathlib import Path

KEYS = [
    "a",
    "b",
    "max_abs_difference",
    "at",
    "rms_difference",
    "max_abs_derivative_difference",
    "derivative_at",
    "max_ulp",
    "within_tolerance",
]


def document(*arguments: str, status: int = 0) -> dict:
    done = actviz("compare", *arguments, "--format", "json")
    assert (done.returncode, done.stderr) == (status, ""), done
    return json.loads(done.stdout)


def test_json_has_exactly_the_keys_of_the_interface():
    found = document("relu", "softplus")
    assert list(found) == ["range", "functions", "pairs"]
    assert found["range"] == [-6, 6]
    assert found["functions"] == ["relu", "softplus"]
    (pair,) = found["pairs"]
    assert list(pair) == KEYS
    assert (pair["a"], pair["b"]) == ("relu", "softplus")
    assert (pair["max_abs_difference"], pair["at"]) == (math.log(2), 0)
    assert (pair["max_abs_derivative_difference"], pair["derivative_at"]) == (0.5, 0)
    assert pair["within_tolerance"] is None


def test_every_pair_is_compared_and_a_sweep_counts():
    found = document("mish", "swish", "--param", "beta=1,10")
    assert found["functions"] == ["mish", "swish", "swish:beta=10"]
    assert [(p["a"], p["b"]) for p in found["pairs"]] == [
        ("mish", "swish"),
        ("mish", "swish:beta=10"),
        ("swish", "swish:beta=10"),
    ]


@pytest.mark.parametrize(
    ("bound", "status", "within"),
    [
        (["--tol", "0.7"], 0, True),
        (["--tol", "0.69"], 1, False),
        (["--ulp", "1000"], 1, False),
        (["--tol", "0.7", "--ulp", "1000"], 1, False),
    ],
)
def test_the_exit_status_tells_whether_the_tolerance_holds(bound: list[str], status: int, within: bool):
    (pair,) = document("relu", "softplus", *bound, status=status)["pairs"]
    assert pair["within_tolerance"] is within


def test_an_alias_is_equal_to_the_last_bit():
    (pair,) = document("silu", "swish:beta=1", "--tol", "0", "--ulp", "0")["pairs"]
    assert (pair["max_abs_difference"], pair["max_ulp"], pair["within_tolerance"]) == (0, 0, True)
    assert isinstance(pair["max_ulp"], int)


def test_the_identity_of_tanh_and_sigmoid_holds():
    (pair,) = document("tanh(x)+1", "2*sigmoid(2*x)", "--tol", "1e-15")["pairs"]
    assert pair["max_abs_difference"] <= 4.5e-16
    assert pair["max_abs_derivative_difference"] <= 4.5e-16
    assert pair["within_tolerance"] is True
    shown = " ".join(actviz("compare", "tanh(x)+1", "2*sigmoid(2*x)", "--tol", "1e-15").stdout.split())
    assert "agree within" in shown
    assert "the rounding of float64" in shown
    assert "Within --tol 1e-15." in shown


def test_a_function_that_is_not_a_number_somewhere_is_never_within():
    (pair,) = document("log(x)", "x", "--tol", "1e9", status=1)["pairs"]
    assert pair["max_abs_difference"] == "NaN"
    assert pair["rms_difference"] == "NaN"
    assert pair["max_ulp"] == "Infinity"
    assert pair["at"] < 0
    assert "is no number at x =" in actviz("compare", "log(x)", "x").stdout


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_every_dtype(dtype: str):
    (pair,) = document("tanh", "sigmoid", "--dtype", dtype)["pairs"]
    assert math.isclose(pair["max_abs_difference"], 1.0899798397854930, rel_tol=2**-6)
    assert pair["max_abs_derivative_difference"] == 0.75


def test_text_says_it_in_a_sentence():
    shown = " ".join(actviz("compare", "relu", "softplus", "--range=-2:2", "--tol", "0.1").stdout.split())
    assert "relu and softplus differ by at most 0.693 over -2:2, at x = 0. Outside --tol 0.1." in shown
    same = " ".join(actviz("compare", "mish", "mish").stdout.split())
    assert "mish (1) and mish (2) are equal wherever they were evaluated over -6:6." in same


def test_two_of_one_name_are_told_apart_by_numbers():
    rows = list(csv.reader(actviz("compare", "gelu", "gelu@torch", "mish", "--format", "csv").stdout.splitlines()))
    assert [row[1:3] for row in rows[1:]] == [["gelu (1)", "gelu (2)"], ["gelu (1)", "mish"], ["gelu (2)", "mish"]]


def test_csv_markdown_and_latex_show_the_same_numbers():
    (pair,) = document("swish", "mish")["pairs"]
    head, row = csv.reader(actviz("compare", "swish", "mish", "--format", "csv").stdout.splitlines())
    assert head == ["table", "a", "b", "apart", "at x", "rms", "slope apart", "slope at x", "ULP"]
    assert [float(c) for c in row[3:8]] == [pair[key] for key in KEYS[2:7]]
    worst = repr(pair["max_abs_difference"])
    assert f"| {worst} |" in actviz("compare", "swish", "mish", "--format", "markdown").stdout
    assert f"& {worst} &" in actviz("compare", "swish", "mish", "--format", "latex").stdout


def test_picture(tmp_path: Path):
    done = actviz("compare", "swish", "mish", "relu", "-o", "x.svg", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "</svg>" in (tmp_path / "x.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name at least one function"),
        (["mish"], "compare needs two functions or more"),
        (["mish", "msih"], "did you mean 'mish'"),
        (["softmax", "mish"], "actviz derivative softmax"),
        (["mish", "tanh", "--tol", "-1"], "--tol must be 0 or more"),
        (["mish", "tanh", "--tol", "nan"], "--tol must be 0 or more"),
        (["mish", "tanh", "--tol", "small"], "small"),
        (["mish", "tanh", "--ulp", "1.5"], "1.5"),
        (["mish", "tanh", "--dtype", "float12"], "--dtype 'float12' is unknown"),
        (["mish", "tanh", "--points", "1"], "1 points"),
        (["mish", "tanh", "--points", "100000000"], "100000000 points"),
        (["mish", "tanh", "--range=1:nan"], "not finite"),
        (["mish", "tanh", "--range=1e5:2e5", "--dtype", "float16"], "float16 holds numbers up to 65504"),
    ],
)
def test_bad_input_is_refused_in_one_line(arguments: list[str], said: str, tmp_path: Path):
    assert said in refusal("compare", *arguments, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_difference_names_a_sum_in_brackets():
    assert bracketed("tanh(x)+1") == "(tanh(x)+1)"
    assert bracketed("Swish, β = 2") == "Swish, β = 2"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("silu", "swish"), "equal: Swish − Swish"),
        (("tanh(x)+1", "2*sigmoid(2*x)"), "rounding alone: 2*sigmoid(2*x) − (tanh(x)+1)"),
        (("silu", "swish", "swish:beta=1.0"), "equal: difference"),
        (("mish", "gelu"), "GELU − Mish"),
        (("silu", "swish", "mish"), "difference"),
    ],
)
def test_a_difference_that_is_none_or_rounding_is_drawn_under_that_word(words: tuple[str, ...], said: str) -> None:
    made = command(list(words))
    assert made.figure is not None
    assert made.figure().rows[1][0].ylabel == said


@pytest.mark.parametrize("names", [["mish", "gelu"], ["mish", "relu", "gelu"], ["relu", "elu", "celu", "selu", "mish"]])
def test_no_two_curves_share_colour_and_dash_nor_two_of_a_panel_one_dash(names):
    rows = overlay(scalars(names), (-6.0, 6.0), "float64", "").rows
    above, below = ([mark for mark in panel.marks if isinstance(mark, Line)] for (panel,) in rows)
    looks = [(line.ink % 6, line.dash) for line in (*above, *below)]
    assert (len(above), len(below)) == (len(names), len(names) - 1)
    assert len(set(looks)) == len(looks), looks
    assert all(len({line.dash for line in lines}) == min(len(lines), 4) for lines in (above, below)), looks
