"""The report of `actviz derivative` on vector activations: Jacobians."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.derivatives import JacobianTable, tabulate_jacobian
from actviz.figure import Cells, Figure, Panel
from actviz.report import Report, Table

if TYPE_CHECKING:
    from actviz.activation import Array, VectorActivation

MEANING = {
    "softmax": (
        "on the diagonal y_i (1 - y_i) > 0: a larger x_i makes its own y_i larger.",
        "off the diagonal -y_i y_j < 0: a larger x_j makes every other y_i smaller; the classes compete.",
        "each row sums to 0, because adding one number to every logit changes nothing",
    ),
    "log_softmax": (
        "on the diagonal 1 - p_i, off it -p_j, where p = softmax(x): delta_ij - p_j.",
        "each row sums to 0, because adding one number to every logit changes nothing",
    ),
}
"""What the entries are; the last line is completed by the largest row sum found."""


def jacobian_report(activations: list[VectorActivation], at: tuple[float, ...], check: bool) -> Report:
    """The value and the Jacobian of each activation at the logits `at`."""
    made = [tabulate_jacobian(activation, np.asarray(at), check) for activation in activations]
    return Report(
        document={"functions": [entry(table) for table in made]},
        tables=tuple(t for table in made for t in (matrix(table), *check_matrix(table))),
        figure=lambda: Figure("Jacobian", tuple((panel(table),) for table in made), size=(6.4, 1.0 + 3.0 * len(made))),
        status=1 if any(t.check and t.check.disproves(t.jacobian).any() for t in made) else 0,
    )


def entry(table: JacobianTable) -> dict[str, Any]:
    """One activation as JSON has it."""
    found = {"name": table.activation.name, "x": table.x, "value": table.value, "jacobian": table.jacobian}
    if table.check:
        found |= {"numerical_jacobian": table.check.value, "numerical_error": table.check.error}
    return found


def matrix(table: JacobianTable) -> Table:
    """A row an output: its logit, its value, and its derivative by each logit."""
    meaning = MEANING.get(table.activation.name, ("row sums",))
    return Table(
        columns(table),
        rows(table, table.jacobian),
        title=f"{table.activation.name}: Jacobian",
        notes=(*meaning[:-1], f"{meaning[-1]} (largest sum found: {table.largest_row_sum:.2g})."),
    )


def check_matrix(table: JacobianTable) -> tuple[Table, ...]:
    """The numerical Jacobian, if there is one."""
    if table.check is None:
        return ()
    apart = float(table.check.differs(table.jacobian).max())
    wrong = int(table.check.disproves(table.jacobian).sum())
    verdict = f"{wrong} entries disagree by more than it" if wrong else "no entry disagrees by more than it"
    note = f"apart by at most {apart:.2g}; numerical error at most {float(table.check.error.max()):.2g}; {verdict}."
    title = f"{table.activation.name}: Jacobian by differences"
    return (Table(columns(table), rows(table, table.check.value), title=title, notes=(note,)),)


def columns(table: JacobianTable) -> tuple[str, ...]:
    """The heads of the number of an output, its logit, its value, and its derivative by each logit."""
    return ("i", "x_i", "y_i", *(f"dy_i/dx_{j}" for j in range(1, table.x.size + 1)))


def rows(table: JacobianTable, entries: Array) -> tuple[tuple[float, ...], ...]:
    """The number of each output from 1, its logit and value, and its row of `entries`."""
    lines = zip(table.x.tolist(), table.value.tolist(), entries.tolist(), strict=True)
    return tuple((i, x, y, *row) for i, (x, y, row) in enumerate(lines, start=1))


def panel(table: JacobianTable) -> Panel:
    """The matrix as coloured cells."""
    numbers = range(1, table.x.size + 1)
    cells = Cells(table.jacobian.tolist(), tuple(f"y{i}" for i in numbers), tuple(f"x{j}" for j in numbers))
    logits = ", ".join(f"{x:g}" for x in table.x.tolist())
    return Panel((cells,), title=f"{table.activation.name} at x = ({logits})", xlabel="", axes="off")
