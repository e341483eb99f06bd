"""`actviz accuracy`: errors in units in the last place, over every input of a 16-bit dtype or a sample."""

from __future__ import annotations

from typing import Annotated

import typer

from actviz.analysis.audit import Plan, audits, exhaustive_audits
from actviz.analysis.sources import source
from actviz.charts.accuracy import accuracy_figure
from actviz.commands import _options as options
from actviz.commands._accuracy_tables import entry, tables
from actviz.errors import BadInput
from actviz.floats import DTYPES
from actviz.progress import progress, silence
from actviz.report import Report
from actviz.resolve import scalars

INSTEAD = "`actviz softmax-overflow` for how softmax fails"
FEWEST, MOST = 100, 10_000_000


def command(
    functions: options.OptionalFunctions = None,
    *,
    dtype: Annotated[str, typer.Option(metavar="D1,D2,...", help="float16, bfloat16, float32, float64")] = "float16",
    of: Annotated[
        str,
        typer.Option("--of", metavar="S1,S2,...", help="kernel, definition, or a framework such as torch"),
    ] = "kernel",
    order: Annotated[
        str, typer.Option(metavar="0,1,2", help="derivative orders; all that there are if not given")
    ] = "",
    points: Annotated[int, typer.Option(help="inputs sampled of float32 and float64")] = 20_000,
    exhaustive: Annotated[bool, typer.Option("--exhaustive", help="all 4,294,967,296 inputs of float32")] = False,
    worst: Annotated[int, typer.Option(help="show so many of the worst results")] = 5,
    param: options.Params = None,
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
    plan = Plan(options.orders(order) if order else (0, 1, 2), within(points), counted(worst))
    if exhaustive and kinds != ("float32",):
        raise BadInput("--exhaustive is for --dtype float32; the 16-bit dtypes are always looked at whole")
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
    return Report(
        document={"results": [entry(audit) for audit in found]},
        tables=tables(found),
        figure=lambda: accuracy_figure(found),
    )


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
