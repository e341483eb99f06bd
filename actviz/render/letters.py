"""Letters that matplotlib's own font lacks, Chinese and Japanese among them, taken from an installed font."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.font_manager import FontProperties, fontManager, get_font

from actviz.figure import Band, Bars, Cells, Line, Marker, Node, Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actviz.figure import Figure, Panel

FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
)
"""Families to try, in order."""
OWN = "DejaVu Sans"


def letters_for(figure: Figure) -> dict[str, Any]:
    """The setting that adds the first installed family with every letter that OWN lacks; nothing where it lacks none.

    Where no family has them all they are drawn as boxes.
    """
    special = {c for text in texts(figure) if not text.isascii() for c in text if c.isprintable() and c > "\x7f"}
    missing = special and lacking(fontManager.findfont(FontProperties(family=OWN)), special)
    if not missing:
        return {}
    files = {entry.name: entry.fname for entry in fontManager.ttflist}
    for family in FAMILIES:
        if family in files and not lacking(files[family], missing):
            return {"font.family": [OWN, family]}
    return {}


def lacking(file: str, letters: set[str]) -> set[str]:
    """Those of `letters` that the font has no glyph for."""
    font = get_font(file)
    return {letter for letter in letters if not font.get_char_index(ord(letter))}


def texts(figure: Figure) -> Iterator[str]:
    """Every text of the figure but its formulas."""
    yield figure.title
    for row in figure.rows:
        for panel in row:
            yield from panel_texts(panel)


def panel_texts(panel: Panel) -> Iterator[str]:
    """Every text of a panel but its formulas."""
    yield from (panel.title, panel.xlabel, panel.ylabel, *(name for _, name in (*panel.xticks, *panel.yticks)))
    for mark in panel.marks:
        if isinstance(mark, (Line, Marker, Band)):
            yield mark.label
        elif isinstance(mark, (Note, Node)):
            yield mark.text
        elif isinstance(mark, Bars):
            yield from mark.labels
        elif isinstance(mark, Cells):
            yield from (*mark.rows, *mark.columns)
