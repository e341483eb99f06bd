"""A Dask cluster gives the bits of one process, and its troubles come back in one line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import dask
import pytest
from distributed import LocalCluster
from runs import DEADLY, QUESTION, Bar, bits, finely_cut, normal, saved

from actviz import arrays
from actviz.analysis.data.cell_tables import PackedTable
from actviz.errors import BadInput
from actviz.progress import silence
from actviz.reduction import cluster, counting
from actviz.reduction.engines import elsewhere
from actviz.reduction.observing import observe, observe_on_dask
from actviz.reduction.question import Question


@pytest.fixture(autouse=True)
def fine(monkeypatch: pytest.MonkeyPatch) -> None:
    finely_cut(monkeypatch)
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)


def quiet_cluster(workers: int) -> Any:
    """A cluster of threads of this process that can be reached by its address."""
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=False,
        protocol="tcp://",
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    )


@pytest.fixture
def address() -> Iterator[str]:
    with quiet_cluster(2) as running:
        yield running.scheduler_address


@pytest.mark.parametrize("axis", [None, 1])
def test_two_local_workers_give_the_bits_of_one_process(tmp_path: Path, axis: int | None) -> None:
    a = saved(tmp_path, "a.npy", normal((80, 50, 120), 1))
    b = saved(tmp_path, "b.npy", normal((600, 50, 40), 2, "float16"))
    stored = (*arrays.opened(a), *arrays.opened(b))
    assert len(counting.tasks(stored, axis)) > 5
    bar = Bar()
    there = observe_on_dask(stored, axis, QUESTION, "local", 2, bar)
    assert bits(there) == bits(observe(stored, axis, QUESTION, 1, silence))
    assert bar.total == sum(bar.steps) == sum(one.nbytes for one in stored)


def test_a_cluster_at_an_address_finds_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    saved(tmp_path, "a.npy", normal((600, 700), 3))
    monkeypatch.chdir(tmp_path)
    stored = arrays.opened("a.npy")
    placed = cluster.placed(counting.tasks(stored, None)[0])
    assert (placed.piece.stored.path, placed.piece.stored.label) == (str(tmp_path / "a.npy"), "a.npy")
    there = observe_on_dask(stored, None, QUESTION, address, 1, silence)
    assert bits(there) == bits(observe(stored, None, QUESTION, 1, silence))


def test_a_file_that_is_gone_is_said_in_a_line(tmp_path: Path, address: str) -> None:
    path = saved(tmp_path, "a.npy", normal((600, 700), 4))
    stored = arrays.opened(path)
    Path(path).unlink()
    with pytest.raises(BadInput, match=r"a\.npy.*No such file"):
        observe_on_dask(stored, None, QUESTION, address, 1, silence)


def test_a_cluster_without_workers_is_said_in_a_line(tmp_path: Path) -> None:
    stored = arrays.opened(saved(tmp_path, "a.npy", normal((30,), 5)))
    with quiet_cluster(0) as empty, pytest.raises(BadInput, match=r"^the Dask cluster at tcp:.* has no workers$"):
        observe_on_dask(stored, None, QUESTION, empty.scheduler_address, 1, silence)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "nonsense://x:1"])
def test_nobody_at_the_address_is_said_in_a_line(tmp_path: Path, address: str) -> None:
    stored = arrays.opened(saved(tmp_path, "a.npy", normal((30,), 6)))
    with pytest.raises(BadInput, match=rf"^no Dask scheduler answers at {address}: ") as refused:
        observe_on_dask(stored, None, QUESTION, address, 1, silence)
    assert "\n" not in str(refused.value)


def test_workers_that_keep_dying_are_said_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deadly.py").write_text(DEADLY)
    monkeypatch.syspath_prepend(tmp_path)
    stored = arrays.opened(saved(tmp_path, "a.npy", normal((600, 700), 7)))
    question = Question((), (0.1,), callables=("deadly:f",))
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        pytest.raises(BadInput, match=r"^Dask workers were killed"),
    ):
        observe_on_dask(stored, None, question, "local", 1, silence)


def test_standard_input_is_not_for_a_cluster() -> None:
    stored = arrays.Stored("standard input", "-", (3,), "float32", (), 0, None)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=r"^standard input is read here"):
        observe_on_dask([stored], None, QUESTION, "local", 1, silence)


def test_another_version_is_refused(tmp_path: Path) -> None:
    (task,) = counting.tasks(arrays.opened(saved(tmp_path, "a.npy", normal((30,), 8))), None)
    with pytest.raises(BadInput, match=r"^a worker has actviz .*, this is 0\.0\.0; install the same on both$"):
        elsewhere(partial(counting.counted_for, QUESTION, PackedTable), "0.0.0", task)


def test_without_dask_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = arrays.opened(saved(tmp_path, "a.npy", normal((30,), 9)))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BadInput, match=r"^--dask needs Dask: pip install 'actviz\[dask\]'$"):
        observe_on_dask(stored, None, QUESTION, "local", 1, silence)
