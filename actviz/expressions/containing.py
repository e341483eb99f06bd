"""Running the user's code: what it prints, warns of and raises, kept in bounds."""

from __future__ import annotations

import sys
import warnings
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.expressions.grammar import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Function = Callable[[Any], Any]
    Notice = Callable[..., str]


def notices(spec: str) -> Notice:
    """What is said of a warning instead of Python's lines: one line, and once."""
    told = set()

    def notice(message: Warning | str, category: type[Warning], file: str, at: int, line: str | None = None) -> str:
        text = f"actviz: --from {spec}: {category.__name__}: {shown(str(message), 120)}\n"
        if text in told:
            return ""
        told.add(text)
        return text

    return notice


@contextmanager
def aside(notice: Notice) -> Iterator[None]:
    """What the user's code prints goes to standard error, and so does `notice` of what it warns of."""
    own = warnings.formatwarning
    warnings.formatwarning = notice
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        warnings.formatwarning = own


def contained(function: Function, spec: str) -> Function:
    """`function` with what it prints and warns of set aside; where it exits or raises no Exception, RuntimeError."""
    notice = notices(spec)

    def call(x: Any) -> Any:
        with aside(notice):
            try:
                return function(x)
            except SystemExit as leaving:
                raise RuntimeError(f"it called exit({leaving.code})") from None
            except (Exception, KeyboardInterrupt):
                raise
            except BaseException as error:
                raise RuntimeError(f"it raised {said(error)}") from None

    return call


def said(error: BaseException) -> str:
    """An exception in one line: its type and message."""
    text = shown(str(error), 120)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def called(function: Function, x: Any) -> Any:
    """function(x), floating-point warnings aside."""
    with np.errstate(all="ignore"):
        return function(x)
