"""Functions on standard input, one a line, where - stands for FUNCTION."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest


def run(*arguments: str, text: str | bytes) -> subprocess.CompletedProcess[str]:
    """`actviz` with something on standard input."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "actviz", *arguments],
        input=text.encode() if isinstance(text, str) else text,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def names(*arguments: str, text: str) -> list[str]:
    done = run(*arguments, "--format", "json", text=text)
    assert (done.returncode, done.stderr) == (0, "")
    return [one["name"] for one in json.loads(done.stdout)["functions"]]


def test_each_line_is_a_function_comments_and_empty_lines_are_none() -> None:
    text = "\ufeffmish\n\n  # what follows is SiLU\n swish:beta=1 # tail\nx*sigmoid(2*x)#\n"
    assert names("plot", "-", "--points", "3", text=text) == ["mish", "swish", "x*sigmoid(2*x)"]


def test_they_stand_where_the_minus_does() -> None:
    assert names("saturation", "relu", "-", "tanh", text="mish\nelu") == ["relu", "mish", "elu", "tanh"]


def test_parameters_are_swept_over_them() -> None:
    assert len(names("plot", "-", "--points=3", "--param", "beta=1,2", text="swish\nsoftplus")) == 4


def test_every_command_of_functions_takes_them() -> None:
    for arguments in (["derivative", "-"], ["info", "-"], ["accuracy", "-", "--points=100", "--dtype=float32"]):
        done = run(*arguments, text="relu\n")
        assert (done.returncode, done.stderr) == (0, ""), arguments
    assert run("compare", "-", text="relu\nmish\n").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "text", "words"),
    [
        (["plot", "-"], "", "standard input names no function; write one a line"),
        (["plot", "-"], "\n# only a comment\n", "standard input names no function"),
        (["plot", "-"], "mihs\n", "did you mean 'mish'?"),
        (["plot", "-"], "mish\n" * 100, "more than 64 functions"),
        (["plot", "-"], "\n" * 20_000, "more than 10000 lines"),
        (["plot", "-"], "x" * 20_000, "longer than 10000 bytes"),
        (["plot", "-"], b"\xff\xfe\n", "is not text in UTF-8"),
        (["plot", "-", "-"], "mish\n", "can be read once; give it once"),
        (["info", "-"], "mish\ntanh\n", "info shows one function, not 2"),
        (["plot", "-"], "__import__('os').system('touch pwned')\n", "cannot be called"),
    ],
)
def test_what_is_no_list_of_functions_is_one_line(arguments: list[str], text: str | bytes, words: str) -> None:
    done = run(*arguments, text=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not Path("pwned").exists()


def test_functions_and_data_are_not_both_on_standard_input(tmp_path: Path) -> None:
    done = run("saturation", "-", "--data", "-", text="relu\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "actviz: standard input is read once: it holds the functions (-) or the data (--data -), not both\n"
    )
    np.save(tmp_path / "acts.npy", np.linspace(-1.0, 1.0, 5))
    done = run("saturation", "-", "--data", str(tmp_path / "acts.npy"), "--format", "json", text="relu\n")
    assert done.returncode == 0, done.stderr
    assert [one["name"] for one in json.loads(done.stdout)["functions"]] == ["relu"]


def test_a_list_that_never_ends_is_given_up() -> None:
    process = subprocess.Popen(["yes", "mish"], stdout=subprocess.PIPE)
    done = subprocess.run(
        [sys.executable, "-m", "actviz", "plot", "-"],
        stdin=process.stdout,
        capture_output=True,
        check=False,
        timeout=60,
    )
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    assert done.returncode == 2
    assert b"more than 64 functions" in done.stderr


def test_standard_input_that_is_closed_is_one_line() -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m actviz plot - <&-"], capture_output=True, check=False, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (2, "actviz: standard input is closed, so - names no functions\n")
