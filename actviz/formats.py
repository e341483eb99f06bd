"""Documents as JSON; tables as CSV, Markdown and LaTeX, with all their digits."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from actviz.report import Cell, Table


def json(document: Mapping[str, Any]) -> str:
    """One object; floats shortest round-trip, a non-finite number as its name in a string."""
    from json import dumps

    return dumps(plain(document), ensure_ascii=False, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """`value` with arrays as lists and non-finite numbers as strings."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (str, int, bool)) or value is None:
        return value
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else nonfinite(value)
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")


def nonfinite(value: float) -> str:
    """The interface's name for a non-finite number."""
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def exact(cell: Cell) -> str:
    """A cell with all its digits."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return repr(float(cell)) if math.isfinite(cell) else nonfinite(cell)
    return str(cell)


def csv(tables: Iterable[Table]) -> str:
    """Each table with its header, a blank line between two."""
    import csv as writer

    out = io.StringIO()
    for number, table in enumerate(tables):
        if number:
            out.write("\n")
        rows = writer.writer(out, lineterminator="\n")
        rows.writerow(table.columns)
        rows.writerows([exact(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def markdown(tables: Iterable[Table]) -> str:
    """Each table with its title and notes."""
    parts: list[str] = []
    for table in tables:
        head = "| " + " | ".join(table.columns) + " |\n|" + " --- |" * len(table.columns)
        rows = ["| " + " | ".join(exact(c).replace("|", r"\|") for c in row) + " |" for row in table.rows]
        title = [f"**{table.title}**\n"] if table.title else []
        notes = [f"\n{note}" for note in table.notes]
        parts.append("\n".join([*title, head, *rows, *notes]) + "\n")
    return "\n".join(parts)


def latex(tables: Iterable[Table]) -> str:
    """Each table as a tabular."""
    parts: list[str] = []
    for table in tables:
        rows = [" & ".join(escaped(exact(c)) for c in row) + r" \\" for row in table.rows]
        head = " & ".join(escaped(c) for c in table.columns) + r" \\ \hline"
        title = [f"% {' '.join(table.title.split())}"] if table.title else []
        begin = rf"\begin{{tabular}}{{{'l' * len(table.columns)}}}"
        parts.append("\n".join([begin, *title, head, *rows, r"\end{tabular}"]) + "\n")
    return "\n".join(parts)


def escaped(cell: str) -> str:
    """`cell` with LaTeX's special characters escaped."""
    special = {c: "\\" + c for c in "&%$#_{}"}
    special |= {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
    return "".join(special.get(c, c) for c in cell)
