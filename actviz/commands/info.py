"""`actviz info`: the card of one function."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from actviz import resolve
from actviz.activation import Activation, VectorActivation, spell
from actviz.commands import _options as options
from actviz.commands._entries import naming
from actviz.errors import BadInput
from actviz.report import Cell, Report, Table

if TYPE_CHECKING:
    from actviz.analysis.properties import Properties

COMPUTED = (
    *("parameters", "range", "limits", "kinks", "zeros", "minima", "maxima", "inflections"),
    *("lipschitz", "monotone", "smoothness", "parity", "zero_centred"),
)
"""The keys that only a function of one number has."""


def command(
    functions: options.OptionalFunctions = None,
    param: options.Params = None,
    callables: options.From = None,
    seed: options.Seed = None,
) -> Report:
    """Show all that is known of one function: formula, range, zeros, extrema and inflections to full
    precision, steepness, parity, who introduced it, what the frameworks ship.

    The range is from the least to the greatest value, a bracket where it is taken; a jump may leave out some
    between. Extrema are isolated points, kinks included; a flat stretch has none. Zeros are numbers, or [low, high]
    for an interval of them, whose ends are none where f jumps. A card of a function that oscillates without end
    tells what lies "within" an interval. Zero-centred: the mean of f over N(0, 1) is 0. Smoothness C1: f' is
    continuous, f'' jumps. The Lipschitz constant is the supremum of abs(f'), and "at" an infinity where a
    tail only approaches it.

    Examples: actviz info mish; actviz info swish:beta=0.5; actviz info leaky_relu@keras --format json
    """
    given = functions or []
    if len(given) + len(callables or ()) != 1:
        raise BadInput(f"info shows one function, not {len(given) + len(callables or ())}; such as `actviz info mish`")
    if given and resolve.is_named(given[0]):
        record = resolve.get(given[0])
        if isinstance(record, VectorActivation):
            return vector_card(record, param)
    found = resolve.scalars(given, param, callables, seed, "")
    if len(found) != 1:
        raise BadInput(f"info shows one function, and --param makes {len(found)} of it; give one value")
    return card(found[0])


def card(activation: Activation) -> Report:
    """The card of a scalar activation, and a picture of f and f'."""
    from actviz.analysis.properties import properties
    from actviz.charts.functions import legible_figure
    from actviz.commands._frameworks import framework_tables

    about = properties(activation)
    within = {"within": [-about.reach, about.reach]} if math.isfinite(about.reach) else {}
    broken = {"poles": about.poles, "undefined": about.undefined} if is_typed(activation) else {}
    return Report(
        document=naming(activation) | computed(activation, about) | broken | within | tail(activation),
        tables=(card_table(activation, about), *point_tables(activation, about), *framework_tables(activation)),
        figure=lambda: legible_figure((activation,), (0, 1)),
    )


def vector_card(record: VectorActivation, param: list[str] | None) -> Report:
    """The card of a vector activation; what only a function of one number has is null."""
    if param:
        raise BadInput(f"{record.name} has no parameters to set")
    takes = ("takes", "a vector; `actviz derivative` shows its Jacobian at --at")
    from actviz.commands._frameworks import framework_tables

    rows = (*naming_rows(record), takes, *credit(record))
    table = Table(("property", "value"), rows, title=f"{record.name}: {record.summary}")
    document = naming(record) | dict.fromkeys(COMPUTED) | tail(record)
    return Report(document, (table, *framework_tables(record)))


def computed(activation: Activation, about: Properties) -> dict[str, Any]:
    """The keys of `COMPUTED`."""
    return {
        "parameters": activation.bound,
        "range": [about.low.value, about.high.value],
        "limits": {"left": about.limits[0], "right": about.limits[1]},
        "kinks": [asdict(kink) for kink in about.kinks],
        "zeros": [*about.zero_intervals, *about.zeros],
        "minima": [asdict(point) for point in about.minima],
        "maxima": [asdict(point) for point in about.maxima],
        "inflections": [asdict(point) for point in about.inflections],
        "lipschitz": asdict(about.lipschitz),
        "monotone": about.monotone,
        "smoothness": about.smoothness,
        "parity": about.parity,
        "zero_centred": about.zero_centred,
    }


def tail(record: Activation | VectorActivation) -> dict[str, Any]:
    """The reference, and an entry for each framework and variant."""
    from actviz.commands._frameworks import framework_entries

    reference = None if is_typed(record) else asdict(record.reference)
    return {"reference": reference, "frameworks": framework_entries(record)}


def is_typed(record: Activation | VectorActivation) -> bool:
    """Whether the user gave the function, so that nobody introduced it and its formula may fail somewhere."""
    return record.reference.year == 0


def card_table(activation: Activation, about: Properties) -> Table:
    """The card for people."""
    from actviz.analysis.holes import stands_in

    rows: list[tuple[str, str]] = [*naming_rows(activation)]
    rows += [(f"parameter {p.name}", parameter_words(activation, p.name)) for p in activation.parameters]
    rows += [
        ("range", interval_words(about)),
        ("limits", f"{short(about.limits[0])} on the left, {short(about.limits[1])} on the right"),
        ("zeros", zero_words(activation, about)),
        *([("poles", ", ".join(map(short, about.poles)))] if about.poles else []),
        *undefined_row(activation, about),
        ("steepest", steepest_words(about)),
        ("monotone", about.monotone or "unknown"),
        ("smoothness", smoothness_words(about)),
        ("parity", about.parity),
        ("zero-centred", centre_words(about)),
        *credit(activation),
    ]
    notes = ["where f is undefined it is not a number; the card speaks of the other x."] if about.undefined else []
    notes += [f"{text}." for text in [stands_in(activation)] if text] + oscillation_words(about)
    return Table(
        ("property", "value"), tuple(rows), title=f"{activation.label}: {activation.summary}", notes=tuple(notes)
    )


def oscillation_words(about: Properties) -> list[str]:
    """How much of a function that oscillates without end the card tells; nothing of another."""
    if math.isinf(about.reach):
        return []
    broken = {"discontinuous": "jumps, ", "C0": "kinks, "}.get(about.smoothness, "") if not about.kinks else ""
    listed = f" Its {broken}turns and zeros there are too many to list." if about.countless else ""
    end = short(about.reach)
    return [f"f oscillates without end; the card speaks of x from -{end} to {end}.{listed}"]


def naming_rows(record: Activation | VectorActivation) -> tuple[tuple[str, str], ...]:
    """Family, other names and formula."""
    also = (("also called", ", ".join(record.aliases)),) if record.aliases else ()
    return (*also, ("family", record.family), ("formula", record.plain))


def credit(record: Activation | VectorActivation) -> tuple[tuple[str, str], ...]:
    """Who introduced it; nothing of a function the user gave."""
    return () if is_typed(record) else (("introduced by", str(record.reference)),)


def parameter_words(activation: Activation, name: str) -> str:
    """A parameter's value, default, meaning, bounds and other names."""
    p = activation.parameter(name)
    value = activation.bound[name]
    default = "" if value == p.default else f" (default {spell(p.default)})"
    also = f"; also {', '.join(p.aliases)}" if p.aliases else ""
    return f"{spell(value)}{default}: {p.meaning}; {p.bounds}{also}"


def interval_words(about: Properties) -> str:
    """The range with a bracket where a bound is attained, a parenthesis where not."""
    first = "[" if about.low.attained else "("
    last = "]" if about.high.attained else ")"
    return f"{first}{short(about.low.value)}, {short(about.high.value)}{last}"


def zero_words(activation: Activation, about: Properties) -> str:
    """The isolated zeros and the intervals of zeros."""
    # Where f jumps the end of an interval may not belong to it.
    beside = [k.x for k in about.kinks if k.order == 0 and activation(k.x) != 0]
    words = [interval_of_zeros(*interval, beside) for interval in about.zero_intervals]
    words += [short(x) for x in about.zeros]
    return ", ".join(words) or ("too many to list" if about.countless else "none")


def interval_of_zeros(low: float, high: float, beside: list[float]) -> str:
    """``all x <= 0``; ``all x < 0`` where the end is one of `beside`, and so no zero."""
    ends = f"{'>' if low in beside else '>='} {short(low)}", f"{'<' if high in beside else '<='} {short(high)}"
    known = [end for end, x in zip(ends, (low, high), strict=True) if math.isfinite(x)]
    if len(known) == 2 and low not in beside and high not in beside:
        return f"all x from {short(low)} to {short(high)}"
    return f"all x {' and '.join(known)}".rstrip()


def undefined_row(activation: Activation, about: Properties) -> list[tuple[str, str]]:
    """The row that tells where f is undefined, if it is anywhere."""
    gaps = [undefined_words(activation, *gap) for gap in about.undefined]
    return [("undefined", ", ".join(gaps))] if gaps else []


def undefined_words(activation: Activation, low: float, high: float) -> str:
    """``at 0``, ``at 0 (limit 1)``, ``for x < 0``, ``from -1 to 1``."""
    if low == high:
        from actviz.analysis.holes import limit_at

        limit = limit_at(activation, low)
        return f"at {short(low)}" if limit is None else f"at {short(low)} (limit {short(limit)})"
    if math.isinf(low):
        return "for all x" if math.isinf(high) else f"for x {reach('<', high, math.inf)}"
    return f"for x {reach('>', low, -math.inf)}" if math.isinf(high) else f"from {short(low)} to {short(high)}"


def reach(sign: str, end: float, inward: float) -> str:
    """``< 0`` where `end`, the last float without a value, is the one before 0; ``<= 0`` where it is 0."""
    beyond = math.nextafter(end, inward) + 0.0
    return f"{sign} {short(beyond)}" if len(repr(beyond)) < len(repr(end)) else f"{sign}= {short(end)}"


def smoothness_words(about: Properties) -> str:
    """The class, and what spoils or restricts it."""
    if about.poles and about.smoothness == "discontinuous":
        return "discontinuous at its poles"
    return f"{about.smoothness}{' where it is defined' * bool(about.undefined)}"


def centre_words(about: Properties) -> str:
    """Whether the mean over N(0, 1) is 0, and the mean."""
    if math.isnan(about.value_mean):
        return "unknown; no mean over N(0, 1) was found"
    return f"{('no', 'yes')[about.zero_centred]}; the mean over N(0, 1) is {short(about.value_mean)}"


def steepest_words(about: Properties) -> str:
    """The Lipschitz constant and where; at a kink it may be the right slope alone that has it."""
    value, at = about.lipschitz.value, about.lipschitz.at
    if math.isnan(value):
        return "unknown"
    bends = [k for k in about.kinks if k.x == at]
    mirrored = at and about.parity != "neither" and not about.poles and all(k.order == 0 for k in bends[:1])
    place = f"±{short(abs(at))}" if mirrored else short(at)
    where = f"at x = {place}" if math.isfinite(at) else f"approached as x -> {place}"
    if any(k.order == 0 for k in bends):
        where = f"f jumps at x = {place}"
    elif any(k.order == 1 and abs(k.left) < value for k in bends):
        where = f"just right of x = {place}"
    return f"abs(f') is at most {short(value)}, {where}" if math.isfinite(value) else f"abs(f') has no bound, {where}"


def short(number: float) -> str:
    """Six digits, infinity spelled out."""
    return f"{number:.6g}".replace("inf", "infinity").replace("nan", "unknown")


def point_tables(activation: Activation, about: Properties) -> tuple[Table, ...]:
    """Kinks, extrema and inflections with all their digits, from left to right."""
    rows: list[tuple[Cell, ...]] = []
    for kink in about.kinks:
        value = float(activation(kink.x))
        kind = ("jump of f", "kink", "jump of f''")[kink.order]
        rows.append((kind, kink.x, value, kink.left, kink.right))
    for kind, points in (("minimum", about.minima), ("maximum", about.maxima), ("inflection", about.inflections)):
        rows += [(kind, p.x, p.value, None, None) for p in points]
    if not rows:
        return ()
    rows.sort(key=lambda row: float(row[1] or 0.0))
    sides = bool(about.kinks)
    columns = ("point", "x", "f(x)", "left", "right") if sides else ("point", "x", "f(x)")
    notes = ("left and right: f' on each side (f or f'' where that is what jumps).",) if sides else ()
    cut = tuple(row if sides else row[:3] for row in rows)
    return (Table(columns, cut, title="Points", notes=notes, digits=16),)
