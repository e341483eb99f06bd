"""`actviz accuracy`: errors in units in the last place, over every input of a 16-bit dtype or a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from actviz.commands import _drawing as drawing
from actviz.commands import _options as options
from actviz.completion import candidates
from actviz.errors import BadInput
from actviz.floats import DTYPES
from actviz.report import Report
from actviz.resolve import scalars

if TYPE_CHECKING:
    from actviz.analysis.accuracy.audit import Audit

INSTEAD = "`actviz softmax-overflow` for how softmax fails"
FEWEST, MOST = 100, 10_000_000

Dtypes = Annotated[
    str,
    typer.Option(metavar="D1,D2,...", help="float16, bfloat16, float32, float64", autocompletion=candidates.dtypes),
]
Sources = Annotated[
    str,
    typer.Option(
        "--of",
        metavar="S1,S2,...",
        help="kernel, definition, or a framework such as torch",
        autocompletion=candidates.sources,
    ),
]
Orders = Annotated[str, typer.Option(metavar="0,1,2", help="derivative orders; all that there are if not given")]


def command(
    functions: options.OptionalFunctions = None,
    *,
    dtype: Dtypes = "float16",
    of: Sources = "kernel",
    order: Orders = "",
    points: Annotated[int, typer.Option(help="inputs sampled of float32 and float64")] = 20_000,
    exhaustive: Annotated[bool, typer.Option("--exhaustive", help="all 4,294,967,296 inputs of float32")] = False,
    worst: Annotated[int, typer.Option(help="show so many of the worst results")] = 5,
    param: options.Params = None,
    show: drawing.Show = None,
    graphics: drawing.GraphicsOption = None,
    height: drawing.Rows = None,
    seed: options.Seed = None,
    quiet: options.Quiet = False,
) -> Report:
    """Measure errors in ULP against proven truth: interval arithmetic on the definition.

    Over every input of float16 and bfloat16; over a sample of float32 and float64, half of it from every power
    of two alike, half from -64 to 64, with all numbers beside 0, kinks and roots. --of says whose results:
    our kernel's, the textbook definition's with every intermediate rounded to the dtype, or those of a
    framework that is installed (value and slope by its automatic differentiation).

    Examples: actviz accuracy mish; actviz accuracy gelu --of kernel,torch,jax --dtype float32 -o gelu.svg;
    actviz accuracy silu --of definition --dtype bfloat16 --worst 10
    """
    kinds = tuple(dict.fromkeys(options.one_of(part.strip(), DTYPES, "--dtype") for part in dtype.split(",")))
    names = tuple(dict.fromkeys(part.strip().lower() for part in of.split(",")))
    orders = options.orders(order) if order else (0, 1, 2)
    if exhaustive and kinds != ("float32",):
        raise BadInput("--exhaustive is for --dtype float32; the 16-bit dtypes are always looked at whole")
    from actviz.analysis.accuracy.audit import Plan, audits, exhaustive_audits
    from actviz.analysis.accuracy.sources import source
    from actviz.progress import progress, silence

    plan = Plan(orders, within(points), counted(worst))
    chosen = [
        (a, tuple(source(name, a) for name in names)) for a in scalars(functions or [], param, None, seed, INSTEAD)
    ]
    if exhaustive:
        bar = silence if quiet else progress
        found = [audit for a, sources in chosen for audit in exhaustive_audits(a, sources, plan, bar)]
    else:
        found = [audit for a, sources in chosen for kind in kinds for audit in audits(a, kind, sources, plan)]
    if not found:
        raise BadInput(f"nothing to measure: {of} has no derivative of order {order}; the kernel has 0, 1 and 2")
    return drawing.above_tables(report(found), show, graphics, height)


def report(found: list[Audit]) -> Report:
    """What was measured, as JSON, tables and a picture."""
    from actviz.charts.accuracy import accuracy_figure
    from actviz.commands._accuracy_tables import entry, tables

    return Report({"results": [entry(audit) for audit in found]}, tables(found), lambda: accuracy_figure(found))


def within(points: int) -> int:
    """`points`; raise BadInput where so few say nothing or so many take hours."""
    if not FEWEST <= points <= MOST:
        raise BadInput(f"--points must be from {FEWEST} to {MOST}, not {points}")
    return points


def counted(worst: int) -> int:
    """`worst`; raise BadInput for a negative count."""
    if worst < 0:
        raise BadInput(f"--worst must be 0 or more, not {worst}")
    return worst
