"""Runs over people's data: files, questions, a bar that remembers, and observations as text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from actviz.analysis.data.observation import Observation
from actviz.progress import Advance
from actviz.reduction import counting, observing
from actviz.reduction.question import Question

QUESTION = Question(("relu", "gelu", "hard_tanh"), (0.1, 0.01))

DEADLY = """
import multiprocessing, os, signal
import numpy as np

def f(x):
    if multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return np.tanh(x)
"""
"""A module whose function kills every process but the first."""


class Bar:
    """A bar that remembers its total and its steps."""

    def __init__(self) -> None:
        self.total = -1
        self.steps: list[int] = []

    @contextmanager
    def __call__(self, title: str, total: int) -> Iterator[Advance]:
        self.total = total
        yield lambda steps=1: self.steps.append(steps)


def bits(observations: tuple[Observation, ...]) -> str:
    """Every number of the observations, floats with all their digits; equal texts are equal bits."""
    return "\n".join(
        repr((one.label, one.shape, one.dtype, one.whole, one.units, one.dead_units, one.cells)) for one in observations
    )


def finely_cut(patch: pytest.MonkeyPatch) -> None:
    """Cut small data into many pieces, and let processes have it all the same."""
    patch.setattr(counting, "PIECE", 1 << 16)
    patch.setattr(observing, "SMALL", 0)


def saved(folder: Path, name: str, values: np.ndarray) -> str:
    """The path of a new .npy file with these values."""
    np.save(folder / name, values)
    return str(folder / name)


def normal(shape: tuple[int, ...], seed: int, dtype: str = "float32") -> np.ndarray:
    """Normal numbers, wide enough for both tails, with a NaN and both infinities among them."""
    values = (3.0 * np.random.default_rng(seed).standard_normal(shape)).astype(dtype)
    values.flat[:3] = [np.nan, np.inf, -np.inf]
    return values


def sparse(path: Path, dtype: str, ones: int, size: int) -> Path:
    """A new .npy file of so many ones and then zeros, which take no room on the disk."""
    kind = np.dtype(dtype)
    with path.open("wb") as stream:
        header = {"descr": kind.str, "fortran_order": False, "shape": (size,)}
        np.lib.format.write_array_header_1_0(stream, header)
        start = stream.tell()
        stream.write(np.ones(ones, kind).tobytes())
        stream.truncate(start + size * kind.itemsize)
    return path
