"""`actviz.saturation`, `actviz.depth` and `actviz.observe`: the command's analyses from Python."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree.ElementTree import fromstring

import ml_dtypes
import numpy as np
import pytest
from process import actviz as run

import actviz
from actviz.activation import Activation
from actviz.analysis.data.observation import Observation
from actviz.analysis.depth.depth import Depth
from actviz.analysis.saturation.saturation import Saturation
from actviz.errors import BadInput


def one(functions: object, data: object, **given: object) -> Observation:
    found = actviz.observe(functions, data, **given)  # type: ignore[arg-type]
    assert isinstance(found, Observation)
    return found


def test_the_face_has_ten_names_and_each_is_there() -> None:
    assert len(actviz.__all__) == 10
    assert all(callable(getattr(actviz, name)) for name in actviz.__all__)


def test_saturation_takes_every_form_of_a_function() -> None:
    swish = actviz.get("swish", beta=2)
    assert isinstance(swish, Activation)
    named = [actviz.saturation(f, (0.1,), mean=1.0, std=2.0) for f in ("swish:beta=2", swish)]
    assert named[0] == named[1]
    assert isinstance(named[0], Saturation)
    written = actviz.saturation("x*sigmoid(2*x)", [0.1], 1.0, 2.0)
    assert written.moments.value_mean == pytest.approx(named[0].moments.value_mean, rel=1e-12)


def test_depth_is_what_the_command_says() -> None:
    found = actviz.depth("tanh", 4, weight_std=1.5, bias_std=0.3, width=16, samples=3, seed=7)
    assert isinstance(found, Depth)
    arguments = ("--depth", "4", "--weight-std", "1.5", "--bias-std", "0.3", "--width", "16", "--samples", "3")
    done = run("saturation", "tanh", *arguments, "--seed", "7", "--format", "json")
    (said,) = json.loads(done.stdout)["functions"]
    assert [layer["variance"] for layer in said["depth"]] == [layer.variance for layer in found.layers]
    assert [layer["simulated_gradient"] for layer in said["depth"]] == [seen.gradient for seen in found.simulation]
    assert said["depth_summary"]["phase"] == found.fixed_point.phase
    assert actviz.depth("relu", 2, init="he", samples=0).simulation == ()


def test_an_array_and_its_file_say_the_same(tmp_path: Path) -> None:
    values = np.random.default_rng(3).normal(0, 2, (40, 6, 5)).astype(np.float32)
    values[1, 2, 3], values[2, 2, 2] = np.nan, -np.inf
    np.save(tmp_path / "acts.npy", values)
    for axis in (None, 0, 1, -1):
        here = one(["relu", "tanh"], values, axis=axis)
        stored = one(["relu", "tanh"], tmp_path / "acts.npy", axis=axis)
        assert (here.whole, here.units, here.dead_units) == (stored.whole, stored.units, stored.dead_units)


@pytest.mark.parametrize(
    "dtype",
    [*("float16", "float32", "float64", ">f8", "<f2", "int8", "uint8", "int64"), ml_dtypes.bfloat16],
)
def test_every_dtype_and_order_of_memory_against_brute_force(dtype: object) -> None:
    values = np.random.default_rng(4).integers(0, 9, (7, 4, 3)).astype(dtype)  # type: ignore[call-overload]
    views = {"plain": values, "fortran": np.asfortranarray(values), "strided": values[::-2, :, ::2]}
    for name, view in views.items():
        found = one("gelu", view, axis=1)
        for unit in found.units:
            column = view[:, unit.unit].astype(np.float64)
            slopes = np.abs(actviz.get("gelu").derivative(column))
            assert unit.mean == pytest.approx(column.mean(), rel=1e-12), name
            assert [s.count for s in unit.responses[0].saturated] == [np.sum(slopes <= t) for t in (0.1, 0.01, 0.001)]


def test_lists_of_numbers_of_arrays_and_of_files(tmp_path: Path) -> None:
    np.savez(tmp_path / "two.npz", a=np.ones(3), b=np.zeros(4))
    np.save(tmp_path / "one.npy", np.ones((2, 2)))
    assert one("relu", [1, -2, 3.0]).whole.mean == pytest.approx(2 / 3)
    assert one("relu", [[1.0, 2.0], [3.0, 4.0]]).shape == (2, 2)
    assert one("relu", 3.0).shape == ()
    assert one("relu", [np.float64(1.0), np.float64(2.0)]).shape == (2,)
    labels = [[o.label for o in actviz.observe("relu", data)] for data in (  # type: ignore[union-attr]
        tmp_path / "two.npz",
        [tmp_path / "one.npy"],
        [np.ones(2), str(tmp_path / "one.npy")],
    )]  # fmt: skip
    assert [[label.rpartition("/")[2] for label in some] for some in labels] == [
        ["two.npz:a", "two.npz:b"],
        ["one.npy"],
        ["array", "one.npy"],
    ]


@pytest.mark.parametrize(
    ("functions", "data", "given", "words"),
    [
        ("softmax", [1.0], {}, "actviz.get('softmax')"),
        ("tahn", [1.0], {}, "did you mean 'tanh'"),
        (3, [1.0], {}, "named by text"),
        ([3], [1.0], {}, "named by text"),
        ([], [1.0], {}, "at least one function"),
        ("relu", [], {}, "empty"),
        ("relu", np.zeros((0, 2)), {}, "empty"),
        ("relu", [1j], {}, "complex"),
        ("relu", [True], {}, "booleans"),
        ("relu", [["a"]], {}, "strings"),
        ("relu", [[1.0], [1.0, 2.0]], {}, "no array of numbers"),
        ("relu", None, {}, "there are no data: None"),
        ("relu", [None], {}, "Python objects, not numbers"),
        ("relu", [1.0], {"axis": 0.0}, "axis must be a whole number, not 0.0"),
        ("relu", [1.0], {"axis": True}, "axis must be a whole number, not True"),
        ("relu", [1.0], {"thresholds": 0.1}, "thresholds must be a list of numbers"),
        ("relu", [1.0], {"thresholds": "0.1"}, "thresholds must be a list of numbers"),
        ("relu", np.ma.masked_array([1.0, 2.0], [0, 1]), {}, "masked"),
        ("relu", [1.0, 2.0], {"axis": 1}, "axis"),
        ("relu", [1.0, 2.0], {"thresholds": ()}, "thresholds"),
        ("relu", "nowhere.npy", {}, "nowhere.npy"),
        ("relu", np.zeros((2, 70_000)), {"axis": 1}, "70,000"),
    ],
)
def test_refusals(functions: object, data: object, given: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=r"^[^\n]*$") as caught:
        actviz.observe(functions, data, **given)  # type: ignore[arg-type]
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"layers": 5.5}, "layers must be a whole number, not 5.5"),
        ({"layers": True}, "layers must be a whole number, not True"),
        ({"layers": None}, "layers must be a whole number, not None"),
        ({"layers": 0}, "depth must be from 1 to 1000 layers, not 0"),
        ({"width": 8.0}, "width must be a whole number, not 8.0"),
        ({"samples": "4"}, "samples must be a whole number, not '4'"),
        ({"samples": False}, "samples must be a whole number, not False"),
        ({"seed": np.ones(3)}, "seed must be a whole number, not array([1., 1., 1.])"),
        ({"weight_std": "1"}, "weight_std must be a number, not '1'"),
        ({"weight_std": 0}, "weight std must be from 1e-20 to 1e+20, not 0"),
        ({"bias_std": None}, "bias_std must be a number, not None"),
        ({"mean": 1j}, "mean must be a number, not 1j"),
        ({"mean": 10**400}, "mean must be a finite number"),
        ({"std": 0}, "std must be a finite number above 0, not 0"),
        ({"std": [1.0]}, "std must be a number, not [1.0]"),
        ({"init": 3}, "init is named by text"),
        ({"function": np.ones((9, 9))}, "a function is named by text"),
    ],
)
def test_what_depth_refuses(given: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=r"^[^\n]*$") as caught:
        actviz.depth(**({"function": "tanh", "layers": 3} | given))  # type: ignore[arg-type]
    assert words in str(caught.value)
    assert "--" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"thresholds": [0.1, "a"]}, "a threshold must be a number, not 'a'"),
        ({"thresholds": [0.0]}, "a threshold is a finite number above 0"),
        ({"mean": "x"}, "mean must be a number, not 'x'"),
        ({"std": -1}, "std must be a finite number above 0, not -1"),
        ({"std": 1e40}, "N(0, 1e+40^2) is out of reach"),
    ],
)
def test_what_saturation_refuses(given: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=r"^[^\n]*$") as caught:
        actviz.saturation("tanh", **given)  # type: ignore[arg-type]
    assert words in str(caught.value)
    assert "--" not in str(caught.value)


def test_whole_numbers_of_numpy_are_taken() -> None:
    found = actviz.depth("tanh", np.int64(2), std=np.float32(1), width=np.int8(8), samples=np.uint8(2))
    assert found == actviz.depth("tanh", 2, width=8, samples=2)
    assert one("tanh", np.ones((2, 3)), axis=np.int32(1)).units[2].count == 2


def test_records_show_themselves_in_a_notebook() -> None:
    random = np.random.default_rng(0)
    observed = one(["relu", "tanh"], random.normal(size=(30, 4)), axis=1)
    for record, words in (
        (actviz.saturation("1 if x < 3 else 0"), "1 if x &lt; 3 else 0"),
        (actviz.depth("relu", 3, init="he", width=8, samples=2), "relu, 3 layers deep"),
        (observed, "tanh: units, the most saturated first"),
    ):
        page = record._repr_html_()
        assert words in page
        assert fromstring(page).tag == "div"
