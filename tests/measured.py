"""Facts about a framework measured on the framework itself, for the tests and for `tools/framework_facts.py`."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.activation import Activation
from actviz.catalogue import find
from actviz.catalogue.frameworks import FACTS
from actviz.errors import BadInput
from actviz.frameworks import Evaluator, running

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Value
    from actviz.catalogue import Record
    from actviz.catalogue.frameworks import Fact

    Floats = NDArray[Any]

ROUNDING = 16.0
"""Units of rounding, at the size of x or f(x), that a textbook form may be off."""

LOOSE = 1e-6
"""Relative error of a slope or an odd result: frameworks round some constants to float32."""

NATIVE = {"mlx": (np.float32,)}
"""Dtypes to measure in, widest first, where they are not float64 and float32: mlx's float64 is half-hearted."""

WIDTH = 30.0
"""Values are compared from minus this to this."""

VECTORS = np.array([[3.0, 1.0, -3.0, 0.5], [0.0, 0.0, 0.0, 0.0], [-20.0, 5.0, 4.5, 5.5]])

LIMITS = {
    f"f{mark}({name})": (order, x)
    for order, mark in enumerate(("", "'"))
    for name, x in (("-infinity", -math.inf), ("infinity", math.inf))
}
"""What a limit is called in a fact: its order, and its x."""


@cache
def absent(framework: str) -> str:
    """Why nothing can be measured of a framework here; nothing where it runs."""
    try:
        running(next(fact for fact in FACTS if fact.framework == framework), {})
    except BadInput as refused:
        return str(refused)
    return ""


class Measured:
    """One fact's call beside our function, both with the framework's default parameters; where it has none, ours."""

    def __init__(self, fact: Fact) -> None:
        record, _ = find(fact.function)
        self.fact = fact
        self.ours: Record = record.bind(**fact.parameters) if isinstance(record, Activation) else record
        self.theirs = self.called(fact)
        self.dtype = self.finest()

    @property
    def bound(self) -> Mapping[str, Value]:
        """Our parameters."""
        return self.ours.bound if isinstance(self.ours, Activation) else {}

    def called(self, fact: Fact) -> Evaluator:
        """The framework's function."""
        return running(fact, self.bound)

    def finest(self) -> np.dtype[Any]:
        """The widest dtype the framework computes the function in."""
        for dtype in NATIVE.get(self.fact.framework, (np.float64, np.float32)):
            try:
                self.theirs(np.zeros((1, 2), dtype), 0)
            except BadInput:
                continue
            return np.dtype(dtype)
        raise AssertionError(f"{self.fact.call} runs in no dtype")

    def at(self, x: float, order: int, dtype: Any = None) -> float:
        """One result of the framework."""
        return float(self.theirs(np.array([x]).astype(dtype or self.dtype), order)[0])

    def grid(self) -> Floats:
        """Where values are compared: an even grid, points near 0, the kinks; vectors for a function of vectors."""
        if not isinstance(self.ours, Activation):
            return VECTORS.astype(self.dtype)
        small = 10.0 ** np.linspace(-12, -1, 23)
        kinks = [kink.x for kink in self.ours.kinks(*self.ours.values)]
        even = np.linspace(-WIDTH, WIDTH, 2401)
        x = np.unique(np.concatenate([even, small, -small, kinks]).astype(self.dtype))
        return x[~np.isin(x, [oddity.x for oddity in self.fact.oddities])]

    def apart(self) -> float:
        """How far the framework is from our function beyond rounding, at most; 0 where it is the same function."""
        x = self.grid()
        wanted = np.asarray(self.ours(x.astype(np.float64)))
        far = np.abs(self.theirs(x, 0).astype(np.float64) - wanted)
        inputs = np.abs(x) if x.shape == wanted.shape else np.abs(x).max()
        size = np.maximum(np.maximum(1.0, np.abs(wanted)), inputs)
        return float(np.where(far <= ROUNDING * np.finfo(self.dtype).eps * size, 0.0, far).max())

    def default_gap(self) -> float:
        """How far the call without parameters is from the call with those on record; infinite if it demands them."""
        bare = ast.unparse(Unset(set(self.bound)).visit(ast.parse(self.fact.call, mode="eval")))
        try:
            there = self.called(replace(self.fact, call=bare))(self.grid(), 0)
        except BadInput:
            return math.inf
        return float(np.abs(there.astype(np.float64) - self.theirs(self.grid(), 0).astype(np.float64)).max())

    def slopes(self) -> dict[float, float]:
        """The slope at each jump and kink, and at a jump of the curvature where it is not the slope.

        Nothing where the framework does not differentiate the function.
        """
        found: dict[float, float] = {}
        if not isinstance(self.ours, Activation) or not self.differentiates():
            return found
        for kink in self.ours.kinks(*self.ours.values):
            slope = self.at(kink.x, 1)
            if kink.order < 2 or not close(slope, float(self.ours.derivative(kink.x))):
                found[kink.x] = slope
        return found

    def differentiates(self) -> bool:
        """Whether the framework gives a slope of the function."""
        try:
            self.at(0.5, 1)
        except BadInput:
            return False
        return True

    def lost(self) -> set[str]:
        """The limits that come out as NaN."""
        if not isinstance(self.ours, Activation):
            return set()
        orders = (0, 1) if self.differentiates() else (0,)
        limits = dict(zip((-math.inf, math.inf), self.ours.limits(*self.ours.values), strict=True))
        return {
            name
            for name, (order, x) in LIMITS.items()
            if order in orders and not math.isnan(limits[x][order]) and math.isnan(self.at(x, order))
        }


class Unset(ast.NodeTransformer):
    """Takes the keywords that set parameters out of a call."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """The call without them, and so the calls in it."""
        self.generic_visit(node)
        node.keywords = [k for k in node.keywords if not (isinstance(k.value, ast.Name) and k.value.id in self.names)]
        return node


def differences(fact: Fact) -> list[str]:
    """Where a fact on record is not what its framework does here, in words."""
    measured = Measured(fact)
    return [*of_parameters(measured), *of_values(measured), *of_slopes(measured)]


def of_parameters(measured: Measured) -> Iterator[str]:
    """Defaults that are not the framework's."""
    fact, gap = measured.fact, measured.default_gap()
    if fact.parameters and gap:
        yield f"{fact.call} without parameters is {gap:g} from the same with {dict(fact.parameters)}"
    demanded = [
        k.value.id
        for node in ast.walk(ast.parse(fact.call))
        if isinstance(node, ast.Call)
        for k in node.keywords
        if isinstance(k.value, ast.Name) and k.value.id in measured.bound
    ]
    if demanded and not fact.parameters and not gap:
        yield f"{fact.call} has defaults, and none is on record"


def of_values(measured: Measured) -> Iterator[str]:
    """Values that are not the function's and not on record, or on record and not met."""
    fact, apart = measured.fact, measured.apart()
    if not fact.apart / 2 <= apart <= fact.apart:
        yield f"{fact.call} is {apart:g} off at most; on record is {fact.apart:g}"
    if measured.lost() != set(fact.nan):
        yield f"{fact.call} is NaN at {sorted(measured.lost())}; on record is {sorted(fact.nan)}"
    for oddity in fact.oddities:
        got = measured.at(oddity.x, oddity.order, oddity.dtype)
        if not close(got, oddity.got, 1e-3):
            yield f"{fact.call}: order {oddity.order} at {oddity.x} in {oddity.dtype} is {got}, on record {oddity.got}"
    if isinstance(measured.ours, Activation) and not any(math.isnan(oddity.x) for oddity in fact.oddities):
        got = measured.at(math.nan, 0)
        if not math.isnan(got):
            yield f"{fact.call} at NaN is {got}"


def of_slopes(measured: Measured) -> Iterator[str]:
    """Slopes at kinks that are not those on record."""
    fact, found = measured.fact, measured.slopes()
    same = found.keys() == set(fact.slope_at_kink) and all(close(found[x], y) for x, y in fact.slope_at_kink.items())
    if not same:
        yield f"{fact.call} has slopes {found} at its kinks; on record are {dict(fact.slope_at_kink)}"


def close(a: float, b: float, tolerance: float = LOOSE) -> bool:
    """Whether two numbers are equal within a relative tolerance, or both NaN."""
    return a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= tolerance * max(abs(a), abs(b)) < math.inf
