"""What a terminal answered, read as facts; what is not understood is passed over."""

from __future__ import annotations

import re
from dataclasses import dataclass

DA1 = re.compile(rb"\x1b\[\?([\d;]*)c")
"""The answer to the device attributes query, which every terminal gives, and gives last."""
SIXEL = "4"
"""The device attribute of sixel graphics."""
KITTY = re.compile(rb"\x1b_Gi=31;OK\x1b\\")
NAME = re.compile(rb"\x1bP>\|([ -~]*)(?:\x1b\\|\x07)")
CELL = re.compile(rb"\x1b\[6;(\d{1,4});(\d{1,4})t")
POINTS = re.compile(rb"\x1b\]1337;ReportCellSize=(\d{1,4}(?:\.\d+)?);(\d{1,4}(?:\.\d+)?);(\d(?:\.\d+)?)(?:\x1b\\|\x07)")
GROUND = re.compile(rb"\x1b\]11;rgba?:([\da-fA-F]{1,4})/([\da-fA-F]{1,4})/([\da-fA-F]{1,4})")
COLORS = re.compile(rb"\x1b\[\?1;0;(\d{1,6})S")
LARGEST = re.compile(rb"\x1b\[\?2;0;(\d{1,6});(\d{1,6})S")

CELLS = ((3, 100), (5, 200))
"""Widths and heights of a cell in pixels that are believed; others are mistakes, or units other than pixels."""
LUMA = (0.2126, 0.7152, 0.0722)
"""Weights of red, green and blue in brightness (ITU-R BT.709, 2015, section 3)."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a terminal says of itself. Sizes are width and height.

    `cell` is in the terminal's pixels, `device_cell` in those of a display that has several to one of them.
    """

    name: str = ""
    kitty: bool = False
    sixel: bool = False
    cell: tuple[int, int] | None = None
    device_cell: tuple[int, int] | None = None
    dark: bool | None = None
    colors: int | None = None
    largest: tuple[int, int] | None = None


def understood(heard: bytes) -> Terminal:
    """The facts in what a terminal answered; none where the answer does not end in device attributes.

    What stands behind them was typed by somebody.
    """
    end = DA1.search(heard)
    if not end:
        return Terminal()
    said = heard[: end.start()]
    name, cell, points = NAME.search(said), CELL.search(said), POINTS.search(said)
    colors, largest = COLORS.search(said), LARGEST.search(said)
    return Terminal(
        name=name[1].decode() if name else "",
        kitty=bool(KITTY.search(said)),
        sixel=SIXEL in end[1].decode().split(";"),
        cell=believed(float(cell[2]), float(cell[1])) if cell else None,
        device_cell=scaled(points) if points else None,
        dark=ground_is_dark(said),
        colors=int(colors[1]) if colors else None,
        largest=(int(largest[1]), int(largest[2])) if largest and int(largest[1]) and int(largest[2]) else None,
    )


def believed(width: float, height: float) -> tuple[int, int] | None:
    """A cell's size if it can be one."""
    cell = round(width), round(height)
    return cell if all(low <= side <= high for side, (low, high) in zip(cell, CELLS, strict=True)) else None


def scaled(points: re.Match[bytes]) -> tuple[int, int] | None:
    """The cell in pixels of the display, from iTerm2's height and width in points and the display's scale."""
    height, width, scale = (float(part) for part in points.groups())
    return believed(width * scale, height * scale)


def ground_is_dark(said: bytes) -> bool | None:
    """Whether the background colour is nearer to black than to white; None where it is not told."""
    ground = GROUND.search(said)
    if not ground:
        return None
    # A colour has one to four hexadecimal digits; all of them set is full strength (XParseColor).
    parts = (int(part, 16) / int("f" * len(part), 16) for part in ground.groups())
    luma: float = sum(weight * part for weight, part in zip(LUMA, parts, strict=True))
    return luma < 0.5
