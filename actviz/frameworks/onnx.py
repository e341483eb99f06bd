"""onnx operators, each as a model of one node run by onnxruntime: values only."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from actviz.frameworks.installed import imported
from actviz.frameworks.runtime import Runtime

if TYPE_CHECKING:
    from actviz.floats import Floats
    from actviz.frameworks.runtime import Function

QUIET = 4
"""onnxruntime's log level that keeps all but fatal errors to itself."""

MODEL_FORMAT = 10
"""The version of onnx's file format, old enough for any onnxruntime that knows the operators."""


def start(framework: str) -> Runtime:
    """The operators by name, from the newest opset that defines each."""
    onnx, engine = imported("onnx", "onnx onnxruntime"), imported("onnxruntime", "onnxruntime")
    operators = {
        schema.name: partial(operated, onnx, engine, schema)
        for schema in onnx.defs.get_all_schemas()
        if schema.domain == ""
    }
    return Runtime(
        version=f"{onnx.__version__} in onnxruntime {engine.__version__}",
        names=operators,
        run=value,
        orders=(0,),
        dtypes=("float16", "float32", "float64"),
        failures=failures(engine.capi.onnxruntime_pybind11_state),
    )


def failures(state: Any) -> tuple[type[Exception], ...]:
    """The exceptions of onnxruntime's core, which have no class in common."""
    return tuple(v for v in vars(state).values() if isinstance(v, type) and issubclass(v, Exception))


def value(function: Function, x: Floats, order: int) -> Floats:
    """`function` at x."""
    result: Floats = function(x)
    return result


def operated(onnx: Any, engine: Any, schema: Any, x: Floats, **attributes: Any) -> Floats:
    """The operator of that schema applied to x."""
    make = onnx.helper
    kind = make.np_dtype_to_tensor_dtype(x.dtype)
    node = make.make_node(schema.name, ["x"], ["y"], **attributes)
    ends = [[make.make_tensor_value_info(name, kind, x.shape)] for name in "xy"]
    model = make.make_model(
        make.make_graph([node], schema.name, *ends),
        opset_imports=[make.make_opsetid("", schema.since_version)],
        ir_version=MODEL_FORMAT,
    )
    options = engine.SessionOptions()
    options.log_severity_level = QUIET
    options.intra_op_num_threads = 1
    session = engine.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    result: Floats = session.run(None, {"x": x})[0]
    return result
