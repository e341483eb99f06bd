"""Audit the rows of a file of float32 logits, as `softmax-overflow --data` does, dtype by dtype.

Rows a second of whole runs in one process and in two, the file warm in the system's cache, beside numpy's own
max-shifted softmax over the same rows in float32, taken in turn; the best of several rounds counts. The peak of memory
is that of a fresh process that counts, without its workers.

    python tests/benchmarks/softmax_rows.py [--rows 100000] [--length 1000] [--rounds 2] [--folder DIRECTORY]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from turns import best, in_processes, peak, written

from actviz import arrays
from actviz.progress import silence
from actviz.reduction.auditing import RowQuestion, audit_rows

DTYPES = ("float64", "float32", "bfloat16", "float16", "float8_e4m3fn")
USUAL = ("float16", "bfloat16", "float32", "float64")
SPREAD = 4.0
"""Standard deviation of the logits: some rows of 1,000 overflow float16, and none max-shifted."""

PART = 1 << 12
"""Rows written, or taken by numpy, at a time."""

AUDIT = """
import sys
from actviz import arrays
from actviz.progress import silence
from actviz.reduction.auditing import RowQuestion, audit_rows

audit_rows(arrays.opened(sys.argv[1]), RowQuestion(-1, tuple(sys.argv[2].split(","))), 1, silence)"""


def normal(folder: Path, rows: int, length: int) -> Path:
    """A new file of normal logits."""
    random = np.random.default_rng(1)
    parts = (random.standard_normal((min(PART, rows - at), length), np.float32) for at in range(0, rows, PART))
    return written(folder / "logits.npy", "float32", (rows, length), (SPREAD * part for part in parts))


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


def report(path: Path, rows: int, rounds: int) -> None:
    """Print what each dtype takes."""
    kinds = {name: (name,) for name in DTYPES} | {"the usual four": USUAL}
    works: dict[str, Callable[[], None]] = {"numpy's softmax": partial(softmax, path)}
    for name, dtypes in kinds.items():
        for jobs in (1, 2):
            works[f"{name}, {in_processes(jobs)}"] = partial(audited, path, dtypes, jobs)
    seconds = best(works, rounds)
    print(f"{'':32}{'rows/s':>12}{'peak MB':>10}")
    for name, taken in seconds.items():
        kind = name.split(",")[0]
        held = f"{peak(AUDIT, str(path), ','.join(kinds[kind])):10.0f}" if name.endswith("1 process") else ""
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
        path = normal(Path(folder), options.rows, options.length)
        print(f"\n{options.rows:,} rows of {options.length:,} logits, {path.stat().st_size / 1e9:.2f} GB of float32")
        report(path, options.rows, options.rounds)


if __name__ == "__main__":
    main()
