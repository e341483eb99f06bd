"""What the frameworks ship of one function, as `info` shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from actviz.activation import Activation, spell
from actviz.catalogue import find
from actviz.catalogue.frameworks import VERSIONS, disagreements, facts, misnomers
from actviz.report import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actviz.activation import Value
    from actviz.catalogue import Record
    from actviz.catalogue.frameworks import Fact, Oddity

MODULE = re.compile(r"\b(?:torch|jax|flax|keras|tf|timm|mlx|scipy)\.(?:[a-z]+\.)*")
"""Where a framework's functions live; the column before says which framework it is."""

COLUMNS = ("framework", "call", "f' at the kink", "note")


def framework_entries(record: Record) -> list[dict[str, Any]]:
    """An entry for each framework and form, and for other functions that frameworks call by one of its names."""
    return [
        {
            "framework": fact.framework,
            "version": VERSIONS[fact.framework],
            "function": fact.function,
            "call": call(fact),
            "variant": fact.variant,
            "parameters": dict(fact.parameters),
            "slope_at_kink": [{"x": float(x), "slope": float(slope)} for x, slope in fact.slope_at_kink.items()],
            "note": remarks(fact, record),
            "confirmed": fact.confirmed,
        }
        for fact in shipped(record)
    ]


def framework_tables(record: Record) -> tuple[Table, ...]:
    """The same as a table without columns that would be empty, and where the frameworks disagree."""
    there = shipped(record)
    if not there:
        return ()
    rows = [row(fact, record) for fact in there]
    filled = [i for i in range(len(COLUMNS)) if any(row[i] for row in rows)]
    differ = disagreements(record)
    read = dict.fromkeys(fact.framework for fact in there if fact.confirmed == "read")
    notes = [f"Where they differ, from one another or from the left slope: {'; '.join(differ)}."] if differ else []
    notes += [f"Read in its source, not measured: {', '.join(read)}."] if read else []
    cut = tuple(tuple(row[i] for i in filled) for row in rows)
    return (Table(tuple(COLUMNS[i] for i in filled), cut, title="In the frameworks", notes=tuple(notes)),)


def shipped(record: Record) -> tuple[Fact, ...]:
    """What frameworks have of the function, and what else they call by one of its names, framework by framework."""
    order = list(VERSIONS)
    found = (*facts(record.name), *(fact for _, fact in misnomers(record)))
    return tuple(sorted(found, key=lambda fact: order.index(fact.framework)))


def row(fact: Fact, record: Record) -> tuple[str, ...]:
    """The framework with its version, the call without its module, the slope at each kink, what to know."""
    slopes = ", ".join(f"f'({spell(x)}) = {slope:g}" for x, slope in fact.slope_at_kink.items())
    return f"{fact.framework} {VERSIONS[fact.framework]}", MODULE.sub("", call(fact)), slopes, remarks(fact, record)


def call(fact: Fact) -> str:
    """The call as the framework's users type it, with its defaults spelled out."""
    return fact.spelled(bound(fact))


def remarks(fact: Fact, record: Record) -> str:
    """Which other function or which form it is, what must be given, how far it strays, where it fails."""
    other = f"this is {fact.function}" if fact.function != record.name else ""
    demanded = [name for name in bound(fact) if fact.takes(name) and name not in fact.parameters]
    given = f"{', '.join(demanded)} must be given" if demanded else ""
    nan = f"NaN: {', '.join(limit_words(fact.nan))}" if fact.nan else ""
    apart = f"off by up to {fact.apart:g}" if fact.apart else ""
    failing = (words(fact, oddity) for oddity in fact.oddities)
    return "; ".join(filter(None, (other, fact.variant, given, fact.note, apart, nan, *failing)))


def limit_words(limits: tuple[str, ...]) -> list[str]:
    """``f'(-infinity)`` and ``f'(infinity)`` as ``f'(±inf)``."""
    functions = dict.fromkeys(limit.partition("(")[0] for limit in limits)
    both = {f: [limit for limit in limits if limit.partition("(")[0] == f] for f in functions}
    return [f"{f}(±inf)" if len(ends) > 1 else ends[0].replace("inity", "") for f, ends in both.items()]


def bound(fact: Fact) -> Mapping[str, Value]:
    """The parameters of the function a fact is of, with the framework's defaults, where it has none with ours."""
    record, _ = find(fact.function)
    return record.bound | dict(fact.parameters) if isinstance(record, Activation) else {}


def words(fact: Fact, oddity: Oddity) -> str:
    """``f'(-40) = 0 in float64, not 4.25e-18``, the truth being ours."""
    record, _ = find(fact.function)
    assert isinstance(record, Activation), "only functions of one number have oddities"
    truth = record.bind(**fact.parameters).derivative(oddity.x, oddity.order)
    symbol = "f" + "'" * oddity.order
    return f"{symbol}({number(oddity.x)}) = {number(oddity.got)} in {oddity.dtype}, not {number(truth)}"


def number(value: float) -> str:
    """Three digits, as people write them."""
    return f"{value:.3g}".replace("nan", "NaN")
