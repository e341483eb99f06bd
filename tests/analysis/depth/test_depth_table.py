"""Depth as tables: every layer with all its numbers, and sentences that follow from them."""

from __future__ import annotations

import math

import pytest

import actviz
from actviz.activation import Activation
from actviz.analysis.depth.depth import depth
from actviz.analysis.depth.simulation import Plan
from actviz.analysis.depth.tables import tables
from actviz.formats import csv


def found(name, layers, **given):
    activation = actviz.get(name)
    assert isinstance(activation, Activation)
    return depth(activation, layers, **given)


def said(name, layers, **given):
    (table,) = tables(found(name, layers, **given))
    return " ".join(table.notes)


def test_a_row_a_layer_with_what_is_seen_beside_what_is_predicted():
    one = found("tanh", 3, init="he", bias_std=0.5, plan=Plan(16, 4))
    (table,) = tables(one)
    assert table.title == "tanh, 3 layers deep: weight std 1.414 (He), bias std 0.5"
    assert len(set(table.columns)) == len(table.columns) == 8
    for row, layer, seen in zip(table.rows, one.layers, one.simulation, strict=True):
        assert row == (
            *(layer.number, layer.variance, layer.chi, layer.gradient),
            *(seen.variance, seen.variance_error, seen.gradient, seen.gradient_error),
        )


def test_without_a_simulation_there_are_no_columns_for_it():
    (table,) = tables(found("tanh", 3, weight_std=1.25))
    assert table.title == "tanh, 3 layers deep: weight std 1.25, bias std 0"
    assert table.columns == ("layer", "variance", "chi", "gradient^2")
    assert "standard error" not in " ".join(table.notes)


def test_text_shows_the_first_layers_of_many_and_csv_all():
    (table,) = tables(found("relu", 200, init="he"))
    assert table.most is not None
    assert table.most < 50
    assert len(csv([table]).splitlines()) == 202


@pytest.mark.parametrize(("name", "layers", "given", "words"), [
    ("sigmoid", 10, {}, "10 layers back the gradient's square is 2.3e-13 of what it was, its length 4.79e-07."),
    ("sigmoid", 10, {}, "chi is 0.0557207 there: ordered, gradients vanish, their square by a factor e in 0.346"),
    ("sigmoid", 10, {}, "sigmoid: the variance settles at 0.264687; chi is"),
    ("relu", 1, {"init": "he"}, "relu: one layer back the gradient's square is unchanged, its length 1."),
    ("relu", 9, {"init": "he"}, "relu: the variance stays what it is; chi is 1 there: critical, gradients neither"),
    ("relu", 9, {"weight_std": 2.0}, "the variance grows without bound; chi is 2 there: chaotic, gradients explode"),
    ("relu", 9, {"weight_std": 1.0}, "the variance tends to 0; chi is 0.5 there: ordered"),
    ("relu", 500, {"weight_std": 10.0}, "the gradient's square is above 1e308 of what it was, beyond float64"),
    ("sigmoid", 900, {}, "the gradient's square is below 1e-308 of what it was, beyond float64"),
    ("step", 4, {}, "the gradient's square is exactly 0: f' is 0 almost everywhere"),
    ("step", 4, {}, "chi is 0 there: ordered, gradients vanish, at once"),
    ("tanh", 1000, {}, "tanh: the variance tends to 0; chi tends to 1: critical, gradients vanish, slower than expon"),
    ("hard_tanh", 9, {}, "chi tends to 1: critical, gradients vanish, slower than exponentially."),
    ("softplus", 9, {"weight_std": math.sqrt(2)}, "grows without bound; chi tends to 1: critical, gradients vanish,"),
    ("x + x*x - 0.6*x**3", 9, {"std": 0.01}, "the variance tends to 0; chi tends to 1: critical, gradients explode,"),
    ("log(x)", 4, {}, "log(x): E f^2 or E f'^2 is not a number, so nothing is predicted."),
    ("log(x)", 4, {}, "log(x): where the variance settles is not known."),
])  # fmt: skip
def test_what_is_said_of_gradient_and_variance(name, layers, given, words):
    assert words in said(name, layers, **given), said(name, layers, **given)


def test_what_is_said_of_the_simulation():
    one = found("tanh", 6, plan=Plan(48, 5, 11))
    assert math.isfinite(one.apart)
    assert said("tanh", 6, plan=Plan(48, 5, 11)).count(
        "mean and standard error over 5 networks 48 wide, seed 11; the farthest of 12 figures is "
        f"{one.apart:.2g} standard errors from its prediction. Finite width shifts them by a part of order "
        "depth/width = 0.12."
    )


def test_where_nothing_is_predicted_nothing_is_compared():
    words = said("1/x", 5, init="he", plan=Plan(64, 4))
    assert "so nothing is predicted" in said("log(x)", 5, plan=Plan(8, 2))
    assert "seed 0; there is no prediction to compare them with." in words
    assert "from its prediction" not in words
    assert found("1/x", 5, init="he", plan=Plan(64, 4)).compared == ()


@pytest.mark.parametrize(("samples", "told"), [(2, True), (4, True), (15, True), (16, False)])
def test_few_networks_have_an_uncertain_error(samples, told):
    words = said("relu", 2, plan=Plan(8, samples))
    assert (f"Over {samples} networks the error itself is uncertain." in words) is told


def test_one_layer_is_one():
    (table,) = tables(found("relu", 1))
    assert table.title.startswith("relu, 1 layer deep:")


def test_a_simulation_that_overflows_says_so():
    assert "some overflow float64 on the way" in said("relu", 30, weight_std=1e20, plan=Plan(8, 2))


@pytest.mark.parametrize(("text", "most"), [("exponential", 6), ("exp(x)", 3)])
def test_infinities_of_both_signs_that_meet_are_an_overflow(text, most):
    assert "some overflow float64 on the way" in said(text, most, init="he", plan=Plan(32, 2))


def test_a_pole_that_no_second_moment_survives_is_named():
    both, one = said("1/x", 3), said("abs(x)**-0.25", 3)
    assert "f grows so fast at a pole that E f^2 and E f'^2 are infinite" in both
    assert "the variance grows without bound" in both
    assert "at a pole that E f'^2 is infinite" in one
    assert "the variance settles at 1.54326" in one


def test_a_simulation_where_f_is_undefined_says_so():
    assert "f or its slope is NaN on the way" in said("sqrt(x)", 3, plan=Plan(8, 2))
