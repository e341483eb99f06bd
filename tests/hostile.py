"""Command lines that nobody would type, run in this process: what they wrote, and whether they did what none may."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from hypothesis import strategies as st

from actviz import cli
from actviz.app import build
from actviz.catalogue import spellings

PATIENCE = 60
"""Seconds after which a command line is taken to hang."""

FORBIDDEN = (
    *("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "subprocess.Popen"),
    *("socket.connect", "socket.bind", "ctypes.dlopen"),
)
"""Audit events that no command line here may raise."""

OWN = ("open", "os.remove", "os.rmdir", "os.rename", "os.chmod", "os.truncate", "shutil.rmtree")
"""Audit events of files; what is written has to be in the current folder."""

LEFT_OUT = {"--from", "--dask", "--exhaustive", "--install-completion", "--show-completion", "--version", "--help"}
"""--from runs code, being asked to; --dask asks the network; --exhaustive takes minutes; help refuses nothing."""

ALWAYS = {"gallery": ["--only=relu", "--jobs=1"], "accuracy": ["--dtype=float32", "--points=100"]}
"""What keeps a command line short: it comes first, so another value of the option still wins."""

HOSTILE = (
    *("", "-", "--", "---", "-1", "0", "1", "2.5", "nan", "-inf", "inf", "1e308", "-1e308", "1e-320", "1e999"),
    *(
        "99999999999999999999",
        "-99999999999999999999",
        "0x10",
        "1_0",
        "٣",
        "½",
        "None",
        "True",
        "[]",
        "{}",
        "%s",
        "{0}",
    ),
    *(",", ",,", "1,", ",1", "1,2,3", "1:", ":1", "1:2:3", "-6:6", "6:-6", "0:0", "nan:1", "1e308:-1e308", ":", "="),
    *("x", "xx", "1x1", "0x0", "-1x-1", "nanxnan", "9e9x9e9", "../..", "/", ".", "..", "~", "*", "?", "/dev/null"),
    *(
        "\x00",
        "\x1b[31m",
        "\n",
        "a\nb",
        "\t",
        "\\",
        '"',
        "'",
        "`id`",
        "$(id)",
        "; touch pwned",
        "| cat",
        "\ud800",
        "é",
        "中文",
    ),
    *("a" * 5000, "1" * 5000, "(" * 300, "9**9**9", "-" * 300),
)
"""Values that belong nowhere, or to another option."""

EVIL = (
    *(
        "__import__('os').system('touch pwned')",
        "open('pwned', 'w')",
        "().__class__.__bases__",
        "x.__class__",
        "x.real",
    ),
    *("eval('1')", "exec('1')", "lambda: x", "[x for x in x]", "(x := 1)", "f'{x}'", "x[0]", "{x}", "x if x else y"),
    *("9**9**9**9", "x**x**x**x**x", "exp(exp(exp(exp(x))))", "1/0", "0/0", "log(-1)", "x//0", "x%0", "-x", "+x", "~x"),
    *(
        "not x",
        "x and x",
        "x or 1",
        "x < 1 < 2",
        "1 if x < 0",
        "mish(",
        "mish)",
        "mish(x, x)",
        "mish()",
        "mish(beta=1)",
    ),
    *(
        "swish(x, beta=1)",
        "x,",
        "x;x",
        "import os",
        "x\nx",
        "'x'",
        "1j",
        "1e400",
        "0x",
        "01",
        "x" * 3000,
        "x+" * 2000 + "x",
    ),
    *(
        "(" * 2000 + "x" + ")" * 2000,
        "-" * 3000 + "x",
        "abs(" * 200 + "x" + ")" * 200,
        "mish:beta=1",
        "swish:",
        ":",
        "@",
    ),
    *(
        "gelu@",
        "@torch",
        "gelu@torch@jax",
        "swish:beta",
        "swish:beta=",
        "swish:beta=nan",
        "swish:beta=1,2",
        "maxout:w=",
    ),
    *(
        "maxout:w=" + ",".join(["1"] * 200),
        "elu:alpha=-1",
        "é",
        "ｘ",
        "𝑥",
        "x\u200b",
        "min()",
        "max(x)",
        "e",
        "pi",
        "nan",
        "inf",
    ),
)
"""What stands where a function should: some of it is one."""


@dataclass
class Done:
    """What a command line wrote, and its exit status."""

    status: int
    output: str
    errors: str


class Watch:
    """Listens to what the interpreter reports of itself while a command line runs."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Remember what may not be done."""
        if not self.on:
            return
        reading = event == "open" and not (isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"))
        here = (str(Path.cwd()), "/proc/self/fd/", "/dev/")
        elsewhere = event in OWN and not reading and not str(Path(str(arguments[0])).absolute()).startswith(here)
        if event in FORBIDDEN or elsewhere:
            self.seen.append(f"{event}{arguments!r}"[:300])

    @contextlib.contextmanager
    def __call__(self) -> Iterator[None]:
        self.seen, self.on = [], True
        try:
            yield
        finally:
            self.on = False


WATCH = Watch()


def built_once(patch: pytest.MonkeyPatch) -> None:
    """Have command lines of one command and the same settings share an app: it is most of what a refusal costs."""
    made: dict[str, typer.Typer] = {}

    def shared(names: list[str], settings: dict[str, dict[str, str]] | None = None) -> typer.Typer:
        key = repr((names, settings))
        if key not in made:
            made[key] = build(names, settings)
        return made[key]

    patch.setattr(cli, "build", shared)
    patch.setattr(typer.main, "get_command", functools.cache(typer.main.get_command))


def run(words: list[str]) -> Done:
    """Run a command line in this process with nothing on standard input; fail where it takes too long."""
    output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    errors = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace", write_through=True)

    def hang(*_: object) -> None:
        raise AssertionError(f"{words!r} takes longer than {PATIENCE} s")

    before, source = signal.signal(signal.SIGALRM, hang), sys.stdin
    signal.alarm(PATIENCE)
    try:
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(errors),
            Path(os.devnull).open() as sys.stdin,
        ):
            status = cli.run(words)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        sys.stdin = source
    written, said = (
        stream.buffer.getvalue().decode("utf-8", "replace")  # type: ignore[attr-defined]
        for stream in (output, errors)
    )
    return Done(status, written, said)


def checked(words: list[str]) -> Done:
    """Run a command line; it ends with status 0, 1 or 2, a refusal is one line, and nothing forbidden was done."""
    with WATCH():
        done = run(words)
    assert WATCH.seen == [], (words, WATCH.seen)
    assert done.status in (0, 1, 2), (words, done)
    assert "Traceback" not in done.errors, (words, done)
    assert "\x1b" not in done.errors, (words, done)
    if done.status == 2:
        assert done.output == "", (words, done)
        lines = done.errors.splitlines()
        assert lines, words
        assert lines[-1].startswith("actviz: "), (words, done.errors)
        assert len(lines) == 1, (words, done.errors)
    assert not Path("pwned").exists(), words
    return done


def functions() -> st.SearchStrategy[str]:
    """Where a FUNCTION stands: names, names with anything behind them, evil, expressions, and any text."""
    names = st.sampled_from(sorted(spellings()))
    behind = st.tuples(
        names, st.sampled_from([":", "@", ":beta=", ":alpha=", " ", "(x)", "+"]), st.sampled_from(HOSTILE)
    )
    return st.one_of(names, names, behind.map("".join), st.sampled_from(EVIL), expressions(), st.text(max_size=30))


def expressions() -> st.SearchStrategy[str]:
    """Expressions of the grammar, and some that are nearly so."""
    leaves = st.sampled_from(["x", "1", "0", "-1.5", "pi", "e", "a", "1e308", "1e-320"])
    operators = st.sampled_from(["+", "-", "*", "/", "**", "<", ">=", "==", "//", "%", "@", "&"])
    calls = st.sampled_from(
        ["exp", "log", "abs", "sqrt", "tanh", "mish", "relu", "max", "min", "softmax", "glu", "open"]
    )

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(inner, operators, inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
            st.tuples(calls, inner).map(lambda t: f"{t[0]}({t[1]})"),
            st.tuples(calls, inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
            st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
        )

    return st.recursive(leaves, larger, max_leaves=8)


def options(name: str) -> dict[str, tuple[str, ...]]:
    """The options of a command that take a value, each with words that it may take; a flag has none."""
    found = {}
    for p in typer.main.get_command(build([name])).commands[name].params:  # type: ignore[attr-defined]
        if p.param_type_name == "option" and LEFT_OUT.isdisjoint(p.opts):
            fit = tuple(map(str, getattr(p.type, "choices", ()))) or (str(p.default), "1", "2", "0.5", "-6:6")
            found.update(dict.fromkeys((*p.opts, *p.secondary_opts), () if p.is_flag else fit))
    return found


def command_lines(name: str) -> st.SearchStrategy[list[str]]:
    """Command lines of one command: some words, some options with fit values or with anything."""
    known = options(name)

    def option(chosen: str) -> st.SearchStrategy[list[str]]:
        if not known[chosen]:
            return st.just([chosen])
        value = st.one_of(st.sampled_from(known[chosen]), st.sampled_from(HOSTILE), st.text(max_size=8))
        return value.flatmap(lambda text: st.sampled_from([[chosen, text], [f"{chosen}={text}"]]))

    pairs = st.lists(st.sampled_from(sorted(known)).flatmap(option), max_size=3)
    words = st.lists(functions() if name != "softmax-overflow" else st.one_of(logits(), functions()), max_size=3)
    lines = st.tuples(words, pairs).map(lambda t: [*t[0], *(word for pair in t[1] for word in pair)])
    return lines.map(lambda rest: [name, *ALWAYS.get(name, []), *rest])


def logits() -> st.SearchStrategy[str]:
    """Where a LOGIT stands."""
    return st.one_of(st.floats(allow_nan=True).map(str), st.sampled_from(HOSTILE))


def files(folder: Path) -> None:
    """Data in `folder`, good and bad, under names that `--data` and `-o` may meet."""
    np.save(folder / "good.npy", np.linspace(-3.0, 3.0, 12).reshape(3, 4))
    (folder / "short.npy").write_bytes((folder / "good.npy").read_bytes()[:100])
    (folder / "noise.npy").write_bytes(bytes(range(256)))
    (folder / "ragged.csv").write_text("1,2\n3\n")
    (folder / "empty.csv").touch()
    (folder / "folder").mkdir()
