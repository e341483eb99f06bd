"""Letters that the own font lacks come from an installed one that has them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from matplotlib.font_manager import fontManager

from actviz.figure import Figure, Line, Note, Panel
from actviz.render import letters

STAR = "\N{CIRCLED LATIN CAPITAL LETTER A}"
"""In STIX, which comes with matplotlib, and not in DejaVu Sans."""


def of(*texts: str) -> Figure:
    """A figure with these texts in different places."""
    title, label, note = (*texts, "", "", "")[:3]
    return Figure(title, ((Panel((Line((0.0,), (0.0,), label), Note(note, 0.0, 0.0))),),))


@pytest.mark.parametrize("texts", [(), ("plain",), ("Swish, \u03b2 = 0.1", "f\u2032", "\u221e")])
def test_texts_in_the_own_font_need_no_other(texts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "FAMILIES", ("STIXGeneral",))
    assert letters.letters_for(of(*texts)) == {}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_missing_letter_anywhere_is_found_in_an_installed_font(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "FAMILIES", ("Nowhere Sans", "cmr10", "STIXGeneral"))
    figure = of(*[""] * place, STAR)
    assert letters.letters_for(figure) == {"font.family": ["DejaVu Sans", "STIXGeneral"]}


def test_where_no_font_has_it_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    dejavu = [SimpleNamespace(name=e.name, fname=e.fname) for e in fontManager.ttflist if e.name == "DejaVu Sans Mono"]
    monkeypatch.setattr(letters, "FAMILIES", ("DejaVu Sans Mono",))
    assert dejavu, "comes with matplotlib"
    assert letters.letters_for(of("\u4f60\u597d")) == {}
