"""The one exception for input that cannot be served, and the nearest match it suggests."""

from __future__ import annotations

from collections.abc import Iterable


class BadInput(ValueError):
    """Input that cannot be served: one line saying what, why, and the nearest right thing.

    The command line prints the message on standard error and exits with status 2.
    """


def nearest(word: str, choices: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the choice most like `word`, or an empty string."""
    import difflib

    spelled = {choice.lower(): choice for choice in choices}
    found = difflib.get_close_matches(word.lower(), spelled, n=1, cutoff=0.5)
    return f"; did you mean '{spelled[found[0]]}'?" if found else ""
