"""`actviz softmax-overflow`: softmax as a narrow dtype evaluates it, and the two forms that mend it."""

from __future__ import annotations

import inspect
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.analysis.overflow import Outcome, outcome, transformed
from actviz.charts.overflow import figure
from actviz.commands import _options as options
from actviz.commands._overflow_tables import limits, listed, table
from actviz.errors import BadInput, nearest
from actviz.floats import DTYPES
from actviz.report import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.figure import Figure

SETTINGS = {"ignore_unknown_options": True}
"""So that -800 is a logit; `logit` refuses the words that are neither."""

MOST_LOGITS = 10_000

CASES = (
    ("Small logits", (3.0, 1.0, -3.0)),
    ("Large logits", (1000.0, 998.0, 994.0)),
    ("Logits far below zero", (-1000.0, -1002.0, -1006.0)),
)
"""One softmax, three times: its logits within exp's reach, above it and below it, in float64 too."""

Case = tuple[str, tuple[float, ...], tuple[Outcome, ...]]


def command(
    logits: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LOGIT]...", help="the vector; -inf masks a class. None: three telling cases"),
    ] = None,
    dtype: Annotated[
        str, typer.Option(metavar="DTYPE,...", help="float16, bfloat16, float32, float64, between commas")
    ] = ",".join(DTYPES),
    temperature: Annotated[float, typer.Option(metavar="T", help="divide the logits by T before softmax")] = 1.0,
    softcap: Annotated[
        float | None, typer.Option(metavar="C", help="put C*tanh(x/C) for each logit x, before the temperature")
    ] = None,
) -> Report:
    """Evaluate softmax naively, max-shifted and as log-softmax, with every intermediate in the dtype.

    The exact columns are softmax of the logits as given (after --softcap and --temperature, which
    "logits" in JSON show applied), before the dtype rounds them.

    Examples: actviz softmax-overflow 3 1 -3; actviz softmax-overflow 12 11.5 --dtype float16;
    actviz softmax-overflow -- -800 -801; actviz softmax-overflow -o overflow.png
    """
    kinds = dtypes(dtype)
    chosen = [("Logits", vector(logits))] if logits else list(CASES)
    cases = [case(title, x, kinds, temperature, softcap) for title, x in chosen]
    document = entry(cases[0])
    if not logits:
        document["cases"] = [entry(c) for c in cases]
    _, x, outcomes = cases[0]
    tables = (*(table(*c) for c in cases), limits(len(x), outcomes))
    return Report(document, tables, figure=lambda: picture(cases))


def vector(words: Sequence[str]) -> tuple[float, ...]:
    """The logits; raise BadInput for too many, for one that is no number or infinite, or for none but masks."""
    found = tuple(map(logit, words))
    if all(x == -math.inf for x in found):
        raise BadInput("every logit is -inf, which masks its class: give at least one finite number")
    if len(found) > MOST_LOGITS:
        raise BadInput(f"{len(found)} logits are too many to show; give at most {MOST_LOGITS}")
    return found


def logit(word: str) -> float:
    """`word` as a finite number, or -inf, which masks a class; raise BadInput for anything else."""
    try:
        value = float(word)
    except ValueError:
        raise BadInput(f"'{word}' is no logit: {why_not(word)}") from None
    if not value < math.inf:
        raise BadInput(f"logit '{word}' is not finite; give numbers such as 3 1 -3, or -inf for a masked class")
    return value


def why_not(word: str) -> str:
    """What a word that is no number may have been meant for."""
    parameters = inspect.signature(command).parameters | inspect.signature(options.common).parameters
    known = [f"--{name}" for name in parameters if name != "logits"]
    name = word.partition("=")[0]
    if name in known:
        return "after -- all are logits, so put the option before"
    if word.startswith("-"):
        return f"neither an option nor a number{nearest(name, known)}"
    return "logits are finite numbers such as 3 1 -3"


def dtypes(text: str) -> tuple[str, ...]:
    """Dtypes between commas, each once."""
    return tuple(dict.fromkeys(options.one_of(part.strip(), DTYPES, "dtype") for part in text.split(",")))


def case(
    title: str, logits: tuple[float, ...], kinds: tuple[str, ...], temperature: float, softcap: float | None
) -> Case:
    """The outcome of one vector in each dtype."""
    x = transformed(logits, temperature, softcap)
    return title, x, tuple(outcome(x, kind) for kind in kinds)


def entry(case: Case) -> dict[str, Any]:
    """One vector as JSON has it."""
    return {"logits": list(case[1]), "results": [result(o) for o in case[2]]}


def result(o: Outcome) -> dict[str, Any]:
    """One dtype's numbers as JSON has them."""
    return {
        "dtype": o.dtype,
        "naive": o.naive.values,
        "shifted": o.shifted.values,
        "log_naive": o.log_naive.values,
        "log_softmax": o.log_softmax.values,
        "exact": o.exact,
        "exact_log": o.exact_log,
        "naive_status": o.naive.status,
        "log_naive_status": o.log_naive.status,
        "thresholds": asdict(o.thresholds),
    }


def picture(cases: Sequence[Case]) -> Figure:
    """The cases as rows of panels, dtype by dtype."""
    if len(cases) == 1:
        return figure(f"Softmax of {listed(cases[0][1])}, by dtype", [("class", cases[0][2])])
    return figure("Softmax of three vectors, by dtype", [(f"logits {listed(x)}", found) for _, x, found in cases])
