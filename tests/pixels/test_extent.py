"""How large the pictures are, and how they are cut where they are taller than the window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actviz.figure import Figure, Panel
from actviz.pixels.extent import Extent, extent, pressed, roomy, strips
from actviz.pixels.way import Protocol, Way
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


FOUR = Figure("", ((Panel(()),) * 2,) * 2, size=(8.0, 9.0))


@pytest.mark.parametrize(
    ("figure", "window", "wanted"),
    [
        (Figure("", ((Panel(()),),), size=(20.0, 20.0)), Extent(80, 23, 800, 460, 160.0), (5.0, 2.875)),
        (FOUR, Extent(80, 23, 800, 460, 160.0), (8.0, 9.0)),
        (FOUR, Extent(200, 100, 2000, 2000, 160.0), (12.5, 12.5)),
        (FOUR, Extent(200, 23, 2000, 460, 160.0), (12.5, 9.0)),
        (FOUR, Extent(20, 7, 200, 140, 160.0), (200 / 72, 9.0)),
        (FOUR, Extent(80, 23, 640, 96, 152.0), (8.0, 9.0)),
    ],
)
def test_several_panels_have_the_room_of_a_file_and_letters_that_can_be_read(
    figure: Figure, window: Extent, wanted: tuple[float, float]
) -> None:
    got = roomy(window, figure, Way("kitty"))
    row = window.dpi / 8 / got.dpi
    assert got.inches[0] == pytest.approx(wanted[0])
    assert wanted[1] <= got.inches[1] < wanted[1] + row
    assert (got.columns, got.width) == (window.columns, window.width)
    assert 0.45 * window.dpi <= got.dpi <= window.dpi


@pytest.mark.parametrize(
    ("figure", "window", "wanted"),
    [
        (Figure("", ((Panel(()),),), size=(20.0, 20.0)), (80, 23), (23, 160.0)),
        (FOUR, (80, 23), (33, 72.0)),  # 9 inches of letters that can just be read
        (FOUR, (80, 45), (45, 100.0)),
        (FOUR, (200, 45), (45, 100.0)),
        (FOUR, (200, 100), (100, 160.0)),
        (FOUR, (20, 100), (100, 72.0)),
    ],
)
def test_a_height_that_is_asked_for_is_kept_with_smaller_letters_as_long_as_they_can_be_read(
    figure: Figure, window: tuple[int, int], wanted: tuple[int, float]
) -> None:
    columns, rows = window
    got = pressed(Extent(columns, rows, 10 * columns, 20 * rows, 160.0), figure, Way("kitty"))
    assert (got.rows, got.dpi) == (wanted[0], pytest.approx(wanted[1]))
    assert (got.columns, got.width, got.height) == (columns, 10 * columns, 20 * got.rows)


def test_a_height_with_room_enough_is_never_exceeded() -> None:
    for rows in range(33, 200):
        for deep in (6.4, 7.3, 9.0, 12.4):
            figure = replace(FOUR, size=(8.0, min(deep, rows / 8 / 0.45)))
            assert pressed(Extent(80, rows, 1600, 20 * rows, 160.0), figure, Way("kitty")).rows == rows, (rows, deep)


@pytest.mark.parametrize("protocol", ["kitty", "iterm2", "sixel"])
@pytest.mark.parametrize("down", [5, 19, 20, 34])
def test_strips_fit_the_window_and_leave_no_line_out(protocol: Protocol, down: int) -> None:
    way = Way(protocol, (10, down))
    window = extent(Screen(80, 24), way)
    place = roomy(window, FOUR, way)
    found = strips(place, window, way)
    band = 6 if protocol == "sixel" else 1
    assert len(found) > 1
    assert [lines.start for lines, _ in found] == [0, *(lines.stop for lines, _ in found[:-1])]
    assert found[-1][0].stop == place.height // band * band
    for lines, rows in found:
        tall = lines.stop - lines.start
        assert rows <= 23 and tall % band == 0, (lines, rows)
        assert tall == rows * down or lines == found[-1][0], (lines, rows)
        assert 0 <= rows * down - tall < down, (lines, rows)


def test_placeholders_are_text_and_stay_in_one_piece_as_tall_as_their_marks_go() -> None:
    way = Way("placeholders", (10, 20))
    window = extent(Screen(80, 24), way)
    place = roomy(window, Figure("", ((Panel(()),),) * 9, size=(5.0, 30.0)), way)
    assert strips(place, window, way) == [(slice(0, 129 * 20), 129)]
