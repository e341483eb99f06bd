"""Frameworks are optional: importing one, or saying plainly that it is not here."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from actviz.errors import BadInput


def imported(module: str, package: str) -> Any:
    """The `module` that `package` installs; raise BadInput where it is missing or does not load."""
    library = module.partition(".")[0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a framework deprecates in itself is not the user's concern
            return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != library:
            raise broken(library, error) from error
        raise BadInput(f"{library} is not installed here; `pip install {package}` beside actviz brings it") from None
    except Exception as error:  # a framework may fail in any way while it loads
        raise broken(library, error) from error


def broken(library: str, error: Exception) -> BadInput:
    """What to say of a library that is there but does not load."""
    return BadInput(f"{library} is installed but does not load: {first_line(error)}")


def first_line(error: Exception) -> str:
    """The first line of an error's message, or its kind where it has none."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
