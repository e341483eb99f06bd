"""Read a file of random numbers in turn with numpy.sum and with the counting behind `saturation --data`.

numpy.sum runs over the memory-mapped file; ours reads it once for counts, moments, quantiles and slopes, in one
process and in two. Each turn comes warm, from the system's cache, and cold, after that was told to forget the file (on
Linux, and as far as the disk's own cache lets it). The best of several rounds counts. The peak of memory is that of a
fresh process that counts (VmHWM), without its workers.

    python tests/benchmarks/streaming.py [--gigabytes 1] [--rounds 3] [--folder DIRECTORY]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from actviz import arrays
from actviz.progress import silence
from actviz.reduction import Question, observe

DTYPES = ("float32", "float64", "float16")
FUNCTIONS = ("relu", "sigmoid", "gelu")
SPREAD = 3.0
"""Standard deviation of the numbers: both tails and the bend are met."""

PART = 1 << 24
"""Numbers written at a time."""

PEAK = """
import sys
from actviz import arrays
from actviz.progress import silence
from actviz.reduction import Question, observe

observe(arrays.opened(sys.argv[1]), None, Question((sys.argv[2],), (0.1, 0.01, 0.001)), 1, silence)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def written(folder: Path, dtype: str, nbytes: int) -> Path:
    """A new file of about so many bytes of normal numbers."""
    path = folder / f"{dtype}.npy"
    size = nbytes // np.dtype(dtype).itemsize
    random = np.random.default_rng(1)
    with path.open("wb") as stream:
        header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": (size,)}
        np.lib.format.write_array_header_1_0(stream, header)
        for start in range(0, size, PART):
            part = random.standard_normal(min(PART, size - start), np.float32)
            stream.write((SPREAD * part).astype(dtype).tobytes())
        stream.flush()
        os.fsync(stream.fileno())
    return path


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


def best(path: Path, works: dict[str, Callable[[], None]], cold: bool, rounds: int) -> dict[str, float]:
    """The least seconds of each work, all taken in turn in every round."""
    found = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            if cold:
                forget(path)
            begun = time.perf_counter()
            work()
            found[name] = min(found[name], time.perf_counter() - begun)
    return found


def peak(path: Path, function: str) -> float:
    """Megabytes at most of a fresh process that counts."""
    done = subprocess.run([sys.executable, "-c", PEAK, str(path), function], capture_output=True, check=True, text=True)
    return int(done.stdout) / 1024


def report(path: Path, rounds: int) -> None:
    """Print what one file takes."""
    size = path.stat().st_size / 1e9
    works: dict[str, Callable[[], None]] = {"numpy.sum": lambda: summed(path)}
    for function in FUNCTIONS:
        for jobs in (1, 2):
            works[f"{function}, {jobs} process{'es' * (jobs > 1)}"] = lambda f=function, j=jobs: counted(path, f, j)
    warm, cold = (best(path, works, cold, rounds) for cold in (False, True))
    print(f"\n{path.stem}, {size:.2f} GB{'warm GB/s':>26}{'of sum':>8}{'cold GB/s':>12}{'of sum':>8}{'peak MB':>10}")
    for name in works:
        shares = [seconds["numpy.sum"] / seconds[name] for seconds in (warm, cold)]
        held = f"{peak(path, name.split(',')[0]):10.0f}" if name.endswith("1 process") else ""
        print(f"{name:32}{size / warm[name]:9.2f}{shares[0]:8.2f}{size / cold[name]:12.2f}{shares[1]:8.2f}{held}")


def main() -> None:
    """Parse the options, write the files, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    for dtype in DTYPES:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            report(written(Path(folder), dtype, int(options.gigabytes * 1e9)), options.rounds)


if __name__ == "__main__":
    main()
