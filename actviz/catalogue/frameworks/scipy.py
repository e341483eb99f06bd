"""scipy.special, which has values only."""

from __future__ import annotations

from actviz.catalogue.frameworks.fact import Fact

FACTS = (
    Fact("scipy", "sigmoid", "scipy.special.expit(x)"),
    Fact("scipy", "log_sigmoid", "scipy.special.log_expit(x)"),
    Fact("scipy", "gelu", "x * scipy.special.ndtr(x)", variant="as people write it", nan=("f(-infinity)",)),
    Fact("scipy", "expm1", "scipy.special.expm1(x)"),
    Fact("scipy", "softmax", "scipy.special.softmax(x, axis=-1)"),
    Fact("scipy", "log_softmax", "scipy.special.log_softmax(x, axis=-1)"),
    Fact("scipy", "logsumexp", "scipy.special.logsumexp(x, axis=-1)"),
)
