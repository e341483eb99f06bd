"""The command line as a whole: exit status, common options, files, pipes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from process import actviz, refusal
from terminals import COMMAND, played

from actviz.cli import addressed

COMMANDS = (
    *(
        "plot",
        "derivative",
        "compare",
        "saturation",
        "softmax-overflow",
        "accuracy",
        "gallery",
        "list",
        "info",
        "config",
    ),
)


def test_help_lists_every_command() -> None:
    done = actviz("--help")
    assert done.returncode == 0
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout, name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples_and_the_common_options(name: str) -> None:
    for flag in ("-h", "--help"):
        done = actviz(name, flag)
        assert done.returncode == 0
        assert f"actviz {name}" in done.stdout.split("Options:")[0].split("\n", 2)[2]
        for option in ("--format", "-o", "--color", "--quiet"):
            assert option in done.stdout, option


def test_no_arguments_show_help() -> None:
    done = actviz()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage:")


def test_version() -> None:
    import actviz as package

    done = actviz("--version")
    assert (done.returncode, done.stdout) == (0, f"actviz {package.__version__}\n")


def test_the_installed_command_is_the_module() -> None:
    script = Path(sys.executable).with_name("actviz")
    done = subprocess.run([script, "--version"], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == actviz("--version").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plto"], "Did you mean 'plot'"),
        (["plot"], "name at least one function"),
        (["plot", "mihs"], "did you mean 'mish'"),
        (["plot", "mish", "--rnage=1:2"], "--range"),
        (["plot", "mish", "--range=5:-5"], "upside down"),
        (["plot", "mish", "--range=5:5"], "empty"),
        (["plot", "mish", "--range=nan:5"], "not finite"),
        (["plot", "mish", "--range=-inf:5"], "not finite"),
        (["plot", "mish", "--range=5"], "LOW:HIGH"),
        (["plot", "mish", "--range=a:b"], "must be a number, not 'a'"),
        (["plot", "mish", "--range=1:1.0000000000000002"], "too narrow"),
        (["plot", "mish", "--range=-1.7e308:1.7e308"], "too wide"),
        (["plot", "mish", "--ylim=3:1"], "upside down"),
        (["plot", "mish", "--points=1"], "1 points cannot be sampled"),
        (["plot", "mish", "--points=999999999"], "cannot be sampled"),
        (["plot", "mish", "--points=ten"], "ten"),
        (["plot", "mish", "--order=3"], "--order takes 0, 1 and 2"),
        (["plot", "mish", "--order="], "--order is empty"),
        (["plot", "mish", "--size=0x4"], "from 1 to 50 inches"),
        (["plot", "mish", "--size=9e9x4"], "from 1 to 50 inches"),
        (["plot", "mish", "--size=big"], "WIDTHxHEIGHT"),
        (["plot", "mish", "--theme=drak"], "did you mean 'dark'?"),
        (["plot", "mish", "--seed=1"], "takes no seed"),
        (["plot", "swish", "--param", "beta=abc"], "beta must be a number"),
        (["plot", "swish", "--param", "bta=1"], "did you mean 'beta'"),
        (["plot", "elu", "--param", "alpha=-1"], "out of bounds"),
        (["plot", "softmax"], "derivative softmax"),
        (["plot", "softmin"], "takes a vector, so it has no curve; see `actviz derivative softmin --at=3,1,-3`"),
        (["plot", "glu"], "glu is a gated unit of two inputs"),
        (["plot", "mish", "-o", "x.xyz"], "end it in .png"),
        (["plot", "mish", "-o", "x"], "has no suffix"),
        (["plot", "mish", "-o", "no/such/place/x.png"], "there is no folder no/such/place"),
        (["plot", "--from", "nowhere:f", "-o", "x.xyz"], "'.xyz' is no kind of file"),
        (["gallery", "folder", "-o", "x.png"], "tables, not pictures"),
        (["gallery", "-o", "-"], "a folder"),
        (["saturation", "tanh", "--width", "60"], "columns of text are --columns"),
        (["plot", "-x"], "behind --"),
        (["plot", "tanh", "-d", "--order", "0"], "not both"),
        (["plot", "swish:beta=3", "--param", "beta=2"], "give it once"),
        (["plot", "swish:beta=1_0"], "must be a number, not '1_0'"),
        (["derivative", "--elementary", "--at=1"], "leave FUNCTION and its options out"),
        (["derivative", "tanh", "--at="], "--at is empty"),
        (["gallery", "g", "--only", ""], "--only is empty"),
        (["compare", "tanh", "mish", "--dtype", "float16", "--range=-1e6:1e6"], "float16 holds numbers up to 65504"),
        (["plot", "q" * 100_000], "no activation is called"),
        (["plot", "mish", "-o", "x.png", "--format", "json"], "give one of the two"),
        (["plot", "mish", "--format", "jsn"], "did you mean 'json'?"),
        (["plot", "mish", "--format", "pgn"], "did you mean 'png'?"),
        (["plot", "mish", "--graphics", "kity"], "did you mean 'kitty'?"),
        (["plot", "mish", "--color", "allways"], "did you mean 'always'?"),
        (["plot", "mish", "-o", "x.jpg"], "did you mean '.png'?"),
        (["compare", "mish", "tanh", "--dtype", "flaot16"], "did you mean 'float16'?"),
        (["accuracy", "mish", "--dtype", "float16,bflaot16"], "did you mean 'bfloat16'?"),
        (["accuracy", "mish", "--of", "trch"], "did you mean 'torch'?"),
        (["gallery", "g", "--only", "rleu"], "did you mean 'relu'?"),
        (["gallery", "g", "--format", "pgn"], "did you mean 'png'?"),
        (["plot", "gelu@trch"], "did you mean 'torch'?"),
        (["list", "-o", "x.png"], "tables, not pictures"),
        (["list", "--family", "rectifer"], "did you mean 'rectifier'"),
        (["plot", "().__class__"], ""),
        (["plot", "__import__('os').system('touch pwned')"], ""),
        (["plot", "9**9**9**9"], ""),
        (["plot", "(" * 5000 + "x" + ")" * 5000], ""),
        (["plot", "open('pwned','w')"], ""),
        (["plot", "x.real"], ""),
        (["plot", "[x for x in x]"], ""),
        (["plot", "lambda: x"], ""),
        (["plot", ""], ""),
    ],
)
def test_bad_input_is_one_line_and_status_2_and_leaves_nothing(
    arguments: list[str], words: str, tmp_path: Path
) -> None:
    assert words in refusal(*arguments, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["png", "svg", "pdf", "json", "csv", "md", "tex", "txt"])
def test_a_file_is_written_whole_and_its_name_is_said(kind: str, tmp_path: Path) -> None:
    target = tmp_path / f"mish.{kind}"
    done = actviz("plot", "mish", "-o", str(target))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"wrote {target}\n")
    assert [p.name for p in tmp_path.iterdir()] == [target.name]
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "json": b"{", "tex": b"\\noindent", "md": b"**mish"}
    assert target.read_bytes().startswith(starts.get(kind, b""))
    assert target.stat().st_size > 100


def test_quiet_says_nothing_about_the_file(tmp_path: Path) -> None:
    done = actviz("plot", "mish", "--quiet", "-o", str(tmp_path / "a.json"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    folder = tmp_path / "full.json"
    folder.mkdir()
    assert "it is a folder" in refusal("list", "-o", str(folder))
    assert folder.is_dir()
    assert [p.name for p in tmp_path.iterdir()] == ["full.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("arguments", [["list"], ["plot", "mish"], ["list", "--format", "json"], ["--help"]])
def test_a_full_disk_behind_standard_output_is_one_line(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "actviz", *arguments], stdout=full, stderr=subprocess.PIPE, check=False, timeout=60
        )
    assert (done.returncode, done.stderr) == (2, b"actviz: cannot write the output: No space left on device\n")


def test_a_closed_standard_output_is_one_line() -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m actviz list >&-"], capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 2
    assert done.stderr == "actviz: standard output is closed, so there is nowhere to write\n"


def test_the_mode_of_a_replaced_file_is_kept_and_a_pipe_is_written_to(tmp_path: Path) -> None:
    target = tmp_path / "mine.json"
    target.write_text("old")
    target.chmod(0o600)
    assert actviz("list", "-o", str(target)).returncode == 0
    assert target.stat().st_mode & 0o777 == 0o600
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    assert actviz("list", "-o", str(pipe)).returncode == 0
    assert json.loads(reader.communicate(timeout=30)[0])["functions"]
    assert pipe.is_fifo()


def test_with_standard_error_closed_a_refusal_leaves_standard_output_alone() -> None:
    line = f"{sys.executable} -m actviz plot mihs 2>&-"
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")


def test_with_standard_error_closed_what_is_said_does_not_go_among_the_data(tmp_path: Path) -> None:
    for words in ("list --format json -o a.json", "saturation relu --data acts.csv --format json -o b.json"):
        (tmp_path / "acts.csv").write_text("1\n2\n")
        done = subprocess.run(
            ["sh", "-c", f"{sys.executable} -m actviz {words} 2>&-"], capture_output=True, check=False, cwd=tmp_path
        )
        assert (done.returncode, done.stdout) == (0, b"")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "acts.csv", "b.json"]


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "target.json"
    target.write_text("old")
    link = tmp_path / "link.json"
    link.symlink_to(target)
    assert actviz("list", "-o", str(link)).returncode == 0
    assert link.is_symlink()
    assert json.loads(target.read_text())["functions"]


def test_output_minus_is_standard_output() -> None:
    assert actviz("list", "--format", "json", "-o", "-").stdout == actviz("list", "--format", "json").stdout


MINUS = [
    ["plot", "mish", "--range", "-2:2", "--points", "3"],
    ["plot", "mish", "--ylim", "-1:1", "--points", "3"],
    ["plot", "swish", "--param", "beta=-1", "--points", "3"],
    ["plot", "swish:beta=-0.5", "-p", "beta=-1", "--points", "3"],
    ["derivative", "mish", "--at", "-3,0,-2.5"],
    ["derivative", "mish", "--range", "-2:-1"],
    ["derivative", "softmax", "--at", "-3,-1"],
    ["compare", "mish", "tanh", "--range", "-2:-1"],
    ["saturation", "mish", "--mean", "-1.5"],
    ["softmax-overflow", "-800", "-801"],
]


@pytest.mark.parametrize("arguments", MINUS, ids=" ".join)
def test_what_starts_with_a_minus_works_with_a_blank_and_with_an_equals_sign(arguments: list[str]) -> None:
    joined = []
    for word in arguments:
        option = joined and joined[-1].startswith("--") and "=" not in joined[-1]
        joined = [*joined[:-1], f"{joined[-1]}={word}"] if option else [*joined, word]
    done, again = (actviz(*words, "--format", "json") for words in (arguments, joined))
    refused = arguments[1] == "swish:beta=-0.5"
    assert (done.returncode, again.returncode) == ((2, 2) if refused else (0, 0)), done.stderr + again.stderr
    assert done.stdout == again.stdout
    assert refused or json.loads(done.stdout)


def test_a_pipe_closed_early_ends_the_command_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "actviz", "plot", "mish", "--points", "200000", "--format", "csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"table,x,f(x)\n"
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), said) == (0, b"")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["list", "-h"], ["list"]])
def test_a_pipe_without_a_reader_ends_even_help_quietly(arguments: list[str]) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    command = [sys.executable, "-m", "actviz", *arguments]
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["plot", "mihs"], 2), (["--bogus"], 2), (["list", "-o", "a.json"], 0), (["list"], 0)],
)
@pytest.mark.parametrize("device", ["pipe", "/dev/full"])
def test_where_nobody_hears_what_is_said_the_status_stays(
    arguments: list[str], status: int, device: str, tmp_path: Path
) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    if device != "pipe" and Path(device).exists():
        os.close(theirs)
        theirs = os.open(device, os.O_WRONLY)
    command = [sys.executable, "-m", "actviz", *arguments]
    done = subprocess.run(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, check=False, timeout=60, encoding="utf-8"
    )
    os.close(theirs)
    assert done.returncode == status
    assert done.stdout.startswith("sigmoidal") == (arguments == ["list"])
    assert [p.name for p in tmp_path.iterdir()] == (["a.json"] if "-o" in arguments else [])


SLOW = """
import sys, time

def f(x):
    print("begun", file=sys.stderr, flush=True)
    time.sleep(300)
"""


HEARING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from actviz.__main__ import main
main()
"""
"""Hears signals as in a shell's foreground: whoever runs the tests may ignore some."""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_to_leave_gives_its_status_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    process = subprocess.Popen(
        [sys.executable, "-c", HEARING, "plot", "--from", "slow:f", "-o", "slow.png"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == b"begun\n"
    process.send_signal(number)
    assert (*process.communicate(timeout=60), process.returncode) == (b"", b"", status)
    assert [path.name for path in tmp_path.iterdir()] == ["slow.py"]


def test_a_hang_up_that_is_ignored_stays_ignored() -> None:
    """As nohup has it."""
    program = (
        "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from actviz import __main__, cli; cli.run = lambda words: signal.raise_signal(signal.SIGHUP) or 7\n"
        "__main__.main()"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 7


def test_where_the_home_is_read_only_matplotlib_says_nothing(tmp_path: Path) -> None:
    nowhere = {"HOME": "/proc", "XDG_CONFIG_HOME": "/proc/none", "XDG_CACHE_HOME": "/proc/none", "MPLCONFIGDIR": ""}
    done = actviz("plot", "mish", "-o", "a.pdf", cwd=tmp_path, **nowhere)
    assert (done.returncode, done.stderr) == (0, "wrote a.pdf\n")


@pytest.mark.parametrize(
    ("environment", "option", "colored"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
    ],
)
def test_color_is_as_asked(environment: dict[str, str], option: list[str], colored: bool) -> None:
    clean = dict.fromkeys(("NO_COLOR", "FORCE_COLOR"), "")
    done = actviz("plot", "tanh", "sigmoid", *option, **(clean | environment))
    assert done.returncode == 0
    assert ("\x1b[" in done.stdout) == colored


def test_list_json_has_its_documented_keys() -> None:
    document = json.loads(actviz("list", "--format", "json").stdout)
    assert set(document) == {"functions"}
    for entry in document["functions"]:
        assert set(entry) == {"name", "aliases", "family", "formula", "parameters"}
    swish = next(entry for entry in document["functions"] if entry["name"] == "swish")
    assert swish["aliases"] == ["silu"]
    assert swish["parameters"] == {"beta": 1.0}


def test_plot_json_has_the_sampled_points() -> None:
    done = actviz("plot", "relu", "-d", "--range=-1:1", "--points=5", "--format", "json")
    (relu,) = json.loads(done.stdout)["functions"]
    assert relu["x"] == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert relu["value"] == [0.0, 0.0, 0.0, 0.5, 1.0]
    assert relu["derivative"] == [0.0, 0.0, 0.0, 1.0, 1.0]
    assert relu["kinks"] == [{"x": 0.0, "left": 0.0, "right": 1.0}]


def test_works_where_the_locale_is_plain_ascii() -> None:
    done = actviz("plot", "mish", "--order", "0,1", PYTHONUTF8="0", LC_ALL="C", LANG="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


@pytest.mark.parametrize("terminal", ["dumb", ""])
def test_a_dumb_terminal_gets_no_escape_codes(terminal: str) -> None:
    session = played(COMMAND, "plot", "tanh", "sigmoid", TERM=terminal)
    assert (session.status, session.errors) == (0, "")
    assert "┤".encode() in session.written
    assert b"\x1b" not in session.written


def test_what_needs_more_memory_than_there_is_is_one_line() -> None:
    program = (
        "import sys; from actviz import app, cli; import actviz.commands.list as one\n"
        "def command():\n    raise MemoryError\n"
        "one.command = command; sys.exit(cli.run(['list']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "actviz: there is not enough memory for this; ask for fewer points, functions or samples\n"


def test_standard_input_is_not_read() -> None:
    read, write = os.pipe()
    done = subprocess.run([sys.executable, "-m", "actviz", "--version"], stdin=read, check=True, timeout=30)
    os.close(read)
    os.close(write)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("saturation relu --dask --data x", "saturation relu --dask local --data x"),
        ("saturation relu --data x --dask", "saturation relu --data x --dask local"),
        ("saturation relu --dask tcp://a:1 -j 2", "saturation relu --dask tcp://a:1 -j 2"),
        ("plot -- --dask", "plot -- --dask"),
    ],
)
def test_dask_without_an_address_is_a_cluster_here(given, meant):
    assert addressed(given.split()) == meant.split()
