"""`actviz.saturation`, `actviz.depth` and `actviz.observe`: the command's analyses from Python."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace
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


def test_arrays_have_the_names_of_their_dict_or_numbers() -> None:
    h = np.linspace(-1, 1, 8)

    def labels(data: object) -> list[str]:
        return [seen.label for seen in actviz.observe("relu", data)]  # type: ignore[union-attr,arg-type]

    assert labels({"layer1": h, "layer2": h.reshape(2, 4), 3: [1.0, 2.0]}) == ["layer1", "layer2", "3"]
    assert labels({"layer1": h}) == ["layer1"]
    assert labels([h, h, [1.0]]) == ["array 1", "array 2", "array 3"]
    assert labels([h]) == ["array"]
    assert one("relu", h).label == "array"
    with pytest.raises(BadInput, match=r"^layer2 has no axis 1: it is 8, so the axis goes from -1 to 0$"):
        actviz.observe("relu", {"layer1": h.reshape(2, 4), "layer2": h}, axis=1)


def test_an_open_archive_is_a_dict_of_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "two.npz", a=np.ones(3), b=np.zeros(4))
    with np.load(tmp_path / "two.npz") as archive:
        assert [seen.label for seen in actviz.observe("relu", archive)] == ["a", "b"]  # type: ignore[union-attr,arg-type]


def test_what_cannot_be_read_beside_what_can_is_warned_of(tmp_path: Path) -> None:
    np.savez(tmp_path / "acts.npz", a=np.ones(300), flags=np.array([True]), text=np.array(["a"]))
    with pytest.warns(UserWarning, match="left out: .*acts.npz:") as caught:
        (seen,) = (actviz.observe("relu", tmp_path / "acts.npz"),)
    assert isinstance(seen, Observation)
    assert seen.whole.count == 300
    assert sorted(str(w.message).partition("acts.npz:")[2].split()[0] for w in caught) == ["flags", "text"]
    assert {Path(w.filename).name for w in caught} == {Path(__file__).name}
    np.savez(tmp_path / "none.npz", text=np.array(["a"]))
    with pytest.raises(BadInput, match="strings"):
        actviz.observe("relu", tmp_path / "none.npz")


def test_a_member_that_proves_damaged_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "acts.npz"
    np.savez(path, a=np.ones(300), b=np.full(300, 7.0))
    stored = bytearray(path.read_bytes())
    at = stored.index(np.full(300, 7.0).tobytes())
    stored[at - 60] ^= 0xFF  # within the header of the member
    path.write_bytes(stored)
    with pytest.warns(UserWarning, match="left out: .*acts.npz:b"):
        assert one("relu", path).label.endswith("acts.npz:a")


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
        ("relu", {}, {}, "the dict is empty"),
        ("relu", {"a": "acts.npy"}, {}, "give files in a list"),
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
        (observed, "tanh: units, the least E f&#x27;^2 first"),
    ):
        page = record._repr_html_()
        assert words in page
        assert fromstring(page).tag == "div"


def test_many_arrays_show_themselves_as_one_page_and_are_a_tuple_all_the_same() -> None:
    h = np.random.default_rng(0).normal(size=(30, 64))
    found = actviz.observe(["relu", "tanh"], [h, 2 * h], axis=1)
    assert isinstance(found, tuple)
    assert found == (found[0], found[1])
    page = found._repr_html_()
    assert fromstring(page).tag == "div"
    assert "array 2" in page
    for words in ("Shown are the first 10 of 128; the record has all.", "whole.quantiles has more", "if normal"):
        assert words in page, words
    for words in ("JSON", "Text shows", "--"):
        assert words not in page, words


def test_records_are_short_in_words() -> None:
    h = np.linspace(-1, 3, 1001)
    shown = repr(actviz.observe(["relu", "tanh", "gelu", "mish"], [h, h]))
    assert "(array 1, 1001, float64, 1001 values, relu: |f'| <= 0.01 on 25.1%, tanh: " in shown
    assert shown.endswith(", 1 more))")
    records = (actviz.saturation("x*sigmoid(2*x)"), actviz.depth("tanh", 3, samples=0), actviz.get("swish", beta=3))
    assert str(records[2]) == "Activation(swish:beta=3)"
    assert str(records[0]).startswith("Saturation(x*sigmoid(2*x): soft on the left, none on the right;")
    assert str(records[1]).startswith("Depth(tanh, 3 layers deep: weight std 1 (Xavier), bias std 0; gradient^2 0.")
    for text in (*shown.splitlines(), *map(repr, records)):
        assert len(text) < 200, text
        assert "<" not in text.replace("|f'| <= ", "").replace("abs(f') <= ", "").replace("abs(f') < ", ""), text


@pytest.mark.parametrize("function", ["relu", "swish:beta=0.3", "maxout:w=1,2,3,b=0,1,2", "2*x if x > 0 else x"])
def test_results_survive_a_pickle(function: str) -> None:
    h = np.random.default_rng(1).normal(size=100)
    plan = {"width": 8, "samples": 2}
    results = (
        actviz.get(function),
        actviz.saturation(function),
        actviz.depth(function, 1, **plan),  # type: ignore[arg-type]
        actviz.observe([function, "tanh"], [h, h]),
    )
    for result in results:
        again = pickle.loads(pickle.dumps(result))
        assert again == result
        assert type(again) is type(result)
        assert copy.deepcopy(result) == result


def test_every_activation_survives_a_pickle() -> None:
    records = [actviz.get(name) for name in actviz.names()]
    assert pickle.loads(pickle.dumps(records)) == records
    swept = actviz.get("x*a", a=1).bind(a=3)  # type: ignore[union-attr]
    assert pickle.loads(pickle.dumps(swept)) == swept
    own = replace(swept, name="mine", family="own", definition=abs, kernels=(np.sin, np.cos, np.tan))
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(own)
