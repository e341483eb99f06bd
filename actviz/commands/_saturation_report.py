"""What `actviz saturation` found, as a report: JSON of all of it, tables and pictures of what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.analysis.data import tables as data_tables
from actviz.analysis.depth import tables as depth_tables
from actviz.analysis.saturation import tables as paper_tables
from actviz.analysis.saturation.gains import why
from actviz.commands._depth import layer_entries, summary_entry
from actviz.commands._saturation_entries import data_entry, function_entry
from actviz.figure import Figure
from actviz.report import Report

if TYPE_CHECKING:
    from actviz.analysis.data.observation import Observation
    from actviz.analysis.depth.depth import Depth
    from actviz.analysis.saturation.saturation import Saturation
    from actviz.report import Table


WITH_DEPTH = 9.6
"""Inches that the two panels of depth need side by side."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Functions on paper, through layers (nothing if not asked), and on data (nothing if there are none).

    `laws` are each array's normal law under each function; `axis` is that of the units; `reads` are the files.
    """

    paper: tuple[Saturation, ...]
    depths: tuple[Depth, ...] = ()
    data: tuple[Observation, ...] = ()
    laws: tuple[tuple[Saturation | None, ...], ...] = ()
    axis: int | None = None
    reads: tuple[str, ...] = ()


def report(found: Findings) -> Report:
    """JSON of everything, the tables and the picture of what was asked for."""
    return Report(document(found), tables(found), figure=lambda: figure(found), reads=found.reads)


def document(found: Findings) -> dict[str, Any]:
    """The functions, each with its depth, and the data where there are any."""
    functions = [function_entry(one) | depth_entry(found, number) for number, one in enumerate(found.paper)]
    data = [data_entry(one, found.axis, laws) for one, laws in zip(found.data, found.laws, strict=True)]
    return {"functions": functions} | ({"data": data} if found.data else {})


def depth_entry(found: Findings, number: int) -> dict[str, Any]:
    """The layers of the function of that number; none where they are not asked for."""
    if not found.depths:
        return {"depth": []}
    one = found.depths[number]
    return {"depth": layer_entries(one), "depth_summary": summary_entry(one)}


def tables(found: Findings) -> tuple[Table, ...]:
    """The data if there are any, the functions on paper unless those say enough, what becomes of them in depth."""
    data = data_tables.tables(found.data, found.laws) if found.data else ()
    reasons = [why(one.activation, one.gain) for one in found.paper]
    paper = () if found.data and not has_own_law(found) else paper_tables.tables(found.paper, reasons)
    return (*data, *paper, *(table for one in found.depths for table in depth_tables.tables(one)))


def has_own_law(found: Findings) -> bool:
    """Whether a law was asked for that serves no other purpose than the functions on paper."""
    moments = found.paper[0].moments
    return (moments.mean, moments.std) != (0.0, 1.0) and not found.depths


def figure(found: Findings) -> Figure:
    """The curves, over the values where there are data, and below them variance and gradient through the layers."""
    from actviz.charts.depth import depth_panels
    from actviz.charts.observation import observation_figure
    from actviz.charts.saturation import saturation_figure

    curves = observation_figure(found.data, found.paper) if found.data else saturation_figure(found.paper)
    if not found.depths:
        return curves
    width, height = curves.size
    count = len(found.depths[0].layers) - 1
    title = f"{curves.title}, and through {count} random {'layer' if count == 1 else 'layers'}"
    rows = (*curves.rows, depth_panels(found.depths))
    return Figure(title, rows, (max(width, WITH_DEPTH), height / len(curves.rows) * len(rows)))
