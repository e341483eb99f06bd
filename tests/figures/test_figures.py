"""The figures of the gallery: their data is what their captions claim, and every one can be read."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import pictures
import pytest
from process import actviz

from actviz import figures, gallery
from actviz.analysis.calculus import DERIVATIVES, RULES
from actviz.catalogue.logits import softmax
from actviz.figure import Arrow, Band, Cells, Figure, Formula, Line, Marker, Node, Note, Panel

if TYPE_CHECKING:
    from types import ModuleType

ENTRIES = gallery.entries()

ARTICLE = (
    "elementary-derivatives",
    "sigmoid",
    "sigmoid-derivative",
    "tanh",
    "tanh-derivative",
    "sigmoid-vs-tanh",
    "relu",
    "relu-derivative",
    "relu6",
    "elu",
    "swish-beta-sweep",
    "softplus-and-mish",
    "softmax-multiclass",
)


def module(stem: str) -> ModuleType:
    (found,) = [e for e in ENTRIES if e.stem.partition("-")[2] == stem]
    return import_module(f"{figures.__name__}.{found.module}")


def built(stem: str) -> Figure:
    figure = module(stem).build()
    assert isinstance(figure, Figure)
    return figure


def panels(stem: str) -> list[Panel]:
    return [panel for row in built(stem).rows for panel in row]


def marks(panel: Panel, kind: type[Any]) -> list[Any]:
    return [mark for mark in panel.marks if isinstance(mark, kind)]


def curve(panel: Panel, number: int = 0) -> tuple[np.ndarray, np.ndarray]:
    line = marks(panel, Line)[number]
    return np.asarray(line.x, dtype=float), np.asarray(line.y, dtype=float)


def at(xy: tuple[np.ndarray, np.ndarray], x: float) -> float:
    """The curve's y where it has a point at exactly `x`."""
    (found,) = np.unique(xy[1][(xy[0] == x) & np.isfinite(xy[1])])
    return float(found)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.stem)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_is_whole_and_alone(entry: gallery.Entry, theme: str) -> None:
    page = pictures.drawn(import_module(f"{figures.__name__}.{entry.module}").build(), theme)
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []
    assert pictures.crossed(page) == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.stem)
def test_caption_and_title(entry: gallery.Entry) -> None:
    figure = import_module(f"{figures.__name__}.{entry.module}").build()
    assert figure.title == entry.title
    assert re.fullmatch(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*", entry.stem), entry.stem
    assert len(entry.caption) > 80, entry.caption
    assert entry.caption.endswith((".", ".)")), entry.caption


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.command], ids=lambda e: e.stem)
def test_the_command_named_with_a_figure_runs(entry: gallery.Entry) -> None:
    program, *arguments = entry.command.split()
    assert program == "actviz"
    done = actviz(*arguments)
    assert done.returncode == 0, (entry.command, done.stderr)


def test_article_figures_come_first_in_its_order() -> None:
    assert [e.stem for e in ENTRIES[:13]] == [f"{n:02d}-{stem}" for n, stem in enumerate(ARTICLE, start=1)]


def test_every_file_of_the_folder_is_found_once_and_numbered_without_gaps() -> None:
    assert [int(e.stem[:2]) for e in ENTRIES] == list(range(1, len(ENTRIES) + 1))


def test_elementary_derivatives_shows_every_rule_and_derivative_once() -> None:
    shown = [f.text for panel in panels("elementary-derivatives") for f in marks(panel, Formula)]
    wanted = [text for entry in (*RULES, *DERIVATIVES) for text in (entry.function, entry.derivative)]
    assert shown == wanted


def test_sigmoid_is_symmetric_about_zero_and_a_half_and_saturates_beyond_5() -> None:
    (panel,) = panels("sigmoid")
    x, y = curve(panel)
    np.testing.assert_allclose(y + y[::-1], 1.0, rtol=0, atol=2e-15)
    np.testing.assert_allclose(x, -x[::-1], rtol=0, atol=2e-15)
    assert [(m.x, m.y) for m in marks(panel, Marker)] == [(0.0, 0.5)]
    assert [(b.low, b.high) for b in marks(panel, Band)] == [(-8.0, -5.0), (5.0, 8.0)]
    assert (np.minimum(y, 1 - y)[np.abs(x) > 5] < 0.007).all()
    assert (y > 0).all()


def test_sigmoid_derivative_peaks_at_a_quarter_at_zero() -> None:
    (panel,) = panels("sigmoid-derivative")
    x, y = curve(panel)
    assert y.max() == 0.25
    assert x[y.argmax()] == 0.0
    assert [(m.x, m.y) for m in marks(panel, Marker)] == [(0.0, 0.25)]
    assert y[0] < 1e-3
    assert y[-1] < 1e-3


def test_tanh_is_odd() -> None:
    (panel,) = panels("tanh")
    _x, y = curve(panel)
    np.testing.assert_allclose(y, -y[::-1], rtol=0, atol=1e-15)  # the grid itself is even to an ulp of 5
    assert [(m.x, m.y) for m in marks(panel, Marker)] == [(0.0, 0.0)]


def test_tanh_derivative_is_1_at_zero_four_times_that_of_sigmoid() -> None:
    (panel,) = panels("tanh-derivative")
    assert curve(panel)[1].max() == at(curve(panel), 0.0) == 1.0
    assert 4 * at(curve(panel, 1), 0.0) == 1.0


def test_sigmoid_and_tanh_satisfy_the_identity_written_beside_them() -> None:
    (panel,) = panels("sigmoid-vs-tanh")
    assert [line.label for line in marks(panel, Line)] == ["Sigmoid", "Tanh"]
    (x, s), (_, t) = curve(panel), curve(panel, 1)
    doubled = {float(a): float(b) for a, b in zip(x, s, strict=True)}
    shared = [(a, b) for a, b in zip(x, t, strict=True) if 2 * float(a) in doubled]
    assert len(shared) > 100
    for a, b in shared:
        assert abs(b + 1 - 2 * doubled[2 * float(a)]) < 1e-15, (a, b)
    assert [note.text for note in marks(panel, Note)] == ["tanh(x) + 1 = 2 sigmoid(2x)"]


def test_relu_is_the_positive_part() -> None:
    (panel,) = panels("relu")
    x, y = curve(panel)
    np.testing.assert_array_equal(y, np.maximum(x, 0))


def test_relu_derivative_is_closed_at_zero_below_and_open_above() -> None:
    (panel,) = panels("relu-derivative")
    assert [(m.x, m.y, m.shape) for m in marks(panel, Marker)] == [(0.0, 0.0, "closed"), (0.0, 1.0, "open")]
    x, y = curve(panel)
    assert (y[x < 0] == 0).all()
    assert (y[x > 0] == 1).all()
    assert np.isnan(y[x == 0]).sum() == 1, "the line must not climb at the kink"


def test_relu6_has_both_kinks_with_the_left_derivative_closed() -> None:
    value, slope = panels("relu6")
    assert [(m.x, m.y) for m in marks(value, Marker)] == [(0.0, 0.0), (6.0, 6.0)]
    found = [(m.x, m.y, m.shape) for m in marks(slope, Marker)]
    assert found == [(0.0, 0.0, "closed"), (0.0, 1.0, "open"), (6.0, 1.0, "closed"), (6.0, 0.0, "open")]
    assert curve(value)[1].max() == 6.0


def test_elu_tends_to_minus_alpha_without_reaching_it() -> None:
    (panel,) = panels("elu")
    x, y = curve(panel)
    assert -1.0 < y[0] < -0.997
    np.testing.assert_array_equal(y[x > 0], x[x > 0])


def test_swish_sweep_has_the_window_and_curves_of_the_article() -> None:
    (panel,) = panels("swish-beta-sweep")
    assert panel.xlim == (-5.0, 3.0)
    assert panel.ylim == (-2.0, 3.0)
    assert panel.axes == "zero"
    assert [line.label for line in marks(panel, Line)] == ["Swish, β = 0.1", "Swish, β = 1", "Swish, β = 10"]
    for number, beta in enumerate((0.1, 1.0, 10.0)):
        for x, y in list(zip(*curve(panel, number), strict=True))[::100]:
            with mpmath.workdps(50):
                wanted = float(mpmath.mpf(x) / (1 + mpmath.exp(-mpmath.mpf(beta) * mpmath.mpf(x))))
            assert abs(y - wanted) <= 4 * np.spacing(abs(wanted)), (beta, x, y, wanted)


def test_swish_minima_are_where_the_oracle_finds_them() -> None:
    """x s(bx) is least at bx = -1 - W(1/e), for every b."""
    place = -1 - mpmath.lambertw(mpmath.exp(-1)).real
    (panel,) = panels("swish-beta-sweep")
    for marker, beta in zip(marks(panel, Marker), (1.0, 10.0), strict=True):
        assert marker.x == pytest.approx(float(place / beta), rel=1e-14)


def test_mish_minimum_is_a_root_of_its_slope() -> None:
    def mish(x: mpmath.mpf) -> mpmath.mpf:
        return x * mpmath.tanh(mpmath.log1p(mpmath.exp(x)))

    place = mpmath.findroot(lambda x: mpmath.diff(mish, x), -1.2)
    (panel,) = panels("softplus-and-mish")
    (low,) = marks(panel, Marker)
    assert low.x == pytest.approx(float(place), rel=1e-12)
    assert low.y == pytest.approx(float(mish(place)), rel=1e-12)
    assert marks(panel, Note)[0].text == f"minimum ({float(place):.3f}, {float(mish(place)):.3f})".replace("-", "−")
    assert (curve(panel)[1] > curve(panel, 2)[1]).all(), "softplus lies above ReLU"


def test_softmax_diagram_shows_probabilities_that_sum_to_1_and_chooses_the_greatest() -> None:
    (panel,) = panels("softmax-multiclass")
    nodes = marks(panel, Node)
    outputs = [float(n.text.replace("−", "-")) for n in nodes if n.x == 1.0]
    shown = [float(n.text) for n in nodes if n.x == 5.0]
    assert outputs == [3.0, 1.0, -3.0]
    assert shown == [round(float(p), 3) for p in softmax(outputs)]
    assert abs(sum(softmax(outputs)) - 1) < 1e-15
    assert round(shown[1], 2) == 0.12
    chosen = [arrow for arrow in marks(panel, Arrow) if arrow.ink != "muted"]
    assert [arrow.end[1] for arrow in chosen] == [nodes[outputs.index(max(outputs))].y]
    assert [f.text for f in marks(panel, Formula) if "= 1" in f.text] == ["y_1 + y_2 + y_3 = 1"]


def test_leaky_family_has_the_slopes_of_its_records_inside_the_fan() -> None:
    (panel,) = panels("leaky-family")
    slopes = [at(curve(panel, n), -6.0) / -6.0 for n in range(3)]
    np.testing.assert_allclose(slopes, [0.01, 0.25, 11 / 48], rtol=1e-15)
    (area,) = [mark for mark in panel.marks if type(mark).__name__ == "Area"]
    np.testing.assert_allclose([area.high[0] / -6.0, area.low[0] / -6.0], [1 / 8, 1 / 3], rtol=1e-15)  # type: ignore[union-attr]


def test_maxout_lies_under_the_parabola_and_twice_the_lines_quarter_the_error() -> None:
    errors = []
    for panel in panels("maxout-convex"):
        (x, y), (_, parabola) = curve(panel), curve(panel, 1)
        np.testing.assert_allclose(parabola, x * x, rtol=1e-15)
        assert (y <= parabola + 1e-15).all()
        assert (np.diff(y, 2) >= -1e-14).all(), "a maximum of lines is convex"
        errors.append(float((parabola - y).max()))
        assert f"{errors[-1]:.3g}" in panel.title
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=1e-3)


def test_overflow_bars_end_where_exp_fails_in_each_dtype() -> None:
    (panel,) = panels("softmax-overflow")
    assert [name for _, name in panel.yticks] == ["float16", "bfloat16", "float32", "float64"]
    heights = {name: y for y, name in panel.yticks}
    for dtype in (np.float16, np.float32, np.float64):
        ends = {end for line in marks(panel, Line) if line.y[0] == heights[dtype.__name__] for end in line.x}
        high, low = dtype(max(ends)), dtype(min(ends))
        with np.errstate(over="ignore", under="ignore"):
            assert np.exp(np.float64(high)) > np.finfo(dtype).max
            assert np.exp(np.float64(np.nextafter(high, dtype(0)))) <= float(np.finfo(dtype).max) * (1 + 1e-3)
            assert dtype(np.exp(np.float64(low))) == 0
            assert dtype(np.exp(np.float64(np.nextafter(low, dtype(0))))) > 0


def test_jacobian_is_that_of_softmax_with_rows_and_columns_summing_to_0() -> None:
    (panel,) = panels("softmax-jacobian")
    (cells,) = marks(panel, Cells)
    matrix = np.asarray(cells.values)
    y = np.asarray(softmax([3.0, 1.0, -3.0]))
    np.testing.assert_allclose(matrix, np.diag(y) - np.outer(y, y), rtol=1e-12)
    rounding = 3 * matrix.max() * 2**-53
    np.testing.assert_allclose(matrix.sum(axis=0), 0, atol=rounding)
    np.testing.assert_allclose(matrix.sum(axis=1), 0, atol=rounding)


@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("sigmoid", lambda x: mpmath.exp(-x) / (1 + mpmath.exp(-x)) ** 2),
        ("tanh", lambda x: mpmath.sech(x) ** 2),
        ("elu", lambda x: mpmath.exp(x) if x < 0 else mpmath.mpf(1)),
    ],
)
def test_shaded_intervals_begin_where_the_slope_is_one_hundredth(name: str, slope: object) -> None:
    (panel,) = panels(f"{name}-saturation")
    bands = marks(panel, Band)
    borders = [b.high if b.low == panel.xlim[0] else b.low for b in bands]  # type: ignore[index]
    assert len(borders) == (1 if name == "elu" else 2)
    for border in borders:
        found = slope(mpmath.mpf(border))  # type: ignore[operator]
        assert abs(found - mpmath.mpf("0.01")) < mpmath.mpf("1e-16"), (name, border, found)
    caption = module(f"{name}-saturation").__doc__ or ""
    assert f"{abs(borders[0]):.3f}" in caption


def test_dead_relu_never_learns_and_the_others_do() -> None:
    _, training = panels("dead-relu")
    losses = {line.label: np.asarray(line.y) for line in marks(training, Line)}
    assert list(losses) == ["ReLU", "Leaky ReLU", "ELU"]
    assert (losses["ReLU"] == losses["ReLU"][0]).all()
    assert losses["Leaky ReLU"][-1] < 0.1 * losses["Leaky ReLU"][0]
    assert losses["ELU"][-1] < 0.01 * losses["ELU"][0]


def test_errors_in_float16_are_where_the_caption_says():
    value, slope = panels("errors-in-float16")
    for panel in (value, slope):
        definition, kernel = sorted(marks(panel, Line), key=lambda line: line.label)
        assert (definition.label, kernel.label) == ("definition", "kernel")
        assert max(kernel.y) == 0.0
        assert max(definition.y) == 11.0  # the bits of a float16's significand
    decade = {text: at for at, text in value.xticks}
    assert decade["1"] == -decade["−1"] == 8.0  # decades above 1e-8
    zeros = [band for band in marks(value, Band) if band.high < 0 and band.low > value.xlim[0] + 1]
    assert [-(10 ** (-band.high - 8)) for band in zeros] == [pytest.approx(-7.63, rel=0.05)]  # the cell that holds it
    assert [-(10 ** (-band.low - 8)) for band in zeros] == [pytest.approx(-20.3, rel=0.05)]
    overflowed = max(marks(slope, Band), key=lambda band: band.high)
    assert 10 ** (overflowed.low - 8) == pytest.approx(11.09, rel=0.05)


def test_gradients_through_ten_layers_vanish_for_sigmoid_and_stay_for_relu() -> None:
    (panel,) = panels("depth")
    bound, sigmoid, relu = (curve(panel, n) for n in range(3))
    np.testing.assert_allclose(bound[1], 4.0 ** (bound[0] - 10), rtol=1e-14)
    assert (sigmoid[1][:-1] < bound[1][:-1]).all()
    assert 4e-7 < at(sigmoid, 0.0) < 5e-7
    np.testing.assert_allclose(relu[1], 1.0, rtol=1e-13)
    seen = np.asarray([(m.x, m.y) for m in marks(panel, Marker)])
    assert len(seen) == 22
    for points, predicted in ((seen[:11], sigmoid[1]), (seen[11:], relu[1])):
        np.testing.assert_array_equal(points[:, 0], np.arange(11.0))
        np.testing.assert_allclose(points[:, 1], predicted, rtol=0.25)
