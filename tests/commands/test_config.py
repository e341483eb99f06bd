"""Defaults in files: where they are looked for, what they change, and how a wrong one is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from process import actviz

from actviz.cli import run as run_here

PNG = b"\x89PNG"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder for settings, with a project in it that has none."""
    (tmp_path / "work" / "deep").mkdir(parents=True)
    return tmp_path


def run(home: Path, *arguments: str, **environment: str) -> CompletedProcess[str]:
    """`actviz` in the project's deepest folder, with settings looked for in `home` alone."""
    clean = {"XDG_CONFIG_HOME": str(home / "config"), "ACTVIZ_GRAPHICS": "", "NO_COLOR": "", "FORCE_COLOR": ""}
    return actviz(*arguments, cwd=home / "work" / "deep", **(clean | environment))


def own(home: Path, text: str) -> None:
    folder = home / "config" / "actviz"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text)


def project(home: Path, text: str) -> None:
    (home / "work" / "pyproject.toml").write_text(text)


def settings(home: Path) -> dict[str, tuple[str, str | None]]:
    """The value of each setting, and the name of the file it comes from."""
    done = run(home, "config", "--format=json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["settings"]
    return {s["name"]: (s["value"], s["from"] and Path(s["from"]).name) for s in found}


def refused(home: Path, *arguments: str) -> str:
    done = run(home, *(arguments or ("plot", "mish")))
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_without_files_every_setting_has_the_value_that_help_shows(home: Path) -> None:
    assert settings(home) == {
        "theme": ("light", None),
        "size": ("6.4x4", None),
        "graphics": ("cells", None),
        "color": ("auto", None),
        "format": ("text", None),
        "formats": ("png,svg", None),
    }
    assert "6.4x4" in run(home, "plot", "--help").stdout


def test_the_project_comes_before_the_user_setting_by_setting(home: Path) -> None:
    own(home, 'theme = "dark"\nsize = "8x5"\n')
    project(home, '[project]\nname = "x"\n[tool.actviz]\nsize = "3X2"\nformats = ["pdf", "PNG"]\n')
    found = settings(home)
    assert found["theme"] == ("dark", "config.toml")
    assert found["size"] == ("3X2", "pyproject.toml")
    assert found["formats"] == ("pdf,png", "pyproject.toml")


def test_a_project_without_our_table_does_not_hide_one_above_it(home: Path) -> None:
    project(home, 'tool.actviz.theme = "dark"\n')
    (home / "work" / "deep" / "pyproject.toml").write_text('[tool.other]\ntheme = "light"\n')
    assert settings(home)["theme"] == ("dark", "pyproject.toml")


def test_a_broken_project_of_others_is_passed_over(home: Path) -> None:
    project(home, "this is [[[ not TOML, and speaks of actviz")
    assert settings(home)["theme"] == ("light", None)


def test_config_says_where_it_looks(home: Path) -> None:
    own(home, "")
    document = json.loads(run(home, "config", "--format", "json").stdout)
    assert document["files"] == [
        {"of": "project", "path": None, "read": False},
        {"of": "own", "path": str(home / "config" / "actviz" / "config.toml"), "read": True},
    ]
    shown = run(home, "config").stdout
    assert "theme" in shown
    assert "config.toml" in shown


def test_an_empty_or_relative_xdg_is_the_folder_in_the_home(home: Path) -> None:
    folder = home / ".config" / "actviz"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('theme = "dark"\n')
    for unset in ("", "some/where"):
        done = run(home, "config", "--format", "csv", XDG_CONFIG_HOME=unset, HOME=str(home))
        assert f"theme,dark,{folder / 'config.toml'}" in done.stdout


def test_the_format_is_of_standard_output_and_not_of_files(home: Path) -> None:
    own(home, 'format = "json"\n')
    assert json.loads(run(home, "list").stdout)["functions"]
    assert run(home, "list", "--format", "text").stdout.startswith("sigmoidal")
    assert run(home, "list", "-o", "list.csv").returncode == 0
    assert (home / "work" / "deep" / "list.csv").read_text().startswith("table,name")


def test_theme_and_size_are_of_pictures_and_the_options_come_first(home: Path) -> None:
    def picture(*arguments: str) -> bytes:
        done = run(home, *arguments, "-o", "a.png")
        assert done.returncode == 0, done.stderr
        return (home / "work" / "deep" / "a.png").read_bytes()

    plain, dark = picture("plot", "mish"), picture("plot", "mish", "--theme", "dark", "--size", "3x2")
    compared = picture("compare", "mish", "tanh")
    own(home, 'theme = "dark"\nsize = "3x2"\n')
    assert picture("plot", "mish") == dark
    assert picture("plot", "mish", "--theme=light", "--size=6.4x4") == plain
    assert picture("compare", "mish", "tanh") != compared


def test_formats_and_theme_are_of_the_gallery(home: Path) -> None:
    own(home, 'formats = "pdf"\ntheme = "dark"\n')
    assert run(home, "gallery", "g", "--only", "relu").returncode == 0
    folder = home / "work" / "deep" / "g"
    assert [p.name for p in folder.iterdir()] == ["07-relu.pdf"]
    kept = (folder / "07-relu.pdf").read_bytes()
    assert run(home, "gallery", "g", "--only", "relu", "--theme", "light").returncode == 0
    assert (folder / "07-relu.pdf").read_bytes() != kept


def test_color_is_kept_and_the_option_comes_first(home: Path) -> None:
    own(home, 'color = "always"\n')
    assert "\x1b[" in run(home, "plot", "mish", "tanh").stdout
    assert "\x1b[" not in run(home, "plot", "mish", "tanh", "--color", "never").stdout


def test_graphics_stand_for_the_variable_where_it_is_not_set(home: Path) -> None:
    own(home, 'graphics = "off"\n')
    assert run(home, "plot", "mish", "--points", "3").stdout.startswith("mish\n")
    assert "┤" in run(home, "plot", "mish", ACTVIZ_GRAPHICS="cells").stdout
    assert "┤" in run(home, "plot", "mish", "--graphics", "cells").stdout


def test_what_a_file_says_of_graphics_ends_with_the_command(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own(home, 'graphics = "off"\n')
    monkeypatch.chdir(home / "work")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    for before in ({}, {"ACTVIZ_GRAPHICS": "cells"}):
        monkeypatch.delenv("ACTVIZ_GRAPHICS", raising=False)
        for name, value in before.items():
            monkeypatch.setenv(name, value)
        assert run_here(["plot", "relu", "--points", "3"]) == 0
        assert os.environ.get("ACTVIZ_GRAPHICS") == before.get("ACTVIZ_GRAPHICS")


def test_the_environment_comes_before_files_and_config_says_so(home: Path) -> None:
    def holds(**environment: str) -> tuple[dict[str, str], dict[str, str]]:
        found = json.loads(run(home, "config", "--format", "json", **environment).stdout)["settings"]
        values = {one["name"]: (one["value"], one["from"]) for one in found}
        return values["color"], values["graphics"]

    own(home, 'color = "always"\ngraphics = "off"\n')
    path = str(home / "config" / "actviz" / "config.toml")
    assert holds() == (("always", path), ("off", path))
    assert holds(NO_COLOR="1", FORCE_COLOR="1", ACTVIZ_GRAPHICS="Auto") == (
        ("never", "NO_COLOR"),
        ("auto", "ACTVIZ_GRAPHICS"),
    )
    assert holds(FORCE_COLOR="1")[0] == ("always", "FORCE_COLOR")
    assert "ACTVIZ_GRAPHICS" in run(home, "config", ACTVIZ_GRAPHICS="sixel").stdout


def test_the_environment_colours_whatever_a_file_says_and_the_option_comes_first(home: Path) -> None:
    own(home, 'color = "always"\n')
    assert "\x1b[" not in run(home, "plot", "mish", "tanh", NO_COLOR="1").stdout
    assert "\x1b[" in run(home, "plot", "mish", "tanh", "--color", "always", NO_COLOR="1").stdout
    own(home, 'color = "never"\n')
    assert "\x1b[" in run(home, "plot", "mish", "tanh", FORCE_COLOR="1").stdout


@pytest.mark.parametrize("asked", [("--graphics", "kitty"), ("--height", "12"), ("--show",)])
def test_an_option_that_asks_for_a_drawing_comes_before_a_format_that_is_a_setting(
    home: Path, asked: tuple[str, ...]
) -> None:
    own(home, 'format = "markdown"\n')
    drawn = run(home, "plot", "mish", *asked)
    assert (drawn.returncode, drawn.stderr) == (0, "")
    assert "|" not in drawn.stdout.splitlines()[-1] and "| ---" not in drawn.stdout
    assert "| ---" in run(home, "plot", "mish", "--points", "3", "--graphics", "off").stdout


def test_a_pipe_in_the_place_of_a_file_is_refused_at_once(home: Path) -> None:
    own(home, "")
    (home / "config" / "actviz" / "config.toml").unlink()
    os.mkfifo(home / "config" / "actviz" / "config.toml")
    assert "config.toml: it cannot be read: it is not a regular file" in refused(home)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('theme = "drak"', "theme: the value 'drak' is unknown; it is one of light, dark; did you mean 'dark'?"),
        ('them = "dark"', "them: there is no such setting; there are theme, size,"),
        ("theme = 3", 'theme: the value must be text in quotes, such as "light", not 3'),
        ("size = [8, 5]", 'size: the value must be text in quotes, such as "6.4x4", not [8, 5]'),
        ('theme = ["dark"]', 'theme: the value must be text in quotes, such as "light", not '),
        ('formats = ["png", 3]', 'formats: the value must be a list such as ["png", "svg"], not '),
        ("formats = []", 'formats: the value must be a list such as ["png", "svg"], not []'),
        ('formats = ["png", "pfd"]', "did you mean 'pdf'?"),
        ('size = "big"', "size: --size must be WIDTHxHEIGHT"),
        ('format = "png"', "format: the value 'png' is unknown"),
        ("theme = ", "is no TOML: "),
        ("[" * 20_000, "is no TOML: "),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_the_file(home: Path, text: str, words: str) -> None:
    own(home, text)
    said = refused(home)
    assert f"actviz: {home / 'config' / 'actviz' / 'config.toml'}" in said
    assert words in said
    shown = run(home, "config", "--format", "json")
    (wrong,) = json.loads(shown.stdout)["wrong"]
    assert (shown.returncode, shown.stderr) == (1, "")
    assert said == f"actviz: {': '.join(filter(None, (wrong['path'], wrong['name'], wrong['why'])))}\n"
    assert run(home, "plot", "--help").returncode == 0
    assert run(home, "--version").returncode == 0
    assert run(home, "--help").returncode == 0


def test_a_file_that_is_no_text_or_a_table_that_is_none(home: Path) -> None:
    own(home, "")
    (home / "config" / "actviz" / "config.toml").write_bytes(b"theme = '\xff'")
    assert "is not text in UTF-8" in refused(home)
    own(home, "")
    project(home, "[tool]\nactviz = 3\n")
    assert "tool.actviz must be a table, written [tool.actviz]" in refused(home)


def test_what_is_right_holds_beside_what_is_wrong_and_an_option_overrules_it(home: Path) -> None:
    own(home, 'theme = "drak"\ncolor = "always"\nsize = 3\n')
    shown = run(home, "config", "--color", "never").stdout
    assert "wrong\n" in shown and shown.count("config.toml") == 4
    document = json.loads(run(home, "config", "--format", "json").stdout)
    assert [(one["name"], one["value"]) for one in document["settings"] if one["from"]] == [("color", "always")]
    assert [one["name"] for one in document["wrong"]] == ["theme", "size"]
    assert "size: the value must be text" in refused(home, "plot", "mish", "--theme", "light")
    assert run(home, "plot", "mish", "--theme", "light", "--size=3x2").returncode == 0


def test_a_file_with_a_mark_of_byte_order_is_read_and_one_in_another_encoding_is_not_passed_over(home: Path) -> None:
    text = '[tool.actviz]\ntheme = "dark"\n'
    place = home / "work" / "pyproject.toml"
    place.write_bytes(text.encode("utf-8-sig"))
    assert settings(home)["theme"] == ("dark", "pyproject.toml")
    for data in (text.encode("utf-16"), text.encode("utf-16-be"), text.replace("dark", "där").encode("latin-1")):
        place.write_bytes(data)
        assert "pyproject.toml: it is no" in refused(home), data
    place.write_bytes('[project]\nname = "ä"\n'.encode("latin-1"))
    assert run(home, "list").returncode == 0, "another tool's file"


def test_no_settings_are_read_for_what_python_calls(home: Path) -> None:
    """The library is the same everywhere; settings are of the command line."""
    import subprocess
    import sys

    own(home, "broken [")
    program = "import actviz; print(actviz.get('mish')(0.0))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=home, capture_output=True, check=True, env={"XDG_CONFIG_HOME": str(home)}
    )
    assert done.stdout == b"0.0\n"
