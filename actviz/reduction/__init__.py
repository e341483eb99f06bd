"""Who does the work of reading people's data: this process, several, or a Dask cluster.

The cut of the data into pieces depends on the data alone and the pieces are merged in their order, so that each
gives the same bits.
"""

from actviz.reduction.auditing import RowQuestion, audit_rows, audit_rows_on_dask, with_axis
from actviz.reduction.observing import observe, observe_here, observe_on_dask
from actviz.reduction.question import Question

__all__ = [
    "Question",
    "RowQuestion",
    "audit_rows",
    "audit_rows_on_dask",
    "observe",
    "observe_here",
    "observe_on_dask",
    "with_axis",
]
