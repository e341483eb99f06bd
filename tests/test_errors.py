"""The nearest match that a refusal suggests."""

from __future__ import annotations

import pytest

from actviz.errors import BadInput, nearest


@pytest.mark.parametrize(
    ("word", "choices", "hint"),
    [
        ("mihs", ["tanh", "mish", "relu"], "mish"),
        ("RELU66", ["relu", "relu6"], "relu6"),
        ("leakyrelu", ["relu", "leaky_relu", "elu"], "leaky_relu"),
        ("Mish", ["MISH", "swish"], "MISH"),
        ("slope", ["alpha", "negative_slope"], "negative_slope"),
        ("saturat", ["plot", "f18-sigmoid-saturation"], "f18-sigmoid-saturation"),
        ("beta", ["bet", "beta", "betas"], "beta"),
        (".pgn", [".png", ".svg"], ".png"),
        ("qqq", ["tanh", "mish"], None),
        ("an", ["tanh-of-a-long-name"], None),
        ("", ["tanh"], None),
        ("tanh", [], None),
    ],
)
def test_the_nearest_choice_is_said_as_it_is_spelt(word: str, choices: list[str], hint: str | None) -> None:
    wanted = f"; did you mean '{hint}'?" if hint else ""
    assert nearest(word, choices) == wanted
    assert nearest(word, iter(choices)) == wanted


def test_a_close_spelling_comes_before_a_longer_name_that_holds_the_word() -> None:
    assert nearest("relus", ["relus_of_a_very_long_name", "relu"]) == "; did you mean 'relu'?"


def test_bad_input_is_a_value_error_with_its_message() -> None:
    assert issubclass(BadInput, ValueError)
    assert str(BadInput("one line")) == "one line"
