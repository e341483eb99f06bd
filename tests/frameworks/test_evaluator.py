"""Frameworks run as they are: dtypes, derivatives, special values, refusals."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import measured
import ml_dtypes
import numpy as np
import pytest
from process import actviz

from actviz.activation import Activation
from actviz.catalogue.frameworks import shipping
from actviz.errors import BadInput
from actviz.frameworks import able, evaluator, running
from actviz.frameworks.installed import first_line, imported
from actviz.resolve import get

AUTOGRAD = ("torch", "jax", "tensorflow", "keras", "mlx", "timm", "transformers", "flax")
DTYPES = (np.float16, ml_dtypes.bfloat16, np.float32, np.float64)


def scalar(text: str) -> Activation:
    """The function of one number that the text names."""
    found = get(text)
    assert isinstance(found, Activation)
    return found


def need(framework: str) -> None:
    """Skip the test where the framework is not installed, saying so."""
    reason = measured.absent(framework)
    if reason:
        pytest.skip(reason)


@pytest.mark.parametrize("framework", AUTOGRAD)
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: np.dtype(d).name)
def test_value_slope_and_curvature_are_computed_in_the_dtype(framework: str, dtype: type) -> None:
    need(framework)
    activation = scalar("sigmoid")
    there = evaluator(framework, activation)
    assert there.orders == (0, 1, 2)
    x = np.linspace(-2, 2, 9).astype(dtype)
    tolerance = 8 * float(ml_dtypes.finfo(dtype).eps) if framework != "mlx" else 1e-2
    for order in there.orders:
        got = there(x, order)
        assert (got.dtype, got.shape) == (x.dtype, x.shape)
        wanted = activation.derivative(x.astype(np.float64), order)
        np.testing.assert_allclose(got.astype(np.float64), wanted, atol=tolerance)
    assert (x == np.linspace(-2, 2, 9).astype(dtype)).all(), "the input is left alone"


@pytest.mark.parametrize("framework", AUTOGRAD)
def test_infinities_and_nan_are_the_frameworks_own(framework: str) -> None:
    need(framework)
    got = evaluator(framework, scalar("swish"))(np.array([-np.inf, np.inf, np.nan]), 0)
    np.testing.assert_array_equal(got, [np.nan, np.inf, np.nan])


@pytest.mark.parametrize("framework", AUTOGRAD)
def test_no_elements_and_many_dimensions_are_welcome(framework: str) -> None:
    need(framework)
    there = evaluator(framework, scalar("tanh"))
    assert there(np.zeros(0, np.float32), 1).shape == (0,)
    assert there(np.zeros((2, 3), np.float32), 1).tolist() == [[1.0] * 3] * 2


@pytest.mark.parametrize(
    ("framework", "text", "call"),
    [
        ("torch", "gelu_tanh", "torch.nn.functional.gelu(x, approximate='tanh')"),
        ("torch", "elu:alpha=0.5", "torch.nn.functional.elu(x, alpha=0.5)"),
        ("jax", "gelu", "jax.nn.gelu(x, approximate=False)"),
        ("pytorch", "threshold:threshold=-1,value=2", "torch.nn.functional.threshold(x, threshold=-1.0, value=2.0)"),
        ("keras", "leaky_relu:negative_slope=0.2", "keras.activations.leaky_relu(x, negative_slope=0.2)"),
        ("scipy", "gelu", "x * scipy.special.ndtr(x)"),
    ],
)
def test_the_call_is_spelled_as_users_type_it_and_is_what_runs(framework: str, text: str, call: str) -> None:
    need({"pytorch": "torch"}.get(framework, framework))
    there = evaluator(framework, scalar(text))
    assert there.call == call
    x = np.linspace(-3, 3, 101)
    np.testing.assert_allclose(there(x, 0), scalar(text)(x), atol=1e-6)


def test_torch_keeps_its_threads_and_jax_its_float32() -> None:
    need("torch")
    need("jax")
    import jax
    import torch

    before = torch.get_num_threads()
    evaluator("torch", scalar("gelu"))(np.zeros(3), 1)
    evaluator("jax", scalar("gelu"))(np.zeros(3), 1)
    assert torch.get_num_threads() == before
    assert jax.numpy.asarray(np.zeros(3)).dtype == np.float32


def test_what_a_framework_cannot_differentiate_is_no_order_of_it() -> None:
    need("torch")
    assert evaluator("torch", scalar("hard_sigmoid")).orders == (0, 1)
    assert evaluator("torch", scalar("step")).orders == (0,)
    with pytest.raises(BadInput, match=r"^torch\.nn\.functional\.hardsigmoid\(x\) gives no curvature in float32: "):
        evaluator("torch", scalar("hard_sigmoid"))(np.zeros(1, np.float32), 2)


def test_scipy_has_values_only_and_no_bfloat16() -> None:
    need("scipy")
    there = evaluator("scipy", scalar("sigmoid"))
    assert there.orders == (0,)
    with pytest.raises(
        BadInput, match=r"^scipy has no autograd, so only values can be had from scipy\.special\.expit\(x\)$"
    ):
        there(np.zeros(1), 1)
    with pytest.raises(BadInput, match="scipy knows no bfloat16; it computes in float16, float32, float64"):
        there(np.zeros(1, ml_dtypes.bfloat16), 0)


@pytest.mark.parametrize(
    ("framework", "text", "message"),
    [
        ("torch", "swish:beta=2", "torch has swish only with beta = 1, not with beta = 2"),
        ("jax", "rrelu", "rrelu@jax: jax is not on record as having rrelu; it is on record in torch"),
        ("torch", "squareplus", "it is on record in jax, keras"),
        ("torch", "2*x", "no framework is on record as having it"),
        ("torhc", "relu", "no framework is called 'torhc'"),
    ],
)
def test_what_a_framework_has_not_is_refused(framework: str, text: str, message: str) -> None:
    with pytest.raises(BadInput) as refused:
        evaluator(framework, scalar(text))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_form_with_the_wanted_default_goes_before_others() -> None:
    forms = shipping("leaky_relu", "keras")
    assert able(forms, {"negative_slope": 0.2}).variant == "function"
    assert able(forms, {"negative_slope": 0.3}).variant == "layer"
    assert able(forms, {"negative_slope": 0.5}) in forms


def test_a_missing_framework_is_named_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(BadInput, match=r"^torch is not installed here; `pip install torch` beside actviz brings it$"):
        evaluator("torch", scalar("relu"))
    with pytest.raises(BadInput, match=r"^nowhere is not installed here; `pip install some where` beside"):
        imported("nowhere.at.all", "some where")


@pytest.mark.parametrize(
    ("source", "reason"),
    [("import nowhere_at_all", "No module named 'nowhere_at_all'"), ("raise OSError", "OSError"), ("1/0", "division")],
)
def test_a_broken_framework_says_why(source: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_framework.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(BadInput, match=f"^broken_framework is installed but does not load: {reason}"):
        imported("broken_framework", "x")


def test_only_the_first_line_of_an_error_is_told() -> None:
    assert first_line(ValueError("\n  what is wrong\nand where\n")) == "what is wrong"
    assert first_line(KeyError()) == "KeyError"


def test_a_function_of_vectors_runs_by_its_fact() -> None:
    need("scipy")
    there = running(shipping("softmax", "scipy")[0], {})
    np.testing.assert_allclose(there(np.array([[0.0, 0.0], [1.0, 1.0]]), 0), np.full((2, 2), 0.5))


def test_a_call_works_in_a_process_that_did_nothing_before() -> None:
    need("torch")
    done = actviz("accuracy", "softplus", "--of", "torch", "--order", "0", "--dtype", "float32", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["results"][0]["call"] == "torch.nn.functional.softplus(x, beta=1.0)"
