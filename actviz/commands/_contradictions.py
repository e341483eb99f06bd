"""Options that exclude one another: one that asks for what another leaves no room for is refused.

What only the form of the output leaves unused is not: the same words may write a picture and then a table. Only what
the command line itself says counts: a setting in a file or an environment variable gives way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from actviz.commands._options import TABLES, Format
from actviz.errors import BadInput

Given = Mapping[str, Any]
"""The options on a command line, by parameter."""

ASKS_NOTHING: Mapping[str, Any] = {"show": False, "graphics": "off"}
"""Values of options that ask for nothing, so that nothing can stand in their way."""


def asks(name: str, given: Given) -> bool:
    """Whether an option is given and asks for something."""
    return name in given and given[name] != ASKS_NOTHING.get(name)


def form(given: Given) -> str:
    """A --format on standard output that is not text; the kinds of picture of `gallery`, a plain word, do not count."""
    value = given.get("format", Format.text)
    other = value != Format.text and (isinstance(value, Format) or value in TABLES)
    return f"--format {value}" if other and given.get("output", "-") == "-" else ""


def no_show(given: Given) -> str:
    """--no-show."""
    return "--no-show" if given.get("show") is False else ""


def no_graphics(given: Given) -> str:
    """--graphics off."""
    return "--graphics off" if given.get("graphics") == "off" else ""


def length_alone(given: Given) -> str:
    """--length without logits."""
    return f"--length {given['length']} alone" if "length" in given and not {"logits", "data"} & given.keys() else ""


def exhaustive(given: Given) -> str:
    """--exhaustive."""
    return "--exhaustive" if given.get("exhaustive") else ""


class Rule(NamedTuple):
    """Of `options`, parameters of `command` or of all where that is "", none has an effect beside what `by` finds."""

    command: str
    options: tuple[str, ...]
    by: Callable[[Given], str]
    why: str


RULES = (
    Rule("", ("show", "graphics", "height"), form, "no text is written"),
    Rule("", ("graphics", "height"), no_show, "nothing is drawn in the terminal"),
    Rule("", ("show", "height"), no_graphics, "nothing is drawn in the terminal"),
    Rule("accuracy", ("points",), exhaustive, "every input is looked at"),
    Rule(
        "softmax-overflow",
        ("scale", "softcap", "temperature", "mask", "target", "explain"),
        length_alone,
        "that has no logits; give some, such as 3 1 -3",
    ),
)


def check(command: str, given: Given) -> None:
    """Raise BadInput where an option of `command` asks for what another one excludes."""
    for rule in RULES:
        other = rule.by(given) if rule.command in ("", command) else ""
        for name in rule.options if other else ():
            if asks(name, given):
                raise BadInput(f"{spelt(name, given[name])} has no effect beside {other}: {rule.why}")


def spelt(name: str, value: Any) -> str:
    """An option as it stands on the command line."""
    if value is True:
        return f"--{name}"
    return f"--{name} {value:g}" if isinstance(value, float) else f"--{name} {value}"
