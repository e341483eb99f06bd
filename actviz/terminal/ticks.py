"""Ticks at round numbers. They are held as whole multiples of powers of ten, so no label shows float noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actviz.terminal.scale import Scale

STEPS = ((1, 0), (2, 0), (25, -1), (5, 0))
"""1, 2, 2.5 and 5, as a whole number and a power of ten."""
LONGEST = 6
FEW = 5
"""Steps so fine that two ticks or more are in every window: of any six parts, each step is two at most."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    value: float
    label: str


def ticks(scale: Scale, most: int, fits: Callable[[tuple[Tick, ...]], bool]) -> tuple[Tick, ...]:
    """The densest ticks, two or more, of which there are at most `most` and which `fits` accepts.

    Where there are none, two of those that would be too many, for one tick is no scale; where even they do not fit, one
    or none.
    """
    ladders = [*([list(decades(scale, most))] if scale.log else []), list(linear(scale, max(most, FEW)))]
    for ladder in ladders:
        for found in ladder:
            if len(found) < 2:
                break
            if len(found) <= most and fits(found):
                return found
    rough = [rounded(scale)] if scale.log else []
    pairs = [(found[0], found[-1]) for ladder in [*ladders, rough] for found in reversed(ladder) if len(found) > 1]
    alone = [found for found in ladders[-1] if len(found) == 1]
    return next(filter(fits, [*pairs, *alone]), ())


def linear(scale: Scale, most: int) -> Iterator[tuple[Tick, ...]]:
    """Even ticks, ever sparser, from steps of 1, 2, 2.5 and 5 times a power of ten."""
    # Logarithms of the halves: the width itself may overflow.
    width = math.log10(scale.high / 2 - scale.low / 2 or 5e-324) + math.log10(2)
    start = math.floor(width - math.log10(most + 1)) - 1
    for exponent in range(start, start + 6):
        for digits, shift in STEPS:
            if math.log10(digits) + exponent + shift < width - math.log10(most + 1):
                continue
            power = exponent + shift
            first, last = -multiples(-scale.low, digits, power), multiples(scale.high, digits, power)
            if last - first < 4 * most:
                # An end such as 0.3 is a float just beside the tick that it stands for.
                near = [(k * digits, power) for k in range(first - 1, last + 2)]
                yield labelled([(n, p) for n, p in near if scale.low <= float(f"{n}e{p}") <= scale.high])


def multiples(value: float, digits: int, power: int) -> int:
    """The floor of value / (digits * 10**power), exactly."""
    top, bottom = value.as_integer_ratio()
    ten: int = 10 ** abs(power)
    return top // (bottom * digits * ten) if power >= 0 else top * ten // (bottom * digits)


def decades(scale: Scale, most: int) -> Iterator[tuple[Tick, ...]]:
    """Powers of ten, every one, then every second, third, fifth, tenth, ..."""
    low, high = math.ceil(math.log10(scale.low) - 1e-9), math.floor(math.log10(scale.high) + 1e-9)
    for step in (1, 2, 3, 5, 10, 20, 50, 100, 200):
        powers = range(-(-low // step) * step, high + 1, step)
        yield labelled([(1, power) for power in islice(powers, 4 * most)])


def rounded(scale: Scale) -> tuple[Tick, ...]:
    """1, 2 and 5 times every power of ten in the window."""
    low, high = math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high))
    numbers = [(digit, power) for power in range(low, high + 1) for digit in (1, 2, 5)]
    return labelled([(n, p) for n, p in numbers if scale.low <= float(f"{n}e{p}") <= scale.high])


def labelled(numbers: list[tuple[int, int]]) -> tuple[Tick, ...]:
    """Ticks at n * 10**p for each (n, p), all with plain labels or, where those are long, in powers of ten."""
    plain = [decimal(n, p) if abs(p) < 20 else "" for n, p in numbers]
    short = [scientific(n, p) for n, p in numbers]
    longest = max((len(label.lstrip("-")) for label in plain), default=0)
    wide = max((len(label.lstrip("-")) for label in short), default=0)
    far = any(abs(p) >= 20 for _, p in numbers)
    labels = short if far or (longest > LONGEST and wide < longest) else plain
    return tuple(Tick(float(f"{n}e{p}"), label) for (n, p), label in zip(numbers, labels, strict=True))


def decimal(number: int, power: int) -> str:
    """number * 10**power without an exponent."""
    sign, digits = "-" if number < 0 else "", str(abs(number))
    if power >= 0:
        return sign + (digits + "0" * power if number else "0")
    digits = digits.zfill(1 - power)
    return f"{sign}{digits[:power]}.{digits[power:]}"


def scientific(number: int, power: int) -> str:
    """number * 10**power as 2.5e-7."""
    if number == 0:
        return "0"
    digits = str(abs(number))
    power += len(digits) - 1
    digits = digits.rstrip("0")
    point = "." if len(digits) > 1 else ""
    return f"{'-' if number < 0 else ''}{digits[0]}{point}{digits[1:]}e{power}"
