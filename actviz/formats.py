"""Documents as JSON; tables as CSV, Markdown and LaTeX, with all their digits."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
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
    """One header and one row a row, for all tables: the first column is the table's title.

    The columns are those of all tables, each once; a cell that a table does not have is empty. Notes
    have no place here.
    """
    import csv as writer

    tables = tuple(tables)
    columns = tuple(dict.fromkeys(name for table in tables for name in table.columns))
    out = io.StringIO()
    rows = writer.writer(out, lineterminator="\n")
    rows.writerow(("table", *columns))
    for table in tables:
        for row in table.rows:
            cells = dict(zip(table.columns, row, strict=True))
            rows.writerow((table.title, *(exact(cells.get(name)) for name in columns)))
    return out.getvalue()


def markdown(tables: Iterable[Table]) -> str:
    """Each table with its title and notes."""
    return "\n".join(markdown_table(table) for table in tables)


def markdown_table(table: Table) -> str:
    """A title in bold, the table, a paragraph a note."""
    title = [f"**{unmarked(table.title)}**", ""] if table.title else []
    notes = [line for note in table.notes for line in ("", unmarked(note))]
    rule = "|" + "|".join(" --- " for _ in table.columns) + "|"
    body = [pipes(table.columns), rule, *(pipes([exact(cell) for cell in row]) for row in table.rows)]
    return "\n".join([*title, *(body if table.columns else []), *notes]) + "\n"


def pipes(cells: Sequence[str]) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(unmarked(cell) for cell in cells) + " |"


def unmarked(text: str) -> str:
    """`text` with what Markdown would take for markup escaped."""
    return "".join("\\" + c if c in "\\|*_`<>[]#~" else c for c in " ".join(text.split()))


def latex(tables: Iterable[Table]) -> str:
    """Each table as a tabular between its title and its notes."""
    return "\n".join(latex_table(table) for table in tables)


def latex_table(table: Table) -> str:
    """A title in bold, the tabular, a paragraph a note."""
    title = [rf"\noindent\textbf{{{escaped(table.title)}}}\par"] if table.title else []
    notes = [rf"\par\noindent {escaped(note)}" for note in table.notes]
    rows = [" & ".join(escaped(exact(cell)) for cell in row) + r" \\" for row in table.rows]
    head = " & ".join(escaped(name) for name in table.columns) + r" \\ \hline"
    begin = rf"\noindent\begin{{tabular}}{{{'l' * len(table.columns)}}}"
    body = [begin, head, *rows, r"\end{tabular}"] if table.columns else []
    return "\n".join([*title, *body, *notes]) + "\n"


LATEX = {c: "\\" + c for c in "&%$#_{}"} | {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "'": r"\textquotesingle{}",
}
"""What stands for a character that LaTeX would read, or show in its default fonts, as something else."""


def escaped(text: str) -> str:
    """`text` as LaTeX shows it."""
    return "".join(LATEX.get(c, c) for c in text)
