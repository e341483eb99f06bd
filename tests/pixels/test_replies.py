"""What terminals answered, read as facts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminals import DARK, KITTY_OK, LIGHT, RECORDED

from actviz.pixels.replies import Terminal, understood

WANTED = {
    "kitty": Terminal("kitty(0.45.0)", kitty=True, cell=(10, 19), dark=True),
    "ghostty": Terminal("ghostty 1.3.1", kitty=True, cell=(17, 34), dark=False),
    "wezterm": Terminal(
        "WezTerm 20240203-110809-5046fc22", sixel=True, cell=(10, 19), dark=True, colors=65536, largest=(1000, 570)
    ),
    "wezterm with kitty's": Terminal(
        "WezTerm 20261005-054844-37254829", True, True, (10, 19), colors=65536, largest=(1000, 570)
    ),
    "iterm2": Terminal("iTerm2 3.6.5", sixel=True, cell=(7, 16), device_cell=(14, 32), dark=False),
    "foot": Terminal("foot(1.25.0)", sixel=True, cell=(10, 19), dark=True, colors=1024, largest=(1000, 570)),
    "xterm as vt340": Terminal("XTerm(407)", sixel=True, dark=False, colors=16, largest=(640, 480)),
    "xterm": Terminal("XTerm(407)", dark=False),
    "xterm as vt340, live": Terminal("XTerm(379)", sixel=True, dark=False, colors=1024, largest=(640, 408)),
    "mlterm, live": Terminal("", sixel=True, cell=(10, 19), dark=False, colors=1024),
    "kitty, live": Terminal("kitty(0.26.5)", kitty=True, cell=(9, 18), dark=True),
    "konsole, live": Terminal("Konsole 22.12.3", True, True, (8, 17), (8, 17), True, 256, (16384, 16384)),
    "tmux": Terminal("tmux 3.4", cell=(10, 19)),
    "tmux with sixel": Terminal("tmux 3.6", sixel=True, cell=(10, 19), colors=1024),
    "konsole": Terminal("Konsole 25.12.3", True, True, (10, 19), colors=256, largest=(16384, 16384)),
    "apple": Terminal(),
    "mute": Terminal(),
}
END = b"\x1b[?62;4c"


@pytest.mark.parametrize("name", RECORDED)
def test_each_recorded_terminal_is_understood(name: str) -> None:
    assert understood(RECORDED[name]) == WANTED[name]


@given(st.binary(max_size=300), st.booleans())
def test_garbage_is_never_an_error_and_never_a_picture(garbage: bytes, ended: bool) -> None:
    seen = understood(garbage + b"\x1b[?62c" * ended)
    assert not seen.kitty
    assert not seen.name


@given(st.sampled_from(sorted(RECORDED)), st.binary(max_size=40).filter(lambda b: b"\x1b" not in b))
def test_what_is_typed_after_the_answer_changes_nothing(name: str, typed: bytes) -> None:
    if RECORDED[name]:
        assert understood(RECORDED[name] + typed) == WANTED[name]


def test_what_comes_after_the_device_attributes_is_not_believed() -> None:
    assert understood(b"\x1b[?62c" + KITTY_OK + END) == Terminal()


@pytest.mark.parametrize("cut", range(len(RECORDED["kitty"])))
def test_an_answer_without_its_end_says_nothing(cut: int) -> None:
    assert understood(RECORDED["kitty"][:cut]) == Terminal()


@pytest.mark.parametrize("attributes", ["?4c", "?62;4c", "?4;6c", "?62;22;4c"])
def test_sixel_is_the_attribute_4(attributes: str) -> None:
    assert understood(b"\x1b[" + attributes.encode()).sixel


@pytest.mark.parametrize("attributes", ["?c", "?64c", "?62;14;44c", "?40c", ">4c"])
def test_other_attributes_are_not_sixel(attributes: str) -> None:
    assert not understood(b"\x1b[" + attributes.encode()).sixel


@pytest.mark.parametrize("refusal", [b"\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\", b"\x1b_Gi=32;OK\x1b\\", b"\x1b_Gi=31;OK"])
def test_only_an_ok_to_our_question_is_kitty(refusal: bytes) -> None:
    assert not understood(refusal + END).kitty


@pytest.mark.parametrize("height, width", [(0, 0), (20, 0), (0, 10), (9999, 10), (20, 9999), (1, 1)])
def test_a_cell_that_cannot_be_is_unknown(height: int, width: int) -> None:
    assert understood(b"\x1b[6;%d;%dt" % (height, width) + END).cell is None
    assert understood(b"\x1b]1337;ReportCellSize=%d.0;%d.0;2.0\x07" % (height, width) + END).device_cell is None


@pytest.mark.parametrize(
    ("ground", "dark"),
    [
        ("rgb:0/0/0", True),
        ("rgb:f/f/f", False),
        ("rgb:7f/7f/7f", True),
        ("rgb:81/81/81", False),
        ("rgb:000/fff/000", False),
        ("rgba:0000/0000/ffff/ffff", True),
        ("rgb:zz/zz/zz", None),
    ],
)
def test_the_ground_is_dark_below_half_brightness(ground: str, dark: bool | None) -> None:
    assert understood(f"\x1b]11;{ground}\x07".encode() + END).dark is dark
    assert (understood(DARK + END).dark, understood(LIGHT + END).dark, understood(END).dark) == (True, False, None)
