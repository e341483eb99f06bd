"""matplotlib's settings while a figure is drawn: the same ones whatever the user's, and letters the figure has."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from actviz.render.letters import letters_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actviz.figure import Figure

SETTINGS: dict[str, Any] = {"svg.hashsalt": "actviz", "svg.fonttype": "path", "pdf.fonttype": 42}


@contextmanager
def undisturbed(figure: Figure) -> Iterator[None]:
    """Drawing by fixed settings, letters chosen for `figure`, and no warnings of what is drawn all the same."""
    with mpl.rc_context(fixed_settings() | letters_for(figure)), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a letter the font lacks is drawn as a box
        warnings.filterwarnings("ignore", "overflow encountered")  # ticks and margins past the end of float64
        with quiet(logging.getLogger("fontTools")):  # it doubts the dates of fonts that matplotlib itself ships
            yield


@contextmanager
def quiet(logger: logging.Logger) -> Iterator[None]:
    """Nothing but errors from this logger."""
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def fixed_settings() -> Any:
    """The settings to change so that all are matplotlib's own defaults and SETTINGS."""
    own = {
        name: value
        for name, value in mpl.rcParamsDefault.items()
        # Reading the backend would import pyplot to choose one.
        if not name.startswith(("backend", "date.")) and mpl.rcParams[name] != value
    }
    return own | SETTINGS
