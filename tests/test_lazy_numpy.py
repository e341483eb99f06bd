"""The stand-in for numpy: numpy's own names, and numpy not imported before one is used."""

from __future__ import annotations

import subprocess
import sys

import numpy
import pytest

from actviz import _numpy


@pytest.mark.parametrize("name", ["sin", "float64", "ndarray", "inf", "linspace", "errstate", "random", "add", "pi"])
def test_a_name_is_numpys_own_and_kept(name: str) -> None:
    assert getattr(_numpy, name) is getattr(numpy, name)
    assert vars(_numpy)[name] is getattr(numpy, name)


def test_from_imports_work() -> None:
    from actviz._numpy import arctan2

    assert arctan2 is numpy.arctan2


@pytest.mark.parametrize("name", ["no_such_name", "cosinus", "__path__", "__wrapped__", "_no_such_private_name"])
def test_a_missing_name_is_an_attribute_error_that_names_it(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(_numpy, name)
    assert not hasattr(_numpy, name)
    assert name not in vars(_numpy)


def test_numpy_is_imported_when_a_name_is_first_used_and_not_before() -> None:
    program = (
        "import sys; from actviz import _numpy as np; import actviz.sampling, actviz.arithmetic, actviz.catalogue;"
        "hasattr(np, '__path__'); before = 'numpy' in sys.modules; np.zeros(1); print(before, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == "False True\n"
