"""Pictures: the same bytes each time, no trace of the user's settings, no letter cut or covered."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pictures
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Page
from PIL import Image
from process import actviz

from actviz.charts.functions import function_figure, legible_figure
from actviz.figure import Area, Band, Bars, Cells, Figure, Line, Marker, Note, Panel, Rule
from actviz.render import compose, draw_panel, encode
from actviz.resolve import scalars

if TYPE_CHECKING:
    from pathlib import Path

SWEEP = function_figure(scalars(["swish"], ["beta=0.1,1,10"]), interval=(-5.0, 3.0))
KINDS = ("png", "svg", "pdf")


def svg_text(figure: Figure, theme: str = "light") -> str:
    return encode(figure, "svg", theme).decode()  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bytes_are_the_same_twice_and_differ_by_theme(kind: str, theme: str) -> None:
    first = encode(SWEEP, kind, theme)  # type: ignore[arg-type]
    assert first == encode(SWEEP, kind, theme)  # type: ignore[arg-type]
    assert first != encode(SWEEP, kind, "dark" if theme == "light" else "light")


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_are_the_same_in_another_process(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{kind}"
    done = actviz("plot", "swish", "--param", "beta=0.1,1,10", "--range=-5:3", "-o", str(path), PYTHONHASHSEED="7")
    assert done.returncode == 0, done.stderr
    assert path.read_bytes() == encode(SWEEP, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_users_settings_neither_show_nor_change(kind: str) -> None:
    plain = encode(SWEEP, kind)
    with mpl.rc_context({"lines.linewidth": 9, "font.size": 30, "axes.facecolor": "red", "svg.fonttype": "none"}):
        before = dict(mpl.rcParams.copy())
        assert encode(SWEEP, kind) == plain
        assert dict(mpl.rcParams.copy()) == before


@pytest.mark.parametrize("size", [(1.0, 1.0), (1.3, 2.1), (3.3, 7.7), (6.4, 4.0), (20.0, 1.1)])
def test_any_size_is_just_as_asked(size: tuple[float, float]) -> None:
    figure = replace(SWEEP, size=size)
    image = Image.open(io.BytesIO(encode(figure, "png")))
    assert image.size == (round(160 * size[0] - 0.49), round(160 * size[1] - 0.49))
    root = ET.fromstring(svg_text(figure))
    assert [float(root.attrib[side].removesuffix("pt")) for side in ("width", "height")] == pytest.approx(
        [72 * side for side in size]
    )


def test_png_has_the_size_asked_and_no_metadata_that_varies() -> None:
    image = Image.open(io.BytesIO(encode(replace(SWEEP, size=(5.0, 3.0)), "png")))
    assert image.size == (800, 480)
    assert set(image.info) <= {"dpi", "Title"}, image.info


def test_svg_is_sound_xml_without_dates_links_or_foreign_fonts() -> None:
    text = svg_text(SWEEP)
    ET.fromstring(text)
    assert not re.search(r"\d{4}-\d\d-\d\d", text), "a date"
    assert "<text" not in text, "letters are drawn as paths, so they look alike everywhere"
    outward = set(re.findall(r'(?:xlink:href|src)="([^#"][^"]*)"', text))
    assert outward == set()


def test_the_fonts_of_mathematics_go_into_a_pdf_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    from actviz.figures import f01_elementary_derivatives

    encode(f01_elementary_derivatives.build(), "pdf")
    assert caplog.text == ""


def test_pdf_carries_no_date() -> None:
    assert b"CreationDate" not in encode(SWEEP, "pdf")


def test_pyplot_is_never_imported_and_only_the_backend_that_is_needed() -> None:
    program = """
import sys
from actviz.charts.functions import function_figure, legible_figure
from actviz.render import encode
from actviz.resolve import scalars
encode(function_figure(scalars(["mish"])), sys.argv[1])
print(*(n.rpartition("_")[2] for n in sorted(sys.modules) if n.startswith("matplotlib.backends.backend_")))
assert "matplotlib.pyplot" not in sys.modules
"""
    for kind, backend in (("png", "agg"), ("svg", "svg"), ("pdf", "pdf")):
        done = subprocess.run([sys.executable, "-c", program, kind], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        # The PDF backend itself imports Agg, to draw what PDF cannot.
        assert set(done.stdout.split()) - {"mixed"} == {backend} | ({"agg"} if kind != "png" else set())


@pytest.mark.parametrize(
    ("functions", "params", "orders", "interval"),
    [
        (["swish"], ["beta=0.1,1,10"], (0,), (-6.0, 6.0)),
        (["relu6"], [], (0, 1, 2), (-6.0, 6.0)),
        (["sigmoid", "tanh", "relu", "elu", "mish", "softplus"], [], (0, 1), (-3.0, 3.0)),
        (["tanh", "mish"], [], (0,), (1e6, 1.00001e6)),
        (["tanh", "mish"], [], (0,), (1e-9, 1.00001e-9)),
        (["exp(x*100)"], [], (0,), (-6.0, 6.0)),
        (["x**20", "0*x + 1e-7"], [], (0,), (-6.0, 6.0)),
        (["+".join(["x*sigmoid(1.702*x)"] * 5), "mish"], [], (0, 1), (-6.0, 6.0)),
        (["swish"], ["beta=" + ",".join(map(str, range(1, 60)))], (0,), (-6.0, 6.0)),
        (["0*x"], [], (0, 1), (-1e300, 1e300)),
    ],
)
@pytest.mark.parametrize("size", [(6.4, 4.0), (1.0, 1.0), (3.0, 2.2), (12.0, 2.5), (1.0, 30.0)])
def test_no_text_is_cut_or_overlaps(
    functions: list[str],
    params: list[str],
    orders: tuple[int, ...],
    interval: tuple[float, float],
    size: tuple[float, float],
) -> None:
    figure = replace(function_figure(scalars(functions, params), orders, interval), size=size)
    page = pictures.drawn(figure)
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []


def test_the_check_for_overlaps_sees_one() -> None:
    notes = (Note("one text", 0.5, 0.5), Note("another", 0.5, 0.5), Note("far out", 5.0, 0.5))
    page = pictures.drawn(Figure("", ((Panel((*notes, Line((0, 1), (0, 1))), xlim=(0, 1), ylim=(0, 1)),),)))
    assert pictures.overlapping(page) == [("one text", "another")]
    assert pictures.outside(page) == ["far out"]
    assert {text for text, _ in pictures.crossed(page)} == {"one text", "another"}


@pytest.mark.parametrize(
    "title", ["$x^2$ costs $5", "a\x00b\x1b[31m", "<&>\"'--", "\udcff", "word " * 200, "x" * 5000, ""]
)
def test_any_title_is_drawn_as_it_is(title: str) -> None:
    figure = replace(SWEEP, title=title)
    for kind in KINDS:
        assert encode(figure, kind)
    ET.fromstring(svg_text(figure))
    assert pictures.outside(pictures.drawn(figure)) == []


def test_letters_the_font_lacks_do_not_stop_the_picture() -> None:
    assert encode(replace(SWEEP, title="激活函数"), "png")


def test_dollars_are_not_mathematics() -> None:
    page = compose(replace(SWEEP, title="$x$ and $y$"))
    assert [text.get_text() for text in page.texts] == ["$x$ and $y$"]
    assert not page.texts[0].get_parse_math()


def test_zero_lines_run_through_the_origin_and_a_frame_has_none() -> None:
    for axes, wanted in (("zero", 2), ("frame", 0)):
        panel = Panel((Line((-1, 1), (-1, 1)),), xlim=(-1, 1), ylim=(-1, 1), axes=axes)  # type: ignore[arg-type]
        (ax,) = compose(Figure("", ((panel,),))).axes
        assert sum(line.get_zorder() < 1 for line in ax.lines) == wanted


def test_open_and_closed_markers_are_hollow_and_full() -> None:
    panel = Panel((Marker(0, 0, "closed"), Marker(0, 1, "open")), xlim=(-1, 1), ylim=(-1, 2), axes="frame")
    (ax,) = compose(Figure("", ((panel,),))).axes
    closed, hollow = ax.lines
    assert closed.get_markerfacecolor() == closed.get_markeredgecolor()
    assert hollow.get_markerfacecolor() == ax.get_facecolor() != hollow.get_markeredgecolor()


def test_every_kind_of_mark_is_drawn() -> None:
    bars = Panel((Bars(("a", "b"), (0.2, 0.8), chosen=1),), axes="frame", ylim=(0, 1))
    cells = Panel((Cells(((1.0, -2.0), (float("nan"), 0.0)), ("r", "s"), ("c", "d")),), axes="off")
    shades = Panel(
        (
            Band(0, 1, "x", "here"),
            Band(0, 1, "y", "there"),
            Area((0, 1), (0, 0), (1, 2)),
            Rule(0.5, "y", "dotted"),
            Line((1, 10, 100), (1, 2, 3), "a"),
            Line((1, 10, 100), (3, 2, float("nan")), "b", dash="dashdot"),
        ),
        xscale="log",
        xlim=(0.5, 100),
        axes="frame",
    )
    page = pictures.drawn(Figure("All", ((bars, cells), (shades, shades)), size=(8, 6)))
    assert pictures.outside(page) == []
    assert {"0.2", "0.8", "−2.0000", "here", "there", "a", "b", "10⁰", "10²"} <= {
        text for text, _ in pictures.texts(page)
    }


def test_curves_that_part_at_the_edge_are_named_there_in_their_colour() -> None:
    (ax,) = compose(SWEEP).axes
    named = {text.get_text(): text.get_color() for text in ax.texts}
    drawn = {line.get_label(): line.get_color() for line in ax.lines if line.get_zorder() >= 2}
    assert {name: named[name] for name in drawn} == drawn


def test_draw_panel_keeps_the_users_axes() -> None:
    page = Page()
    FigureCanvasAgg(page)
    ax = page.add_subplot()
    before = dict(mpl.rcParams.copy()), ax.get_position().bounds, page.get_size_inches().tolist()
    figure = function_figure(scalars(["sigmoid", "tanh"]))
    assert draw_panel(figure.rows[0][0], ax, "light", figure.title) is ax
    assert (dict(mpl.rcParams.copy()), ax.get_position().bounds, page.get_size_inches().tolist()) == before
    assert ax.get_title() == "Sigmoid and Tanh"
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["Sigmoid", "Tanh"]
    page.canvas.draw()


def test_values_no_scale_can_hold_are_drawn_all_the_same() -> None:
    with np.errstate(all="ignore"):
        wild = Line((0, 1, 2, 3), (1e308, -1e308, float("inf"), float("nan")), "wild")
        panel = Panel((wild, Line((0, 3), (0, 1), "tame")), xlim=(0, 3), ylim=(-1e300, 1e300))
        assert encode(Figure("", ((panel,),)), "png")


def test_a_large_matrix_has_few_names_no_numbers_and_a_title_in_the_picture() -> None:
    names = tuple(f"y{i}" for i in range(1, 41))
    cells = Cells(np.eye(40).tolist(), names, names)
    title = "at x = (" + ", ".join(map(str, range(40))) + ")"
    page = pictures.drawn(Figure("Jacobian", ((Panel((cells,), title, "", axes="off"),),)))
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []
    texts = [text.get_text() for text in page.axes[0].texts]
    assert [text for text in texts if text.endswith("\u2026")], texts
    assert len(texts) <= 23, texts
    assert not [text for text in texts if "." in text], texts


@pytest.mark.parametrize("n", [3, 8, 12, 13])
def test_numbers_of_a_matrix_do_not_overlap(n: int) -> None:
    names = tuple(f"x{i}" for i in range(1, n + 1))
    page = pictures.drawn(Figure("", ((Panel((Cells(-np.eye(n), names, names),), axes="off"),),)))
    assert pictures.overlapping(page) == []


def test_names_cut_short_are_cut_alike_before_the_order() -> None:
    from actviz.render.key import told_short

    cut = [told_short("x" * 60 + mark, 20.0, len) for mark in (", f", ", f\u2032", ", f\u2033")]
    assert len({text.rpartition(",")[0] for text in cut}) == 1, cut
    assert [text.rpartition(",")[2] for text in cut] == [" f", " f\u2032", " f\u2033"]
    assert max(map(len, cut)) <= 20


def test_fifty_curves_are_all_named() -> None:
    figure = function_figure(scalars(["swish"], ["beta=" + ",".join(map(str, range(1, 51)))]))
    texts = [text.get_text() for text in pictures.drawn(figure).axes[0].texts]
    assert "Swish, \u03b2 = 50" in texts, texts


def test_panels_over_the_same_x_line_up() -> None:
    names, numbers = Line((0.0, 1.0), (0.0, 1.0), "a long name"), Line((0.0, 1.0), (0.0, 123456.0))
    rows = tuple((Panel((mark,), xlim=(0.0, 1.0)),) for mark in (names, numbers))
    other = (Panel((names,), xlim=(0.0, 2.0)),)
    upper, lower, apart = (ax.get_position() for ax in compose(Figure("", (*rows, other))).axes)
    assert (upper.x0, upper.x1) == (lower.x0, lower.x1)
    assert apart.x0 < lower.x0


@pytest.mark.parametrize("size", [(6.4, 7.2), (6.4, 4.0), (5.0, 3.0), (3.0, 1.0)])
def test_numbers_of_stacked_panels_stand_apart_and_in_order(size: tuple[float, float]) -> None:
    figure = replace(legible_figure(scalars(["sin(50*x)"]), (0, 1, 2)), size=size)
    page = compose(figure)
    page.draw_without_rendering()
    for ax in page.axes:
        low, high = ax.get_ylim()
        assert low < high
        texts = [t for t in ax.get_yticklabels() if low <= t.get_position()[1] <= high]
        boxes = [text.get_window_extent() for text in texts]
        assert len(boxes) >= 2
        assert all(a.y1 < b.y0 for a, b in pairwise(boxes)), [text.get_text() for text in texts]
