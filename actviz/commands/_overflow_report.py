"""What `actviz softmax-overflow` found, as a report: JSON of all of it, tables and pictures of what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.analysis.softmax import tables as evaluated
from actviz.analysis.softmax.entropy_tables import entropies
from actviz.analysis.softmax.limit_tables import limits
from actviz.analysis.softmax.overflow import log_sum_exp_shifted
from actviz.analysis.softmax.row_tables import tables as data_tables
from actviz.analysis.softmax.step_tables import Worked, explanation
from actviz.commands import _overflow_entries as entries
from actviz.report import Report

if TYPE_CHECKING:
    from actviz.analysis.softmax.evaluations import Accumulate
    from actviz.analysis.softmax.reading import RowReading
    from actviz.commands._overflow_logits import Case
    from actviz.figure import Figure
    from actviz.report import Table


@dataclass(frozen=True, slots=True)
class Asked:
    """What is shown of vectors: which sums, the target class, the steps of the algebra, the limits alone.

    `mask` says how the mask is read, nothing without one.
    """

    accumulate: str
    target: int | None = None
    explain: bool = False
    limits_alone: bool = False
    mask: str = ""


def of_logits(cases: Sequence[Case], asked: Asked) -> Report:
    """The report on one vector, or on the three that are shown where none is given."""
    document = entry(cases[0], asked)
    if asked.mask:
        document["mask"] = asked.mask
    if len(cases) > 1:
        document["cases"] = [entry(c, asked) for c in cases]
    shown = () if asked.limits_alone else tuple(t for c in cases for t in tables(c, asked))
    ends = limits([(o.dtype, o.thresholds) for o in cases[0].outcomes])
    return Report(document, (*shown, *ends), figure=lambda: picture(cases, asked))


def entry(case: Case, asked: Asked) -> dict[str, Any]:
    """One vector as JSON has it."""
    found: dict[str, Any] = {"logits": list(case.x), "results": [entries.result(o) for o in case.outcomes]}
    found["log_sum_exp_shifted"] = log_sum_exp_shifted(case.x)
    for result in found["results"] if case.entropies else ():
        own = [entries.cross_entropy(way, one) for way, one in case.entropies if one.dtype == result["dtype"]]
        result["cross_entropy"] = own
    if asked.explain:
        found["explanation"] = entries.explanation(explanation(worked(case, asked)))
    return found


def tables(case: Case, asked: Asked) -> tuple[Table, ...]:
    """The evaluations, then the loss and the steps where those are asked for."""
    notes = evaluated.notes(case.x, case.outcomes, log_sum_exp_shifted(case.x))
    notes += (f"Mask {asked.mask}.",) if asked.mask else ()
    found = [evaluated.table(case.title, case.x, case.outcomes, asked.accumulate, notes)]
    if asked.target is not None:
        seen = [(way, one) for way, one in case.entropies if shown(way, one.dtype, case, asked)]
        found.append(entropies(seen, asked.target))
    return (*found, *(explanation(worked(case, asked)) if asked.explain else ()))


def shown(way: str, dtype: str, case: Case, asked: Asked) -> bool:
    """Whether a cross-entropy with its sum kept so is shown."""
    kinds = {w for w, one in case.entropies if one.dtype == dtype}
    return asked.accumulate in (way, "both") or len(kinds) == 1


def worked(case: Case, asked: Asked) -> Worked:
    """What is worked out step by step: the target class, or the second one, as in the article."""
    i = min(1, len(case.x) - 1) if asked.target is None else asked.target
    first = case.outcomes[0]
    log_total = log_sum_exp_shifted(case.x)
    return Worked(case.x, i, tuple(first.exact.tolist()), float(first.rest[i]), log_total, case.outcomes)


def picture(cases: Sequence[Case], asked: Asked) -> Figure:
    """The probabilities of the vectors, the map of outcomes, the errors; or the sums of equal exps alone."""
    from actviz.charts.overflow import length_figure, overflow_figure

    sums: Accumulate = "wide" if asked.accumulate == "wide" else "native"
    if asked.limits_alone:
        return length_figure(cases[0].outcomes, sums)
    return overflow_figure([(c.title, c.x, c.outcomes) for c in cases], sums)


def of_data(found: tuple[RowReading, ...], accumulate: str, mask: str, reads: tuple[str, ...]) -> Report:
    """The report on rows of data; `mask` says how the mask is read, nothing without one, `reads` are the files."""
    document: dict[str, Any] = {"logits": [], "results": [], "data": [entries.reading(one) for one in found]}
    if mask:
        document["mask"] = mask

    def figure() -> Figure:
        from actviz.charts.overflow_data import data_figure

        return data_figure(found)

    return Report(document, data_tables(found, accumulate, mask), figure=figure, reads=reads)
