# ruff: noqa: PLR0911 (one return for each kind of node)
"""Typed expressions as trees of frozen records, evaluated over any maths module."""

from __future__ import annotations

import operator
from dataclasses import dataclass, fields
from functools import reduce
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from actviz.activation import Activation, Value


@dataclass(frozen=True, slots=True)
class Number:
    """A float64 constant, and how it was typed: digits, pi or e."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """x, or a parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Negation:
    """Minus a."""

    a: Node


@dataclass(frozen=True, slots=True)
class Operation:
    """Two operands joined by one of + - * / **."""

    symbol: str
    a: Node
    b: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """a if condition else b."""

    condition: Node
    a: Node
    b: Node


@dataclass(frozen=True, slots=True)
class Call:
    """An elementary function, abs, sign, min or max of one or more arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A catalogue function of `a`, some of its parameters given as constant expressions."""

    activation: Activation
    given: tuple[tuple[str, Node | tuple[Node, ...]], ...]
    a: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """A chain of comparisons: one symbol fewer than terms."""

    symbols: tuple[str, ...]
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Logical:
    """Conditions joined by 'and' or 'or'; one condition denied by 'not'."""

    word: str
    parts: tuple[Node, ...]


Node = Number | Name | Negation | Operation | Choice | Call | Use | Comparison | Logical

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}
RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def run(node: Node, m: Any, names: Mapping[str, Any]) -> Any:
    """The tree's value over the maths module `m`, given what x and the parameters stand for.

    `m` has exp, log, ..., where, maximum and minimum; `m.number`, if it is there, makes a constant, and
    `m.apply(activation, u)` a catalogue function, else their definitions are run over `m`; `m.quotient(node, names)`
    a quotient.
    """
    match node:
        case Number(value):
            return m.number(value) if hasattr(m, "number") else value
        case Name(name):
            return names[name]
        case Negation(a):
            return -run(a, m, names)
        case Operation("/") if hasattr(m, "quotient"):
            return m.quotient(node, names)
        case Operation(symbol, a, b):
            return ARITHMETIC[symbol](run(a, m, names), run(b, m, names))
        case Choice(condition, a, b):
            return choose(run(condition, m, names), lambda: run(a, m, names), lambda: run(b, m, names), m)
        case Call(name, arguments):
            return called(name, [run(a, m, names) for a in arguments], m)
        case Use(activation, given, a):
            values = activation.bound | {name: constant(v, m, names) for name, v in given}
            u = run(a, m, names)
            if hasattr(m, "apply"):
                return m.apply(activation.bind(**values), u)
            return activation.definition(m, u, *values.values())
        case Comparison(symbols, terms):
            sides = [run(term, m, names) for term in terms]
            links = [RELATIONS[s](a, b) for s, a, b in zip(symbols, sides, sides[1:], strict=False)]
            return reduce(operator.and_, links)
        case Logical(word, parts):
            truths = [run(part, m, names) for part in parts]
            if word == "not":
                return True ^ truths[0]
            return reduce(operator.and_ if word == "and" else operator.or_, truths)


def choose(holds: Any, a: Callable[[], Any], b: Callable[[], Any], m: Any) -> Any:
    """`a` where the condition holds, else `b`; one truth value asks for one of them alone."""
    if isinstance(holds, bool) or getattr(holds, "ndim", 1) == 0:
        return a() if holds else b()
    return m.where(holds, a(), b())


def called(name: str, arguments: list[Any], m: Any) -> Any:
    """abs, sign, min or max, or an elementary function by the module's name for it."""
    if name == "abs":
        return abs(arguments[0])
    if name == "sign":
        u = arguments[0]
        return choose(u > 0.0, lambda: 1.0, lambda: choose(u < 0.0, lambda: -1.0, lambda: 0.0 * u, m), m)
    if name in ("min", "max"):
        return reduce(m.maximum if name == "max" else m.minimum, arguments)
    # numpy before 2 knows the inverse functions as arcsin, arccos, arctan only.
    own = getattr(m, name, None) or getattr(m, f"arc{name[1:]}")
    return own(arguments[0])


def constant(value: Node | tuple[Node, ...], m: Any, names: Mapping[str, Any]) -> Value:
    """A given parameter's value: a number, or a tuple of them."""
    if isinstance(value, tuple):
        return tuple(run(item, m, names) for item in value)
    number: float = run(value, m, names)
    return number


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below, parameters' expressions included."""
    for field in fields(node):
        found = getattr(node, field.name)
        if field.name == "given":
            found = tuple(item for _, value in found for item in (value if isinstance(value, tuple) else (value,)))
        for item in found if isinstance(found, tuple) else (found,):
            if isinstance(item, Node):
                yield item


def free(node: Node) -> tuple[str, ...]:
    """The names in the tree in order of appearance, each once, x among them."""
    own = (node.name,) if isinstance(node, Name) else ()
    return tuple(dict.fromkeys((*own, *(name for child in children(node) for name in free(child)))))
