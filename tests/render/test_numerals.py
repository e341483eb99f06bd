"""Numbers on scales."""

from __future__ import annotations

import pytest

from actviz.render.numerals import numerals, power


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([-2, 0, 2], ["−2", "0", "2"]),
        ([0.0, 0.25, 0.5], ["0.00", "0.25", "0.50"]),
        ([0.1 + 0.2, 0.6], ["0.3", "0.6"]),
        ([-1e-17, 0.5], ["0.0", "0.5"]),
        ([1e6, 1000002.0], ["1000000", "1000002"]),
        ([0.0, 1e20, 2e20], ["0", "10²⁰", "2×10²⁰"]),
        ([-2e-7, 0.0, 2e-7], ["−2×10⁻⁷", "0", "2×10⁻⁷"]),
        ([0.0], ["0"]),
        ([], []),
    ],
)
def test_numbers_of_one_scale(values: list[float], shown: list[str]) -> None:
    assert numerals(values) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(1.0, "10⁰"), (0.001, "10⁻³"), (-1e300, "−10³⁰⁰"), (2.5e9, "2.5×10⁹"), (5e-324, "5×10⁻³²⁴")]
)
def test_powers_of_ten(value: float, shown: str) -> None:
    assert power(value) == shown
