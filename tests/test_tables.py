"""Tables for people and for programs."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz import formats
from actviz.report import Table
from actviz.screen import PLAIN
from actviz.tables import aligned, text

TABLE = Table(
    columns=("name", "x", "note"),
    rows=(("a", 1.5, "left 0"), ("b", -20.25, None), ("c", math.inf, "[bold]x|y[/bold]")),
    title="Points",
    notes=("a note",),
)


def test_text_aligns_decimal_points_and_leaves_markup_alone() -> None:
    assert text([TABLE], PLAIN).splitlines() == [
        "Points",
        "name             x   note",
        "─────────────────────────────────────",
        "a              1.5   left 0",
        "b           -20.25",
        "c         Infinity   [bold]x|y[/bold]",
        "a note",
    ]


def test_decimal_points_meet() -> None:
    shown = aligned((1.5, -20.25, 3, 1e-9, None, "word"), 6)
    points = {s.index(".") for s in (s.rjust(20) for s in shown) if "." in s}
    assert len(points) == 1
    assert shown[4:] == ["", "word"]


@given(st.lists(st.floats(), min_size=1, max_size=20), st.integers(20, 200))
def test_no_number_is_cut_whatever_the_width(numbers: list[float], width: int) -> None:
    table = Table(("value",), tuple((x,) for x in numbers))
    lines = text([table], replace(PLAIN, width=width)).splitlines()[2:]
    for x, line in zip(numbers, lines, strict=True):
        shown = line.strip()
        if math.isfinite(x):
            assert float(shown) == pytest.approx(x, rel=6e-3), (x, line)
        else:
            assert shown == formats.nonfinite(x)


def test_a_narrow_screen_costs_digits_before_it_costs_columns() -> None:
    table = Table(("a", "b", "c"), ((math.pi, -math.e, 1 / 3),))
    wide, narrow = (text([table], replace(PLAIN, width=w)) for w in (80, 20))
    assert "3.14159" in wide
    assert narrow.splitlines()[-1] == "3.142 -2.718 0.3333"
    assert max(map(len, narrow.splitlines())) <= 20


def test_ascii_text_is_ascii() -> None:
    assert text([TABLE], replace(PLAIN, cells="ascii")).isascii()


def test_color_only_when_asked() -> None:
    assert "\x1b[" not in text([TABLE], PLAIN)
    assert "\x1b[" in text([TABLE], replace(PLAIN, color=True))


def test_csv_has_every_digit_and_can_be_read_back() -> None:
    rows = list(csv.reader(io.StringIO(formats.csv([Table(("x", "t"), ((0.1 + 0.2, 'a,"b"'),))]))))
    assert rows == [["table", "x", "t"], ["", "0.30000000000000004", 'a,"b"']]


def test_csv_of_several_tables_is_one_table_that_says_which() -> None:
    tables = [Table(("x", "y"), ((1, 2),), title="tanh"), Table(("x", "kink"), ((3, "here"),), title="relu")]
    assert formats.csv(tables) == "table,x,y,kink\ntanh,1,2,\nrelu,3,,here\n"


def test_json_writes_nonfinite_numbers_as_strings_and_floats_shortest() -> None:
    document = {"a": np.array([0.1, np.inf, -np.inf, np.nan]), "b": (np.float64(2), np.int64(3), True, None, "é")}
    assert formats.json(document) == '{"a": [0.1, "Infinity", "-Infinity", "NaN"], "b": [2.0, 3, true, null, "é"]}\n'


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_json_floats_round_trip(x: float) -> None:
    assert json.loads(formats.json({"x": x}))["x"] == x


def test_json_refuses_what_has_no_form() -> None:
    with pytest.raises(TypeError, match="object has no JSON form"):
        formats.json({"x": object()})


def test_markdown_escapes_bars() -> None:
    assert formats.markdown([TABLE]).startswith("**Points**\n\n| name | x | note |\n| --- | --- | --- |\n")
    assert r"\[bold\]x\|y\[/bold\]" in formats.markdown([TABLE])
    assert formats.markdown([TABLE]).endswith(" |\n\na note\n")
    head, rule = formats.markdown([Table(("|f'| < 0.1", "a"), ())]).splitlines()
    assert (head, rule) == (r"| \|f'\| \< 0.1 | a |", "| --- | --- |")


def test_latex_escapes_its_special_characters() -> None:
    assert formats.escaped(r"50% of_x & ~^\{}") == (
        r"50\% of\_x \& \textasciitilde{}\textasciicircum{}\textbackslash{}\{\}"
    )
    assert formats.escaped("|f'| < 1") == r"\textbar{}f\textquotesingle{}\textbar{} \textless{} 1"
    assert r"\noindent\textbf{Points}\par" in formats.latex([TABLE])
    assert r"\par\noindent a note" in formats.latex([TABLE])
