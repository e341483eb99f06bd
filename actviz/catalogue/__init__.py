"""The activations: one file a family, each record beside its kernels."""

from __future__ import annotations

from collections.abc import Mapping

from actviz.activation import Activation, Value, VectorActivation
from actviz.catalogue.algebraic import ALGEBRAIC
from actviz.catalogue.bounded import BOUNDED
from actviz.catalogue.exponentials import EXPONENTIALS
from actviz.catalogue.gated import GATED
from actviz.catalogue.gelu_tanh import GELU_TANH
from actviz.catalogue.gelus import GELUS
from actviz.catalogue.hard import HARD
from actviz.catalogue.hyperbolic import HYPERBOLIC
from actviz.catalogue.identity import IDENTITY
from actviz.catalogue.laplace import LAPLACE
from actviz.catalogue.maxout import MAXOUT
from actviz.catalogue.oscillating import OSCILLATING
from actviz.catalogue.rectifiers import RECTIFIERS
from actviz.catalogue.sigmoidal import SIGMOIDAL
from actviz.catalogue.smooth import SMOOTH
from actviz.catalogue.softened import SOFTENED
from actviz.catalogue.softmax import VECTORS
from actviz.catalogue.thresholds import THRESHOLDS
from actviz.catalogue.xielu import XIELU
from actviz.errors import BadInput, nearest

Record = Activation | VectorActivation

RECORDS: tuple[Record, ...] = (
    *SIGMOIDAL,
    *RECTIFIERS,
    *SMOOTH,
    *GELUS,
    *GELU_TANH,
    *EXPONENTIALS,
    *SOFTENED,
    *ALGEBRAIC,
    *XIELU,
    *HARD,
    *THRESHOLDS,
    *IDENTITY,
    *BOUNDED,
    *HYPERBOLIC,
    *GATED,
    *LAPLACE,
    *OSCILLATING,
    *MAXOUT,
    *VECTORS,
)


TWO_INPUTS = {
    "glu": ("a*sigmoid(b)", "sigmoid"),
    "swiglu": ("swish(a)*b", "swish"),
    "geglu": ("gelu(a)*b", "gelu"),
    "reglu": ("relu(a)*b", "relu"),
}
"""Gated units, which nothing here draws: what each makes of the halves a and b of its input, and its gate.

Dauphin, Fan, Auli, Grangier 2017, Language Modeling with Gated Convolutional Networks; Shazeer 2020, GLU
Variants Improve Transformer.
"""


def plain_name(name: str) -> str:
    """`name` with case, hyphens, underscores and spaces taken out, as names are compared."""
    return name.lower().replace("-", "").replace("_", "").replace(" ", "")


def spellings() -> dict[str, tuple[Record, Mapping[str, Value]]]:
    """Every name and alias as typed in help, with its record and the parameter values it fixes."""
    found: dict[str, tuple[Record, Mapping[str, Value]]] = {}
    for record in RECORDS:
        found[record.name] = (record, {})
        found.update({alias: (record, fixed) for alias, fixed in record.aliases.items()})
    return found


def find(name: str) -> tuple[Record, Mapping[str, Value]]:
    """The record that `name` or alias names, with the parameter values the alias fixes.

    Case, ``-`` and ``_`` do not matter. Raise BadInput, with the nearest name, when there is none.
    """
    known = spellings()
    for spelling, entry in known.items():
        if plain_name(spelling) == plain_name(name):
            return entry
    if plain_name(name) in TWO_INPUTS:
        unit, gate = TWO_INPUTS[plain_name(name)]
        raise BadInput(f"{name} is a gated unit of two inputs, {unit}, so it has no curve; see its gate, {gate}")
    hint = nearest(name, known) or "; `actviz list` shows all names"
    raise BadInput(f"no activation is called '{name}'{hint}")


def names() -> tuple[str, ...]:
    """The name of every activation, in the order of the catalogue."""
    return tuple(record.name for record in RECORDS)
