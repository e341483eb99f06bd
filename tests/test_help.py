"""Help: examples before all else, each of them a command line that is understood."""

from __future__ import annotations

import shlex

import pytest
import typer
from process import actviz

from actviz.app import build, examples_first, summaries


def examples(name: str = "") -> list[str]:
    """The lines of the examples in a command's help, or in the help of the whole."""
    shown = actviz(*filter(None, [name]), "--help").stdout
    lines = shown.split("Examples:\n")[1].split("\n\n")[0].splitlines()
    return [line.strip() for line in lines]


@pytest.mark.parametrize("name", ["", *summaries()])
def test_examples_come_first(name: str) -> None:
    done = actviz(*filter(None, [name]), "-h")
    assert (done.returncode, done.stderr) == (0, "")
    usage, gap, head, *rest = done.stdout.splitlines()
    assert usage.startswith(f"Usage: actviz {name}".rstrip())
    assert (gap, head) == ("", "  Examples:")
    assert rest[0].startswith(f"    actviz {name}".rstrip())
    assert done.stdout == actviz(*filter(None, [name]), "--help").stdout


@pytest.mark.parametrize("name", ["", *summaries()])
def test_each_example_is_a_command_line_that_is_understood(name: str) -> None:
    assert len(examples(name)) >= 2
    for line in examples(name):
        program, command, *words = shlex.split(line)
        assert program == "actviz"
        assert command == name or not name
        context = typer.main.get_command(build([command])).commands[command].make_context(command, words)  # type: ignore[attr-defined]
        assert context.params, line


def test_every_command_is_summed_up_on_a_line_of_eighty_columns() -> None:
    shown = actviz("--help", COLUMNS="80").stdout.split("Commands:\n")[1]
    assert len(shown.splitlines()) == len(summaries())
    for name, summary in summaries().items():
        assert summary
        assert f"  {name} " in shown
        assert f" {summary}\n" in shown, name


def test_the_only_option_that_runs_code_says_so() -> None:
    for name in summaries():
        shown = " ".join(actviz(name, "--help").stdout.split())
        if "--from " in shown:
            assert "the only option that runs code of yours" in shown, name


def test_a_text_without_examples_is_left_as_it_is() -> None:
    assert examples_first("Draw.") == "Draw."
    assert examples_first("Draw. Examples: a b; c\n d") == "\b\nExamples:\n  a b\n  c d\n\nDraw."
