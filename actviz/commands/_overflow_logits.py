"""What the words of `actviz softmax-overflow` mean: logits, dtypes, the class that is the target."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from actviz.analysis.softmax.overflow import Outcome, outcome, transformed
from actviz.commands import _options as options
from actviz.errors import BadInput, nearest
from actviz.floats import ALL_DTYPES, DTYPES, FLOAT8

if TYPE_CHECKING:
    from actviz.analysis.softmax.cross_entropy import CrossEntropy

MOST_LOGITS = 10_000

LONGEST = 10_000_000
"""Equal logits at most whose sum is followed."""

SHORT = {
    **{"half": "float16", "fp16": "float16", "bf16": "bfloat16", "single": "float32", "fp32": "float32"},
    **{"double": "float64", "fp64": "float64", "e5m2": "float8_e5m2", "e4m3": "float8_e4m3fn"},
    **{"fp8_e5m2": "float8_e5m2", "fp8_e4m3": "float8_e4m3fn", "float8_e4m3": "float8_e4m3fn"},
}
"""Other names that people know dtypes by."""

CASES = (
    ("Small logits", (3.0, 1.0, -3.0)),
    ("Large logits", (1000.0, 998.0, 994.0)),
    ("Logits far below zero", (-1000.0, -1002.0, -1006.0)),
)
"""One softmax, three times: its logits within exp's reach, above it and below it, in float64 too."""


class Accumulated(StrEnum):
    """How the sums that are shown are kept."""

    native = "native"
    wide = "wide"
    both = "both"


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is done to logits before softmax, in this order."""

    scale: float = 1.0
    softcap: float | None = None
    temperature: float = 1.0
    mask: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A vector with its name, its outcomes, and its cross-entropies, each with how the sum was kept."""

    title: str
    x: tuple[float, ...]
    outcomes: tuple[Outcome, ...]
    entropies: tuple[tuple[str, CrossEntropy], ...] = ()


def vector(words: Sequence[str], command: Callable[..., Any]) -> tuple[float, ...]:
    """The logits; raise BadInput for too many, for one that is no number or infinite, or for none but masks."""
    found = tuple(logit(word, command) for word in words)
    if all(x == -math.inf for x in found):
        raise BadInput("every logit is -inf, which masks its class: give at least one finite number")
    if len(found) > MOST_LOGITS:
        raise BadInput(f"{len(found)} logits are too many to show; give at most {MOST_LOGITS}, or a file to --data")
    return found


def logit(word: str, command: Callable[..., Any]) -> float:
    """`word` as a finite number, or -inf, which masks a class; raise BadInput for anything else."""
    try:
        value = float(word)
    except ValueError:
        raise BadInput(f"'{word}' is no logit: {why_not(word, command)}") from None
    if not value < math.inf:
        raise BadInput(f"logit '{word}' is not finite; give numbers such as 3 1 -3, or -inf for a masked class")
    return value


def why_not(word: str, command: Callable[..., Any]) -> str:
    """What a word that is no number may have been meant for, given the command's options."""
    parameters = inspect.signature(command).parameters | inspect.signature(options.common).parameters
    known = [f"--{name}" for name in parameters if name != "logits"]
    name = word.partition("=")[0]
    if name in known:
        return "after -- all are logits, so put the option before"
    if word.startswith("-"):
        return f"neither an option nor a number{nearest(name, known)}"
    return "logits are finite numbers such as 3 1 -3"


def dtypes(text: str) -> tuple[str, ...]:
    """Dtypes between commas, each once, by their names or SHORT ones; "all" are those of 8 bits too."""
    names: list[str] = []
    for part in text.split(","):
        said = SHORT.get(part.strip().lower(), part.strip())
        name = options.one_of(said, (*DTYPES, *FLOAT8, "all"), "dtype")
        names += ALL_DTYPES if name == "all" else [name]
    return tuple(dict.fromkeys(names))


def checked_length(length: int | None) -> int | None:
    """The number of equal logits; raise BadInput for none, or for more than are followed."""
    if length is not None and not 1 <= length <= LONGEST:
        raise BadInput(f"--length {length} cannot be followed; give from 1 to {LONGEST:,} logits")
    return length


def prepared_vector(x: tuple[float, ...], how: Preparation) -> tuple[float, ...]:
    """The logits scaled, capped, cooled and masked; raise BadInput where a mask does not fit or leaves none."""
    found = transformed(x, how.temperature, how.softcap, how.scale)
    return masked_vector(found, how.mask) if how.mask else found


def masked_vector(x: tuple[float, ...], mask: str) -> tuple[float, ...]:
    """The logits under the mask in a file."""
    from actviz import _numpy as np
    from actviz.analysis.softmax import masks
    from actviz.reduction import masks as files

    if mask in files.CAUSAL:
        raise BadInput(f"--mask {mask} hides keys from the queries before them, rows of --data; give a mask's file")
    numbers = files.read(mask)
    if numbers.size != len(x):
        raise BadInput(f"the mask {mask} has {numbers.size:,} numbers for {len(x):,} logits; give one for each")
    found = masks.masked(np.asarray(x, dtype=np.float64), numbers.reshape(-1))
    if (found == -math.inf).all():
        raise BadInput(f"the mask {mask} masks every logit: softmax has then nothing to share out, and is 0/0 = NaN")
    return tuple(found.tolist())


def of_words(
    words: Sequence[str],
    command: Callable[..., Any],
    how: Preparation,
    kinds: tuple[str, ...],
    length: int | None,
    target: int | None,
) -> list[Case]:
    """The vector that words on the command line are, or the three telling ones without any, evaluated."""
    given = [("Logits", vector(words, command))] if words else list(CASES)
    chosen = [(title, prepared_vector(x, how)) for title, x in given]
    wanted = checked_target(target, len(chosen[0][1]))
    return [case(title, x, kinds, length, wanted) for title, x in chosen]


def case(title: str, x: tuple[float, ...], kinds: tuple[str, ...], length: int | None, target: int | None) -> Case:
    """The outcome of one vector in each dtype, and its cross-entropy where a target is given."""
    found = tuple(outcome(x, kind, length) for kind in kinds)
    return Case(title, x, found, () if target is None else entropies(x, found, target))


def entropies(x: tuple[float, ...], found: Sequence[Outcome], target: int) -> tuple[tuple[str, CrossEntropy], ...]:
    """The cross-entropies in each dtype, with the sum kept in it, and wide where that is another."""
    from actviz import _numpy as np
    from actviz.analysis.softmax.cross_entropy import cross_entropy
    from actviz.analysis.softmax.evaluations import Accumulate

    row = np.asarray([x], dtype=np.float64)
    ways: tuple[Accumulate, ...] = ("native", "wide")
    return tuple(
        (way, cross_entropy(row, [target], o.dtype, way))
        for o in found
        for way in ways
        if way in {e.accumulate for e in o.evaluations}
    )


def checked_target(target: int | None, n: int) -> int | None:
    """The target class, counted from 0; raise BadInput for none of `n` classes."""
    if target is not None and not 0 <= target < n:
        raise BadInput(f"--target {target} is no class of {n} logits, counted from 0; give one from 0 to {n - 1}")
    return target
