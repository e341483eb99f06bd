"""The counting by cell in compiled loops: an optional extra, ``pip install 'actviz[fast]'``."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from actviz.analysis.data import compiled_float32, compiled_float64
from actviz.analysis.data.cell_tables import PackedTable
from actviz.analysis.data.compiled_float32 import Float32Table
from actviz.analysis.data.compiled_float64 import Float64Table

if TYPE_CHECKING:
    from actviz.analysis.data.cell_tables import CellTable, Values


def there() -> bool:
    """Whether numba is installed, be it broken; this imports nothing."""
    return find_spec("numba") is not None


def compiled_table(edges: Values) -> CellTable:
    """A table that counts values of the edges' type in a compiled loop.

    Where numba is missing or broken, one of float32 by numpy; raise ValueError for float64, for which `compiled` tells.
    """
    loop = compiled(edges.dtype.name)
    if edges.dtype == "float32":
        return Float32Table(edges, loop) if loop else PackedTable(edges)
    if not loop:
        raise ValueError("numpy has no table for float64")
    return Float64Table(edges, loop)


@cache
def compiled(dtype: str) -> Any:
    """The loop for float32 or float64 as machine code, made once a process; None where numba is missing or broken."""
    try:
        import numba

        module = {"float32": compiled_float32, "float64": compiled_float64}[dtype]
        return numba.njit(module.SIGNATURE, nogil=True)(module.count)
    except Exception:  # numba refuses versions of numpy and of Python with errors of many kinds
        return None
