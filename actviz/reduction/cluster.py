"""Counting on a Dask cluster: an optional extra, ``pip install 'actviz[dask]'``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.errors import BadInput
from actviz.processes import in_order, put_off, starting_deaf
from actviz.reduction.engines import elsewhere

if TYPE_CHECKING:
    from actviz.processes import Promise
    from actviz.reduction.engines import Advance, Engine, Item, Part, Work

LOCAL = "local"
"""The address of a cluster that is started on this machine for the run."""

PATIENCE = 10.0
"""Seconds in which a scheduler must answer, and a worker be there."""

AHEAD = 4
"""Tasks a thread that are begun and not yet taken; what they find waits in the workers' memory."""


def on_dask(work: Work[Item, Part], address: str, workers: int) -> Engine[Item, Part]:
    """The cluster at `address`, or one of so many processes started here for "local"; `work` is pickled.

    Raise BadInput where Dask is not installed, nobody answers, no worker is there, or workers keep dying.
    """
    from actviz import __version__

    away = partial(elsewhere, work, __version__)

    def count(tasks: Sequence[Item], advance: Advance) -> Generator[Part, None, None]:
        dask = library()
        with told_in_a_line(dask, address), connected(dask, address, workers) as client:

            def begin(task: Item) -> Promise[Part]:
                given: Promise[Part] = client.submit(away, placed(task), pure=False)
                return given

            for found in in_order(begin, tasks, AHEAD * sum(client.nthreads().values())):
                advance(found.nbytes)
                yield found

    return count


def library() -> Any:
    """Dask's package for clusters; raise BadInput where it is not installed."""
    try:
        import distributed
        import distributed.comm
    except ModuleNotFoundError:
        raise BadInput("--dask needs Dask: pip install 'actviz[dask]'") from None
    return distributed


def placed(task: Any) -> Any:
    """The task with its file's absolute path, since a worker stands in a directory of its own."""
    stored = task.piece.stored
    path = str(Path(stored.path).absolute())
    return replace(task, piece=replace(task.piece, stored=replace(stored, path=path)))


@contextmanager
def connected(dask: Any, address: str, workers: int) -> Iterator[Any]:
    """A client of the cluster, which has a worker at least; all that was started here is gone afterwards."""
    if address == LOCAL:
        with starting_deaf():
            cluster = dask.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                memory_limit=0,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
            )
        started = ExitStack()
        started.enter_context(cluster)
        try:
            yield started.enter_context(dask.Client(cluster, set_as_default=False))
        finally:
            with put_off():  # a second signal in its midst would leave Python waiting for Dask's threads
                started.close()
        return
    # A Client that finds nobody leaves threads behind that complain when Python ends; so a call goes ahead of it.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, answered(dask, address)).result()
    with dask.Client(address, timeout=PATIENCE, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=PATIENCE)
        yield client


async def answered(dask: Any, address: str) -> None:
    """Come back once a Dask process has answered at the address; raise OSError or ValueError where none does."""
    comm = await dask.comm.connect(address, timeout=PATIENCE)
    await comm.close()


@contextmanager
def told_in_a_line(dask: Any, address: str) -> Iterator[None]:
    """What goes wrong with Dask in the block is raised as BadInput."""
    try:
        yield
    except BadInput:
        raise
    except dask.KilledWorker:
        raise BadInput("Dask workers were killed, perhaps for want of memory, so there is no result") from None
    except (dask.CancelledError, dask.comm.CommClosedError):
        raise BadInput(f"the Dask cluster at {address} went away, so there is no result") from None
    except ModuleNotFoundError as error:
        raise BadInput(f"a Dask worker misses something: {error}; install the same actviz there") from None
    except TimeoutError:
        raise BadInput(f"the Dask cluster at {address} has no workers") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"no Dask scheduler answers at {address}: {error}") from None
