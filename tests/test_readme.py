"""The README shows what the commands print."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROSE = re.sub(r"```.*?```", "", README, flags=re.DOTALL)


def test_every_console_block_is_what_the_commands_print_now() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "readme.py", "--check"], capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert README.count("$ actviz") >= 12


def test_every_file_it_points_to_is_there() -> None:
    targets = [t for t in re.findall(r"\]\(([^)#]+)\)", PROSE) if "://" not in t]
    assert targets
    assert [t for t in targets if not (ROOT / t).exists()] == []


def test_every_room_it_describes_is_there_and_none_is_left_out() -> None:
    layout = README.split("## How the code is laid out")[1].split("## ")[0]
    named = set(re.findall(r"^    (\w+(?:\.py|/))", layout, re.MULTILINE))
    package = ROOT / "actviz"
    rooms = {p.name if p.is_file() else p.name + "/" for p in package.iterdir()}
    rooms -= {"__init__.py", "__main__.py", "__pycache__/", "py.typed"}
    assert named == rooms, (named - rooms, rooms - named)
