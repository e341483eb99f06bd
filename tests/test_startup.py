"""What a command imports is what its start costs: heavy modules stay out where they are not needed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from actviz.app import summaries

HEAVY = ("numpy", "numpy.ma", "matplotlib", "rich", "ml_dtypes", "mpmath", "pyparsing", "PIL", "flint", "numba")

COMPLETED = [
    "actviz ",
    "actviz --",
    "actviz plot mi",
    "actviz plot --",
    "actviz plot elu@",
    "actviz plot swish:",
    "actviz plot swish --param ",
    "actviz derivative soft",
    "actviz compare mish --dtype ",
    "actviz saturation relu --init ",
    "actviz softmax-overflow --",
    "actviz accuracy mish --of ",
    "actviz info gelu@",
    "actviz list --family ",
    "actviz gallery --only ",
    "actviz config --",
]


def imported(*arguments: str, **environment: str) -> set[str]:
    """The heavy modules in sys.modules after ``actviz ARGUMENTS`` in a process of its own."""
    program = (
        "import sys; from actviz.cli import run; code = run(sys.argv[1:]); sys.stdout.flush();"
        f"print(*[m for m in {HEAVY!r} if m in sys.modules], code, sep=',', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env=os.environ | environment,
        timeout=60,
    )
    *modules, code = done.stderr.splitlines()[-1].split(",")
    assert code == "0", done.stderr
    return set(modules)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], [], *([name, "--help"] for name in summaries())])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    assert imported(*arguments) == set()


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown", "latex"])
def test_the_list_imports_nothing_heavy(form: str) -> None:
    assert imported("list", "--format", form) == set()


@pytest.mark.parametrize("line", COMPLETED)
def test_completion_imports_nothing_heavy(line: str) -> None:
    told = {"ACTVIZ_LINE": line, "ACTVIZ_WORD": line.rpartition(" ")[2], "ACTVIZ_TYPE": "63"}
    assert imported(ACTVIZ_COMPLETE="bash", **told) == set()


def test_config_imports_nothing_heavy() -> None:
    assert imported("config") == set()


@pytest.mark.parametrize("name", ["plot", "accuracy", "saturation"])
def test_help_of_a_command_imports_no_other_command(name: str) -> None:
    program = (
        f"import sys; from actviz.cli import run; run(['{name}', '--help']);"
        "print(*[m for m in sys.modules if m.startswith('actviz.commands.') and '._' not in m], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8")
    assert done.stderr.split() == [f"actviz.commands.{name}"]


def test_a_terminal_plot_imports_numpy_alone() -> None:
    assert imported("plot", "mish") == {"numpy"}


def test_a_table_does_not_import_matplotlib() -> None:
    assert "matplotlib" not in imported("derivative", "tanh")


def test_importing_the_package_imports_neither_numpy_nor_matplotlib() -> None:
    program = "import sys, actviz; actviz.names(); print([m for m in ('numpy', 'matplotlib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == "[]\n"
