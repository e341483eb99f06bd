"""`actviz saturation --data` of folders and archives that hold other things too, as a user runs it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from process import actviz, refusal


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "run" / "inner").mkdir(parents=True)
    np.savez(tmp_path / "run" / "c.npz", x=np.zeros(3), words=np.array(["a"]), y=np.ones(2))
    np.save(tmp_path / "run" / "good.npy", np.linspace(-3, 3, 50))
    (tmp_path / "run" / "notes.txt").write_text("what was run\n")
    return tmp_path


LEFT_OUT = (
    "actviz: left out: run/c.npz:words holds strings; save numbers\n"
    "actviz: left out: run/notes.txt has no numbers: its one line is 'what was run'\n"
    "actviz: left out: the folder run/inner; name it to read it too\n"
)


@pytest.mark.parametrize("command", [("saturation", "tanh"), ("softmax-overflow",)])
def test_what_is_left_out_is_said_and_the_rest_is_read(folder, command):
    done = actviz(*command, "--data", "run", "--format", "json", cwd=folder)
    assert (done.returncode, done.stderr) == (0, LEFT_OUT)
    sources = [one["source"] for one in json.loads(done.stdout)["data"]]
    assert sources == ["run/c.npz:x", "run/c.npz:y", "run/good.npy"]
    quiet = actviz(*command, "--data", "run", "--format", "json", "--quiet", cwd=folder)
    assert (quiet.returncode, quiet.stderr, quiet.stdout) == (0, "", done.stdout)


def test_of_many_things_left_out_the_first_are_named(folder):
    for number in range(20):
        (folder / "run" / f"note{number}.txt").write_text("words\n")
    lines = actviz("saturation", "tanh", "--data", "run", cwd=folder).stderr.splitlines()
    assert len(lines) == 9
    assert lines[-1] == "actviz: left out: 15 more"


@pytest.mark.parametrize("jobs", [("--jobs", "1"), ("--dask", "local", "--jobs", "1")])
def test_damage_that_shows_while_reading_leaves_the_rest(folder, jobs):
    table = "\n".join(["1,2"] * 400_000)
    (folder / "run" / "late.csv").write_text(f"{table}\n3,four\n")
    arguments = ("saturation", "tanh", "--format", "json", *jobs, "--data")
    done = actviz(*arguments, "run", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"{LEFT_OUT}actviz: left out: run/late.csv: line 400,001, column 2: 'four' is no number\n"
    assert [one["source"] for one in json.loads(done.stdout)["data"]] == ["run/c.npz:x", "run/c.npz:y", "run/good.npy"]
    assert "line 400,001" in refusal(*arguments, "run/good.npy", "run/late.csv", cwd=folder)


@pytest.mark.parametrize("name", ["res.csv", "res.txt", "c.npz.csv", "../run/res.CSV"])
def test_no_table_is_written_among_the_data_of_a_folder(folder, name):
    line = refusal("saturation", "tanh", "--data", "run", "-q", "-o", f"run/{name}", cwd=folder)
    assert "would lie among the data of" in line
    assert "name another folder" in line
    assert not (folder / "run" / name).exists()


def test_other_files_may_be_written_there_and_tables_elsewhere(folder):
    for data, output in (("run", "run/res.json"), ("run", "res.csv"), ("run/good.npy", "run/res.csv")):
        done = actviz("saturation", "tanh", "--data", data, "-o", output, "--quiet", cwd=folder)
        assert (done.returncode, done.stderr) == (0, ""), (data, output)
        assert (folder / output).exists()


def test_a_colon_without_a_name_and_a_name_of_two_columns(folder):
    (folder / "twice.csv").write_text("a,a\n1,2\n")
    assert "names no array behind the colon" in refusal("saturation", "tanh", "--data", "run/c.npz:", cwd=folder)
    assert "2 columns called 'a'" in refusal("saturation", "tanh", "--data", "twice.csv:a", cwd=folder)
