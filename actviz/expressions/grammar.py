# ruff: noqa: PLR0911, RET503 (one return for each kind of node; the last case refuses)
"""Text to tree: a whitelist over Python's own syntax tree. Nothing is compiled, nothing executed."""

from __future__ import annotations

import ast
import math
import warnings
from dataclasses import dataclass
from typing import NoReturn

from actviz.activation import Activation, Parameter
from actviz.catalogue import find, plain_name, spellings
from actviz.errors import BadInput, nearest
from actviz.expressions.elementary import ALIASES, ELEMENTARY
from actviz.expressions.tree import (
    Call,
    Choice,
    Comparison,
    Logical,
    Name,
    Negation,
    Node,
    Number,
    Operation,
    Use,
    free,
)

LONGEST, DEEPEST = 2000, 100
"""Characters, and operations nested in one another, beyond which a text is no formula a person typed."""

CONSTANTS = {"pi": math.pi, "e": math.e}
SINGLE, SEVERAL = ("abs", "sign"), ("min", "max")
"""What an expression may call besides, with one argument and with two or more."""

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.And: "and",
    ast.Or: "or",
}
ALLOWED = "an expression has numbers, x, parameters, + - * / **, comparisons, `a if c else b` and functions such as exp"


def read(text: str) -> Node:
    """The tree of an expression in x; raise BadInput, naming the piece, for anything outside the whitelist."""
    if len(text) > LONGEST:
        raise BadInput(f"the expression has {len(text)} characters; at most {LONGEST} are read")
    if not text.strip():
        raise BadInput("the expression is empty; give one in x, such as x*sigmoid(x)")
    flat = " ".join(text.split())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(flat, mode="eval").body
    except (MemoryError, RecursionError):
        raise BadInput(f"'{shown(text)}' is nested too deeply; {DEEPEST} levels are read") from None
    except (SyntaxError, ValueError, OverflowError) as error:
        raise BadInput(f"'{shown(text)}' is not an expression: {reason(error)}") from None
    return Reader(flat).number(body, 0)


def reason(error: Exception) -> str:
    """What Python's parser has against the text, without its advice on Python."""
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    if "nested parentheses" in said:
        return "too many parentheses are nested"
    return shown(said.partition(". Perhaps")[0].partition(" (")[0], 80)


def shown(text: str, most: int = 40) -> str:
    """`text` fit for one line of a message: printable, spaces joined, the middle of a long one left out."""
    flat = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in " ".join(text.split()))
    return flat if len(flat) <= most else f"{flat[: most - 12]}...{flat[-9:]}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the syntax tree of one text; methods take a node and its depth."""

    text: str

    def refuse(self, node: ast.AST, why: str) -> NoReturn:
        """Raise BadInput that shows the piece of text."""
        piece = ast.get_source_segment(self.text, node) or self.text
        raise BadInput(f"'{shown(piece)}' {why}")

    def number(self, node: ast.AST, depth: int) -> Node:
        """An expression with a number for its value."""
        if depth > DEEPEST:
            raise BadInput(f"'{shown(self.text)}' is nested too deeply; {DEEPEST} levels are read")
        below = depth + 1
        match node:
            case ast.Constant():
                return self.literal(node)
            case ast.Name():
                return self.name(node)
            case ast.UnaryOp(op=ast.USub(), operand=a):
                return Negation(self.number(a, below))
            case ast.UnaryOp(op=ast.UAdd(), operand=a):
                return self.number(a, below)
            case ast.BinOp(left=a, op=op, right=b) if type(op) in OPERATORS:
                return Operation(OPERATORS[type(op)], self.number(a, below), self.number(b, below))
            case ast.BinOp():
                self.refuse(node, "uses an operator that is not one of + - * / ** (a power is written x**2)")
            case ast.IfExp(test=c, body=a, orelse=b):
                return Choice(self.condition(c, below), self.number(a, below), self.number(b, below))
            case ast.Call():
                return self.call(node, below)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp():
                self.refuse(node, "is true or false, not a number; write `1 if x > 0 else 0`")
            case _:
                self.refuse(node, f"is not allowed; {ALLOWED}")

    def condition(self, node: ast.AST, depth: int) -> Node:
        """Comparisons, and, or, not."""
        if depth > DEEPEST:
            raise BadInput(f"'{shown(self.text)}' is nested too deeply; {DEEPEST} levels are read")
        below = depth + 1
        match node:
            case ast.Compare(left=first, ops=ops, comparators=rest) if all(type(op) in OPERATORS for op in ops):
                symbols = tuple(OPERATORS[type(op)] for op in ops)
                return Comparison(symbols, tuple(self.number(term, below) for term in (first, *rest)))
            case ast.BoolOp(op=op, values=parts):
                return Logical(OPERATORS[type(op)], tuple(self.condition(part, below) for part in parts))
            case ast.UnaryOp(op=ast.Not(), operand=a):
                return Logical("not", (self.condition(a, below),))
            case _:
                self.refuse(node, "is not a condition; write one with < <= > >= == != and, or, not, such as x > 0")

    def literal(self, node: ast.Constant) -> Number:
        """A finite real number."""
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            self.refuse(node, f"is not allowed; {ALLOWED}")
        try:
            value = float(node.value)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            self.refuse(node, "is not a finite number in float64, which ends at 1.8e308")
        return Number(value, repr(node.value))

    def name(self, node: ast.Name) -> Node:
        """x, a constant, or a parameter; a function's name alone is refused."""
        if node.id in CONSTANTS:
            return Number(CONSTANTS[node.id], node.id)
        if node.id != "x" and is_function(node.id):
            self.refuse(node, f"is a function; give it an argument: {shown(node.id)}(x)")
        if node.id.startswith("__"):
            self.refuse(node, f"is not allowed; {ALLOWED}")
        return Name(node.id)

    def call(self, node: ast.Call, depth: int) -> Node:
        """A function of the whitelist, by its bare name."""
        if not isinstance(node.func, ast.Name):
            self.refuse(node.func, f"cannot be called; {ALLOWED}")
        name = ALIASES.get(node.func.id.lower(), node.func.id.lower())
        arguments = node.args
        if any(isinstance(a, ast.Starred) for a in arguments) or any(k.arg is None for k in node.keywords):
            self.refuse(node, "unpacks with *, which is not allowed")
        if name not in ELEMENTARY and name not in (*SINGLE, *SEVERAL):
            return self.use(node, self.activation(node.func), depth)
        if name == "tanh" and len(arguments) == 1 and not node.keywords:
            return Use(self.activation(node.func), (), self.number(arguments[0], depth))
        least, most = (2, 50) if name in SEVERAL else (1, 1)
        if node.keywords or not least <= len(arguments) <= most:
            takes = "two or more arguments" if name in SEVERAL else "one argument"
            self.refuse(node, f"is wrong: {name} takes {takes}")
        return Call(name, tuple(self.number(a, depth) for a in arguments))

    def activation(self, node: ast.Name) -> Activation:
        """The scalar catalogue function that a call names, its alias's parameters bound."""
        if not is_function(node.id):
            known = (*ELEMENTARY, *ALIASES, *SINGLE, *SEVERAL, *scalar_names())
            hint = nearest(node.id, known) or "; `actviz list` shows those of the catalogue"
            self.refuse(node, f"is no function that an expression can call{hint}")
        record, fixed = find(node.id)
        if not isinstance(record, Activation):
            self.refuse(node, "takes a vector, so it cannot stand in an expression in x")
        return record.bind(**fixed)

    def use(self, node: ast.Call, activation: Activation, depth: int) -> Use:
        """A catalogue function with parameters by name."""
        if len(node.args) != 1:
            names = [p.name for p in activation.parameters]
            example = f"{activation.name}(x{', ' + names[0] + '=...' if names else ''})"
            self.refuse(node, f"is wrong: {activation.name} takes one argument and parameters by name, as {example}")
        given: list[tuple[str, Node | tuple[Node, ...]]] = []
        for keyword in node.keywords:
            parameter = activation.parameter(keyword.arg or "")
            if parameter.name in dict(given):
                self.refuse(node, f"sets {parameter.name} twice")
            given.append((parameter.name, self.setting(keyword.value, parameter, depth)))
        return Use(activation, tuple(given), self.number(node.args[0], depth))

    def setting(self, node: ast.AST, parameter: Parameter, depth: int) -> Node | tuple[Node, ...]:
        """A parameter's value: an expression without x, or a list of them where the parameter is a list."""
        if isinstance(parameter.default, tuple) and isinstance(node, (ast.Tuple, ast.List)):
            items = tuple(self.number(item, depth + 1) for item in node.elts)
        else:
            items = (self.number(node, depth + 1),)
        if any("x" in free(item) for item in items):
            self.refuse(node, f"holds x, but {parameter.name} is one number for every x")
        return items if isinstance(parameter.default, tuple) else items[0]


def is_function(name: str) -> bool:
    """Whether an expression can call `name`, in any spelling the catalogue knows."""
    known = {plain_name(spelling) for spelling in spellings()}
    return name.lower() in ELEMENTARY or name.lower() in (*ALIASES, *SINGLE, *SEVERAL) or plain_name(name) in known


def scalar_names() -> list[str]:
    """Every name and alias of a scalar activation."""
    return [name for name, (record, _) in spellings().items() if isinstance(record, Activation)]
