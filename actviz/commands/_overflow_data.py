"""What --data means to `actviz softmax-overflow`: files of rows, and what is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from actviz.commands._saturation_data import ends_as_file, is_file, tell
from actviz.errors import BadInput

if TYPE_CHECKING:
    from actviz.analysis.softmax.reading import RowReading
    from actviz.commands._overflow_logits import Preparation
    from actviz.commands._saturation_data import Source

Axis = Annotated[int | None, typer.Option(help="the axis of the data that softmax is taken along; the last one")]
Mask = Annotated[
    str,
    typer.Option(
        metavar="FILE|causal|causal-upper-left",
        help="mask logits: True or 1 keeps, False or 0 masks (torch's key_padding_mask is the reverse); floats are "
        "added; causal hides later keys from earlier queries, the last of which sees all (upper-left: the first sees "
        "one, as with torch's is_causal)",
    ),
]

LAST = -1


def told_apart(words: list[str], data: list[str]) -> tuple[list[str], list[str]]:
    """The logits and the files: behind --data a shell writes further files as words of their own.

    Raise BadInput for a file without --data, and for logits beside it.
    """
    for word in words if not data else ():
        if ends_as_file(word) and not is_number(word):
            raise BadInput(f"{word} is a file and no logit; data are named by --data {word}")
    files = [word for word in words if data and not is_number(word) and is_file(word)]
    logits = [word for word in words if word not in files]
    if data and logits:
        raise BadInput(f"'{logits[0]}' is a logit beside --data; give logits or data, one at a time")
    return logits, [*data, *files]


def is_number(word: str) -> bool:
    """Whether a word is a number as Python reads it."""
    try:
        float(word)
    except ValueError:
        return False
    return True


def checked_alone(length: int | None, target: int | None, explain: bool) -> None:
    """Raise BadInput for options of a single vector beside --data."""
    for why, given in (
        ("--length is a number of equal logits, and rows of --data have their own", length is not None),
        (
            "--target is one vector's class, and 'log of naive' counts the rows where the loss of some class breaks",
            target is not None,
        ),
        ("--explain works through the numbers of one vector, and --data has many", explain),
    ):
        if given:
            raise BadInput(f"{why}; leave it out, or give one row's logits as arguments")


def read_as(mask: str) -> str:
    """How a mask is read, in words; nothing without one."""
    from actviz.reduction import masks

    return masks.meaning(mask) if mask else ""


def readings(
    asked: Source, dtypes: tuple[str, ...], how: Preparation, accumulate: str, quiet: bool
) -> tuple[RowReading, ...]:
    """The audits of all rows, judged by wide sums where these alone are shown, with a bar of the bytes read."""
    from actviz.progress import progress, silence
    from actviz.reduction.auditing import RowQuestion, audit_rows, audit_rows_on_dask, with_axis

    axis = LAST if asked.axis is None else asked.axis
    judged = "wide" if accumulate == "wide" else "native"
    question = RowQuestion(axis, dtypes, how.scale, how.softcap, how.temperature, how.mask, judged)
    bar = silence if quiet else progress
    stored, without = with_axis(asked.stored, axis)
    tell((*asked.left_out, *without), quiet)
    if asked.cluster is None:
        return audit_rows(stored, question, asked.jobs, bar)
    return audit_rows_on_dask(stored, question, asked.cluster, asked.jobs, bar)
