"""`actviz saturation`: where and how the slope dies, and what that does to normal inputs and to real data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.commands import _depth as layers
from actviz.commands import _drawing as drawing
from actviz.commands import _options as options
from actviz.commands import _saturation_data as from_files
from actviz.report import Report
from actviz.resolve import scalars

if TYPE_CHECKING:
    from actviz.activation import Activation
    from actviz.commands._saturation_report import Findings

INSTEAD = "`actviz derivative {name} --at=3,1,-3`"

Threshold = Annotated[
    str, typer.Option("--threshold", "-t", metavar="T1,T2,...", help="bounds of abs(f') below which f is saturated")
]
Mean = Annotated[float, typer.Option(help="mean of the normal input")]
Std = Annotated[float, typer.Option(help="standard deviation of the normal input")]
Seed = Annotated[
    int | None, typer.Option(help="draw rrelu's slope as training does; with --depth draw the networks' weights")
]


def command(
    functions: options.OptionalFunctions = None,
    *,
    threshold: Threshold = "0.1,0.01,0.001",
    mean: Mean = 0.0,
    std: Std = 1.0,
    depth: layers.Layers = None,
    weight_std: layers.WeightStd = None,
    bias_std: layers.BiasStd = None,
    init: layers.Init = None,
    width: layers.Width = None,
    samples: layers.Samples = None,
    data: from_files.Data = None,
    axis: from_files.Axis = None,
    jobs: from_files.Jobs = None,
    dask: from_files.Dask = None,
    show: drawing.Show = None,
    graphics: drawing.GraphicsOption = None,
    height: drawing.Rows = None,
    param: options.Params = None,
    callables: options.From = None,
    seed: Seed = None,
    quiet: options.Quiet = False,
) -> Report:
    """Say how each tail saturates (hard, soft or not), where abs(f') falls under each threshold for good,
    and what the function does to an input of law N(mean, std^2): the means of f, f^2, f', f'^2, the shares
    of it where abs(f') is at most each threshold and where it is 0, and the gains 1/sqrt(E f^2) and
    1/sqrt(E f'^2) at N(0, 1).

    --depth follows variance and gradient through random layers, by the mean field of infinite width and in simulated
    networks. With --data the tables are of your own pre-activations, read in blocks whatever their size: how many of
    them lie where the slope is small, beside what a normal input would give, and which units are dead. Hard: f' is 0
    beyond a point. Soft: f' only tends to 0. Gradient saturation (Gulcehre et al. 2016).

    Examples: actviz saturation tanh relu; actviz saturation swish -p beta=0.5,1,2 --std 3; actviz saturation elu -o
    elu.svg; actviz saturation relu --depth 10 --init he; actviz saturation relu --data layer*.npy --axis -1
    """
    from actviz.analysis.data.normal import normals
    from actviz.commands._saturation_report import report

    words, files = from_files.told_apart(functions or [], data or [])
    networks = layers.asked(depth, weight_std, bias_std, init, width, samples, seed)
    drawn = layers.drawing_seed(networks, seed)
    thresholds = options.numbers(threshold, "--threshold")
    source = from_files.source(files, axis, jobs, dask)
    found = on_paper(scalars(words, param, callables, drawn, INSTEAD), thresholds, (mean, std), networks, quiet)
    if source is not None:
        seen = from_files.observations(source, from_files.question(words, param, callables, drawn, thresholds), quiet)
        found = replace(found, data=seen, laws=normals(seen), axis=axis, reads=source.paths)
    return drawing.above_tables(report(found), show, graphics, height)


def on_paper(
    activations: tuple[Activation, ...],
    thresholds: tuple[float, ...],
    law: tuple[float, float],
    networks: layers.Asked | None,
    quiet: bool,
) -> Findings:
    """What can be found without data: saturation under the normal law, and the networks that are asked for."""
    from actviz.analysis.saturation.saturation import saturation
    from actviz.commands._saturation_report import Findings

    deep = layers.depths(activations, networks, *law, quiet) if networks else ()
    return Findings(tuple(saturation(activation, thresholds, *law) for activation in activations), deep)
