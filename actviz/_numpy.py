"""numpy, imported when the first of its names is used.

Kernels stand beside their records, yet reading the records (help, ``list``, completion) must not pay
for numpy. ``from actviz import _numpy as np`` gives a module whose names are numpy's own, each looked
up once (PEP 562) and then as quick as a plain import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import *  # noqa: F403


def __getattr__(name: str) -> Any:
    if name.startswith("__"):  # import machinery asks for __path__ and the like
        raise AttributeError(name)
    import numpy

    value = getattr(numpy, name)
    globals()[name] = value
    return value
