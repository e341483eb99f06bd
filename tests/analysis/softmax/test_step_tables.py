"""What the tables in words say of classes that are masked, or further below than float64 reaches."""

from __future__ import annotations

import math

import pytest

from actviz.analysis.softmax.overflow import log_sum_exp_shifted, outcome
from actviz.analysis.softmax.step_tables import Worked, explanation
from actviz.analysis.softmax.tables import notes, table

INF = math.inf


def told(x: tuple[float, ...], i: int) -> list[str]:
    """All the notes of the steps for class `i`."""
    o = outcome(x, "float32")
    tables = explanation(Worked(x, i, tuple(o.exact.tolist()), float(o.rest[i]), log_sum_exp_shifted(x), (o,)))
    return [note for one in tables for note in one.notes]


def test_the_class_worked_through_is_named_as_the_option_counts() -> None:
    assert "Worked through is class 3, which is --target 2: that counts from 0." in told((3.0, 1.0, -3.0), 2)


def test_a_masked_class_does_not_compete() -> None:
    x = (3.0, -INF, 1.0)
    masked, other = " ".join(told(x, 1)), " ".join(told(x, 2))
    assert "whatever the logits: none raises or lowers it." in masked
    assert "not an answer but of a masked class." in masked
    assert "they compete" in other
    assert "they compete" not in masked
    assert "masked" not in other


@pytest.mark.parametrize(
    ("x", "p", "log"),
    [
        ((1e308, -1e308), (1.0, "e^-2e+308"), ("-e^-2e+308", "-2e+308")),
        ((1e308, -1.5e308, -INF), (1.0, "e^-2.5e+308", 0.0), ("-e^-2.5e+308", "-2.5e+308", -INF)),
        ((5.0, -INF), (1.0, 0.0), (0.0, -INF)),
        ((1e308, -1e308, *[0.0] * 5), (1.0, "e^-2e+308"), ("-e^-1e+308", "-2e+308")),
    ],
)
def test_a_logarithm_beyond_float64_is_told(x: tuple[float, ...], p: tuple[object], log: tuple[object]) -> None:
    softmax, logarithm = table("", x, [outcome(x, "float64")], "native", ()).rows[:2]
    assert softmax == ("exact", "softmax", *p, None, "")
    assert logarithm == ("exact", "log-softmax", *log, None, "")


@pytest.mark.parametrize(
    ("x", "total"), [((1e4, 0.0), "1.13548e-4343"), ((1e308, -1e308), "e^-2e+308"), ((5.0, -INF), "0")]
)
def test_a_sum_that_float64_does_not_know_is_told(x: tuple[float, ...], total: str) -> None:
    o = outcome(x, "float64")
    said = " ".join(notes(x, [o], log_sum_exp_shifted(x)))
    assert f"0 <= log sum exp(x - M) = {total} <= log n" in said, said
    worked = Worked(x, 0, tuple(o.exact.tolist()), float(o.rest[0]), log_sum_exp_shifted(x), (o,))
    lines = [str(row[1]) for row in explanation(worked)[1].rows]
    assert lines[2].endswith(f"- {total} = {'0' if total == '0' else '-' + total}"), lines
    assert lines[3].startswith(f"0 <= {total} <= "), lines


def test_log_softmax_is_said_to_mend_only_where_it_does() -> None:
    x = (6e4, -6e4)
    said = notes(x, [outcome(x, dtype) for dtype in ("float16", "float32")], 0.0)
    assert any(line.endswith("is still 0; log-softmax keeps its logarithm in float32.") for line in said), said
