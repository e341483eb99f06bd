"""Options that exclude one another are refused in one line, whatever the command; what only repeats itself is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from actviz.cli import run

DRAWING = ("compare mish gelu", "saturation tanh", "softmax-overflow 3 1", "accuracy tanh --order 0")

CONTRADICTIONS = {
    **{
        f"{command} {options}": f"{options.rpartition(' --')[0]} has no effect beside --{options.rpartition(' --')[2]}:"
        for command in DRAWING
        for options in (
            *("--graphics kitty --no-show", "--graphics auto --no-show", "--height 20 --no-show"),
            *("--show --graphics off", "--height 20 --graphics off"),
            *("--show --format json", "--graphics sixel --format png", "--height 20 --format markdown"),
        )
    },
    **{
        f"plot mish {options}": f"{options.rpartition(' -')[0]} has no effect beside {where}"
        for options, where in {
            "--graphics sixel --format json": "--format json",
            "--show --format svg": "--format svg",
            "--height 20 --graphics off": "--graphics off",
        }.items()
    },
    "accuracy tanh --points 500 --dtype float32 --exhaustive": "--points 500 has no effect beside --exhaustive",
    "saturation tanh --depth 3 --samples 0 --width 9": "leave one of them out",
    "saturation tanh --depth 3 --init he --weight-std 1": "give one of them",
    "saturation tanh --axis 1": "there is none",
    **{
        f"softmax-overflow --length 9 {option}": f"{option} has no effect beside --length 9 alone"
        for option in ("--temperature 2", "--scale 2", "--softcap 2", "--target 1", "--explain")
    },
    "plot mish --log --ylim 0:1": "--ylim 0:1 has no place on the logarithmic scale of --log",
    "plot mish -d --order 0": "give -d or --order, not both",
    "derivative tanh --at 1 --range 0:1": "give --at or --range with --points, not both",
    "derivative tanh --check --order 0": "--check compares derivatives",
    "derivative tanh --elementary": "leave FUNCTION and its options out",
    "list -o x.csv --format json": "give one of the two",
}


@pytest.mark.parametrize("words", CONTRADICTIONS)
def test_contradictions_are_refused(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(words.split()) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert CONTRADICTIONS[words] in said.err
    assert said.err.count("\n") == 1 and said.err.startswith("actviz: ")
    assert not list(tmp_path.iterdir())


AGREEING = (
    *("derivative tanh --points 5 -o x.png", "derivative tanh --points 5 -o x.csv", "plot mish --log -o x.json"),
    *("plot mish --color always --format json", "compare mish gelu --columns 60 --format csv"),
    *("accuracy tanh --order 0 --worst 3 -o x.png", "softmax-overflow 1 2 --explain --accumulate both -o x.svg"),
    *("plot mish --theme dark --title T --size 8x5 --format json", "info tanh --color always -o x.txt"),
    *("compare mish gelu --no-show --graphics off", "compare mish gelu --no-show -o x.csv --format csv"),
    *("plot mish --graphics off -o x.csv", "plot mish --color never --format json", "plot mish --size 8x5 --log"),
    *("plot mish --size 4x3 -o x.svg --height 9 --columns 50 --title T", "plot mish --points 3 --graphics off"),
    *("derivative tanh --columns 50 -o x.txt", "list --quiet --format json", "softmax-overflow --length 9"),
)


@pytest.mark.parametrize("words", AGREEING)
def test_what_agrees_is_done(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(words.split()) == 0, capfdbinary.readouterr().err


def test_settings_and_the_environment_give_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    settings = 'theme = "dark"\nsize = "8x5"\ngraphics = "kitty"\ncolor = "always"\nformat = "json"\n'
    (tmp_path / "pyproject.toml").write_text(f"[tool.actviz]\n{settings}")
    monkeypatch.chdir(tmp_path)
    for words in ("plot mish", "plot mish -o x.csv", "compare mish gelu --no-show", "plot mish --graphics off"):
        assert run(words.split()) == 0, (words, capfdbinary.readouterr().err)
    monkeypatch.setenv("ACTVIZ_GRAPHICS", "sixel")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(["compare", "mish", "gelu", "--no-show", "--format", "csv"]) == 0
