"""`actviz compare`: how far apart functions are, and where."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz import _numpy as np
from actviz.commands import _drawing as drawing
from actviz.commands import _options as options
from actviz.completion import candidates
from actviz.errors import BadInput
from actviz.floats import DTYPES, dtype_of, greatest
from actviz.formats import numbered
from actviz.report import Cell, Report, Table
from actviz.resolve import scalars
from actviz.sampling import exact_places, grid
from actviz.wording import listed, told_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Activation
    from actviz.analysis.comparison import Pair, Tolerance
    from actviz.figure import Figure, Interval

    Named = tuple[tuple[str, str], Pair]

INSTEAD = "`actviz derivative {name} --at=3,1,-3`"
KEYS = (
    "max_abs_difference",
    "at",
    "rms_difference",
    "max_abs_derivative_difference",
    "derivative_at",
    "max_ulp",
    "within_tolerance",
)
MOST_SENTENCES = 6
DRAWN = 1001


def command(
    functions: options.OptionalFunctions = None,
    range_: options.Range = "-6:6",
    points: Annotated[int, typer.Option(help="points searched, beside 0 and the kinks")] = 4001,
    dtype: Annotated[
        str,
        typer.Option(
            help="evaluate in float16, bfloat16, float32 or float64", autocompletion=candidates.words(*DTYPES)
        ),
    ] = "float64",
    tol: Annotated[float | None, typer.Option(help="exit with status 1 where values differ by more")] = None,
    ulp: Annotated[int | None, typer.Option(help="exit with status 1 where they are more ULP apart")] = None,
    param: options.Params = None,
    callables: options.From = None,
    show: drawing.Show = None,
    graphics: drawing.GraphicsOption = None,
    height: drawing.Rows = None,
    seed: options.Seed = None,
) -> Report:
    """Compare functions pair by pair: value, slope, units in the last place (ULP), and where.

    Exit status 1 says that --tol or --ulp was exceeded. Examples: actviz compare swish mish;
    actviz compare "tanh(x)+1" "2*sigmoid(2*x)" --tol 1e-15
    """
    from actviz.analysis.comparison import Tolerance, compare

    kind = options.one_of(dtype, DTYPES, "--dtype")
    interval = holdable(options.interval(range_), kind)
    tolerance = Tolerance(tol, ulp)
    activations = scalars(functions or [], param, callables, seed, INSTEAD)
    if len(activations) < 2:
        raise BadInput("compare needs two functions or more, such as swish and mish")
    pairs = [
        compare(a, b, interval, points=points, dtype=kind, tolerance=tolerance) for a, b in combinations(activations, 2)
    ]
    names = tuple(combinations(numbered([a.label for a in activations]), 2))
    made = Report(
        document={
            "range": interval,
            "functions": [a.label for a in activations],
            "pairs": [entry(pair) for pair in pairs],
        },
        tables=(pair_table(tuple(zip(names, pairs, strict=True)), interval, kind, tolerance),),
        figure=lambda: overlay(activations, interval, kind, agreement(pairs[: len(activations) - 1])),
        status=1 if any(pair.within_tolerance is False for pair in pairs) else 0,
    )
    return drawing.above_tables(made, show, graphics, height)


def holdable(interval: Interval, dtype: str) -> Interval:
    """`interval`; raise BadInput where `dtype` has no numbers for its ends."""
    largest = greatest(dtype)
    if max(map(abs, interval)) > largest:
        raise BadInput(f"{dtype} holds numbers up to {largest:g}; give a --range within that")
    return interval


def entry(pair: Pair) -> dict[str, Any]:
    """One pair as JSON has it."""
    found = {"a": pair.a.label, "b": pair.b.label} | {key: getattr(pair, key) for key in KEYS}
    return found | {"max_ulp": count(pair.max_ulp)}


def count(ulp: float) -> float:
    """Units as a whole number where float64 holds it exactly."""
    return int(ulp) if ulp < 2**53 else ulp


def pair_table(pairs: Sequence[Named], interval: Interval, dtype: str, tolerance: Tolerance) -> Table:
    """A row a pair, and what it comes to in words."""
    judged = (tolerance.value, tolerance.ulp) != (None, None)
    over = f"{interval[0]:g}:{interval[1]:g}"
    told = pairs if len(pairs) <= MOST_SENTENCES else [max(pairs, key=remoteness)]
    return Table(
        columns=("a", "b", "apart", "at x", "rms", "slope apart", "slope at x", "ULP", *(("within",) * judged)),
        rows=tuple(row(pair, judged) for pair in pairs),
        title=f"over {over}, in {dtype}",
        notes=tuple(verdict(pair, over, dtype, tolerance) for pair in told),
        digits=3,
    )


def remoteness(one: Named) -> float:
    """What the farthest pair has most of; NaN is farther than anything."""
    _, pair = one
    return math.inf if math.isnan(pair.max_abs_difference) else pair.max_abs_difference


def row(one: Named, judged: bool) -> tuple[Cell, ...]:
    """One pair's line of the table; with a tolerance, whether it holds."""
    names, pair = one
    numbers = (*(getattr(pair, key) for key in KEYS[:5]), pair.max_ulp if pair.max_ulp > 1e9 else count(pair.max_ulp))
    return (*names, *numbers, *((pair.within_tolerance,) * judged))


def verdict(one: Named, over: str, dtype: str, tolerance: Tolerance) -> str:
    """One plain sentence, and a second one where a tolerance was given."""
    names, pair = one
    both = " and ".join(names)
    worst, ulp = f"{pair.max_abs_difference:.3g}", f"{count(pair.max_ulp):.6g} ULP"
    if math.isnan(pair.max_abs_difference):
        said = f"{both} cannot be compared over {over}: one of them is no number at x = {pair.at:.6g}."
    elif pair.poles:
        at = listed([f"{p:.{told_apart(pair.poles, 6)}g}" for p in pair.poles])
        said = f"{both} grow apart without bound over {over}, towards x = {at}."
    elif math.isinf(pair.max_abs_difference):
        said = f"{both} differ by more than {dtype} can hold at x = {pair.at:.6g}, over {over}."
    elif pair.max_abs_difference == 0:
        said = f"{both} are equal wherever they were evaluated over {over}."
    elif pair.is_rounding:
        rounding = f"the rounding of {dtype} (at most {ulp}, at x = {pair.ulp_at:.6g})"
        said = f"{both} agree within {worst} over {over}, {rounding}."
    else:
        said = f"{both} differ by at most {worst} over {over}, at x = {pair.at:.6g}."
    if pair.within_tolerance is None:
        return said
    value = "" if tolerance.value is None else f"--tol {tolerance.value:g}"
    units = "" if tolerance.ulp is None else f"--ulp {tolerance.ulp}"
    bounds = " and ".join(filter(None, (value, units)))
    return f"{said} {'Within' if pair.within_tolerance else 'Outside'} {bounds}."


def agreement(pairs: Sequence[Pair]) -> str:
    """What the differences of these pairs are called beforehand where they are nothing, or nothing but rounding."""
    if all(pair.max_abs_difference == 0 for pair in pairs):
        return "equal: "
    return "rounding alone: " if all(pair.max_abs_difference == 0 or pair.is_rounding for pair in pairs) else ""


def overlay(activations: tuple[Activation, ...], interval: Interval, dtype: str, agreed: str) -> Figure:
    """The curves above, and below them, named behind the word `agreed`, how far each is above the first.

    Each has a dash of its own within its panel and, of five functions or fewer, no other its colour and dash.
    """
    from actviz.charts.functions import by_dash, function_figure, names_of, stacked, window
    from actviz.figure import Line, Panel

    figure = function_figure(activations, (0,), interval, DRAWN)
    ((panel,),) = figure.rows
    x = grid(interval, DRAWN, exact_places(*activations))
    values = [np.asarray(a(x.astype(dtype_of(dtype)))).astype(np.float64) for a in activations]
    with np.errstate(invalid="ignore", over="ignore"):
        differences = [y - values[0] for y in values[1:]]
    first, *others = names = names_of(activations)
    lines = [
        by_dash(Line(x.tolist(), y.tolist(), f"{name} − {bracketed(first)}", turn), len(set(names)))
        for turn, (y, name) in enumerate(zip(differences, others, strict=True))
    ]
    label = lines[0].label if len(lines) == 1 else "difference"
    above = replace(panel, marks=tuple(by_dash(m, 0) if isinstance(m, Line) else m for m in panel.marks))
    below = Panel(tuple(lines), ylabel=agreed + label, xlim=interval, ylim=window(differences))
    return replace(figure, rows=stacked((above, below)), size=(6.4, 6.4))


def bracketed(name: str) -> str:
    """`name` as what is taken away: in brackets where a minus before it would reach only its first term."""
    return f"({name})" if any(sign in name for sign in "+-−") else name
