"""torch: torch.nn.functional, and torch.nn where a function holds a weight; torch 2.13 measures the same."""

from __future__ import annotations

from actviz.catalogue.frameworks.fact import NAN, PRODUCT_NAN, SELU, Fact, Oddity

FACTS = (
    Fact("torch", "sigmoid", "torch.sigmoid(x)", oddities=(Oddity(40, 0, 1),)),
    Fact("torch", "tanh", "torch.tanh(x)", oddities=(Oddity(20, 0, 1),)),
    Fact("torch", "relu", "torch.nn.functional.relu(x)", slope_at_kink={0: 0}),
    Fact("torch", "relu6", "torch.nn.functional.relu6(x)", slope_at_kink={0: 0, 6: 0}),
    Fact(
        "torch",
        "leaky_relu",
        "torch.nn.functional.leaky_relu(x, negative_slope=negative_slope)",
        {"negative_slope": 0.01},
        {0: 0.01},
    ),
    Fact(
        "torch", "prelu", "torch.nn.PReLU(init=negative_slope, dtype=x.dtype)(x)", {"negative_slope": 0.25}, {0: 0.25}
    ),
    Fact(
        "torch",
        "rrelu",
        "torch.nn.functional.rrelu(x, lower=lower, upper=upper)",
        {"lower": 1 / 8, "upper": 1 / 3},
        {0: 11 / 48},
    ),
    Fact("torch", "elu", "torch.nn.functional.elu(x, alpha=alpha)", {"alpha": 1.0}),
    Fact("torch", "selu", "torch.nn.functional.selu(x)", SELU, {0: 1.7580993408473766}),
    Fact("torch", "celu", "torch.nn.functional.celu(x, alpha=alpha)", {"alpha": 1.0}),
    Fact("torch", "gelu", "torch.nn.functional.gelu(x)", nan=PRODUCT_NAN, oddities=(Oddity(-9, 0),)),
    Fact(
        "torch",
        "gelu_tanh",
        "torch.nn.functional.gelu(x, approximate='tanh')",
        nan=PRODUCT_NAN,
        oddities=(Oddity(-9, 0), Oddity(1e20, NAN, 1, "float32")),
    ),
    Fact("torch", "swish", "torch.nn.functional.silu(x)", {"beta": 1.0}, nan=PRODUCT_NAN),
    Fact("torch", "hard_sigmoid", "torch.nn.functional.hardsigmoid(x)", {"slope": 1 / 6, "offset": 0.5}, {-3: 0, 3: 0}),
    Fact("torch", "hard_swish", "torch.nn.functional.hardswish(x)", slope_at_kink={-3: 0, 3: 1}, nan=("f(-infinity)",)),
    Fact(
        "torch",
        "hard_tanh",
        "torch.nn.functional.hardtanh(x, min_val=min_val, max_val=max_val)",
        {"min_val": -1.0, "max_val": 1.0},
        {-1: 0, 1: 0},
    ),
    Fact("torch", "mish", "torch.nn.functional.mish(x)", nan=PRODUCT_NAN, oddities=(Oddity(-712, 6.058e-310, 1),)),
    Fact(
        "torch",
        "softplus",
        "torch.nn.functional.softplus(x, beta=beta)",
        {"beta": 1.0},
        apart=2.1e-9,
        note="is x itself where beta*x > 20",
    ),
    Fact(
        "torch",
        "softsign",
        "torch.nn.functional.softsign(x)",
        nan=("f(-infinity)", "f(infinity)", "f'(-infinity)", "f'(infinity)"),
    ),
    Fact("torch", "log_sigmoid", "torch.nn.functional.logsigmoid(x)"),
    Fact(
        "torch",
        "softshrink",
        "torch.nn.functional.softshrink(x, lambd=threshold)",
        {"threshold": 0.5},
        {-0.5: 0, 0.5: 0},
    ),
    Fact(
        "torch",
        "hardshrink",
        "torch.nn.functional.hardshrink(x, lambd=threshold)",
        {"threshold": 0.5},
        {-0.5: 0, 0.5: 0},
    ),
    Fact(
        "torch", "tanhshrink", "torch.nn.functional.tanhshrink(x)", oddities=(Oddity(1e-3, 3.492e-10, dtype="float32"),)
    ),
    Fact(
        "torch",
        "threshold",
        "torch.nn.functional.threshold(x, threshold=threshold, value=value)",
        slope_at_kink={1: 0},
    ),
    Fact("torch", "identity", "torch.nn.Identity()(x)"),
    Fact("torch", "exponential", "torch.exp(x)"),
    Fact("torch", "expm1", "torch.expm1(x)", oddities=(Oddity(-40, 0, 1),)),
    Fact("torch", "arctan", "torch.atan(x)"),
    Fact(
        "torch",
        "step",
        "torch.heaviside(x, torch.ones_like(x))",
        {"threshold": 0.0},
        oddities=(Oddity(NAN, 0),),
        note="f(0) must be given; no autograd",
    ),
    Fact("torch", "softmax", "torch.softmax(x, dim=-1)"),
    Fact("torch", "log_softmax", "torch.log_softmax(x, dim=-1)", note="70,000 zeros in float16 give -infinity"),
    Fact("torch", "softmin", "torch.nn.functional.softmin(x, dim=-1)"),
    Fact("torch", "logsumexp", "torch.logsumexp(x, dim=-1)"),
)
