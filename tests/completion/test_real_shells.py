"""Completion as it is used: installed by actviz, in a real bash, zsh and fish on a pseudo-terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shells import Shell, needed

TYPED = [
    ("actviz pl", "actviz plot"),
    ("actviz plot mis", "actviz plot mish"),
    ("actviz plot leak", "actviz plot leaky_relu"),
    ("actviz plot Leak", "actviz plot leaky_relu"),
    ("actviz plot gelu@to", "actviz plot gelu@torch"),
    ("actviz plot swish:", "actviz plot swish:beta="),
    ("actviz plot hard_sigmoid:slope=0.2,", "actviz plot hard_sigmoid:slope=0.2,offset="),
    ("actviz plot swish --par", "actviz plot swish --param"),
    ("actviz plot swish --param be", "actviz plot swish --param beta="),
    ("actviz plot mish --format=j", "actviz plot mish --format=json"),
    ("actviz gallery --only relu,swi", "actviz gallery --only relu,swish-beta-sweep"),
    ("actviz list --family sm", r"actviz list --family smooth\ rectifier"),
    ("actviz plot mish -o bana", "actviz plot mish -o banana.svg"),
    ("actviz plot mish --output=bana", "actviz plot mish --output=banana.svg"),
]
"""What is typed before TAB, and what the line then is."""

LISTED = [
    ("actviz ", ["plot", "curves in the terminal", "compare", "how far apart functions are"]),
    ("actviz plot soft", ["softplus", "a smooth ReLU", "softsign", "squashes the line"]),
    ("actviz info elu@", ["torch", "torch.nn.functional.elu", "jax.nn.elu"]),
    ("actviz gallery --only relu", ["relu-derivative", "Derivative of ReLU"]),
]
"""What is typed before TAB, and words of the list that is shown."""


@pytest.fixture(scope="module", params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A shell in which completion has been installed by another, its parent, as people do."""
    name = needed(request.param)
    home = tmp_path_factory.mktemp(name)
    (home / "banana.svg").touch()
    with Shell(name, home) as before:
        assert f"completion of actviz in {name}" in before.run("actviz --install-completion")
    with Shell(name, home) as after:
        yield after


@pytest.mark.parametrize(("typed", "whole"), TYPED)
def test_a_word_is_completed(shell: Shell, typed: str, whole: str) -> None:
    shell.fresh()
    shell.type(f"{typed}\t")
    shell.until(f"ready> {whole}")
    assert shell.last() == f"ready> {whole}"


@pytest.mark.parametrize(("typed", "words"), LISTED)
def test_a_list_tells_what_the_words_mean(shell: Shell, typed: str, words: list[str]) -> None:
    shell.fresh()
    shell.type(f"{typed}\t")
    shell.until(*words)


def test_installing_twice_changes_nothing(shell: Shell) -> None:
    def held() -> dict[Path, str]:
        return {
            p: p.read_text()
            for p in shell.home.rglob("*")
            if p.name.startswith(("completion.", "actviz.", ".")) and p.is_file()
        }

    before = held()
    assert before
    shell.fresh()
    shell.run("actviz --install-completion")
    assert held() == before
