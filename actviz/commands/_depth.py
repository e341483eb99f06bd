"""What --depth means on the command line: a deep random network of each function, and its JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.completion import candidates
from actviz.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actviz.activation import Activation
    from actviz.analysis.depth.depth import Depth
    from actviz.analysis.depth.simulation import Plan

WIDTH, SAMPLES = 256, 16
"""What is simulated if nothing else is asked: a fraction of a second for ten layers."""

Layers = Annotated[
    int | None,
    typer.Option("--depth", metavar="LAYERS", help="follow variance and gradient through so many random layers"),
]
WeightStd = Annotated[
    float | None,
    typer.Option("--weight-std", help="standard deviation of a weight times sqrt(width); 1 without --init"),
]
BiasStd = Annotated[float | None, typer.Option("--bias-std", help="standard deviation of a bias; 0 if not given")]
Init = Annotated[
    str | None,
    typer.Option(
        "--init",
        metavar="RULE",
        help="weight std by rule: xavier and lecun 1, he sqrt(2), critical where chi is 1",
        autocompletion=candidates.words("xavier", "lecun", "he", "critical"),
    ),
]
Width = Annotated[
    int | None, typer.Option("--width", help=f"units a layer of the networks; {WIDTH} if not given (not columns)")
]
Samples = Annotated[
    int | None, typer.Option("--samples", help=f"networks simulated; {SAMPLES} if not given, 0 for none")
]


@dataclass(frozen=True, slots=True)
class Asked:
    """The networks that the options describe; no `plan` where nothing is to be simulated."""

    layers: int
    weight_std: float | None
    bias_std: float
    init: str
    plan: Plan | None


def asked(
    layers: int | None,
    weight_std: float | None,
    bias_std: float | None,
    init: str | None,
    width: int | None,
    samples: int | None,
    seed: int | None,
) -> Asked | None:
    """What the options ask for; None without --depth. Raise BadInput for options that need --depth without it."""
    if layers is None:
        given = {"--weight-std": weight_std, "--bias-std": bias_std, "--init": init, "--width": width}
        for option, value in (given | {"--samples": samples}).items():
            if value is not None:
                text = "; columns of text are --columns" if option == "--width" else ""
                raise BadInput(f"{option} describes layers, and none are asked for; give --depth 10, say{text}")
        return None
    from actviz.analysis.depth.simulation import Plan

    if samples == 0 and width is not None:
        raise BadInput("--width is of the simulation, and --samples 0 asks for none; leave one of them out")
    drawn = SAMPLES if samples is None else samples
    plan = Plan(WIDTH if width is None else width, drawn, seed or 0) if drawn else None
    return Asked(layers, weight_std, 0.0 if bias_std is None else bias_std, (init or "").lower(), plan)


def drawing_seed(networks: Asked | None, seed: int | None) -> int | None:
    """The seed for functions that draw their slope in training: with --depth it is the simulation's, and none of them.

    So --seed serves any function there, and rrelu has its mean slope, as in evaluation.
    """
    return None if networks else seed


def depths(
    activations: Iterable[Activation], networks: Asked, mean: float, std: float, quiet: bool
) -> tuple[Depth, ...]:
    """Each function through the layers that are asked for, from N(mean, std^2) on, with a bar for the simulation."""
    from actviz.analysis.depth.depth import depth
    from actviz.progress import progress, silence

    return tuple(
        depth(
            activation,
            networks.layers,
            weight_std=networks.weight_std,
            bias_std=networks.bias_std,
            init=networks.init,
            mean=mean,
            std=std,
            plan=networks.plan,
            bar=silence if quiet else progress,
        )
        for activation in activations
    )


def layer_entries(found: Depth) -> list[dict[str, Any]]:
    """The layers as JSON has them, with what was simulated beside what is predicted."""
    entries = [
        {"layer": one.number, "variance": one.variance, "chi": one.chi, "gradient": one.gradient}
        for one in found.layers
    ]
    for entry, seen in zip(entries, found.simulation, strict=False):
        entry |= {f"simulated_{name}": value for name, value in asdict(seen).items()}
    return entries


def summary_entry(found: Depth) -> dict[str, Any]:
    """The network's law, where it settles, and how it was simulated, as JSON has them."""
    rest = found.fixed_point
    return {
        "init": found.init or None,
        "weight_std": found.weight_std,
        "bias_std": found.bias_std,
        "fixed_point": rest.variance,
        "neutral": rest.neutral,
        "chi": rest.chi,
        "phase": rest.phase,
        "depth_scale": rest.depth_scale,
        "simulation": {**asdict(found.plan), "standard_errors_apart": found.apart} if found.plan else None,
    }
