"""Whole-process times of actviz beside what they cannot be quicker than, taken in turn in one run.

Prints the median of each, and the median of the ratios to its yardstick taken within a round: neighbours in time meet
the same noise. Each ratio has a bound; one that is over it is marked.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 15
SCRIPT = Path(__file__).with_name("article_script.py")
TYPER, NUMPY, PYPLOT = "import typer", "import numpy", "the article's script"

ACTVIZ = [sys.executable, "-m", "actviz"]


@dataclass(frozen=True, slots=True)
class Timed:
    """A process: its words, its yardstick with the most it may cost of it, and for completion the line."""

    words: list[str]
    yardstick: str = ""
    bound: float = 0.0
    line: str = ""


def processes(folder: Path) -> dict[str, Timed]:
    """The processes to time, the yardsticks first."""
    sweep = [*ACTVIZ, "plot", "swish", "--param", "beta=0.1,1,10", "--range=-5:3", "-o"]
    lines = ("actviz ", "actviz plot mi", "actviz info elu@", "actviz saturation swish:", "actviz gallery --only re")
    return {
        TYPER: Timed([sys.executable, "-c", TYPER]),
        NUMPY: Timed([sys.executable, "-c", NUMPY]),
        PYPLOT: Timed([sys.executable, str(SCRIPT), str(folder / "script.png")]),
        "actviz --help": Timed([*ACTVIZ, "--help"], TYPER, 1.5),
        "actviz --version": Timed([*ACTVIZ, "--version"], TYPER, 1.5),
        "actviz list": Timed([*ACTVIZ, "list"], TYPER, 1.9),
        **{f"{line}<TAB>": Timed(ACTVIZ, TYPER, 1.5, line) for line in lines},
        "actviz plot mish": Timed([*ACTVIZ, "plot", "mish"], NUMPY, 1.8),
        "actviz derivative tanh": Timed([*ACTVIZ, "derivative", "tanh"], NUMPY, 1.8),
        "actviz plot swish -o swish.png": Timed([*sweep, str(folder / "swish.png")], PYPLOT, 1.0),
        "actviz plot swish -o swish.svg": Timed([*sweep, str(folder / "swish.svg")], PYPLOT, 1.0),
    }


def seconds(process: Timed) -> float:
    """The wall time of one process."""
    begin = time.perf_counter()
    subprocess.run(
        process.words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(process)
    )
    return time.perf_counter() - begin


def environment(process: Timed) -> dict[str, str]:
    """The same for all: no display, compiled modules cached as installed packages have them; and a line to complete."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    asked = {"ACTVIZ_COMPLETE": "bash", "ACTVIZ_LINE": process.line, "ACTVIZ_TYPE": "63"} if process.line else {}
    return kept | {"MPLBACKEND": "agg"} | asked


def main() -> None:
    """Time every command in turn, `ROUNDS` times, after one round to warm the caches."""
    with tempfile.TemporaryDirectory() as name:
        found = processes(Path(name))
        for process in found.values():
            seconds(process)
        times: dict[str, list[float]] = {label: [] for label in found}
        for _ in range(ROUNDS):
            for label, process in found.items():
                times[label].append(seconds(process))
    print(f"{'process':34} {'median ms':>10}   ratio to its yardstick, and the bound")
    for label, process in found.items():
        print(f"{label:34} {1000 * statistics.median(times[label]):10.0f}   {ratio(label, process, times)}".rstrip())


def ratio(label: str, process: Timed, times: dict[str, list[float]]) -> str:
    """A process's cost by its yardstick in words; nothing of a yardstick."""
    if not process.yardstick:
        return ""
    found = statistics.median(a / b for a, b in zip(times[label], times[process.yardstick], strict=True))
    over = "" if found <= process.bound else "  OVER"
    return f"{found:.2f} x {process.yardstick}, at most {process.bound}{over}"


if __name__ == "__main__":
    main()
