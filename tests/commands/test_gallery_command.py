"""`actviz gallery` as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from process import actviz, refusal

from actviz import gallery

ONLY = "--only=relu,relu-derivative"


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def listing(*arguments: str, cwd: Path) -> tuple[int, dict[str, object]]:
    done = actviz("gallery", *arguments, "--format", "json", cwd=cwd)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def test_whole_gallery_twice_and_checked(tmp_path: Path) -> None:
    stems = [e.stem for e in gallery.entries()]
    wanted = sorted(["index.html", *(f"{stem}.{kind}" for stem in stems for kind in ("png", "svg"))])
    status, first = listing("--jobs", "2", cwd=tmp_path)
    assert status == 0
    assert names(tmp_path / "gallery") == wanted
    bytes_then = {name: (tmp_path / "gallery" / name).read_bytes() for name in wanted}
    assert listing("--check", "--jobs", "1", cwd=tmp_path)[0] == 0
    status, _ = listing("again", "--jobs", "1", cwd=tmp_path)
    assert status == 0
    assert {name: (tmp_path / "again" / name).read_bytes() for name in wanted} == bytes_then
    assert first["directory"] == "gallery"
    assert [f["stem"] for f in first["figures"]] == stems  # type: ignore[attr-defined,index]
    for figure in first["figures"]:  # type: ignore[attr-defined]
        assert list(figure) == ["stem", "title", "caption", "files", "status"]
        assert figure["files"] == [f"{figure['stem']}.png", f"{figure['stem']}.svg"]
        assert figure["status"] == "written"


def test_check_lists_what_differs_and_what_is_missing_and_writes_nothing(tmp_path: Path) -> None:
    assert actviz("gallery", "g", ONLY, cwd=tmp_path).returncode == 0
    place = tmp_path / "g"
    (place / "07-relu.svg").write_bytes(b"changed")
    (place / "08-relu-derivative.png").unlink()
    before = {name: (place / name).read_bytes() for name in names(place)}
    done = actviz("gallery", "g", ONLY, "--check", cwd=tmp_path)
    assert done.returncode == 1
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [row[-1] for row in rows if row and row[0] == "07-relu"] == ["differs"]
    assert [row[-1] for row in rows if row and row[0] == "08-relu-derivative"] == ["missing"]
    assert {name: (place / name).read_bytes() for name in names(place)} == before


def test_check_of_no_directory_makes_none(tmp_path: Path) -> None:
    status, document = listing("nowhere", ONLY, "--check", cwd=tmp_path)
    assert status == 1
    assert {f["status"] for f in document["figures"]} == {"missing"}  # type: ignore[attr-defined]
    assert names(tmp_path) == []


def test_kinds_and_theme(tmp_path: Path) -> None:
    for theme in ("light", "dark"):
        done = actviz("gallery", theme, "--only", "07-relu", "--format", "pdf,svg", "--theme", theme, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert names(tmp_path / theme) == ["07-relu.pdf", "07-relu.svg"]
    light, dark = ((tmp_path / theme / "07-relu.svg").read_text() for theme in ("light", "dark"))
    assert "#ffffff" in light
    assert "#ffffff" not in dark


def test_only_leaves_the_page_and_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    assert actviz("gallery", ".", ONLY, "--format=svg", cwd=tmp_path).returncode == 0
    assert names(tmp_path) == ["07-relu.svg", "08-relu-derivative.svg", "index.html"]
    assert (tmp_path / "index.html").read_text() == "mine"


def test_listing_goes_to_a_file_too(tmp_path: Path) -> None:
    assert actviz("gallery", "g", ONLY, "-o", "list.csv", cwd=tmp_path).returncode == 0
    assert (tmp_path / "list.csv").read_text().splitlines()[0] == "table,stem,title,files,status"


@pytest.mark.parametrize("form", ["text", "csv", "markdown", "latex"])
def test_other_forms_of_the_listing(form: str, tmp_path: Path) -> None:
    done = actviz("gallery", "g", "--only", "relu", "--format", form, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "07-relu" in done.stdout
    assert names(tmp_path / "g") == ["07-relu.png", "07-relu.svg"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--only", "sigmod"), "did you mean 'sigmoid'"),
        (("--only", "relu,,elu"), "no figure is called ''"),
        (("--format", "jpg"), "did you mean 'png'"),
        (("--format", "png,json"), "json"),
        (("--format", ""), "--format"),
        (("--jobs", "-3"), "--jobs"),
        (("--jobs", "9999999"), "--jobs"),
        (("--theme", "blue"), "theme"),
    ],
)
def test_bad_options_are_refused_and_nothing_is_made(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    assert said in refusal("gallery", "g", *arguments, cwd=tmp_path)
    assert names(tmp_path) == []


def test_a_file_in_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "g").write_text("mine")
    for place in ("g", "g/inside"):
        assert "a file is in its place" in refusal("gallery", place, ONLY, cwd=tmp_path)
    assert "a file is in its place" in refusal("gallery", "g", ONLY, "--check", cwd=tmp_path)
    assert (tmp_path / "g").read_text() == "mine"


def test_a_directory_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "g" / "07-relu.png").mkdir(parents=True)
    assert "07-relu.png" in refusal("gallery", "g", "--only", "relu", cwd=tmp_path)
    assert names(tmp_path / "g") == ["07-relu.png"]


@pytest.mark.parametrize("seconds", [0.0, 0.1])
def test_an_interrupt_ends_all_processes_quietly_and_leaves_no_picture(tmp_path: Path, seconds: float) -> None:
    command = [sys.executable, "-m", "actviz", "gallery", "g", "--jobs", "2"]
    running = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "g").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(seconds)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=30)
    # Python ends by the signal itself where that came in the text that a dataclass has it run; shells count both alike.
    status = 128 - running.returncode if running.returncode < 0 else running.returncode
    assert (status, out, err) == (130, "", "")
    assert names(tmp_path / "g") == []


def test_an_unwritable_directory_is_refused(tmp_path: Path) -> None:
    place = Path("/proc/actviz") if os.geteuid() == 0 else tmp_path / "locked"
    if os.geteuid() != 0:
        place.mkdir(mode=0o500)
    assert str(place) in refusal("gallery", str(place), ONLY, cwd=tmp_path)
