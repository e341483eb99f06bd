"""Reads sixels back into pixels, after chapter 14 of the VT330/VT340 manual and by nothing of ours."""

from __future__ import annotations

import re

import numpy as np

PICTURE = re.compile(r'\x1bP9;1q"1;1;(\d+);(\d+)((?:#\d+;2;\d+;\d+;\d+)*)([^\x1b]*)\x1b\\')
TOKEN = re.compile(r"#(\d+)|!(\d+)([?-~])|([?-~])|([$-])")


def decoded(codes: str) -> tuple[np.ndarray, int]:
    """The picture as height x width x 3 percentages, -1 where nothing was painted, and how many colours it defines."""
    found = PICTURE.search(codes)
    assert found, codes[:200]
    width, height = int(found[1]), int(found[2])
    colors = {int(n): (int(r), int(g), int(b)) for n, r, g, b in re.findall(r"#(\d+);2;(\d+);(\d+);(\d+)", found[3])}
    bands = -(-height // 6)
    pixels = np.full((6 * bands, width, 3), -1)
    x, top, color = 0, 0, None
    end = 0
    for token in TOKEN.finditer(found[4]):
        assert token.start() == end, found[4][end : end + 20]
        end = token.end()
        if token[1]:
            color = colors[int(token[1])]
        elif token[5]:
            x, top = 0, top + 6 * (token[5] == "-")
        else:
            count, sign = (int(token[2]), token[3]) if token[2] else (1, token[4])
            for bit in range(6):
                if (ord(sign) - 63) >> bit & 1:
                    pixels[top + bit, x : x + count] = color
            x += count
            assert x <= width, (x, width)
    assert end == len(found[4])
    assert (pixels[height:] == -1).all(), "painted below its own height"
    return pixels[:height], len(colors)
