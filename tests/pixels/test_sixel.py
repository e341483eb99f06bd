"""Sixels, read back by a decoder of the tests' own."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sixels import decoded

from actviz.pixels.palette import reduced
from actviz.pixels.sixel import painted

SHAPES = st.tuples(st.integers(1, 20), st.integers(1, 40), st.just(3))


def encoded(pixels: np.ndarray, most: int) -> str:
    """The picture in at most so many colours."""
    return painted(*reduced(pixels, most))


def percent(pixels: np.ndarray) -> np.ndarray:
    """Strengths of 0 to 255 as the nearest of sixel's 0 to 100."""
    return np.floor(pixels / 255 * 100 + 0.5).astype(int)


@given(arrays.arrays(np.uint8, SHAPES, elements=st.sampled_from([0, 1, 2, 128, 200, 254, 255])))
def test_few_colours_come_back_exactly(pixels: np.ndarray) -> None:
    got, colors = decoded(encoded(pixels, 800))
    wanted = percent(pixels)
    assert np.array_equal(got, wanted), (got, wanted)
    assert colors == len(np.unique(wanted.reshape(-1, 3), axis=0))


@given(arrays.arrays(np.uint8, SHAPES), st.integers(2, 256))
def test_every_pixel_has_the_colour_it_was_given_and_there_are_no_more(pixels: np.ndarray, most: int) -> None:
    palette, chosen = reduced(pixels, most)
    got, colors = decoded(encoded(pixels, most))
    assert np.array_equal(got, palette[chosen])
    assert colors == len(palette) <= most
    assert np.array_equal(np.unique(chosen), np.arange(len(palette))), "a register nobody uses"


@pytest.mark.parametrize("level", range(256))
def test_every_strength_goes_to_the_nearest_percentage(level: int) -> None:
    got, _ = decoded(encoded(np.full((1, 1, 3), level, dtype=np.uint8), 2))
    assert abs(got - level / 2.55).max() <= 0.5


@pytest.mark.parametrize("height", [1, 5, 6, 7, 12, 13])
@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 300])
def test_runs_and_bands_of_any_length(height: int, width: int) -> None:
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[::2, ::7] = 255
    got, _ = decoded(encoded(pixels, 256))
    assert np.array_equal(got, percent(pixels))


def test_equal_sixels_are_counted_and_blank_ends_left_out() -> None:
    pixels = np.zeros((6, 100, 3), dtype=np.uint8)
    pixels[:, 10] = 255
    body = encoded(pixels, 256).split("100;100;100", 1)[1].removesuffix("\x1b\\")
    assert body == "#0!10~?!89~$#1!10?~"


@pytest.mark.parametrize(("most", "worst"), [(256, 9), (64, 15), (16, 27)])
def test_a_sweep_of_colours_is_met_within_the_size_of_a_group(most: int, worst: int) -> None:
    across, down = np.meshgrid(np.arange(256), np.arange(256))
    pixels = np.stack([across, down, 255 - across], axis=-1).astype(np.uint8)
    got, _ = decoded(encoded(pixels, most))
    error = abs(got - percent(pixels)).max()
    assert error <= worst, error


def test_the_ground_stays_exact_however_many_colours_stand_on_it() -> None:
    rng = np.random.default_rng(0)
    pixels = np.full((60, 100, 3), (20, 24, 29), dtype=np.uint8)
    pixels[:5] = rng.integers(0, 256, (5, 100, 3))
    got, _ = decoded(encoded(pixels, 16))
    assert np.array_equal(got[5:], percent(pixels[5:]))


def test_the_string_is_seven_bit_and_has_no_control_but_its_ends() -> None:
    text = encoded(np.random.default_rng(1).integers(0, 256, (13, 31, 3)).astype(np.uint8), 256)
    assert re.fullmatch(r'\x1bP9;1q"1;1;31;13[ -~]+\x1b\\', text)
