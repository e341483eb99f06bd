"""Documents as JSON; tables as CSV, Markdown and LaTeX with all their digits, as HTML for a notebook."""

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


def rounded(cell: Cell, digits: int) -> str:
    """A cell with the digits a person reads."""
    if isinstance(cell, float) and math.isfinite(cell):
        return f"{cell + 0.0:.{digits}g}"  # adding 0 takes the sign off a negative zero
    return exact(cell)


def first_rows(table: Table) -> str:
    """Which rows a person is shown: ``the first 20 of 32``; empty where it is all."""
    if table.most is None or table.most >= len(table.rows):
        return ""
    return f"the first {table.most} of {len(table.rows)}"


def is_number(cell: Cell) -> bool:
    """Whether `cell` is a number rather than text, a truth value or nothing."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def csv(tables: Iterable[Table]) -> str:
    """One header and one row a row, for all tables: the first column is the table's title, of equal ones numbered.

    The columns are those of all tables, each once; a cell that a table does not have is empty. Notes
    have no place here.
    """
    import csv as writer

    tables = tuple(tables)
    columns = tuple(dict.fromkeys(name for table in tables for name in table.columns))
    out = io.StringIO()
    rows = writer.writer(out, lineterminator="\n")
    rows.writerow(("table", *columns))
    for title, table in zip(numbered([table.title for table in tables]), tables, strict=True):
        for row in table.rows:
            cells = dict(zip(table.columns, row, strict=True))
            rows.writerow((title, *(exact(cells.get(name)) for name in columns)))
    return out.getvalue()


def numbered(names: Sequence[str]) -> list[str]:
    """`names` with a number behind those that occur more than once: ``gelu (1)``, ``gelu (2)``; blanks stay blank."""
    return [
        f"{name} ({names[:at].count(name) + 1})" if name and names.count(name) > 1 else name
        for at, name in enumerate(names)
    ]


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


HTML_TABLE = "border-collapse:collapse;font-variant-numeric:tabular-nums;margin:0.3em 0"
HTML_CELL = "padding:0.15em 0.7em;color:inherit;background:none;border:0"
HTML_HEAD = HTML_CELL + ";border-bottom:1px solid currentColor;font-weight:600"
"""Styles that take ink and ground from the page, so that they read on a light one and on a dark one."""


def html(tables: Iterable[Table]) -> str:
    """Each table with its title and notes, for a notebook: numbers rounded, all their digits in the tooltip."""
    return "<div>" + "\n".join(html_table(table) for table in tables) + "</div>\n"


def html_table(table: Table) -> str:
    """A title in bold, the table, a paragraph a note."""
    title = [f"<p><strong>{entities(table.title)}</strong></p>"] if table.title else []
    cut = [f"Shown are {first_rows(table)}; the record has all."] if first_rows(table) else []
    notes = [f'<p style="opacity:0.75">{entities(note)}</p>' for note in (*table.notes, *cut)]
    if not table.columns:
        return "\n".join([*title, *notes])
    sides = ["right" if any(map(is_number, cells)) else "left" for cells in zip(*table.rows, strict=True)]
    sides = sides or ["left"] * len(table.columns)
    head = "".join(
        f'<th style="{HTML_HEAD};text-align:{side}">{entities(name)}</th>'
        for name, side in zip(table.columns, sides, strict=True)
    )
    shown = table.rows if table.most is None else table.rows[: table.most]
    rows = [
        "<tr>" + "".join(html_cell(c, side, table.digits) for c, side in zip(row, sides, strict=True)) + "</tr>"
        for row in shown
    ]
    grid = [f'<table style="{HTML_TABLE}">', f"<thead><tr>{head}</tr></thead>", "<tbody>", *rows, "</tbody>"]
    return "\n".join([*title, *grid, "</table>", *notes])


def html_cell(cell: Cell, side: str, digits: int) -> str:
    """One cell, with a tooltip where rounding leaves digits out."""
    text, whole = rounded(cell, digits), exact(cell)
    tip = f' title="{entities(whole)}"' if text != whole else ""
    return f'<td style="{HTML_CELL};white-space:nowrap;text-align:{side}"{tip}>{entities(text)}</td>'


def entities(text: str) -> str:
    """`text` with what HTML would take for markup escaped."""
    from html import escape

    return escape(text)
