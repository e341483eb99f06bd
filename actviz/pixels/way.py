"""Which way a figure goes to the terminal: characters, or one of three protocols for pixels."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from actviz import screen
from actviz.pixels import probe, replies, tmux
from actviz.screen import Graphics

if TYPE_CHECKING:
    from actviz.pixels.replies import Terminal
    from actviz.pixels.tmux import Facts

Named = Literal["kitty", "sixel", "iterm2"]
Protocol = Named | Literal["cells", "placeholders"]
NAMED: dict[Graphics, Named] = {"kitty": "kitty", "sixel": "sixel", "iterm2": "iterm2"}
"""What the user may call a protocol."""

WITHOUT = ("", "dumb", "linux")
"""Values of TERM that show no pixels and may print what they are asked; the Linux console is one."""
INLINE = ("iTerm2", "WezTerm")
"""Names of terminals that show iTerm2's pictures best. WezTerm answers kitty's query, but places them less well."""
PLACEHOLDERS = ("xterm-kitty", "xterm-ghostty")
"""What TERM is in terminals that draw kitty's placeholders, the only pictures that tmux can move about."""
MOST_COLORS = 256
"""Colours of a sixel picture at most: the registers that terminals commonly have."""


@dataclass(frozen=True, slots=True)
class Way:
    """How to show a figure, and what is known of the terminal for it.

    `cell` is the width and height of a cell in pixels, `dark` whether the ground is, `colors` and `largest` what a
    sixel picture may have; None where unknown. `why` says why the protocol is not the one asked for.
    """

    protocol: Protocol = "cells"
    cell: tuple[int, int] | None = None
    dark: bool | None = None
    colors: int = MOST_COLORS
    largest: tuple[int, int] | None = None
    why: str = ""


def way(asked: Graphics) -> Way:
    """How to show a figure on standard output, where the user `asked` for this.

    Only auto asks the terminal, and answers cells where it says nothing. A protocol that is named is taken at the
    user's word, and is written into a file or a pipe too; in a terminal that surely lacks it, it becomes cells.
    """
    protocol = NAMED.get(asked)
    if not protocol and asked != "auto":
        return Way()
    if not sys.stdout.isatty():
        return Way(protocol or "cells")
    term = os.environ.get("TERM", "")
    if term in WITHOUT:
        return Way(why=f"{protocol}: a terminal with TERM={term or 'unset'} shows no pixels" if protocol else "")
    if tmux.here():
        return named_in_tmux(protocol, tmux.facts()) if protocol else best_in_tmux(tmux.facts())
    if protocol:
        return Way(protocol, screen.cell_pixels())
    return best(replies.understood(probe.ask(probe.query(apc=not tmux.named()))))


def best(terminal: Terminal) -> Way:
    """The finest way that a terminal which was asked says it has."""
    cell = terminal.cell or screen.cell_pixels()
    if terminal.name.startswith(INLINE):
        return Way("iterm2", terminal.device_cell or cell, terminal.dark)
    if terminal.kitty:
        return Way("kitty", cell, terminal.dark)
    if terminal.sixel:
        colors = min(max(terminal.colors or MOST_COLORS, 2), MOST_COLORS)
        return Way("sixel", cell, terminal.dark, colors, terminal.largest)
    return Way()


def best_in_tmux(facts: Facts) -> Way:
    """The finest way through this tmux: placeholders of kitty, or sixel where tmux draws it itself."""
    if facts.passes and facts.terminal in PLACEHOLDERS and writes_placeholders():
        return Way("placeholders", facts.cell)
    return Way("sixel", facts.cell) if facts.sixel else Way()


def named_in_tmux(asked: Named, facts: Facts) -> Way:
    """The protocol that was asked for, in the form that tmux lets through, or cells and why."""
    if asked == "iterm2":
        return Way(why="iterm2: tmux does not know where such a picture is")
    if asked == "sixel":
        return Way("sixel", facts.cell) if facts.sixel else Way(why="sixel: this tmux was built without it")
    if not facts.passes:
        return Way(why="kitty: tmux lets no pixels through; `tmux set -p allow-passthrough on` makes it")
    if not writes_placeholders():
        return Way(why=f"kitty: in tmux it takes characters that {sys.stdout.encoding} lacks; use UTF-8")
    return Way("placeholders", facts.cell)


def writes_placeholders() -> bool:
    """Whether standard output can write kitty's placeholder, a private character beyond the first plane."""
    return "utf" in (sys.stdout.encoding or "").lower()
