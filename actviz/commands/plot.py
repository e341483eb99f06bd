"""`actviz plot`: curves in the terminal or in a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.commands import _drawing as drawing
from actviz.commands import _options as options
from actviz.commands._entries import HEADS, KEYS, jump_entries, kink_entries
from actviz.errors import BadInput
from actviz.report import Report, Table
from actviz.resolve import scalars
from actviz.sampling import exact_places, grid

if TYPE_CHECKING:
    from actviz.activation import Activation
    from actviz.figure import Figure, Interval, Mark

INSTEAD = "`actviz derivative {name} --at=3,1,-3`"


PlotTheme = Annotated[
    options.Theme | None, typer.Option(help="ground of the picture: light, or like the terminal's where it tells")
]


def command(
    functions: options.OptionalFunctions = None,
    param: options.Params = None,
    callables: options.From = None,
    derivative: Annotated[bool, typer.Option("--derivative", "-d", help="draw f' beside f")] = False,
    order: Annotated[str | None, typer.Option(metavar="0,1,2", help="derivative orders to draw")] = None,
    range_: options.Range = "-6:6",
    ylim: Annotated[str | None, typer.Option(metavar="LOW:HIGH", help="the interval of y")] = None,
    points: Annotated[int, typer.Option(help="points sampled a curve")] = 1001,
    log: Annotated[bool, typer.Option("--log", help="logarithmic scale of the absolute value")] = False,
    title: Annotated[str, typer.Option(help="title above the plot")] = "",
    size: options.Size = None,
    theme: PlotTheme = None,
    graphics: drawing.GraphicsOption = None,
    show: Annotated[bool, typer.Option("--show", help="draw in the terminal as well as into -o FILE")] = False,
    height: drawing.Rows = None,
    seed: options.Seed = None,
) -> Report:
    """Draw functions, in the terminal or with -o in a PNG, SVG or PDF file.

    Examples: actviz plot mish; actviz plot tanh --order 0,1,2;
    actviz plot swish --param beta=0.1,1,10 --range=-5:3 -o swish.svg
    """
    if derivative and order is not None:
        raise BadInput("give -d or --order, not both; -d is --order 0,1")
    drawn = options.orders(order) if order is not None else ((0, 1) if derivative else (0,))
    interval = options.interval(range_)
    window = options.interval(ylim, "--ylim") if ylim is not None else None
    if log and window and window[0] <= 0:
        raise BadInput(f"--ylim {ylim} has no place on the logarithmic scale of --log; give bounds above 0")
    inches, activations = options.size(size), scalars(functions or [], param, callables, seed, INSTEAD)

    def figure() -> Figure:
        from actviz.charts.functions import function_figure, legible_figure

        build = function_figure if window or log else legible_figure
        made = sized(build(activations, drawn, interval, points, title), inches)
        return windowed(with_kinks(made, activations, drawn, interval), window, log)

    rows = [sampled(one, drawn, interval, points) for one in activations]
    return Report(
        document={"range": interval, "functions": rows},
        tables=tuple(table(a, r, drawn) for a, r in zip(activations, rows, strict=True)),
        figure=figure,
        view="figure",
        theme=theme.value if theme else None,
        graphics=graphics.value if graphics else None,
        show=drawing.meant(show or None, graphics, height),
        height=height,
    )


def sized(figure: Figure, inches: tuple[float, float] | None) -> Figure:
    """The figure of this size, or of its own."""
    return figure if inches is None else replace(figure, size=inches)


def with_kinks(
    figure: Figure, activations: tuple[Activation, ...], drawn: tuple[int, ...], interval: Interval
) -> Figure:
    """The figure with a point at each kink of f, where it goes on with another slope."""
    from actviz.figure import Line, Marker

    (panel,), *below = figure.rows
    here = drawn[:1] if below else drawn
    marks: list[Mark] = []
    curves = iter([(activation, order) for activation in activations for order in here])
    for mark in panel.marks:
        marks.append(mark)
        if isinstance(mark, Line):
            activation, order = next(curves)
            kinks = activation.kinks(*activation.values) if order == 0 else ()
            places = [k.x for k in kinks if k.order == 1 and interval[0] <= k.x <= interval[1]]
            marks.extend(Marker(x, float(activation(x)), "closed", mark.ink) for x in places)
    return replace(figure, rows=((replace(panel, marks=tuple(marks)),), *below))


def windowed(figure: Figure, ylim: Interval | None, log: bool) -> Figure:
    """`figure` with its y window set, or on a logarithmic scale of the absolute values."""
    from actviz.charts.scales import logarithmic

    if not (ylim or log):
        return figure
    ((panel,),) = figure.rows
    if ylim:
        panel = replace(panel, ylim=ylim)
    return replace(figure, rows=((logarithmic(panel) if log else panel,),))


def sampled(activation: Activation, drawn: tuple[int, ...], interval: Interval, points: int) -> dict[str, Any]:
    """One function's points as JSON has them: the keys of `derivative`, for the orders drawn."""
    low, high = interval
    x = grid(interval, points, exact_places(activation))
    kinks = [k for k in activation.kinks(*activation.values) if low <= k.x <= high]
    return {
        "name": activation.name,
        "parameters": activation.bound,
        "x": x,
        **{KEYS[k]: activation.derivative(x, k) for k in drawn},
        "kinks": kink_entries(kinks),
        "jumps": jump_entries(kinks),
    }


def table(activation: Activation, row: dict[str, Any], drawn: tuple[int, ...]) -> Table:
    """The same points as a table."""
    columns = [row["x"], *(row[KEYS[k]] for k in drawn)]
    cells = zip(*(column.tolist() for column in columns), strict=True)
    return Table(("x", *(HEADS[k] for k in drawn)), tuple(cells), title=activation.label)
