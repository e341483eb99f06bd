"""A panel of curves in characters: shading, reference lines, curves, points, then names and notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actviz.charts.emptiness import explained
from actviz.figure import Arrow, Band, Line, Marker, Node, Rule
from actviz.terminal import key as naming
from actviz.terminal.canvas import BLOCK, QUADRANTS, Canvas
from actviz.terminal.frame import draw_axes, draw_head, framed
from actviz.terminal.labels import labels_of, wrapped, write_below, write_labels
from actviz.terminal.lettering import cells
from actviz.terminal.path import dashed, exits, path
from actviz.terminal.sheet import Sheet, color

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from actviz import _numpy as np
    from actviz.figure import Dash, Ink, Interval, Mark, Numbers, Panel
    from actviz.screen import Screen
    from actviz.terminal.canvas import Kind
    from actviz.terminal.frame import Frame
    from actviz.terminal.key import Key
    from actviz.terminal.labels import Label

    Array = np.ndarray

MARGIN = 2
"""Columns right of the frame at least: room for a short name of the x axis."""


def plot(panel: Panel, title: str, height: int, screen: Screen) -> list[str]:
    """`panel` under its `title` as at most `height` lines; notes that find no place in it stand below."""
    sheet, homeless = composed(panel, title, height, screen, 0)
    below = min(len(wrapped(homeless, screen.width)), height // 4)
    if below:
        sheet, homeless = composed(panel, title, height, screen, below)
        write_below(sheet, homeless, below)
    return sheet.lines()


def composed(panel: Panel, title: str, height: int, screen: Screen, below: int) -> tuple[Sheet, list[Label]]:
    """The plot with the last `below` rows free, and the labels that found no place."""
    kind, sheet = kind_of(screen), Sheet(screen.width, height, screen)
    panel = explained(panel)
    panel = replace(panel, xlabel=sheet.text(panel.xlabel), marks=told_apart(panel.marks))
    keys = naming.keys_of(panel, title, sheet)
    seen = [(key.style, key.sample) for key in keys]
    named = keys if screen.color and len(set(seen)) == len(seen) else naming.lettered(keys, panel, sheet)
    right = max([MARGIN, *(cells(key.name) + 2 for key in named)])
    frame = framed(panel, screen.width, height, kind, (0, below, right))
    rows = naming.ends(named, panel, frame) if right <= screen.width // 3 else None
    if rows is None:
        named, right = naming.lettered(keys, panel, sheet), MARGIN
        legend = naming.legend(named, screen.width, max(height // 5, 1))
        frame = framed(panel, screen.width, height, kind, (len(legend), below, right))
        naming.write_legend(sheet, legend)
    else:
        for key, row in zip(named, rows, strict=True):
            sheet.put(frame.top + row, frame.left + frame.columns + 1, key.name, key.style)
    if panel.axes != "off":
        draw_axes(sheet, frame, panel, right)
    draw_head(sheet, frame, title, panel.ylabel)
    fill(sheet, frame, panel, named)
    return sheet, write_labels(sheet, frame, labels_of(panel))


def told_apart(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """`marks` with a colour a curve where all curves, each with a name, would share one.

    A picture tells them apart by their dashes alone; a row of dots does that less well. Points keep the
    colour of the curve before them.
    """
    lines = [mark for mark in marks if isinstance(mark, Line)]
    if len({line.ink for line in lines}) != 1 or not all(line.label for line in lines):
        return marks
    found: list[Mark] = []
    passed = -1
    for mark in marks:
        passed += isinstance(mark, Line)
        if isinstance(mark, (Line, Marker)) and isinstance(mark.ink, int):
            found.append(replace(mark, ink=mark.ink + max(passed, 0)))
        else:
            found.append(mark)
    return tuple(found)


def kind_of(screen: Screen) -> Kind:
    """The dots that the screen's characters and encoding allow."""
    if screen.cells != "blocks":
        return screen.cells
    try:
        QUADRANTS.encode(screen.encoding)
    except UnicodeEncodeError:
        return "halves"
    return "quadrants"


def fill(sheet: Sheet, frame: Frame, panel: Panel, keys: list[Key]) -> None:
    """Draw everything inside the frame but its texts."""
    for mark in panel.marks:
        if isinstance(mark, Band):
            shade(sheet, frame, mark)
    curves = Canvas(frame.rows, frame.columns, frame.kind)
    for number, mark in enumerate(panel.marks):
        if isinstance(mark, Line):
            curves.draw(dashed(trail(frame, mark.x, mark.y), mark.dash), number)
    for number, row, column, character in inked(curves):
        mark = panel.marks[number]
        assert isinstance(mark, Line)
        sheet.put(frame.top + row, frame.left + column, character, color(mark.ink))
    naming.write_letters(sheet, frame, curves, keys)
    write_points(sheet, frame, panel)
    write_guides(sheet, frame, panel)


def inked(canvas: Canvas) -> Iterator[tuple[int, int, int, str]]:
    """Layer, row, column and character of every cell with a dot in it."""
    owners = canvas.owner.tolist()
    for row, characters in enumerate(canvas.characters()):
        for column, character in enumerate(characters):
            if character != " ":
                yield owners[row][column], row, column, character


def trail(frame: Frame, x: Numbers, y: Numbers) -> Array:
    """The dots of a curve in the frame."""
    down, across = BLOCK[frame.kind]
    return path(*frame.dots(x, y), frame.columns * across, frame.rows * down)


def shade(sheet: Sheet, frame: Frame, band: Band) -> None:
    """Shade the cells of a band."""
    scale, count = (frame.x, frame.columns) if band.axis == "x" else (frame.y, frame.rows)
    low, high = sorted(float(place) for place in scale.unit([band.low, band.high]))
    if not (low <= 1 and high >= 0):
        return
    first, last = (round(min(max(place, 0.0), 1.0) * (count - 1)) for place in (low, high))
    if band.axis == "y":
        first, last = frame.rows - 1 - last, frame.rows - 1 - first
    rows, columns = range(frame.rows), range(first, last + 1)
    if band.axis == "y":
        rows, columns = range(first, last + 1), range(frame.columns)
    for row in rows:
        sheet.put(frame.top + row, frame.left + columns[0], "░" * len(columns), color(band.ink), taken=False)


def write_points(sheet: Sheet, frame: Frame, panel: Panel) -> None:
    """Nodes of a diagram, open and closed points, and arrows where curves leave the window."""
    down, across = BLOCK[frame.kind]
    for mark in panel.marks:
        if isinstance(mark, Line):
            x, y = frame.dots(mark.x, mark.y)
            for dot, way in exits(x, y, frame.columns * across, frame.rows * down):
                row = frame.top if way < 0 else frame.top + frame.rows - 1
                sheet.put(row, frame.left + dot // across, "↑" if way < 0 else "↓", color(mark.ink))
    for mark in panel.marks:
        cell = frame.cell(mark.x, mark.y) if isinstance(mark, (Marker, Node)) else None
        if cell and isinstance(mark, Marker):
            sheet.put(*cell, naming.SHAPES[mark.shape], color(mark.ink))
        elif cell and isinstance(mark, Node):
            words = sheet.text(f"({mark.text})")
            start = max(0, min(cell[1] - cells(words) // 2, sheet.width - cells(words)))
            if sheet.free(cell[0], start, cells(words)):
                sheet.put(cell[0], start, words, color(mark.ink))


def guides(frame: Frame, panel: Panel) -> Iterator[tuple[Interval, Interval, Dash | Literal["faint"], Ink]]:
    """Zero axes, reference lines and a diagram's arrows: x and y of both ends, pattern, ink."""
    x, y = (frame.x.low, frame.x.high), (frame.y.low, frame.y.high)
    if panel.axes == "zero" and y[0] < 0 < y[1] and not frame.y.log:
        yield x, (0.0, 0.0), "faint", "grid"
    if panel.axes == "zero" and x[0] < 0 < x[1] and not frame.x.log:
        yield (0.0, 0.0), y, "faint", "grid"
    for mark in panel.marks:
        if isinstance(mark, Rule):
            at = (mark.at, mark.at)
            # A full line in grey could pass for a curve where there is no colour.
            dash = "dotted" if mark.dash == "solid" else mark.dash
            yield (at, y, dash, mark.ink) if mark.axis == "x" else (x, at, dash, mark.ink)
        elif isinstance(mark, Arrow):
            (x0, y0), (x1, y1) = mark.start, mark.end
            yield (x0, x1), (y0, y1), "solid", mark.ink


def write_guides(sheet: Sheet, frame: Frame, panel: Panel) -> None:
    """Draw the guides in the cells that nothing has taken; they stay free for text."""
    canvas, found = Canvas(frame.rows, frame.columns, frame.kind), list(guides(frame, panel))
    for layer, (x, y, dash, _) in enumerate(found):
        canvas.draw(dashed(trail(frame, x, y), dash), layer)
    heavy = frame.kind in ("quadrants", "halves")
    for layer, row, column, character in inked(canvas):
        if sheet.free(frame.top + row, frame.left + column, 1):
            _, _, dash, ink = found[layer]
            # A quarter of a cell would shout down the curves.
            shown = "·" if heavy and dash == "faint" else character
            sheet.put(frame.top + row, frame.left + column, shown, color(ink), taken=False)
