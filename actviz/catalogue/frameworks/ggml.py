"""ggml's operators on a graph's context; measured in float32 on the CPU by way of ggml-python."""

from __future__ import annotations

from actviz.catalogue.frameworks.fact import NAN, Fact, Oddity

FACTS = (
    Fact("ggml", "sigmoid", "ggml_sigmoid(ctx, x)"),
    Fact("ggml", "tanh", "ggml_tanh(ctx, x)"),
    Fact("ggml", "relu", "ggml_relu(ctx, x)", oddities=(Oddity(NAN, 0, dtype="float32"),)),
    Fact(
        "ggml",
        "relu_squared",
        "ggml_sqr(ctx, ggml_relu(ctx, x))",
        variant="two operators",
        oddities=(Oddity(NAN, 0, dtype="float32"),),
    ),
    Fact(
        "ggml",
        "leaky_relu",
        "ggml_leaky_relu(ctx, x, negative_slope, False)",
        oddities=(Oddity(NAN, 0, dtype="float32"),),
    ),
    Fact("ggml", "elu", "ggml_elu(ctx, x)", {"alpha": 1.0}),
    Fact(
        "ggml",
        "gelu_tanh",
        "ggml_gelu(ctx, x)",
        apart=0.0032,
        note="looked up in a table of float16",
        oddities=(Oddity(-8, 0, dtype="float32"),),
        also=("gelu",),
    ),
    Fact("ggml", "gelu", "ggml_gelu_erf(ctx, x)", nan=("f(-infinity)",), oddities=(Oddity(-8, 0, dtype="float32"),)),
    Fact(
        "ggml",
        "quick_gelu",
        "ggml_gelu_quick(ctx, x)",
        {"beta": 1.702},
        nan=("f(-infinity)",),
        apart=0.0063,
        note="looked up in a table of float16",
        oddities=(Oddity(7e4, float("inf"), dtype="float32"),),
        also=("gelu_quick",),
    ),
    Fact("ggml", "swish", "ggml_silu(ctx, x)", {"beta": 1.0}, nan=("f(-infinity)",)),
    Fact(
        "ggml",
        "hard_sigmoid",
        "ggml_hardsigmoid(ctx, x)",
        {"slope": 1 / 6, "offset": 0.5},
        oddities=(Oddity(NAN, 0, dtype="float32"),),
    ),
    Fact("ggml", "hard_swish", "ggml_hardswish(ctx, x)", nan=("f(-infinity)",)),
    Fact(
        "ggml",
        "softplus",
        "ggml_softplus(ctx, x)",
        {"beta": 1.0},
        oddities=(Oddity(-20, 0, dtype="float32"),),
        note="is x itself where x > 20",
    ),
    Fact(
        "ggml",
        "step",
        "ggml_step(ctx, x)",
        {"threshold": 0.0},
        oddities=(
            Oddity(0, 0, dtype="float32"),
            Oddity(NAN, 0, dtype="float32"),
        ),
    ),
    Fact(
        "ggml",
        "xielu",
        "ggml_xielu(ctx, x, log(expm1(alpha_n - beta)), log(expm1(alpha_p)), beta, eps)",
        note="the first two as softplus takes them",
        nan=("f(-infinity)",),
    ),
    Fact("ggml", "exponential", "ggml_exp(ctx, x)"),
    Fact("ggml", "expm1", "ggml_expm1(ctx, x)", oddities=(Oddity(4e-8, 0, dtype="float32"),)),
    Fact("ggml", "softmax", "ggml_soft_max(ctx, x)"),
)
