"""Works timed in turn, so that they meet the same noise; files of numbers, and the memory that fresh processes take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

HIGH_WATER = 'print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))'


def nothing() -> None:
    """What is done before a work by default."""


def best(works: dict[str, Callable[[], None]], rounds: int, before: Callable[[], None] = nothing) -> dict[str, float]:
    """The least seconds of each work, all taken in turn in every round; what comes `before` each does not count."""
    found = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            before()
            begun = time.perf_counter()
            work()
            found[name] = min(found[name], time.perf_counter() - begun)
    return found


def written(path: Path, dtype: str, shape: tuple[int, ...], parts: Iterable[np.ndarray[Any, Any]]) -> Path:
    """A new .npy file of the numbers in `parts`, on the disk."""
    with path.open("wb") as stream:
        header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(stream, header)
        for part in parts:
            stream.write(part.astype(dtype).tobytes())
        stream.flush()
        os.fsync(stream.fileno())
    return path


def in_processes(jobs: int) -> str:
    """How many processes, in words."""
    return "1 process" if jobs == 1 else f"{jobs} processes"


def peak(code: str, *words: str) -> float:
    """Megabytes at most (VmHWM) of a fresh process that runs `code`, which finds `words` in sys.argv."""
    made = [sys.executable, "-c", f"{code}\n{HIGH_WATER}", *words]
    return int(subprocess.run(made, capture_output=True, check=True, text=True).stdout) / 1024
