"""keras, on the backend it is set to."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.util import find_spec

from actviz.errors import BadInput
from actviz.frameworks import jax, tensorflow, torch
from actviz.frameworks.installed import imported
from actviz.frameworks.runtime import Runtime

BACKENDS = {"tensorflow": tensorflow.start, "torch": torch.start, "jax": jax.start}


def start(framework: str) -> Runtime:
    """keras over the backend it is set to; where nothing is set and tensorflow is missing, over one that is here."""
    here = [name for name in BACKENDS if find_spec(name)]
    if here and "tensorflow" not in here:
        os.environ.setdefault("KERAS_BACKEND", here[0])
    with tensorflow.silence():
        keras = imported("keras", "keras")
    backend = keras.config.backend()
    if backend not in BACKENDS:
        raise BadInput(f"keras runs on {backend} here; it is evaluated on {', '.join(BACKENDS)} (set KERAS_BACKEND)")
    under = BACKENDS[backend](backend)
    return replace(under, version=f"{keras.__version__} on {backend} {under.version}", names={"keras": keras})
