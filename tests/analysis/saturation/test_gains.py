"""The gains of torch.nn.init.calculate_gain beside the integrals, and the sentence on their difference."""

from __future__ import annotations

import math

import pytest

from actviz.analysis.saturation.gains import Gain, inverse_root, rule_of_thumb, why
from actviz.analysis.saturation.saturation import saturation
from actviz.resolve import get

TORCH = {
    "identity": 1.0,
    "linear": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "selu": 3 / 4,
    "leaky_relu": math.sqrt(2 / (1 + 0.01**2)),
    "leaky_relu:negative_slope=0.5": math.sqrt(2 / 1.25),
}


@pytest.mark.parametrize("label", TORCH)
def test_rules_of_thumb_of_torch(label):
    activation = get(label)
    assert rule_of_thumb(activation) == pytest.approx(TORCH[label], rel=1e-15)
    assert saturation(activation).gain.torch == rule_of_thumb(activation)


@pytest.mark.parametrize("label", ["mish", "gelu", "selu:alpha=1,scale=3", "max(x, 0)"])
def test_torch_has_none_of_another_function(label):
    assert rule_of_thumb(get(label)) is None
    assert saturation(get(label)).gain.torch is None
    assert why(get(label), saturation(get(label)).gain) == ""


SENTENCES = {
    "relu": ("is both 1/sqrt(E f^2) and 1/sqrt(E f'^2)", "He et al. 2015"),
    "leaky_relu:negative_slope=0.3": ("is both", "He et al. 2015"),
    "identity": ("is both", "N(0, 1)."),
    "tanh": ("1.66667 is neither 1/sqrt(E f^2) = 1.59254 nor 1/sqrt(E f'^2) = 1.46741", "rule of thumb"),
    "sigmoid": ("1 is neither 1/sqrt(E f^2) = 1.84623 nor 1/sqrt(E f'^2) = 4.72265", "at most 1/4"),
    "selu": ("0.75 is neither 1/sqrt(E f^2) = 1 nor", "self-normalisation"),
}


@pytest.mark.parametrize("label", SENTENCES)
def test_why_they_differ(label):
    activation = get(label)
    sentence = why(activation, saturation(activation).gain)
    for words in SENTENCES[label]:
        assert words in sentence, sentence
    assert sentence.startswith(f"{activation.label}: ")
    assert sentence.endswith(".")


def test_one_of_the_two():
    activation = get("relu")
    assert "is 1/sqrt(E f^2) = 2 at N(0, 1), not 1/sqrt(E f'^2) = 3" in why(activation, Gain(2.0, 3.0, 2.0))
    assert "is 1/sqrt(E f'^2) = 3 at N(0, 1), not 1/sqrt(E f^2) = 2" in why(activation, Gain(2.0, 3.0, 3.0))


def test_the_inverse_root():
    assert (inverse_root(4.0), inverse_root(0.0)) == (0.5, math.inf)
    assert math.isnan(inverse_root(math.nan))
