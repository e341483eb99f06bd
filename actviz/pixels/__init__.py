"""Figures drawn in the terminal's own pixels, by the protocols of kitty, sixel and iTerm2.

It is asked what it can show (`probe`, `replies`, `tmux`) only where the user says so; `way` decides, `kitty`, `sixel`
and `iterm2` encode the picture, and `show` puts the pieces together.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from actviz.pixels import iterm2, kitty, sixel, tmux
from actviz.pixels.extent import extent, pressed, roomy, strips
from actviz.pixels.palette import reduced

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.figure import Figure
    from actviz.pixels.extent import Extent
    from actviz.pixels.way import Way
    from actviz.screen import Screen

    Room = Callable[[Extent, Figure, Way], Extent]

__all__ = ["pressed", "roomy", "show"]

ENDED = "\x1b\\"
"""ST, which ends the strings of all three protocols and is nothing outside of one (ECMA-48)."""
COLORLESS = "\x1b[39m"


@dataclass(frozen=True, slots=True)
class Picture:
    """Escape codes that show a picture, what goes `before` and `after` them, and what closes them if cut off."""

    codes: str
    close: str = ENDED
    before: str = ""
    after: str = ""


def show(figure: Figure, way: Way, screen: Screen, theme: Literal["light", "dark"] | None, room: Room = roomy) -> None:
    """Write `figure` to standard output. A signal leaves it unfinished, but no string of escape codes open."""
    out = sys.stdout
    for picture in drawn(figure, way, screen, theme, room):
        out.write(picture.before)
        out.flush()
        try:
            out.write(picture.codes)
            out.flush()
        except KeyboardInterrupt:
            out.write(picture.close)
            raise
        finally:
            out.write(picture.after)
            out.flush()


def drawn(
    figure: Figure, way: Way, screen: Screen, theme: Literal["light", "dark"] | None, room: Room
) -> list[Picture]:
    """`figure` as a picture as large as the screen but for its last row; several panels have what `room` gives them,
    which may make it taller, in parts.

    Without a `theme` the picture has the ground nearest to the terminal's, or a light one where that is unknown.
    """
    from actviz import render

    look = theme or ("dark" if way.dark else "light")
    window = extent(screen, way)
    place = room(window, figure, way)
    pixels = render.raster(replace(figure, size=place.inches), look, place.dpi)
    parts = strips(place, window, way)
    if way.protocol == "sixel":
        palette, chosen = reduced(pixels, way.colors)
        return [placed(sixel.painted(palette, chosen[lines]), rows) for lines, rows in parts]
    return [shown(render.png(pixels[lines]), way, place.columns, rows) for lines, rows in parts]


def shown(png: bytes, way: Way, columns: int, rows: int) -> Picture:
    """A PNG in `columns` x `rows` cells, by iTerm2's protocol or kitty's."""
    if way.protocol == "iterm2":
        return placed(iterm2.shown(png, columns, rows), rows)
    if way.protocol == "kitty":
        return placed("".join(kitty.shown(png, columns, rows)), rows, ENDED + kitty.LAST)
    number = kitty.number_for(os.getpid())
    sent = "".join(map(tmux.passed, kitty.kept(png, columns, rows, number)))
    # Cut off behind a doubled escape, tmux takes the first ST for the picture's own.
    return Picture(
        sent + kitty.placeholders(columns, rows, number), 2 * ENDED + tmux.passed(ENDED + kitty.LAST) + COLORLESS
    )


def placed(codes: str, rows: int, close: str = ENDED) -> Picture:
    """A picture `rows` high from column 0, and after it the cursor at the start of the next line.

    Terminals differ in where a picture leaves the cursor and in whether it scrolls. So the lines are made first, and
    the cursor is put back by hand.
    """
    return Picture(codes, close, "\n" * rows + f"\x1b[{rows}A\x1b7", f"\x1b8\x1b[{rows}B")
