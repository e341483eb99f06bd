"""The card of every function of the catalogue, held against its definition in mpmath."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import mpmath
import numpy as np
import oracle
import pytest
from cases import variants

from actviz.activation import Activation
from actviz.analysis import scan
from actviz.analysis.properties import Properties, properties
from actviz.resolve import get

INF = math.inf
STEEP = ("swish:beta=1000", "softplus:beta=1000", "elu:alpha=1e-6", "snake:a=80")
EVERY: dict[str, Activation] = {a.label: a for a in [*variants(), *map(get, STEEP)]}  # type: ignore[misc]
DIGITS = 60
BESIDE = mpmath.mpf(2) ** -49
"""So far from a kink its sides are looked at, in parts of x: a kink is rounded to a float."""

NOISE = mpmath.mpf(10) ** -45
"""What a textbook form may leave of 0 in 60 digits."""

INVISIBLE = 1e-15
"""A jump of f'' below this is lost in the rounding of what is near 1."""

each = pytest.mark.parametrize("label", EVERY)


@pytest.fixture(autouse=True)
def _digits():
    with mpmath.workdps(DIGITS):
        yield


@cache
def card(label: str) -> Properties:
    return properties(EVERY[label])


def exact(label: str, x: object) -> tuple[object, object, object]:
    """Value, slope and curvature of the definition."""
    return oracle.at_precision(EVERY[label], x, DIGITS)


def sides(x: float) -> tuple[object, object]:
    """Numbers just left and just right of x."""
    step = BESIDE * abs(x) or mpmath.mpf(10) ** -40
    return mpmath.mpf(x) - step, mpmath.mpf(x) + step


def points(label: str, order: int) -> list[float]:
    """The x that the card names as zeros, extrema or inflections."""
    about = card(label)
    if order == 0:
        return list(about.zeros)
    return sorted(p.x for p in ((*about.minima, *about.maxima) if order == 1 else about.inflections))


def kink_places(label: str) -> set[float]:
    return {k.x for k in card(label).kinks}


def frame(label: str) -> tuple[float, float]:
    """The interval that shows the function's bends, its kinks in it."""
    activation, about = EVERY[label], card(label)
    middle, width = 0.0, 12.1 * oracle.scale_of(activation)
    if "mu" in activation.bound:
        middle, sigma = activation.values  # type: ignore[assignment]
        width = 12.1 * sigma  # type: ignore[operator]
    if math.isfinite(about.reach):
        width = about.reach
    places = kink_places(label)
    return min([middle - width, *(x - width / 9 for x in places)]), max(
        [middle + width, *(x + width / 8 for x in places)]
    )


@cache
def sampled(label: str) -> tuple[list[object], list[tuple[object, object, object]]]:
    """Points of the frame, uneven ones, with a pair about every kink; and the definition there."""
    low, high = frame(label)
    even = (low + (high - low) * (np.linspace(0.0, 1.0, 401) + 1e-4)).tolist()
    beside = [p for x in kink_places(label) for p in sides(x)]
    xs = sorted({*map(mpmath.mpf, even), *beside, *map(mpmath.mpf, kink_places(label))})
    return xs, [exact(label, x) for x in xs]


@each
def test_points_are_roots_of_the_definition_to_the_last_place(label: str) -> None:
    for order in (0, 1, 2):
        for x in points(label, order):
            if x in kink_places(label):
                continue
            if exact(label, x)[order] == 0:
                continue
            start = (mpmath.mpf(x), mpmath.mpf(x) * (1 + mpmath.mpf(2) ** -40))
            root = mpmath.findroot(lambda t, k=order: exact(label, t)[k], start, tol=1e-90, verify=False)
            assert oracle.ulps(x, root) <= (2 if math.isfinite(card(label).reach) else 1), (
                order,
                x,
                mpmath.nstr(root, 20),
            )


@each
def test_a_change_of_sign_has_a_point_and_a_point_a_change_of_sign(label: str) -> None:
    """Between neighbours of a grid with no kink between them."""
    xs, truths = sampled(label)
    for order in (0, 1, 2):
        claimed = points(label, order)
        for (a, left), (b, right) in pairwise(zip(xs, truths, strict=True)):
            if any(a <= x <= b for x in kink_places(label)):
                continue
            inside = [x for x in claimed if a < x < b]
            if min(left[order], right[order]) < -NOISE and max(left[order], right[order]) > NOISE:
                assert len(inside) == 1, (order, float(a), float(b), inside)
            elif order:
                assert not inside, (order, float(a), float(b), inside)


@each
def test_values_of_points(label: str) -> None:
    """Within the promise: 4 ULP, and for snake 8 u (1 + its condition number), which is at most 1."""
    about = card(label)
    bound = 16 if EVERY[label].name == "snake" else 4
    for point in (*about.minima, *about.maxima, *about.inflections):
        assert oracle.ulps(point.value, oracle.truth(EVERY[label], point.x)[0]) <= bound, point


@each
def test_extrema_at_kinks(label: str) -> None:
    about = card(label)
    for x in kink_places(label):
        left, right = sides(x)
        before, here, after = (exact(label, t)[0] for t in (left, x, right))
        lowest, highest = before > here < after, before < here > after
        assert (x in [p.x for p in about.minima], x in [p.x for p in about.maxima]) == (lowest, highest), x


@each
def test_f_that_jumps_over_zero_has_none(label: str) -> None:
    about = card(label)
    for x in (k.x for k in about.kinks if k.order == 0):
        left, right = sides(x)
        within = any(low <= x <= high for low, high in about.zero_intervals)
        assert any(left < z < right for z in about.zeros) == (exact(label, x)[0] == 0 and not within), x


@each
def test_kinks_and_smoothness(label: str) -> None:
    """Each kink is the jump the definition makes there, no derivative jumps untold, and the lowest gives the class."""
    about = card(label)
    orders = []
    for x in kink_places(label):
        told = {k.order: k for k in about.kinks if k.x == x}
        left, right = (exact(label, t) for t in sides(x))
        for order in (0, 1, 2):
            slack = 1e-12 * max(abs(left[order]), abs(right[order]))
            if order < 2:
                slack = max(slack, 4 * BESIDE * abs(x * max(abs(left[order + 1]), abs(right[order + 1]))), 1e-30)
            if order == 2 and abs(left[order] - right[order]) <= INVISIBLE:
                continue
            if abs(left[order] - right[order]) <= slack:
                assert order not in told, (x, order)
                continue
            orders.append(order)
            assert float(left[order]) == pytest.approx(told[order].left, rel=1e-12, abs=1e-15), (x, order)
            assert float(right[order]) == pytest.approx(told[order].right, rel=1e-12, abs=1e-15), (x, order)
    assert about.smoothness == ("discontinuous", "C0", "C1", "C-infinity")[min(orders, default=3)]


@each
def test_the_range(label: str) -> None:
    about = card(label)
    _, truths = sampled(label)
    for bound, sign in ((about.low, -1), (about.high, 1)):
        found = max(sign * f for f, _, _ in truths)
        end = sign * bound.value
        tails = [sign * t for t in about.limits]
        known = [sign * p.value for p in (*about.minima, *about.maxima)]
        known += [sign * exact(label, t)[0] for x in kink_places(label) for t in (*sides(x), x)]
        if end == INF:
            assert INF in tails
            assert not bound.attained
            continue
        assert found <= end + 4 * math.ulp(end), (bound, float(found))
        assert max([*tails, *known]) == pytest.approx(end, rel=1e-14, abs=1e-300), (bound, tails, known)
        if not bound.attained:
            assert found < end
        else:
            flat = any(t == end for t in tails) and max(f[0] * sign for f in (truths[0], truths[-1])) == end
            kept = [
                sign * exact(label, x)[0] for x in (*kink_places(label), *(p.x for p in (*about.minima, *about.maxima)))
            ]
            assert flat or any(oracle.ulps(end, k) <= 4 for k in kept), bound


@each
def test_the_lipschitz_constant(label: str) -> None:
    about, activation = card(label), EVERY[label]
    value, at = about.lipschitz.value, about.lipschitz.at
    left, right = activation.limits(*activation.values)
    if math.isinf(at):
        assert abs((right if at > 0 else left)[1]) == value
    elif math.isinf(value):
        assert any(k.order == 0 and k.x == at for k in about.kinks)
    else:
        steepest = max(abs(exact(label, t)[1]) for t in (*sides(at), at))
        assert oracle.ulps(value, steepest) <= 6, (about.lipschitz, mpmath.nstr(steepest, 20))
    low, high = frame(label)
    sweep = np.concatenate([np.linspace(low, high, 20_011), np.geomspace(1e-300, 1e300, 5_003)])
    slopes = np.abs(activation.derivative(np.concatenate([sweep, -sweep]), 1))
    assert slopes.max() <= value * (1 + 1e-14), (about.lipschitz, slopes.max())


def mean(label: str) -> tuple[object, object]:
    """E f(X) and E abs f(X) for X ~ N(0, 1), from the definition."""
    activation = EVERY[label]
    with mpmath.workdps(30):
        if activation.name == "snake":
            a = mpmath.mpf(activation.values[0])  # type: ignore[arg-type]
            return -mpmath.expm1(-2 * a**2) / (2 * a), mpmath.mpf(1)
        values = [tuple(map(mpmath.mpf, v)) if isinstance(v, tuple) else mpmath.mpf(v) for v in activation.values]

        def weighted(x: object) -> object:
            return oracle.jet(activation.definition(oracle, oracle.Jet(x), *values)).v * mpmath.npdf(x)

        width = (frame(label)[1] - frame(label)[0]) / 24
        near = [c * width for c in (-8, -2, 2, 8)]
        breaks = {-40, -15, -5, -1, 0, 1, 5, 15, 40, *near, *kink_places(label), *points(label, 1), *points(label, 2)}
        cells = sorted(mpmath.mpf(x) for x in breaks if -40 <= x <= 40)
        parts = [mpmath.quad(weighted, cell) for cell in pairwise(cells)]
        return mpmath.fsum(parts), mpmath.fsum(map(abs, parts))


@each
def test_the_mean(label: str) -> None:
    about = card(label)
    wanted, size = mean(label)
    assert abs(about.value_mean - wanted) <= 1e-11 * size, (about.value_mean, mpmath.nstr(wanted, 15))
    assert about.zero_centred == (abs(wanted) <= 1e-12 * size)


@each
def test_parity(label: str) -> None:
    width = max(map(abs, frame(label)))
    xs = [width * mpmath.mpf(k) / 97 + mpmath.mpf(k) / 1000 for k in range(1, 98)]
    pairs = [(exact(label, x)[0], exact(label, -x)[0]) for x in xs]
    tiny = mpmath.mpf(10) ** -40
    even = all(abs(a - b) <= tiny * abs(a) for a, b in pairs)
    odd = all(abs(a + b) <= tiny * abs(a) for a, b in pairs)
    assert card(label).parity == ("odd" if odd and not even else "even" if even else "neither")


@each
def test_monotone(label: str) -> None:
    _, truths = sampled(label)
    steps = {int(mpmath.sign(b[0] - a[0])) for a, b in pairwise(truths)}
    names = {
        (1,): "increasing",
        (0, 1): "nondecreasing",
        (-1,): "decreasing",
        (-1, 0): "nonincreasing",
        (0,): "constant",
    }
    assert card(label).monotone == names.get(tuple(sorted(steps)), "no"), steps


@each
def test_stretches_of_zeros(label: str) -> None:
    about = card(label)
    for low, high in about.zero_intervals:
        first, last = max(low, min(high, 0.0) - 30.0), min(high, max(low, 0.0) + 30.0)
        inside = (sides(first)[1], 0.5 * (first + last), sides(last)[0])
        assert all(exact(label, x)[0] == 0 for x in inside), (low, high)
        for end, beyond in ((low, 0), (high, 1)):
            assert math.isinf(end) or exact(label, sides(end)[beyond])[0] != 0, (low, high)


@each
def test_a_function_of_the_catalogue_is_known_everywhere(label: str) -> None:
    about = card(label)
    assert (about.poles, about.undefined, about.countless) == ((), (), False)
    assert math.isfinite(about.reach) == (EVERY[label].name in ("sinc", "snake"))


def test_an_oscillation_is_examined_where_its_card_speaks_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within 30 of 0 it has more turns than can be told: half a million points went into finding that out."""
    reaches: list[float] = []
    own = scan.examined
    monkeypatch.setattr(scan, "examined", lambda f, x, reach: reaches.append(reach) or own(f, x, reach))
    for text, widest in (("sinc(1e300*x)*rrelu(x)", 1e-298), ("sin(x)", 60.0), ("tanh(x)", INF)):
        reaches.clear()
        assert scan.legible(get(text)).reach == reaches[-1] <= widest, (text, reaches)
        assert len(reaches) == 1, (text, reaches)
