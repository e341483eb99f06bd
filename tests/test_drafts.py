"""Files replaced in one step, by a file without a name and by a hidden one beside its place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from actviz.drafts import replacing
from actviz.errors import BadInput


@pytest.fixture(params=["nameless", "hidden"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Which kind of draft is made: what this system can do, or what all can."""
    kind: str = request.param
    if kind == "hidden":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
        return kind
    try:
        os.close(os.open(tmp_path, os.O_TMPFILE | os.O_WRONLY))
    except (AttributeError, OSError):
        pytest.skip("this file system has no files without a name")
    return kind


def test_the_block_writes_a_draft_that_nobody_sees_at_its_place(tmp_path: Path, way: str) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with replacing(target) as draft:
        draft.write_text("new")
        assert sorted(p.name[0] for p in tmp_path.iterdir()) == ([".", "a"] if way == "hidden" else ["a"])
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("old", ["old", None])
@pytest.mark.parametrize("failure", [RuntimeError("no"), BadInput("no"), KeyboardInterrupt(), SystemExit(3)])
def test_a_failure_in_the_block_leaves_the_old_file_and_no_draft(
    failure: BaseException, old: str | None, tmp_path: Path
) -> None:
    target = tmp_path / "a.txt"
    if old:
        target.write_text(old)
    with pytest.raises(type(failure)) as raised, replacing(target) as draft:
        draft.write_text("half")
        raise failure
    assert raised.value is failure
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == ({"a.txt": old} if old else {})


@pytest.mark.parametrize(
    ("failure", "reason"),
    [(OSError(28, "No space left on device"), "No space left on device"), (OSError("odd"), "odd")],
)
def test_a_disk_that_fails_is_bad_input_that_names_the_file(failure: OSError, reason: str, tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(BadInput) as refused, replacing(target) as draft:
        draft.write_text("half")
        raise failure
    assert str(refused.value) == f"cannot write {target}: {reason}"
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a.txt": "old"}


def test_a_reader_sees_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    target, size, done = tmp_path / "a.txt", 300_000, threading.Event()
    target.write_bytes(b"0" * size)
    seen: set[bytes] = set()

    def read() -> None:
        while not done.is_set():
            data = target.read_bytes()
            seen.add(data[:1] if data == data[:1] * size else b"half of " + data[:1])

    reader = threading.Thread(target=read)
    reader.start()
    for k in range(300):
        with replacing(target) as draft:
            draft.write_bytes(b"%d" % (k % 10) * size)
    done.set()
    reader.join()
    assert seen <= {b"%d" % k for k in range(10)}, seen
    assert len(seen) > 1


def test_a_link_stays_a_link_and_the_file_it_leads_to_is_replaced(tmp_path: Path) -> None:
    there, link = tmp_path / "there", tmp_path / "a.json"
    there.mkdir()
    link.symlink_to("there/b.json")
    for text in ("first", "second"):
        with replacing(link) as draft:
            draft.write_text(text)
        assert link.is_symlink()
        assert (there / "b.json").read_text() == text
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.json", "b.json", "there"]


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_process_ended_while_it_writes_leaves_the_old_file(ending: signal.Signals, tmp_path: Path, way: str) -> None:
    target = tmp_path / "a.json"
    target.write_text("old")
    program = (
        "import os, sys, time; from pathlib import Path; from actviz.drafts import replacing\n"
        f"if {way == 'hidden'}: vars(os).pop('O_TMPFILE', None)\n"
        "with replacing(Path(sys.argv[1])) as draft:\n"
        "    draft.write_text('half'); print('half', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(target)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"half\n"
    process.send_signal(ending)
    process.stdout.close()
    assert process.wait(timeout=30) != 0
    assert target.read_text() == "old"
    left = [p.name for p in tmp_path.iterdir() if p != target]
    assert len(left) == (1 if way == "hidden" and ending != signal.SIGINT else 0), left
    assert "a.json" not in left


def test_the_mode_is_the_old_file_s_or_what_the_mask_says(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.touch(0o600)
    mask = os.umask(0o027)
    try:
        for path in (old, new):
            with replacing(path) as draft:
                draft.write_bytes(b"x")
    finally:
        os.umask(mask)
    assert (old.stat().st_mode & 0o777, new.stat().st_mode & 0o777) == (0o600, 0o640)


def test_a_draft_that_a_killed_process_of_the_same_number_left_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / f".a.{os.getpid()}.part").write_text("half of what another wrote")
    with replacing(tmp_path / "a") as draft:
        draft.write_text("new")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a": "new"}


def test_a_folder_that_has_been_removed_is_bad_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(BadInput, match=r"^cannot write a\.txt: No such file"), replacing(Path("a.txt")):
        raise AssertionError("the block is not to be run")
