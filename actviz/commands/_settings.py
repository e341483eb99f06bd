"""What people can set for good: each setting's words, and which options it is the default of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from actviz import screen
from actviz.commands import _options as options
from actviz.delivery import DRAWN
from actviz.errors import BadInput, nearest

if TYPE_CHECKING:
    from pathlib import Path


def word(*choices: str) -> Callable[[str], str]:
    """A check that a text is one of these."""
    return lambda text: options.one_of(text, choices, "the value")


def lengths(text: str) -> str:
    """`text` where it is WxH in inches."""
    options.size(text)
    return text


def pictures(text: str) -> str:
    """`text` where it is kinds of picture between commas."""
    return ",".join(options.one_of(part.strip(), tuple(DRAWN.values()), "the value") for part in text.split(","))


@dataclass(frozen=True, slots=True)
class Setting:
    """A default that a file can set: what it means, the value without one, and the check of a value.

    It is the default of the option that has its name in every command, or of those `of` names as (command, parameter).
    """

    name: str
    meaning: str
    default: str
    check: Callable[[str], str]
    of: tuple[tuple[str, str], ...] = ()


SETTINGS = (
    Setting("theme", "ground of every picture: light or dark", "light", word(*options.Theme)),
    Setting("size", "size of plot's pictures in inches", "6.4x4", lengths, (("plot", "size"),)),
    Setting(
        "graphics", "how a terminal shows a plot, as ACTVIZ_GRAPHICS says", "cells", word(*get_args(screen.Graphics))
    ),
    Setting("color", "when to colour text: auto, always or never", "auto", word(*options.Color)),
    Setting("format", "what is written on standard output", "text", word(*options.TABLES)),
    Setting("formats", "kinds of picture that gallery draws", "png,svg", pictures, (("gallery", "format"),)),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A setting's value and the file that says so, none for the value it has without one."""

    setting: Setting
    value: str
    path: Path | None


def chosen() -> tuple[Chosen, ...]:
    """Every setting as it stands: the project's file first, then the user's, then what actviz itself has.

    Raise BadInput, naming the file, for a setting that there is not, or a value it cannot have.
    """
    from actviz.settings import kept

    known = {setting.name: setting for setting in SETTINGS}
    found = {setting.name: Chosen(setting, setting.default, None) for setting in SETTINGS}
    for one in kept():
        if one.name not in known:
            raise BadInput(
                f"{one.path}: there is no setting '{one.name}'; there are {', '.join(known)}{nearest(one.name, known)}"
            )
        try:
            found[one.name] = Chosen(known[one.name], known[one.name].check(spelled(one.value)), one.path)
        except BadInput as error:
            raise BadInput(f"{one.path}: {one.name}: {error}") from None
    return tuple(found.values())


def spelled(value: Any) -> str:
    """A value of TOML as an option has it: a text, or a list of texts put between commas; raise BadInput for others."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return ",".join(value)
    raise BadInput(f'the value must be text in quotes, such as "dark", not {value!r}')


def defaults(found: Iterable[Chosen], command: str) -> dict[str, str]:
    """The defaults of a command's options that files set, by the name of the parameter.

    How a terminal shows plots is not among them: see `graphics`.
    """
    own: dict[str, str] = {}
    everywhere: dict[str, str] = {}
    for one in found:
        if one.path is None or one.setting.name == "graphics":
            continue
        if not one.setting.of:
            everywhere[one.setting.name] = one.value
        own.update({parameter: one.value for name, parameter in one.setting.of if name == command})
    return everywhere | own


def graphics(found: Iterable[Chosen]) -> str:
    """How a terminal shows plots as a file sets it; empty where none does."""
    return "".join(one.value for one in found if one.setting.name == "graphics" and one.path is not None)
