"""What the frameworks ship: which call computes which of our functions, its defaults, its slope at a kink, its faults.

One file a framework holds the facts; `tools/framework_facts.py` measures each of them on the running framework.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

from actviz.activation import Activation, spell
from actviz.catalogue import Record, find, plain_name, spellings
from actviz.catalogue.frameworks import (
    flax,
    ggml,
    jax,
    keras,
    mlx,
    onnx,
    scipy,
    tensorflow,
    timm,
    torch,
    transformers,
)
from actviz.catalogue.frameworks.fact import Fact, Oddity
from actviz.errors import BadInput, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from actviz.activation import Value

__all__ = ["FACTS", "VERSIONS", "Fact", "Oddity", "disagreements", "facts", "framework_name", "meant", "shipping"]

K = TypeVar("K")
V = TypeVar("V")

VERSIONS: Mapping[str, str] = {
    "torch": "2.15",
    "jax": "0.10.2",
    "flax": "0.12.8",
    "keras": "3.15",
    "tensorflow": "2.21",
    "onnx": "1.23 (opset 28, by onnxruntime 1.32)",
    "timm": "1.0.31",
    "transformers": "5.23",
    "mlx": "0.32",
    "ggml": "0.15.3",
    "scipy": "1.17",
}
"""Each framework with the version its facts are of."""

SPELLINGS = {
    "pytorch": "torch",
    "tf": "tensorflow",
    "hf": "transformers",
    "huggingface": "transformers",
    "onnxruntime": "onnx",
    "llama.cpp": "ggml",
}

FLOAT32 = 2.0**-23
"""The unit of rounding of float32, in which some frameworks keep constants."""

HERE = "the left slope"
"""What is taken at a kink here, and 0 at a jump."""

FACTS: tuple[Fact, ...] = (
    *torch.FACTS,
    *jax.FACTS,
    *flax.FACTS,
    *keras.FACTS,
    *tensorflow.FACTS,
    *onnx.FACTS,
    *timm.FACTS,
    *transformers.FACTS,
    *mlx.FACTS,
    *ggml.FACTS,
    *scipy.FACTS,
)
"""Where a framework has several forms of one function, its default comes first."""


def facts(function: str) -> tuple[Fact, ...]:
    """What is on record about the function of that canonical name."""
    return tuple(fact for fact in FACTS if fact.function == function)


def misnomers(record: Record) -> tuple[tuple[str, Fact], ...]:
    """The names of `record` that mean another function at a framework, each with what it means there."""
    found = ((name, own_name(name, at)) for name in (record.name, *record.aliases) for at in VERSIONS)
    return tuple((name, fact) for name, fact in found if fact and fact.function != record.name)


def own_name(name: str, framework: str) -> Fact | None:
    """What a framework itself calls `name`; the first form of it where it has several."""
    return own_names().get((framework, plain_name(name)))


@cache
def own_names() -> Mapping[tuple[str, str], Fact]:
    """The first form that each framework has under each of its own names."""
    found: dict[tuple[str, str], Fact] = {}
    for fact in FACTS:
        for name in filter(None, (fact.name, *fact.also)):
            found.setdefault((fact.framework, plain_name(name)), fact)
    return found


def framework_name(text: str) -> str:
    """The canonical name of a framework; raise BadInput, with the nearest name, when it is unknown."""
    word = text.strip().lower()
    name = SPELLINGS.get(word, word)
    if name not in VERSIONS:
        raise BadInput(
            f"no framework is called '{text}'; known are {', '.join(VERSIONS)}{nearest(word, (*VERSIONS, *SPELLINGS))}"
        )
    return name


def meant(name: str, framework: str) -> tuple[Fact, Mapping[str, Value]]:
    """What `name` is at `framework`, and the parameter values that `name` itself fixes.

    The framework's own names go first, so that gelu at jax is our gelu_tanh; then the catalogue's. Raise
    BadInput for an unknown name or framework, and for a function the framework does not have.
    """
    at = framework_name(framework)
    fact = own_name(name, at)
    if fact is None:
        record, fixed = find(name)
        return shipping(record.name, at)[0], fixed
    known = {plain_name(spelling): entry for spelling, entry in spellings().items()}
    entry = known.get(plain_name(name))
    return fact, entry[1] if entry and entry[0].name == fact.function else {}


def shipping(function: str, framework: str) -> tuple[Fact, ...]:
    """The forms that `framework` has of the function of that canonical name, its default first.

    Raise BadInput, saying who has it, where there is none.
    """
    found = facts(function)
    there = tuple(fact for fact in found if fact.framework == framework)
    if there:
        return there
    known = [name for name in VERSIONS if any(fact.framework == name for fact in found)]
    where = f"it is on record in {', '.join(known)}" if known else "no framework is on record as having it"
    raise BadInput(f"{function}@{framework}: {framework} is not on record as having {function}; {where}")


def disagreements(record: Record) -> tuple[str, ...]:
    """A sentence for each name, each default and each slope at a kink that frameworks differ in."""
    named = grouped(((name, fact.function), fact.framework) for name, fact in misnomers(record))
    said = [f"{name} is {function} in {', '.join(frameworks)}" for (name, function), frameworks in named]
    for parameter, values in grouped(pair for fact in facts(record.name) for pair in fact.parameters.items()):
        if len(set(values)) > 1:
            said.append(f"the default {parameter} is {listed(values)}")
    return (*said, *(slopes_taken(record) if isinstance(record, Activation) else ()))


def slopes_taken(record: Activation) -> list[str]:
    """A sentence for each kink at which frameworks take another slope than each other, or than is taken here."""
    taken = grouped(
        (x, (side(record.bind(**fact.parameters), x, slope), fact.framework))
        for fact in facts(record.name)
        for x, slope in fact.slope_at_kink.items()
    )
    said = []
    for x, sides in taken:
        groups = grouped(sides)
        if {what for what, _ in groups} != {HERE}:
            words = [f"{what} in {', '.join(dict.fromkeys(frameworks))}" for what, frameworks in groups]
            said.append(f"f'({spell(x)}) is {' and '.join(words)}")
    return said


def side(record: Activation, x: float, slope: float) -> str:
    """Which slope a framework takes at x: the one taken here, within float32, the right one, or another."""
    here = float(record.derivative(x))
    if abs(slope - here) <= FLOAT32 * abs(here):
        return HERE
    right = [kink.right for kink in record.kinks(*record.values) if kink.x == x and kink.order == 1]
    return "the right slope" if slope in right else f"{slope:g}, not {here:g},"


def grouped(pairs: Iterable[tuple[K, V]]) -> list[tuple[K, list[V]]]:
    """The values of each key, keys in the order they first come."""
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return list(found.items())


def listed(values: Iterable[float]) -> str:
    """``0.01, 0.2 or 0.3``."""
    different = sorted(set(values))
    words = [f"{value:g}" for value in different]
    if len(set(words)) < len(words):
        words = [spell(value) for value in different]
    return f"{', '.join(words[:-1])} or {words[-1]}"
