"""Files of people's own defaults: [tool.actviz] in a project's pyproject.toml, and config.toml in their own folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
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


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a file has that cannot be used, and why; without a name it is the file as a whole."""

    name: str
    path: Path
    why: str

    def __str__(self) -> str:
        """The line that says so."""
        return ": ".join(filter(None, (str(self.path), self.name, self.why)))


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
            if path.is_file() and TABLE.search(unmarked(path.read_bytes())) and is_ours(path):
                return path
        except OSError:  # another's, which may be closed to us
            continue
    return None


def unmarked(data: bytes) -> bytes:
    """`data` without a mark of byte order, and as it would be in UTF-8 if it is UTF-16."""
    return data.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"")


def is_ours(path: Path) -> bool:
    """Whether a project's file, which looks so, has a table of ours; one that cannot be read is taken to have it."""
    try:
        return project_table(path) is not None
    except BadInput:
        return True


def kept() -> Iterator[Kept | Wrong]:
    """Every setting in a file, the user's own first, so that the project's, which come later, win."""
    of_project, of_user = places()
    for path, table in ((of_user, user_table), (of_project, project_table)):
        try:
            found = (path and table(path)) or {}
        except BadInput as error:
            assert path is not None
            yield Wrong("", path, str(error))
        else:
            yield from (Kept(name, value, path) for name, value in found.items() if path)


def user_table(path: Path) -> dict[str, Any]:
    """The user's own settings; none where there is no file. Raise BadInput for a file that cannot be read.

    A pipe is not opened: that would wait for somebody to write to it.
    """
    try:
        if not S_ISREG(path.stat().st_mode):
            raise BadInput("it cannot be read: it is not a regular file")
        return parsed(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadInput(f"it cannot be read: {error.strerror or error}") from None


def project_table(path: Path) -> dict[str, Any] | None:
    """What is under [tool.actviz]; None where there is no such table. Raise BadInput for what is none."""
    tools = parsed(path).get("tool")
    table = tools.get("actviz") if isinstance(tools, dict) else None
    if table is None or isinstance(table, dict):
        return table
    raise BadInput("tool.actviz must be a table, written [tool.actviz]")


def parsed(path: Path) -> dict[str, Any]:
    """A TOML file, with a mark of byte order or without; raise BadInput where it is none."""
    data = path.read_bytes()
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("it is not text in UTF-8, which TOML must be") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(f"it is no TOML: {error or 'nested too deeply'}") from None
