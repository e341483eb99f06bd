"""Every scalar activation of the catalogue, at its defaults and at other parameter values."""

from __future__ import annotations

from actviz.activation import Activation
from actviz.catalogue import RECORDS
from actviz.resolve import get

OTHERS = (
    "leaky_relu:negative_slope=0.3",
    "leaky_relu:negative_slope=-0.5",
    "leaky_relu:negative_slope=1",
    "prelu:negative_slope=0",
    "rrelu:lower=0.1,upper=0.5",
    "elu:alpha=0.3",
    "elu:alpha=300",
    "swish:beta=0.1",
    "swish:beta=10",
    "swish:beta=-1.7",
    "swish:beta=0",
    "swish:beta=0.001",
    "softplus:beta=2",
    "softplus:beta=0.1",
    "softplus:beta=13.7",
    "maxout:w=-2,-0.3,0.1,1,b=-1,0.25,0.3,-2",
    "maxout:w=0,1,b=0,0",
)

SCALARS: tuple[Activation, ...] = tuple(r for r in RECORDS if isinstance(r, Activation))


def variants() -> list[Activation]:
    """The defaults, then the others."""
    found = list(SCALARS)
    for text in OTHERS:
        activation = get(text)
        assert isinstance(activation, Activation)
        found.append(activation)
    return found
