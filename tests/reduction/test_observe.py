"""Who does the work changes nothing: the same bits from one process and from several, whole runs or none."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest
from runs import DEADLY, QUESTION, Bar, bits, finely_cut, normal, saved, sparse

from actviz import arrays
from actviz.analysis.data.cell_tables import PackedTable
from actviz.analysis.data.compiled import compiled_table
from actviz.analysis.data.probes import probe
from actviz.errors import BadInput
from actviz.progress import silence
from actviz.reduction import counting, observing, tasks
from actviz.reduction.observing import observe, observe_here
from actviz.reduction.question import Question, probes
from actviz.resolve import get


@pytest.fixture
def fine(monkeypatch: pytest.MonkeyPatch) -> None:
    finely_cut(monkeypatch)


@pytest.mark.usefixtures("fine")
@pytest.mark.parametrize(
    ("dtype", "axis"),
    [("float32", None), ("float32", 0), ("float32", 1), ("float64", -1), ("float16", None), ("float16", 1)],
)
def test_the_same_bits_from_one_process_and_from_two(tmp_path: Path, dtype: str, axis: int | None) -> None:
    a = saved(tmp_path, "a.npy", normal((80, 50, 120), 1, dtype))
    b = saved(tmp_path, "b.npy", normal((600, 50, 40), 2, dtype))
    stored = (*arrays.opened(a), *arrays.opened(b))
    assert len(counting.tasks(stored, axis)) > 5
    one, two = (bits(observe(stored, axis, QUESTION, jobs, silence)) for jobs in (1, 2))
    assert one == two
    assert active_children() == []


def test_pieces_counted_by_cells_are_the_same_from_one_process_and_from_two_and_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "PIECE", 4 * counting.MANY)
    monkeypatch.setattr(observing, "SMALL", 0)
    values = normal((2 * counting.MANY + 9,), 6)
    stored = arrays.opened(saved(tmp_path, "a.npy", values))
    pieces = [task.piece for task in counting.tasks(stored, None)]
    assert [counting.cells_pay(piece, probes(QUESTION), PackedTable) for piece in pieces] == [True, True, False]
    (one,), (two,) = (observe(stored, None, QUESTION, jobs, silence) for jobs in (1, 2))
    assert bits((one,)) == bits((two,))
    monkeypatch.setattr(counting, "PAYS", values.nbytes)
    assert counting.table_for(stored) is compiled_table
    assert [bits(observe(stored, None, QUESTION, jobs, silence)) for jobs in (1, 2)] == 2 * [bits((one,))]
    slope = one.activations[1].derivative(values[3:].astype(np.float64))
    assert one.whole.responses[1].derivative_mean == pytest.approx(slope.mean(), rel=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "int32"])
def test_values_of_64_bits_are_counted_by_a_compiled_loop_for_gigabytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dtype: str
) -> None:
    monkeypatch.setattr(counting, "PIECE", 8 * counting.MANY)
    monkeypatch.setattr(observing, "SMALL", 0)
    values = (7 * normal((2 * counting.MANY + 9,), 6, "float64")[3:]).astype(dtype)
    stored = arrays.opened(saved(tmp_path, "a.npy", values))
    (wanted,) = observe(stored, None, QUESTION, 1, silence)
    monkeypatch.setattr(counting, "PAYS", values.nbytes)
    (one,), (two,) = (observe(stored, None, QUESTION, jobs, silence) for jobs in (1, 2))
    assert bits((one,)) == bits((two,)) != bits((wanted,))
    assert one.whole.count == wanted.whole.count
    assert one.whole.quantiles == wanted.whole.quantiles
    for got, expected in zip(one.whole.responses, wanted.whole.responses, strict=True):
        assert (got.saturated, got.dead) == (expected.saturated, expected.dead)
        assert got.derivative_mean == pytest.approx(expected.derivative_mean, rel=1e-12)
    assert one.whole.std == pytest.approx(wanted.whole.std, rel=1e-12)


def test_a_piece_that_cells_cannot_tell_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PIECE", 1 << 20), ("MANY", 1 << 12)):
        monkeypatch.setattr(counting, name, value)
    values = normal((400_000,), 7)
    values[: 1 << 18] -= 30.0  # f' of gelu falls by hundreds of powers of ten there
    stored = arrays.opened(saved(tmp_path, "a.npy", values))
    bar = Bar()
    (found,) = observe(stored, None, QUESTION, 1, bar)
    assert sum(bar.steps) == bar.total == values.nbytes
    first, last = (
        counting.counted(probes(QUESTION), PackedTable, bar.steps.append, t) for t in counting.tasks(stored, None)
    )
    monkeypatch.setattr(counting, "MANY", 1 << 40)
    wanted = [
        counting.counted(probes(QUESTION), PackedTable, bar.steps.append, t) for t in counting.tasks(stored, None)
    ]
    assert pickle.dumps(first) == pickle.dumps(wanted[0]), "as without cells, to the last bit"
    assert pickle.dumps(last) != pickle.dumps(wanted[1])
    (exact,) = observe(stored, None, QUESTION, 1, silence)
    assert found.whole.count == exact.whole.count == values.size
    assert found.whole.responses[1].saturated == exact.whole.responses[1].saturated


def test_cells_are_for_much_data_of_one_unit_that_can_be_read_again(tmp_path: Path) -> None:
    (many,) = arrays.opened(saved(tmp_path, "a.npy", normal((2, counting.MANY // 2), 8)))
    (few,) = arrays.opened(saved(tmp_path, "b.npy", normal((1000,), 9)))
    (wide,) = arrays.opened(saved(tmp_path, "c.npy", normal((counting.MANY,), 9, "float64")))
    pays = {
        "many": counting.cells_pay(counting.tasks([many], None)[0].piece, probes(QUESTION), PackedTable),
        "units": counting.cells_pay(counting.tasks([many], 0)[0].piece, probes(QUESTION), PackedTable),
        "few": counting.cells_pay(counting.tasks([few], None)[0].piece, probes(QUESTION), PackedTable),
        "float64": counting.cells_pay(counting.tasks([wide], None)[0].piece, probes(QUESTION), PackedTable),
        "compiled": counting.cells_pay(counting.tasks([wide], None)[0].piece, probes(QUESTION), compiled_table),
    }
    assert pays == {"many": True, "units": False, "few": False, "float64": False, "compiled": True}
    piped = replace(many, path=arrays.STANDARD_INPUT)
    assert not counting.cells_pay(counting.tasks([piped], None)[0].piece, probes(QUESTION), PackedTable)


def test_a_loop_is_compiled_for_gigabytes_alone(tmp_path: Path) -> None:
    (one,) = arrays.opened(saved(tmp_path, "a.npy", normal((9,), 9)))
    half, least = replace(one, nbytes=counting.PAYS // 2), replace(one, nbytes=counting.PAYS - counting.PAYS // 2)
    assert counting.table_for([half, least]) is counting.table_for([half, least, one]) is compiled_table
    assert counting.table_for([half, replace(least, nbytes=least.nbytes - 1)]) is PackedTable
    straight = probes(Question(("relu", "hard_tanh"), (0.1,)))
    piece = replace(counting.tasks([one], None)[0].piece, stop=counting.MANY)
    pays = [counting.cells_pay(piece, straight, table) for table in (PackedTable, compiled_table)]
    assert pays == [False, True], "of straight pieces, comparing tells all, and costs less than numpy's cells"


def test_many_files_of_many_kinds_in_two_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finely_cut(monkeypatch)
    values = normal((500, 8), 3, "float64")
    saved(tmp_path, "a.npy", values)
    np.savez(tmp_path / "b.npz", one=values, two=values[:7])
    np.savez_compressed(tmp_path / "c.npz", three=values)
    np.savetxt(tmp_path / "d.csv", values, delimiter=",", header="a,b,c,d,e,f,g,h", comments="", fmt="%.17g")
    stored = [one for name in ("a.npy", "b.npz", "c.npz", "d.csv") for one in arrays.opened(str(tmp_path / name))]
    alone, together = (observe(stored, 1, QUESTION, jobs, silence) for jobs in (1, 2))
    assert bits(alone) == bits(together)
    assert [one.shape for one in alone] == [(500, 8), (500, 8), (7, 8), (500, 8), (500, 8)]
    assert repr(alone[0].whole) == repr(alone[4].whole), "text holds the same numbers"
    assert [unit.name for unit in alone[4].units] == list("abcdefgh")


def test_rows_of_a_table_are_units(tmp_path: Path) -> None:
    values = normal((30, 4), 12, "float64")
    np.savetxt(tmp_path / "a.csv", values, delimiter=",", fmt="%.17g")
    text = observe(arrays.opened(str(tmp_path / "a.csv")), 0, QUESTION, 1, silence)[0]
    binary = observe(arrays.opened(saved(tmp_path, "a.npy", values)), 0, QUESTION, 1, silence)[0]
    assert repr(text.units) == repr(binary.units)
    assert (len(text.units), text.shape) == (30, (30, 4))


@pytest.mark.usefixtures("fine")
def test_shards_count_as_the_whole_does(tmp_path: Path) -> None:
    values = normal((6000, 100), 4)
    whole = saved(tmp_path, "whole.npy", values)
    (found,) = observe(arrays.opened(whole), 1, QUESTION, 1, silence)
    finite = values[np.isfinite(values)].astype(np.float64)
    assert (found.whole.count, found.whole.finite) == (values.size, finite.size)
    assert found.whole.mean == pytest.approx(finite.mean(), rel=0, abs=1e-12 * np.abs(finite).max())
    assert found.whole.std == pytest.approx(finite.std(), rel=1e-12)
    for response, activation in zip(found.whole.responses, found.activations, strict=True):
        slope = activation.derivative(finite)
        assert response.dead == np.count_nonzero(slope == 0), activation.label
        assert [s.count for s in response.saturated] == [np.count_nonzero(np.abs(slope) <= t) for t in (0.1, 0.01)]
        assert response.derivative_mean == pytest.approx(slope.mean(), rel=1e-12)
        assert response.derivative_second_moment == pytest.approx((slope * slope).mean(), rel=1e-12)
    parts = [counted for n in range(3) for counted in [saved(tmp_path, f"{n}.npy", values[n * 2000 : (n + 1) * 2000])]]
    shards = observe([arrays.opened(part)[0] for part in parts], 1, QUESTION, 2, silence)
    for k, response in enumerate(found.whole.responses):
        assert sum(shard.whole.responses[k].dead for shard in shards) == response.dead
    for u, unit in enumerate(found.units):
        assert sum(shard.units[u].finite for shard in shards) == unit.finite


@pytest.mark.usefixtures("fine")
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("order", [("a", "b", "c"), ("b", "a", "c"), ("c", "a", "b")])
def test_a_spare_array_that_turns_out_damaged_is_left_out(tmp_path: Path, jobs: int, order: tuple[str, ...]) -> None:
    values = {name: normal((5000, 40), at) for at, name in enumerate("abc")}
    np.savez_compressed(tmp_path / "all.npz", **{name: values[name] for name in order})  # type: ignore[arg-type]
    data = bytearray((tmp_path / "all.npz").read_bytes())
    with zipfile.ZipFile(tmp_path / "all.npz") as archive:
        data[archive.getinfo("b.npy").header_offset + 400_000] ^= 0x55
    (tmp_path / "all.npz").write_bytes(data)
    found = arrays.found_at(str(tmp_path / "all.npz"))
    assert (len(found.stored), found.unread) == (3, ())
    lost: list[str] = []
    seen = observe(found.stored, 1, QUESTION, jobs, silence, lost.append)
    assert [one.label for one in seen] == [f"{tmp_path}/all.npz:{name}" for name in order if name != "b"]
    good = [arrays.opened(f"{tmp_path}/all.npz:{name}")[0] for name in order if name != "b"]
    assert bits(seen) == bits(observe(good, 1, QUESTION, 1, silence))
    (line,) = lost
    assert line.startswith(f"{tmp_path}/all.npz:b is damaged: "), line
    for stored in (found.stored, arrays.opened(str(tmp_path / "all.npz"))):
        with pytest.raises(BadInput, match="b is damaged"):
            observe(stored, 1, QUESTION, jobs, silence)


def test_of_a_run_whose_spare_arrays_are_all_damaged_nothing_is_left(tmp_path: Path) -> None:
    for name in ("a", "b"):
        saved(tmp_path, f"{name}.npy", normal((30,), 1))
    found = arrays.found_at(str(tmp_path))
    for name in ("a", "b"):
        (tmp_path / f"{name}.npy").write_bytes((tmp_path / f"{name}.npy").read_bytes()[:-1])
    lost: list[str] = []
    with pytest.raises(BadInput, match=r"a\.npy changed while it was read"):
        observe(found.stored, None, QUESTION, 1, silence, lost.append)
    assert lost == []


def test_functions_without_a_text_are_observed_here(tmp_path: Path) -> None:
    stored = arrays.opened(saved(tmp_path, "a.npy", normal((100,), 5)))
    wanted = [probe(get(name), QUESTION.thresholds) for name in QUESTION.functions]  # type: ignore[arg-type]
    assert bits(observe_here(stored, None, wanted, silence)) == bits(observe(stored, None, QUESTION, 1, silence))


def test_little_data_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actviz.reduction.runs.in_processes", None)
    stored = arrays.opened(saved(tmp_path, "a.npy", normal((100,), 6)))
    assert observe(stored, None, QUESTION, 2, silence)[0].whole.count == 100


@pytest.mark.usefixtures("fine")
@pytest.mark.parametrize("jobs", [1, 2])
def test_the_bar_is_told_every_byte(tmp_path: Path, jobs: int) -> None:
    stored = [arrays.opened(saved(tmp_path, f"{n}.npy", normal((600, 700), n)))[0] for n in range(2)]
    bar = Bar()
    observe(stored, None, QUESTION, jobs, bar)
    assert bar.total == sum(bar.steps) == sum(one.nbytes for one in stored) == 2 * 600 * 700 * 4
    assert len(bar.steps) > 5


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "b.npz", "a.csv"])
def test_the_bar_of_every_kind_of_file_ends_full(tmp_path: Path, name: str) -> None:
    values = normal((5000, 20), 11)
    saved(tmp_path, "a.npy", values)
    np.savez(tmp_path / "a.npz", values)
    np.savez_compressed(tmp_path / "b.npz", values)
    np.savetxt(tmp_path / "a.csv", values, delimiter=",")
    bar = Bar()
    observe(arrays.opened(str(tmp_path / name)), 1, QUESTION, 1, bar)
    assert bar.total == sum(bar.steps) > 0


def test_a_question_is_text_and_finds_its_functions_once() -> None:
    question = Question(("swish", "x*b"), (0.1,), params=("beta=1,2", "b=3"))
    again = pickle.loads(pickle.dumps(question))
    assert again == question
    assert [one.activation.label for one in probes(again)] == [one.activation.label for one in probes(question)]
    assert len(probes(question)) == 3
    assert probes(question) is probes(again)


def test_a_seed_draws_the_same_slope_in_every_process() -> None:
    question = Question(("rrelu",), (0.1,), seed=3)
    drawn = probes(question)[0].activation.values
    probes.cache_clear()
    assert probes(question)[0].activation.values == drawn != probes(Question(("rrelu",), (0.1,)))[0].activation.values


def test_the_cut_grows_with_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = arrays.opened(saved(tmp_path, "a.npy", normal((1 << 21,), 7)))
    sizes = ((counting, "PIECE", 1 << 20, 8), (tasks, "PARTS", 4, 4), (counting, "LARGEST", 1 << 20, 8))
    for module, name, value, pieces in sizes:
        monkeypatch.setattr(module, name, value)
        assert len(counting.tasks(stored, None)) == pieces, name


def test_too_many_units_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    stored = arrays.opened(saved(tmp_path, "a.npy", np.zeros((2, 70_000), np.float32)))
    with pytest.raises(BadInput, match=r"70,?000"):
        observe(stored, 1, QUESTION, 1, silence)


@pytest.mark.usefixtures("fine")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_cut_short_or_gone_is_said_in_a_line(tmp_path: Path, jobs: int) -> None:
    path = saved(tmp_path, "a.npy", normal((600, 700), 8))
    stored = arrays.opened(path)
    os.truncate(path, 1_000_000)
    with pytest.raises(BadInput, match=r"a\.npy") as short:
        observe(stored, None, QUESTION, jobs, silence)
    Path(path).unlink()
    with pytest.raises(BadInput, match=r"a\.npy.*No such file") as gone:
        observe(stored, None, QUESTION, jobs, silence)
    assert "\n" not in str(short.value) + str(gone.value)
    assert active_children() == []


@pytest.mark.usefixtures("fine")
def test_a_killed_process_is_said_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deadly.py").write_text(DEADLY)
    monkeypatch.syspath_prepend(tmp_path)
    stored = arrays.opened(saved(tmp_path, "a.npy", normal((600, 700), 9)))
    with pytest.raises(BadInput, match=r"^a counting process was killed.*--jobs 1$"):
        observe(stored, None, Question((), (0.1,), callables=("deadly:f",)), 2, silence)
    assert active_children() == []


@pytest.mark.usefixtures("fine")
@pytest.mark.parametrize("jobs", [1, 2])
def test_want_of_memory_is_said_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(observing, "joined", exhausted)
    stored = arrays.opened(saved(tmp_path, "a.npy", normal((600, 700), 10)))
    with pytest.raises(BadInput, match=r"^memory ran out"):
        observe(stored, None, QUESTION, jobs, silence)


INTERRUPTED = """
    import sys
    from actviz import arrays
    from actviz.progress import silence
    from actviz.reduction.observing import observe, observe_on_dask
    from actviz.reduction.question import Question

    if __name__ == "__main__":
        stored, question = arrays.opened(sys.argv[1]), Question(("mish",), (0.1,))
        print("begun", flush=True)
        try:
            if sys.argv[2] == "dask":
                observe_on_dask(stored, None, question, "local", 2, silence)
            else:
                observe(stored, None, question, int(sys.argv[2]), silence)
        except KeyboardInterrupt:
            print("interrupted")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups to interrupt")
@pytest.mark.parametrize("jobs", ["1", "2", "dask"])
def test_an_interrupt_ends_all_processes_quietly(tmp_path: Path, jobs: str) -> None:
    path = sparse(tmp_path / "a.npy", "float64", 1, 1 << 34)
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(INTERRUPTED))
    with subprocess.Popen(
        [sys.executable, str(script), str(path), jobs],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(3.0)  # until counting has begun in every process, or is about to
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("interrupted\n", "", 0)
    with pytest.raises(ProcessLookupError):
        for _ in range(100):  # multiprocessing's resource tracker ends a moment later
            os.killpg(process.pid, 0)
            time.sleep(0.1)
