"""What a command imports is what its start costs: heavy modules stay out where they are not needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numpy", "numpy.ma", "matplotlib", "rich", "ml_dtypes", "mpmath", "pyparsing", "PIL")


def imported(*arguments: str) -> set[str]:
    """The heavy modules in sys.modules after ``actviz ARGUMENTS`` in a process of its own."""
    program = (
        "import sys; from actviz.cli import run; code = run(sys.argv[1:]); sys.stdout.flush();"
        f"print(*[m for m in {HEAVY!r} if m in sys.modules], code, sep=',', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, check=True, encoding="utf-8", timeout=60
    )
    *modules, code = done.stderr.splitlines()[-1].split(",")
    assert code == "0", done.stderr
    return set(modules)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["plot", "--help"], ["list", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    assert imported(*arguments) == set()


def test_list_as_json_imports_nothing_heavy() -> None:
    assert imported("list", "--format", "json") == set()


def test_a_terminal_plot_imports_numpy_alone() -> None:
    assert imported("plot", "mish") == {"numpy"}


def test_a_table_does_not_import_matplotlib() -> None:
    assert "matplotlib" not in imported("derivative", "tanh")


def test_importing_the_package_imports_neither_numpy_nor_matplotlib() -> None:
    program = "import sys, actviz; actviz.names(); print([m for m in ('numpy', 'matplotlib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == "[]\n"
