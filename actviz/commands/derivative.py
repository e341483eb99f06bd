"""`actviz derivative`: derivatives in tables, kinks marked, and the Jacobian of a vector activation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz import _numpy as np
from actviz.activation import VectorActivation
from actviz.commands import _options as options
from actviz.commands._entries import HEADS, KEYS, jump_entries, kink_entries
from actviz.errors import BadInput
from actviz.report import Cell, Report, Table
from actviz.resolve import get, scalars
from actviz.sampling import grid, kink_places

if TYPE_CHECKING:
    from actviz.activation import Activation, Array, Kink
    from actviz.analysis.calculus import Derivative, Rule
    from actviz.analysis.derivatives import DerivativeTable
    from actviz.analysis.differences import Numerical
    from actviz.figure import Interval

CHECK_KEYS = (
    ("numerical_derivative", "numerical_error", "difference"),
    ("numerical_second_derivative", "numerical_second_error", "second_difference"),
)
NOTES = (
    "jump: f(x) itself jumps there, so it has no derivative; the one shown is a convention.",
    "kink: f'(x) has a left and a right value there; the table shows the left one, by convention.",
    "kink: f''(x) has a left and a right value there; the table shows the left one, by convention.",
)
"""What is said of points where the value, the slope or the curvature jumps."""


def command(
    functions: options.OptionalFunctions = None,
    at: Annotated[str, typer.Option(metavar="X1,X2,...", help="the points; for softmax, the logits, -inf a mask")] = "",
    range_: Annotated[str, typer.Option("--range", metavar="LOW:HIGH", help="an interval of x instead [-6:6]")] = "",
    points: Annotated[int | None, typer.Option(help="points over the range, beside 0 and the kinks [13]")] = None,
    order: Annotated[int | None, typer.Option(metavar="0|1|2", help="highest derivative shown [2]")] = None,
    check: Annotated[bool, typer.Option("--check", help="set a derivative by differences beside each")] = False,
    elementary: Annotated[bool, typer.Option("--elementary", help="the rules and the elementary derivatives")] = False,
    param: options.Params = None,
    callables: options.From = None,
    seed: options.Seed = None,
) -> Report:
    """Tabulate f, f' and f'', kinks marked; for softmax and the other functions of a vector the Jacobian.

    At a kink f' is the left derivative. Exit status 1 says that --check found a derivative farther off
    than the numerical error explains. Examples: actviz derivative tanh;
    actviz derivative relu6 --at=0,3,6 --check; actviz derivative softmax --at=3,1,-3;
    actviz derivative --elementary
    """
    if elementary:
        others = (functions, callables, param, at, range_, points, order, seed)
        if check or any(option not in (None, "", []) for option in others):
            raise BadInput("--elementary prints the elementary functions alone; leave FUNCTION and its options out")
        return elementary_report()
    if at and (range_ or points is not None):
        raise BadInput("give --at or --range with --points, not both")
    vectors = [a for a in map(vector, functions or ()) if a]
    if not vectors:
        where = options.numbers(at, "--at") if at else ()
        highest = 2 if order is None else order
        activations = scalars(functions or [], param, callables, seed)
        interval = options.interval(range_ or "-6:6")
        rows = 13 if points is None else points
        return scalar_report(activations, where, interval, points=rows, order=highest, check=check)
    if len(vectors) < len(functions or ()) or callables:
        raise BadInput(f"{vectors[0].name} takes a vector and has a Jacobian; show it apart from the other functions")
    if range_ or points is not None or param or seed is not None or order not in (None, 1):
        raise BadInput(f"the Jacobian of {vectors[0].name} takes --at and --check alone, such as --at=3,1,-3")
    from actviz.commands._jacobian import jacobian_report

    return jacobian_report(vectors, at, check)


def vector(text: str) -> VectorActivation | None:
    """The vector activation that `text` names, if it names one."""
    try:
        found = get(text)
    except BadInput:  # the text may need --param; `scalars` says what is wrong with it
        return None
    return found if isinstance(found, VectorActivation) else None


def scalar_report(
    activations: tuple[Activation, ...],
    at: tuple[float, ...],
    interval: Interval,
    *,
    points: int,
    order: int,
    check: bool,
) -> Report:
    """The tables of scalar functions, at the points `at` or on a grid that holds 0 and the kinks."""
    if order not in (0, 1, 2):
        raise BadInput(f"--order must be 0, 1 or 2, not {order}")
    if check and order == 0:
        raise BadInput("--check compares derivatives; give --order 1 or 2 with it")
    from actviz.analysis.derivatives import tabulate
    from actviz.charts.functions import legible_figure

    made = [
        tabulate(a, np.asarray(at) if at else grid(interval, points, kink_places(a)), order, check) for a in activations
    ]
    low, high = (min(at), max(at)) if at else interval
    margin = max(1.0, 0.05 * abs(low), 0.05 * abs(high)) if at else 0.0
    return Report(
        document={"functions": [entry(table) for table in made]},
        tables=tuple(t for table in made for t in (main_table(table), *check_tables(table))),
        figure=lambda: legible_figure(activations, tuple(range(order + 1)), (low - margin, high + margin)),
        status=1 if any(disproved(table) for table in made) else 0,
    )


def disproved(table: DerivativeTable) -> bool:
    """Whether some difference cannot be explained by rounding."""
    return any(bool(c.disproves(y).any()) for c, y in zip(table.checks, table.columns[1:], strict=False))


def entry(table: DerivativeTable) -> dict[str, Any]:
    """One function as JSON has it."""
    f = table.activation
    found: dict[str, Any] = {"name": f.name, "parameters": f.bound, "x": table.x}
    found |= dict(zip(KEYS, table.columns, strict=False))
    for keys, check, y in zip(CHECK_KEYS, table.checks, table.columns[1:], strict=False):
        found |= dict(zip(keys, (check.value, check.error, check.differs(y)), strict=True))
    kinks = f.kinks(*f.values)
    return found | {"kinks": kink_entries(kinks), "jumps": jump_entries(kinks)}


def main_table(table: DerivativeTable) -> Table:
    """x, f, f', f'', and a column that marks kinks where there are any."""
    columns = ("x", *HEADS[: len(table.columns)])
    rows: list[tuple[Cell, ...]] = list(zip(table.x.tolist(), *(y.tolist() for y in table.columns), strict=True))
    marked = [k for k in table.kinks if k.x in table.x]
    if not marked:
        return Table(columns, tuple(rows), title=table.activation.label, notes=limit_notes(table))
    marks = [", ".join(mark(k) for k in marked if k.x == row[0]) for row in rows]
    jumps = {k.x for k in marked if k.order == 0}
    return Table(
        (*columns, "kink"),
        tuple((*row, text) for row, text in zip(rows, marks, strict=True)),
        title=table.activation.label,
        notes=(
            *(NOTES[order] for order in sorted({k.order for k in marked if k.order == 0 or k.x not in jumps})),
            *limit_notes(table),
        ),
    )


def limit_notes(table: DerivativeTable) -> tuple[str, ...]:
    """What f tends to at the points of the table where the formula is 0/0."""
    from actviz.analysis.holes import limit_at

    f = table.activation
    places = set(f.holes(*f.values))
    undefined = [x for x, y in zip(table.x.tolist(), table.columns[0].tolist(), strict=True) if math.isnan(y)]
    limits = [(x, limit_at(f, x)) for x in undefined if x in places]
    return tuple(f"at x = {x:g} the formula is 0/0; f tends to {y:.6g}." for x, y in limits if y is not None)


def mark(kink: Kink) -> str:
    """The two values of what jumps at `kink`."""
    primes = "'" * kink.order
    return f"f{primes}: left {kink.left:g}, right {kink.right:g}"


def check_tables(table: DerivativeTable) -> tuple[Table, ...]:
    """For each derivative the numerical one, how far apart they are, and what explains that much."""
    pairs = zip(HEADS[1:], table.columns[1:], table.checks, strict=False)
    return tuple(check_table(f"{table.activation.label}: {head} checked", head, table.x, y, c) for head, y, c in pairs)


def check_table(title: str, head: str, x: Array, exact: Array, check: Numerical) -> Table:
    """One derivative beside its numerical counterpart."""
    columns = (x, exact, check.value, check.differs(exact), check.error)
    wrong, unknown = check.disproves(exact), ~np.isfinite(check.error)
    rough = check.unsure(exact) & ~wrong & ~unknown
    unchecked = unknown | rough
    notes = []
    if not (wrong.any() or unchecked.all()):
        notes.append(
            "every difference is within the numerical column's own error"
            + " where it is checked." * bool(unchecked.any())
        )
    notes.extend(
        f"at x = {point:g} the two disagree by more than that: {head} is wrong, or the differences are of a "
        "function that has lost its digits there."
        for point in x[wrong]
    )
    notes.extend(f"at x = {point:g} the differences do not converge: not checked." for point in x[unknown])
    notes.extend(f"at x = {point:g} the differences are too rough to tell: not checked." for point in x[rough])
    return Table(
        ("x", head, "by differences", "apart", "estimated error"),
        tuple(zip(*(column.tolist() for column in columns), strict=True)),
        title=title,
        notes=tuple(notes),
    )


def elementary_report() -> Report:
    """The rules and the table of elementary derivatives, each with the largest error found."""
    from actviz.analysis.calculus import DERIVATIVES, RULES, derivative_error, rule_error
    from actviz.figures import f01_elementary_derivatives

    rules = [(rule, rule_error(rule)) for rule in RULES]
    derivatives = [(d, derivative_error(d)) for d in DERIVATIVES]
    checked = "error: the largest found against differences of the function alone, relative where f' exceeds 1."
    return Report(
        document={
            "rules": [elementary_entry(*pair) for pair in rules],
            "derivatives": [elementary_entry(*pair) for pair in derivatives],
        },
        tables=(
            elementary_table("rules of differentiation", "rule", rules, ()),
            elementary_table("derivatives of elementary functions", "function", derivatives, (checked,)),
        ),
        figure=f01_elementary_derivatives.build,
    )


def elementary_entry(record: Rule | Derivative, error: float) -> dict[str, Any]:
    """A rule or a derivative as JSON has it, in LaTeX."""
    return {
        "name": record.name,
        "function": record.function,
        "derivative": record.derivative,
        "largest_error": error,
    }


def elementary_table(title: str, head: str, records: list[Any], notes: tuple[str, ...]) -> Table:
    """Rules or derivatives as text, with the error found in each."""
    rows = tuple((r.name, r.plain_function, r.plain_derivative, error) for r, error in records)
    return Table((head, "f(x)", "f'(x)", "error"), rows, title=title, notes=notes, digits=2)
