"""Text for cells: measured, cut, neutralised, spelt in the screen's encoding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from actviz.lettering import cells, clean, cut, folded, plain_maths, safe


@pytest.mark.parametrize(("text", "width"), [("mish", 4), ("激活函数", 8), ("f′(x)", 5), ("é", 1), ("ｆ", 2), ("", 0)])
def test_width(text: str, width: int) -> None:
    assert cells(text) == width


@pytest.mark.parametrize(
    ("text", "width", "wanted"),
    [
        ("activation", 10, "activation"),
        ("activation", 6, "activ…"),
        ("激活函数", 7, "激活函…"),
        ("激活函数", 6, "激活…"),
        ("ab", 1, "a"),
        ("ab", 0, ""),
    ],
)
def test_cut(text: str, width: int, wanted: str) -> None:
    assert cut(text, width, "utf-8") == wanted


@given(text=st.text(st.characters(codec="ascii") | st.sampled_from("激活é′β…")), width=st.integers(0, 12))
def test_cut_fits(text: str, width: int) -> None:
    for encoding in ("utf-8", "ascii"):
        assert wcswidth(cut(clean(text, encoding), width, encoding)) <= width


@given(text=st.text())
def test_clean_text_is_safe_and_writable(text: str) -> None:
    for encoding in ("utf-8", "ascii", "cp437", "gbk"):
        found = clean(text, encoding)
        found.encode(encoding)
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in found), found


@pytest.mark.parametrize(
    ("text", "encoding", "wanted"),
    [
        ("f′ ≤ β", "ascii", "f' <= beta"),
        ("naïve café", "ascii", "naive cafe"),
        ("激活", "ascii", "??"),
        ("激活", "gbk", "激活"),
        ("α → │─░ é", "gbk", "alpha -> |-? e"),
        ("激活 α", "shift_jis", "激活 alpha"),
        ("α ░ é", "cp437", "α ░ é"),
        ("x² 10⁻⁴", "ascii", "x^2 10^-4"),
        ("x² 10⁻⁴", "latin-1", "x² 10^-4"),
        ("x² 10⁻⁴", "utf-8", "x² 10⁻⁴"),
        ("a\tb\nc", "utf-8", "a b c"),
        ("\x1b[2Jx", "utf-8", "?[2Jx"),
        ("a\u202eb\u200bc", "utf-8", "abc"),
        (r"slope $\beta_{1} \le \frac{1}{4}$", "utf-8", "slope β₁ ≤ 1/4"),
    ],
)
def test_clean(text: str, encoding: str, wanted: str) -> None:
    assert clean(text, encoding) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"\frac{1}{1 + e^{-x}}", "1/(1 + e^-x)"),
        (r"x \cdot \tanh(\operatorname{softplus}(x))", "x · tanh(softplus(x))"),
        (r"\max(0,\,x)", "max(0, x)"),
        (r"\sum_j e^{o_j}", "Σ_j e^o_j"),
        (r"y_1 + y_{2} = x_{12}", "y₁ + y₂ = x_12"),
    ],
)
def test_plain_maths(text: str, wanted: str) -> None:
    assert plain_maths(text) == wanted


@pytest.mark.parametrize(
    ("text", "width", "most", "wanted"),
    [
        ("one two three", 20, 3, ["one two three"]),
        ("one two three", 7, 3, ["one two", "three"]),
        ("one two three", 6, 3, ["one", "two", "three"]),
        ("one two three", 6, 2, ["one", "two t…"]),
        ("one two three", 6, 1, ["one t…"]),
        ("a max-shifted one", 8, 9, ["a max-", "shifted", "one"]),
        ("x = -1 is", 5, 9, ["x =", "-1 is"]),
        ("unbreakable", 4, 9, ["unbr", "eaka", "ble"]),
        ("激活函数饱和", 5, 9, ["激活", "函数", "饱和"]),
        ("", 5, 3, [""]),
    ],
)
def test_folded(text: str, width: int, most: int, wanted: list[str]) -> None:
    assert folded(text, width, most, "utf-8") == wanted


@given(text=st.text(st.sampled_from("ab-激é ")), width=st.integers(2, 12), most=st.integers(1, 30))
def test_folded_text_fits_and_loses_only_its_end(text: str, width: int, most: int) -> None:
    lines = folded(text, width, most, "utf-8")
    assert len(lines) <= most
    assert max(map(wcswidth, lines)) <= width
    kept = "".join(lines).replace(" ", "")
    whole = text.replace(" ", "")
    assert kept == whole or (kept.endswith("…") and whole.startswith(kept[:-1])), lines


def test_safe_text_keeps_dollars() -> None:
    assert safe("$HOME/a$b\x1b[2J", "utf-8") == "$HOME/a$b?[2J"


@pytest.mark.parametrize(
    ("word", "width", "lines"),
    [
        ("leaky_relu(x,negative_slope=0.01)", 16, ["leaky_relu(x,", "negative_slope=", "0.01)"]),
        ("ACT2FN['leaky_relu'](x)", 18, ["ACT2FN[", "'leaky_relu'](x)"]),
        ("f(supercalifragilistic)", 12, ["f(supercalif", "ragilistic)"]),
        ("supercalifragilistic", 12, ["supercalifra", "gilistic"]),
    ],
)
def test_a_word_too_wide_is_broken_at_a_joint_that_is_not_near_its_beginning(
    word: str, width: int, lines: list[str]
) -> None:
    assert folded(word, width, 9, "utf-8") == lines
