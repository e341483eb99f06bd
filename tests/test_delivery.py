"""Reports taken to their place: files replaced in one step, sources kept, forms and suffixes agreed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from process import actviz, refusal
from terminals import COMMAND, played

from actviz.commands._options import Color, Common, Format
from actviz.delivery import DRAWN, WRITTEN, check_target, deliver
from actviz.errors import BadInput
from actviz.figure import Figure, Line, Panel
from actviz.report import Report, Table

TABLE = Table(("name", "α"), (("a", 0.5), ("b", None)), title="two")
PLAIN = Report({"rows": [0.5, None]}, (TABLE,))


def picture() -> Figure:
    """The smallest figure."""
    return Figure("line", ((Panel((Line((0, 1), (0, 1)),)),),))


DRAWABLE = Report({"x": [0, 1]}, (TABLE,), picture, "figure")


def to(output: object, format: str = "text", quiet: bool = True) -> Common:
    """The common options that write to `output`."""
    return Common(Format(format), str(output), Color.never, quiet)


def test_a_place_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: Path, data: bytes) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "write_bytes", forbidden)
    with pytest.raises(BadInput, match=r"cannot write .*a\.json: Permission denied"):
        deliver(PLAIN, to(tmp_path / "a.json"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("none/a.json", "No such file or directory"),
        ("file/a.json", "Not a directory"),
        ("folder.json", "Is a directory"),
        (f"{'n' * 300}.json", "File name too long"),
        ("/proc/a.json", "No such file or directory"),
    ],
)
def test_a_place_that_cannot_hold_the_file_is_refused(place: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "file").write_text("kept")
    (tmp_path / "data").write_text("read")
    for report in (PLAIN, Report({}, reads=(str(tmp_path / "data"),))):
        with pytest.raises(BadInput) as refused:
            deliver(report, to(tmp_path / place))
        assert str(refused.value) == f"cannot write {tmp_path / place}: {reason}"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "file", "folder.json"]
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.parametrize("kind", ["png", "json"])
def test_a_file_too_large_for_the_disk_leaves_the_old_one(kind: str, tmp_path: Path) -> None:
    target = tmp_path / f"a.{kind}"
    target.write_text("old")
    program = (
        "import resource, sys; from actviz.cli import run; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "sys.exit(run(['plot', 'mish', '-o', sys.argv[1]]))"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, str(target)],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=os.environ | {"MPLCONFIGDIR": str(tmp_path / "settings")},
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.splitlines()[-1] == f"actviz: cannot write {target}: File too large"
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == [target.name]


def same(folder: Path) -> Path:
    """The data file by its own name."""
    return folder / "data.json"


def roundabout(folder: Path) -> Path:
    """The data file by way of its folder's child."""
    (folder / "child").mkdir()
    return folder / "child" / ".." / "data.json"


def symbolic(folder: Path) -> Path:
    """A symbolic link to the data file."""
    (folder / "link.json").symlink_to("data.json")
    return folder / "link.json"


def hard(folder: Path) -> Path:
    """A hard link to the data file."""
    (folder / "hard.json").hardlink_to(folder / "data.json")
    return folder / "hard.json"


def by_folder(folder: Path) -> Path:
    """The data file in a folder that is a link."""
    (folder / "elsewhere").symlink_to(folder, target_is_directory=True)
    return folder / "elsewhere" / "data.json"


NAMES = (same, roundabout, symbolic, hard, by_folder)


@pytest.mark.parametrize("name", NAMES)
def test_data_that_is_read_is_never_overwritten_by_whatever_name(name: Callable[[Path], Path], tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text("precious")
    other = name(tmp_path)
    for source, output in ((data, other), (other, data)):
        report = Report({}, reads=("", str(tmp_path / "gone"), str(source)))
        with pytest.raises(BadInput, match="would overwrite the data this command reads; name another file"):
            deliver(report, to(output))
    assert data.read_text() == "precious"


def test_another_file_is_written_beside_data_that_is_read(tmp_path: Path) -> None:
    data, loop = tmp_path / "data.json", tmp_path / "loop.json"
    data.write_text("precious")
    loop.symlink_to("loop.json")
    for output in (tmp_path / "new.json", loop):
        deliver(Report({}, reads=(str(data), str(loop), str(tmp_path / "gone.json"))), to(output))
        assert output.read_text() == "{}\n"
    assert data.read_text() == "precious"


KNOWN = [*DRAWN.items(), *WRITTEN.items()]


@pytest.mark.parametrize(("suffix", "kind"), KNOWN)
def test_the_suffix_says_the_kind_in_any_case(suffix: str, kind: str, tmp_path: Path) -> None:
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "json": b'{"x"', "markdown": b"**"}
    for name in (f"a{suffix}", f"a.b{suffix.upper()}"):
        target = tmp_path / name
        check_target(str(target), "text", pictures=True)
        check_target(str(target), kind, pictures=True)
        deliver(DRAWABLE, to(target))
        assert target.read_bytes().startswith(starts.get(kind, b""))
        assert target.stat().st_size > 0
    if suffix in WRITTEN:
        check_target(str(target), "text", pictures=False)
        return
    with pytest.raises(BadInput, match="this command writes tables, not pictures; end it in"):
        check_target(str(target), "text", pictures=False)


@pytest.mark.parametrize("format", ["json", "csv", "markdown", "latex"])
@pytest.mark.parametrize(("suffix", "kind"), KNOWN)
def test_a_format_other_than_the_suffix_is_refused(suffix: str, kind: str, format: str, tmp_path: Path) -> None:
    target = str(tmp_path / f"a{suffix}")
    if kind == format:
        check_target(target, format, pictures=True)
        return
    with pytest.raises(BadInput) as refused:
        check_target(target, format, pictures=True)
    assert str(refused.value) == f"-o {target} is {kind}, yet --format says {format}; give one of the two"


@pytest.mark.parametrize("output", ["", "-"])
def test_standard_output_is_always_fit(output: str) -> None:
    check_target(output, "json", pictures=False)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.jpg", "'.jpg' is no kind of file; end it in .png, .svg, .pdf, .json, .csv, .md, .tex, .txt"),
        ("a.pgn", "did you mean '.png'?"),
        ("a", "has no suffix; end it in .png"),
        (".png", "has no suffix"),
        ("a.", "has no suffix"),
        ("folder/", "has no suffix"),
    ],
)
def test_a_suffix_that_is_no_kind_is_refused(name: str, message: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_target(name, "text", pictures=True)
    assert str(refused.value).startswith(f"-o {Path(name)}: ")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("none/a.json", "there is no folder {}/none"),
        ("file/a.json", "there is no folder {}/file"),
        ("folder.json", "it is a folder"),
        (f"{'n' * 300}.json", "File name too long"),
    ],
)
def test_an_unfit_place_is_refused_before_anything_is_computed(place: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "file").write_text("kept")
    with pytest.raises(BadInput) as refused:
        check_target(str(tmp_path / place), "text", pictures=True)
    assert str(refused.value) == f"cannot write {tmp_path / place}: {reason.format(tmp_path)}"


def test_a_figure_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    def failing() -> Figure:
        raise BadInput("cannot be drawn")

    target = tmp_path / "a.png"
    target.write_text("old")
    with pytest.raises(BadInput, match="cannot be drawn"):
        deliver(Report({}, figure=failing), to(target))
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a.png": "old"}


def test_what_is_said_goes_to_standard_error_unless_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "a.json"
    deliver(PLAIN, to(target, quiet=False))
    assert capsys.readouterr() == ("", f"wrote {target}\n")
    deliver(PLAIN, to(target))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", WRITTEN)
def test_standard_output_and_a_file_hold_the_same(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"a{suffix}"
    assert actviz("list", "-q", "-o", str(target)).returncode == 0
    done = [actviz("list", "--format", WRITTEN[suffix], *output) for output in ((), ("-o", "-"))]
    assert [(d.returncode, d.stderr) for d in done] == [(0, "")] * 2
    assert done[0].stdout == done[1].stdout
    if suffix != ".txt":  # text on standard output is as wide as the screen
        assert done[0].stdout.encode() == target.read_bytes()


@pytest.mark.parametrize(("suffix", "kind"), DRAWN.items())
def test_a_picture_goes_to_standard_output_as_into_a_file(suffix: str, kind: str, tmp_path: Path) -> None:
    target = tmp_path / f"a{suffix}"
    assert actviz("plot", "mish", "-o", str(target)).returncode == 0
    for way in (["--format", kind], ["--format", kind, "-o", "-"]):
        words = [sys.executable, "-m", "actviz", "plot", "mish", *way]
        done = subprocess.run(words, capture_output=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == target.read_bytes()


def test_bytes_do_not_go_to_a_terminal() -> None:
    for kind in ("png", "pdf"):
        session = played(COMMAND, "plot", "mish", "--format", kind)
        assert (session.status, session.written) == (2, b""), session
        assert session.errors == (
            f"actviz: {kind} is bytes, which a terminal cannot show; send them on (> FILE) or name one with -o FILE\n"
        )
    session = played(COMMAND, "plot", "mish", "--format", "svg")
    assert (session.status, session.errors) == (0, "")
    assert session.written.startswith(b"<?xml")


@pytest.mark.parametrize("arguments", [["list"], ["gallery"], ["config"]])
def test_a_command_without_pictures_refuses_to_send_one(arguments: list[str], tmp_path: Path) -> None:
    assert "png" in refusal(*arguments, "--format", "jpg" if arguments == ["gallery"] else "png", cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_has_no_picture_is_one_line(tmp_path: Path) -> None:
    said = refusal("info", "softmax", "-o", "x.png", cwd=tmp_path)
    assert said == "actviz: there is no picture of this; write its table, as .json, .csv, .md, .tex, .txt"
    assert refusal("info", "softmax", "--format", "png") == said
    assert list(tmp_path.iterdir()) == []


def test_minus_is_no_file(tmp_path: Path) -> None:
    assert actviz("plot", "mish", "-o", "-", cwd=tmp_path).stdout == actviz("plot", "mish").stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".json", ".csv", ".md", ".tex"])
def test_data_is_utf_8_whatever_the_locale(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"a{suffix}"
    assert actviz("derivative", "--elementary", "-o", str(target)).returncode == 0
    plain = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = actviz("derivative", "--elementary", "--format", WRITTEN[suffix], **plain)
    assert (done.returncode, done.stdout.encode()) == (0, target.read_bytes()), done.stderr
