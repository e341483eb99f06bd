"""`actviz softmax-overflow` as a real process: JSON by the contract, text a person grasps, refusals."""

from __future__ import annotations

import csv
import io
import json
import math
import re

import mpmath
import numpy as np
import pytest
from process import actviz, refusal

RESULT_KEYS = [
    "dtype", "naive", "shifted", "log_naive", "log_softmax", "exact", "exact_log", "naive_status",
    "log_naive_status", "thresholds", "held", "evaluations",
]  # fmt: skip
THRESHOLD_KEYS = [
    "overflow", "sum_overflow", "underflow", "flush", "finite_to", "wide_overflow", "total_overflow",
    "stops_growing", "length",
]  # fmt: skip
EVALUATIONS = ["naive", "log_naive", "shifted", "log_softmax", "division_free", "online"]
DTYPES = ["float16", "bfloat16", "float32", "float64"]


def document(*arguments):
    done = actviz("softmax-overflow", "--format", "json", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def text(*arguments):
    done = actviz("softmax-overflow", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_json_of_given_logits():
    got = document("3", "1", "-3")
    assert list(got) == ["logits", "results", "log_sum_exp_shifted"]
    assert got["logits"] == [3.0, 1.0, -3.0]
    assert [r["dtype"] for r in got["results"]] == DTYPES
    with mpmath.workdps(40):
        e = [mpmath.exp(x) for x in (3, 1, -3)]
        want = [float(v / sum(e)) for v in e]
    for r in got["results"]:
        assert list(r) == RESULT_KEYS
        assert list(r["thresholds"]) == THRESHOLD_KEYS
        assert r["naive_status"] == r["log_naive_status"] == "ok"
        assert r["exact"] == pytest.approx(want, rel=4e-16)
        assert r["exact_log"] == pytest.approx([math.log(v) for v in want], rel=1e-15)
        for key in ("naive", "shifted"):
            assert round(r[key][1], 2) == 0.12, (r["dtype"], key, r[key])
        assert all(isinstance(r["thresholds"][key], float) for key in THRESHOLD_KEYS[:-1])
        assert r["thresholds"]["length"] == 3


def test_a_masked_class_has_probability_0_and_that_is_no_underflow():
    got = document("1", "-inf", "2")
    assert got["logits"] == [1.0, "-Infinity", 2.0]
    bare = document("1", "2")
    for masked, without in zip(got["results"], bare["results"], strict=True):
        assert (masked["naive_status"], masked["log_naive_status"]) == ("ok", "ok")
        for key in ("naive", "shifted", "exact"):
            assert masked[key] == [without[key][0], 0.0, without[key][1]], (masked["dtype"], key)
        assert masked["exact_log"] == [without["exact_log"][0], "-Infinity", without["exact_log"][1]]
    assert document("1", "-inf", "2", "--softcap", "30", "--temperature", "2")["logits"][1] == "-Infinity"
    assert "Nothing broke" in text("1", "-inf", "2")
    assert document("0", "-inf", "-1e6")["results"][0]["naive_status"] == "underflow"


def test_json_names_what_is_not_finite():
    for r in document("--", "-800", "-801")["results"]:
        assert r["naive"] == ["NaN", "NaN"]
        assert r["naive_status"] == r["log_naive_status"] == "underflow"
    (r,) = document("0", "-1000", "--dtype", "float32")["results"]
    assert r["naive"] == [1.0, 0.0]
    assert r["log_naive"] == [0.0, "-Infinity"]
    assert r["log_softmax"] == [0.0, -1000.0] == r["exact_log"]


def test_json_without_logits_has_three_cases():
    got = document()
    assert list(got) == ["logits", "results", "log_sum_exp_shifted", "cases"]
    assert got["logits"] == [3.0, 1.0, -3.0]
    assert [c["logits"][0] for c in got["cases"]] == [3.0, 1000.0, -1000.0]
    assert got["cases"][0] == {key: got[key] for key in ("logits", "results", "log_sum_exp_shifted")}
    assert [[r["naive_status"] for r in c["results"]] for c in got["cases"]] == [
        ["ok"] * 4,
        ["overflow"] * 4,
        ["underflow"] * 4,
    ]
    first, large, small = (c["results"][-1]["shifted"] for c in got["cases"])
    assert first == large == small


def test_negative_logits_need_no_double_hyphen():
    assert document("3", "1", "-3") == document("--", "3", "1", "-3")
    assert document("-800", "-801.5", "-.5", "-1e2")["logits"] == [-800.0, -801.5, -0.5, -100.0]
    assert document("-1", "--dtype=float16", "-2")["logits"] == [-1.0, -2.0]


def test_dtypes_between_commas_each_once():
    assert [r["dtype"] for r in document("1", "--dtype", "float64,BFLOAT16,float64")["results"]] == [
        "float64",
        "bfloat16",
    ]


def test_temperature_and_softcap_are_applied_to_the_logits():
    assert document("3", "1", "-3", "--temperature", "0.5")["logits"] == [6.0, 2.0, -6.0]
    assert document("3000", "-3000", "--softcap", "20")["logits"] == [20.0, -20.0]
    assert document("3000", "0", "--softcap", "20", "--temperature", "2")["logits"] == [10.0, 0.0]
    assert document("--temperature", "2")["cases"][1]["logits"] == [500.0, 499.0, 497.0]


def test_text_shows_the_worked_example_both_ways():
    said = text("3", "1", "-3")
    assert "naive exp(x)/sum = 2.71828/22.8536 = 0.118943" in said
    assert "max-shifted exp(x - M)/sum = 0.135335/1.13781 = 0.118943" in " ".join(said.split())
    assert "0 <= log sum exp(x - M) = 0.129109 <= log n = 1.09861" in said
    assert "Nothing broke" in said


def test_text_without_logits_says_what_broke_and_what_mends_it():
    said = " ".join(text().split())
    for phrase in (
        "Small logits: 3, 1, -3", "Large logits: 1000, 998, 994", "Logits far below zero: -1000, -1002, -1006",
        "inf/inf = NaN", "0/0 = NaN", "Subtracting M first", "overflows in float16, bfloat16, float32, float64",
        "falls to 0 in float16, bfloat16, float32, float64", "bfloat16 holds them as 1000, 1000, 992",
        "Where exp fails",
    ):  # fmt: skip
        assert phrase in said, phrase


def test_text_says_where_only_the_logarithm_is_left():
    assert "log-softmax keeps its logarithm" in " ".join(text("0", "-1000").split())


def test_many_logits_are_condensed():
    said = text(*["0"] * 3000)
    assert "(3000 logits)" in said
    assert "largest" in said
    assert "y6" not in said
    assert "2048 in float16, 256 in bfloat16" in " ".join(said.split())
    assert max(map(len, said.splitlines())) <= 100
    assert len(document(*["0"] * 3000, "--dtype", "float32")["results"][0]["naive"]) == 3000


@pytest.mark.parametrize("logits", [["5"], ["2", "2"], ["1e308", "-1e308"]])
def test_small_and_extreme_vectors(logits):
    got = document(*logits)
    assert got["results"][-1]["exact"] in ([1.0], [0.5, 0.5], [1.0, 0.0])
    assert text(*logits)


def test_csv_holds_every_digit():
    done = actviz("softmax-overflow", "3", "1", "-3", "--format", "csv")
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0][:8] == ["table", "dtype", "evaluation", "y1", "y2", "y3", "ULP", "what went wrong"]
    assert float(rows[1][4]) == document("3", "1", "-3")["results"][0]["exact"][1]


@pytest.mark.parametrize("kind", ["markdown", "latex"])
def test_other_forms(kind):
    done = actviz("softmax-overflow", "3", "1", "-3", "--format", kind)
    assert done.returncode == 0, done.stderr
    assert "max-shifted" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["3", "1", "-3"], ["1000", "0", "-1000"], [str(i) for i in range(40)]])
def test_pictures(arguments, tmp_path):
    done = actviz("softmax-overflow", *arguments, "-o", "a.png", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def evaluation(result, name, accumulate="native"):
    (found,) = [e for e in result["evaluations"] if (e["evaluation"], e["accumulate"]) == (name, accumulate)]
    return found


def test_every_evaluation_says_what_went_wrong_and_where_it_began():
    for r in document("5", "12", "-30", "--dtype", "all")["results"]:
        narrow = r["dtype"] not in ("float32", "float64")
        kinds = [(name, "native") for name in EVALUATIONS] + [(name, "wide") for name in EVALUATIONS] * narrow
        assert [(e["evaluation"], e["accumulate"]) for e in r["evaluations"]] == kinds
        for name, key in (("naive", "naive"), ("shifted", "shifted"), ("log_naive", "log_naive")):
            assert evaluation(r, name)["values"] == r[key]
        naive = evaluation(r, "naive")
        if narrow and r["dtype"] != "bfloat16":
            assert (naive["failure"], naive["began"], naive["ulp"]) == ("exp_overflow", 1, "Infinity"), r["dtype"]
        elif r["dtype"] == "bfloat16":
            assert (naive["failure"], naive["began"]) == ("ok", None)
        assert evaluation(r, "log_softmax")["failure"] in ("ok", "lost_digits")


@pytest.mark.parametrize(
    ("logits", "failure", "began"),
    [
        (["12", "0"], "exp_overflow", 0),
        (["11", "11", "0"], "sum_overflow", 1),
        (["-20", "-18", "-30"], "all_vanished", 1),
        (["0", "-18", "-19"], "vanished", 1),
        (["1e6", "0"], "logit_overflow", 0),
        (["0"] * 5000, "lost_digits", 2048),
    ],
)
def test_each_failure_of_float16_and_its_logit(logits, failure, began):
    (r,) = document("--dtype", "float16", "--", *logits)["results"]
    found = evaluation(r, "naive")
    assert (found["failure"], found["began"]) == (failure, began)


def test_a_wide_sum_is_shown_where_asked_for():
    plain, wide, both = (text(*["0"] * 3000, "--accumulate", how) for how in ("native", "wide", "both"))
    assert "float32 sum" not in plain.split("Where exp fails")[0].replace("in float32", "")
    assert "max-shifted, float32 sum" in " ".join(wide.split())
    assert both.count("max-shifted") > wide.count("max-shifted")
    (r,) = document(*["0"] * 3000, "--dtype", "float16")["results"]
    assert (evaluation(r, "shifted")["sum"], evaluation(r, "shifted", "wide")["sum"]) == (2048.0, 3000.0)
    assert "(in float32: 3000)" in " ".join(plain.split())


def test_the_length_alone_shows_where_sums_fail():
    said = " ".join(text("--length", "70000").split())
    assert "The sum of 70,000 equal exps: where it overflows" in said
    assert "stops growing before it overflows" in said
    assert "below zero" in said
    assert "Small logits" not in said
    half = document("--length", "70000")["results"][0]["thresholds"]
    assert (half["length"], half["stops_growing"]) == (70_000, 2048.0)
    assert half["total_overflow"] < 0 < half["sum_overflow"]
    assert document("3", "1", "--length", "5")["results"][0]["thresholds"]["length"] == 5


def test_cross_entropy_against_mpmath():
    x = [30.0, -100.0, 2.5]
    for target in range(3):
        got = document(*map(str, x), "--target", str(target), "--dtype", "float16,float64")
        with mpmath.workdps(60):
            e = [mpmath.exp(v) for v in x]
            p = [v / sum(e) for v in e]
            loss = float(-mpmath.log(p[target]))
            gradient = [float(v - (i == target)) for i, v in enumerate(p)]
        for r in got["results"]:
            for c in r["cross_entropy"]:
                assert c["target"] == target
                assert c["exact_loss"] == pytest.approx(loss, rel=1e-15, abs=0)
                assert c["exact_gradient"] == pytest.approx(gradient, rel=1e-15, abs=0)
                near = 1e-3 if r["dtype"] == "float16" else 1e-15
                assert c["stable"]["loss"] == pytest.approx(loss, rel=near, abs=near)
        half = got["results"][0]["cross_entropy"]
        assert [c["accumulate"] for c in half] == ["native", "wide"]
        # exp(30) is beyond float16, so that class is inf/inf and the others are 0.
        assert half[0]["naive"]["loss"] == ("NaN" if target == 0 else "Infinity")
        assert half[0]["naive"]["failure"] == "exp_overflow"
        assert half[0]["naive"]["gradient_broken"]
    both = " ".join(text("12", "11.5", "--target", "1", "--dtype", "float16,float8_e4m3fn,float32").split())
    assert "The naive loss is NaN in float16 and float8_e4m3fn, where the true one is 0.974077." in both
    said = " ".join(text("30", "-100", "2.5", "--target", "1", "--dtype", "float16").split())
    assert "Cross-entropy with target 1 (y2)" in said
    assert "The naive loss is inf in float16, where the true one is 130" in said


def test_the_articles_example_step_by_step():
    said = " ".join(text("3", "1", "-3", "--explain").split())
    for phrase in (
        "y2 = e^x2/(e^x1 + e^x2 + e^x3)", "= e^1/(e^3 + e^1 + e^-3)", "2.71828/(20.0855 + 2.71828 + 0.0497871)",
        "divide above and below by e^M, M = 3", "= e^(1 - 3)/(e^(3 - 3) + e^(1 - 3) + e^(-3 - 3))",
        "0.135335/(1 + 0.135335 + 0.00247875) = 0.118943", "= (1 - 3) - 0.129109 = -2.12911",
        "0 <= 0.129109 <= log 3 = 1.09861", "dy2/dx2 = y2(1 - y2) = 0.118943*0.881057 = 0.104796",
        "dy2/dx1 = -y2 y1 = -0.118943*0.878878 = -0.104537",
    ):  # fmt: skip
        assert phrase in said, phrase
    steps = document("3", "1", "-3", "--explain")["explanation"]
    assert [s["title"] for s in steps] == [
        "The shift, step by step", "The logarithm, step by step", "The Jacobian: its two cases"
    ]  # fmt: skip
    assert "explanation" not in document("3", "1", "-3")


def test_the_steps_of_logits_that_break():
    said = " ".join(text("1000", "-1000", "--explain").split())
    assert "= e^-1000/(e^1000 + e^-1000)" in said
    assert "in float64 that comes to 0/(inf + 0), which gives 0 " in said
    assert "= 2.57654e-869/(1 + 2.57654e-869) = 2.57654e-869 " in said
    assert "dy2/dx1 = -y2 y1 = -2.57654e-869*1 = -2.57654e-869" in said
    assert "log-softmax -2000" in said
    assert "0 <= log sum exp(x - M) = 2.57654e-869 <= log n" in said
    assert "..." in text(*map(str, range(40)), "--explain")
    assert "inf/(inf + inf), which gives NaN " in " ".join(text("1000", "998", "--explain").split())


def test_no_exact_value_but_a_masked_one_is_shown_as_0():
    said = text("0", "-1000", "-inf", "--dtype", "float32")
    with mpmath.workdps(30):
        tiny = mpmath.nstr(mpmath.exp(-1000), 6)
    exact, logs = (line.split() for line in said.splitlines() if line.startswith("exact"))
    assert exact == ["exact", "softmax", "1", tiny, "0"]
    assert logs == ["exact", "log-softmax", f"-{tiny}", "-1000", "-Infinity"]
    huge = text("0", "-1e300").splitlines()
    assert [line.split()[-1] for line in huge if line.startswith("exact")] == ["e^-1e+300", "-1e+300"]
    assert document("0", "-1000")["results"][0]["exact"] == [1.0, 0.0]


def test_lost_digits_are_told_of():
    said = " ".join(text("--dtype", "float16", "--", "-16", "-17").split())
    assert "Naive: half the digits or more are lost in float16." in said
    assert "Nothing broke" not in said
    assert "Nothing broke: naive is off by 39.8 ULP at most." in " ".join(
        text("--dtype", "float16", "--", "-13", "-14.3", "-15").split()
    )


def test_a_gradient_that_cancelled_is_told_of():
    said = " ".join(text("20", "0", "--target", "0", "--dtype", "float32").split())
    assert said.count("lost digits, p - 1 cancelled in the gradient") == 2
    assert "Where p is near 1, p - 1 cancels; the sum of the other probabilities, which is 1 - p, does not." in said
    assert said.count("9.2826e+06 lost digits") == 2 + 2  # the gradients', and above those the logarithms'
    held = " ".join(text("1000", "998", "994", "--target", "1", "--dtype", "bfloat16").split())
    assert "cancel" not in held  # p itself is wrong there
    assert held.count("lost digits in the gradient") == 1
    (one,) = document("20", "0", "--target", "0", "--dtype", "float32")["results"][0]["cross_entropy"]
    assert [one["stable"][key] for key in ("gradient_lost", "cancelled", "gradient_broken")] == [True, True, False]


def test_transformed_logits_are_told_to_six_digits():
    said = text("12", "11.5", "--softcap", "30", "--temperature", "0.7", "--scale", "2", "--explain", "--length", "2")
    assert "softmax of 28.4587, 27.6423, class 2" in said
    assert "at x1 = 28.4587" in " ".join(said.split())
    assert max(map(len, re.findall(r"[0-9.]+", said))) <= len("0.00123456")
    assert document("12", "--softcap", "30", "--scale", "2")["logits"] == pytest.approx(
        [30 * math.tanh(0.8)], rel=1e-15
    )


def test_a_table_in_parts_repeats_dtype_and_evaluation():
    said = text("12", "9", "--dtype", "float8_e5m2fnuz", "--width", "40")
    heads = [line.split() for line in said.splitlines() if line.split()[1:2] == ["evaluation"]]
    assert len(heads) > 2
    assert all(head[:2] == ["dtype", "evaluation"] for head in heads)


@pytest.mark.parametrize(("short", "name"), [("half", "float16"), ("BF16", "bfloat16"), ("e4m3", "float8_e4m3fn")])
def test_dtypes_have_short_names(short, name):
    assert [r["dtype"] for r in document("3", "1", "--dtype", short)["results"]] == [name]


def test_one_less_a_probability_near_1_keeps_its_digits():
    said = " ".join(text("40", "0", "--target", "0", "--explain", "--dtype", "float32").split())
    assert "dy1/dx1 = y1(1 - y1) = 1*4.24835e-18 = 4.24835e-18" in said
    assert "0 <= 4.24835e-18 <= log 2" in said


def test_scale_comes_first_and_masks_last(tmp_path):
    capped = [20 * math.tanh(1.5), 20 * math.tanh(0.5)]
    assert document("3", "1", "--scale", "10", "--softcap", "20")["logits"] == pytest.approx(capped, rel=1e-15)
    (tmp_path / "mask.txt").write_text("1 0 1\n")
    done = actviz("softmax-overflow", "3", "1", "-3", "--mask", "mask.txt", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["logits"] == [3.0, "-Infinity", -3.0]
    (tmp_path / "few.txt").write_text("1 0\n")
    assert "2 numbers for 3 logits" in refusal("softmax-overflow", "3", "1", "2", "--mask", "few.txt", cwd=tmp_path)
    np.save(tmp_path / "keep.npy", np.array([True, False, True]))
    np.save(tmp_path / "zeros.npy", np.zeros(3))
    added = "its numbers are added; one of -1e4 or less masks where the logit then weighs nothing beside the others"
    for name, logits, said in (
        ("keep.npy", [3.0, "-Infinity", -3.0], "True or 1 keeps a logit, False or 0 masks it"),
        ("zeros.npy", [3.0, 1.0, -3.0], added),
    ):
        arguments = ("softmax-overflow", "3", "1", "-3", "--mask", name)
        got = json.loads(actviz(*arguments, "--format", "json", cwd=tmp_path).stdout)
        assert (got["logits"], got["mask"]) == (logits, f"{name}: {said}")
        assert f"Mask {name}: {said}." in " ".join(actviz(*arguments, cwd=tmp_path).stdout.split())
    (tmp_path / "none.txt").write_text("-inf -inf\n")
    assert "masks every logit" in refusal("softmax-overflow", "3", "1", "--mask", "none.txt", cwd=tmp_path)


@pytest.mark.parametrize("arguments", [["--dtype", "all"], ["12", "0", "--dtype", "float8_e4m3fn", "--show"]])
def test_tables_of_all_dtypes(arguments):
    assert "float8_e4m3fn" in text(*arguments)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["a"], "'a' is no logit"),
        (["3", "nan"], "not finite"),
        (["inf"], "'inf' is not finite; give numbers such as 3 1 -3, or -inf for a masked class"),
        (["-inf", "-inf"], "every logit is -inf"),
        (["1e999"], "not finite"),
        (["3", "--dtyp", "float16"], "did you mean '--dtype'"),
        (["3", "--temprature=2"], "did you mean '--temperature'"),
        (["3", "1", "--dtype", "float17"], "did you mean 'float16'"),
        (["3", "1", "--dtype", "float16,"], "dtype '' is unknown"),
        (["3", "--temperature", "0"], "above 0"),
        (["3", "--temperature", "nan"], "above 0"),
        (["3", "--temperature", "x"], "--temperature"),
        (["3", "--softcap", "0"], "above 0"),
        (["3", "--softcap=-2"], "above 0"),
        (["1e300", "--temperature", "1e-300"], "beyond float64"),
        (["0"] * 10_001, "10001 logits are too many"),
        (["--", "3", "--dtype", "float16"], "put the option before"),
        (["3", "-o", "a.xyz"], ".xyz"),
        (["3", "1", "--target", "2"], "no class of 2 logits, counted from 0; give one from 0 to 1"),
        (["3", "1", "--target", "-1"], "no class of 2 logits"),
        (["3", "1", "--length", "0"], "--length 0"),
        (["3", "1", "--length", "1000000000"], "--length 1000000000"),
        (["--length", "9", "--explain"], "--explain has no effect beside --length 9 alone: that has no logits"),
        (["--length", "9", "--target", "1"], "--target 1 has no effect beside --length"),
        (["3", "1", "--scale", "0"], "above 0"),
        (["3", "1", "--mask", "causal"], "causal"),
        (["3", "1", "--mask", "gone.npy"], "gone.npy"),
        (["3", "1", "--axis", "0"], "--axis"),
        (["3", "1", "--jobs", "2"], "--jobs"),
        (["x.npy"], "data are named by --data x.npy"),
        (["3", "--accumulate", "narrow"], "narrow"),
    ],
)
def test_refusals(arguments, word, tmp_path):
    assert word in refusal("softmax-overflow", *arguments, cwd=tmp_path)
    assert not list(tmp_path.iterdir())
