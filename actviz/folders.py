"""What a folder of modules holds, read from their files: nothing is imported."""

from __future__ import annotations

import pkgutil
from contextlib import suppress
from pathlib import Path
from types import ModuleType


def held(package: ModuleType) -> dict[str, str]:
    """The modules of `package` in order, each with the first line of its docstring; not those that start with _.

    The line is empty where the source is not there to be read.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return {name: first_line(package, name) for name in names if not name.startswith("_")}


def first_line(package: ModuleType, name: str) -> str:
    """The first line of a module's docstring."""
    for folder in package.__path__:
        with suppress(OSError), (Path(folder) / f"{name}.py").open(encoding="utf-8") as source:
            return source.readline().strip().strip('"')
    return ""
