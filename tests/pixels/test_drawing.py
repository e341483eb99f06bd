"""Pictures as they reach the terminal, taken from the other side of a pseudo-terminal and out of a pipe."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from itertools import pairwise

import numpy as np
import pyte
import pytest
from matplotlib.image import imread
from process import actviz, refusal
from sixels import decoded
from terminals import COMMAND, RECORDED, played

from actviz.render.style import DARK, LIGHT

ENVELOPE = re.compile(r"(\n+)\x1b\[(\d+)A\x1b7(.*)\x1b8\x1b\[(\d+)B", re.DOTALL)
PLOT = ("plot", "relu", "-d")


def within(written: str, rows: int) -> str:
    """The codes of the one picture, `rows` high, that `written` is."""
    found = ENVELOPE.fullmatch(written.replace("\r\n", "\n"))
    assert found, (written[:100], written[-100:])
    assert (len(found[1]), int(found[2]), int(found[4])) == (rows, rows, rows)
    return found[3]


def png_of(codes: str) -> np.ndarray:
    """The pixels of a picture by kitty's or iTerm2's protocol, 0 to 1."""
    kitty = re.findall(r"\x1b_G[^;\x1b]*;([^\x1b]*)\x1b\\", codes)
    inline = re.findall(r"\x1b\]1337;File=[^:]*:([^\x07]*)\x07", codes)
    return np.asarray(imread(io.BytesIO(b64decode("".join(kitty or inline)))))[..., :3]


def ground(theme: str) -> list[float]:
    """A theme's ground, 0 to 1."""
    color = {"light": LIGHT, "dark": DARK}[theme].ground
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def after_question(written: bytes) -> str:
    """What was written after the terminal was asked."""
    return written.split(b"\x1b[c", 1)[1].decode()


@pytest.mark.parametrize(
    ("name", "shape", "theme"),
    [("kitty", (29 * 19, 1000), "dark"), ("ghostty", (29 * 34, 1700), "light"), ("iterm2", (29 * 32, 1400), "light")],
)
def test_a_terminal_that_is_asked_gets_its_cells_in_its_pixels_on_its_ground(
    name: str, shape: tuple[int, int], theme: str
) -> None:
    session = played(COMMAND, *PLOT, "--graphics", "auto", answers=(RECORDED[name],), size=(30, 100, 0, 0))
    assert (session.status, session.errors) == (0, "")
    pixels = png_of(within(after_question(session.written), 29))
    assert pixels.shape == (*shape, 3)
    assert pixels[0, 0] == pytest.approx(ground(theme), abs=1e-6)
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 50, "nothing is drawn"


@pytest.mark.parametrize(
    ("name", "shape", "theme", "colors"),
    [("foot", (570 // 6 * 6, 1000), "dark", 256), ("xterm as vt340", (29 * 20 // 6 * 6, 640), "light", 16)],
)
def test_sixel_keeps_to_the_registers_and_the_size_the_terminal_names(
    name: str, shape: tuple[int, int], theme: str, colors: int
) -> None:
    session = played(COMMAND, *PLOT, "--graphics", "auto", answers=(RECORDED[name],), size=(30, 100, 0, 0))
    assert (session.status, session.errors) == (0, "")
    pixels, used = decoded(within(after_question(session.written), 29))
    wanted = min(shape[0], 29 * 19 // 6 * 6 if name == "foot" else 480)
    assert pixels.shape == (wanted, shape[1], 3)
    assert used <= colors
    assert pixels[0, 0].tolist() == [round(100 * part) for part in ground(theme)]
    assert (pixels >= 0).all()


def test_sixel_and_kitty_show_the_same_picture() -> None:
    both = {"COLUMNS": "60", "LINES": "25"}
    sixel, _ = decoded(within(actviz(*PLOT, "--graphics", "sixel", **both).stdout, 24))
    png = png_of(within(actviz(*PLOT, "--graphics", "kitty", **both).stdout, 24))
    fine = png.reshape(480, 2, 600, 2, 3).mean(axis=(1, 3))
    assert sixel.shape == (480, 600, 3)
    assert abs(fine - sixel / 100).mean() < 0.01


def test_the_theme_asked_for_is_stronger_than_the_terminals() -> None:
    session = played(COMMAND, *PLOT, "--graphics", "auto", "--theme", "light", answers=(RECORDED["kitty"],))
    assert png_of(within(after_question(session.written), 23))[0, 0] == pytest.approx(ground("light"))


@pytest.mark.parametrize("protocol", ["kitty", "sixel", "iterm2"])
@pytest.mark.parametrize("start", [0, 5, 23])
def test_the_cursor_is_left_at_the_start_of_the_line_below(protocol: str, start: int) -> None:
    written = actviz("plot", "relu", "--graphics", protocol, COLUMNS="40", LINES="12").stdout
    codes = within(written, 11)
    shown = pyte.Screen(80, 24)
    stream = pyte.Stream(shown)
    stream.feed("\r\n" * start)
    stream.feed(written.replace(codes, "").replace("\n", "\r\n"))
    assert (shown.cursor.x, shown.cursor.y) == (0, min(start + 11, 23))


@pytest.mark.parametrize("name", ["xterm", "apple", "mute", "tmux"])
def test_auto_draws_in_characters_where_there_are_no_pixels_without_a_word(name: str) -> None:
    session = played(COMMAND, *PLOT, "--graphics", "auto", answers=(RECORDED[name],))
    plain = played(COMMAND, *PLOT)
    assert (session.status, session.errors) == (0, "")
    assert after_question(session.written) == plain.written.decode()


def test_nothing_is_asked_where_nobody_said_so() -> None:
    session = played(COMMAND, *PLOT, KITTY_WINDOW_ID="1", TERM="xterm-kitty")
    assert session.status == 0
    assert set(re.findall(rb"\x1b[^m]*?[A-Za-z_]", session.written)) <= {
        *re.findall(rb"\x1b\[[\d;]*m", session.written)
    }, "an escape code that is no colour"


@pytest.mark.parametrize("protocol", ["kitty", "sixel", "iterm2"])
def test_the_variable_speaks_of_the_terminal_and_the_option_of_wherever_it_goes(protocol: str) -> None:
    plain = actviz(*PLOT)
    assert actviz(*PLOT, ACTVIZ_GRAPHICS=protocol).stdout == plain.stdout
    assert "\x1b7" in actviz(*PLOT, "--graphics", protocol).stdout
    session = played(COMMAND, *PLOT, ACTVIZ_GRAPHICS=protocol)
    assert (session.status, session.errors) == (0, "")
    assert b"\x1b7" in session.written
    assert b"\x1b[c" not in session.written, "a protocol that is named needs no question"


def test_auto_into_a_pipe_is_characters() -> None:
    assert actviz(*PLOT, "--graphics", "auto").stdout == actviz(*PLOT).stdout


def test_off_prints_the_points_by_option_and_by_variable() -> None:
    by_option = actviz("plot", "relu", "--points", "5", "--graphics", "off").stdout
    assert by_option == actviz("plot", "relu", "--points", "5", ACTVIZ_GRAPHICS="off").stdout
    assert by_option.split()[:2] == ["relu", "x"]


def test_a_terminal_without_pixels_says_in_one_line_why_it_gets_characters() -> None:
    session = played(COMMAND, *PLOT, "--graphics", "sixel", TERM="dumb")
    assert session.status == 0
    assert session.errors == "actviz: sixel: a terminal with TERM=dumb shows no pixels; drawn in characters\n"
    assert "\x1b" not in session.written.decode()
    assert played(COMMAND, *PLOT, "--graphics", "sixel", "--quiet", TERM="dumb").errors == ""


def test_show_draws_pixels_besides_the_file(tmp_path: object) -> None:
    session = played(COMMAND, *PLOT, "--graphics", "kitty", "--show", "-q", "-o", f"{tmp_path}/a.png")
    assert (session.status, session.errors) == (0, "")
    assert png_of(within(session.written.decode(), 23)).shape == (2 * 23 * 20, 2 * 800, 3)
    with open(f"{tmp_path}/a.png", "rb") as file:  # noqa: PTH123
        assert imread(file).shape[:2] == (640, 1024)


def test_an_unknown_protocol_is_refused() -> None:
    assert "--graphics" in refusal("plot", "relu", "--graphics", "regis")


@pytest.mark.parametrize("arguments", [["plot", "relu"], ["plot", "relu", "--graphics", "auto"]])
def test_characters_import_no_matplotlib(arguments: list[str]) -> None:
    program = COMMAND.replace("sys.exit(run(sys.argv[1:]))", "run(sys.argv[1:]); print('matplotlib' in sys.modules)")
    session = played(program, *arguments, answers=(RECORDED["xterm"],))
    assert session.written.rstrip().endswith(b"False")


@pytest.mark.parametrize("protocol", ["kitty", "sixel"])
def test_panels_have_the_room_they_have_in_a_file_in_a_picture_that_scrolls(protocol: str) -> None:
    six = ("relu", "tanh", "gelu", "elu", "selu", "mish")
    written = actviz("saturation", *six, "--graphics", protocol, COLUMNS="80", LINES="24").stdout
    found = list(re.finditer(r"\n+\x1b\[(\d+)A\x1b7(.*?)\x1b8\x1b\[\1B", written, re.DOTALL))
    rows = [int(one[1]) for one in found]
    assert len(rows) > 1 and max(rows) <= 23, rows
    assert found[0].start() == 0 and all(a.end() == b.start() for a, b in pairwise(found))
    parts = [decoded(one[2])[0] if protocol == "sixel" else png_of(one[2]) for one in found]
    assert {part.shape[1] for part in parts} == {800 if protocol == "sixel" else 1600}
    scale = 1 if protocol == "sixel" else 2
    assert [-(-part.shape[0] // (20 * scale)) for part in parts] == rows
