"""Read a file of random numbers in turn with numpy.sum and with the counting behind `saturation --data`.

numpy.sum runs over the memory-mapped file; ours reads it once for counts, moments, quantiles and slopes, in one
process, in two, and as the command itself, start-up and all, in a gigabyte of address space. Each turn comes warm, from
the system's cache, and cold, after that was told to forget the file (on Linux, and as far as the disk's own cache lets
it). The best of several rounds counts. The peak of memory is that of a fresh process that counts, without its workers.
Where numba is installed, as the first line tells, files from 4 GiB on are counted in a compiled loop.

    python tests/benchmarks/streaming.py [--gigabytes 1] [--rounds 3] [--folder DIRECTORY] [--dtypes float32,...]
                                         [--functions relu,...]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from turns import best, in_processes, peak, written

from actviz import arrays
from actviz.analysis.data.compiled import there
from actviz.progress import silence
from actviz.reduction.observing import observe
from actviz.reduction.question import Question

SPREAD = 3.0
"""Standard deviation of the numbers: both tails and the bend are met."""

PART = 1 << 24
"""Numbers written at a time."""

LIMIT = 1 << 30
"""Bytes of address space that the command has."""

COUNT = """
import sys
from actviz import arrays
from actviz.progress import silence
from actviz.reduction.observing import observe
from actviz.reduction.question import Question

observe(arrays.opened(sys.argv[1]), None, Question((sys.argv[2],), (0.1, 0.01, 0.001)), 1, silence)"""


def normal(folder: Path, dtype: str, nbytes: int) -> Path:
    """A new file of about so many bytes of normal numbers."""
    size = nbytes // np.dtype(dtype).itemsize
    random = np.random.default_rng(1)
    parts = (random.standard_normal(min(PART, size - at), np.float32) for at in range(0, size, PART))
    return written(folder / f"{dtype}.npy", dtype, (size,), (SPREAD * part for part in parts))


def forget(path: Path) -> None:
    """Have the system drop what it holds of the file."""
    with path.open("rb") as stream:
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def summed(path: Path) -> None:
    """The work of the standard: one sum over the mapped file."""
    np.load(path, mmap_mode="r").sum(dtype=np.float32 if "float16" in path.name else None)


def counted(path: Path, function: str, jobs: int) -> None:
    """Our work."""
    observe(arrays.opened(str(path)), None, Question((function,), (0.1, 0.01, 0.001)), jobs, silence)


def command(path: Path, function: str) -> None:
    """Our work as people ask for it, each process in a gigabyte of address space."""
    limited = partial(resource.setrlimit, resource.RLIMIT_AS, (LIMIT, LIMIT))
    words = [sys.executable, "-m", "actviz", "saturation", function, "--data", str(path), "--format", "json"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=limited)


def works(path: Path, functions: list[str]) -> dict[str, Callable[[], None]]:
    """What is taken in turn, the standard first."""
    found: dict[str, Callable[[], None]] = {"numpy.sum": partial(summed, path)}
    for function in functions:
        found |= {f"{function}, {in_processes(jobs)}": partial(counted, path, function, jobs) for jobs in (1, 2)}
        found[f"{function}, the command in 1 GiB"] = partial(command, path, function)
    return found


def report(path: Path, functions: list[str], rounds: int) -> None:
    """Print what one file takes."""
    size = path.stat().st_size / 1e9
    turns = works(path, functions)
    warm, cold = best(turns, rounds), best(turns, rounds, partial(forget, path))
    print(f"\n{path.stem}, {size:.2f} GB{'warm GB/s':>26}{'of sum':>8}{'cold GB/s':>12}{'of sum':>8}{'peak MB':>10}")
    for name in turns:
        shares = [seconds["numpy.sum"] / seconds[name] for seconds in (warm, cold)]
        held = f"{peak(COUNT, str(path), name.split(',')[0]):10.0f}" if name.endswith("1 process") else ""
        print(f"{name:32}{size / warm[name]:9.2f}{shares[0]:8.2f}{size / cold[name]:12.2f}{shares[1]:8.2f}{held}")


def main() -> None:
    """Parse the options, write the files, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--dtypes", default="float32,float64,float16")
    parser.add_argument("--functions", default="relu,sigmoid,gelu")
    options = parser.parse_args()
    print("with numba" if there() else "without numba")
    for dtype in options.dtypes.split(","):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            path = normal(Path(folder), dtype, int(options.gigabytes * 1e9))
            report(path, options.functions.split(","), options.rounds)


if __name__ == "__main__":
    main()
