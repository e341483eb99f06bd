"""kitty's escape codes, their pieces put together again."""

from __future__ import annotations

import os
import re
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz.pixels import kitty, tmux

CODE = re.compile(r"\x1b_G([^;\x1b]*);([A-Za-z0-9+/=]*)\x1b\\")


def taken(codes: str) -> tuple[dict[str, str], bytes]:
    """The control data of the first code and the bytes that all of them carry."""
    found = CODE.findall(codes)
    assert "".join(f"\x1b_G{control};{text}\x1b\\" for control, text in found) == codes, "something stands between"
    first, *rest = (dict(pair.split("=") for pair in control.split(",")) for control, _ in found)
    assert all(set(control) <= {"m", "q"} for control in rest), rest
    more = [control["m"] for control in (first, *rest)]
    assert more == ["1"] * (len(more) - 1) + ["0"], more
    assert all(len(text) <= 4096 and len(text) % 4 == 0 for _, text in found)
    return first, b64decode("".join(text for _, text in found), validate=True)


@given(st.binary(min_size=1, max_size=100), st.integers(0, 500))
def test_the_bytes_come_back_whatever_their_number(part: bytes, times: int) -> None:
    data = part * (1 + times)
    control, got = taken("".join(kitty.shown(data, 80, 23)))
    assert got == data
    assert control == {"a": "T", "f": "100", "q": "2", "C": "1", "c": "80", "r": "23", "m": control["m"]}


@pytest.mark.parametrize("size", [3071, 3072, 3073, 6144, 6145])
def test_chunks_break_at_4096_bytes_of_base64(size: int) -> None:
    data = os.urandom(size)
    assert len(kitty.shown(data, 1, 1)) == -(-size // 3072)
    assert taken("".join(kitty.shown(data, 1, 1)))[1] == data


def test_through_tmux_every_escape_is_doubled_in_an_envelope_of_its_own() -> None:
    data = os.urandom(10_000)
    envelopes = [tmux.passed(code) for code in kitty.kept(data, 80, 23, 7)]
    bare = ""
    for envelope in envelopes:
        inner = envelope.removeprefix("\x1bPtmux;").removesuffix("\x1b\\")
        assert len(inner) == len(envelope) - 9
        assert set(re.findall("\x1b+", inner)) == {"\x1b\x1b"}, "tmux would end the envelope there"
        bare += inner.replace("\x1b\x1b", "\x1b")
    control, got = taken(bare)
    assert got == data
    assert {"U": "1", "i": "7", "c": "80", "r": "23"}.items() <= control.items()


# The first 129 lines of kitty's own table, rowcolumn-diacritics.txt.
TABLE = """0305 030D-030E 0310 0312 033D-033F 0346 034A-034C 0350-0352 0357 035B 0363-036F 0483-0487 0592-0595 0597-0599
059C-05A1 05A8-05A9 05AB-05AC 05AF 05C4 0610-0617 0657-065B 065D-065E 06D6-06DC 06DF-06E2 06E4 06E7-06E8 06EB-06EC
0730 0732-0733 0735-0736 073A 073D 073F-0741 0743 0745 0747 0749-074A 07EB-07F1 07F3 0816-0819 081B-0823 0825-0827
0829-082D"""


def test_the_marks_are_the_beginning_of_kittys_table() -> None:
    ends = [[int(end, 16) for end in part.split("-")] for part in TABLE.split()]
    assert [ord(mark) for mark in kitty.MARKS] == [code for end in ends for code in range(end[0], end[-1] + 1)]


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (80, 23), (300, kitty.MOST_ROWS)])
@pytest.mark.parametrize("process", [1, 254, 255, 32768, 4_194_304])
def test_placeholders_name_the_picture_the_row_and_the_column(columns: int, rows: int, process: int) -> None:
    number = kitty.number_for(process)
    lines = kitty.placeholders(columns, rows, number).splitlines()
    assert len(lines) == rows
    for row, line in enumerate(lines):
        found = re.fullmatch(r"\x1b\[38;5;(\d+)m\U0010eeee(.)(.)(.)(\U0010eeee*)\x1b\[39m", line)
        assert found, line
        places = [kitty.MARKS.index(mark) for mark in found.groups()[1:4]]
        assert places == [row, 0, number >> 24]
        assert int(found[1]) == number & 0xFFFFFF
        assert 1 + len(found[5]) == columns


def test_pictures_of_successive_processes_have_numbers_of_their_own() -> None:
    numbers = [kitty.number_for(process) for process in range(1, 20_000)]
    assert len(set(numbers)) == len(numbers)
    assert all(0 < number < 2**32 and 1 <= number & 0xFFFFFF <= 255 for number in numbers)
