"""How large the pictures are."""

from __future__ import annotations

import pytest

from actviz.pixels.extent import Extent, extent
from actviz.pixels.way import Way
from actviz.screen import Screen


@pytest.mark.parametrize(
    ("way", "screen", "wanted"),
    [
        (Way("kitty", (10, 20)), Screen(80, 24), Extent(80, 23, 800, 460, 160.0)),
        (Way("kitty", (17, 34)), Screen(100, 30), Extent(100, 29, 1700, 986, 272.0)),
        (Way("kitty"), Screen(80, 24), Extent(80, 23, 1600, 920, 320.0)),
        (Way("iterm2"), Screen(80, 24), Extent(80, 23, 1600, 920, 320.0)),
        (Way("sixel"), Screen(80, 24), Extent(80, 23, 800, 456, 160.0)),
        (Way("sixel", (10, 19), largest=(640, 100)), Screen(80, 24), Extent(80, 23, 640, 96, 152.0)),
        (Way("sixel", (3, 5), largest=(10, 3)), Screen(20, 8), Extent(20, 7, 10, 6, 40.0)),
        (Way("placeholders", (10, 20)), Screen(80, 200), Extent(80, 129, 800, 2580, 160.0)),
        (Way("kitty", (10, 20)), Screen(10_000, 10_000), Extent(10_000, 9_999, 4096, 4096, 160.0)),
    ],
)
def test_the_picture_fills_the_screen_but_for_its_last_row(way: Way, screen: Screen, wanted: Extent) -> None:
    got = extent(screen, way)
    assert got == wanted
    assert got.inches == (wanted.width / wanted.dpi, wanted.height / wanted.dpi)


@pytest.mark.parametrize("down", range(5, 201, 3))
@pytest.mark.parametrize("rows", [8, 24, 51])
def test_the_last_band_of_sixels_ends_within_the_last_row(down: int, rows: int) -> None:
    got = extent(Screen(80, rows), Way("sixel", (10, down)))
    assert got.height % 6 == 0
    assert got.height <= got.rows * down
