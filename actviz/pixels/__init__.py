"""Figures drawn in the terminal's own pixels, by the protocols of kitty, sixel and iTerm2.

It is asked what it can show (`probe`, `replies`, `tmux`) only where the user says so; `way` decides, `kitty`, `sixel`
and `iterm2` encode the picture, and `draw` puts the pieces together.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from actviz.pixels import iterm2, kitty, sixel, tmux
from actviz.pixels.extent import extent

if TYPE_CHECKING:
    from actviz.figure import Figure
    from actviz.pixels.way import Way
    from actviz.screen import Screen


def draw(figure: Figure, way: Way, screen: Screen, theme: Literal["light", "dark"] | None) -> str:
    """`figure` as the escape codes that show it, as large as the screen but for its last row.

    Without a `theme` the picture has the ground nearest to the terminal's, or a light one where that is unknown.
    """
    from actviz import render

    look = theme or ("dark" if way.dark else "light")
    place = extent(screen, way)
    sized = replace(figure, size=place.inches)
    columns, rows = place.columns, place.rows
    if way.protocol == "sixel":
        return placed(sixel.encoded(render.raster(sized, look, place.dpi), way.colors), rows)
    png = render.encode(sized, "png", look, place.dpi)
    if way.protocol == "iterm2":
        return placed(iterm2.shown(png, columns, rows), rows)
    if way.protocol == "kitty":
        return placed("".join(kitty.shown(png, columns, rows)), rows)
    number = kitty.number_for(os.getpid())
    sent = "".join(map(tmux.passed, kitty.kept(png, columns, rows, number)))
    return sent + kitty.placeholders(columns, rows, number)


def placed(picture: str, rows: int) -> str:
    """The codes of a picture `rows` high, from column 0, and after them the cursor at the start of the next line.

    Terminals differ in where a picture leaves the cursor and in whether it scrolls. So the lines are made first, and
    the cursor is put back by hand.
    """
    return "\n" * rows + f"\x1b[{rows}A\x1b7{picture}\x1b8\x1b[{rows}B"
