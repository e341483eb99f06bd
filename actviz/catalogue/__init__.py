"""The activations: one file a family, each record beside its kernels."""

from __future__ import annotations

from collections.abc import Mapping

from actviz.activation import Activation, Value, VectorActivation
from actviz.catalogue.maxout import MAXOUT
from actviz.catalogue.rectifiers import RECTIFIERS
from actviz.catalogue.sigmoidal import SIGMOIDAL
from actviz.catalogue.smooth import SMOOTH
from actviz.catalogue.softmax import VECTORS
from actviz.errors import BadInput, nearest

Record = Activation | VectorActivation

RECORDS: tuple[Record, ...] = (*SIGMOIDAL, *RECTIFIERS, *SMOOTH, *MAXOUT, *VECTORS)


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
    hint = nearest(name, known) or "; `actviz list` shows all names"
    raise BadInput(f"no activation is called '{name}'{hint}")


def names() -> tuple[str, ...]:
    """The name of every activation, in the order of the catalogue."""
    return tuple(record.name for record in RECORDS)
