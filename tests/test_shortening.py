"""Names of arrays cut to where they differ, and put together again."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from actviz.shortening import shortened
from actviz.wording import filled, listed, percent, told_apart

LAYERS = [f"layers.npz:encoder.layers.{i}.mlp.act" for i in range(12)]


def test_long_names_are_cut_at_joints_to_what_tells_them_apart() -> None:
    assert shortened(LAYERS) == ("layers.npz:encoder.layers.*.mlp.act", [str(i) for i in range(12)])
    assert shortened(["run/shard-0010.npy", "run/shard-0011.npy"]) == ("run/shard-*.npy", ["0010", "0011"])


def test_names_stay_whole_where_they_are_short_alone_or_alike() -> None:
    assert shortened(["a.npy", "b.npy"]) == ("", ["a.npy", "b.npy"])
    assert shortened(LAYERS[:1]) == ("", LAYERS[:1])
    assert shortened(LAYERS[:1] * 2) == ("", LAYERS[:1] * 2)
    assert shortened(["one_long_name_of_a_file", "another:rather:long:name"])[0] == ""
    beginning = ["activations.layer1", "activations.layer1.after"]
    assert shortened(beginning) == ("activations.*", ["layer1", "layer1.after"])


@given(st.lists(st.text(alphabet="ab./:-_", min_size=1), min_size=1, max_size=5))
def test_the_pattern_and_a_part_give_the_name_back(names: list[str]) -> None:
    pattern, parts = shortened(names, 3)
    whole = [pattern.replace("*", part) for part in parts] if pattern else parts
    assert whole == names
    assert all(parts)


def test_wording() -> None:
    assert [percent(x) for x in (0.0, 0.0123, 0.5, 0.0995, float("nan"))] == [
        *("0%", "1.2%", "50%", "9.95%", "an unknown share"),
    ]
    assert [percent(x) for x in (1e-11, 9.9e-12, 1.7e-138)] == ["1e-09%", "less than 1e-9%", "less than 1e-9%"]
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([str(i) for i in range(10)]) == "0, 1, 2, 3, 4, 5, 6, 7 and 2 more"
    assert filled(("a", "b"), [(1, None), (2, None)]) == (("a",), ((1,), (2,)))


def test_nearly_all_is_not_all() -> None:
    shares = (0.99949, 0.9996, 0.99997, 1.0 - 2e-9, 1.0 - 1e-12, 1.0)
    told = ["99.9%", "99.96%", "99.997%", "99.9999998%", "all but 1e-9%", "100%"]
    assert [percent(x) for x in shares] == told


def test_numbers_that_differ_look_different() -> None:
    assert told_apart((0.3, 0.3), 4) == 4
    assert told_apart((100001.0, 100001.25, -1.0), 6) == 7
    assert told_apart((1.0, math.nextafter(1.0, 2.0)), 4) == 17
    assert told_apart((), 4) == 4
