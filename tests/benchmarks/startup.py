"""Whole-process times of actviz beside a plain pyplot script, taken in turn in one run.

Prints the median of each, and the median of the ratios taken within a round: neighbours in time meet
the same noise.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
SCRIPT = Path(__file__).with_name("article_script.py")


def commands(folder: Path) -> dict[str, list[str]]:
    """The processes to time, the yardstick first."""
    actviz = [sys.executable, "-m", "actviz"]
    sweep = ["plot", "swish", "--param", "beta=0.1,1,10", "--range=-5:3"]
    return {
        "pyplot script": [sys.executable, str(SCRIPT), str(folder / "script.png")],
        "actviz plot swish -o swish.png": [*actviz, *sweep, "-o", str(folder / "swish.png")],
        "actviz plot swish -o swish.svg": [*actviz, *sweep, "-o", str(folder / "swish.svg")],
        "actviz plot mish (terminal)": [*actviz, "plot", "mish"],
        "actviz derivative tanh": [*actviz, "derivative", "tanh"],
        "actviz list": [*actviz, "list"],
        "actviz --help": [*actviz, "--help"],
        "python -c 'import typer'": [sys.executable, "-c", "import typer"],
        "python -c 'import numpy'": [sys.executable, "-c", "import numpy"],
    }


def seconds(command: list[str]) -> float:
    """The wall time of one process."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    return time.perf_counter() - begin


def environment() -> dict[str, str]:
    """The same for all: no display, and compiled modules cached as an installed package has them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"MPLBACKEND": "agg"}


def main() -> None:
    """Time every command in turn, `ROUNDS` times, after one round to warm the caches."""
    with tempfile.TemporaryDirectory() as name:
        processes = commands(Path(name))
        for command in processes.values():
            seconds(command)
        times: dict[str, list[float]] = {label: [] for label in processes}
        for _ in range(ROUNDS):
            for label, command in processes.items():
                times[label].append(seconds(command))
    yardstick = times["pyplot script"]
    print(f"{'process':34} {'median ms':>10} {'ratio to the pyplot script':>28}")
    for label, taken in times.items():
        ratio = statistics.median(a / b for a, b in zip(taken, yardstick, strict=True))
        print(f"{label:34} {1000 * statistics.median(taken):10.0f} {ratio:28.2f}")


if __name__ == "__main__":
    main()
