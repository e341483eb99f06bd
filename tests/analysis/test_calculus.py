"""The rules and the elementary derivatives hold, by differences and by mpmath's own differentiation."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import mpmath
import pytest

from actviz.analysis.calculus import DERIVATIVES, RULES, SHARED, Derivative, Rule, derivative_error, rule_error

MATHS = SimpleNamespace(
    exp=mpmath.exp,
    log=mpmath.log,
    sin=mpmath.sin,
    cos=mpmath.cos,
    tan=mpmath.tan,
    arcsin=mpmath.asin,
    arccos=mpmath.acos,
    arctan=mpmath.atan,
    sqrt=mpmath.sqrt,
    pi=mpmath.mp.pi,
)

ARTICLE_NAMES = {
    "constant",
    "power",
    "exponential",
    "exponential, base e",
    "logarithm",
    "logarithm, base e",
    "sine",
    "cosine",
    "tangent",
    "cotangent",
    "secant",
    "cosecant",
    "inverse sine",
    "inverse cosine",
    "inverse tangent",
    "inverse cotangent",
}


def name(record: Rule | Derivative) -> str:
    return record.name.replace(", ", "_").replace(" ", "_")


def test_the_table_has_every_function_once():
    assert {d.name for d in DERIVATIVES} == ARTICLE_NAMES
    assert len(DERIVATIVES) == len(ARTICLE_NAMES)
    assert [rule.name for rule in RULES] == ["sum", "product", "quotient"]


@pytest.mark.parametrize("entry", DERIVATIVES, ids=name)
def test_stated_derivative_is_the_derivative_by_mpmath(entry: Derivative):
    for constant in [(c,) for c in entry.constants] or [()]:
        for point in {*entry.points, *SHARED}:
            with mpmath.workdps(40):
                x, c = mpmath.mpf(point), [mpmath.mpf(c) for c in constant]
                wanted = mpmath.diff(lambda t, c=c: entry.value(MATHS, t, *c), x)
                got = entry.slope(MATHS, x, *c)
                error = abs(got - wanted) / max(1, abs(wanted))
            assert error < mpmath.mpf("1e-15"), (entry.name, constant, point, got, wanted, error)


@pytest.mark.parametrize("entry", DERIVATIVES, ids=name)
def test_differences_agree_with_the_stated_derivative(entry: Derivative):
    assert derivative_error(entry) < 1e-12, (entry.name, derivative_error(entry))


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_differences_agree_with_the_rule(rule: Rule):
    assert rule_error(rule) < 1e-12, (rule.name, rule_error(rule))


@pytest.mark.parametrize("entry", DERIVATIVES, ids=name)
def test_a_wrong_derivative_is_found(entry: Derivative):
    wrong = replace(entry, slope=lambda m, x, *c: entry.slope(m, x, *c) + 1e-6)
    assert derivative_error(wrong) > 1e-9, (entry.name, derivative_error(wrong))


def test_a_wrong_sign_in_the_quotient_rule_is_found():
    quotient = RULES[2]
    wrong = replace(quotient, slope=lambda u, du, v, dv: (du * v + u * dv) / v**2)
    assert rule_error(wrong) > 0.1


@pytest.mark.parametrize("record", [*RULES, *DERIVATIVES], ids=name)
def test_latex_is_balanced_and_bare_of_dollars(record: Rule | Derivative):
    for text in (record.function, record.derivative):
        assert "$" not in text
        assert text.count("{") == text.count("}"), text
        assert not re.search(r"\\\\", text), text
