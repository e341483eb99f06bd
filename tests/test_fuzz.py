"""Thousands of generated command lines: never a traceback, a hang, or code run."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import hostile
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actviz.activation import Activation, VectorActivation
from actviz.app import summaries
from actviz.errors import BadInput
from actviz.resolve import get, scalars

ALLOWED = 6 << 30
"""Bytes of address space: what asks for more has to say so rather than take it."""

HOW_MANY = {
    **{"plot": 250, "derivative": 200, "compare": 100, "saturation": 80, "softmax-overflow": 200, "accuracy": 40},
    **{"gallery": 40, "list": 100, "info": 100, "config": 60},
}
"""Command lines of each command in a usual run; the long one has twenty times as many."""

FUZZED = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


@pytest.fixture(autouse=True)
def confined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder with files in it, no settings, and bounded memory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    hostile.files(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (ALLOWED, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.fixture(scope="module", autouse=True)
def built_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        hostile.built_once(patch)
        yield


def test_every_command_is_fuzzed() -> None:
    assert HOW_MANY.keys() == summaries().keys()


@pytest.mark.parametrize("name", HOW_MANY)
def test_no_command_line_gives_a_traceback_hangs_or_runs_code(name: str) -> None:
    warm(name)

    @settings(FUZZED, max_examples=HOW_MANY[name])
    @given(hostile.command_lines(name))
    def fuzz(words: list[str]) -> None:
        hostile.checked(words)

    fuzz()


@pytest.mark.slow
@pytest.mark.parametrize("name", HOW_MANY)
def test_no_command_line_of_very_many_does(name: str) -> None:
    warm(name)

    @settings(FUZZED, max_examples=20 * HOW_MANY[name])
    @given(hostile.command_lines(name))
    def fuzz(words: list[str]) -> None:
        hostile.checked(words)

    fuzz()


@pytest.mark.parametrize("name", HOW_MANY)
def test_every_option_refuses_or_takes_every_hostile_value(name: str) -> None:
    warm(name)
    words = {"compare": ["mish", "relu"], "softmax-overflow": ["1", "2"], "derivative": ["relu"], "gallery": ["g"]}
    own = words.get(name, ["relu"] if name in ("plot", "saturation", "accuracy", "info") else [])
    for option, fit in hostile.options(name).items():
        for value in hostile.HOSTILE if fit else ():
            hostile.checked([name, *hostile.ALWAYS.get(name, []), *own, f"{option}={value}"])


@pytest.mark.parametrize("name", ["plot", "derivative", "compare", "saturation", "info"])
def test_no_hostile_value_of_from_is_a_module(name: str) -> None:
    warm(name)
    for value in (*hostile.HOSTILE, *hostile.EVIL, "nowhere:f", ":f", "os:", "os:no:such", "..os:f", "os.path:__no__"):
        assert hostile.checked([name, "--from", value]).status == 2, value


@given(st.lists(st.one_of(st.sampled_from([*HOW_MANY, "--help", "-h", "--", "-x"]), st.text(max_size=5)), max_size=4))
@settings(FUZZED, max_examples=200)
def test_any_words_at_all(words: list[str]) -> None:
    if not words or words[0] not in ("gallery", "accuracy", "--install-completion"):
        hostile.checked(words)


@given(st.one_of(hostile.functions(), hostile.expressions()))
@settings(FUZZED, max_examples=3000)
def test_any_text_is_an_activation_or_refused_in_one_line(text: str) -> None:
    with hostile.WATCH():
        try:
            found = get(text)
            assert isinstance(found, (Activation, VectorActivation))
        except BadInput as refused:
            assert str(refused)
    assert hostile.WATCH.seen == [], text


@given(st.lists(hostile.functions(), max_size=3), st.lists(st.text(max_size=12), max_size=2))
@settings(FUZZED, max_examples=500)
def test_any_parameters_are_swept_or_refused(functions: list[str], params: list[str]) -> None:
    try:
        assert scalars(functions, params)
    except BadInput as refused:
        assert str(refused)


def warm(name: str) -> None:
    """Run a command once, so that what its first run does for good is not watched."""
    hostile.run([name, "--help"])
    for words in (["plot", "mish"], ["plot", "mish", "-o", "a.png"], ["list"], ["info", "mish"]):
        assert hostile.run(words).status == 0, words
