"""Figures in characters: they fit the screen, say what the figure says, and survive any numbers."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import warnings

import numpy as np
import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from actviz.charts.functions import function_figure
from actviz.figure import (
    Arrow,
    Band,
    Bars,
    Cells,
    Dash,
    Figure,
    Formula,
    Line,
    Mark,
    Marker,
    Node,
    Note,
    Panel,
    Rule,
)
from actviz.resolve import scalars
from actviz.screen import PLAIN, Screen
from actviz.terminal import draw
from actviz.terminal.arrangement import ROWS
from actviz.terminal.key import marked
from actviz.terminal.path import path
from actviz.terminal.sheet import PALETTE

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
KINDS = ("braille", "blocks", "ascii")
UNIT = tuple(np.linspace(0.0, 1.0, 101).tolist())
kinds = pytest.mark.parametrize("kind", KINDS)


def shown(*marks: Mark, screen: Screen = PLAIN, title: str = "", **panel: object) -> list[str]:
    """The lines of a figure of one panel."""
    return draw(Figure(title, ((Panel(marks, **panel),),)), screen).split("\n")[:-1]  # type: ignore[arg-type]


def functions(*names: str, orders: tuple[int, ...] = (0,), interval: tuple[float, float] = (-6.0, 6.0)) -> Figure:
    return function_figure(tuple(scalars(list(names), None, None, None, "")), orders, interval)


def everything(size: int = 101) -> Figure:
    """A figure with each kind of mark."""
    x = np.linspace(-4, 4, size)
    curves = Panel(
        (
            Band(-4, -2, label="flat 平"),
            Band(0.1, 0.4, "y"),
            Rule(0.5, "y"),
            Rule(1, dash="dashed", ink=2),
            Line(x, np.exp(x), "exp"),
            Line(x, -np.exp(-x), "negated and mirrored", 1, "dashed"),
            Line(x, np.sin(9 * x), "正弦", 2, "dotted"),
            Marker(0, 1, "open"),
            Marker(1, 1, label="point"),
            Note("at the origin", 0, 0),
            Note("also there", 0, 0, align="right"),
            Note("far", 1e300, -1e300, (0, 0), "center"),
        ),
        "curves",
        xlabel="pre-activation x",
        ylabel="f(x)",
        ylim=(-2, 3),
    )
    bars = Panel((Bars(("cat", "a bird 鸟", "dog"), (0.1, -0.3, math.nan), chosen=1), Note("sum", 0, 0)), "bars")
    matrix = Panel((Cells(((1.0, -2.5e-9), (math.inf, 3.0)), ("first", "second"), ("x1", "x2")),), "matrix")
    diagram = Panel(
        (Node(0, 0, "o1"), Node(3, 1, "y1"), Arrow((0, 0), (3, 1)), Formula(r"\frac{a}{b}", 2, 0)), axes="off"
    )
    return Figure("Everything 全部", ((curves, bars), (matrix, diagram)))


@kinds
@settings(max_examples=40, deadline=None)
@given(width=st.integers(20, 200), height=st.integers(8, 60), color=st.booleans(), number=st.integers(0, 3))
def test_every_panel_fits_every_screen(kind: str, width: int, height: int, color: bool, number: int) -> None:
    panel = [panel for row in everything().rows for panel in row][number]
    lines = draw(Figure("Title 题", ((panel,),)), Screen(width, height, color, kind)).split("\n")[:-1]  # type: ignore[arg-type]
    assert len(lines) <= height - 1, (len(lines), height)
    for line in lines:
        assert 0 <= wcswidth(ESCAPES.sub("", line)) <= width, (width, wcswidth(ESCAPES.sub("", line)), line)


def test_plot_uses_the_whole_screen() -> None:
    for width, height in ((80, 24), (120, 40), (40, 12), (20, 8)):
        lines = draw(functions("mish"), Screen(width, height)).split("\n")[:-1]
        assert len(lines) == height - 1
        assert max(map(len, lines)) == width


def test_terminal_shows_the_same_lines() -> None:
    screen = pyte.Screen(80, 24)
    text = draw(functions("mish", "tanh"), Screen(80, 24, color=True))
    pyte.Stream(screen).feed(text.replace("\n", "\r\n"))
    assert [line.rstrip() for line in screen.display[:23]] == ESCAPES.sub("", text).split("\n")[:-1]


def test_screen_smaller_than_the_least_counts_as_the_least() -> None:
    assert draw(functions("mish"), Screen(1, 1)) == draw(functions("mish"), Screen(20, 8))


def test_several_panels_share_the_screen_or_run_on() -> None:
    panel = Panel((Line(UNIT, UNIT),), title="part")
    two = draw(Figure("Both", ((panel, panel),)), Screen(60, 30))
    assert two.count("part") == 2
    assert len(two.split("\n")) - 1 == 29
    many = draw(Figure("All", ((panel,) * 6,)), Screen(60, 24)).split("\n")[:-1]
    assert len(many) == 1 + 6 * ROWS, (
        "where the screen has not even eight rows for each they run on, tall enough to read"
    )


def test_small_picture_in_braille() -> None:
    assert shown(Line((0.0, 1.0), (0.0, 1.0)), screen=Screen(22, 9), title="line", ylabel="y") == [
        "y        line",
        "1 ┤              ⣀⠤⠒",
        "  │          ⢀⡠⠔⠊",
        "  │      ⢀⡠⠔⠊⠁",
        "  │   ⡠⠔⠊⠁",
        "0 ┤⠤⠒⠉ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄",
        "  └┬───────┬───────┬ x",
        "  0.0     0.5     1.0",
    ]


def test_small_picture_in_ascii() -> None:
    screen = Screen(24, 9, cells="ascii")
    assert shown(Line((0.0, 1.0, 2.0), (0.0, 0.0, 1.0)), Marker(1.0, 0.0, "open"), screen=screen, ylabel="y") == [
        "y",
        "1 +                 .-",
        "  |               _-'",
        "  |             _-",
        "  |          ._-",
        "0 +---------o' . . . .",
        "  ++--------+--------+ x",
        "   0        1        2",
    ]


def test_small_picture_in_blocks() -> None:
    assert shown(Line((-1.0, 1.0), (-1.0, 1.0)), screen=Screen(24, 11, cells="blocks"), ylabel="y") == [
        "y",
        " 1 ┤         ·      ▗▄",
        "   │             ▗▄▀▘",
        "   │         ·▗▄▀▘",
        " 0 ┤· · · ·▗▄▀▘ · · ·",
        "   │    ▗▄▀▘ ·",
        "   │ ▗▄▀▘",
        "-1 ┤▀▘       ·",
        "   └┬────────┬───────┬ x",
        "   -1        0       1",
    ]


@kinds
def test_color_off_writes_no_escape(kind: str) -> None:
    assert "\x1b" not in draw(everything(), Screen(80, 60, False, kind))  # type: ignore[arg-type]


@kinds
def test_color_on_ends_every_line_reset(kind: str) -> None:
    text = draw(everything(), Screen(80, 60, True, kind))  # type: ignore[arg-type]
    assert "\x1b[" in text
    for line in text.split("\n"):
        found = ESCAPES.findall(line)
        assert len(found) % 2 == 0, line
        assert all(code == "\x1b[0m" for code in found[1::2]), line
        assert all(code != "\x1b[0m" for code in found[::2]), line


def test_color_changes_nothing_but_the_escapes() -> None:
    figure = Figure("", ((Panel((Line(UNIT, UNIT, "up"), Line(UNIT, UNIT[::-1], "down", 1, "dashed"))),),))
    assert ESCAPES.sub("", draw(figure, Screen(color=True))) == draw(figure, Screen())


def test_ascii_writes_ascii() -> None:
    assert draw(everything(), Screen(100, 60, cells="ascii")).isascii()


def test_blocks_write_only_what_the_encoding_has() -> None:
    text = draw(functions("tanh", orders=(0, 1, 2)), Screen(80, 24, cells="blocks", encoding="cp437"))
    assert text.encode("cp437")
    assert {"▀", "▄"} <= set(text)
    assert not set("▘▝▖▗") & set(text)


def test_blocks_use_quarters_where_they_can() -> None:
    assert set("▘▝▖▗▞▚") & set(draw(functions("mish"), Screen(80, 24, cells="blocks")))


def test_curves_of_a_palette_keep_apart_from_light_and_dark() -> None:
    def luminance(code: int) -> float:
        parts = [(code - 16) // 36, (code - 16) // 6 % 6, (code - 16) % 6]
        linear = [((0 if p == 0 else 55 + 40 * p) / 255) for p in parts]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in linear]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for code in PALETTE:
        light = luminance(code)
        assert (1.05) / (light + 0.05) >= 3, (code, "on white", 1.05 / (light + 0.05))
        assert (light + 0.05) / 0.05 >= 3, (code, "on black", (light + 0.05) / 0.05)


def test_curve_leaving_the_window_gets_an_arrow_where_it_leaves() -> None:
    lines = shown(Line((-1.0, 0.0, 1.0), (-4.0, 0.0, 4.0)), ylim=(-1.0, 1.0))
    top, bottom = lines[1], lines[-3]
    assert "↑" in top and "↓" in bottom
    rows = [line for line in lines if "↑" in line or "↓" in line]
    assert len(rows) == 2
    # It crosses at x = 1/4 and x = -1/4: 5/8 and 3/8 of the way.
    left = lines[-2].index("└") + 1
    width = len(lines[-2].rstrip(" x")) - left
    assert abs(top.index("↑") - left - 5 / 8 * width) <= 1
    assert abs(bottom.index("↓") - left - 3 / 8 * width) <= 1


def test_curve_wholly_outside_points_there() -> None:
    text = "\n".join(shown(Line(UNIT, (5.0,) * 101), ylim=(0.0, 1.0)))
    assert text.count("↑") == 4 and "↓" not in text


def test_curve_touching_the_edge_has_no_arrow() -> None:
    text = "\n".join(shown(Line(UNIT, UNIT), xlim=(0.0, 1.0), ylim=(0.0, 1.0)))
    assert "↑" not in text and "↓" not in text


def test_infinity_leaves_by_an_arrow() -> None:
    assert "↑" in "\n".join(shown(Line((0.0, 1.0), (0.0, math.inf))))
    assert "↓" in "\n".join(shown(Line((0.0, 1.0), (-math.inf, 0.0)), screen=Screen(40, 12)))


def test_nan_leaves_a_gap() -> None:
    y = tuple(math.nan if 0.4 < x < 0.6 else 0.5 for x in UNIT)
    row = next(line for line in shown(Line(UNIT, y), axes="frame") if "⠤" in line or "⠒" in line or "⠉" in line)
    assert re.search(r"[⠀-⣿]{20,} {8,}[⠀-⣿]{20,}$", row), row


def test_kink_shows_open_and_closed_points() -> None:
    lines = draw(functions("relu", orders=(1,), interval=(-3.0, 3.0)), Screen(80, 24)).split("\n")
    (closed,) = [line for line in lines if "●" in line]
    (opened,) = [line for line in lines if "○" in line]
    assert closed.index("●") == opened.index("○")
    assert closed.startswith("0.0 ┤") and opened.startswith("1.0 ┤")
    plain = draw(functions("relu", orders=(1,), interval=(-3.0, 3.0)), Screen(80, 24, cells="ascii"))
    assert "*" in plain and "o" in plain


def test_names_stand_at_the_ends_of_their_curves() -> None:
    lines = draw(functions("swish:beta=0.1", "swish:beta=1", "swish:beta=10", interval=(-5.0, 3.0)), Screen()).split(
        "\n"
    )
    ends = [line for line in lines if "β = " in line]
    assert [re.search(r"β = [\d.]+$", line)[0] for line in ends] == ["β = 10", "β = 1", "β = 0.1"]  # type: ignore[index]


def test_crowded_names_go_to_a_legend() -> None:
    curves = [Line(UNIT, tuple(x + k / 1000 for x in UNIT), f"curve {k}", k) for k in range(5)]
    lines = shown(*curves, screen=Screen(80, 24))
    assert all(f"curve {k}" in "\n".join(lines[1:4]) for k in range(5))
    assert all(letter in lines[1] + lines[2] for letter in "abcde")


@pytest.mark.parametrize(
    ("names", "size"),
    [
        (["mish", "relu", "gelu"], (70, 20)),
        (["relu", "elu", "leaky_relu", "celu", "gelu", "mish"], (100, 18)),
        (["relu", "relu6", "elu", "celu"], (60, 14)),
    ],
)
def test_every_letter_of_the_legend_stands_on_a_curve(names: list[str], size: tuple[int, int]) -> None:
    text = draw(functions(*names), Screen(*size))
    inside = "".join(
        re.sub(r" [a-f] [A-Z].*$", "", line).partition("┤" if "┤" in line else "│")[2] for line in text.split("\n")
    )
    assert {letter for letter in "abcdef" if letter in inside} == set("abcdef"[: len(names)]), text


def test_curves_that_coincide_share_one_place() -> None:
    curves = [Line(UNIT, UNIT, f"<{k}>", k) for k in range(2)]
    apart = Line(UNIT, UNIT[::-1], "<2>", 2)
    text = draw(Figure("", ((Panel((*curves, apart)),),)), Screen(60, 16))
    assert text.count("a,b") == 1 and "a,c" not in text and "b,c" not in text, text


def test_a_letter_means_one_curve_in_all_panels() -> None:
    panels = [Panel((Line(UNIT, UNIT, first, 0), Line(UNIT, UNIT[::-1], "V", 0))) for first in ("U", "W")]
    text = draw(Figure("", tuple((panel,) for panel in panels)), Screen(60, 30))
    assert all(re.search(rf"\b{entry}$", text, re.MULTILINE) for entry in ("a U", "b V", "c W")), text
    assert len(re.findall(r"\bb V$", text, re.MULTILINE)) == 2, text


def test_curves_named_in_another_panel_have_letters_and_no_legend() -> None:
    marks = (Line(UNIT, UNIT, "up", 0), Line(UNIT, tuple(1 - x for x in UNIT), "down", 1), Note("down", 0.4, 0.9))
    text = draw(Figure("", ((Panel(marks, "", axes="frame", legend=False),),)), Screen(60, 16))
    assert "up" not in text and "a" in text
    assert re.search(r"\bb down\b", text), text  # a note that names a curve has the curve's letter


def test_points_of_each_kind_look_different() -> None:
    kinds = ("closed", "open", "diamond", "cross")
    points = [Marker(k / 3, 0.5, kind) for k, kind in enumerate(kinds)]
    for cells, want in (("braille", "●○◆×"), ("ascii", "*o#x")):
        screen = Screen(60, 10, cells=cells, encoding="utf-8" if cells == "braille" else "ascii")  # type: ignore[arg-type]
        panel = Panel(tuple(points), xlim=(0.0, 1.0), ylim=(0.0, 1.0), axes="frame")
        text = draw(Figure("", ((panel,),)), screen)
        assert re.search(r"\s+".join(map(re.escape, want)), text), text


@pytest.mark.parametrize(("count", "width", "rows"), [(6, 60, 12), (30, 40, 12), (52, 20, 8)])
def test_a_legend_names_every_curve_whatever_it_takes(count: int, width: int, rows: int) -> None:
    curves = [Line(UNIT, tuple(x * k for x in UNIT), f"curve {k}!", k) for k in range(count)]
    lines = shown(*curves, screen=Screen(width, rows))
    assert all(f"curve {k}!" in "\n".join(lines) for k in range(count)), "\n".join(lines)
    assert max(map(len, lines)) <= width and any("└" in line for line in lines)


@settings(max_examples=60, deadline=None)
@given(
    ends=st.lists(st.floats(0, 1), min_size=2, max_size=6),
    width=st.integers(60, 120),
    height=st.integers(10, 40),
)
def test_no_name_is_lost_or_overlaps(ends: list[float], width: int, height: int) -> None:
    curves = [Line((0.0, 1.0), (0.0, end), f"<{k}>", k) for k, end in enumerate(ends)]
    text = "\n".join(shown(*curves, screen=Screen(width, height)))
    for k in range(len(ends)):
        assert text.count(f"<{k}>") == 1, (k, text)


def test_without_color_letters_tell_curves_apart() -> None:
    text = draw(functions("sigmoid", "tanh"), Screen())
    assert len(re.findall(r"[⠀-⣿ ]a[⠀-⣿ ]", text)) >= 2
    assert re.search(r"a Sigmoid$", text, re.MULTILINE) and re.search(r"b Tanh$", text, re.MULTILINE)


@settings(max_examples=30, deadline=None)
@given(width=st.integers(40, 160), height=st.integers(10, 40))
def test_no_letter_on_a_curve_runs_into_the_name_at_its_end(width: int, height: int) -> None:
    lines = draw(functions("sinc", "identity", "tanh"), Screen(width, height)).split("\n")
    for line in lines:
        assert not re.search(r"[abc] ?[abc] (Sinc|Identity|Tanh)$", line), "\n".join(lines)


def test_a_curve_that_the_axis_names_has_no_second_name() -> None:
    lines = shown(Line(UNIT, UNIT, "b - a"), ylabel="b - a", title="a and b")
    assert sum("b - a" in line for line in lines) == 1, lines


def test_with_color_letters_still_tell_curves_of_one_dash_apart() -> None:
    plain, colored = (draw(functions("sigmoid", "tanh"), Screen(color=color)) for color in (False, True))
    assert ESCAPES.sub("", colored) == plain
    assert f"\x1b[38;5;{PALETTE[1]}mb Tanh\x1b[0m" in colored


def test_with_color_one_function_has_a_color_an_order() -> None:
    text = draw(functions("tanh", orders=(0, 1, 2)), Screen(color=True))
    for code, name in zip(PALETTE[:3], ("f", "f′", "f″"), strict=True):
        assert f"\x1b[38;5;{code}m{name}\x1b[0m\n" in text


def test_notes_do_not_cover_curves_or_each_other() -> None:
    notes = [Note(f"note number {k}", 0.5, 0.5) for k in range(6)]
    lines = shown(Line(UNIT, UNIT), *notes, screen=Screen(60, 20))
    assert all("\n".join(lines).count(f"note number {k}") == 1 for k in range(6))
    bare = shown(Line(UNIT, UNIT), screen=Screen(60, 20))
    if len(bare) == len(lines):
        dots = sum(1 for line in bare for c in line if "⠀" < c <= "⣿")
        assert dots == sum(1 for line in lines for c in line if "⠀" < c <= "⣿")


def test_notes_without_room_are_listed_below() -> None:
    long = "a note that is much too long to stand anywhere inside so small a plot"
    lines = shown(Line(UNIT, UNIT), Note(long, 0.5, 0.5), screen=Screen(75, 12))
    assert lines[-1] == long


def test_band_is_shaded_under_the_curve() -> None:
    lines = shown(Band(0.0, 0.5), Line(UNIT, UNIT), axes="frame", screen=Screen(60, 20))
    row = lines[3]
    assert row.count("░") == pytest.approx(28, abs=2)
    assert "░" in "\n".join(shown(Band(0.2, 0.4, "y"), Line(UNIT, UNIT)))


@kinds
def test_words_on_a_texture_stand_clear_of_it(kind: str) -> None:
    screen = Screen(60, 20, cells=kind)  # type: ignore[arg-type]
    marks = (Band(0, 1), Band(0, 1), Band(0, 1), Line(UNIT, UNIT), Note("here", 0.3, 0.9))
    (line,) = [line for line in shown(*marks, screen=screen) if "here" in line]
    assert re.search("[▓:] here [▓:]", line), line


def test_an_axis_bears_the_names_that_the_panel_gives_it() -> None:
    names = ((-2.0, "−10⁴"), (0.0, "nothing"), (2.0, "10⁴"), (9.0, "outside"))
    line = Line((-2.5, 2.5), (0.0, 1.0))
    lines = shown(line, xticks=names, yticks=((0.0, "下"), (1.0, "above")), axes="frame", screen=Screen(60, 20))
    assert lines[-1].split() == ["−10⁴", "nothing", "10⁴"]
    ticks = [at for at, character in enumerate(lines[-2]) if character == "┬"]
    for at, name in zip(ticks, re.finditer(r"\S+", lines[-1]), strict=True):
        assert name.start() <= at < name.end(), (at, name)
    assert [line.split()[0] for line in lines if "┤" in line] == ["above", "下"]
    assert len({wcswidth(line[: line.index(sign)]) for line in lines for sign in "┤│└" if sign in line}) == 1
    plain = shown(line, xticks=names, screen=Screen(60, 20, cells="ascii"))
    assert plain[-1].split() == ["-10^4", "nothing", "10^4"]


def test_names_of_an_axis_that_would_overlap_are_left_out() -> None:
    names = tuple((k / 50, f"name {k}") for k in range(51))
    last = shown(Line(UNIT, UNIT), xticks=names, screen=Screen(60, 20))[-1]
    found = re.findall(r"name (\d+)", last)
    assert 4 <= len(found) <= 8 and found[0] == "0", last
    assert re.fullmatch(r" *name \d+( {2,}name \d+)*", last), last


def test_a_wide_screen_has_no_more_ticks_than_can_be_read() -> None:
    lines = draw(functions("tanh"), Screen(400, 120)).split("\n")
    assert lines[-2].split() == [str(k) for k in range(-6, 7)]
    assert sum("┤" in line for line in lines) <= 13


def test_zero_axes_are_drawn_only_where_asked() -> None:
    def dots(axes: str) -> int:
        lines = shown(Line((-1.0, 1.0), (-1.0, 1.0)), axes=axes)
        return sum("⠀" < c <= "⣿" for line in lines for c in line)

    assert dots("zero") > dots("frame")


def test_bars_are_as_long_as_their_values() -> None:
    lines = shown(Bars(("half", "whole"), (0.5, 1.0), chosen=1), screen=Screen(60, 20))
    half, whole = (line.count("█") for line in lines[:2])
    assert whole == pytest.approx(2 * half, abs=1) and whole > 30
    assert lines[0].endswith(" 0.5") and lines[1].endswith(" 1 ◀")


def test_bars_beyond_the_screen_are_counted() -> None:
    lines = shown(Bars(tuple(map(str, range(50))), tuple(range(50))), screen=Screen(60, 12))
    assert len(lines) == 11 and lines[-1] == "… and 40 more"


def test_matrix_is_aligned() -> None:
    lines = shown(Cells(((0.12, -0.08), (-10.0, 0.2)), ("y1", "y2"), ("x1", "x2")), title="J")
    assert lines == ["J", "       x1     x2", "y1   0.12  -0.08", "y2    -10    0.2"]


def test_diagram_shows_every_text() -> None:
    text = "\n".join(
        shown(
            Node(0, 0, "o1"), Node(1, 1, "y1"), Arrow((0, 0), (1, 1)), Formula(r"\frac{e^{x}}{S}", 0.5, 0), axes="off"
        )
    )
    assert "(o1)" in text and "(y1)" in text and "(e^x)/S" in text


def test_wide_titles_are_centred_and_cut() -> None:
    lines = shown(Line(UNIT, UNIT), title="饱和" * 30, screen=Screen(31, 10))
    assert wcswidth(lines[0]) in (30, 31) and lines[0].endswith("…")


def test_controls_are_neutralised() -> None:
    evil = "a\x1b[31mb\rc\nd\x07\u202ee\u2028f\x9bg"
    lines = shown(Line(UNIT, UNIT, evil), Line(UNIT, UNIT[::-1], "down"), Note(evil, 0.2, 0.5), title=evil, ylabel=evil)
    text = "\n".join(lines)
    assert len(lines) == 23
    assert not set(text) & set("\x1b\r\x07\u202e\u2028\x9b")
    assert "a?[31mb c d?e f?g" in text


HARD = (
    (math.nan,),
    (math.inf, -math.inf),
    (),
    (2.5,) * 3,
    (1e308, -1e308, 1.7e308),
    (1e-310, 3e-310, 2e-310),
    (5e-324, -5e-324),
    (sys.float_info.max, -sys.float_info.max),
    (1.0, 1.0 + 2**-52),
    (0.0, 5e-324, 1e308),
    (-1.0, math.nan, math.inf, 2.0),
)


@kinds
@pytest.mark.parametrize("values", HARD, ids=str)
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_hard_numbers_neither_crash_nor_warn(kind: str, values: tuple[float, ...], scale: str) -> None:
    screen = Screen(50, 14, True, kind)  # type: ignore[arg-type]
    steps = tuple(map(float, range(1, len(values) + 1)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for x, y in ((steps, values), (values, steps), (values, values)):
            marks = (Line(x, y, "one"), Line(x, y, "two", 1), *(Marker(a, b) for a, b in zip(x, y, strict=True)))
            assert len(shown(*marks, screen=screen, xscale=scale, yscale=scale)) == 13
        shown(Bars(tuple(map(str, values)), values), screen=screen)
        shown(Cells((values, values), ("a", "b"), tuple(map(str, values))), screen=screen)


@settings(max_examples=100, deadline=None)
@given(
    points=st.lists(st.tuples(st.floats(), st.floats()), max_size=12),
    dash=st.sampled_from(["solid", "dashed", "dotted", "dashdot"]),
    scale=st.sampled_from(["linear", "log"]),
)
def test_any_numbers_are_drawn(points: list[tuple[float, float]], dash: Dash, scale: str) -> None:
    x, y = (tuple(p[i] for p in points) for i in (0, 1))
    for line in shown(Line(x, y, "any", dash=dash), Line(y, x), screen=Screen(40, 12), xscale=scale, yscale=scale):
        assert wcswidth(line) <= 40, line


def test_empty_figures_are_drawn() -> None:
    assert shown(title="nothing")[0].strip() == "nothing"
    assert draw(Figure("no panel", ()), Screen()) == "no panel\n"


def test_a_million_points_are_drawn() -> None:
    x = np.linspace(-6, 6, 1_000_000)
    assert len(shown(Line(x, np.sin(1e5 * x)))) == 23


def test_terminal_imports_neither_rich_nor_matplotlib() -> None:
    code = (
        "import sys; from actviz.figure import *; from actviz.screen import PLAIN; from actviz.terminal import draw\n"
        "draw(Figure('', ((Panel((Line((0., 1.), (0., 1.)),)),),)), PLAIN)\n"
        "print(sorted({'rich', 'matplotlib', 'scipy', 'typer'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8", timeout=60)
    assert done.stdout == "[]\n"


def test_drawing_leaves_numpy_ma_alone() -> None:
    code = (
        "import sys; from actviz.figure import *; from actviz.screen import PLAIN; from actviz.terminal import draw\n"
        "draw(Figure('', ((Panel((Line((0., 1.), (0., 9.), 'a'),), ylim=(0., 1.)),),)), PLAIN)\n"
        "print('numpy.ma' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8", timeout=60)
    assert done.stdout == "False\n", "numpy.ma costs a tenth of a plot"


def test_an_upright_line_stands_in_one_column_of_dots() -> None:
    for width in range(3, 400):
        for x in (width / 2 - 0.5, 0.5, width / 3):
            dots = path(np.array([x, x]), np.array([0.0, 90.0]), width, 91)
            assert len(set(dots[:, 0].tolist())) == 1, (width, x)


def test_a_long_name_in_a_legend_is_cut_alike_before_the_order() -> None:
    cut = [marked("x" * 60 + mark, 20, "utf-8") for mark in (", f", ", f\u2032", ", f\u2033")]
    assert len({text.rpartition(",")[0] for text in cut}) == 1, cut
    assert [text.rpartition(",")[2] for text in cut] == [" f", " f\u2032", " f\u2033"]
    assert marked("tanh, f", 20, "utf-8") == "tanh, f"
