"""What the rows of an array do to softmax: their audit, by the names that people know them by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.analysis.softmax.advice import advice, safety
from actviz.analysis.softmax.cliffs import cliffs

if TYPE_CHECKING:
    from actviz.analysis.softmax.advice import Safety
    from actviz.analysis.softmax.audit import RowAudit
    from actviz.analysis.softmax.cliffs import Cliffs


@dataclass(frozen=True, slots=True)
class RowReading:
    """The rows of an array along `axis`: its label, shape and dtype, and their audit.

    `places` are the worst rows' indices along the other axes, `cliffs` and `safe` one a dtype of `dtypes`: where it
    fails for rows of that length, and what each goal takes (nothing without a valid row).
    """

    label: str
    shape: tuple[int, ...]
    dtype: str
    axis: int
    dtypes: tuple[str, ...]
    audit: RowAudit
    places: tuple[tuple[int, ...], ...]
    cliffs: tuple[Cliffs, ...]
    safe: tuple[tuple[Safety, ...], ...]
    advice: str


def reading(
    label: str,
    shape: tuple[int, ...],
    dtype: str,
    axis: int,
    dtypes: tuple[str, ...],
    audit: RowAudit,
    places: tuple[tuple[int, ...], ...],
) -> RowReading:
    """The reading of audited rows."""
    return RowReading(
        label,
        shape,
        dtype,
        axis,
        dtypes,
        audit,
        places,
        cliffs=tuple(cliffs(name, audit.length) for name in dtypes),
        safe=tuple(safety(audit, name) for name in dtypes),
        advice=advice(audit),
    )
