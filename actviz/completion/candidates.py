"""What could stand where a word is begun, kind of word by kind: (value, meaning) pairs, for options to name.

The code of --from is never imported here, nor is anything heavy: completion has to be quick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from actviz.errors import BadInput

if TYPE_CHECKING:
    from actviz.activation import Parameter
    from actviz.catalogue import Record

Pairs = list[tuple[str, str]]


def functions(incomplete: str) -> Pairs:
    """FUNCTION: names, after @ the frameworks that ship one, after : its parameters."""
    head, colon, tail = incomplete.partition(":")
    if colon:
        return settings(head, tail)
    name, at, _ = head.partition("@")
    if at:
        return frameworks(name)
    from actviz.catalogue import spellings

    return [(name, meaning(record, fixed)) for name, (record, fixed) in spellings().items()]


def meaning(record: Record, fixed: Mapping[str, Any]) -> str:
    """What a name stands for; of an alias that fixes parameters, with these."""
    values = ", ".join(f"{name} = {value:g}" for name, value in fixed.items() if isinstance(value, (int, float)))
    return f"{record.summary}; {record.name} with {values}" if values else record.summary


def frameworks(name: str) -> Pairs:
    """NAME@FRAMEWORK for each framework that has the function, with the call there."""
    from actviz.catalogue.frameworks import VERSIONS, meant

    found = []
    for framework in VERSIONS:
        with suppress(BadInput):
            found.append((f"{name}@{framework}", f"{meant(name, framework)[0].call} in {framework}"))
    return found


def settings(head: str, tail: str) -> Pairs:
    """HEAD:PARAMETER= for each parameter that is not set yet."""
    begun = tail[: tail.rfind(",") + 1]
    taken = {part.partition("=")[0] for part in begun.split(",")}
    return [(f"{head}:{begun}{p.name}=", described(p)) for p in parameters(head) if p.name not in taken]


def parameters(text: str) -> tuple[Parameter, ...]:
    """The parameters of the function that `text` names; none where it names none, or has none."""
    from actviz.resolve import get, is_named

    if is_named(text):
        with suppress(BadInput):
            return getattr(get(text), "parameters", ())
    return ()


def described(parameter: Parameter) -> str:
    """What a parameter means, its default and its bounds."""
    from actviz.activation import spell

    return f"{parameter.meaning}; {spell(parameter.default)} by default, {parameter.bounds}"


def params(ctx: Any, incomplete: str) -> Pairs:
    """NAME= of --param: the parameters of the functions on the line, of every one where it has none."""
    from actviz.catalogue import RECORDS
    from actviz.resolve import is_named

    named = [text for text in ctx.params.get("functions") or () if is_named(text)]
    owned = [parameters(text.partition(":")[0]) for text in named]
    every = owned or [getattr(record, "parameters", ()) for record in RECORDS]
    return list({f"{p.name}=": described(p) for own in every for p in own}.items())


def families(incomplete: str) -> Pairs:
    """The families of the catalogue, each with what is in it."""
    from actviz.catalogue import RECORDS

    members: dict[str, list[str]] = {}
    for record in RECORDS:
        members.setdefault(record.family, []).append(record.name)
    return [(family, ", ".join(names)) for family, names in members.items()]


def figures(incomplete: str) -> Pairs:
    """The figures of the gallery between commas, with their titles; their numbers where one is begun."""
    from actviz import figures as folder
    from actviz.folders import held

    stems = [(name.removeprefix("f").replace("_", "-"), title) for name, title in held(folder).items()]
    numbered = incomplete[incomplete.rfind(",") + 1 :][:1].isdigit()
    return listed(incomplete, [(stem if numbered else stem.partition("-")[2], title) for stem, title in stems])


def dtypes(incomplete: str) -> Pairs:
    """The number types between commas."""
    from actviz.floats import DTYPES

    return listed(incomplete, [(name, "") for name in DTYPES])


def sources(incomplete: str) -> Pairs:
    """Whose results `accuracy` measures, between commas."""
    from actviz.catalogue.frameworks import VERSIONS

    own = [("kernel", "actviz's own"), ("definition", "the textbook formula, rounded at every step")]
    return listed(incomplete, [*own, *((name, f"as installed; on record is {v}") for name, v in VERSIONS.items())])


def words(*choices: str) -> Callable[[str], Pairs]:
    """Completion from these words."""
    return lambda incomplete: [(choice, "") for choice in choices]


def several(*choices: str) -> Callable[[str], Pairs]:
    """Completion from these words between commas."""
    return lambda incomplete: listed(incomplete, [(choice, "") for choice in choices])


def listed(incomplete: str, choices: Iterable[tuple[str, str]]) -> Pairs:
    """The choices behind the commas of what is begun; those that stand before them are left out."""
    begun = incomplete[: incomplete.rfind(",") + 1]
    taken = begun.split(",")
    return [(begun + value, meaning) for value, meaning in choices if value not in taken]
