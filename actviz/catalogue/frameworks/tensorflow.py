"""tensorflow: tf.nn, and tf.math where tf.nn lacks a function."""

from __future__ import annotations

from actviz.catalogue.frameworks.fact import NAN, PRODUCT_NAN, SELU, Fact, Oddity

FACTS = (
    Fact("tensorflow", "sigmoid", "tf.nn.sigmoid(x)", oddities=(Oddity(40, 0, 1),)),
    Fact("tensorflow", "tanh", "tf.nn.tanh(x)", oddities=(Oddity(20, 0, 1),)),
    Fact("tensorflow", "relu", "tf.nn.relu(x)", slope_at_kink={0: 0}),
    Fact("tensorflow", "relu6", "tf.nn.relu6(x)", slope_at_kink={0: 0, 6: 0}),
    Fact(
        "tensorflow",
        "leaky_relu",
        "tf.nn.leaky_relu(x, alpha=negative_slope)",
        {"negative_slope": 0.2},
        {0: 0.2},
        apart=9e-8,
        note="alpha is rounded to float32",
    ),
    Fact(
        "tensorflow",
        "elu",
        "tf.nn.elu(x)",
        {"alpha": 1.0},
        oddities=(Oddity(-20, 0, 1, "float32"), Oddity(-4e-8, -5.96e-8, dtype="float32")),
    ),
    Fact(
        "tensorflow", "selu", "tf.nn.selu(x)", SELU, {0: 1.0507009873554805}, oddities=(Oddity(-20, 0, 1, "float32"),)
    ),
    Fact("tensorflow", "gelu", "tf.nn.gelu(x)", nan=PRODUCT_NAN, apart=5.1e-9, note="sqrt(2) is rounded to float32"),
    Fact(
        "tensorflow",
        "gelu_tanh",
        "tf.nn.gelu(x, approximate=True)",
        nan=PRODUCT_NAN,
        apart=9.1e-10,
        note="its constants are rounded to float32",
        oddities=(Oddity(-9, 0), Oddity(1e20, NAN, 1, "float32")),
    ),
    Fact("tensorflow", "swish", "tf.nn.silu(x, beta=beta)", {"beta": 1.0}, also=("swish",), nan=PRODUCT_NAN),
    Fact("tensorflow", "softplus", "tf.nn.softplus(x)", {"beta": 1.0}),
    Fact("tensorflow", "softsign", "tf.nn.softsign(x)", nan=("f(-infinity)", "f(infinity)")),
    Fact("tensorflow", "log_sigmoid", "tf.math.log_sigmoid(x)"),
    Fact("tensorflow", "identity", "tf.identity(x)"),
    Fact("tensorflow", "exponential", "tf.math.exp(x)"),
    Fact("tensorflow", "expm1", "tf.math.expm1(x)"),
    Fact("tensorflow", "arctan", "tf.math.atan(x)"),
    Fact("tensorflow", "softmax", "tf.nn.softmax(x)"),
    Fact("tensorflow", "log_softmax", "tf.nn.log_softmax(x)"),
    Fact("tensorflow", "logsumexp", "tf.math.reduce_logsumexp(x, axis=-1)"),
)
