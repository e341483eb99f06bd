from __future__ import annotations

import math
import time
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from process import actviz, refusal
from running_error import Jet, OutsideError, U, jet, through, variable

from actviz.activation import Activation, Kink
from actviz.errors import BadInput
from actviz.expressions.expression import free_names, parse

INF = math.inf
SMOOTH: dict[str, Any] = {
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tanh": mpmath.tanh,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "atan": mpmath.atan,
    "log": mpmath.log,
    "log1p": mpmath.log1p,
    "sqrt": mpmath.sqrt,
    "erf": mpmath.erf,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "tan": mpmath.tan,
    "sigmoid": lambda t: 1 / (1 + mpmath.exp(-t)),
    "softplus": lambda t: mpmath.log(1 + mpmath.exp(t)),
    "silu": lambda t: t / (1 + mpmath.exp(-t)),
    "mish": lambda t: t * mpmath.tanh(mpmath.log(1 + mpmath.exp(t))),
}
NAMES: dict[str, Any] = {name: (lambda u, f=f: through(f, u)) for name, f in SMOOTH.items()} | {
    "max": lambda a, b: jet(b) if jet(a) < b else jet(a),
    "min": lambda a, b: jet(a) if jet(a) < b else jet(b),
    "pi": math.pi,
    "__builtins__": {"abs": abs},
}

leaves = st.one_of(st.just("x"), st.just("x"), st.sampled_from(["1", "2.5", "0.3", "pi", "1.702", "3"]))


def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{}({})".format, st.sampled_from([*SMOOTH, "abs"]), inner),
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("({})**{}".format, inner, st.sampled_from(["2", "3", "-1", "0.5", "1.5"])),
        st.builds("(-{})".format, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("({} if {} < {} else {})".format, inner, inner, inner, inner),
    )


texts = st.recursive(leaves, wider, max_leaves=6)


def truth(text: str, x: float) -> Jet:
    """The expression by Python's own grammar over jets of mpmath: nothing of ours takes part."""
    return jet(eval(text, NAMES | {"x": variable(x)}))


@settings(max_examples=300, deadline=None)
@given(texts, st.floats(-20, 20).filter(lambda x: x == 0 or abs(x) > 1e-3))
@example("x*sigmoid(1.702*x)", -15.0)
@example("2*sigmoid(2*x)", -7.0)
@example("tanh(x) + 1", 0.5)
@example("(x**2 + 1)**0.5", 12.0)
@example("max(x, 3 - x)*exp(-x)", 2.0)
def test_any_expression_agrees_with_mpmath_within_its_condition(text: str, x: float) -> None:
    with mpmath.workdps(120):
        try:
            wanted = truth(text, x)
        except (OutsideError, ZeroDivisionError, OverflowError):
            assume(False)
        try:
            activation = parse(text, {})
        except BadInput as error:
            assert "not a finite number" in str(error), (text, error)
            return
        for order, want in enumerate((wanted.v, wanted.d, wanted.dd)):
            got = float(activation.derivative(x, order))
            assert math.isfinite(got), (text, x, order, got, float(want.v))
            error = abs(mpmath.mpf(got) - want.v)
            bound = 8 * U * (abs(want.v) + want.e)
            assert error <= bound, (text, x, order, got, float(want.v), float(error), float(bound))


@settings(max_examples=60, deadline=None)
@given(texts, st.floats(-20, 20))
def test_value_alone_is_the_value_beside_derivatives(text: str, x: float) -> None:
    from actviz.expressions.expansion import expand
    from actviz.expressions.expression import MATHS
    from actviz.expressions.grammar import read
    from actviz.expressions.tree import run

    try:
        activation = parse(text, {})
    except BadInput:
        return
    tree = read(text)
    beside = float(expand(lambda u: run(tree, MATHS, {"x": u}), np.array([x])).value[0])
    alone = float(activation(x))
    if math.isfinite(beside):
        assert alone == pytest.approx(beside, rel=1e-14, abs=1e-300), (text, x, alone, beside)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_tanh_plus_one_is_twice_a_sigmoid_of_twice_x(order: int) -> None:
    x = np.linspace(-15, 15, 301)
    a, b = parse("tanh(x)+1", {}).derivative(x, order), parse("2*sigmoid(2*x)", {}).derivative(x, order)
    scale = np.abs(b) + (1.0 if order == 0 else 0.0)
    worst = np.argmax(np.abs(a - b) - 16 * np.finfo(float).eps * scale)
    assert (np.abs(a - b) <= 16 * np.finfo(float).eps * scale).all(), (x[worst], a[worst], b[worst])


@pytest.mark.parametrize("order", [0, 1, 2])
def test_catalogue_functions_inside_are_the_catalogue(order: int) -> None:
    import actviz

    x = np.linspace(-8, 8, 161)
    pairs = {
        "swish(x, beta=2)": "swish:beta=2",
        "SWISH(x, alpha=4/2)": "swish:beta=2",
        "Leaky_ReLU(x, negative_slope=0.2)": "leaky_relu:negative_slope=0.2",
        "leakyrelu(x)": "leaky_relu",
        "silu(x)": "silu",
        "maxout(x, w=(-1, 0, 2), b=[0, 0.5, -1])": "maxout:w=-1,0,2,b=0,0.5,-1",
        "tanh(x)": "tanh",
    }
    for text, name in pairs.items():
        got, wanted = parse(text, {}).derivative(x, order), actviz.get(name).derivative(x, order)
        assert np.array_equal(got, wanted), (text, order, got - wanted)


FAR = [
    ("x*sigmoid(1.702*x)", -745.0, (0.0, 0.0, 0.0)),
    ("x*sigmoid(1.702*x)", -1e4, (0.0, 0.0, 0.0)),
    ("x*sigmoid(1.702*x)", -1e308, (0.0, 0.0, 0.0)),
    ("x*sigmoid(1.702*x)", 1e300, (1e300, 1.0, 0.0)),
    ("x*sigmoid(1.702*x)", 1.7e308, (1.7e308, 1.0, 0.0)),
    ("sinh(x)/cosh(x)", 800.0, (1.0, 0.0, 0.0)),
    ("sinh(x)/cosh(x)", -800.0, (-1.0, 0.0, 0.0)),
    ("x**2*exp(-x)", 1e200, (0.0, 0.0, 0.0)),
    ("1/(1+exp(-x))", -800.0, (0.0, 0.0, 0.0)),
    ("relu(-exp(x))", 800.0, (0.0, 0.0, 0.0)),
    ("tanh(exp(x))", 800.0, (1.0, 0.0, 0.0)),
]


@pytest.mark.parametrize(("text", "x", "wanted"), FAR)
def test_far_out_nothing_turns_to_nan(text: str, x: float, wanted: tuple[float, ...]) -> None:
    activation = parse(text, {})
    got = tuple(float(activation.derivative(x, order)) for order in (0, 1, 2))
    assert got == wanted, (text, x, got, wanted)


NAN = math.nan
LIMITS = [
    ("x*sigmoid(x)", ((0.0, 0.0, 0.0), (INF, 1.0, 0.0))),
    ("x", ((-INF, 1.0, 0.0), (INF, 1.0, 0.0))),
    ("3", ((3.0, 0.0, 0.0), (3.0, 0.0, 0.0))),
    ("x/(1+abs(x))", ((-1.0, 0.0, 0.0), (1.0, 0.0, 0.0))),
    ("sin(x)", ((NAN, NAN, NAN), (NAN, NAN, NAN))),
    ("x*sin(x)", ((NAN, NAN, NAN), (NAN, NAN, NAN))),
    ("sin(x)/x", ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))),
    ("sqrt(1 + x**2)", ((INF, -1.0, 0.0), (INF, 1.0, 0.0))),
    ("exp(x)/x**2", ((0.0, 0.0, 0.0), (INF, INF, INF))),
    ("log(1 + exp(x))", ((0.0, 0.0, 0.0), (INF, 1.0, 0.0))),
    ("x**3 - x**2", ((-INF, INF, -INF), (INF, INF, INF))),
    ("(x - 1)/(2*x + 3)", ((0.5, 0.0, 0.0), (0.5, 0.0, 0.0))),
    ("1 if x > 0 else x", ((-INF, 1.0, 0.0), (1.0, 0.0, 0.0))),
]


@pytest.mark.parametrize(("text", "wanted"), LIMITS)
def test_limits(text: str, wanted: tuple[tuple[float, ...], ...]) -> None:
    activation = parse(text, {})
    got = activation.limits()
    assert np.array_equal(got, wanted, equal_nan=True), (text, got, wanted)
    for order in (0, 1, 2):
        ends = activation.derivative([-INF, INF], order)
        assert np.array_equal(ends, [wanted[0][order], wanted[1][order]], equal_nan=True), (text, order, ends)
    assert np.isnan(activation(NAN))


def test_a_logarithm_has_its_limit_on_its_own_side() -> None:
    left, right = parse("1/log(x)", {}).limits()
    assert np.isnan(left).all(), left
    assert right == (0.0, 0.0, 0.0), right


KINKS = [
    ("abs(x-1)", (Kink(1.0, -1.0, 1.0),)),
    ("relu(-x)", (Kink(0.0, -1.0, 0.0),)),
    ("relu(3*x-1)", (Kink(1 / 3, 0.0, 3.0),)),
    ("max(x, 0, 3-x)", (Kink(1.5, -1.0, 1.0),)),
    ("min(x, 2) + max(x, -2)", (Kink(-2.0, 1.0, 2.0), Kink(2.0, 2.0, 1.0))),
    ("x if x >= 0 else 2*x", (Kink(0.0, 2.0, 1.0),)),
    ("x if x > 0 else 2*x", (Kink(0.0, 2.0, 1.0),)),
    ("1 if x > 0 else 0", (Kink(0.0, 0.0, 1.0, order=0),)),
    ("1 if 0.25 <= x < 3 else 0", (Kink(0.25, 0.0, 1.0, order=0), Kink(3.0, 1.0, 0.0, order=0))),
    ("0 if not (x > -1 and x < 1) else 2", (Kink(-1.0, 0.0, 2.0, order=0), Kink(1.0, 2.0, 0.0, order=0))),
    ("x*abs(x)", (Kink(0.0, -2.0, 2.0, order=2),)),
    ("elu(x, alpha=2)", (Kink(0.0, 2.0, 1.0),)),
    ("relu6(2*x)", (Kink(0.0, 0.0, 2.0), Kink(3.0, 2.0, 0.0))),
    ("sqrt(x**2)", (Kink(0.0, -1.0, 1.0),)),
    ("1e-20*abs(x)", (Kink(0.0, -1e-20, 1e-20),)),
    ("abs(x - 123456)", (Kink(123456.0, -1.0, 1.0),)),
    ("abs(x)**2", ()),
    ("x if x > 1 else x", ()),
    ("relu(x) - relu(x)", ()),
    ("max(tanh(x), 1)", ()),
    ("sin(x)/x if x != 0 else 1", ()),
    ("max(1/x, 0)", ()),
    ("x**x", ()),
    ("(x**2)**0.5", (Kink(0.0, -1.0, 1.0),)),
    ("exp(-1/x**2) if x != 0 else 0", ()),
    ("x*sigmoid(x)", ()),
    ("sign(x)", (Kink(0.0, -1.0, 1.0, order=0),)),
    ("sign(2 - x)", (Kink(2.0, 1.0, -1.0, order=0),)),
    ("x*sign(x)", (Kink(0.0, -1.0, 1.0),)),
    ("x*x*sign(x)", (Kink(0.0, -2.0, 2.0, order=2),)),
    ("sign(x*x + 1)", ()),
    ("x*sign(x)**2", ()),
    ("x*(1 if x >= 0 else -1)", (Kink(0.0, -1.0, 1.0),)),
    ("x*(0 if x == 0 else 1)", ()),
]


@pytest.mark.parametrize(("text", "wanted"), KINKS)
def test_kinks(text: str, wanted: tuple[Kink, ...]) -> None:
    activation = parse(text, {})
    got = activation.kinks()
    assert got == wanted, (text, got, wanted)
    for kink in got:
        if kink.order > 0:
            assert activation.derivative(kink.x, kink.order) == kink.left, (text, kink)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x/abs(x)", (Kink(0.0, -1.0, 1.0, order=0),)),
        ("tanh(1/x)", (Kink(0.0, -1.0, 1.0, order=0),)),
        ("(x-0.3)/abs(x-0.3)", (Kink(0.3, -1.0, 1.0, order=0),)),
        ("x if x==0 else 1", (Kink(0.0, 1.0, 1.0, order=0),)),
        ("1/x", ()),
        ("1/(x-0.3)", ()),
        ("sin(x)/x", ()),
        ("(exp(x)-1)/x", ()),
        ("log(abs(x))", ()),
        ("abs(x)**(1/3)", ()),
    ],
)
def test_a_jump_where_a_divisor_or_a_single_point_makes_one(text: str, wanted: tuple[Kink, ...]) -> None:
    assert parse(text, {}).kinks() == wanted, text


def test_kinks_between_floats_lie_on_the_left_one() -> None:
    for text, root in (("abs(x**2 - 2)", math.sqrt(2)), ("abs(exp(x) - 3)", math.log(3)), ("abs(sin(x))", math.pi)):
        activation = parse(text, {})
        near = [k for k in activation.kinks() if abs(k.x - root) < 1e-9]
        assert len(near) == 1, (text, root, activation.kinks())
        assert abs(near[0].x - root) <= 4 * math.ulp(root), (text, near)
        assert near[0].left == pytest.approx(-near[0].right, rel=1e-14), (text, near)
        assert activation.derivative(near[0].x) == near[0].left, (text, near)
        assert activation.derivative(math.nextafter(near[0].x, 9)) == pytest.approx(near[0].right), (text, near)


def test_kinks_follow_the_parameters() -> None:
    activation = parse("abs(x - a)", {"a": 1.0})
    assert activation.kinks(1.0) == (Kink(1.0, -1.0, 1.0),)
    assert activation.kinks(-2.5) == (Kink(-2.5, -1.0, 1.0),)


def test_jumps_keep_the_value_the_condition_gives() -> None:
    x = [-1.0, 0.0, 1.0]
    assert parse("1 if x > 0 else 0", {})(x).tolist() == [0.0, 0.0, 1.0]
    assert parse("1 if x >= 0 else 0", {})(x).tolist() == [0.0, 1.0, 1.0]
    assert parse("sin(x)/x if x != 0 else 1", {})(0.0) == 1.0
    assert parse("exp(-1/x**2) if x != 0 else 0", {}).derivative(0.0) == 0.0


def test_sign_of_the_point_itself_and_of_no_number() -> None:
    sign = parse("sign(x)", {})
    assert np.array_equal(sign([-INF, -2.0, 0.0, 3.0, INF, NAN]), [-1.0, -1.0, 0.0, 1.0, 1.0, NAN], equal_nan=True)
    assert sign.derivative([-1.0, 0.0, 1.0]).tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(parse("sign(log(x))", {})(-1.0))
    assert parse("swish(x, beta=sign(a))", {"a": -3.0})(1.5) == parse("swish(x, beta=-1)", {})(1.5)
    assert sign.formula == r"\operatorname{sgn}\left(x\right)"
    with pytest.raises(BadInput, match="sign takes one argument"):
        parse("sign(x, 1)", {})


@pytest.mark.parametrize("text", ["x*(1 if x >= 0 else -1)", "x*(1 if x > 0 else -1)", "x*sign(x)"])
def test_the_derivative_at_a_kink_is_the_left_one_however_it_is_written(text: str) -> None:
    assert parse(text, {}).derivative([-1.0, 0.0, 1.0]).tolist() == [-1.0, -1.0, 1.0], text


def test_parameters_are_carried_and_bound() -> None:
    text = "a*x*sigmoid(beta*x) + swish(x, beta=a)"
    assert free_names(text) == ("a", "beta")
    activation = parse(text, {"a": 2, "beta": 0.5})
    assert activation.bound == {"a": 2.0, "beta": 0.5}
    other = activation.bind(a=3.0)
    x = np.linspace(-3, 3, 13)
    wanted = parse("3*x*sigmoid(0.5*x) + swish(x, beta=3)", {})
    for order in (0, 1, 2):
        assert np.array_equal(other.derivative(x, order), wanted.derivative(x, order)), order
    assert activation.label != other.label
    assert [p.symbol for p in activation.parameters] == ["a", r"\beta"]
    with pytest.raises(BadInput, match=r"parameter a; set it by --param a=VALUE"):
        parse(text, {"beta": 1.0})
    with pytest.raises(BadInput, match="has no parameter 'gamma'"):
        parse(text, {"a": 1, "beta": 1, "gamma": 1})
    with pytest.raises(BadInput, match="alpha = -1 is out of bounds"):
        parse("elu(x, alpha=a)", {"a": -1.0})
    with pytest.raises(BadInput, match=r"1/a is not a finite number"):
        parse("x + 1/a", {"a": 1.0}).bind(a=0.0)


def test_the_record_reads_well() -> None:
    activation = parse("  x *\n sigmoid(1.702*x) ", {})
    assert activation.name == activation.label == activation.plain == "x * sigmoid(1.702*x)"
    assert activation.family == "expression"
    assert activation.formula == r"x \, \operatorname{sigmoid}\left(1.702 \, x\right)"
    assert parse("(x+1)/2**x", {}).formula == r"\frac{x + 1}{2^{x}}"
    assert parse("-(x-1)*-2", {}).formula == r"-\left(x - 1\right) \cdot -2"
    assert parse("1e-5*x - (x - 1)", {}).formula == r"10^{-5} \, x - \left(x - 1\right)"


@pytest.mark.parametrize("text", [text for text, _ in KINKS] + ["exp(-x**2)*abs(x)", "log1p(x**4)", "x/(1+x*x)"])
def test_matplotlib_sets_every_formula(text: str) -> None:
    from matplotlib.mathtext import MathTextParser

    formula = parse(text, {}).formula
    assert MathTextParser("path").parse(f"${formula}$").width > 0, formula


def test_the_definition_runs_in_mpmath() -> None:
    class Maths:
        where = staticmethod(lambda c, a, b: a if c else b)
        maximum = staticmethod(max)
        minimum = staticmethod(min)

        def __getattr__(self, name: str) -> Any:
            return getattr(mpmath, name)

    choosing = ("max(x, 0, abs(x)-1)", "arctan(x) if x > 0 else mish(x)", "x*sign(x - a)")
    for text in ("x*sigmoid(a*x)", "elu(x, alpha=a)", *choosing):
        activation = parse(text, {"a": 2.0} if "a" in free_names(text) else {})
        for x in (-2.5, -0.5, 0.75, 3.0):
            with mpmath.workdps(60):
                wanted = activation.definition(Maths(), mpmath.mpf(x), *map(mpmath.mpf, activation.values))
                got = float(activation(x))
                assert abs(got - wanted) <= 16 * U * abs(wanted), (text, x, got, wanted)


def test_float_kinds_and_shapes() -> None:
    activation = parse("x**2", {})
    assert activation(np.float32(3)).dtype == np.float32
    assert activation(np.ones((2, 3), dtype=np.float16)).shape == (2, 3)
    assert activation([1, 2]).tolist() == [1.0, 4.0]
    assert parse("3", {})(np.zeros((2, 2))).tolist() == [[3.0, 3.0], [3.0, 3.0]]
    assert parse("x", {})(np.zeros(0)).shape == (0,)


HOSTILE = [
    ("x.__class__", "'x.__class__' is not allowed"),
    ("().__class__.__bases__", "is not allowed"),
    ("__import__('os').system('true')", "cannot be called"),
    ("eval('1')", "'eval' is no function"),
    ("open(x)", "'open' is no function"),
    ("x[0]", "'x[0]' is not allowed"),
    ("lambda x: x", "is not allowed"),
    ("[x for x in (1,)]", "is not allowed"),
    ("'x'", "is not allowed"),
    ("f'{x}'", "is not allowed"),
    ("(y := x)", "is not allowed"),
    ("max(*x)", "unpacks"),
    ("swish(x, **x)", "unpacks"),
    ("1j*x", "'1j' is not allowed"),
    ("True", "is not allowed"),
    ("None", "is not allowed"),
    ("...", "is not allowed"),
    ("9**9**9**9", "9**9**9 is not a finite number"),
    ("x + 1e999", "is not a finite number"),
    ("x + 1" + "0" * 400, "is not a finite number"),
    ("1/0 + x", "1/0 is not a finite number"),
    ("(" * 1000 + "x" + ")" * 999, "parenthes"),
    ("(" * 900 + "x" + ")" * 900, "parenthes"),
    ("-" * 1500 + "x", "nested too deeply"),
    ("x" + "+x" * 200, "nested too deeply"),
    ("x" * 3000, "at most 2000"),
    ("x\0+1", "is not an expression"),
    ("\ud800", "is not an expression"),
    ("", "is empty"),
    ("  ", "is empty"),
    ("x +", "is not an expression"),
    ("x = 1", "is not an expression"),
    ("x; x", "is not an expression"),
    ("import os", "is not an expression"),
    ("x ^ 2", "a power is written x**2"),
    ("x // 2", "operator"),
    ("x > 0", "is true or false, not a number"),
    ("1 if x else 2", "is not a condition"),
    ("1 if x is 2 else 2", "is not a condition"),
    ("sigmod(x)", "did you mean 'sigmoid'"),
    ("sgrt(x)", "did you mean 'sqrt'"),
    ("softmax(x)", "takes a vector"),
    ("relu + x", "is a function; give it an argument: relu(x)"),
    ("exp(x, 2)", "exp takes one argument"),
    ("max(x)", "max takes two or more"),
    ("swish(x, 2)", "parameters by name, as swish(x, beta=...)"),
    ("swish(x, beta=x)", "one number for every x"),
    ("swish(x, bets=1)", "did you mean 'beta'"),
    ("swish(x, beta=1, alpha=2)", "sets beta twice"),
    ("elu(x, alpha=-1)", "must be above 0"),
    ("x()", "'x' is no function"),
    ("{x}", "is not allowed"),
    ("\x1b[31mx", "is not an expression"),
]


@pytest.mark.parametrize(("text", "said"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused_in_one_line(text: str, said: str) -> None:
    start = time.monotonic()
    with pytest.raises(BadInput) as caught:
        parse(text, {})
    message = str(caught.value)
    assert said in message, message
    assert "\n" not in message, message
    assert len(message) < 300, message
    assert all(c.isprintable() for c in message), message
    assert time.monotonic() - start < 5.0


pieces = st.sampled_from(
    [
        "x",
        "(",
        ")",
        "**",
        "9",
        "9e99",
        ".",
        "__class__",
        "[",
        "]",
        "lambda",
        ":",
        "'",
        '"',
        "if",
        "else",
        ",",
        "=",
        "*",
        " ",
        "-",
        "not ",
        "relu",
        "max(",
        "exp(",
        "\n",
        "\0",
        "#",
        "1j",
        "{",
        "}",
        "f'",
        "\\",
        "@",
        ":=",
        "é",
        "0x",
        "_",
    ]
)


@settings(max_examples=400, deadline=20_000)
@given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=40).map("".join)))
@example("not " * 400 + "x")
@example("exp(" * 90 + "x" + ")" * 90)
@example("x**" * 600 + "x")
def test_no_text_raises_anything_but_bad_input(text: str) -> None:
    try:
        activation: Activation = parse(text, dict.fromkeys(free_names(text), 1.5))
    except BadInput as error:
        assert "\n" not in str(error), error
        return
    assert activation(np.linspace(-2, 2, 5)).shape == (5,)
    assert activation.derivative(0.5, 2).shape == ()


def test_nothing_is_executed(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for text in ("open('made', 'w')", "exp(open('made', 'w'))", "x + [open('made', 'w') for i in (1,)][0]"):
        with pytest.raises(BadInput):
            parse(text, {})
    assert list(tmp_path.iterdir()) == []


def test_on_the_command_line() -> None:
    done = actviz("derivative", "x*sigmoid(a*x)", "--param", "a=1.702", "--at=0,1", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert '"derivative"' in done.stdout
    assert "did you mean 'sigmoid'" in refusal("derivative", "sigmod(x)*x", "--at=0")
    assert "--param a=VALUE" in refusal("derivative", "a*x", "--at=0")
    assert "not a finite number" in refusal("plot", "9**9**9**9")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sign(x**3)", (Kink(0.0, -1.0, 1.0, order=0),)),
        ("1 if x**3>0 else 0", (Kink(0.0, 0.0, 1.0, order=0),)),
        ("x*sign(x**3)", (Kink(0.0, -1.0, 1.0),)),
        ("relu(x**5)/x**5 + x if x**3>0 else x - 2", (Kink(0.0, -2.0, 1.0, order=0),)),
        ("max(x, x + (x-1)**3)", ()),
        ("step((x-1)**3)", (Kink(1.0, 0.0, 1.0, order=0),)),
    ],
)
def test_a_choice_at_a_triple_zero(text: str, wanted: tuple[Kink, ...]) -> None:
    assert parse(text, {}).kinks() == wanted, text
