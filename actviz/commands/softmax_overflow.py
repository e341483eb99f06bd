"""`actviz softmax-overflow`: softmax as a narrow dtype evaluates it, what breaks at which logit, and what mends it."""

from __future__ import annotations

from typing import Annotated

import typer

from actviz.commands import _drawing as drawing
from actviz.commands import _options as options
from actviz.commands import _overflow_data as from_files
from actviz.commands._overflow_logits import (
    Accumulated,
    Preparation,
    checked_length,
    dtypes,
    of_words,
)
from actviz.commands._overflow_report import Asked, of_data, of_logits
from actviz.commands._saturation_data import Dask, Data, Jobs, source
from actviz.completion import candidates
from actviz.floats import DTYPES, FLOAT8
from actviz.report import Report

USUAL = ",".join(DTYPES)

SETTINGS = {"ignore_unknown_options": True}
"""So that -800 is a logit; `logit` refuses the words that are neither."""


Logits = Annotated[
    list[str] | None,
    typer.Argument(metavar="[LOGIT]...", help="the vector; -inf masks a class. None: three telling cases"),
]
Dtype = Annotated[
    str,
    typer.Option(
        metavar="DTYPE,...",
        help="float16, bfloat16, float32, float64, float8_e5m2, float8_e4m3fn and their fnuz forms; or all",
        autocompletion=candidates.several(*DTYPES, *FLOAT8, "all"),
    ),
]
Accumulate = Annotated[Accumulated, typer.Option(help="show sums kept in the dtype, in float32, or both")]
Scale = Annotated[float, typer.Option(metavar="S", help="multiply the logits by S, before all else")]
Softcap = Annotated[
    float | None, typer.Option(metavar="C", help="put C*tanh(x/C) for each logit x, before the temperature")
]
Temperature = Annotated[float, typer.Option(metavar="T", help="divide the logits by T before softmax")]
Length = Annotated[
    int | None, typer.Option(metavar="N", help="say where the sum of N equal exps overflows; alone, only that")
]
Target = Annotated[
    int | None, typer.Option(metavar="K", help="cross-entropy with class K, from 0 on, and its gradient")
]
Explain = Annotated[bool, typer.Option("--explain", help="the algebra step by step, with the numbers")]


def command(
    logits: Logits = None,
    *,
    dtype: Dtype = USUAL,
    accumulate: Accumulate = Accumulated.native,
    scale: Scale = 1.0,
    softcap: Softcap = None,
    temperature: Temperature = 1.0,
    mask: from_files.Mask = "",
    length: Length = None,
    target: Target = None,
    explain: Explain = False,
    data: Data = None,
    axis: from_files.Axis = None,
    jobs: Jobs = None,
    dask: Dask = None,
    show: drawing.Show = None,
    graphics: drawing.GraphicsOption = None,
    height: drawing.Rows = None,
    quiet: options.Quiet = False,
) -> Report:
    """Evaluate softmax naively, max-shifted, division-free and online, and its logarithm, every intermediate
    rounded to the dtype: the numbers, what went wrong, and at which logit.

    The exact rows are softmax of the logits as given (after --scale, --softcap, --temperature and --mask, in this
    order, which "logits" in JSON show applied), before the dtype rounds them.

    With --data it counts, in one pass over files of any size, how many rows each evaluation breaks in each dtype,
    and says what temperature, scale or softcap makes each safe.

    Examples: actviz softmax-overflow 3 1 -3 --explain; actviz softmax-overflow 12 11.5 --dtype float16 --target 1;
    actviz softmax-overflow -- -800 -801; actviz softmax-overflow --length 70000 --dtype all;
    actviz softmax-overflow --data logits.npy --dtype float16,bfloat16; actviz softmax-overflow 30 0 -o overflow.png
    """
    words, files = from_files.told_apart(logits or [], data or [])
    how = Preparation(scale, softcap, temperature, mask)
    kinds, rows = dtypes(dtype), source(files, axis, jobs, dask)
    if rows is not None:
        from_files.checked_alone(length, target, explain)
        reads = (*rows.paths, mask) if mask else rows.paths
        found = from_files.readings(rows, kinds, how, accumulate, quiet)
        made = of_data(found, accumulate, from_files.read_as(mask), reads)
    else:
        cases = of_words(words, command, how, kinds, checked_length(length), target)
        alone = length is not None and not words
        made = of_logits(cases, Asked(accumulate, target, explain, alone, from_files.read_as(mask)))
    return drawing.above_tables(made, show, graphics, height)
