"""The report of `actviz derivative` on vector activations: Jacobians."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.derivatives import JacobianTable, tabulate_jacobian
from actviz.commands import _options as options
from actviz.errors import BadInput
from actviz.figure import Cells, Figure, Panel
from actviz.report import Cell, Report, Table

if TYPE_CHECKING:
    from actviz.activation import Array, VectorActivation

LOGITS = (3.0, 1.0, -3.0)
"""The article's example, where no --at is given."""

UNDEFINED = "NaN: with these infinities there is no limit to show."


def jacobian_report(activations: list[VectorActivation], at: str, check: bool) -> Report:
    """The value and the Jacobian of each activation at the numbers that `at` lists between commas."""
    x = np.asarray(vector(at) if at else LOGITS)
    made = [tabulate_jacobian(activation, x, check) for activation in activations]
    return Report(
        document={"functions": [entry(table) for table in made]},
        tables=tuple(t for table in made for t in (matrix(table), *check_matrix(table))),
        figure=lambda: Figure("Jacobian", tuple((panel(table),) for table in made), size=(6.4, 1.0 + 3.0 * len(made))),
        status=1 if any(t.check and t.check.disproves(t.jacobian).any() for t in made) else 0,
    )


def vector(at: str) -> tuple[float, ...]:
    """The numbers of --at, infinities too, as -inf masks a class; raise BadInput for NaN or no number."""
    found = tuple(options.number(part, "--at") for part in at.split(","))
    if any(map(math.isnan, found)):
        raise BadInput(f"--at must be numbers, or -inf for a masked class, not '{at}'")
    return found


def entry(table: JacobianTable) -> dict[str, Any]:
    """One activation as JSON has it."""
    found = {"name": table.activation.name, "x": table.x, "value": table.value, "jacobian": table.jacobian}
    if table.check:
        found |= {"numerical_jacobian": table.check.value, "numerical_error": table.check.error}
    return found


def matrix(table: JacobianTable) -> Table:
    """A row an output: its logit, its value, and its derivative by each logit."""
    said = tuple(line.format(row_sum=table.largest_row_sum) for line in table.activation.entries)
    title = f"{table.activation.name}: {'gradient' if table.is_gradient else 'Jacobian'}"
    # The signs said are those of finite logits that compete.
    plain = np.isfinite(table.x).all() and table.x.size > 1
    notes = (UNDEFINED,) if np.isnan(table.jacobian).any() else said if plain else ()
    return Table(columns(table), rows(table, table.jacobian), title=title, notes=notes)


def check_matrix(table: JacobianTable) -> tuple[Table, ...]:
    """The numerical Jacobian, if there is one."""
    if table.check is None:
        return ()
    rough = table.check.unsure(table.jacobian) & np.isfinite(table.check.error)
    known = np.isfinite(table.check.error) & ~rough
    wrong = int(table.check.disproves(table.jacobian).sum())
    said = []
    if known.any():
        apart = float(table.check.differs(table.jacobian)[known].max())
        verdict = f"{wrong} entries disagree by more than it" if wrong else "no entry disagrees by more than it"
        error = float(table.check.error[known].max())
        said.append(f"apart by at most {apart:.2g}; numerical error at most {error:.2g}; {verdict}.")
    if rough.any():
        said.append(f"{int(rough.sum())} differences are too rough to tell: not checked.")
    if not (known | rough).all():
        said.append("NaN: y bends or jumps there, or x_j is infinite, or the differences do not converge: not checked.")
    title = f"{table.activation.name}: {'gradient' if table.is_gradient else 'Jacobian'} by differences"
    return (Table(columns(table), rows(table, table.check.value), title=title, notes=tuple(said)),)


def columns(table: JacobianTable) -> tuple[str, ...]:
    """The heads: the number of an output, its logit and value, and its derivative by each logit."""
    if table.is_gradient:
        return ("i", "x_i", "y", "dy/dx_i")
    return ("i", "x_i", "y_i", *(f"dy_i/dx_{j}" for j in range(1, table.x.size + 1)))


def rows(table: JacobianTable, entries: Array) -> tuple[tuple[Cell, ...], ...]:
    """The number of each output from 1, its logit and value, and its row of `entries`; a gradient's downwards."""
    values = np.broadcast_to(table.value, table.x.shape)
    cells = entries.T if table.is_gradient else entries
    lines = zip(table.x.tolist(), values.tolist(), cells.tolist(), strict=True)
    return tuple((i, x, y, *row) for i, (x, y, row) in enumerate(lines, start=1))


def panel(table: JacobianTable) -> Panel:
    """The matrix as coloured cells."""
    outputs = ("y",) if table.is_gradient else tuple(f"y{i}" for i in range(1, table.x.size + 1))
    inputs = tuple(f"x{j}" for j in range(1, table.x.size + 1))
    logits = ", ".join(f"{x:g}" for x in table.x.tolist())
    title = f"{table.activation.name} at x = ({logits})"
    return Panel((Cells(table.jacobian.tolist(), outputs, inputs),), title=title, xlabel="", axes="off")
