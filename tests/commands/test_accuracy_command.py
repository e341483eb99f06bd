"""`actviz accuracy` as a user runs it."""

from __future__ import annotations

import csv
import importlib.util
import io
import json

import ml_dtypes
import numpy as np
import pytest
from process import actviz, refusal

CONTRACT = {
    *("name", "dtype", "of", "order", "inputs", "max_ulp", "at", "wrong_nonfinite", "histogram", "worst", "regions"),
}


def results(*arguments: str) -> list[dict]:
    done = actviz("accuracy", *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    document = json.loads(done.stdout)
    assert set(document) == {"results"}
    return document["results"]


def test_json_has_the_keys_of_the_contract():
    found = results("mish", "--of", "kernel,definition", "--worst", "3")
    assert [(r["of"], r["order"]) for r in found] == [
        ("kernel", 0), ("kernel", 1), ("kernel", 2), ("definition", 0), ("definition", 1),
    ]  # fmt: skip
    for result in found:
        assert set(result) >= CONTRACT
        assert (result["name"], result["dtype"]) == ("mish", "float16")
        assert (result["inputs"], result["every_input"]) == (65536, True)
        assert [step["above"] for step in result["histogram"]] == [0.5, 1.0, 2.0, 4.0, 1000.0]
        assert len(result["worst"]) == 3
        assert set(result["worst"][0]) == {"x", "x_bits", "got", "got_bits", "exact", "exact_bits", "ulp"}


def test_our_float16_is_correctly_rounded_and_the_definitions_is_not():
    kernel, definition = results("mish", "--of", "kernel,definition", "--order", "0")
    assert kernel["histogram"] == [{"above": s, "inputs": 0} for s in (0.5, 1.0, 2.0, 4.0, 1000.0)]
    assert kernel["regions"] == []
    assert definition["histogram"][-1]["inputs"] > 10
    assert definition["wrong_nan"] == 1  # -infinity times 0
    assert definition["wrong_zero"] > 1000
    region = max(definition["regions"], key=lambda r: r["inputs"])
    assert -21 < region["low"] < region["high"] < 0


@pytest.mark.parametrize(("dtype", "kind"), [("float16", np.float16), ("bfloat16", ml_dtypes.bfloat16)])
def test_bits_are_those_of_the_dtype_and_the_ulp_is_theirs(dtype, kind):
    (found,) = results("sigmoid", "--of", "definition", "--order", "0", "--dtype", dtype)
    case = found["worst"][0]
    x, got = (np.asarray([int(case[key], 16)], np.uint16).view(kind) for key in ("x_bits", "got_bits"))
    assert (float(x[0]), float(got[0])) == (case["x"], case["got"])
    with np.errstate(over="ignore"):
        again = 1 / (1 + np.exp(-x))
    assert again[0] == got[0]
    assert case["ulp"] == found["max_ulp"]


def test_a_wider_dtype_is_sampled():
    found = results("sigmoid", "--dtype", "float32,float64", "--points", "4000")
    assert [(r["dtype"], r["order"]) for r in found] == [(d, o) for d in ("float32", "float64") for o in (0, 1, 2)]
    for result in found:
        assert not result["every_input"]
        assert 3800 < result["inputs"] < 5000
        assert result["max_ulp"] <= (0.5001 if result["dtype"] == "float32" else (4, 6, 10)[result["order"]])


def test_an_expression_is_audited_and_its_cancellation_found():
    found = results("tanh(x)+1", "2*sigmoid(2*x)", "--dtype", "float64", "--order", "0", "--points", "2000")
    assert found[0]["max_ulp"] > 1e6
    assert found[1]["max_ulp"] < 6


def test_kinks_are_left_out_and_counted():
    found = results("relu", "--order", "0,1")
    assert [r["kinks"] for r in found] == [0, 2]  # both zeros


def test_text_says_what_when_all_is_well_and_csv_and_markdown_have_the_rows():
    done = actviz("accuracy", "relu")
    assert "all 65,536 inputs of float16" in done.stdout
    assert "Every result is the correctly rounded one." in done.stdout
    done = actviz("accuracy", "relu", "mish", "--of", "definition", "--order", "0", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["function"] for row in rows if row["of"] == "definition"} == {"relu", "mish"}
    assert "| function" in actviz("accuracy", "relu", "--format", "markdown").stdout


def test_a_picture_has_a_panel_an_order(tmp_path):
    done = actviz("accuracy", "silu", "--of", "kernel,definition", "-o", "errors.svg", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (tmp_path / "errors.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mihs",), "did you mean 'mish'"),
        ((), "name at least one function"),
        (("softmax",), "takes a vector"),
        (("mish", "--dtype", "float8"), "--dtype 'float8' is unknown"),
        (("mish", "--of", "kernal"), "did you mean 'kernel'"),
        (("mish", "--order", "3"), "--order takes 0, 1 and 2"),
        (("mish", "--of", "definition", "--order", "2"), "has no derivative of order 2"),
        (("mish", "--exhaustive"), "--exhaustive is for --dtype float32"),
        (("mish", "--points", "3", "--dtype", "float64"), "--points must be from 100"),
        (("mish", "--worst", "-1"), "--worst must be 0 or more"),
        (("mish", "--param", "beta=1"), "beta"),
    ],
)
def test_bad_input_is_one_line(arguments, said):
    assert said in refusal("accuracy", *arguments)


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow", "scipy"])
def test_a_missing_framework_is_one_line(framework):
    if importlib.util.find_spec(framework) is None:
        assert f"{framework} is not installed" in refusal("accuracy", "sigmoid", "--of", framework)
    else:
        found = results("sigmoid", "--of", framework, "--order", "0", "--dtype", "float32", "--points", "1000")
        assert found[0]["version"]
        assert found[0]["call"]
