"""Runs the command line as a real process, as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def actviz(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The finished process of ``actviz ARGUMENTS`` with captured output, a minute at most."""
    return subprocess.run(
        [sys.executable, "-m", "actviz", *arguments],
        capture_output=True,
        check=False,
        cwd=cwd,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1", "COLUMNS": "100"} | environment,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def refusal(*arguments: str, cwd: Path | None = None) -> str:
    """The one line on standard error of a command line that must be refused with status 2."""
    done = actviz(*arguments, cwd=cwd)
    assert done.returncode == 2, (arguments, done.returncode, done.stdout, done.stderr)
    assert done.stdout == "", (arguments, done.stdout)
    lines = done.stderr.splitlines()
    assert len(lines) == 1, (arguments, done.stderr)
    assert lines[0].startswith("actviz: "), lines
    assert "Traceback" not in done.stderr
    return lines[0]
