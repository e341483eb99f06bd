"""Audit the rows of a file of float32 logits, as `softmax-overflow --data` does, dtype by dtype.

Rows a second of whole runs in one process and in two, the file warm in the system's cache, beside numpy's own
max-shifted softmax over the same rows in float32, taken in turn; the best of several rounds counts. The peak of memory
is that of a fresh process that counts (VmHWM), without its workers.

    python tests/benchmarks/softmax_rows.py [--rows 100000] [--length 1000] [--rounds 2] [--folder DIRECTORY]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from actviz import arrays
from actviz.progress import silence
from actviz.reduction import RowQuestion, audit_rows

DTYPES = ("float64", "float32", "bfloat16", "float16", "float8_e4m3fn")
USUAL = ("float16", "bfloat16", "float32", "float64")
SPREAD = 4.0
"""Standard deviation of the logits: some rows of 1,000 overflow float16, and none max-shifted."""

PART = 1 << 12
"""Rows written, or taken by numpy, at a time."""

PEAK = """
import sys
from actviz import arrays
from actviz.progress import silence
from actviz.reduction import RowQuestion, audit_rows

audit_rows(arrays.opened(sys.argv[1]), RowQuestion(-1, tuple(sys.argv[2].split(","))), 1, silence)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def written(folder: Path, rows: int, length: int) -> Path:
    """A new file of normal logits."""
    path = folder / "logits.npy"
    random = np.random.default_rng(1)
    with path.open("wb") as stream:
        header = {"descr": "<f4", "fortran_order": False, "shape": (rows, length)}
        np.lib.format.write_array_header_1_0(stream, header)
        for start in range(0, rows, PART):
            part = random.standard_normal((min(PART, rows - start), length), np.float32)
            stream.write((SPREAD * part).tobytes())
    return path


def softmax(path: Path) -> None:
    """The work that is measured against: numpy's softmax of every row."""
    logits = np.load(path, mmap_mode="r")
    for start in range(0, len(logits), PART):
        x = logits[start : start + PART]
        e = np.exp(x - x.max(axis=1, keepdims=True))
        e /= e.sum(axis=1, keepdims=True)


def audited(path: Path, dtypes: tuple[str, ...], jobs: int) -> None:
    """Our work."""
    audit_rows(arrays.opened(str(path)), RowQuestion(-1, dtypes), jobs, silence)


def best(works: dict[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    """The least seconds of each work, all taken in turn in every round."""
    found = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            begun = time.perf_counter()
            work()
            found[name] = min(found[name], time.perf_counter() - begun)
    return found


def peak(path: Path, dtypes: str) -> float:
    """Megabytes at most of a fresh process that audits."""
    done = subprocess.run([sys.executable, "-c", PEAK, str(path), dtypes], capture_output=True, check=True, text=True)
    return int(done.stdout) / 1024


def report(path: Path, rows: int, rounds: int) -> None:
    """Print what each dtype takes."""
    kinds = {name: (name,) for name in DTYPES} | {"the usual four": USUAL}
    works: dict[str, Callable[[], None]] = {"numpy's softmax": lambda: softmax(path)}
    for name, dtypes in kinds.items():
        for jobs in (1, 2):
            works[f"{name}, {jobs} process{'es' * (jobs > 1)}"] = lambda d=dtypes, j=jobs: audited(path, d, j)
    seconds = best(works, rounds)
    print(f"{'':32}{'rows/s':>12}{'peak MB':>10}")
    for name, taken in seconds.items():
        kind = name.split(",")[0]
        held = f"{peak(path, ','.join(kinds[kind])):10.0f}" if name.endswith("1 process") else ""
        print(f"{name:32}{rows / taken:12,.0f}{held}")


def main() -> None:
    """Parse the options, write the file, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--length", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = written(Path(folder), options.rows, options.length)
        print(f"\n{options.rows:,} rows of {options.length:,} logits, {path.stat().st_size / 1e9:.2f} GB of float32")
        report(path, options.rows, options.rounds)


if __name__ == "__main__":
    main()
