"""flax.linen, which hands on jax.nn and adds PReLU."""

from __future__ import annotations

from actviz.catalogue.frameworks.fact import NAN, PRODUCT_NAN, SELU, Fact, Oddity

FACTS = (
    Fact("flax", "sigmoid", "flax.linen.sigmoid(x)", oddities=(Oddity(40, 0, 1),)),
    Fact("flax", "tanh", "flax.linen.tanh(x)", oddities=(Oddity(20, 0, 1),)),
    Fact("flax", "relu", "flax.linen.relu(x)", slope_at_kink={0: 0}),
    Fact("flax", "relu6", "flax.linen.relu6(x)", slope_at_kink={0: 0, 6: 0}),
    Fact(
        "flax",
        "leaky_relu",
        "flax.linen.leaky_relu(x, negative_slope=negative_slope)",
        {"negative_slope": 0.01},
        {0: 1},
    ),
    Fact(
        "flax",
        "prelu",
        "flax.linen.PReLU(negative_slope_init=negative_slope).init_with_output(jax.random.key(0), x)[0]",
        {"negative_slope": 0.01},
        {0: 1},
        apart=6.8e-9,
        note="its weight is float32",
    ),
    Fact(
        "flax",
        "elu",
        "flax.linen.elu(x, alpha=alpha)",
        {"alpha": 1.0},
        oddities=(Oddity(-20, 0, 1, "float32"), Oddity(-40, 0, 1)),
    ),
    Fact("flax", "selu", "flax.linen.selu(x)", SELU, {0: 1.7580993408473766}, oddities=(Oddity(-20, 0, 1, "float32"),)),
    Fact("flax", "celu", "flax.linen.celu(x, alpha=alpha)", {"alpha": 1.0}, oddities=(Oddity(-20, 0, 1, "float32"),)),
    Fact(
        "flax",
        "gelu_tanh",
        "flax.linen.gelu(x)",
        nan=PRODUCT_NAN,
        oddities=(Oddity(-9, 0), Oddity(1e20, NAN, 1, "float32")),
    ),
    Fact("flax", "gelu", "flax.linen.gelu(x, approximate=False)", nan=PRODUCT_NAN),
    Fact("flax", "swish", "flax.linen.silu(x)", {"beta": 1.0}, also=("swish",), nan=PRODUCT_NAN),
    Fact("flax", "hard_sigmoid", "flax.linen.hard_sigmoid(x)", {"slope": 1 / 6, "offset": 0.5}, {-3: 0, 3: 0}),
    Fact(
        "flax",
        "hard_swish",
        "flax.linen.hard_swish(x)",
        slope_at_kink={-3: 0, 3: 1},
        also=("hard_silu",),
        nan=("f(-infinity)",),
    ),
    Fact("flax", "hard_tanh", "flax.linen.hard_tanh(x)", {"min_val": -1.0, "max_val": 1.0}, {-1: 1, 1: 1}),
    Fact("flax", "softplus", "flax.linen.softplus(x)", {"beta": 1.0}),
    Fact(
        "flax",
        "softsign",
        "flax.linen.soft_sign(x)",
        nan=("f(-infinity)", "f(infinity)", "f'(-infinity)", "f'(infinity)"),
    ),
    Fact("flax", "log_sigmoid", "flax.linen.log_sigmoid(x)"),
    Fact("flax", "softmax", "flax.linen.softmax(x)"),
    Fact("flax", "log_softmax", "flax.linen.log_softmax(x)"),
    Fact("flax", "logsumexp", "flax.linen.logsumexp(x, axis=-1)"),
)
