"""float32's compiled loop beside numpy's: the same tally to the last bit; no loop where numba is missing or broken."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from observed import Cut, probed

from actviz.analysis.data import compiled as module
from actviz.analysis.data.cell_counter import CellCounter
from actviz.analysis.data.cell_tables import CELLS, REST, PackedTable
from actviz.analysis.data.compiled import compiled, compiled_table, there
from actviz.analysis.data.compiled_float32 import COUNT, FIRST, FULL, Float32Table
from actviz.analysis.data.probes import edges
from actviz.analysis.data.running import floored

LABELS = ("relu", "gelu", "hard_tanh", "sigmoid", "elu:alpha=2", "hard_swish", "relu6", "sin(9*x)")
LEAST = np.float32(2.0**-149)


@pytest.fixture
def uncompiled():
    """A process that has compiled nothing, before and after."""
    compiled.cache_clear()
    yield
    compiled.cache_clear()


def ends(labels):
    return floored(edges(tuple(map(probed, labels))), "float32")


def odd_values():
    """The edges, the numbers beside them, and the ends of their cells; zeros, subnormal numbers, none."""
    at = ends(LABELS)
    bits = at.view(np.uint32)
    last = np.uint32((1 << REST) - 1)
    near = [np.nextafter(at, np.float32(side)) for side in (-np.inf, np.inf)]
    cells = [(bits & ~last).view(np.float32), (bits | last).view(np.float32)]
    others = [0.0, -0.0, LEAST, -LEAST, 1e-40, -1e-39, 3.4e38, -3.4e38, np.nan, np.inf, -np.inf]
    return np.unique(np.concatenate([at, *near, *cells, others]).astype(np.float32).view(np.uint32)).view(np.float32)


FLOATS = st.floats(width=32) | st.floats(-8.0, 8.0, width=32) | st.sampled_from(odd_values().tolist())


def cut(x, sizes):
    """Blocks of these sizes again and again, each gone once the next is asked for, and one without values."""
    at = turn = 0
    while at < x.size:
        size = sizes[turn % len(sizes)]
        values = x[at : at + size].copy()
        yield Cut(values.reshape(1, 1, -1), 0)
        values[:] = 77
        at, turn = at + size, turn + 1
    yield Cut(x[:0].reshape(1, 1, -1), 0)


def told(x, labels, sizes, table):
    """All that a counter counts, in bytes, the tally among it if cells can tell one."""
    with np.errstate(all="ignore"):
        counter = CellCounter(tuple(map(probed, labels)), "float32", table)
        for block in cut(x, sizes):
            counter.add(block.values)
        return pickle.dumps((counter.table.sums(), counter.tally()))


@given(
    st.lists(FLOATS, min_size=1, max_size=60),
    st.integers(1, 700),
    st.lists(st.integers(1, 9000), min_size=1, max_size=4),
    st.lists(st.sampled_from(LABELS), min_size=1, max_size=4, unique=True),
)
@example([0.0, -0.0, float(LEAST), -float(LEAST)], 300, [7], ["relu"])
@example([float("nan"), float("inf"), -float("inf")], 2, [1], ["gelu"])
@example(odd_values().tolist(), 3, [100], list(LABELS))
def test_every_number_is_that_of_numpy(values, times, sizes, labels):
    x = np.tile(np.asarray(values, np.float32), times)
    assert told(x, labels, sizes, compiled_table) == told(x, labels, sizes, PackedTable)


@pytest.mark.parametrize("label", LABELS)
def test_every_number_of_many_values_is_that_of_numpy(label):
    x = np.random.default_rng(3).normal(0.0, 4.0, 300_000).astype(np.float32)
    x[::7], x[1::50], x[2::90] = 0.0, -1.0, np.nan
    assert told(x, (label,), [131_072, 131_072, 5], compiled_table) == told(x, (label,), [40_000], PackedTable)


@pytest.mark.parametrize("many", [1, 255, 256, 257, 512, 70_000])
@pytest.mark.parametrize("bits", [0x3F8007FF, 0x3F800000, 0xBF8007FF, 0x7F7FFFFF, 0x80000000])
def test_a_cell_that_is_full_begins_anew(many, bits):
    # The last number of a cell has the greatest sums of last bits and of squares.
    x = np.full(many, bits, np.uint32).view(np.float32)
    one, two = PackedTable(ends(LABELS)), compiled_table(ends(LABELS))
    assert isinstance(two, Float32Table)
    for table in (one, two):
        table.add(x, float(x[0]), float(x[0]))
    one, two = one.sums(), two.sums()
    np.testing.assert_array_equal(one.below, two.below)
    for name in ("edge", "width", "count", "mean", "squares", "doubt"):
        np.testing.assert_array_equal(getattr(one.cells, name), getattr(two.cells, name), name)
    edge = np.asarray([bits >> REST << REST], np.uint32).view(np.float32)
    assert (two.cells.edge.tolist(), two.cells.count.tolist()) == (edge.tolist(), [many])


def test_packed_numbers_hold_a_full_cell():
    many, last = FULL >> COUNT, (1 << REST) - 1
    assert many * last**2 < 1 << FIRST
    assert many * last < 1 << COUNT - FIRST
    assert CELLS << REST == 1 << 32


def test_edges_of_both_zeros_and_none():
    x = np.asarray([0.0, -0.0, LEAST, -LEAST, 1.0], np.float32)
    for at in ([-0.0], [0.0], [-LEAST, 0.0], [-np.inf, -0.0, LEAST], []):
        table = compiled_table(np.asarray(at, np.float32))
        table.add(x, -float(LEAST), 1.0)
        assert table.sums().below.tolist() == [np.count_nonzero(x <= edge) for edge in np.asarray(at, np.float32)], at


@pytest.mark.usefixtures("uncompiled")
def test_without_numba_numpy_counts(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    assert not there()
    assert isinstance(compiled_table(ends(LABELS)), PackedTable)
    assert compiled("float64") is None
    with pytest.raises(ValueError, match="float64"):
        compiled_table(np.zeros(1))


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("error", ["ImportError('Numba needs NumPy 2.4 or less')", "SystemError('no LLVM')"])
def test_where_numba_cannot_be_imported_numpy_counts(monkeypatch, tmp_path, error):
    (tmp_path / "numba.py").write_text(f"raise {error}\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    assert there()
    assert isinstance(compiled_table(ends(LABELS)), PackedTable)


def test_importing_the_module_does_not_import_numba():
    program = f"import sys, {module.__name__}; {module.__name__}.there(); print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == "False\n"


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS binds on Linux alone")
def test_a_gigabyte_of_address_space_is_enough_to_compile():
    program = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from {module.__name__} import compiled
print(None not in (compiled("float32"), compiled("float64")))"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == "True\n"
