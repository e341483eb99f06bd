"""Why subtracting the largest logit changes nothing but the numbers in between: the algebra with the numbers put in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.analysis.softmax.tables import brief, listed, log_of_rest, of_sum, share
from actviz.report import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.softmax.overflow import Outcome

MOST_TERMS = 4
"""Terms of a sum that are written out; of more, the first ones and the last."""

CASES = 3
"""Entries of the Jacobian beside the diagonal that are worked out."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What is worked out: logits `x`, the class number `i`, softmax `y`, 1 less y_i, log sum exp(x - M), by dtype."""

    x: tuple[float, ...]
    i: int
    y: tuple[float, ...]
    rest: float
    log_total: float
    outcomes: tuple[Outcome, ...]

    @property
    def top(self) -> float:
        """M, the largest logit."""
        return max(self.x)

    def log_share(self, k: int) -> float:
        """log y_k."""
        return self.x[k] - self.top - self.log_total

    @property
    def log_rest(self) -> float:
        """log(1 - y_i): of the sum of the others."""
        return log_of_rest([self.log_share(k) for k in range(len(self.x))], self.i)


def explanation(given: Worked) -> tuple[Table, ...]:
    """The shift, the logarithm, the Jacobian, step by step."""
    return shift(given), logarithm(given), jacobian(given)


def shift(w: Worked) -> Table:
    """From e^x over its sum to the same of x - M."""
    i, x, top = w.i, [brief(x) for x in w.x], brief(w.top)
    lowered = [f"{a} - {signed(top)}" for a in x]
    plain, powers = [f"e^{a}" for a in x], [f"e^({a})" for a in lowered]
    divided = [f"{power}/e^{top}" for power in plain]
    symbols = [f"e^x{k + 1}" for k in range(len(x))]
    rows = (
        ("definition", f"y{i + 1} = {symbols[i]}/({added(symbols)})"),
        ("put in", f"= {plain[i]}/({added(plain)})"),
        ("in float64 that comes to", direct(w)),
        (f"divide above and below by e^M, M = {top}", f"= ({plain[i]}/e^{top})/(({added(plain)})/e^{top})"),
        ("term by term", f"= ({divided[i]})/({added(divided)})"),
        ("e^a/e^b = e^(a - b)", f"= {powers[i]}/({added(powers)})"),
        ("", f"= {lowered_quotient(w)}"),
    )
    notes = (
        "No exponent is above 0, so no exp overflows; one term is e^0 = 1, so the sum cannot vanish.",
        f"Worked through is class {i + 1}, which is --target {i}: that counts from 0.",
    )
    return Table(("step", f"softmax of {listed(w.x)}, class {i + 1}"), rows, "The shift, step by step", notes)


def direct(w: Worked) -> str:
    """A class's power over the sum of all as float64 has them, and what it makes of that."""
    terms = [exp(x) for x in w.x]
    total = math.fsum(terms) if all(map(math.isfinite, terms)) else math.inf
    value = terms[w.i] / total if total > 0 and not math.isinf(terms[w.i]) else math.nan
    numbers = [number(t) for t in terms]
    return f"{numbers[w.i]}/({added(numbers)}), which gives {number(value)}"


def lowered_quotient(w: Worked) -> str:
    """The same of x - M, each number told apart from 0."""
    terms = [told(exp(x - w.top), x - w.top) for x in w.x]
    return f"{terms[w.i]}/({added(terms)}) = {told(w.y[w.i], w.log_share(w.i))}"


def told(value: float, log: float) -> str:
    """A number with that logarithm to six digits."""
    found = share(value, log)
    return found if isinstance(found, str) else number(value)


def logarithm(w: Worked) -> Table:
    """The logarithm without the quotient, its bound, and what it saves where the numerator underflows."""
    x, top, total = w.x[w.i], brief(w.top), of_sum(w.x, w.log_total)
    value = f"{w.log_share(w.i):.6g}" if x < w.top or total == "0" else f"-{total}"
    rows: list[tuple[Cell, ...]] = [
        ("definition", f"log y{w.i + 1} = log(e^(x{w.i + 1} - M)/sum e^(x - M))"),
        ("log(a/b) = log a - log b", f"= (x{w.i + 1} - M) - log sum e^(x - M)"),
        ("put in", f"= ({brief(x)} - {signed(top)}) - {total} = {value}"),
        ("the sum lies from 1 to n", f"0 <= {total} <= log {len(w.x)} = {math.log(len(w.x)):.6g}"),
    ]
    k = min((x, k) for k, x in enumerate(w.x) if x > -math.inf)[1]
    rows += [(f"the smallest, class {k + 1}, in {o.dtype}", smallest(o, k)) for o in w.outcomes]
    masked = " but of a masked class" if x == -math.inf else ""
    notes = (
        f"x - M stays small where e^(x - M) is already 0, and log 0 = -inf is a rounding error, not an answer{masked}.",
    )
    return Table(("step", "log-softmax"), tuple(rows), "The logarithm, step by step", notes)


def smallest(o: Outcome, k: int) -> str:
    """The smallest class's logarithm both ways in one dtype."""
    term, total = o.naive.terms[k], o.naive.total
    direct = f"log({number(term)}/{number(total)}) = {number(o.log_naive.values[k])}"
    return f"{direct}; log-softmax {number(o.log_softmax.values[k])}"


def jacobian(w: Worked) -> Table:
    """The two cases of the derivative, with the numbers put in."""
    i = w.i
    own = product((w.y[i], w.log_share(i)), (w.rest, w.log_rest))
    rows: list[tuple[Cell, ...]] = [("i = j", f"dy{i + 1}/dx{i + 1} = y{i + 1}(1 - y{i + 1}) = {own}")]
    for k in [k for k in range(len(w.y)) if k != i][:CASES]:
        cross = product((w.y[i], w.log_share(i)), (w.y[k], w.log_share(k)), "-")
        rows.append(("i != j", f"dy{i + 1}/dx{k + 1} = -y{i + 1} y{k + 1} = {cross}"))
    masked = w.x[i] == -math.inf
    notes = (
        "A masked class has y = 0, whatever the logits: none raises or lowers it."
        if masked
        else "A class's own logit raises it, every other lowers it: they compete.",
        "Each row sums to 0, for the probabilities sum to 1 whatever the logits.",
        "1 - y is taken as the sum of the others: subtracted, it would lose its digits where y is near 1.",
    )
    return Table(("case", "derivative of the softmax"), tuple(rows), "The Jacobian: its two cases", notes)


def product(a: tuple[float, float], b: tuple[float, float], sign: str = "") -> str:
    """Two numbers, each with its logarithm, and their product."""
    value = told(a[0] * b[0], a[1] + b[1])
    return f"{sign}{told(*a)}*{told(*b)} = {sign if value != '0' else ''}{value}"


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
