"""The record of what one call of one framework computes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from actviz.activation import Value


@dataclass(frozen=True, slots=True)
class Oddity:
    """Where a framework departs from the mathematics: its f, or f' by `order`, at x is `got` in `dtype`."""

    x: float
    got: float
    order: int = 0
    dtype: str = "float64"


NAN = float("nan")

PRODUCT_NAN = ("f(-infinity)", "f'(-infinity)", "f'(infinity)")
"""The limits that x times a gate misses, computed as it stands: infinity times 0."""

SELU = {"alpha": 1.6732632423543772, "scale": 1.0507009873554805}
"""SELU's two constants to all digits of float64; no framework lets them be set."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One way to call a framework, and which function of the catalogue that computes.

    `call` is Python over x, the framework's own names, and those of our parameters that can be set;
    without them the call has the values in `parameters`, by our names. `slope_at_kink` is the f' it takes
    at each kink, by autograd, with those values. `also` are further names the framework has for the same,
    `variant` tells which of several forms this is, `nan` which limits come out as NaN, `apart` how far the
    value strays from the function's besides rounding, `oddities` where it fails, `note` what else to know.
    `confirmed` tells whether all this was measured on the running framework or read in its source.
    """

    framework: str
    function: str
    call: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    slope_at_kink: Mapping[float, float] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    variant: str = ""
    nan: tuple[str, ...] = ()
    apart: float = 0.0
    oddities: tuple[Oddity, ...] = ()
    note: str = ""
    confirmed: Literal["measured", "read"] = "measured"

    @property
    def name(self) -> str:
        """What the framework calls it: ``gelu`` of ``jax.nn.gelu(x)``; nothing where the call is a formula."""
        return called(parsed(self.call).body)

    def takes(self, parameter: str) -> bool:
        """Whether the call can set our parameter of that name."""
        return any(isinstance(n, ast.Name) and n.id == parameter for n in ast.walk(parsed(self.call)))

    def spelled(self, values: Mapping[str, Value]) -> str:
        """The call with our parameters' values in it, as the framework's users type it."""
        return ast.unparse(Substitution(values).visit(parsed(self.call)))


class Substitution(ast.NodeTransformer):
    """Puts values in the place of names."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The value of that name, or the name."""
        return parsed(repr(self.values[node.id])).body if node.id in self.values else node


def parsed(call: str) -> ast.Expression:
    """The syntax tree of a call."""
    return ast.parse(call, mode="eval")


def called(node: ast.expr) -> str:
    """The last name of the function that `node` calls, or the text it is looked up by; nothing for other nodes."""
    return named(node.func) if isinstance(node, ast.Call) else ""


def named(function: ast.expr) -> str:
    """The name that stands for a function in a call."""
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):  # ACT2FN['gelu'](x)
            return name
        case ast.Call(func=ast.Attribute(value=layer, attr="to")):  # timm.layers.PReLU().to(x.dtype)(x)
            return named(layer)
        case ast.Call(args=[ast.Constant(value=str(name))]):  # timm.layers.get_act_fn('gelu')(x)
            return name
        case ast.Call(func=maker):  # keras.layers.LeakyReLU()(x)
            return named(maker)
    return ""
