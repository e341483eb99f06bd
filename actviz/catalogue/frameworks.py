"""What the frameworks ship: default parameters, the slope taken at a kink, and where results differ.

Read in the frameworks' sources or measured on the CPU in November 2026, at the versions in `VERSIONS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from actviz.errors import BadInput, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSIONS: Mapping[str, str] = {
    "torch": "2.15",
    "jax": "0.10.2",
    "keras": "3.15",
    "tensorflow": "2.21",
    "onnx": "1.23 (opset 28)",
    "timm": "1.0.31",
    "transformers": "5.23",
    "ggml": "2026-08",
    "mlx": "0.32",
    "flax": "",
}
"""Each framework with the version its facts are of; flax's was not noted."""

SPELLINGS = {"pytorch": "torch", "tf": "tensorflow", "hf": "transformers", "huggingface": "transformers"}


@dataclass(frozen=True, slots=True)
class Fact:
    """What some frameworks agree on about one function.

    `parameters` are their defaults, `slope_at_kink` the f' they take at each kink, `variant` which of
    several forms this is, `note` where their results depart from the mathematics.
    """

    function: str
    frameworks: tuple[str, ...]
    parameters: Mapping[str, float] = field(default_factory=dict)
    slope_at_kink: Mapping[float, float] = field(default_factory=dict)
    variant: str = ""
    note: str = ""


SLOPE_DIES = "float64: f' is 0 from abs(x) = {}, where e^-abs(x) is not"
NAN_LEFT = "f(-infinity) is NaN; the limit is 0"
SWITCH = "is x itself where beta*x > 20, off by 2e-9 there"

FACTS: tuple[Fact, ...] = (
    Fact("sigmoid", ("torch", "jax"), note=SLOPE_DIES.format("36.7")),
    Fact("sigmoid", ("keras", "tensorflow", "onnx", "timm", "transformers", "ggml", "mlx")),
    Fact("tanh", ("torch", "jax"), note=SLOPE_DIES.format("19.1")),
    Fact("tanh", ("keras", "tensorflow", "onnx", "timm", "transformers", "ggml", "mlx")),
    Fact("relu", ("torch", "jax", "keras", "tensorflow", "mlx"), slope_at_kink={0.0: 0.0}),
    Fact("relu", ("onnx", "timm", "transformers", "ggml")),
    Fact("relu6", ("torch", "jax", "keras", "tensorflow", "mlx"), slope_at_kink={6.0: 0.0}),
    Fact("relu6", ("timm", "transformers")),
    Fact("leaky_relu", ("torch",), {"negative_slope": 0.01}, {0.0: 0.01}),
    Fact("leaky_relu", ("jax", "mlx"), {"negative_slope": 0.01}, {0.0: 1.0}),
    Fact("leaky_relu", ("onnx",), {"negative_slope": 0.01}, note="named alpha"),
    Fact("leaky_relu", ("timm", "transformers"), {"negative_slope": 0.01}),
    Fact("leaky_relu", ("tensorflow",), {"negative_slope": 0.2}, {0.0: 0.2}, note="named alpha"),
    Fact("leaky_relu", ("keras",), {"negative_slope": 0.3}, variant="layer LeakyReLU"),
    Fact("leaky_relu", ("keras",), {"negative_slope": 0.2}, variant="function leaky_relu"),
    Fact("prelu", ("torch", "timm", "mlx"), {"negative_slope": 0.25}, note="before training"),
    Fact("prelu", ("flax",), {"negative_slope": 0.01}, note="before training"),
    Fact("prelu", ("keras",), {"negative_slope": 0.0}, variant="layer PReLU", note="before training"),
    Fact("rrelu", ("torch",), {"lower": 1 / 8, "upper": 1 / 3}),
    Fact("elu", ("torch", "keras", "onnx", "timm", "ggml", "mlx"), {"alpha": 1.0}),
    Fact("elu", ("jax",), {"alpha": 1.0}, note="f'(-20) is 0 in float32, and f' below -37 in float64"),
    Fact("elu", ("tensorflow",), {"alpha": 1.0}, note="f'(-20) is 0 in float32"),
    Fact("swish", ("torch", "jax", "keras", "tensorflow", "mlx"), {"beta": 1.0}, note=NAN_LEFT),
    Fact("swish", ("onnx",), {"beta": 1.0}, note="named alpha"),
    Fact("swish", ("timm", "transformers", "ggml"), {"beta": 1.0}),
    Fact("softplus", ("torch", "ggml"), {"beta": 1.0}, note=SWITCH),
    Fact("softplus", ("jax", "keras", "tensorflow", "onnx", "mlx"), {"beta": 1.0}),
    Fact("mish", ("torch",), note=NAN_LEFT + "; f' has the wrong sign below -710 in float64"),
    Fact("mish", ("jax",), note=NAN_LEFT),
    Fact("mish", ("keras", "onnx", "timm", "transformers", "mlx")),
    Fact("softmax", ("torch", "jax", "keras", "tensorflow", "onnx", "ggml", "mlx")),
    Fact("log_softmax", ("torch",), note="70,000 zeros in float16 give -infinity"),
    Fact("log_softmax", ("jax", "keras", "tensorflow", "onnx", "mlx")),
)


def facts(function: str) -> tuple[Fact, ...]:
    """What is on record about the function of that canonical name."""
    return tuple(fact for fact in FACTS if fact.function == function)


def framework_name(text: str) -> str:
    """The canonical name of a framework; raise BadInput, with the nearest name, when it is unknown."""
    word = text.strip().lower()
    name = SPELLINGS.get(word, word)
    if name not in VERSIONS:
        raise BadInput(
            f"no framework is called '{text}'; known are {', '.join(VERSIONS)}{nearest(word, (*VERSIONS, *SPELLINGS))}"
        )
    return name


def defaults(function: str, framework: str) -> Mapping[str, float]:
    """The parameter values that `framework` gives the function of that canonical name; empty where it has none.

    Where a framework ships several variants, the first on record. Raise BadInput for a framework that is
    unknown or not on record as shipping the function.
    """
    name = framework_name(framework)
    shipped = facts(function)
    for fact in shipped:
        if name in fact.frameworks:
            return fact.parameters
    known = [name for name in VERSIONS if any(name in fact.frameworks for fact in shipped)]
    where = f"it is on record in {', '.join(known)}" if known else "no framework is on record as having it"
    raise BadInput(f"{function}@{framework}: {name} is not on record as having {function}; {where}")


def disagreements(function: str) -> tuple[str, ...]:
    """A sentence for each default, and each slope at a kink, in which frameworks differ."""
    said: list[str] = []
    shipped = facts(function)
    for parameter in dict.fromkeys(name for fact in shipped for name in fact.parameters):
        values = sorted({fact.parameters[parameter] for fact in shipped if parameter in fact.parameters})
        if len(values) > 1:
            said.append(f"the default {parameter} is {spelled(values)}")
    for kink in dict.fromkeys(x for fact in shipped for x in fact.slope_at_kink):
        values = sorted({fact.slope_at_kink[kink] for fact in shipped if kink in fact.slope_at_kink})
        if len(values) > 1:
            said.append(f"f'({kink:g}) is {spelled(values)}")
    return tuple(said)


def spelled(values: list[float]) -> str:
    """``0.01, 0.2 or 0.3``."""
    words = [f"{value:g}" for value in values]
    return f"{', '.join(words[:-1])} or {words[-1]}"
