"""A panel of curves in characters: shading, reference lines, curves, points, then names and notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actviz.charts.emptiness import explained
from actviz.figure import Arrow, Line, Marker, Node, Rule
from actviz.lettering import cells
from actviz.terminal import key as naming
from actviz.terminal.canvas import BLOCK, QUADRANTS, Canvas
from actviz.terminal.frame import draw_axes, framed
from actviz.terminal.head import draw_head, headed
from actviz.terminal.labels import labels_of, wrapped, write_below, write_labels
from actviz.terminal.letters import lettered, write_letters
from actviz.terminal.path import dashed, exits, path
from actviz.terminal.shading import shade
from actviz.terminal.sheet import Sheet, color

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Literal

    from actviz import _numpy as np
    from actviz.figure import Dash, Ink, Interval, Mark, Numbers, Panel
    from actviz.screen import Screen
    from actviz.terminal.canvas import Kind
    from actviz.terminal.frame import Frame
    from actviz.terminal.key import Key
    from actviz.terminal.labels import Label

    Array = np.ndarray

Margins = tuple[int, int]
MARGIN = 2
"""Columns right of the frame at least: room for a short name of the x axis."""


def plot(
    panel: Panel,
    title: str,
    height: int,
    screen: Screen,
    letters: Mapping[str, str],
    margins: Margins = (0, MARGIN),
) -> list[str]:
    """`panel` under its `title` as at most `height` lines, or more where a legend would take over half of them; notes
    that find no place in it stand below.

    `letters` are those of the figure's curves by their labels, `margins` columns left and right of the frame at least.
    """
    sheet, homeless, _ = composed(panel, title, height, screen, letters, (0, *margins))
    below = min(len(wrapped(homeless, screen.width)), height // 4)
    if below:
        sheet, homeless, _ = composed(panel, title, height, screen, letters, (below, *margins))
        write_below(sheet, homeless, below)
    return sheet.lines()


def margins_of(panel: Panel, title: str, height: int, screen: Screen, letters: Mapping[str, str]) -> Margins:
    """The columns left and right of the frame that the plot would have by itself."""
    _, _, frame = composed(panel, title, height, screen, letters, (0, 0, MARGIN))
    return frame.left, screen.width - frame.left - frame.columns


def composed(
    panel: Panel, title: str, height: int, screen: Screen, letters: Mapping[str, str], free: tuple[int, int, int]
) -> tuple[Sheet, list[Label], Frame]:
    """The plot with `free` rows below, columns on the left and on the right; the labels that found no place."""
    below, left, least = free
    kind, sheet = kind_of(screen), Sheet(screen.width, height, screen)
    panel = explained(panel)
    panel = spelt(replace(panel, marks=told_apart(panel.marks)), sheet)
    head = headed(sheet, title, panel.ylabel)
    keys = naming.keys_of(panel, title, sheet)
    named = lettered(keys, panel, letters)
    told = named if panel.legend else []  # the others are named in another panel, by the same letters
    right = max([least, *(cells(key.name) + 2 for key in told)])
    frame = framed(panel, screen.width, height, kind, (head, below, left, right))
    rows = naming.ends(told, panel, frame) if right <= max(screen.width // 3, least) else None
    if rows is None:
        right = least
        legend = naming.legend(told, screen.width)
        sheet = Sheet(screen.width, height + max(len(legend) - height // 2, 0), screen)
        head = headed(sheet, title, panel.ylabel)
        frame = framed(panel, screen.width, sheet.height, kind, (head + len(legend), below, left, right))
        naming.write_legend(sheet, legend, head)
    else:
        for key, row in zip(told, rows, strict=True):
            sheet.put(frame.top + row, frame.left + frame.columns + 1, key.name, key.style)
    if panel.axes != "off":
        draw_axes(sheet, frame, panel, right)
    draw_head(sheet, frame, title, panel.ylabel)
    fill(sheet, frame, panel, named)
    return sheet, write_labels(sheet, frame, labels_of(panel, {key.label: key.name for key in named})), frame


def spelt(panel: Panel, sheet: Sheet) -> Panel:
    """`panel` with the words along its axes as the sheet can show them."""
    xticks, yticks = (tuple((at, sheet.text(name)) for at, name in one) for one in (panel.xticks, panel.yticks))
    return replace(
        panel, xlabel=sheet.text(panel.xlabel), ylabel=sheet.text(panel.ylabel), xticks=xticks, yticks=yticks
    )


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
    shade(sheet, frame, panel)
    curves = Canvas(frame.rows, frame.columns, frame.kind)
    for number, mark in enumerate(panel.marks):
        if isinstance(mark, Line):
            curves.draw(dashed(trail(frame, mark.x, mark.y), mark.dash), number)
    for number, row, column, character in inked(curves):
        mark = panel.marks[number]
        assert isinstance(mark, Line)
        sheet.put(frame.top + row, frame.left + column, character, color(mark.ink))
    found = list(points(frame, panel))
    write_letters(sheet, frame, curves, keys, [(row, column) for row, column, _, _ in found])
    for row, column, character, ink in found:
        sheet.put(row, column, character, color(ink))
    write_nodes(sheet, frame, panel)
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


def points(frame: Frame, panel: Panel) -> Iterator[tuple[int, int, str, Ink]]:
    """Arrows where curves leave the window, then open and closed points: row and column, character, ink."""
    down, across = BLOCK[frame.kind]
    for mark in panel.marks:
        if isinstance(mark, Line):
            x, y = frame.dots(mark.x, mark.y)
            for dot, way in exits(x, y, frame.columns * across, frame.rows * down):
                row = frame.top if way < 0 else frame.top + frame.rows - 1
                yield row, frame.left + dot // across, "↑" if way < 0 else "↓", mark.ink
    for mark in panel.marks:
        if isinstance(mark, Marker) and (cell := frame.cell(mark.x, mark.y)):
            yield *cell, naming.SHAPES[mark.shape], mark.ink


def write_nodes(sheet: Sheet, frame: Frame, panel: Panel) -> None:
    """The nodes of a diagram."""
    for mark in panel.marks:
        cell = frame.cell(mark.x, mark.y) if isinstance(mark, Node) else None
        if cell and isinstance(mark, Node):
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
