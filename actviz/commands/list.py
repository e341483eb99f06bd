"""`actviz list`: the catalogue by family."""

from __future__ import annotations

from typing import Annotated

import typer

from actviz.activation import Value
from actviz.catalogue import RECORDS, Record
from actviz.commands import _options as options
from actviz.commands._entries import naming
from actviz.completion import candidates
from actviz.report import Report, Table

PICTURES = False


def command(
    family: Annotated[str, typer.Option(help="only this family", autocompletion=candidates.families)] = "",
) -> Report:
    """List the activation functions.

    Examples: actviz list; actviz list --family rectifier; actviz list --format json
    """
    families = tuple(dict.fromkeys(record.family for record in RECORDS))
    chosen = options.one_of(family, families, "--family") if family else ""
    records = [r for r in RECORDS if chosen in ("", r.family)]
    document = {"functions": [entry(r) for r in records]}
    tables = tuple(
        Table(
            columns=("name", "also", "parameters", "formula"),
            rows=tuple(row(r) for r in records if r.family == f),
            title=f,
        )
        for f in families
        if chosen in ("", f)
    )
    return Report(document, tables)


def entry(record: Record) -> dict[str, object]:
    """One function as JSON has it, each parameter with its default."""
    return naming(record) | {"parameters": dict(getattr(record, "bound", {}))}


def row(record: Record) -> tuple[str, ...]:
    """One function's line of the table."""
    defaults = [f"{p.name}={brief(p.default)}" for p in getattr(record, "parameters", ())]
    return record.name, ", ".join(record.aliases), " ".join(defaults), record.plain


def brief(value: Value) -> str:
    """A default to six digits; JSON has all of them."""
    return ",".join(map(brief, value)) if isinstance(value, tuple) else f"{value:g}"
