"""The shape of the code: arrows between rooms point down, heavy libraries stay in their rooms, pieces stay small."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "actviz"

STRATA = (
    ("errors", "_numpy"),
    ("drafts", "erfcx_pieces", "evaluation", "floats", "folders", "processes", "settings", "signs"),
    ("activation", "arithmetic", "figure", "placement", "screen"),
    ("lettering", "normal"),
    ("catalogue", "sampling", "report", "arrays"),
    ("formats",),
    ("wording", "shortening"),
    ("expressions", "frameworks", "oracle"),
    ("resolve",),
    ("analysis",),
    ("charts", "reduction"),
    ("render", "terminal"),
    ("tables", "progress", "pixels", "plotting", "figures"),
    ("inspecting",),
    ("delivery",),
    ("gallery",),
    ("completion", "page"),
    ("commands",),
    ("app",),
    ("cli",),
)
"""Rooms from the ground up: a room imports from strata below its own, and from itself."""

FRAMEWORKS = (
    *("torch", "timm", "transformers", "jax", "flax", "tensorflow", "keras"),
    *("onnx", "onnxruntime", "mlx", "ggml", "scipy"),
)

ROOMS_OF = {
    "matplotlib": {"render"},
    "rich": {"progress"},
    "typer": {"app", "cli", "commands"},
    "ml_dtypes": {"floats"},
    **{library: {"reduction"} for library in ("dask", "distributed")},
    "flint": {"oracle"},
    "numba": {"analysis"},
    **{library: {"frameworks"} for library in FRAMEWORKS},
}
"""Which rooms import a heavy library when they run; for types alone any may."""

KEYWORDS = ("run", "get", "bind", "operated", "__array__", "__array_ufunc__", "__array_function__")
"""Functions whose keywords are names of parameters (onnx says attributes), or numpy's own protocol."""

FILES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    """The top-level module or folder that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Dotted names that a file imports when it runs, those for types alone left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written out from actviz"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


def level(name: str) -> int:
    """The stratum of a room, counted from the ground."""
    return next(i for i, stratum in enumerate(STRATA) if name in stratum)


def test_every_room_has_its_stratum() -> None:
    rooms = {room(path) for path in FILES} - {"__init__", "__main__"}
    assert rooms == {name for stratum in STRATA for name in stratum}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_arrows_point_down(path: Path) -> None:
    own = room(path)
    if own in ("__init__", "__main__"):
        return  # the package's face names what is inside
    for target in imports(path):
        parts = target.split(".")
        if parts[0] != "actviz" or parts[1] in (own, "__version__"):
            continue
        assert level(parts[1]) < level(own), f"{path.relative_to(PACKAGE)} imports {target}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_heavy_libraries_stay_in_their_rooms(path: Path) -> None:
    for target in imports(path):
        library = target.split(".")[0]
        assert room(path) in ROOMS_OF.get(library, {room(path)}), f"{path.relative_to(PACKAGE)} imports {target}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_numpy_is_imported_in_functions_or_by_the_lazy_module(path: Path) -> None:
    top = {
        alias.name if isinstance(node, ast.Import) else str(node.module)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert room(path) == "render" or not [name for name in top if name.split(".")[0] == "numpy"]


def test_the_check_sees_an_arrow_that_points_up(tmp_path: Path) -> None:
    source = tmp_path / "activation.py"
    source.write_text("def f():\n    from actviz.commands import plot\n")
    assert imports(source) == {"actviz.commands.plot"}
    assert level("commands") > level("activation")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_pieces_are_small_and_documented(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says what it is"
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 50, node.name
            assert node.args.kwarg is None or node.name in KEYWORDS, f"{node.name} takes **kwargs"
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_no_room_is_a_drawer_for_everything() -> None:
    assert {p.stem for p in FILES}.isdisjoint({"utils", "util", "helpers", "common", "misc"})
