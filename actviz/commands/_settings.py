"""What people can set for good: each setting's words, and which options it is the default of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from actviz import screen
from actviz.commands import _options as options
from actviz.delivery import DRAWN
from actviz.errors import BadInput, nearest

if TYPE_CHECKING:
    from pathlib import Path

    from actviz.settings import Kept, Wrong


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
    A file may give `several` words as a list.
    """

    name: str
    meaning: str
    default: str
    check: Callable[[str], str]
    of: tuple[tuple[str, str], ...] = ()
    several: bool = False

    def spelled(self, value: Any) -> str:
        """A value of TOML as the option has it, words of a list with commas between; raise BadInput for other types."""
        if isinstance(value, str):
            return value
        if self.several and value and isinstance(value, list) and all(isinstance(part, str) for part in value):
            return ",".join(value)
        words = ", ".join(f'"{word}"' for word in self.default.split(","))
        kind = f"a list such as [{words}]" if self.several else f"text in quotes, such as {words}"
        raise BadInput(f"the value must be {kind}, not {value!r}")


SETTINGS = (
    Setting("theme", "ground of every picture: light or dark", "light", word(*options.Theme)),
    Setting("size", "size of plot's pictures in inches", "6.4x4", lengths, (("plot", "size"),)),
    Setting(
        "graphics", "how a terminal shows a plot, as ACTVIZ_GRAPHICS says", "cells", word(*get_args(screen.Graphics))
    ),
    Setting("color", "when to colour text: auto, always or never", "auto", word(*options.Color)),
    Setting("format", "what is written on standard output", "text", word(*options.TABLES)),
    Setting("formats", "kinds of picture that gallery draws", "png,svg", pictures, (("gallery", "format"),), True),
)


VARIABLES = {
    "graphics": {"ACTVIZ_GRAPHICS": ""},
    "color": {"NO_COLOR": options.Color.never.value, "FORCE_COLOR": options.Color.always.value},
}
"""Variables that come before a setting in files, the first that is not empty; what they mean, if not what they say."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A setting's value and the file or the environment variable that says so; neither where nothing does."""

    setting: Setting
    value: str
    path: Path | None = None
    variable: str = ""

    @property
    def source(self) -> str:
        """What says so; empty for the value it has of itself."""
        return self.variable or str(self.path or "")


def chosen() -> tuple[tuple[Chosen, ...], tuple[Wrong, ...]]:
    """Every setting as it stands, environment variables first, then the project's file, then the user's, then what
    actviz itself has; and what files have that is no setting, or a value it cannot have.
    """
    from actviz.settings import Kept, Wrong, kept

    found = {setting.name: Chosen(setting, setting.default) for setting in SETTINGS}
    wrong: list[Wrong] = []
    for one in kept():
        if isinstance(one, Kept):
            try:
                found[one.name] = checked(one)
            except BadInput as error:
                wrong.append(Wrong(one.name, one.path, str(error)))
        else:
            wrong.append(one)
    return tuple(map(surrounded, found.values())), tuple(wrong)


def surrounded(one: Chosen) -> Chosen:
    """A setting as the environment has it, where that says anything of it."""
    for variable, value in VARIABLES.get(one.setting.name, {}).items():
        if os.environ.get(variable):
            return Chosen(one.setting, value or os.environ[variable].lower(), variable=variable)
    return one


def checked(one: Kept) -> Chosen:
    """What a file says as the setting it is of; raise BadInput where there is no such setting or value."""
    known = {setting.name: setting for setting in SETTINGS}
    if one.name not in known:
        raise BadInput(f"there is no such setting; there are {', '.join(known)}{nearest(one.name, known)}")
    setting = known[one.name]
    return Chosen(setting, setting.check(setting.spelled(one.value)), one.path)


def stopping(wrong: Iterable[Wrong], arguments: Iterable[str]) -> list[Wrong]:
    """Those of the wrong settings that the command line does not overrule by the option of their name."""
    given = {argument.partition("=")[0] for argument in arguments}
    return [one for one in wrong if not (one.name and f"--{one.name}" in given)]


def defaults(found: Iterable[Chosen], command: str) -> dict[str, str]:
    """The defaults of a command's options that files set, by the name of the parameter.

    How a terminal shows plots is not among them: see `graphics`. Nor is what the environment says, which `screen` asks.
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
