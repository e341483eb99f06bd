"""The quotients within a formula, each mended on its own about the places where it is 0/0.

So a kink beside such a place, another piece beyond it, or a quotient around it costs the quotient nothing.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from actviz.expressions.patches import leaves_noise
from actviz.expressions.removable import Mended, mended
from actviz.expressions.tree import ARITHMETIC, Node, Operation, free, run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Names = Callable[[Any], Mapping[str, Any]]


def remedied(tree: Node, maths: SimpleNamespace, named: Names) -> Mended:
    """The tree over that maths module, mended as a whole; where that leaves a place as it is, its quotients are too.

    `named` gives what all names stand for, x given.
    """
    whole = mended(lambda x: run(tree, maths, named(x)))
    return in_parts(tree, maths, named) if leaves_noise(whole.program, whole.patches()) else whole


def in_parts(tree: Node, maths: SimpleNamespace, named: Names) -> Mended:
    """The tree with each quotient over what x moves mended on its own, those within it first, and then as a whole."""
    parts: dict[int, Mended] = {}

    def quotient(node: Operation, names: Mapping[str, Any]) -> Any:
        if "x" not in free(node.b):
            return divided(node, names)
        own = parts.setdefault(id(node), mended(lambda x: divided(node, named(x))))
        return own(names["x"])

    def divided(node: Operation, names: Mapping[str, Any]) -> Any:
        return ARITHMETIC["/"](run(node.a, inner, names), run(node.b, inner, names))

    inner = SimpleNamespace(**vars(maths), quotient=quotient)
    return mended(lambda x: run(tree, inner, named(x)), parts)
