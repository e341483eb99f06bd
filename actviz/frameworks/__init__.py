"""A framework's own function and autograd, where the framework is installed, beside ours."""

from __future__ import annotations

import ast
import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.activation import spell
from actviz.catalogue.frameworks import Fact, framework_name, shipping
from actviz.errors import BadInput
from actviz.frameworks.installed import first_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actviz.activation import Activation, Value
    from actviz.floats import Floats
    from actviz.frameworks.runtime import Function, Runtime

HOMES = {"timm": "torch", "transformers": "torch", "flax": "jax"}
"""The file here that runs a framework, where it is not called as the framework is."""

FAILURES = (RuntimeError, TypeError, ValueError, LookupError)
"""What frameworks raise for a dtype or a derivative they lack, besides errors of their own kind."""


@dataclass(frozen=True, slots=True)
class Evaluator:
    """A framework's function ready to be run: `call` as its users type it, `version` that of the framework here."""

    framework: str
    version: str
    call: str
    function: Function
    runtime: Runtime

    @property
    def orders(self) -> tuple[int, ...]:
        """0 for the value; 1 and 2 where the framework differentiates the function, which is tried out."""
        return tuple(order for order in self.runtime.orders if order == 0 or self.serves(order))

    def serves(self, order: int) -> bool:
        """Whether the derivative of that order can be had."""
        try:
            self(np.full(1, 0.5, np.float32), order)
        except BadInput:
            return False
        return True

    def __call__(self, x: Floats, order: int) -> Floats:
        """The value at x, or its derivative by the framework's autograd, computed in x's dtype on the CPU.

        Infinities and NaN are the framework's own affair. Raise BadInput for an order or a dtype it lacks.
        """
        if order not in self.runtime.orders:
            raise BadInput(f"{self.framework} has no autograd, so only values can be had from {self.call}")
        if x.dtype.name not in self.runtime.dtypes:
            raise BadInput(f"{self.framework} knows no {x.dtype.name}; it computes in {', '.join(self.runtime.dtypes)}")
        failures: tuple[type[Exception], ...] = (*FAILURES, *self.runtime.failures)
        try:
            return self.runtime.run(self.function, x, order)
        except failures as error:
            what = ("value", "slope", "curvature")[order]
            raise BadInput(f"{self.call} gives no {what} in {x.dtype.name}: {first_line(error)}") from error


def evaluator(framework: str, activation: Activation) -> Evaluator:
    """The `framework`'s own way to compute `activation`, with its parameters' values.

    Raise BadInput where the framework is unknown, not installed, or lacks the function or a parameter of it.
    """
    values = activation.bound
    return running(able(shipping(activation.name, framework_name(framework)), values), values)


def running(fact: Fact, values: Mapping[str, Value]) -> Evaluator:
    """The call of one fact with parameters of these `values`; raise BadInput where its framework is not installed."""
    file = HOMES.get(fact.framework, fact.framework)
    runtime: Runtime = importlib.import_module(f"actviz.frameworks.{file}").start(fact.framework)
    function = compiled(fact.call, runtime.names, values)
    return Evaluator(fact.framework, runtime.version, fact.spelled(values), function, runtime)


def able(facts: tuple[Fact, ...], values: Mapping[str, Value]) -> Fact:
    """Of a framework's `facts` of one function the one with these values by default, else the first that can have them.

    Raise BadInput where none can.
    """
    fixed: dict[str, Value] = {}
    for fact in sorted(facts, key=lambda fact: any(values[p] != v for p, v in fact.parameters.items())):
        fixed = {p: v for p, v in fact.parameters.items() if not fact.takes(p) and values[p] != v}
        if not fixed:
            return fact
    wanted = ", ".join(f"{p} = {spell(values[p])}" for p in fixed)
    there = ", ".join(f"{p} = {spell(v)}" for p, v in fixed.items())
    raise BadInput(f"{facts[0].framework} has {facts[0].function} only with {there}, not with {wanted}")


def compiled(call: str, names: Mapping[str, Any], values: Mapping[str, Value]) -> Function:
    """The call as a function of x. What is shown is what is run: the text is our own, from the facts."""
    code = compile(ast.parse(call, mode="eval"), call, "eval")
    return lambda x: eval(code, {}, {**names, **values, "x": x})
