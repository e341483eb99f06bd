"""What the rows of an array do to softmax: their audit, by the names that people know them by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.analysis.softmax.advice import advice, advised, safety
from actviz.analysis.softmax.cliffs import cliffs
from actviz.analysis.softmax.reach import AS_GIVEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actviz.analysis.softmax.advice import Safety
    from actviz.analysis.softmax.audit import RowAudit
    from actviz.analysis.softmax.cliffs import Cliffs
    from actviz.analysis.softmax.reach import Reach, Steps


@dataclass(frozen=True, slots=True)
class RowReading:
    """The rows of an array along `axis`: its label, shape and dtype, and their audit.

    `places` has the indices along the other axes of the rows that the audit names, `cliffs` and `safe` one a dtype of
    `dtypes`: where it fails for rows of that length, and what each goal takes (nothing without a valid row); `advised`
    is what is said of each dtype, `advice` the line of it. `least` counts by dtype the logits that are its least
    number and were taken as masked.
    """

    label: str
    shape: tuple[int, ...]
    dtype: str
    axis: int
    dtypes: tuple[str, ...]
    audit: RowAudit
    places: Mapping[int, tuple[int, ...]]
    cliffs: tuple[Cliffs, ...]
    safe: tuple[tuple[Safety, ...], ...]
    advised: tuple[str, ...]
    advice: str
    least: Mapping[str, int]


def reading(
    label: str,
    shape: tuple[int, ...],
    dtype: str,
    axis: int,
    dtypes: tuple[str, ...],
    audit: RowAudit,
    places: Mapping[int, tuple[int, ...]],
    ends: Reach | None = None,
    present: Steps = AS_GIVEN,
    least: Mapping[str, int] | None = None,
) -> RowReading:
    """The reading of audited rows; `ends` and `present` are those of `safety`."""
    safe = tuple(safety(audit, name, ends, present) for name in dtypes)
    said = tuple(advised(audit, goals, present.temperature) for goals in safe if goals)
    return RowReading(
        label,
        shape,
        dtype,
        axis,
        dtypes,
        audit,
        places,
        cliffs=tuple(cliffs(name, audit.length) for name in dtypes),
        safe=safe,
        advised=said,
        advice=advice(audit, dtypes, said),
        least=least or {},
    )
