"""`actviz saturation --depth` as a user runs it."""

from __future__ import annotations

import json

import pytest
from process import actviz, refusal

SMALL = ("--width", "16", "--samples", "3")


def depth(*arguments):
    done = actviz("saturation", *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [(f["depth"], f["depth_summary"]) for f in json.loads(done.stdout)["functions"]]


def test_json_has_every_layer_predicted_and_simulated():
    ((layers, summary),) = depth("relu", "--depth", "4", "--init", "he", *SMALL, "--seed", "3")
    assert [layer["layer"] for layer in layers] == [0, 1, 2, 3, 4]
    for layer in layers:
        assert set(layer) == {
            *("layer", "variance", "chi", "gradient"),
            *("simulated_variance", "simulated_variance_error", "simulated_gradient", "simulated_gradient_error"),
        }
        assert layer["variance"] == pytest.approx(1.0, rel=1e-12)
        assert layer["gradient"] == pytest.approx(1.0, rel=1e-12)
    assert (summary["init"], summary["phase"], summary["simulation"]["seed"]) == ("he", "critical", 3)


def test_without_a_simulation_only_what_is_predicted():
    ((layers, summary),) = depth("tanh", "--depth", "2", "--samples", "0", "--weight-std", "2", "--std", "3")
    assert set(layers[0]) == {"layer", "variance", "chi", "gradient"}
    assert layers[0]["variance"] == 9.0
    assert (summary["weight_std"], summary["init"], summary["simulation"]) == (2.0, None, None)


def test_the_same_seed_gives_the_same_bytes_and_serves_any_function():
    runs = [
        actviz("saturation", "relu", "tanh", "--depth", "3", *SMALL, "--seed", seed, "--format", "json").stdout
        for seed in ("1", "1", "2")
    ]
    assert runs[0] == runs[1] != runs[2]


def test_text_ends_with_what_becomes_of_the_gradient():
    done = actviz("saturation", "sigmoid", "relu", "--depth", "10", *SMALL, COLUMNS="80")
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert text.index("Moments at N(0, 1)") < text.index("sigmoid, 10 layers deep: weight std 1 (Xavier), bias std 0")
    assert "sigmoid: 10 layers back the gradient's square is 2.3e-13 of what it was" in text
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_picture_has_the_layers_below_the_curves(tmp_path):
    done = actviz("saturation", "sigmoid", "relu", "--depth", "5", *SMALL, "-o", "deep.svg", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "and through 5 random layers" in (tmp_path / "deep.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--width", "8"), "--depth 10, say"),
        (("--samples", "8"), "--depth 10, say"),
        (("--init", "he"), "--depth 10, say"),
        (("--weight-std", "1"), "--depth 10, say"),
        (("--bias-std", "1"), "--depth 10, say"),
        (("--depth", "0"), "depth must be from 1"),
        (("--depth", "3", "--init", "hee"), "did you mean 'he'?"),
        (("--depth", "3", "--init", "he", "--weight-std", "1"), "give one of them"),
        (("--depth", "3", "--weight-std", "0"), "weight std must"),
        (("--depth", "3", "--bias-std=-1"), "bias std must"),
        (("--depth", "3", "--width", "1"), "width must"),
        (("--depth", "3", "--samples", "1"), "samples must"),
        (("--depth", "3", "--samples", "0", "--width", "8"), "leave one of them out"),
        (("--depth", "1000", "--width", "4096", "--samples", "1000"), "random numbers"),
        (("--depth", "3", "--seed", "-1"), "seed"),
    ],
)
def test_refusals(arguments, words):
    assert words in refusal("saturation", "tanh", *arguments)
