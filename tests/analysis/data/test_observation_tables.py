"""Tables of data: what they say follows from the numbers, and they fit a terminal."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

import actviz
from actviz.analysis.data.observation import Observation
from actviz.analysis.data.tables import tables
from actviz.analysis.saturation.saturation import saturation
from actviz.errors import BadInput
from actviz.report import Table
from actviz.resolve import scalars
from actviz.screen import PLAIN
from actviz.tables import text

THRESHOLDS = (0.1, 0.01, 0.001)


def observed(names: list[str], *arrays: object, axis: int | None = None) -> tuple[Observation, ...]:
    found = actviz.observe(names, [np.asarray(array, dtype=np.float64) for array in arrays], axis, THRESHOLDS)
    assert isinstance(found, tuple)
    return tuple(replace(one, label=f"run/layer{i}.npy") for i, one in enumerate(found))


def titled(found: tuple[Table, ...], beginning: str) -> Table:
    (table,) = [table for table in found if table.title.startswith(beginning)]
    return table


def column(table: Table, name: str) -> list[object]:
    return [row[table.columns.index(name)] for row in table.rows]


def test_left_inside_and_right_add_up_to_all() -> None:
    x = np.random.default_rng(0).normal(-1, 3, 1000)
    (one,) = observed(["gelu"], x)
    table = titled(tables((one,)), "gelu: share")
    assert column(table, "slope") == ["|f'| <= 0.1", "|f'| <= 0.01", "|f'| <= 0.001"]
    for row, share in zip(table.rows, one.whole.responses[0].saturated, strict=True):
        left, inside, right, whole = row[1:5]
        assert whole == share.fraction
        assert math.fsum((left, inside, right)) == pytest.approx(whole, abs=1e-15)  # type: ignore[arg-type]
        assert left > 0 < inside  # type: ignore[operator]
        assert right == 0


def test_a_slope_that_some_values_do_not_have_is_told() -> None:
    (note,) = titled(tables(observed(["sqrt(x)"], [-1.0, 4.0])), "sqrt(x): share").notes
    assert "at some values there is none (NaN), so E f' and E f'^2 are NaN" in note


def test_a_hard_function_has_one_row_for_all_thresholds() -> None:
    found = observed(["relu"], [-1.0, -2.0, 3.0, 4.0])
    table = titled(tables(found), "relu: share")
    assert table.columns == ("slope", "left", "inside", "right", "in all")
    assert table.rows == (("f' = 0", 0.5, 0.0, 0.0, 0.5),)
    assert table.notes == (
        "run/layer0.npy: 50% of the values lie where relu's slope is exactly 0; "
        "a gradient's mean square is multiplied by 0.5.",
    )


def test_the_normal_law_stands_beside_where_there_is_one() -> None:
    found = observed(["tanh"], np.linspace(-2, 2, 50), np.full(3, 1.0))
    paper = saturation(scalars(["tanh"])[0], THRESHOLDS, found[0].whole.mean, found[0].whole.std)
    made = tables(found, [[paper], [None]])
    assert column(titled(made, "tanh: share"), "if normal") == [*paper.fractions, None, None, None]
    assert column(titled(made, "Slopes"), "E f' if normal") == [paper.moments.derivative_mean, None]
    assert column(titled(made, "Slopes"), "E f'^2 if normal") == [paper.moments.derivative_second_moment, None]
    assert not any("normal" in name for name in titled(tables(found), "Slopes").columns)


def normal_tables(names: list[str], *arrays: object) -> tuple[tuple[Observation, ...], tuple[Table, ...]]:
    """The arrays seen through functions, and their tables beside the normal laws."""
    found = observed(names, *arrays)
    laws = [[saturation(a, THRESHOLDS, one.whole.mean, one.whole.std) for a in one.activations] for one in found]
    return found, tables(found, laws)


NO_LAW = {
    "all values are equal": [2.0, 2.0],
    "no value is finite": [math.nan, math.inf],
    "the standard deviation is below 1e-30": [1e-310, -2e-310, 0.0],
    "the mean or the standard deviation is beyond 1e+30": [1e200, -1e200, 3e200],
}
"""Values without a normal law to compare with, by the reason."""


@pytest.mark.parametrize("reason", NO_LAW)
def test_where_no_array_has_a_normal_law_a_note_says_why(reason: str) -> None:
    (one,) = observed(["sigmoid"], np.array(NO_LAW[reason]))
    with pytest.raises(BadInput):
        saturation(one.activations[0], THRESHOLDS, one.whole.mean, one.whole.std)
    table = titled(tables((one,), [[None]]), "Slopes")
    assert table.notes == (f"No normal input has this mean and standard deviation, to compare with: {reason}.",)
    assert table.columns == ("function", "E f'", "E f'^2")


def test_where_some_arrays_have_no_normal_law_the_reasons_of_these_are_told() -> None:
    found = observed(["tanh"], [1.0, 2.0], [3.0, 3.0], [0.0, 1e-310], [4.0, 4.0])
    paper = saturation(scalars(["tanh"])[0], THRESHOLDS, found[0].whole.mean, found[0].whole.std)
    (note,) = titled(tables(found, [[paper], [None], [None], [None]]), "Slopes").notes
    assert "blank where all values are equal or the standard deviation is below 1e-30; f' = 0" in note


def test_where_no_value_is_finite_that_is_all_that_is_said() -> None:
    contents, distribution, shares, *_ = tables(observed(["relu"], [math.nan, math.inf]), [[None]])
    assert contents.notes == ("No value is finite.",)
    assert distribution.notes == ()
    assert (shares.rows, shares.columns) == ((), ())
    assert shares.notes == ("run/layer0.npy: no value is finite, so nothing can be said of relu.",)


def test_an_array_without_a_finite_value_has_no_row_of_shares() -> None:
    found = observed(["relu"], [math.nan], [-1.0, 3.0])
    assert titled(tables(found), "relu: share").rows == (("run/layer1.npy", "f' = 0", 0.5, 0.0, 0.0, 0.5),)


def test_exactly_0_is_of_the_same_floats_on_the_data_and_if_normal() -> None:
    x = np.random.default_rng(4).normal(5, 40, 20_000)
    found, made = normal_tables(["gaussian", "gelu"], x)
    for number, name in enumerate(("gaussian", "gelu")):
        table = titled(made, f"{name}: share")
        head, *sides, whole, usual = table.rows[-1]
        response = found[0].whole.responses[number]
        slopes = found[0].activations[number].derivative(x)
        assert (head, whole) == ("f' = 0", np.mean(slopes == 0))
        assert math.fsum(sides) == pytest.approx(whole, abs=1e-15)  # type: ignore[arg-type]
        assert 0 < whole == response.dead_fraction  # type: ignore[operator]
        # exp(-x^2) is below 5e-324 from 27.3 on; of 20,000 values a share has an error of 0.0035.
        assert usual == pytest.approx(whole, abs=0.015)
    (_, _, _, _, _, usual) = titled(made, "gaussian: share").rows[-1]
    law = NormalDist(float(np.mean(x)), float(np.std(x)))
    assert usual == pytest.approx(law.cdf(-27.3) + 1 - law.cdf(27.3), abs=2e-3)


def test_the_sentence_and_the_row_say_the_same_of_what_is_exactly_0() -> None:
    _, made = normal_tables(["tanh"], [2.0**64, 2.0**63, 0.0])
    table = titled(made, "tanh: share")
    assert table.rows == (("f' = 0", 0.0, 0.0, 2 / 3, 2 / 3, 1.0),)
    assert "66.7% of the values lie where tanh's slope is exactly 0 (100% if they were normal)" in table.notes[0]
    # E f'^2 is 2/3 of E f' under a law so wide.
    mean, square = (column(titled(made, "Slopes"), f"E {what} if normal")[0] for what in ("f'", "f'^2"))
    assert square == pytest.approx(2 / 3 * mean, rel=1e-12)  # type: ignore[operator]
    assert 5.0e-20 < mean < 5.1e-20  # type: ignore[operator]


def test_an_array_without_a_dead_value_has_its_row_filled() -> None:
    found = observed(["tanh"], [1e20, -2e20], [0.5, 2.0])
    rows = titled(tables(found), "tanh: share").rows
    assert rows[1] == ("run/layer0.npy", "f' = 0", 0.5, 0.0, 0.5, 1.0)
    assert rows[-1] == ("run/layer1.npy", "f' = 0", 0.0, 0.0, 0.0, 0.0)


def test_of_a_function_with_too_many_runs_nothing_is_said_of_the_sides() -> None:
    _, made = normal_tables(["sin(x)"], [math.pi / 2, 1.0, 2.0])
    assert titled(made, "sin(x): share").columns == ("slope", "in all", "if normal")


def test_no_two_columns_of_a_table_have_one_name() -> None:
    _, made = normal_tables(["tanh", "relu"], [0.5, -2.0], [0.0, 1e20])
    for table in made:
        heads = [name.strip() for name in table.columns]
        assert len(set(heads)) == len(heads), table.title


def test_a_threshold_given_twice_counts_once() -> None:
    found = actviz.observe("tanh", [0.5, 3.0], thresholds=(0.1, 0.01, 0.1))
    assert isinstance(found, Observation)
    assert [share.threshold for share in found.whole.responses[0].saturated] == [0.1, 0.01]
    assert [point.threshold for point in actviz.saturation("tanh", (0.1, 0.1)).left.thresholds] == [0.1]


def test_more_than_four_arrays_have_a_row_each_and_the_worst_are_spoken_of() -> None:
    found = observed(["tanh", "relu"], *(np.linspace(-k, k, 101) for k in range(1, 8)))
    made = tables(found)
    assert made[0].title == "Data"
    assert column(made[0], "data") == [one.label for one in found]
    table = titled(made, "tanh: share")
    assert [len(row) for row in table.rows] == [4] * 7
    assert [note.split(":")[0] for note in table.notes[:3]] == [f"run/layer{i}.npy" for i in (4, 5, 6)]
    assert table.notes[3] == "These 3 of the 7 arrays have the least E f'^2."
    together = math.prod(one.whole.responses[0].derivative_second_moment for one in found)
    assert f"mean square by {together:.2g} in all" in table.notes[4]
    assert titled(made, "relu: share").columns == ("data", "f' = 0")


def test_a_threshold_that_no_array_feels_is_not_spoken_of() -> None:
    (one,) = observed(["sigmoid"], np.linspace(2.5, 3.5, 50))
    (note,) = titled(tables((one,)), "sigmoid: share").notes
    assert "100% of the values lie where sigmoid's slope is at most 0.1" in note


def test_dead_units_are_counted_and_named() -> None:
    x = np.random.default_rng(1).normal(size=(20, 12))
    x[:, [3, 7]] = -1
    found = observed(["relu", "tanh"], x, axis=1)
    made = tables(found)
    assert "2 of 12 units are dead on every sample (3 and 7)" in titled(made, "relu: share").notes[0]
    assert "units" not in titled(made, "tanh: share").notes[0]
    assert column(titled(made, "Slopes"), "dead units") == ["2 of 12", "0 of 12"]
    assert set(column(titled(made, "relu: units"), "unit")[:2]) == {3, 7}


def test_what_is_not_finite_is_no_sample_on_which_a_unit_is_dead() -> None:
    x = np.array([[np.nan, 2.0], [-1.0, 3.0], [-2.0, -1.0]])
    for values, said in ((x, "1 of 2 units is dead on every finite sample (0)"), (x[1:], "on every sample (0)")):
        assert said in titled(tables(observed(["relu"], values, axis=1)), "relu: share").notes[0]
    alive = titled(tables(observed(["relu"], -x, axis=1)), "relu: share").notes[0]
    assert "none of 2 units is dead on every finite sample" in alive


def test_the_least_of_a_gradient_comes_first() -> None:
    # tanh's slope is 0.0099 at 3 and 0.0266 at 2.5: small at all of the second, tiny at a tenth of the first.
    some, all_of_it = np.array([3.0] + [0.0] * 9), np.full(10, 2.5)
    found = observed(["tanh"], np.stack([some, all_of_it], axis=1), axis=1)
    assert column(titled(tables(found), "tanh: units, the least E f'^2 first"), "unit") == [1, 0]
    many = observed(["tanh"], *[np.append(some, 0.01 * i) for i in range(4)], all_of_it)
    assert [note.split(":")[0] for note in titled(tables(many), "tanh: share").notes[:3]] == [
        f"run/layer{i}.npy" for i in (2, 3, 4)
    ]


def test_a_unit_without_a_finite_value_comes_last() -> None:
    x = np.array([[np.nan, -1.0, 2.0], [np.inf, -2.0, -3.0]])
    table = titled(tables(observed(["relu"], x, axis=1)), "relu: units")
    assert column(table, "unit") == [1, 2, 0]
    assert column(table, "not finite") == [None, None, 2]


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("count", [1, 3, 12])
def test_tables_fit(width: int, count: int) -> None:
    random = np.random.default_rng(2)
    arrays = [random.normal(0, 1 + i, (40, 30)) for i in range(count)]
    found = tuple(
        replace(one, label=f"layers.npz:encoder.layers.{i}.mlp.act")
        for i, one in enumerate(observed(["sigmoid", "relu", "gelu"], *arrays, axis=1))
    )
    laws = [[saturation(a, THRESHOLDS, one.whole.mean, one.whole.std) for a in one.activations] for one in found]
    lines = text(tables(found, laws), replace(PLAIN, width=width)).splitlines()
    assert max(map(len, lines)) <= width, max(lines, key=len)
