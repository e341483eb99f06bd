"""Real shells on a pseudo-terminal: keys go in, what the screen shows comes out."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pyte
import pytest

ROOT = Path(__file__).parent.parent
PATIENCE = 30.0
"""Seconds that a shell has to show what is waited for."""

ROWS, COLUMNS = 50, 100
PROMPT = "ready> "

STARTED = {
    "bash": ["bash", "--noprofile", "-i"],
    "zsh": ["zsh", "-i"],
    "fish": ["fish", "-i"],
}

SETTINGS = {
    "bash": f"PS1='{PROMPT}'\nbind 'set enable-bracketed-paste off'\nbind 'set show-all-if-ambiguous on'\n"
    "bind 'set page-completions off'\n",
    "zsh": f"PS1='{PROMPT}'\nunsetopt prompt_cr prompt_sp\nunset zle_bracketed_paste\n"
    "LISTMAX=1000\nautoload -Uz compinit && compinit -u\n",
    "fish": f"function fish_prompt; printf '{PROMPT}'; end\nset -g fish_greeting\n",
}

START_FILES = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}


def needed(shell: str) -> str:
    """The shell, if it is there; else the test is skipped, or fails where CI is set: it has to have all but fish."""
    if not shutil.which(shell):
        if os.environ.get("CI") and shell != "fish":
            pytest.fail(f"{shell} is not installed, so what is done in it is untested; install it")
        pytest.skip(f"{shell} is not installed: what is done in it is UNTESTED here")
    return shell


class Shell:
    """An interactive shell with a home of its own, in which `actviz` is this project's."""

    def __init__(self, shell: str, home: Path) -> None:
        self.name, self.home = shell, home
        programs = home / "bin"
        programs.mkdir(parents=True, exist_ok=True)
        command = programs / "actviz"
        command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m actviz "$@"\n')
        command.chmod(0o755)
        (home / ".local/share/fish/generated_completions").mkdir(parents=True, exist_ok=True)  # or fish makes them
        start = home / START_FILES[shell]
        start.parent.mkdir(parents=True, exist_ok=True)
        if not start.exists():
            start.write_text(SETTINGS[shell])
        kept = {name: os.environ[name] for name in ("LANG", "LC_ALL") if name in os.environ}
        self.environment = kept | {
            "HOME": str(home),
            "PATH": f"{programs}:{os.environ['PATH']}",
            "TERM": "xterm",
            "SHELL": shutil.which(shell) or "",
            "XDG_CACHE_HOME": str(home / "cache"),
        }

    def __enter__(self) -> Shell:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.lines = 0
        self.pid, self.ours = pty.fork()
        if not self.pid:
            os.chdir(self.home)
            os.execvpe(self.name, STARTED[self.name], self.environment)
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.until(PROMPT.strip())
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.ours)

    def shown(self) -> str:
        """What the screen shows, blank lines left out."""
        return "\n".join(line.rstrip() for line in self.screen.display if line.strip())

    def take(self, seconds: float) -> None:
        """Take what the shell writes for so long, and answer what it asks of a terminal."""
        if not select.select([self.ours], [], [], seconds)[0]:
            return
        data = os.read(self.ours, 65536)
        self.stream.feed(data)
        if b"\x1b[c" in data or b"\x1b[0c" in data:
            os.write(self.ours, b"\x1b[?1;2c")
        if b"\x1b[6n" in data:
            os.write(self.ours, f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R".encode())

    def until(self, *words: str) -> str:
        """What the screen shows once all the words are there."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if all(word in self.shown() for word in words):
                return self.shown()
            self.take(0.05)
        raise AssertionError(f"{self.name} does not show {words}:\n{self.shown()}")

    def settled(self) -> str:
        """What the screen shows once nothing has come for a while."""
        before, since = self.shown(), time.monotonic()
        while time.monotonic() - since < 0.4:
            self.take(0.05)
            if self.shown() != before:
                before, since = self.shown(), time.monotonic()
        return before

    def type(self, keys: str) -> None:
        """Type keys."""
        os.write(self.ours, keys.encode())

    def run(self, command: str) -> str:
        """Run a command line; what the screen shows when the next prompt is there."""
        self.type(f"{command}; echo fin''ished\n")
        return self.until("finished\n" + PROMPT.strip())

    def fresh(self) -> None:
        """An empty line, whatever was typed, on a screen with nothing above it but a count."""
        self.lines += 1
        self.type(f"\x15clear; echo line''{self.lines}\n")
        self.until(f"line{self.lines}\n{PROMPT.strip()}")

    def last(self) -> str:
        """The last line on the screen that starts with a prompt, once nothing more comes."""
        return [line for line in self.settled().splitlines() if line.startswith(PROMPT.strip())][-1]
