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
    "selu:alpha=0.3,scale=10",
    "selu:alpha=1,scale=3",
    "celu:alpha=0.3",
    "celu:alpha=300",
    "squareplus:b=0",
    "squareplus:b=0.1",
    "xielu:eps=0",
    "xielu:eps=-0.5,beta=0",
    "xielu:beta=0.399",
    "xielu:alpha_p=0,alpha_n=0.5,beta=0.495",
    "xielu:alpha_n=0.5,beta=0.9",
    "xielu:alpha_n=100,beta=1e-5",
    "maxout:w=-2,-0.3,0.1,1,b=-1,0.25,0.3,-2",
    "maxout:w=0,1,b=0,0",
    "snake:a=0.1",
    "snake:a=5.7",
    "snake:a=1e-9",
    "snake:a=1e9",
    "hard_sigmoid:slope=0.2",
    "hard_sigmoid:slope=0.2,offset=0.3",
    "hard_sigmoid:slope=0.3,offset=0.1",
    "hard_sigmoid:slope=7.3,offset=-41.7",
    "hard_tanh:min_val=0,max_val=6",
    "hard_tanh:min_val=-2.7,max_val=-0.3",
    "softshrink:threshold=0",
    "softshrink:threshold=1.3",
    "hardshrink:threshold=0",
    "hardshrink:threshold=1.3",
    "threshold:threshold=0.1,value=20",
    "threshold:threshold=0,value=0",
    "threshold:threshold=-2,value=-2",
    "thresholded_relu:alpha=0",
    "thresholded_relu:alpha=-1.5",
    "step:threshold=-2.5",
    "quick_gelu:beta=-0.3",
    "quick_gelu:beta=37",
    "laplace:mu=-3,sigma=2.5",
    "laplace:mu=0,sigma=1",
    "laplace:mu=0.1,sigma=0.01",
)

EXTREMES = (
    "selu:alpha=1e200,scale=1e-300",
    "celu:alpha=1e-10",
    "celu:alpha=1e300",
    "squareplus:b=1e-320",
    "squareplus:b=1.7e308",
    "xielu:alpha_n=1e300,eps=-1e-30",
    "xielu:beta=0.7999999999999999",
)
"""Parameters so far from 1 that only the accuracy of the results is promised."""

SCALARS: tuple[Activation, ...] = tuple(r for r in RECORDS if isinstance(r, Activation))


def variants() -> list[Activation]:
    """The defaults, then the others."""
    return [*SCALARS, *made(OTHERS)]


def extremes() -> list[Activation]:
    """Functions at extreme parameters."""
    return made(EXTREMES)


def made(texts: tuple[str, ...]) -> list[Activation]:
    """The activation that each text names."""
    found = []
    for text in texts:
        activation = get(text)
        assert isinstance(activation, Activation)
        found.append(activation)
    return found
