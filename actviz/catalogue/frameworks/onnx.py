"""onnx: the standard's operators with their attributes, which are float32; measured in onnxruntime 1.32 on the CPU."""

from __future__ import annotations

from actviz.catalogue.frameworks.fact import NAN, SELU, Fact, Oddity

FACTS = (
    Fact("onnx", "sigmoid", "Sigmoid(x)", oddities=(Oddity(-20, 0, dtype="float32"), Oddity(-40, 0))),
    Fact("onnx", "tanh", "Tanh(x)"),
    Fact("onnx", "relu", "Relu(x)"),
    Fact("onnx", "leaky_relu", "LeakyRelu(x, alpha=negative_slope)", {"negative_slope": 0.01}, apart=6.8e-9),
    Fact("onnx", "elu", "Elu(x, alpha=alpha)", {"alpha": 1.0}, oddities=(Oddity(-4e-8, -5.96e-8, dtype="float32"),)),
    Fact("onnx", "selu", "Selu(x, alpha=alpha, gamma=scale)", SELU),
    Fact("onnx", "celu", "Celu(x, alpha=alpha)", {"alpha": 1.0}, oddities=(Oddity(-4e-8, -5.96e-8, dtype="float32"),)),
    Fact("onnx", "gelu", "Gelu(x)", nan=("f(-infinity)",), oddities=(Oddity(-8, 0, dtype="float32"),)),
    Fact(
        "onnx",
        "gelu_tanh",
        "Gelu(x, approximate='tanh')",
        nan=("f(-infinity)",),
        apart=6e-9,
        note="its constants are rounded to float32",
        oddities=(Oddity(-8, 0, dtype="float32"),),
    ),
    Fact(
        "onnx",
        "swish",
        "Swish(x, alpha=beta)",
        {"beta": 1.0},
        nan=("f(-infinity)",),
        oddities=(Oddity(-20, 0, dtype="float32"),),
    ),
    Fact("onnx", "hard_sigmoid", "HardSigmoid(x, alpha=slope, beta=offset)", {"slope": 0.2, "offset": 0.5}),
    Fact("onnx", "hard_swish", "HardSwish(x)", nan=("f(-infinity)",)),
    Fact("onnx", "mish", "Mish(x)", nan=("f(-infinity)",)),
    Fact("onnx", "softplus", "Softplus(x)", {"beta": 1.0}),
    Fact("onnx", "softsign", "Softsign(x)", nan=("f(-infinity)", "f(infinity)")),
    Fact(
        "onnx",
        "hardshrink",
        "Shrink(x, lambd=threshold)",
        {"threshold": 0.5},
        apart=8e-7,
        note="float64 is computed in float32",
        oddities=(Oddity(NAN, 0),),
    ),
    Fact(
        "onnx",
        "softshrink",
        "Shrink(x, lambd=threshold, bias=threshold)",
        apart=8e-7,
        note="bias is 0 by default, which makes it hardshrink; float64 is computed in float32",
        oddities=(Oddity(NAN, 0),),
    ),
    Fact(
        "onnx",
        "thresholded_relu",
        "ThresholdedRelu(x, alpha=alpha)",
        {"alpha": 1.0},
        oddities=(Oddity(NAN, 0, dtype="float32"),),
    ),
    Fact("onnx", "identity", "Identity(x)"),
    Fact("onnx", "exponential", "Exp(x)"),
    Fact("onnx", "arctan", "Atan(x)"),
    Fact("onnx", "softmax", "Softmax(x)"),
    Fact("onnx", "log_softmax", "LogSoftmax(x)"),
    Fact("onnx", "hardmax", "Hardmax(x)"),
)
