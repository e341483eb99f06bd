"""The JSON of `actviz saturation`: a function on paper, an array seen through functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz.analysis.data.normal import dead_if_normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Activation
    from actviz.analysis.data.observation import Observation, Reading, Response
    from actviz.analysis.saturation.saturation import Saturation
    from actviz.analysis.tails import Tail


def naming(activation: Activation) -> dict[str, Any]:
    """The keys that name a function with its parameters."""
    return {"name": activation.name, "parameters": activation.bound}


def function_entry(found: Saturation) -> dict[str, Any]:
    """One function on paper, without its depth."""
    moments = found.moments
    points = [point.threshold for point in found.left.thresholds]
    return {
        **naming(found.activation),
        "left": tail_entry(found.left),
        "right": tail_entry(found.right),
        "interior": list(found.interior),
        "dead": [{"low": low, "high": high} for low, high in found.dead],
        "saturated": [
            {
                "threshold": threshold,
                "fraction": fraction,
                "intervals": [
                    {"low": low, "high": high, "fraction": share}
                    for (low, high), share in zip(intervals, shares, strict=True)
                ],
            }
            for threshold, fraction, intervals, shares in zip(
                points, found.fractions, found.saturated, found.shares, strict=True
            )
        ],
        "moments": {name: getattr(moments, name) for name in moments.__slots__},
        "gain": {"forward": found.gain.forward, "backward": found.gain.backward, "torch": found.gain.torch},
        "notes": list(found.notes),
    }


def tail_entry(tail: Tail) -> dict[str, Any]:
    """One tail."""
    points = [{"threshold": point.threshold, "x": point.x} for point in tail.thresholds]
    # + 0.0: no limit is -0.
    limits = {"limit": tail.limit + 0.0, "derivative_limit": tail.slope_limit + 0.0}
    return {"kind": tail.kind, **limits, "thresholds": points}


def data_entry(one: Observation, axis: int | None, laws: Sequence[Saturation | None]) -> dict[str, Any]:
    """One array: what it holds, and what that means to each function and each unit."""
    functions = [
        {**response_entry(activation, response), "dead_units": list(dead), "normal": normal_entry(response, law)}
        for activation, response, dead, law in zip(
            one.activations, one.whole.responses, one.dead_units, laws, strict=True
        )
    ]
    return {
        "source": one.label,
        "shape": list(one.shape),
        "dtype": one.dtype,
        "axis": axis,
        "remark": one.remark or None,
        **reading_entry(one.whole),
        "functions": functions,
        "units": [
            {
                "unit": unit.unit,
                "name": unit.name,
                **reading_entry(unit),
                "functions": [
                    response_entry(activation, response)
                    for activation, response in zip(one.activations, unit.responses, strict=True)
                ],
            }
            for unit in one.units
        ],
    }


def reading_entry(reading: Reading) -> dict[str, Any]:
    """The values of an array or of a unit."""
    return {
        "count": reading.count,
        "nan": reading.nan,
        "positive_infinity": reading.positive_infinity,
        "negative_infinity": reading.negative_infinity,
        "mean": reading.mean,
        "std": reading.std,
        "min": reading.low,
        "max": reading.high,
        "quantiles": [{"p": part, "x": x} for part, x in reading.quantiles],
        "quantile_error": reading.quantile_error,
        "quantile_floor": reading.quantile_floor,
    }


def response_entry(activation: Activation, response: Response) -> dict[str, Any]:
    """What one function makes of them."""
    return {
        **naming(activation),
        "saturated": [
            {
                "threshold": share.threshold,
                "fraction": share.fraction,
                "intervals": [{"low": i.low, "high": i.high, "fraction": i.fraction} for i in share.intervals],
            }
            for share in response.saturated
        ],
        "dead_fraction": response.dead_fraction,
        "derivative_mean": response.derivative_mean,
        "derivative_second_moment": response.derivative_second_moment,
    }


def normal_entry(response: Response, law: Saturation | None) -> dict[str, Any] | None:
    """What a normal input of the same mean and standard deviation would give; None where there is no such law.

    Its dead fraction is of the floats at which f' is 0, as that of the values is.
    """
    if law is None:
        return None
    moments = law.moments
    thresholds = [point.threshold for point in law.left.thresholds]
    return {
        "mean": moments.mean,
        "std": moments.std,
        "saturated": [
            {"threshold": threshold, "fraction": fraction}
            for threshold, fraction in zip(thresholds, law.fractions, strict=True)
        ],
        "dead_fraction": dead_if_normal(response, law),
        "derivative_mean": moments.derivative_mean,
        "derivative_second_moment": moments.derivative_second_moment,
    }
