"""Files of people's own defaults: [tool.actviz] in a project's pyproject.toml, and config.toml in their own folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actviz.errors import BadInput

TABLE = re.compile(rb"""^\s*\[?\s*['"]?tool['"]?\s*(\]|\.\s*['"]?actviz\b)""", re.MULTILINE)
"""How a table of ours can begin in TOML; where nothing does, the file need not be read as such."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One setting as a file has it: its name, its value of whatever type, and the file."""

    name: str
    value: Any
    path: Path


def places() -> tuple[Path | None, Path | None]:
    """The pyproject.toml with a [tool.actviz] that is nearest to the current directory, upwards, and the user's own
    config.toml, whether it is there or not; None for what cannot be.
    """
    base = os.environ.get("XDG_CONFIG_HOME", "")
    home = Path("~").expanduser()
    if not Path(base).is_absolute():  # as the XDG base directory specification has it, empty or relative is unset
        base = str(home / ".config") if home.is_absolute() else ""
    return project(), Path(base) / "actviz" / "config.toml" if base else None


def project() -> Path | None:
    """The nearest pyproject.toml upwards with a table of ours."""
    try:
        here = Path.cwd()
    except OSError:  # it has been removed
        return None
    for folder in (here, *here.parents):
        path = folder / "pyproject.toml"
        try:
            if path.is_file() and TABLE.search(path.read_bytes()) and own_table(parsed(path), path) is not None:
                return path
        except OSError:  # another's, which may be closed to us
            continue
    return None


def kept() -> Iterator[Kept]:
    """Every setting in a file, the user's own first, so that the project's, which come later, win.

    Raise BadInput for a file that cannot be read or is no TOML.
    """
    of_project, of_user = places()
    if of_user is not None:
        yield from (Kept(name, value, of_user) for name, value in user_table(of_user).items())
    if of_project is not None:
        table = own_table(parsed(of_project), of_project) or {}
        yield from (Kept(name, value, of_project) for name, value in table.items())


def user_table(path: Path) -> dict[str, Any]:
    """The user's own settings; none where there is no file."""
    try:
        return parsed(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from None


def own_table(document: dict[str, Any], path: Path) -> dict[str, Any] | None:
    """What is under [tool.actviz]; None where there is no such table."""
    tools = document.get("tool")
    table = tools.get("actviz") if isinstance(tools, dict) else None
    if table is None or isinstance(table, dict):
        return table
    raise BadInput(f"{path}: tool.actviz must be a table, written [tool.actviz]")


def parsed(path: Path) -> dict[str, Any]:
    """A TOML file; raise BadInput where it is none."""
    data = path.read_bytes()
    import tomllib

    try:
        return tomllib.loads(data.decode())
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not text in UTF-8, which TOML must be") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(f"{path} is no TOML: {error or 'nested too deeply'}") from None
