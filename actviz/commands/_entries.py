"""What several commands call the same things, in JSON and at the head of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actviz.activation import Activation, Kink, VectorActivation

KEYS = ("value", "derivative", "second_derivative")
HEADS = ("f(x)", "f'(x)", "f''(x)")
"""The derivatives of order 0, 1 and 2."""


def naming(record: Activation | VectorActivation) -> dict[str, Any]:
    """The keys that name a function of the catalogue."""
    return {"name": record.name, "aliases": list(record.aliases), "family": record.family, "formula": record.formula}


def kink_entries(kinks: Iterable[Kink]) -> list[dict[str, float]]:
    """Those of `kinks` where the slope jumps, with its two values."""
    return [{"x": k.x, "left": k.left, "right": k.right} for k in kinks if k.order == 1]


def jump_entries(kinks: Iterable[Kink]) -> list[dict[str, float]]:
    """Those of `kinks` where the value itself jumps, with its two values."""
    return [{"x": k.x, "left": k.left, "right": k.right} for k in kinks if k.order == 0]
