"""The gallery: found by reading the folder, drawn alike in any number of processes, never half written."""

from __future__ import annotations

import re
from contextlib import contextmanager
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from actviz import gallery
from actviz.errors import BadInput
from actviz.page import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from actviz.progress import Advance

FEW = gallery.chosen(["relu", "03-sigmoid-derivative"])


def test_stems_come_from_file_names() -> None:
    assert gallery.entry("f03_sigmoid_derivative").stem == "03-sigmoid-derivative"
    assert [e.stem for e in FEW] == ["03-sigmoid-derivative", "07-relu"], "in the gallery's order"


def test_a_file_with_an_underscore_first_is_no_figure() -> None:
    assert not [e for e in gallery.entries() if e.module.startswith("_")]


def test_nothing_named_means_all() -> None:
    assert gallery.chosen([]) == gallery.entries()


@pytest.mark.parametrize("stem", ["Relu", "07-RELU", " 07_relu "])
def test_case_number_and_underscores_do_not_matter(stem: str) -> None:
    assert [e.stem for e in gallery.chosen([stem])] == ["07-relu"]


def test_an_unknown_stem_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="did you mean 'relu-derivative'"):
        gallery.chosen(["relu-derivativ"])


def test_bytes_do_not_depend_on_the_number_of_processes() -> None:
    alone = gallery.drawn(FEW, ("png", "svg"), "light", 1)
    assert alone == gallery.drawn(FEW, ("png", "svg"), "light", 2)
    assert list(alone) == ["03-sigmoid-derivative.png", "03-sigmoid-derivative.svg", "07-relu.png", "07-relu.svg"]


def test_a_bar_counts_the_figures() -> None:
    seen: list[object] = []

    @contextmanager
    def bar(title: str, total: int) -> Iterator[Advance]:
        seen.append(total)
        yield lambda steps=1: seen.append(steps)

    gallery.drawn(FEW, ("svg",), "light", 1, bar)
    assert seen == [2, 1, 1]


def test_written_then_unchanged_then_same_then_differs_then_missing(tmp_path: Path) -> None:
    files = {"a.svg": b"one", "b.svg": b"two"}
    assert gallery.compared(tmp_path, files).status == "missing"
    assert gallery.written(tmp_path, files).status == "written"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.svg", "b.svg"], "no draft is left"
    assert gallery.written(tmp_path, files).status == "unchanged"
    assert gallery.compared(tmp_path, files).status == "same"
    (tmp_path / "b.svg").write_bytes(b"tow")
    assert gallery.compared(tmp_path, files).status == "differs"
    assert (tmp_path / "b.svg").read_bytes() == b"tow", "comparing writes nothing"
    assert gallery.written(tmp_path, files).status == "written"
    (tmp_path / "a.svg").unlink()
    assert gallery.compared(tmp_path, files).status == "missing"


class Tags(HTMLParser):
    """The start tags of a page with their attributes, and whether each is closed."""

    VOID = ("meta", "img", "br", "link")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


PAGE = page(gallery.entries(), ("png", "svg")).decode()


def test_page_is_balanced_and_every_picture_has_its_own_text() -> None:
    tags = Tags(PAGE)
    assert tags.open == []
    pictures = [attributes for tag, attributes in tags.found if tag == "img"]
    assert [p["src"] for p in pictures] == [f"{e.stem}.svg" for e in gallery.entries()]
    texts = [p["alt"] or "" for p in pictures]
    assert len(set(texts)) == len(texts)
    assert all(len(text) > 20 for text in texts), texts
    assert next(attributes for tag, attributes in tags.found if tag == "html")["lang"] == "en"


def test_page_fetches_nothing_from_elsewhere() -> None:
    tags = Tags(PAGE)
    links = [a[key] or "" for _, a in tags.found for key in ("src", "href") if key in a]
    known = {f"{e.stem}.{kind}" for e in gallery.entries() for kind in ("png", "svg")}
    assert {link for link in links if not link.startswith("#")} == known
    assert not re.search(r"https?:|@import|url\(", PAGE)
    assert {tag for tag, _ in tags.found} & {"script", "link", "iframe"} == set()


def test_page_links_lead_to_figures_that_are_there() -> None:
    tags = Tags(PAGE)
    inside = [a["href"] for tag, a in tags.found if tag == "a" and str(a["href"]).startswith("#")]
    assert inside == [f"#{a['id']}" for tag, a in tags.found if tag == "figure"]


def test_page_escapes_what_it_quotes() -> None:
    entry = gallery.Entry("m", "01-x", 'a < b & "c"', "<script>x</script>. More.", "actviz plot 'x<1'")
    text = page([entry], ("png",)).decode()
    assert "<script" not in text
    assert 'alt="a &lt; b &amp; &quot;c&quot;. &lt;script&gt;x&lt;/script&gt;."' in text
    assert Tags(text).open == []


def test_page_shows_captions_and_commands() -> None:
    for entry in gallery.entries():
        assert f"<p>{entry.caption}</p>" in unescape(PAGE), entry.stem
        assert f"<code>{entry.command}</code>" in unescape(PAGE), entry.stem
