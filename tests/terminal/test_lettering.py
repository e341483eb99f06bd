"""Text for cells: measured, cut, neutralised, spelt in the screen's encoding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from actviz.terminal.lettering import cells, clean, cut, plain_maths


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
