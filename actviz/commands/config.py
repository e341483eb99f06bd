"""`actviz config`: the defaults that files and environment variables set, and where those files are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz.commands._settings import Chosen, chosen
from actviz.report import Report, Table
from actviz.settings import places

if TYPE_CHECKING:
    from pathlib import Path

    from actviz.settings import Wrong

PICTURES = False


def command() -> Report:
    """Show the settings, their values, and the files or environment variables they come from.

    A project's settings stand under [tool.actviz] in its pyproject.toml, the nearest one from the current directory
    upwards; your own in actviz/config.toml under XDG_CONFIG_HOME, ~/.config where that is not set. Both are TOML:
    theme = "dark", or formats = ["png", "pdf"]. The command line comes first, then environment variables, the
    project, and you. What is wrong in a file stops every other command; here it is listed, with exit status 1.

    Examples: actviz config; actviz config --format json
    """
    found, wrong = chosen()
    project, own = places()
    files = (("project", project), ("own", own))
    return Report(
        document={
            "settings": [entry(one) for one in found],
            "files": [{"of": of, "path": str(path or "") or None, "read": is_there(path)} for of, path in files],
            "wrong": [{"name": one.name or None, "path": str(one.path), "why": one.why} for one in wrong],
        },
        tables=(
            Table(("setting", "value", "from", "meaning"), tuple(row(one) for one in found), title="settings"),
            Table(("file of", "path"), tuple((of, words(path)) for of, path in files), title="files"),
            *([Table(("setting", "in", "why"), tuple(map(fault, wrong)), title="wrong")] if wrong else []),
        ),
        status=1 if wrong else 0,
    )


def entry(one: Chosen) -> dict[str, object]:
    """A setting as JSON has it; `from` is null for what nothing sets."""
    return {
        "name": one.setting.name,
        "value": one.value,
        "default": one.setting.default,
        "from": one.source or None,
        "meaning": one.setting.meaning,
    }


def row(one: Chosen) -> tuple[str, ...]:
    """A setting's line of the table."""
    return one.setting.name, one.value, one.source, one.setting.meaning


def fault(one: Wrong) -> tuple[str, ...]:
    """What is wrong in a file as a line of the table."""
    return one.name, str(one.path), one.why


def is_there(path: Path | None) -> bool:
    """Whether there is such a file."""
    return path is not None and path.is_file()


def words(path: Path | None) -> str:
    """Where a file is, or that there is none."""
    if path is None:
        return "none"
    return str(path) if is_there(path) else f"{path} (not there)"
