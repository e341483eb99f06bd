"""iTerm2's escape code, taken apart."""

from __future__ import annotations

import re
from base64 import b64decode

from hypothesis import given
from hypothesis import strategies as st

from actviz.pixels.iterm2 import shown


@given(st.binary(min_size=1), st.integers(1, 500), st.integers(1, 200))
def test_the_bytes_and_the_size_come_back(data: bytes, columns: int, rows: int) -> None:
    found = re.fullmatch(r"\x1b\]1337;File=([^:]*):([A-Za-z0-9+/=]*)\x07", shown(data, columns, rows))
    assert found
    assert b64decode(found[2], validate=True) == data
    assert dict(pair.split("=") for pair in found[1].split(";")) == {
        "inline": "1",
        "size": str(len(data)),
        "width": str(columns),
        "height": str(rows),
        "preserveAspectRatio": "1",
    }
