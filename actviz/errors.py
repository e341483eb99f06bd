"""The one exception for input that cannot be served, and the nearest match it suggests."""

from __future__ import annotations

from collections.abc import Iterable


class BadInput(ValueError):
    """Input that cannot be served: one line saying what, why, and the nearest right thing.

    The command line prints the message on standard error and exits with status 2.
    """


def nearest(word: str, choices: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the choice most like `word`, else one that holds it, else nothing."""
    import difflib

    spelled = {choice.lower(): choice for choice in choices}
    alike = difflib.get_close_matches(word.lower(), spelled, n=1, cutoff=0.5)
    holding = [choice for choice in spelled if len(word) > 2 and word.lower() in choice]
    return f"; did you mean '{spelled[(alike + holding)[0]]}'?" if alike or holding else ""
