"""How much of what a program gives is rounding error: told by runs of it in which other errors are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.expressions.choices import shaking
from actviz.expressions.expansion import Program, columns, expand

if TYPE_CHECKING:
    from actviz.activation import Array
    from actviz.expressions.jets import Jet

RUNS, FEW, MANY = 10, 5, 1024
"""Shaken runs, and those at more than so many points: there two errors cancel in all runs at one place in 10,000."""


def shaken(program: Program, x: Array, run: int) -> Jet:
    """The program at x with the rounding errors of the run of that number."""
    with shaking(run):
        return expand(program, x)


def spread(program: Program, x: Array, y: Array, runs: int = RUNS) -> Array:
    """The rounding errors of y, value, slope and curvature at x (3 by x): the largest deviation of the runs.

    Infinite where they tell nothing: no number by rounding alone, as of x/(exp(x) - 1) where exp(x) is 1, but not in
    every run; or the other way.
    """
    found = np.asarray([columns(shaken(program, x, run)) for run in range(runs)])
    with np.errstate(invalid="ignore"):
        noise = np.abs(found - y).max(axis=0)
    lost = ~np.isfinite(y) & (np.isfinite(found) | (np.sign(found) != np.sign(y))).any(axis=0)
    return np.asarray(np.where(lost | (np.isfinite(y) & np.isnan(noise)), np.inf, noise))


def rounding(program: Program, x: Array) -> Array:
    """The rounding errors of value, slope and curvature at x (3 by x); none of what is not a number."""
    y = np.asarray(columns(expand(program, x)))
    return np.where(np.isnan(y), 0.0, spread(program, x, y, RUNS if x.size <= MANY else FEW))
