"""tmux, which stands between a program and the terminal: what it lets through, and how."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass

from actviz.pixels.replies import believed

NAMES = ("tmux", "screen")
"""How TERM begins in tmux and in GNU screen."""
FORMAT = "#{allow-passthrough}|#{client_termname}|#{sixel_support}|#{client_cell_width}|#{client_cell_height}"
WAIT = 0.3
"""Seconds that tmux may take to answer."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What tmux says of itself and of the terminal it is shown in.

    `passes` is its option allow-passthrough, `terminal` that terminal's TERM, `sixel` whether tmux draws sixel
    itself, `cell` a cell's width and height in pixels.
    """

    passes: bool = False
    terminal: str = ""
    sixel: bool = False
    cell: tuple[int, int] | None = None


def named() -> bool:
    """Whether TERM is that of tmux or screen, at this end or, over ssh, at the other."""
    return os.environ.get("TERM", "").startswith(NAMES)


def here() -> bool:
    """Whether this is a pane of a tmux that can be asked. A window opened from a pane inherits TMUX, but not TERM."""
    return named() and bool(os.environ.get("TMUX")) and bool(os.environ.get("TMUX_PANE"))


def facts() -> Facts:
    """What tmux answers by its own command; nothing where it does not. It is asked, not the terminal."""
    command = ["tmux", "display-message", "-p", "-t", os.environ["TMUX_PANE"], FORMAT]
    try:
        done = subprocess.run(
            command, capture_output=True, check=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=WAIT
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return Facts()
    parts = done.stdout.strip().split("|")
    if len(parts) != 5:
        return Facts()
    passes, terminal, sixel, width, height = parts
    sizes = width.isdecimal() and height.isdecimal()
    return Facts(
        passes=passes in ("1", "on", "all"),  # 1 up to tmux 3.3
        terminal=terminal,
        sixel=sixel == "1",
        cell=believed(float(width), float(height)) if sizes else None,
    )


def passed(codes: str) -> str:
    """`codes` for the terminal around tmux (tmux, "allow-passthrough"): every escape in them is doubled."""
    return "\x1bPtmux;" + codes.replace("\x1b", "\x1b\x1b") + "\x1b\\"
