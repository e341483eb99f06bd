"""Why subtracting the largest logit changes nothing but the numbers in between: the algebra with the numbers put in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.activation import spell
from actviz.analysis.softmax.tables import listed
from actviz.report import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from actviz.analysis.softmax.overflow import Outcome

MOST_TERMS = 4
"""Terms of a sum that are written out; of more, the first ones and the last."""

CASES = 3
"""Entries of the Jacobian beside the diagonal that are worked out."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What is worked out: logits `x`, the number `i` of the class, softmax `y`, log sum exp(x - M), by dtype."""

    x: tuple[float, ...]
    i: int
    y: tuple[float, ...]
    log_total: float
    outcomes: tuple[Outcome, ...]

    @property
    def top(self) -> float:
        """M, the largest logit."""
        return max(self.x)


def explanation(given: Worked) -> tuple[Table, ...]:
    """The shift, the logarithm, the Jacobian, step by step."""
    return shift(given), logarithm(given), jacobian(given)


def shift(w: Worked) -> Table:
    """From e^x over its sum to the same of x - M."""
    i, x, top = w.i, [spell(x) for x in w.x], spell(w.top)
    lowered = [f"{a} - {signed(top)}" for a in x]
    plain, powers = [f"e^{a}" for a in x], [f"e^({a})" for a in lowered]
    divided = [f"{power}/e^{top}" for power in plain]
    symbols = [f"e^x{k + 1}" for k in range(len(x))]
    rows = (
        ("definition", f"y{i + 1} = {symbols[i]}/({added(symbols)})"),
        ("put in", f"= {plain[i]}/({added(plain)})"),
        ("", f"= {quotient(w, exp)}"),
        (f"divide above and below by e^M, M = {top}", f"= ({plain[i]}/e^{top})/(({added(plain)})/e^{top})"),
        ("term by term", f"= ({divided[i]})/({added(divided)})"),
        ("e^a/e^b = e^(a - b)", f"= {powers[i]}/({added(powers)})"),
        ("", f"= {quotient(w, lambda a: exp(a - w.top))}"),
    )
    notes = ("No exponent is above 0, so no exp overflows; one term is e^0 = 1, so the sum cannot vanish.",)
    return Table(("step", f"softmax of {listed(w.x)}, class {i + 1}"), rows, "The shift, step by step", notes)


def quotient(w: Worked, power: Callable[[float], float]) -> str:
    """A class's power over the sum of all, in float64, and what that is."""
    terms = [power(x) for x in w.x]
    total = math.fsum(terms) if all(map(math.isfinite, terms)) else math.inf
    value = terms[w.i] / total if total > 0 and not math.isinf(terms[w.i]) else math.nan
    numbers = [f"{t:.6g}" for t in terms]
    return f"{numbers[w.i]}/({added(numbers)}) = {number(value)}"


def logarithm(w: Worked) -> Table:
    """The logarithm without the quotient, its bound, and what it saves where the numerator underflows."""
    x, top, total = w.x[w.i], spell(w.top), w.log_total
    value = x - w.top - total
    rows: list[tuple[Cell, ...]] = [
        ("definition", f"log y{w.i + 1} = log(e^(x{w.i + 1} - M)/sum e^(x - M))"),
        ("log(a/b) = log a - log b", f"= (x{w.i + 1} - M) - log sum e^(x - M)"),
        ("put in", f"= ({spell(x)} - {signed(top)}) - {total:.6g} = {value:.6g}"),
        ("the sum lies from 1 to n", f"0 <= {total:.6g} <= log {len(w.x)} = {math.log(len(w.x)):.6g}"),
    ]
    k = min((x, k) for k, x in enumerate(w.x) if x > -math.inf)[1]
    rows += [(f"the smallest, class {k + 1}, in {o.dtype}", smallest(o, k)) for o in w.outcomes]
    notes = ("x - M stays small where e^(x - M) is already 0, and log 0 = -inf is a rounding error, not an answer.",)
    return Table(("step", "log-softmax"), tuple(rows), "The logarithm, step by step", notes)


def smallest(o: Outcome, k: int) -> str:
    """The smallest class's logarithm both ways in one dtype."""
    term, total = o.naive.terms[k], o.naive.total
    direct = f"log({number(term)}/{number(total)}) = {number(o.log_naive.values[k])}"
    return f"{direct}; log-softmax {number(o.log_softmax.values[k])}"


def jacobian(w: Worked) -> Table:
    """The two cases of the derivative, with the numbers put in."""
    i, y = w.i, w.y
    rows: list[tuple[Cell, ...]] = [
        (
            "i = j",
            f"dy{i + 1}/dx{i + 1} = y{i + 1}(1 - y{i + 1}) = {y[i]:.6g}(1 - {y[i]:.6g}) = {y[i] * (1 - y[i]):.6g}",
        )
    ]
    others = [k for k in range(len(y)) if k != i][:CASES]
    rows += [
        ("i != j", f"dy{i + 1}/dx{k + 1} = -y{i + 1} y{k + 1} = -{y[i]:.6g}*{y[k]:.6g} = {0.0 - y[i] * y[k]:.6g}")
        for k in others
    ]
    notes = (
        "A class's own logit raises it, every other lowers it: they compete.",
        "Each row sums to 0, for the probabilities sum to 1 whatever the logits.",
    )
    return Table(("case", "derivative of the softmax"), tuple(rows), "The Jacobian: its two cases", notes)


def added(terms: Sequence[str]) -> str:
    """A sum as it is written, the middle of a long one left out."""
    if len(terms) > MOST_TERMS:
        terms = (*terms[: MOST_TERMS - 1], "...", terms[-1])
    return " + ".join(terms)


def signed(text: str) -> str:
    """A number as it stands behind a minus."""
    return f"({text})" if text.startswith("-") else text


def number(x: float) -> str:
    """Six digits, NaN as it is spelled elsewhere."""
    return f"{x:.6g}".replace("nan", "NaN")


def exp(x: float) -> float:
    """e^x, infinite beyond float64."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf
