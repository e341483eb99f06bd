"""timm.layers, over torch, whose faults it shares where it hands torch's functions on."""

from __future__ import annotations

from actviz.catalogue.frameworks.fact import NAN, PRODUCT_NAN, SELU, Fact, Oddity

FACTS = (
    Fact("timm", "sigmoid", "timm.layers.get_act_fn('sigmoid')(x)", oddities=(Oddity(40, 0, 1),)),
    Fact("timm", "tanh", "timm.layers.get_act_fn('tanh')(x)", oddities=(Oddity(20, 0, 1),)),
    Fact("timm", "relu", "timm.layers.get_act_fn('relu')(x)", slope_at_kink={0: 0}),
    Fact("timm", "relu6", "timm.layers.get_act_fn('relu6')(x)", slope_at_kink={0: 0, 6: 0}),
    Fact(
        "timm",
        "leaky_relu",
        "timm.layers.get_act_fn('leaky_relu')(x, negative_slope=negative_slope)",
        {"negative_slope": 0.01},
        {0: 0.01},
    ),
    Fact("timm", "prelu", "timm.layers.PReLU(init=negative_slope).to(x.dtype)(x)", {"negative_slope": 0.25}, {0: 0.25}),
    Fact("timm", "elu", "timm.layers.get_act_fn('elu')(x, alpha=alpha)", {"alpha": 1.0}),
    Fact("timm", "selu", "timm.layers.get_act_fn('selu')(x)", SELU, {0: 1.7580993408473766}),
    Fact("timm", "celu", "timm.layers.get_act_fn('celu')(x, alpha=alpha)", {"alpha": 1.0}),
    Fact("timm", "gelu", "timm.layers.get_act_fn('gelu')(x)", nan=PRODUCT_NAN, oddities=(Oddity(-9, 0),)),
    Fact(
        "timm",
        "gelu_tanh",
        "timm.layers.get_act_fn('gelu_tanh')(x)",
        nan=PRODUCT_NAN,
        oddities=(Oddity(-9, 0), Oddity(1e20, NAN, 1, "float32")),
    ),
    Fact("timm", "quick_gelu", "timm.layers.get_act_fn('quick_gelu')(x)", {"beta": 1.702}, nan=PRODUCT_NAN),
    Fact("timm", "swish", "timm.layers.get_act_fn('silu')(x)", {"beta": 1.0}, also=("swish",), nan=PRODUCT_NAN),
    Fact(
        "timm",
        "hard_sigmoid",
        "timm.layers.get_act_fn('hard_sigmoid')(x)",
        {"slope": 1 / 6, "offset": 0.5},
        {-3: 0, 3: 0},
    ),
    Fact(
        "timm",
        "hard_swish",
        "timm.layers.get_act_fn('hard_swish')(x)",
        slope_at_kink={-3: 0, 3: 1},
        nan=("f(-infinity)",),
    ),
    Fact("timm", "hard_mish", "timm.layers.get_act_fn('hard_mish')(x)", slope_at_kink={-2: -1}, nan=("f(-infinity)",)),
    Fact("timm", "mish", "timm.layers.get_act_fn('mish')(x)", nan=PRODUCT_NAN, oddities=(Oddity(-712, 6.058e-310, 1),)),
    Fact("timm", "identity", "timm.layers.get_act_layer('identity')()(x)"),
)
