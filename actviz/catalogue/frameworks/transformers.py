"""transformers.activations.ACT2FN, over torch, whose faults it shares where it hands torch's functions on."""

from __future__ import annotations

from actviz.catalogue.frameworks.fact import NAN, PRODUCT_NAN, Fact, Oddity

FACTS = (
    Fact("transformers", "sigmoid", "ACT2FN['sigmoid'](x)", oddities=(Oddity(40, 0, 1),)),
    Fact("transformers", "tanh", "ACT2FN['tanh'](x)", oddities=(Oddity(20, 0, 1),)),
    Fact("transformers", "relu", "ACT2FN['relu'](x)", slope_at_kink={0: 0}),
    Fact("transformers", "relu6", "ACT2FN['relu6'](x)", slope_at_kink={0: 0, 6: 0}),
    Fact("transformers", "relu_squared", "ACT2FN['relu2'](x)"),
    Fact("transformers", "leaky_relu", "ACT2FN['leaky_relu'](x)", {"negative_slope": 0.01}, {0: 0.01}),
    Fact("transformers", "prelu", "ACT2FN['prelu'].to(x.dtype)(x)", {"negative_slope": 0.25}, {0: 0.25}),
    Fact(
        "transformers", "gelu", "ACT2FN['gelu'](x)", nan=PRODUCT_NAN, oddities=(Oddity(-9, 0),), also=("gelu_python",)
    ),
    Fact(
        "transformers",
        "gelu_10",
        "ACT2FN['gelu_10'](x)",
        slope_at_kink={10: 0},
        nan=PRODUCT_NAN,
        oddities=(Oddity(-9, 0),),
    ),
    Fact(
        "transformers",
        "gelu_tanh",
        "ACT2FN['gelu_pytorch_tanh'](x)",
        nan=PRODUCT_NAN,
        oddities=(Oddity(-9, 0), Oddity(1e20, NAN, 1, "float32")),
    ),
    Fact(
        "transformers",
        "gelu_tanh",
        "ACT2FN['gelu_new'](x)",
        also=("gelu_accurate", "gelu_python_tanh"),
        variant="as a formula",
        nan=PRODUCT_NAN,
        oddities=(Oddity(-9, 0), Oddity(1e20, NAN, 1, "float32")),
    ),
    Fact(
        "transformers",
        "gelu_tanh",
        "ACT2FN['gelu_fast'](x)",
        variant="with sqrt(2/pi) to ten digits",
        apart=9.5e-13,
        nan=PRODUCT_NAN,
        oddities=(Oddity(-9, 0), Oddity(1e20, NAN, 1, "float32")),
    ),
    Fact("transformers", "quick_gelu", "ACT2FN['quick_gelu'](x)", {"beta": 1.702}, nan=PRODUCT_NAN),
    Fact("transformers", "swish", "ACT2FN['silu'](x)", {"beta": 1.0}, also=("swish",), nan=PRODUCT_NAN),
    Fact("transformers", "hard_swish", "ACT2FN['hardswish'](x)", slope_at_kink={-3: 0, 3: 1}, nan=("f(-infinity)",)),
    Fact(
        "transformers",
        "laplace",
        "ACT2FN['laplace'](x, mu=mu, sigma=sigma)",
        {"mu": 0.707107, "sigma": 0.282095},
        oddities=(Oddity(-2, 0),),
    ),
    Fact("transformers", "mish", "ACT2FN['mish'](x)", nan=PRODUCT_NAN, oddities=(Oddity(-712, 6.058e-310, 1),)),
    Fact("transformers", "identity", "ACT2FN['linear'](x)"),
    Fact(
        "transformers",
        "sqrt_softplus",
        "ACT2FN['sqrtsoftplus'](x)",
        nan=("f'(-infinity)",),
        apart=2.4e-10,
        note="its softplus is torch's, x itself above 20",
    ),
    Fact(
        "transformers",
        "xielu",
        "XIELUActivation(alpha_p_init=alpha_p, alpha_n_init=alpha_n, beta=beta, eps=eps, dtype=x.dtype)(x)",
        {"alpha_p": 0.8, "alpha_n": 0.8, "beta": 0.5, "eps": -1e-6},
        {-1e-6: 0.0999996, 0: -0.3},
        nan=("f(-infinity)", "f'(-infinity)"),
        note="its dtype is bfloat16 by default, in ACT2FN['xielu'] always: 0.8 is 0.80078 there",
    ),
)
