"""What the rows of an array do to softmax: their audit, by the names that people know them by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.analysis.softmax.advice import advice, advised
from actviz.analysis.softmax.beginnings import beginnings
from actviz.analysis.softmax.cliffs import cliffs
from actviz.analysis.softmax.safety import safety

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actviz.analysis.softmax.audit import Count, RowAudit
    from actviz.analysis.softmax.cliffs import Cliffs
    from actviz.analysis.softmax.safety import Safety
    from actviz.floats import Places


@dataclass(frozen=True, slots=True)
class RowReading:
    """The rows of an array along `axis`: its label, shape and dtype, and their audit.

    `places` has the indices along the other axes of the rows that the audit names, `cliffs` and `safe` one a dtype of
    `dtypes`: where it fails for rows of that length, and what each goal takes (nothing without a valid row); `advised`
    is what is said of each dtype, `advice` the line of it. `least` counts by dtype the logits that are its least
    number and were taken as masked, `rounded` those that float64 holds only rounded; `began` has the logit at which
    the failure of each of the audit's counts began in its first row. `remark` is what is to be said of the file itself,
    nothing mostly.
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
    began: Mapping[Count, int]
    rounded: int = 0
    remark: str = ""


def reading(
    label: str,
    shape: tuple[int, ...],
    dtype: str,
    axis: int,
    dtypes: tuple[str, ...],
    audit: RowAudit,
    places: Mapping[int, tuple[int, ...]],
    hardest: Places,
    temperature: float = 1.0,
    least: Mapping[str, int] | None = None,
) -> RowReading:
    """The reading of audited rows; `hardest` is that of `safety`, `temperature` the present one."""
    safe = safety(hardest, dtypes) if audit.valid else ((),) * len(dtypes)
    said = tuple(advised(audit, goals, temperature) for goals in safe if goals)
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
        began=beginnings(audit.counts, audit.firsts),
    )
