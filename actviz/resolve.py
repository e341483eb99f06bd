"""Text to activations: every FUNCTION form of the command line, parameters, sweeps."""

from __future__ import annotations

import copyreg
import math
import re
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from actviz.activation import Activation, Value, VectorActivation
from actviz.catalogue import Record, find
from actviz.errors import BadInput

MOST_CURVES = 64
"""More curves, rows or cards than this in one command is a slip of the keyboard."""

NAME = re.compile(r"[^\W\d][\w -]*", re.ASCII)

Sweeps = dict[str, tuple[float, ...]]


def get(text: str, **parameters: Value) -> Activation | VectorActivation:
    """The activation that `text` names: ``mish``, ``swish:beta=0.5``, ``elu@torch``, ``x*sigmoid(2*x)``.

    `parameters` set further parameters, or the free names of an expression. Raise BadInput for an
    unknown name or parameter, a value out of bounds, or an expression outside the whitelist.
    """
    if not isinstance(text, str):
        raise BadInput(f"an activation is named by text such as 'mish', not {text!r}")
    if not is_named(text):
        from actviz.expressions import expression

        return expression.parse(text, {name: single(value, name) for name, value in parameters.items()})
    head, _, tail = text.strip().partition(":")
    name, _, framework = head.partition("@")
    record, fixed, there = there_called(name.strip(), framework) if "@" in head else (*find(name.strip()), {})
    given = assignments(tail, text) if tail or text.strip().endswith(":") else {}
    if isinstance(record, VectorActivation):
        if given or parameters:
            raise BadInput(f"{record.name} has no parameters to set")
        return record
    record = record.bind(**there)
    refuse_overriding(record, name.strip(), fixed, given | parameters)
    return record.bind(**{**fixed, **given, **parameters})


def there_called(name: str, framework: str) -> tuple[Record, Mapping[str, Value], Mapping[str, Value]]:
    """What `name` is at `framework`, the parameter values that the name fixes, and the framework's defaults.

    Raise BadInput where name or framework is unknown, or the framework lacks the function.
    """
    from actviz.catalogue.frameworks import meant

    fact, fixed = meant(name, framework)
    return find(fact.function)[0], fixed, fact.parameters


def is_named(text: str) -> bool:
    """Whether `text` is a name, with parameters or a framework or without, rather than an expression.

    A hyphen is part of a name (Leaky-ReLU) unless x stands beside it (x-1).
    """
    head = text.strip().partition(":")[0].partition("@")[0].strip()
    return NAME.fullmatch(head) is not None and re.search(r"\bx\b", head) is None


def refuse_overriding(record: Activation, name: str, fixed: Iterable[str], given: Iterable[str]) -> None:
    """Raise BadInput where a parameter that the alias `name` fixes is set all the same."""
    for parameter in given:
        if record.parameter(parameter).name in fixed:
            raise BadInput(f"{name} fixes {parameter}; use {record.name}:{parameter}=VALUE to set it")


def single(value: Value, name: str) -> float:
    """`value` as one number; raise BadInput where it is a list, which an expression has no use for."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise BadInput(f"{name} must be one number in an expression, not {value!r}") from None


def assignments(text: str, whole: str) -> dict[str, Value]:
    """``alpha=1,w=1,2,3`` as values by name; elements without a name continue a list."""
    found: dict[str, tuple[float, ...]] = {}
    name = ""
    for part in text.split(","):
        key, sign, value = part.partition("=")
        if sign:
            name = key.strip()
            if name in found:
                raise BadInput(f"'{whole}' sets {name} twice")
        elif not name:
            raise BadInput(f"'{whole}': parameters are written NAME:PARAMETER=VALUE, such as swish:beta=0.5")
        found[name] = (*found.get(name, ()), parsed(value if sign else part, name, whole))
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}


def parsed(text: str, name: str, whole: str) -> float:
    """`text` as a number; raise BadInput naming the parameter when it is none."""
    try:
        if "_" in text:  # Python reads 1_0 as 10
            raise ValueError
        return float(text)
    except ValueError:
        raise BadInput(f"'{whole}': {name} must be a number, not '{text.strip()}'") from None


def sweeps(params: Iterable[str]) -> Sweeps:
    """``--param`` texts as the values given to each name; raise BadInput on a malformed one."""
    found: Sweeps = {}
    for text in params:
        name, sign, values = text.partition("=")
        name = name.strip()
        if not sign or not name.isidentifier():
            raise BadInput(f"--param takes NAME=VALUE or NAME=V1,V2,..., such as beta=0.1,1,10, not '{text}'")
        if name in found:
            raise BadInput(f"--param sets {name} twice; give its values between commas")
        found[name] = tuple(parsed(value, name, f"--param {text}") for value in values.split(","))
    return found


def scalars(
    functions: list[str],
    params: list[str] | None = None,
    callables: list[str] | None = None,
    seed: int | None = None,
    instead: str = "",
) -> tuple[Activation, ...]:
    """The scalar activations that a command line names, one for each value of each sweep.

    Raise BadInput for a vector activation, with `instead`, what shows it, {name} being its name; for a parameter
    that none of the functions has; for more than 64 in all.
    """
    wanted = sweeps(params or ())
    used: set[str] = set()
    found: list[Activation] = []
    for text in functions:
        found.extend(swept(text, wanted, used, instead))
    for text in callables or ():
        from actviz.expressions.callables import load

        found.append(load(text))
    if not found:
        raise BadInput("name at least one function, such as mish; `actviz list` shows all names")
    for name in wanted.keys() - used:
        # Asking any one of them for it words the refusal, with the nearest name.
        found[0].parameter(name)
    if len(found) > MOST_CURVES:
        raise BadInput(f"{len(found)} functions are asked for; at most {MOST_CURVES} at once")
    return tuple(found if seed is None else [activation.trained(seed) for activation in found])


def swept(text: str, wanted: Sweeps, used: set[str], instead: str) -> list[Activation]:
    """One activation for each combination of the swept values that `text` has parameters for.

    The names of `wanted` that serve are added to `used`.
    """
    known, lists = own_parameters(text, instead)
    for name in wanted:
        if known.get(name) in set_already(text, known):
            raise BadInput(f"'{text}' sets {name}, and so does --param; give it once")
    used.update(name for name in wanted if name in known)
    choices: dict[str, list[Value]] = {
        known[name]: [values] if known[name] in lists else list(values)
        for name, values in wanted.items()
        if name in known
    }
    count = math.prod(len(values) for values in choices.values())
    if count > MOST_CURVES:
        raise BadInput(f"{count} functions are asked for; at most {MOST_CURVES} at once")
    found = [get(text, **dict(zip(choices, values, strict=True))) for values in product(*choices.values())]
    return [activation for activation in found if isinstance(activation, Activation)]


def set_already(text: str, known: Mapping[str, str]) -> set[str]:
    """The parameters that a named function's text sets itself."""
    tail = text.partition(":")[2] if is_named(text) else ""
    return {known[name] for name in assignments(tail, text)} if tail else set()


def own_parameters(text: str, instead: str) -> tuple[dict[str, str], set[str]]:
    """The parameters `text` has, by each name they answer to, and which of them are lists.

    Raise BadInput for a vector activation.
    """
    if not is_named(text):
        from actviz.expressions import expression

        return {name: name for name in expression.free_names(text)}, set()
    base = get(text)
    if isinstance(base, VectorActivation):
        raise BadInput(f"{base.name} takes a vector, so it has no curve; see {instead.format(name=base.name)}")
    known = {alias: p.name for p in base.parameters for alias in (p.name, *p.aliases)}
    return known, {p.name for p in base.parameters if isinstance(p.default, tuple)}


def restored(family: str, name: str, values: Mapping[str, Value]) -> Record:
    """The activation that a pickle names; raise BadInput where there is none any more."""
    if family == "callable":
        from actviz.expressions.callables import load

        return load(name)
    if family == "expression":
        from actviz.expressions import expression

        return expression.parse(name, {key: single(value, key) for key, value in values.items()})
    record, _ = find(name)
    return record.bind(**values) if isinstance(record, Activation) else record


def written(one: Record) -> str | tuple[Any, ...]:
    """How pickle and copy write an activation: by name and parameters, for kernels are often what they cannot write.

    One that is neither of the catalogue nor typed nor loaded goes as it stands, if its functions can.
    """
    values = one.bound if isinstance(one, Activation) else {}
    try:
        known = one.family in ("callable", "expression") or restored(one.family, one.name, values) == one
    except BadInput:
        known = False
    return (restored, (one.family, one.name, values)) if known else object.__reduce_ex__(one, 2)


# The records themselves lie below this room and cannot name it.
copyreg.pickle(Activation, written)
copyreg.pickle(VectorActivation, written)
