"""What is offered at the end of a command line, and how the shells are told."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from process import actviz, refusal

from actviz.catalogue import RECORDS, spellings
from actviz.catalogue.frameworks import VERSIONS
from actviz.completion.shells import split
from actviz.gallery import entries


def offered(*words: str, shell: str = "fish") -> list[tuple[str, str]]:
    """The pairs offered for the last of the words behind the others; for files the one pair ("files", "")."""
    *before, word = words
    done = actviz(*before, ACTVIZ_COMPLETE=shell, ACTVIZ_WORD=word)
    assert (done.returncode, done.stderr) == (0, "")
    kind, *lines = done.stdout.splitlines()
    if kind == "files":
        assert lines == []
        return [("files", "")]
    assert kind == "words"
    return [(line.partition("\t")[0], line.partition("\t")[2]) for line in lines]


def values(*words: str) -> list[str]:
    return [value for value, _ in offered(*words)]


def test_every_name_of_every_function_is_offered_with_what_it_is() -> None:
    pairs = dict(offered("plot", ""))
    assert pairs.keys() == spellings().keys()
    assert all(pairs.values())
    assert pairs["mish"] == "x times tanh of softplus"
    assert pairs["silu"] == "x times a sigmoid of beta x; silu for beta = 1; swish with beta = 1"


def test_every_parameter_of_every_function_is_offered_with_its_default() -> None:
    for record in RECORDS:
        own = getattr(record, "parameters", ())
        if own:
            pairs = dict(offered("info", f"{record.name}:"))
            assert list(pairs) == [f"{record.name}:{p.name}=" for p in own]
            assert all(p.meaning in pairs[f"{record.name}:{p.name}="] for p in own)


def test_frameworks_that_have_the_function_are_offered_with_their_call() -> None:
    pairs = dict(offered("plot", "hard_swish@"))
    assert pairs["hard_swish@torch"] == "torch.nn.functional.hardswish(x) in torch"
    assert {name.partition("@")[2] for name in pairs} <= VERSIONS.keys()
    assert values("plot", "nothing@") == []


def test_figures_are_offered_with_their_titles() -> None:
    pairs = dict(offered("gallery", "--only", "relu,"))
    assert pairs == {f"relu,{e.stem.partition('-')[2]}": e.title for e in entries() if e.stem != "07-relu"}
    assert values("gallery", "--only", "0") == [e.stem for e in entries() if e.stem.startswith("0")]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["pl"], ["plot"]),
        (["plot", "--gra"], ["--graphics"]),
        (["derivative", "--col"], ["--color", "--columns"]),
        (["saturation", "--col"], ["--color", "--columns"]),
        (["info", "Leaky_ReLU"], ["leaky_relu"]),
        (["plot", "Leaky-R"], ["leaky_relu"]),
        (["info", "Leaky_ReLU:N"], ["leaky_relu:negative_slope="]),
        (["plot", "mish", "--graphics=S"], ["--graphics=sixel"]),
        (["plot", "--graphics", ""], ["auto", "kitty", "sixel", "iterm2", "cells", "off"]),
        (["plot", "--graphics=s"], ["--graphics=sixel"]),
        (["plot", "mish", "--graphics", "sixel", "elu@tim"], ["elu@timm"]),
        (["plot", "swish", "--param", "b"], ["beta="]),
        (["plot", "swish:beta=2", "--param", ""], ["beta="]),
        (["plot", "mish", "--param", ""], []),
        (["plot", "--", "--gra"], []),
        (["plot", "--points", ""], []),
        (["plot", "--title", "m"], []),
        (["plot", "maxout:w=1,2,"], ["maxout:w=1,2,b="]),
        (["plot", "leaky_relu@keras:"], ["leaky_relu@keras:negative_slope="]),
        (["plot", "x*sig"], []),
        (["plot", "mish", "-o", "x"], ["files"]),
        (["plot", "mish", "--output=x"], ["files"]),
        (["saturation", "relu", "--data", "x"], ["files"]),
        (["saturation", "relu", "--data", "a.npy", "acts"], ["files"]),
        (["saturation", "relu", "--data", "a.npy", "mis"], ["mish"]),
        (["saturation", "relu", "x"], ["xielu"]),
        (["saturation", "relu", "--init", "h"], ["he"]),
        (["gallery", "x"], ["files"]),
        (["gallery", "--format", "png,p"], ["png,pdf"]),
        (["accuracy", "mish", "--of", "kernel,de"], ["kernel,definition"]),
        (["accuracy", "mish", "--dtype", "float16,b"], ["float16,bfloat16"]),
        (["compare", "mish", "--dtype", "b"], ["bfloat16"]),
        (["softmax-overflow", "1", "--dtype", "float8_e4"], ["float8_e4m3fn", "float8_e4m3fnuz"]),
        (["softmax-overflow", "1", "--dtype", "float16,a"], ["float16,all"]),
        (["list", "--family", "self"], ["self-gated"]),
        (["plot", "--from", "os:s"], []),
        (["--vers"], ["--version"]),
        (["--install-completion", "z"], ["zsh"]),
        (["--install-completion", "zsh", ""], []),
        (["nonsense", ""], []),
        (["plot", "--nonsense", "mis"], ["mish"]),
        (["plot", "--points", "abc", "mis"], ["mish"]),
    ],
)
def test_what_is_offered(words: list[str], expected: list[str]) -> None:
    assert values(*words) == expected


def test_nothing_that_is_named_is_run() -> None:
    """--from names a module that would end the process; completion does not import it."""
    done = actviz("plot", "--from", "this:nothing", ACTVIZ_COMPLETE="zsh", ACTVIZ_WORD="mis")
    assert done.stdout == "words\nmish\tx times tanh of softplus\n"


def in_bash(line: str, last: str, kind: str = "9", columns: str = "60") -> list[str]:
    """What bash is told for a line whose part `last` it will replace."""
    told = {"ACTVIZ_LINE": line, "ACTVIZ_WORD": last, "ACTVIZ_TYPE": kind, "ACTVIZ_COLUMNS": columns}
    return actviz(ACTVIZ_COMPLETE="bash", **told).stdout.splitlines()


def test_bash_is_told_only_the_part_that_it_replaces() -> None:
    assert in_bash("actviz plot swish:be", "be") == ["words", "beta="]
    assert in_bash("actviz plot gelu@to", "@to") == ["words", "@torch"]
    assert in_bash("actviz plot --format=j", "j") == ["words", "json"]
    assert in_bash("actviz list --family smooth", "smooth") == ["words", "smooth\\ rectifier"]
    assert in_bash("actviz list --family 'smooth", "smooth") == ["words", "smooth rectifier"]


def test_bash_is_told_meanings_where_it_shows_a_list_and_nowhere_else() -> None:
    assert in_bash("actviz plot elu@t", "@t") == ["words", "@torch", "@tensorflow", "@timm"]
    told = in_bash("actviz plot elu@t", "@t", kind="63", columns="40")
    assert told[1] == "@torch       -- torch.nn.functional.elu"
    assert max(map(len, told)) < 40


@pytest.mark.parametrize(
    ("line", "words", "word", "quote"),
    [
        ("actviz plot mi", ["actviz", "plot"], "mi", ""),
        ("actviz plot ", ["actviz", "plot"], "", ""),
        ("actviz  'a b' \"c d", ["actviz", "a b"], "c d", '"'),
        ("actviz a\\ b '", ["actviz", "a b"], "", "'"),
        ("actviz '' x", ["actviz", ""], "x", ""),
        ("actviz --t='a b' ", ["actviz", "--t=a b"], "", ""),
        ("", [], "", ""),
    ],
)
def test_a_line_is_split_as_a_shell_does(line: str, words: list[str], word: str, quote: str) -> None:
    assert split(line) == (words, word, quote)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="'"), min_size=1), min_size=1))
def test_quoted_words_come_out_whole(words: list[str]) -> None:
    assert split(" ".join(f"'{word}'" for word in words) + " x") == (words, "x", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_script_is_printed_and_says_the_shells_own_name(shell: str) -> None:
    shown = actviz("--show-completion", shell)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert f"ACTVIZ_COMPLETE={shell}" in shown.stdout.replace(" = '", "=").replace("$env:", "")
    assert actviz(f"--show-completion={shell}").stdout == shown.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_good_syntax(shell: str) -> None:
    from shells import needed

    script = actviz("--show-completion", shell).stdout
    done = subprocess.run([needed(shell), "-n"], input=script, capture_output=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")


def test_other_shells_are_refused() -> None:
    assert "did you mean 'zsh'" in refusal("--install-completion", "zhs")
    assert "one shell" in refusal("--install-completion", "zsh", "bash")


def test_a_start_up_file_that_cannot_be_written_is_one_line() -> None:
    done = actviz("--install-completion", "bash", HOME="/dev/null", XDG_DATA_HOME="")
    assert done.returncode == 2
    assert done.stderr.startswith("actviz: cannot make the folder /dev/null/.local/share/actviz: ")
    assert len(done.stderr.splitlines()) == 1


def test_completion_ends_quietly_where_the_shell_has_gone() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "actviz", "plot"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"ACTVIZ_COMPLETE": "fish", "PATH": "/usr/bin:/bin"},
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 0
