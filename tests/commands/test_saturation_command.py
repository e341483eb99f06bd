"""`actviz saturation` as a user runs it."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest
from process import actviz, refusal


def document(*arguments):
    done = actviz("saturation", *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_json_has_the_keys_of_the_contract():
    got = document("sigmoid", "relu", "--threshold", "0.1,0.01")
    assert set(got) == {"functions"}
    assert [f["name"] for f in got["functions"]] == ["sigmoid", "relu"]
    for function in got["functions"]:
        assert set(function) == {
            *("name", "parameters", "left", "right", "moments", "gain", "depth"),
            *("interior", "dead", "saturated", "notes"),
        }
        for side in ("left", "right"):
            assert set(function[side]) == {"kind", "limit", "derivative_limit", "thresholds"}
            assert [set(t) for t in function[side]["thresholds"]] == [{"threshold", "x"}] * 2
        assert set(function["moments"]) == {
            "mean",
            "std",
            "value_mean",
            "value_second_moment",
            "derivative_mean",
            "derivative_second_moment",
            "saturated_fraction",
            "value_variance",
            "dead_fraction",
        }
        assert set(function["gain"]) == {"forward", "backward", "torch"}
        assert function["depth"] == []


def test_json_tells_what_is_not_known():
    ((note,),) = (f["notes"] for f in document("1/(x-0.3)")["functions"])
    assert note in " ".join(actviz("saturation", "1/(x-0.3)").stdout.split())
    assert document("sigmoid")["functions"][0]["notes"] == []


def test_no_limit_is_minus_0():
    assert '"limit": -0.0' not in actviz("saturation", "1/(x-0.3)", "-tanh(x)", "--format=json").stdout


def test_thresholds_passed_close_together_look_different():
    text = " ".join(actviz("saturation", "tanh(1e5*(x-7))", COLUMNS="120").stdout.split())
    assert "7.00008 7.00009 7.0001 " in text
    assert "abs(f') < 0.01 beyond 6.9999 and 7.0001" in text


def test_json_numbers():
    sigmoid, relu = document("sigmoid", "relu", "--threshold", "0.1,0.01")["functions"]
    wanted = 2 * math.atanh(math.sqrt(1 - 0.04))
    assert [t["threshold"] for t in sigmoid["right"]["thresholds"]] == [0.1, 0.01]
    assert sigmoid["right"]["thresholds"][1]["x"] == pytest.approx(wanted, rel=1e-14)
    assert sigmoid["left"]["thresholds"][1]["x"] == pytest.approx(-wanted, rel=1e-14)
    assert (sigmoid["left"]["kind"], sigmoid["left"]["limit"], sigmoid["right"]["limit"]) == ("soft", 0.0, 1.0)
    assert (relu["left"]["kind"], relu["right"]["kind"], relu["right"]["limit"]) == ("hard", "none", "Infinity")
    assert [t["x"] for t in relu["left"]["thresholds"]] == [0.0, 0.0]
    assert [t["x"] for t in relu["right"]["thresholds"]] == [None, None]
    assert relu["moments"]["saturated_fraction"] == 0.5
    assert relu["gain"]["forward"] == pytest.approx(math.sqrt(2), rel=1e-14)
    assert (sigmoid["right"]["derivative_limit"], relu["right"]["derivative_limit"]) == (0.0, 1.0)
    assert (sigmoid["gain"]["torch"], relu["gain"]["torch"]) == (1.0, math.sqrt(2))
    assert (sigmoid["dead"], relu["dead"]) == ([], [{"low": "-Infinity", "high": 0.0}])
    assert relu["moments"]["dead_fraction"] == 0.5
    assert relu["saturated"][1] == {
        "threshold": 0.01,
        "fraction": 0.5,
        "intervals": [{"low": "-Infinity", "high": 0.0, "fraction": 0.5}],
    }


def test_zeros_of_the_slope_inside_are_told():
    (got,) = document("swish")["functions"]
    assert got["interior"] == [pytest.approx(-1.2784645427610738, rel=1e-13)]
    text = " ".join(actviz("saturation", "swish").stdout.split())
    assert "f' = 0 inside at -1.27846." in text
    rows = [line.split() for line in actviz("saturation", "swish").stdout.splitlines()]
    assert [row[:2] for row in rows if row[:1] == ["-"]] == [["-", "left"], ["-", "inside"]]


def test_gains_stand_beside_torchs_with_the_reason():
    text = " ".join(actviz("saturation", "tanh", "relu").stdout.split())
    assert "tanh: torch's gain 1.66667 is neither 1/sqrt(E f^2) = 1.59254 nor 1/sqrt(E f'^2) = 1.46741" in text
    assert "relu: torch's gain 1.41421 is both" in text


def test_a_sweep_a_law_and_a_list():
    got = document("swish", "-p", "beta=0.5,2", "--mean", "0.5", "--std", "2")["functions"]
    assert [f["parameters"] for f in got] == [{"beta": 0.5}, {"beta": 2.0}]
    assert {(f["moments"]["mean"], f["moments"]["std"]) for f in got} == {(0.5, 2.0)}
    assert len(got[0]["left"]["thresholds"]) == 3


def test_negative_means_and_seeds_are_taken():
    (got,) = document("rrelu", "--seed", "7", "--mean", "-1.5")["functions"]
    assert got["moments"]["mean"] == -1.5
    assert 1 / 8 <= got["parameters"]["lower"] == got["parameters"]["upper"] <= 1 / 3


def test_text_says_it_in_words():
    done = actviz("saturation", "sigmoid", "relu6")
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert (
        "sigmoid: soft on both sides; abs(f') < 0.01 beyond -4.585 and 4.585; abs(f') <= 0.01 on 0.00045% of N(0, 1)."
        in text
    )
    assert "relu6: hard on both sides; abs(f') < 0.01 beyond 0 and 6;" in text
    assert "Moments at N(0, 1)" in text
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_text_where_nothing_saturates_or_everything_does():
    text = " ".join(actviz("saturation", "leaky_relu:negative_slope=0.5", "-t", "0.1").stdout.split())
    assert "saturates on neither side; abs(f') never falls under 0.1 for good; abs(f') <= 0.1 on 0% of N(0, 1)." in text
    text = " ".join(actviz("saturation", "tanh", "-t", "3").stdout.split())
    assert "abs(f') is at most 3 everywhere; abs(f') <= 3 on 100% of N(0, 1)." in text


def test_csv_has_all_digits():
    done = actviz("saturation", "elu", "--format", "csv", "-t", "0.01")
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0][:6] == ["table", "tail", "kind", "limit of f", "of f'", "|f'| < 0.01"]
    assert rows[1][:6] == ["elu", "left", "soft", "-1.0", "0.0", repr(math.log(0.01))]
    assert rows[2][:6] == ["elu", "right", "none", "Infinity", "1.0", ""]
    assert rows[3][:2] == ["elu", "share of N(0, 1)"]
    assert math.isclose(float(rows[3][5]), 0.5 * math.erfc(-math.log(0.01) / math.sqrt(2)), rel_tol=1e-14)
    assert rows[4][0] == "Moments at N(0, 1)"


def test_pictures(tmp_path):
    for name, start in (("one.png", b"\x89PNG"), ("one.svg", b"<?xml")):
        done = actviz("saturation", "tanh", "relu6", "mish", "maxout", "swish:beta=1000", "-o", name, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("softmax",), "`actviz derivative softmax --at=3,1,-3`"),
        (("tanh", "--threshold", "0"), "above 0"),
        (("tanh", "--threshold=-0.1"), "above 0"),
        (("tanh", "--threshold", "nan"), "--threshold"),
        (("tanh", "--threshold", "inf"), "--threshold"),
        (("tanh", "--threshold", "small"), "must be a number, not 'small'"),
        (("tanh", "--threshold", ""), "--threshold"),
        (("tanh", "--threshold", ",".join(f"0.{n}" for n in range(11, 51))), "40 thresholds"),
        (("tanh", "--threshold", "1e-320"), "loses digits"),
        (("tanh", "--std", "0"), "std must be"),
        (("tanh", "--std=-1"), "std must be"),
        (("tanh", "--std", "nan"), "std must be"),
        (("tanh", "--std", "wide"), "wide"),
        (("tanh", "--std", "1e300"), "1e30"),
        (("tanh", "--mean", "inf"), "mean must be"),
        (("tahn",), "did you mean 'tanh'?"),
        (("tanh", "-p", "beta=1"), "beta"),
        ((), "function"),
    ],
)
def test_refusals(arguments, words):
    assert words in refusal("saturation", *arguments)
