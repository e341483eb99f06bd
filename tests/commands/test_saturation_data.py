"""`actviz saturation --data` as a user runs it, against brute force over small files."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from process import actviz, refusal

import actviz as library

THRESHOLDS = (0.1, 0.01)
KEYS = {
    *("source", "shape", "dtype", "axis", "remark", "count", "nan", "positive_infinity", "negative_infinity"),
    *("mean", "std", "min", "max", "quantiles", "quantile_error", "quantile_floor", "functions", "units"),
}
RESPONSE = {"name", "parameters", "saturated", "dead_fraction", "derivative_mean", "derivative_second_moment"}


@pytest.fixture
def folder(tmp_path):
    random = np.random.default_rng(5)
    values = random.normal(0.3, 2.5, (50, 8)).astype(np.float32)
    values[:, 2] = -1.5
    values[4, 0], values[5, 1], values[6, 1] = np.nan, np.inf, -np.inf
    np.save(tmp_path / "acts.npy", values)
    np.save(tmp_path / "more.npy", random.normal(size=30))
    np.savez(tmp_path / "layers.npz", **{f"encoder.{i}.act": random.normal(0, 1 + i, (20, 3)) for i in range(6)})
    np.savetxt(tmp_path / "table.csv", [[1.0, -2.0], [3.0, 0.5]], delimiter=",", header="left,right", comments="")
    return tmp_path


def document(*arguments, cwd):
    done = actviz("saturation", *arguments, "--format", "json", "-t", "0.1,0.01", cwd=cwd)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def check_response(got, name, values):
    """One function's numbers against every value's own slope."""
    f = library.get(name)
    slopes = f.derivative(values.astype(np.float64))
    assert got["name"] == name
    assert [s["threshold"] for s in got["saturated"]] == list(THRESHOLDS)
    for share in got["saturated"]:
        assert share["fraction"] == np.mean(np.abs(slopes) <= share["threshold"]), share
        assert math.fsum(i["fraction"] for i in share["intervals"]) == pytest.approx(share["fraction"], abs=1e-15)
    assert got["dead_fraction"] == np.mean(slopes == 0)
    assert got["derivative_mean"] == pytest.approx(np.mean(slopes), rel=1e-12)
    assert got["derivative_second_moment"] == pytest.approx(np.mean(slopes**2), rel=1e-12)


def test_a_small_file_against_brute_force(folder):
    got = document("sigmoid", "relu", "--data", "acts.npy", "--axis", "1", cwd=folder)
    assert set(got) == {"functions", "data"}
    assert [f["name"] for f in got["functions"]] == ["sigmoid", "relu"]
    (one,) = got["data"]
    assert set(one) == KEYS
    values = np.load(folder / "acts.npy")
    finite = values[np.isfinite(values)]
    assert (one["source"], one["shape"], one["dtype"], one["axis"]) == ("acts.npy", [50, 8], "float32", 1)
    assert (one["count"], one["nan"], one["positive_infinity"], one["negative_infinity"]) == (400, 1, 1, 1)
    assert one["mean"] == pytest.approx(finite.astype(np.float64).mean(), rel=1e-12)
    assert one["std"] == pytest.approx(finite.astype(np.float64).std(), rel=1e-12)
    assert (one["min"], one["max"]) == (finite.min(), finite.max())
    for quantile in one["quantiles"]:
        nearest = np.quantile(finite, quantile["p"], method="inverted_cdf")
        assert quantile["x"] == pytest.approx(nearest, rel=one["quantile_error"], abs=1e-30), quantile
    for name, response in zip(("sigmoid", "relu"), one["functions"], strict=True):
        assert set(response) == RESPONSE | {"dead_units", "normal"}
        check_response(response, name, finite)
    assert [f["dead_units"] for f in one["functions"]] == [[], [2]]


def test_every_unit_against_brute_force(folder):
    (one,) = document("sigmoid", "relu", "--data", "acts.npy", "--axis=-1", cwd=folder)["data"]
    values = np.load(folder / "acts.npy")
    assert [unit["unit"] for unit in one["units"]] == list(range(8))
    for unit in one["units"]:
        column = values[:, unit["unit"]]
        finite = column[np.isfinite(column)]
        assert unit["count"] == 50
        assert unit["nan"] + unit["positive_infinity"] + unit["negative_infinity"] == 50 - finite.size
        assert unit["mean"] == pytest.approx(finite.astype(np.float64).mean(), rel=1e-12)
        for name, response in zip(("sigmoid", "relu"), unit["functions"], strict=True):
            assert set(response) == RESPONSE
            check_response(response, name, finite)


def test_what_a_normal_input_would_give_stands_beside(folder):
    (one,) = document("tanh", "--data", "more.npy", cwd=folder)["data"]
    usual = one["functions"][0]["normal"]
    assert (usual["mean"], usual["std"]) == (one["mean"], one["std"])
    paper = library.saturation("tanh", THRESHOLDS, one["mean"], one["std"])
    assert [s["fraction"] for s in usual["saturated"]] == list(paper.fractions)
    assert usual["derivative_second_moment"] == paper.moments.derivative_second_moment


def test_constant_data_have_no_normal_law(tmp_path):
    np.save(tmp_path / "same.npy", np.full(5, 2.0))
    (one,) = document("tanh", "--data", "same.npy", cwd=tmp_path)["data"]
    assert (one["std"], one["functions"][0]["normal"]) == (0.0, None)
    assert "if normal" not in actviz("saturation", "tanh", "--data", "same.npy", cwd=tmp_path).stdout


def test_files_behind_data_may_stand_anywhere_and_come_in_order(folder):
    def sources(*arguments):
        return [one["source"] for one in document(*arguments, cwd=folder)["data"]]

    assert sources("relu", "--data", "more.npy", "acts.npy") == ["more.npy", "acts.npy"]
    assert sources("--data", "more.npy", "acts.npy", "relu") == ["more.npy", "acts.npy"]
    assert sources("relu", "--data", "more.npy", "--data", "acts.npy", "table.csv:right") == [
        *("more.npy", "acts.npy"),
        "table.csv:right",
    ]
    assert sources("relu", "--data", "layers.npz:encoder.1.act") == ["layers.npz:encoder.1.act"]
    assert len(sources("relu", "--data", "layers.npz", "acts.npy")) == 7


def test_a_file_called_like_a_function_is_a_function_beside_data(folder):
    (folder / "relu").write_bytes((folder / "acts.npy").read_bytes())
    (folder / "unheard").write_bytes((folder / "acts.npy").read_bytes())
    got = document("relu", "--data", "more.npy", "unheard", cwd=folder)
    assert [f["name"] for f in got["functions"]] == ["relu"]
    assert [one["source"] for one in got["data"]] == ["more.npy", "unheard"]


def test_standard_input(folder):
    done = subprocess.run(
        [sys.executable, "-m", "actviz", "saturation", "relu", "--data", "-", "--format", "json", "-t", "0.1,0.01"],
        input=(folder / "acts.npy").read_bytes(),
        capture_output=True,
        check=True,
        timeout=60,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    (piped,) = json.loads(done.stdout)["data"]
    (stored,) = document("relu", "--data", "acts.npy", cwd=folder)["data"]
    assert piped | {"source": "acts.npy"} == stored


def test_the_number_of_processes_changes_nothing(tmp_path):
    np.save(tmp_path / "large.npy", np.random.default_rng(1).normal(size=(1 << 14, 1 << 10)).astype(np.float64))
    written = [
        actviz("saturation", "gelu", "--data", "large.npy", "--jobs", jobs, "--format", "json", cwd=tmp_path).stdout
        for jobs in ("1", "2")
    ]
    assert written[0] == written[1]
    assert json.loads(written[0])["data"][0]["count"] == 1 << 24


def test_a_local_dask_cluster_says_the_same(folder):
    arguments = ("saturation", "gelu", "--data", "layers.npz", "--axis", "1", "--format", "json")
    done = actviz(*arguments, "--dask", "local", "--jobs", "2", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == actviz(*arguments, cwd=folder).stdout


def test_text_speaks_of_the_data_and_fits(folder):
    values = np.load(folder / "acts.npy")
    finite = values[np.isfinite(values)]
    for width in ("80", "60"):
        done = actviz("saturation", "sigmoid", "relu", "--data", "acts.npy", "--axis", "1", cwd=folder, COLUMNS=width)
        assert done.returncode == 0, done.stderr
        assert max(map(len, done.stdout.splitlines())) <= int(width)
        text = " ".join(done.stdout.split())
        assert f"3 of the values are not finite; all that follows is of the {finite.size} finite." in text
        assert "Infinite values are at the end of a tail, and in none of its shares." in text
        assert "relu: share of the finite values where the slope is small" in text
        assert "1 of 8 units is dead on every finite sample (2)" in text
        assert "Slopes on the data" in text
        assert "Moments at" not in text
    dead = f"{100 * np.mean(finite <= 0):.3g}% of {finite.size} finite values"
    assert f"acts.npy: {dead} lie where relu's slope is exactly 0" in text


def test_a_law_of_ones_own_brings_the_functions_on_paper_back(folder):
    done = actviz("saturation", "tanh", "--data", "acts.npy", "--std", "3", cwd=folder)
    assert "Moments at N(0, 3^2)" in done.stdout
    assert done.stdout.index("Slopes on the data") < done.stdout.index("Moments at")


def test_csv_has_every_unit_and_text_the_worst(folder):
    np.save(folder / "wide.npy", np.random.default_rng(2).normal(size=(10, 100)))
    arguments = ("saturation", "tanh", "--data", "wide.npy", "--axis", "1")
    rows = list(csv.DictReader(io.StringIO(actviz(*arguments, "--format", "csv", cwd=folder).stdout)))
    units = [row for row in rows if row["table"] == "tanh: units, the least E f'^2 first"]
    assert sorted(int(row["unit"]) for row in units) == list(range(100))
    squares = [float(row["E f'^2"]) for row in units]
    assert squares == sorted(squares)
    lines = actviz(*arguments, cwd=folder).stdout.splitlines()
    start = lines.index("tanh: units, the least E f'^2 first")
    assert len(lines) - start == 1 + 2 + 20 + 1
    assert lines[-1] == "Text shows the first 20 of 100."


def test_many_long_names_are_cut_in_tables_and_whole_in_json(folder):
    done = actviz("saturation", "tanh", "--data", "layers.npz", cwd=folder, COLUMNS="80")
    assert "Data: layers.npz:encoder.*.act" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    got = document("tanh", "--data", "layers.npz", cwd=folder)["data"]
    assert [one["source"] for one in got] == [f"layers.npz:encoder.{i}.act" for i in range(6)]


def test_nothing_finite_is_said_so(tmp_path):
    np.save(tmp_path / "lost.npy", np.full((3, 2), np.nan))
    done = actviz("saturation", "tanh", "--data", "lost.npy", "--axis", "0", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no value is finite" in " ".join(done.stdout.split())
    (one,) = document("tanh", "--data", "lost.npy", cwd=tmp_path)["data"]
    assert (one["nan"], one["mean"], one["functions"][0]["saturated"][0]["fraction"]) == (6, "NaN", "NaN")
    assert actviz("saturation", "tanh", "--data", "lost.npy", "-o", "x.png", cwd=tmp_path).returncode == 0


def test_pictures_and_depth_go_with_data(folder):
    arguments = ("saturation", "relu", "gelu", "--data", "acts.npy", "--depth", "3", "--width", "8", "--samples", "2")
    for name, start in (("one.png", b"\x89PNG"), ("one.svg", b"<?xml")):
        done = actviz(*arguments, "-o", name, cwd=folder)
        assert done.returncode == 0, done.stderr
        assert (folder / name).read_bytes().startswith(start)
    got = document(*arguments[1:], cwd=folder)
    assert [len(f["depth"]) for f in got["functions"]] == [4, 4]


def test_data_are_never_overwritten(folder):
    before = (folder / "table.csv").read_bytes()
    assert "would overwrite the data" in refusal(
        "saturation", "relu", "--data", "table.csv", "-o", "table.csv", cwd=folder
    )
    assert (folder / "table.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("tanh", "--axis", "0"), "--axis says how to read data"),
        (("tanh", "--jobs", "2"), "--jobs says how to read data"),
        (("tanh", "--dask", "local"), "--dask says how to read data"),
        (("tanh", "--data", "acts.npy", "--axis", "2"), "no axis 2"),
        (("tanh", "--data", "acts.npy", "--jobs", "-1"), "--jobs -1"),
        (("tanh", "--data", "acts.npy", "--jobs", "2", "--dask", "tcp://127.0.0.1:1"), "leave one of them out"),
        (("tanh", "--data", "-", "--data", "-"), "give it once"),
        (("tanh", "--data", "act.npy"), "acts.npy"),
        (("tanh", "--data", "acts.npy", "act.npy"), "acts.npy"),
        (("tanh", "--data", "layers.npz:encoder.9.act"), "encoder"),
        (("--data", "acts.npy"), "name at least one function"),
        (("softmax", "--data", "acts.npy"), "takes a vector"),
        (("tahn", "--data", "acts.npy"), "did you mean 'tanh'?"),
        (("tanh", "--data", "objects.npy"), "pickled"),
        (("tanh", "--data", "complex.npy"), "complex"),
        (("tanh", "--data", "words.npy"), "strings"),
        (("tanh", "--data", "empty.npy"), "empty"),
        (("tanh", "--data", "ragged.csv"), "line 3"),
        (("tanh", "--data", "acts.npy", "-t", "0"), "above 0"),
        (("tanh", "acts.npy"), "--data acts.npy"),
    ],
)
def test_refusals(folder, arguments, words):
    np.save(folder / "objects.npy", np.array([{}, None], dtype=object), allow_pickle=True)
    np.save(folder / "complex.npy", np.zeros(2, dtype=complex))
    np.save(folder / "words.npy", np.array(["a", "b"]))
    np.save(folder / "empty.npy", np.zeros((0, 3)))
    (folder / "ragged.csv").write_text("1,2\n3,4\n5\n")
    assert words in refusal("saturation", *arguments, cwd=folder)


def test_a_word_too_long_for_a_file_is_a_function_beside_data(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones(3))
    said = refusal("saturation", "x+" * 3000 + "y", "--data", "a.npy", cwd=tmp_path)
    assert "at most 2000 are read" in said


@pytest.mark.parametrize("command", [("saturation", "relu"), ("softmax-overflow",)])
def test_numbers_beyond_float64_are_said_of(tmp_path, command):
    (tmp_path / "x.csv").write_text("1,2\n1e400,inf\n3,4\n")
    (tmp_path / "y.csv").write_text("1,2\n3,inf\n")
    done = actviz(*command, "--data", "x.csv", "y.csv", cwd=tmp_path)
    said = "A number in x.csv is beyond float64 and counts as infinite: 1e400, line 2, column 1."
    assert said in " ".join(done.stdout.split())
    found = json.loads(actviz(*command, "--data", "x.csv", "y.csv", "--format", "json", cwd=tmp_path).stdout)
    assert [one["remark"] for one in found["data"]] == [said, None]
