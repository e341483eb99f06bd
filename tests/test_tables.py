"""Tables for people and for programs."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from actviz import formats
from actviz.report import Table
from actviz.screen import PLAIN, finest_cells
from actviz.tables import aligned, parts, shared, text

TABLE = Table(
    columns=("name", "x", "note"),
    rows=(("a", 1.5, "left 0"), ("b", -20.25, None), ("c", math.inf, "[bold]x|y[/bold]")),
    title="Points",
    notes=("a note",),
)


def test_text_aligns_decimal_points_and_leaves_markup_alone() -> None:
    assert text([TABLE], PLAIN).splitlines() == [
        "Points",
        "name          x   note",
        "──────────────────────────────────",
        "a          1.5    left 0",
        "b        -20.25",
        "c      Infinity   [bold]x|y[/bold]",
        "a note",
    ]


def test_decimal_points_meet() -> None:
    shown = aligned((1.5, -20.25, 3, 1e-9, None, "word"), 6)
    points = {s.index(".") for s in (s.rjust(20) for s in shown) if "." in s}
    assert len(points) == 1
    assert shown[4:] == ["", "word"]


def test_decimal_points_meet_on_the_screen_whatever_follows() -> None:
    numbers = (1.5, -20.25, 3, 1e-9, -1.25e100, math.nan, 7)
    for columns in (("x",), ("x", "after")):
        lines = text([Table(columns, tuple((x, "word")[: len(columns)] for x in numbers))], PLAIN).splitlines()[2:]
        ends = {re.match(r" *-?\d+", line).end() for line in lines if "NaN" not in line}  # type: ignore[union-attr]
        assert len(ends) == 1, lines
        assert [line[:11] for line in lines[4:6]] == [" -1.25e+100", "        NaN"]


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


def test_ascii_text_is_ascii_and_as_wide() -> None:
    table = replace(TABLE, title="α ≤ β", notes=("naïve — ±√2…",))
    wide, plain = (
        text([table], screen).splitlines() for screen in (PLAIN, replace(PLAIN, cells="ascii", encoding="ascii"))
    )
    assert plain[0] == "alpha <= beta" and plain[-1] == "naive - +-sqrt2..."
    assert "\n".join(plain).isascii()
    assert [line.replace("─", "-") for line in wide[1:-1]] == plain[1:-1]


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252", "gbk", "utf-8"])
def test_every_encoding_can_write_the_text_and_keeps_columns_in_line(encoding: str) -> None:
    rows = (("激活 … ″", 1.5), ("é → ≤", -22.25), ("plain", 3))
    screen = replace(PLAIN, cells=finest_cells(encoding), encoding=encoding)
    lines = text([Table(("名 f″", "x"), rows)], screen).splitlines()
    "".join(lines).encode(encoding)
    points = [(line, re.search(r"\d\.\d", line)) for line in lines[2:]]
    ends = {wcswidth(line[: point.start()]) for line, point in points if point}
    assert len(ends) == 1, lines
    assert wcswidth(lines[1]) == max(map(wcswidth, lines)), lines


def test_wide_characters_are_measured_in_cells() -> None:
    table = Table(("name", "x"), (("激活函数", 1), ("tanh", 2)), notes=("激活函数 " * 20,))
    lines = text([table], PLAIN).splitlines()
    assert lines[2:4] == ["激活函数   1", "tanh       2"]
    assert max(map(wcswidth, lines)) <= 80


def test_controls_in_texts_are_neutralised() -> None:
    evil = "a\x1b[31mb\x07\u202ec\x9b"
    shown = text([Table((evil, "x"), ((evil, 1),), title=evil, notes=(evil,))], PLAIN)
    assert not set(shown) & set("\x1b\x07\u202e\x9b")
    assert shown.count("a?[31mb?c?") == 4


def test_titles_and_notes_are_broken_to_the_screen() -> None:
    words = "a title of rather many words, longer than sixty columns are wide, and with max-shifted in it"
    lines = text([Table(("x",), ((1,),), title=words, notes=(words,))], replace(PLAIN, width=60)).splitlines()
    assert max(map(len, lines)) <= 60
    assert " ".join(lines).count(words) == 2


MATRIX = Table(
    ("i", *(f"dy/dx{k}" for k in range(1, 13))), tuple((i, *(i + k / 7 for k in range(12))) for i in range(3))
)


def test_a_table_too_wide_for_the_screen_comes_in_parts() -> None:
    shown = text([MATRIX], replace(PLAIN, width=60))
    assert max(map(len, shown.splitlines())) <= 60
    heads = [line.split() for line in shown.splitlines() if "dy/dx" in line]
    assert len(heads) == 2
    assert all(head[0] == "i" for head in heads)
    assert [name for head in heads for name in head[1:]] == list(MATRIX.columns[1:])


def test_the_texts_at_its_start_are_in_every_part() -> None:
    names = ("tanh(x) + 1", "2*sigmoid(2*x)")
    columns = ("a", "b", *(f"number {k}" for k in range(9)))
    shown = text([Table(columns, ((*names, *(1.2345e-7 * k for k in range(1, 10))),))], replace(PLAIN, width=60))
    assert max(map(len, shown.splitlines())) <= 60
    assert shown.count(names[0]) == len(re.findall(r"^a +b ", shown, re.MULTILINE)) > 1


@given(
    cells=st.lists(
        st.lists(st.floats() | st.text("ab激 ", max_size=30), min_size=1, max_size=9), min_size=1, max_size=4
    ),
    width=st.integers(40, 200),
)
def test_parts_of_a_table_hold_every_column_once(cells: list[list[float | str]], width: int) -> None:
    count = min(map(len, cells))
    table = Table(tuple(f"c{k}" for k in range(count)), tuple(tuple(row[:count]) for row in cells))
    found = parts(table, width)
    kept = [set(part.columns) for part in found]
    shared = set.intersection(*kept) if len(kept) > 1 else set()
    assert [name for part in found for name in part.columns if name not in shared] == [
        name for name in table.columns if name not in shared
    ]
    for part in found:
        assert part.rows == tuple(tuple(row[int(name[1:])] for name in part.columns) for row in table.rows)
    for line in text([table], replace(PLAIN, width=width)).splitlines():
        assert wcswidth(line) <= width, line


def test_text_beside_numbers_is_broken_and_the_numbers_are_not() -> None:
    table = Table(("c0", "c1"), ((1.25, 0.5), ("a" * 18, "b" * 22)))
    lines = text([table], replace(PLAIN, width=30)).splitlines()
    assert max(map(len, lines)) <= 30, lines
    assert any(line.split() == ["1.25", "0.5"] for line in lines), lines


def test_color_only_when_asked() -> None:
    assert "\x1b[" not in text([TABLE], PLAIN)
    assert "\x1b[" in text([TABLE], replace(PLAIN, color=True))


def test_csv_has_every_digit_and_can_be_read_back() -> None:
    rows = list(csv.reader(io.StringIO(formats.csv([Table(("x", "t"), ((0.1 + 0.2, 'a,"b"'),))]))))
    assert rows == [["table", "x", "t"], ["", "0.30000000000000004", 'a,"b"']]


def test_csv_of_several_tables_is_one_table_that_says_which() -> None:
    tables = [Table(("x", "y"), ((1, 2),), title="tanh"), Table(("x", "kink"), ((3, "here"),), title="relu")]
    assert formats.csv(tables) == "table,x,y,kink\ntanh,1,2,\nrelu,3,,here\n"
    assert formats.csv([tables[0], tables[0], Table(("x",), ((0,),))]) == (
        "table,x,y\ntanh (1),1,2\ntanh (2),1,2\n,0,\n"
    )


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


def test_html_shows_rounded_numbers_and_tells_all_their_digits() -> None:
    page = formats.html([replace(TABLE, title="<b> & 'c'", rows=((1.23456789, 2), (math.nan, 3)), columns=("x", "n"))])
    assert "<strong>&lt;b&gt; &amp; &#x27;c&#x27;</strong>" in page
    assert 'title="1.23456789">1.23457</td>' in page
    assert ">NaN</td>" in page
    assert ">a note</p>" in page
    assert page.count("<tr>") == 3


def test_html_is_well_formed_whatever_the_cells() -> None:
    from xml.etree.ElementTree import fromstring

    odd = Table(("<x>", '"'), (("&amp;</td>", None), (True, -math.inf)), notes=("a < b",))
    cells = [cell.text for cell in fromstring(formats.html([TABLE, odd, Table((), (), notes=("alone",))])).iter("td")]
    assert cells[-4:] == ["&amp;</td>", None, "yes", "-Infinity"]


def test_text_and_notebooks_show_the_first_rows_and_files_all_of_them() -> None:
    long = Table(("n",), tuple((n,) for n in range(50)), most=3)
    assert text([long], PLAIN).splitlines()[-4:] == ["0", "1", "2", "Text shows the first 3 of 50."]
    assert formats.html([long]).count("<td") == 3
    assert "Shown are the first 3 of 50; the record has all." in formats.html([long])
    assert not any("first" in form([replace(long, most=50)]) for form in (formats.html, formats.markdown))
    assert "first" not in text([replace(long, most=50)], PLAIN)
    assert formats.csv([long]).splitlines() == ["table,n", *(f",{n}" for n in range(50))]
    assert formats.markdown([long]).count("\n") == 52


@pytest.mark.parametrize(
    ("wanted", "spare", "widths"),
    [
        ((10, 10), 0, [4, 4]),
        ((10, 10), 6, [7, 7]),
        ((50, 10, 50), 16, [9, 9, 10]),
        ((50, 5, 50), 16, [11, 5, 12]),
        ((6, 4), 90, [6, 4]),
        ((10, 10), -3, [4, 4]),
    ],
)
def test_columns_share_what_room_is_left_evenly(wanted: tuple[int, ...], spare: int, widths: list[int]) -> None:
    assert shared([4] * len(wanted), wanted, spare) == widths
