from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from block_assembly import put_together, read_bytes, refused, sums
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz import arrays
from actviz.arrays import rows, tables, text
from actviz.errors import BadInput


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def table(path: Path) -> list[list[float]]:
    """The rows that are read."""
    (stored,) = arrays.opened(str(path))
    found: list[list[float]] = put_together(stored).reshape(-1, stored.shape[1]).tolist()
    return found


WAYS = {
    "commas.csv": "1,2.5\n-3e-2,4\n",
    "without the last newline.csv": "1,2.5\n-3e-2,4",
    "semicolons.csv": "1;2.5\n-3e-2;4\n",
    "tabs.csv": "1\t2.5\n-3e-2\t4\n",
    "tabs.tsv": "1\t2.5\n-3e-2\t4\n",
    "blanks.txt": "1 2.5\n-3e-2   4\n",
    "blanks at both ends.dat": "  1 2.5 \n -3e-2 \t 4  \n",
    "commas and blanks.txt": "1, 2.5\n-3e-2 , 4\n",
    "windows.csv": "1,2.5\r\n-3e-2,4\r\n",
    "old mac.csv": "1,2.5\r-3e-2,4\r",
    "mark.csv": "\ufeff1,2.5\n-3e-2,4\n",
    "blank lines.csv": "\n\n1,2.5\n\n   \n-3e-2,4\n\n",
    "comments.txt": "# of numpy.savetxt\n1 2.5\n# between\n-3e-2 4 # behind\n#end",
    "quotes.csv": '"1","2.5"\n"-3e-2",4\n',
    "header.csv": "a,b\n1,2.5\n-3e-2,4\n",
    "header in quotes.csv": '"a","b, c"\n1,2.5\n-3e-2,4\n',
    "header and comments.csv": "# x\n\na,b\n# y\n1,2.5\n-3e-2,4\n",
    "SUFFIX.CSV": "1,2.5\n-3e-2,4\n",
}


@pytest.mark.parametrize("name", WAYS)
def test_ways_to_write_a_table(tmp_path: Path, name: str) -> None:
    assert table(written(tmp_path / name, WAYS[name])) == [[1.0, 2.5], [-0.03, 4.0]]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_as_excel_and_powershell_write_it(tmp_path: Path, encoding: str) -> None:
    mark = "" if encoding == "utf-16" else "\ufeff"
    path = written(tmp_path / "x.csv", f"{mark}größe,b\r\n1,2.5\r\n-3e-2,4\r\n".encode(encoding))
    assert table(path) == [[1.0, 2.5], [-0.03, 4.0]]
    assert arrays.opened(str(path))[0].columns == ("größe", "b")


def test_one_column(tmp_path: Path) -> None:
    (stored,) = arrays.opened(str(written(tmp_path / "x.txt", "1\n2\n3\n")))
    assert (stored.shape, stored.columns, stored.dtype) == ((arrays.UNKNOWN, 1), (), "float64")
    assert put_together(stored).tolist() == [1.0, 2.0, 3.0]


def test_one_row(tmp_path: Path) -> None:
    assert table(written(tmp_path / "x.txt", "1 2 3\n")) == [[1.0, 2.0, 3.0]]


def test_numbers_that_are_not_finite_and_cells_left_empty(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "nan,inf,-inf\nNaN,Infinity,\n,+1,-0\n,,\n")
    wanted = [[np.nan, np.inf, -np.inf], [np.nan, np.inf, np.nan], [np.nan, 1, 0], [np.nan, np.nan, np.nan]]
    np.testing.assert_array_equal(table(path), wanted)


@pytest.mark.parametrize(
    ("cells", "remark"),
    [
        (
            "1e400,inf\n-Infinity,1e308\n",
            "A number in {} is beyond float64 and counts as infinite: 1e400, line 2, column 1.",
        ),
        (
            "2,3\n1,-1e999\n1e309,1\n",
            "2 numbers in {} are beyond float64 and count as infinite, the first -1e999, line 3, column 2.",
        ),
        ("inf,-inf\nNaN,1e-400\n", ""),
    ],
)
@pytest.mark.parametrize("chunk", [6, 2**20])
def test_numbers_beyond_float64_are_told_from_infinities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: str, remark: str, chunk: int
) -> None:
    monkeypatch.setattr(tables, "CHUNK", chunk)
    path = written(tmp_path / "x.csv", f"a,b\n{cells}")
    (stored,) = arrays.opened(str(path))
    *_, last = (block for piece in arrays.pieces(stored, None, 2**26) for block in arrays.blocks(piece))
    assert last.remark == remark.format(path)
    *_, last_rows = (block for strip in rows.strips(stored, -1, 2**26) for block in rows.rows(strip))
    assert last_rows.remark == remark.format(path)
    column = arrays.opened(f"{path}:b")[0]
    *_, other = (block for piece in arrays.pieces(column, None, 2**26) for block in arrays.blocks(piece))
    assert ("-1e999, line 3, column 2." in other.remark) == ("-1e999" in cells)


MISSING = ("NA", "N/A", "n/a", "<NA>", "#N/A", "null", "NULL", "None", "none", "", "nan", "NaN")


@pytest.mark.parametrize("word", MISSING)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_missing_numbers_count_as_nan(tmp_path: Path, word: str, delimiter: str) -> None:
    lines = ("a,b,c", f"1,{word},2", f"{word},3,4", f"5,6,{word}")
    path = written(tmp_path / "x.csv", "\n".join(lines).replace(",", delimiter))
    np.testing.assert_array_equal(table(path), [[1, np.nan, 2], [np.nan, 3, 4], [5, 6, np.nan]])
    headless = written(tmp_path / "y.csv", "\n".join(lines[2:]).replace(",", delimiter))
    np.testing.assert_array_equal(table(headless), [[np.nan, 3, 4], [5, 6, np.nan]])


def test_missing_numbers_between_blanks(tmp_path: Path) -> None:
    path = written(tmp_path / "x.txt", "NA 1\n2 None\n")
    np.testing.assert_array_equal(table(path), [[np.nan, 1], [2, np.nan]])
    assert "line 2 has 0 cells, the rows before 2" in refused(written(path, "1 2\n#N/A 3\n"))


def test_a_name_that_two_columns_have_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "a,b,a\n1,2,3\n")
    assert refused(f"{path}:a") == f"{path} has 2 columns called 'a'; name one by its number, 1 or 3"
    assert put_together(*arrays.opened(f"{path}:3")).tolist() == [3.0]
    assert table(path) == [[1.0, 2.0, 3.0]]


def test_numbers_are_the_nearest_float64(tmp_path: Path) -> None:
    values = np.random.default_rng(3).normal(size=(500, 3)) * 10.0 ** np.arange(-300, 200)[:, None]
    np.savetxt(tmp_path / "x.csv", values, delimiter=",", fmt="%.17g")
    np.testing.assert_array_equal(table(tmp_path / "x.csv"), values)


def test_a_header_names_the_columns_and_a_name_picks_one(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "step, relu 1 ,name\n0,1.5,a\n1,-2,b c\n")
    (stored,) = arrays.opened(f"{path}:relu 1")
    assert (stored.label, stored.shape, stored.columns) == (f"{path}:relu 1", (arrays.UNKNOWN, 1), ("relu 1",))
    assert put_together(stored).tolist() == [1.5, -2.0]
    assert put_together(*arrays.opened(f"{path}:1")).tolist() == [0.0, 1.0]
    assert "has no column 'relu'; it has step, relu 1, name; did you mean 'relu 1'?" in refused(f"{path}:relu")
    assert "line 2, column 3: 'a' is no number" in refused(path)


def test_a_number_picks_a_column_of_a_table_without_header(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "1,2\n3,4\n")
    assert put_together(*arrays.opened(f"{path}:2")).tolist() == [2.0, 4.0]
    for wrong in ("0", "3", "b", "-1"):
        assert f"has no column '{wrong}'; it has 2 cells, counted from 1" in refused(f"{path}:{wrong}")


REFUSALS = {
    "ragged": ("1,2\n3,4\n\n5\n", "line 4 has 1 cell, the rows before 2"),
    "wide": ("1 2\n3 4 5\n", "line 2 has 3 cells, the rows before 2"),
    "all but the first": ("1,2\n" + "3,4,5\n" * 10, "line 2 has 3 cells, the rows before 2"),
    "text": ("a,b\n1,2\n3,four\n", "line 3, column 2: 'four' is no number"),
    "text under a name": ("a,b\n1,x\n", "line 2, column 2: 'x' is no number; FILE:NAME reads one column alone"),
    "second text": ("1,2\n3,1_000\n", "line 2, column 2: '1_000' is no number"),
    "hexadecimal": ("1,2\n3,0x10\n", "line 2, column 2: '0x10' is no number"),
    "decimal commas": ("1,5;2,5\n3,5;4,5\n", "line 2, column 1: '3,5' is no number; decimals have a point, as in 3.5"),
    "a dash": ("1,2\n3,-\n", "line 2, column 2: '-' is no number; leave the cell of a missing number empty, or write"),
    "a question mark": ("1,2\n?,3\n", "line 2, column 1: '?' is no number; leave the cell of a missing number empty"),
    "no missing number": ("1,2\n3,nap\n", "line 2, column 2: 'nap' is no number"),
    "one cell after two": ("1,2\n3\n", "line 2 has 1 cell, the rows before 2"),
    "one cell after three, others between": ("1;2;3\n4\n", "line 2 has 1 cell, the rows before 3"),
    "one cell under two names": ("a,b\n3\n", "the header has 2 cells and the first row 1 cell"),
    "long text": ("1,2\n3," + "y" * 100 + "\n", f"line 2, column 2: '{'y' * 39}…' is no number"),
    "short header": ("a\n1,2\n", "the header has 1 cell and the first row 2 cells"),
    "header alone": ("a,b\n", "has no numbers: its one line is 'a,b'"),
    "comments alone": ("# a\n\n   \n", "is empty: it has no line with numbers"),
    "a quote without end": ('1,2\n"3,4\n', "line 2 has 1 cell, the rows before 2"),
    "a long quote": ('1,2\n"' + "3" * 200_000 + '",x\n', "line 2, column 1: '\"333"),
    "bytes": ("1,2\n\0\0\0", "is no text: it holds bytes that no text has"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_what_is_no_table_of_numbers_is_refused_with_its_place(tmp_path: Path, kind: str) -> None:
    content, reason = REFUSALS[kind]
    assert reason in refused(written(tmp_path / "x.csv", content))


def test_a_column_that_is_picked_needs_whole_rows_too(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "a,b\n1,2\n3,4,5\n")
    assert "line 3 has 3 cells, the rows before 2" in refused(f"{path}:a")


@pytest.mark.parametrize("width", [1, 3, 10, 17, 100, 5000])
@pytest.mark.parametrize("comments", [0, 5])
def test_the_first_look_ends_behind_two_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, comments: int
) -> None:
    monkeypatch.setattr(text, "FIRST_LOOK", 32)
    names = [f"column{i}" for i in range(width)]
    lines = ["# a comment"] * comments + [",".join(names), *([",".join(["0.25"] * width)] * 3)]
    path = written(tmp_path / "x.csv", "\n".join(lines))
    assert table(path) == [[0.25] * width] * 3
    assert arrays.opened(str(path))[0].columns == tuple(names)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("line", [2, 5000, 19_999])
def test_lines_are_counted_across_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, line: int
) -> None:
    monkeypatch.setattr(tables, "CHUNK", 1000)
    rows = ["a,b", *(["1.25,2.5"] * 20_000)]
    rows[line - 1] = "1,x"
    path = written(tmp_path / "x.csv", ending.join(rows))
    assert f"line {line:,}, column 2: 'x' is no number" in refused(path)


def test_a_line_too_long_for_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "x.txt", "1 2\n" + "1 " * 200_000)
    monkeypatch.setattr(tables, "CHUNK", 1000)
    monkeypatch.setattr(tables, "LONGEST", 10_000)
    assert "line 2 is longer than 10,000 characters; is it a table?" in refused(path)


def test_a_row_wider_than_a_block(tmp_path: Path) -> None:
    values = np.arange(2.0 * (arrays.BLOCK + 10)).reshape(2, -1)
    np.savetxt(tmp_path / "x.txt", values, fmt="%.17g")
    np.testing.assert_array_equal(table(tmp_path / "x.txt"), values)
    (stored,) = arrays.opened(str(tmp_path / "x.txt"))
    for axis, wanted in ((0, values.sum(axis=1)), (1, values.sum(axis=0))):
        np.testing.assert_array_equal(sums(stored, axis), wanted)


def test_layouts_of_a_table(tmp_path: Path) -> None:
    (stored,) = arrays.opened(str(written(tmp_path / "x.csv", "a,b\n1,2\n\n#\n3,4\n5,6")))
    assert [arrays.layout(stored, axis) for axis in (None, 0, 1, -1, -2)] == [
        *((1, 1, -1), (1, 3, 2), (-1, 2, 1), (-1, 2, 1), (1, 3, 2)),
    ]
    assert sums(stored, 0).tolist() == [3.0, 7.0, 11.0]
    assert sums(stored, 1).tolist() == [9.0, 12.0]
    with pytest.raises(BadInput, match="has no axis 2: it is rows x 2, so the axis goes from -2 to 1"):
        arrays.layout(stored, 2)


@given(
    rows=st.integers(1, 40),
    columns=st.integers(1, 5),
    chunk=st.integers(1, 200),
    ending=st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
    delimiter=st.sampled_from([",", ";", "\t", " "]),
    header=st.booleans(),
    axis=st.sampled_from([None, 0, 1]),
)
@settings(max_examples=200)
def test_any_table_in_chunks_of_any_size(
    tmp_path_factory: pytest.TempPathFactory,
    rows: int,
    columns: int,
    chunk: int,
    ending: str,
    delimiter: str,
    header: bool,
    axis: int | None,
) -> None:
    values = np.random.default_rng(rows * 5 + columns).integers(-99, 99, size=(rows, columns)) / 4
    lines = [delimiter.join(f"c{i}" for i in range(columns))] if header else []
    lines += [delimiter.join(map(str, row)) for row in values.tolist()]
    path = written(tmp_path_factory.mktemp("any") / "x.csv", ending.join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "CHUNK", chunk)
        (stored,) = arrays.opened(str(path))
        np.testing.assert_array_equal(put_together(stored, axis).reshape(-1, columns), values)
        if axis is not None:
            np.testing.assert_array_equal(sums(stored, axis), values.sum(axis=1 - axis))


@pytest.mark.parametrize("content", ["1,2\n3,4\n5,6\n", "1,2\n"])
def test_other_rows_than_were_counted(tmp_path: Path, content: str) -> None:
    path = written(tmp_path / "x.csv", "1,2\n3,4\n")
    (stored,) = arrays.opened(str(path))
    (piece,) = arrays.pieces(stored, 0, 100)
    assert (piece.units, piece.inner) == (2, 2)
    written(path, content)
    with pytest.raises(BadInput, match="changed while it was read"):
        list(arrays.blocks(piece))


def test_a_table_that_vanishes_before_its_rows_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "1,2\n3,4\n")
    (stored,) = arrays.opened(str(path))
    path.unlink()
    with pytest.raises(BadInput, match=r"cannot read .*x\.csv: No such file"):
        arrays.layout(stored, 0)


def test_the_bytes_of_the_blocks_add_up(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "a,b\n" + "1,2\n" * 300_000)
    (stored,) = arrays.opened(str(path))
    assert stored.nbytes == path.stat().st_size == read_bytes(stored)
    assert whole_rows(path) == 300_000


def whole_rows(path: Path) -> int:
    """The rows that come out of a file of two columns."""
    return put_together(*arrays.opened(str(path))).size // 2
