from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from process import actviz, refusal

from actviz.activation import Kink
from actviz.errors import BadInput
from actviz.expressions.callables import load
from actviz.expressions.expression import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODULE = """
import math
import numpy as np

NUMBER = 3

def swish(x):
    return x / (1 + np.exp(-x))

def gated(x):
    return x * (np.tanh(np.sqrt(x**2 + 1)) + np.arctan(x)) / np.cosh(x / 4)

def relu(x):
    return np.maximum(0, x)

def leaky(x):
    return np.where(x >= 0, x, 0.1 * x)

def clipped(x):
    return np.clip(x, -1, 1)

def masked(x):
    y = np.zeros_like(x)
    y[x > 0] = x[x > 0] ** 2
    return y

def times_condition(x):
    return x * (x > 0)

def sign(x):
    return np.sign(x)

def abs_by_sign(x):
    return x * np.sign(x)

def relu_by_sign(x):
    return 0.5 * x * (1 + np.sign(x))

def above(x):
    return np.fmax(x, 0)

def below(x):
    return np.fmin(x, 0)

def heaviside(x):
    return np.heaviside(x, 0.5)

def step(x):
    return x > 0

def closed_step(x):
    return x >= 0

def point(x):
    return x == 0

def between(x):
    return (x > 0) & (x < 1)

def product_of_masks(x):
    return (x > 0) * (x < 1)

def sum_of_masks(x):
    return (x > 0) + (x > 1)

def exclusive(x):
    return np.logical_xor(x > 0, x > 1)

def denied(x):
    return ~(x > 0)

def mask_times_x(x):
    return (x > 0) * x

def mask_plus_x(x):
    return (x > 0) + x

def x_plus_mask(x):
    return np.add(x, x > 0)

def half_a_mask(x):
    return (x > 0) / 2 - 0.5 * (1 - (x > 0))

def power_of_mask(x):
    return 2.0 ** (x > 0)

def mask_of_mask(x):
    return np.where((x > 0) == False, 0.1 * x, x)

def larger_than_mask(x):
    return np.maximum(x > 0, x)

def choices_of_some(x):
    y = np.zeros_like(x)
    p = x[x > 0]
    y[x > 0] = np.where(p > 1, p, p * p)
    return y

def step_of_one_number(x):
    return max(0, x) if x < 2 else -(x > 3)

def one_number_in_steps(x):
    if x < -1:
        return -x
    if x < 1:
        return x * x
    return x

CALLS = []

def counted(x):
    CALLS.append(x)
    return one_number_in_steps(x)

def softplus(x):
    return np.logaddexp(0, x)

def in_place(x):
    x *= 2
    return x

def one_number(x):
    return x if x >= 0 else np.expm1(x)

def one_number_by_math(x):
    return x if x > 0 else math.expm1(x)

def overflowing(x):
    return math.exp(x)

def piecewise(x):
    return np.piecewise(x, [x < 0], [0, 1])

def select(x):
    return np.select([x < 0], [x], 0.0)

def polyval(x):
    return np.polyval([1.0, 2.0], x)

def copysign(x):
    return np.copysign(1.0, x)

def signbit(x):
    return np.signbit(x)

def floor(x):
    return np.floor(x)

def floored(x):
    return x // 1

def modulo(x):
    return x % 1

def rounded(x):
    return round(x)

def truncated(x):
    return int(x)

def warning(x):
    import warnings
    warnings.warn("uh\\noh")
    return np.tanh(x)

def leaves_numpy(x):
    return np.vectorize(math.erf)(x)

def mean(x):
    return x - np.mean(x)

def total(x):
    return np.sum(x)

def text(x):
    return "a"

def complex_numbers(x):
    return x + 1j

def nothing(x):
    pass

def raises(x):
    raise RuntimeError("first line\\nsecond line")

def two(x, y):
    return x + y
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "own_functions.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "broken_module.py").write_text("raise ValueError('no good')\n", encoding="utf-8")
    (tmp_path / "broken_syntax.py").write_text("def (:\n", encoding="utf-8")
    (tmp_path / "leaving.py").write_text("import sys\nsys.exit(0)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield "own_functions"
    for name in ("own_functions", "broken_module", "broken_syntax", "leaving"):
        sys.modules.pop(name, None)


SAME = {
    "swish": "x/(1 + exp(-x))",
    "gated": "x*(tanh(sqrt(x**2 + 1)) + atan(x))/cosh(x/4)",
    "relu": "max(0, x)",
    "leaky": "x if x >= 0 else 0.1*x",
    "clipped": "min(max(x, -1), 1)",
    "masked": "x**2 if x > 0 else 0",
    "times_condition": "x if x > 0 else 0*x",
    "sign": "1 if x > 0 else (-1 if x < 0 else 0)",
    "abs_by_sign": "abs(x)",
    "relu_by_sign": "max(0, x)",
    "above": "max(0, x)",
    "below": "min(0, x)",
    "heaviside": "1 if x > 0 else (0 if x < 0 else 0.5)",
    "step": "1 if x > 0 else 0",
    "closed_step": "1 if x >= 0 else 0",
    "point": "1 if x == 0 else 0",
    "between": "1 if x > 0 and x < 1 else 0",
    "product_of_masks": "1 if x > 0 and x < 1 else 0",
    "sum_of_masks": "1 if x > 0 else 0",
    "exclusive": "1 if x > 0 and not x > 1 else 0",
    "denied": "0 if x > 0 else 1",
    "mask_times_x": "max(0, x)",
    "mask_plus_x": "1 + x if x > 0 else x",
    "x_plus_mask": "1 + x if x > 0 else x",
    "half_a_mask": "0.5 if x > 0 else -0.5",
    "power_of_mask": "2 if x > 0 else 1",
    "mask_of_mask": "x if x > 0 else 0.1*x",
    "larger_than_mask": "max(1 if x > 0 else 0, x)",
    "choices_of_some": "x if x > 1 else (x*x if x > 0 else 0)",
    "step_of_one_number": "max(0, x) if x < 2 else (-1 if x > 3 else 0)",
    "softplus": "max(x, 0) + log1p(exp(-abs(x)))",
    "in_place": "2*x",
    "one_number_in_steps": "-x if x < -1 else (x*x if x < 1 else x)",
    "one_number": "x if x >= 0 else expm1(x)",
}


@pytest.mark.parametrize("name", SAME)
def test_numpy_code_is_differentiated_exactly(module: str, name: str) -> None:
    own, typed = load(f"{module}:{name}"), parse(SAME[name], {})
    x = np.linspace(-4, 4, 33)
    for order in (0, 1, 2):
        got, wanted = own.derivative(x, order), typed.derivative(x, order)
        worst = np.argmax(np.abs(got - wanted))
        assert np.allclose(got, wanted, rtol=1e-14, atol=1e-15), (name, order, x[worst], got[worst], wanted[worst])
    # At its own kink softplus by logaddexp has pieces that join smoothly, and so has its typed form.
    assert own.kinks() == typed.kinks(), (name, own.kinks(), typed.kinks())
    assert np.array_equal(own.limits(), typed.limits(), equal_nan=True), (name, own.limits(), typed.limits())


def test_the_left_derivative_is_taken_at_a_kink(module: str) -> None:
    assert load(f"{module}:relu").derivative(0.0) == 0.0
    assert load(f"{module}:leaky").derivative(0.0) == 0.1
    assert load(f"{module}:leaky").kinks() == (Kink(0.0, 0.1, 1.0),)


@pytest.mark.parametrize("name", ["one_number_by_math", "leaves_numpy", "overflowing"])
def test_without_jets_there_are_values_and_a_clear_refusal(module: str, name: str) -> None:
    activation = load(f"{module}:{name}")
    wanted = {"one_number_by_math": math.expm1, "leaves_numpy": math.erf, "overflowing": math.exp}[name]
    assert activation([-1.0, -0.5]).tolist() == [wanted(-1.0), wanted(-0.5)]
    for order in (1, 2):
        with pytest.raises(BadInput, match="derivatives need numpy functions that actviz can differentiate, but"):
            activation.derivative(0.5, order)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("piecewise", "numpy.piecewise is not among them; use numpy.where"),
        ("select", "numpy.select is not among them; use numpy.where"),
        ("polyval", "numpy.polyval is not among them; write the powers out"),
        ("copysign", "numpy.copysign is not among them; use numpy.abs and numpy.sign"),
        ("signbit", "numpy.signbit is not among them; write x < 0"),
        ("floor", "numpy.floor jumps at endlessly many places"),
        ("floored", "numpy.floor_divide jumps at endlessly many places"),
        ("modulo", "numpy.remainder jumps at endlessly many places"),
        ("rounded", "numpy.round jumps at endlessly many places"),
        ("truncated", "use numpy's functions, not those of math"),
        ("one_number_by_math", "use numpy's functions, not those of math"),
    ],
)
def test_what_has_no_derivative_says_what_serves_instead(module: str, name: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        load(f"{module}:{name}").derivative(0.5)
    assert said in str(caught.value), caught.value
    assert "Numpy" not in str(caught.value), caught.value


def test_numbers_that_go_the_same_way_go_together(module: str) -> None:
    """A call for each way through the if statements and each that finds two: not one for each number."""
    activation = load(f"{module}:counted")
    calls = sys.modules[module].CALLS
    calls.clear()
    x = np.linspace(-4, 4, 1001)
    assert np.array_equal(activation.derivative(x), np.where(x <= -1, -1.0, np.where(x <= 1, 2.0 * x, 1.0)))
    assert len(calls) < 20, len(calls)


def test_a_warning_is_one_line_and_told_once(module: str, tmp_path: Path) -> None:
    done = actviz("derivative", "--from", f"{module}:warning", "--at=0,1", cwd=tmp_path, PYTHONWARNINGS="default")
    assert (done.returncode, done.stderr) == (0, "actviz: --from own_functions:warning: UserWarning: uh oh\n")


def test_a_function_of_one_number_is_applied_to_each(module: str) -> None:
    activation = load(f"{module}:one_number_by_math")
    assert activation(np.array([[-1.0, 2.0]])).tolist() == [[math.expm1(-1.0), 2.0]]
    assert activation.limits()[0][0] == -1.0


BAD = [
    ("own_functions:raises", "raised RuntimeError: first line second line"),
    ("own_functions:two", "raised TypeError"),
    ("own_functions:nothing", "returned None"),
    ("own_functions:text", "where real numbers are wanted"),
    ("own_functions:complex_numbers", "returned complex128 where real numbers are wanted"),
    ("own_functions:total", "must work on each number alone"),
    ("own_functions:mean", "must work on each number alone"),
    ("own_functions:NUMBER", "NUMBER is no function but of type int"),
    ("own_functions:swosh", "did you mean 'swish'?"),
    ("no_such_module:f", "there is no module 'no_such_module'"),
    ("broken_module:f", "importing broken_module raised ValueError: no good"),
    ("broken_syntax:f", "importing broken_syntax raised SyntaxError"),
    ("leaving:f", "importing leaving raised SystemExit"),
    ("own_functions.py:swish", "not a file; did you mean 'own_functions:swish'?"),
    ("./own/functions.py:swish", "not a file; did you mean 'own.functions:swish'?"),
    ("own_functions.py", "--from takes MODULE:FUNCTION"),
    ("own_functions", "--from takes MODULE:FUNCTION"),
    ("own_functions:", "--from takes MODULE:FUNCTION"),
    (":swish", "--from takes MODULE:FUNCTION"),
    ("own_functions:swish()", "--from takes MODULE:FUNCTION"),
    ("../own_functions:swish", "--from takes MODULE:FUNCTION"),
]


@pytest.mark.parametrize(("spec", "said"), BAD)
def test_what_cannot_be_loaded_is_refused_in_one_line(module: str, spec: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        load(spec)
    assert said in str(caught.value), caught.value
    assert "\n" not in str(caught.value), caught.value


def test_on_the_command_line(module: str, tmp_path: Path) -> None:
    done = actviz("derivative", "--from", f"{module}:swish", "--at=0", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "0.5" in done.stdout, done.stdout
    assert "did you mean 'swish'?" in refusal("derivative", "--from", f"{module}:swosh", "--at=0", cwd=tmp_path)


def test_what_the_function_prints_goes_to_standard_error(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text(
        "import numpy as np\nprint('read')\ndef f(x):\n    print('ran')\n    return np.tanh(x)\n"
    )
    done = actviz("derivative", "--from", "loud:f", "--at=1", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["functions"][0]["x"] == [1.0]
    assert "read" in done.stderr
    assert "ran" in done.stderr


def test_a_function_that_exits_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "leaver.py").write_text("def f(x):\n    raise SystemExit(5)\n")
    assert "it called exit(5)" in refusal("plot", "--from", "leaver:f", cwd=tmp_path)


ODD = """
class Gone(BaseException):
    pass

def gone(x):
    raise Gone("for good")

def late(x):
    if abs(x).max() > 3:
        raise Gone("too far")
    return x

async def waiting(x):
    return x

def one_by_one(x):
    yield x

def endless(x):
    return endless(x)

def hungry(x):
    raise MemoryError
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gone", "raised RuntimeError: it raised Gone: for good"),
        ("late", "raised RuntimeError: it raised Gone: too far"),
        ("waiting", "waiting is asynchronous; it must return the values when it is called"),
        ("one_by_one", "returned object where real numbers are wanted"),
        ("endless", "raised RecursionError: "),
        ("hungry", "raised MemoryError"),
        ("Gone", "returned object where real numbers are wanted"),
    ],
)
def test_whatever_a_function_does_is_told_in_one_line(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(ODD)
    assert said in refusal("plot", "--from", f"odd:{name}", cwd=tmp_path)


def test_a_module_that_raises_what_is_no_exception_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "gone.py").write_text(f"{ODD}\nraise Gone('at once')\n")
    assert "importing gone raised Gone: at once" in refusal("plot", "--from", "gone:f", cwd=tmp_path)
