"""Run the `$ actviz ...` and `$ python tools/...` lines of README.md's console blocks and put their output below them.

Run from the project's root: python tools/readme.py. With --check nothing is written, and the exit status is 1
where the README shows something else than the commands print. A block marked `text` shows rounding noise,
whose digits depend on the processor: there the check is of everything but the numbers. One marked `sample` shows
a network that was trained, which another processor trains differently: there it is of the commands, and that they work.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SETS = re.compile(r"[A-Z_]+=")
COMMAND = re.compile(r"\$ ([A-Z_]+=\S+ )*(actviz|python tools/)")
BLOCK = re.compile(r"```(console|text|sample)\n(.*?)```", re.DOTALL)


def printed(line: str, folder: str) -> str:
    """What one command line prints, on both streams, 80 columns wide; of ``NAME=value`` before it and ``| head -N``
    behind it as much as a shell would understand.
    """
    line, _, most = line.partition(" | head -")
    words = shlex.split(line)
    own = dict(word.split("=", 1) for word in words if SETS.match(word))
    program, *words = words[len(own) :]
    start = ["-m", program] if program == "actviz" else [str(ROOT / words.pop(0))]
    environment = os.environ | {"COLUMNS": "80", "LINES": "24", "NO_COLOR": "1", "PYTHONUTF8": "1"} | own
    done = subprocess.run(
        [sys.executable, *start, *words],
        capture_output=True,
        check=False,
        cwd=folder,
        encoding=own.get("PYTHONIOENCODING", "utf-8"),
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    return "".join((done.stderr + done.stdout).splitlines(keepends=True)[: int(most) if most else None])


def refreshed(block: re.Match[str], folder: str) -> str:
    """The block with each command followed by its output of now, run in `folder`."""
    lines = [line for line in block[2].splitlines() if COMMAND.match(line)]
    parts = [f"{line}\n{printed(line[2:], folder)}" for line in lines]
    return f"```{block[1]}\n" + "\n".join(parts) + "```"


def settled(kind: str, shown: str) -> str:
    """What of a block must be the same on every machine."""
    if kind == "console":
        return shown
    if kind == "sample":
        return "\n".join(line for line in shown.splitlines() if line.startswith(("$ ", "actviz: ", "Traceback")))
    return re.sub(r"\s+|─+", " ", re.sub(r"-?\d[\d.e+-]*", "#", shown))


def main() -> int:
    """Refresh or check the README."""
    old = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        new = BLOCK.sub(partial(refreshed, folder=folder), old)
    if "--check" in sys.argv:
        pairs = [
            (a, b) for a, b in zip(BLOCK.findall(old), BLOCK.findall(new), strict=True) if settled(*a) != settled(*b)
        ]
        for a, b in pairs:
            print(f"README shows:\n{a[1]}\nyet now it is:\n{b[1]}")
        return int(bool(pairs))
    README.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
