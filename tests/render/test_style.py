"""Colours: text in them can be read, and the colour-blind can tell the first ones apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from actviz.render.style import THEMES, Theme

# Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ @ np.ones(3)


def linear(color: str) -> np.ndarray:
    s = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)


def contrast(one: str, two: str) -> float:
    """WCAG's ratio of luminances, from 1 to 21."""
    low, high = sorted(float(TO_XYZ[1] @ linear(color)) + 0.05 for color in (one, two))
    return high / low


def lab(color: str, blindness: str) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(BLINDNESS[blindness] @ linear(color), 0, 1) / WHITE
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_text_in_every_colour_can_be_read(theme: Theme) -> None:
    for color in (theme.ink, theme.muted, *theme.palette):
        assert contrast(color, theme.ground) >= 4.5, color
    assert contrast(theme.ink, theme.ground) >= 12
    assert contrast(theme.grid, theme.ground) < 3, "lines behind the curves stay faint"


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_the_first_three_colours_stay_far_apart_and_all_stay_distinct(theme: Theme, blindness: str) -> None:
    for (_i, one), (j, two) in combinations(enumerate(theme.palette), 2):
        apart = float(np.linalg.norm(lab(one, blindness) - lab(two, blindness)))
        assert apart >= (24 if j < 3 else 14), (blindness, one, two, apart)


def test_palette_numbers_go_round() -> None:
    theme = THEMES["light"]
    assert theme.color(len(theme.palette)) == theme.color(0)
    assert theme.color("muted") == theme.muted
