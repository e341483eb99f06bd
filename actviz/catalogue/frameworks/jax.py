"""jax.nn, and jax.numpy where jax.nn lacks a function."""

from __future__ import annotations

from actviz.catalogue.frameworks.fact import NAN, PRODUCT_NAN, SELU, Fact, Oddity

FACTS = (
    Fact("jax", "sigmoid", "jax.nn.sigmoid(x)", oddities=(Oddity(40, 0, 1),)),
    Fact("jax", "tanh", "jax.nn.tanh(x)", oddities=(Oddity(20, 0, 1),)),
    Fact("jax", "relu", "jax.nn.relu(x)", slope_at_kink={0: 0}),
    Fact("jax", "relu6", "jax.nn.relu6(x)", slope_at_kink={0: 0, 6: 0}),
    Fact("jax", "leaky_relu", "jax.nn.leaky_relu(x, negative_slope=negative_slope)", {"negative_slope": 0.01}, {0: 1}),
    Fact(
        "jax",
        "elu",
        "jax.nn.elu(x, alpha=alpha)",
        {"alpha": 1.0},
        oddities=(Oddity(-20, 0, 1, "float32"), Oddity(-40, 0, 1)),
    ),
    Fact("jax", "selu", "jax.nn.selu(x)", SELU, {0: 1.7580993408473766}, oddities=(Oddity(-20, 0, 1, "float32"),)),
    Fact("jax", "celu", "jax.nn.celu(x, alpha=alpha)", {"alpha": 1.0}, oddities=(Oddity(-20, 0, 1, "float32"),)),
    Fact(
        "jax", "gelu_tanh", "jax.nn.gelu(x)", nan=PRODUCT_NAN, oddities=(Oddity(-9, 0), Oddity(1e20, NAN, 1, "float32"))
    ),
    Fact("jax", "gelu", "jax.nn.gelu(x, approximate=False)", nan=PRODUCT_NAN),
    Fact("jax", "swish", "jax.nn.silu(x)", {"beta": 1.0}, also=("swish",), nan=PRODUCT_NAN),
    Fact("jax", "hard_sigmoid", "jax.nn.hard_sigmoid(x)", {"slope": 1 / 6, "offset": 0.5}, {-3: 0, 3: 0}),
    Fact(
        "jax",
        "hard_swish",
        "jax.nn.hard_swish(x)",
        slope_at_kink={-3: 0, 3: 1},
        also=("hard_silu",),
        nan=("f(-infinity)",),
    ),
    Fact("jax", "hard_tanh", "jax.nn.hard_tanh(x)", {"min_val": -1.0, "max_val": 1.0}, {-1: 1, 1: 1}),
    Fact("jax", "mish", "jax.nn.mish(x)", nan=PRODUCT_NAN),
    Fact("jax", "softplus", "jax.nn.softplus(x)", {"beta": 1.0}),
    Fact(
        "jax",
        "squareplus",
        "jax.nn.squareplus(x, b=b)",
        {"b": 4.0},
        nan=PRODUCT_NAN,
        oddities=(Oddity(-1e4, 0, dtype="float32"),),
    ),
    Fact("jax", "sparse_plus", "jax.nn.sparse_plus(x)", nan=("f'(-infinity)", "f'(infinity)")),
    Fact("jax", "sparse_sigmoid", "jax.nn.sparse_sigmoid(x)", slope_at_kink={-1: 0.25, 1: 0.25}),
    Fact(
        "jax", "softsign", "jax.nn.soft_sign(x)", nan=("f(-infinity)", "f(infinity)", "f'(-infinity)", "f'(infinity)")
    ),
    Fact("jax", "log_sigmoid", "jax.nn.log_sigmoid(x)"),
    Fact("jax", "identity", "jax.nn.identity(x)"),
    Fact("jax", "exponential", "jax.numpy.exp(x)"),
    Fact("jax", "expm1", "jax.numpy.expm1(x)", oddities=(Oddity(-40, 0, 1),)),
    Fact("jax", "arctan", "jax.numpy.arctan(x)"),
    Fact("jax", "step", "jax.numpy.heaviside(x, 1.0)", {"threshold": 0.0}, {0: 0}, note="f(0) must be given"),
    Fact("jax", "softmax", "jax.nn.softmax(x)"),
    Fact("jax", "log_softmax", "jax.nn.log_softmax(x)"),
    Fact("jax", "logsumexp", "jax.nn.logsumexp(x, axis=-1)"),
)
