"""`actviz derivative` as a user runs it."""

from __future__ import annotations

import csv
import json
import math
from typing import TYPE_CHECKING

import pytest
from process import actviz, refusal

if TYPE_CHECKING:
    from pathlib import Path


def document(*arguments: str) -> dict:
    done = actviz("derivative", *arguments, "--format", "json")
    assert (done.returncode, done.stderr) == (0, ""), done
    return json.loads(done.stdout)


def text(*arguments: str) -> str:
    done = actviz("derivative", *arguments)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


def test_json_has_exactly_the_keys_of_the_interface():
    found = document("tanh", "swish:beta=0.5")
    assert list(found) == ["functions"]
    for f in found["functions"]:
        assert list(f) == ["name", "parameters", "x", "value", "derivative", "second_derivative", "kinks", "jumps"]
    tanh, swish = found["functions"]
    assert (tanh["name"], tanh["parameters"], tanh["kinks"]) == ("tanh", {}, [])
    assert swish["parameters"] == {"beta": 0.5}
    assert tanh["x"] == [float(x) for x in range(-6, 7)]
    middle = tanh["x"].index(0.0)
    assert (tanh["value"][middle], tanh["derivative"][middle], tanh["second_derivative"][middle]) == (0, 1, 0)
    assert math.isclose(tanh["derivative"][middle + 2], 1 - math.tanh(2) ** 2, rel_tol=1e-14)


@pytest.mark.parametrize(
    ("order", "keys"),
    [("0", ["value"]), ("1", ["value", "derivative"]), ("2", ["value", "derivative", "second_derivative"])],
)
def test_order_decides_what_is_shown(order: str, keys: list[str]):
    (f,) = document("mish", "--order", order)["functions"]
    assert list(f) == ["name", "parameters", "x", *keys, "kinks", "jumps"]


def test_check_adds_the_numerical_columns_and_their_error():
    (f,) = document("mish", "--at=-3,0,2.5", "--check")["functions"]
    for exact, key, error, difference in (
        ("derivative", "numerical_derivative", "numerical_error", "difference"),
        ("second_derivative", "numerical_second_derivative", "numerical_second_error", "second_difference"),
    ):
        for a, b, bound, d in zip(f[exact], f[key], f[error], f[difference], strict=True):
            assert d == abs(a - b)
            assert d <= bound < 1e-11


def test_kinks_are_rows_marked_with_both_sides_and_the_convention_named():
    (f,) = document("relu6", "--range=-1:7", "--points", "4")["functions"]
    assert f["kinks"] == [{"x": 0.0, "left": 0.0, "right": 1.0}, {"x": 6.0, "left": 1.0, "right": 0.0}]
    assert [f["derivative"][f["x"].index(k["x"])] for k in f["kinks"]] == [k["left"] for k in f["kinks"]]
    shown = text("relu6")
    assert "f': left 0, right 1" in shown
    assert "f': left 1, right 0" in shown
    assert "the table shows the left one, by convention" in " ".join(shown.split())


def test_a_smooth_function_has_no_kink_column():
    assert "kink" not in text("tanh")


def test_points_are_kept_in_the_order_given():
    (f,) = document("sigmoid", "--at=2.5,-3,0")["functions"]
    assert f["x"] == [2.5, -3, 0]
    assert f["derivative"][2] == 0.25


def test_a_sweep_gives_a_table_a_value():
    found = document("elu", "--param", "alpha=0.5,2")["functions"]
    assert [f["parameters"] for f in found] == [{"alpha": 0.5}, {"alpha": 2.0}]
    assert [f["kinks"] for f in found] == [[{"x": 0.0, "left": a, "right": 1.0}] for a in (0.5, 2.0)]


def test_a_training_draw_by_seed_is_repeatable_and_within_bounds():
    first, again, other = (document("rrelu", "--at=-1", "--seed", s)["functions"][0] for s in "778")
    assert first == again
    assert first != other
    assert 1 / 8 <= first["derivative"][0] <= 1 / 3


def test_softmax_prints_the_jacobian_of_the_article():
    (f,) = document("softmax", "--at=3,1,-3")["functions"]
    assert list(f) == ["name", "x", "value", "jacobian"]
    y, jacobian = f["value"], f["jacobian"]
    assert math.isclose(y[1], 0.11894323591065209, rel_tol=1e-14)
    for i, row in enumerate(jacobian):
        assert abs(math.fsum(row)) < 1e-15
        for j, entry in enumerate(row):
            wanted = y[i] * (1 - y[i]) if i == j else -y[i] * y[j]
            assert math.isclose(entry, wanted, rel_tol=1e-12), (i, j, entry, wanted)
    assert document("softmax") == {"functions": [f]}


def test_softmax_in_words_names_both_cases_and_the_row_sums():
    shown = " ".join(text("softmax", "--at=3,1,-3").split())
    for said in ("y_i (1 - y_i)", "-y_i y_j", "compete", "each row sums to 0", "largest sum found", "0.106451"):
        assert said in shown, (said, shown)


def test_log_softmax_has_delta_minus_softmax():
    (p,), (f,) = (document(name, "--at=3,1,-3")["functions"] for name in ("softmax", "log_softmax"))
    for i, row in enumerate(f["jacobian"]):
        for j, entry in enumerate(row):
            assert math.isclose(entry, (i == j) - p["value"][j], rel_tol=1e-13), (i, j, entry)


def test_check_of_a_jacobian():
    (f,) = document("softmax", "--check")["functions"]
    assert list(f) == ["name", "x", "value", "jacobian", "numerical_jacobian", "numerical_error"]
    for rows in zip(f["jacobian"], f["numerical_jacobian"], f["numerical_error"], strict=True):
        for exact, found, error in zip(*rows, strict=True):
            assert abs(exact - found) <= error < 1e-11
    assert "no entry disagrees" in " ".join(text("softmax", "--check").split())


def test_logsumexp_has_a_gradient_of_one_row_and_shows_it_downwards():
    (f,) = document("logsumexp", "--at=3,1,-3")["functions"]
    assert list(f) == ["name", "x", "value", "jacobian"]
    (p,) = document("softmax", "--at=3,1,-3")["functions"]
    assert math.isclose(f["value"][0], math.log(math.exp(3) + math.exp(1) + math.exp(-3)), rel_tol=1e-15)
    assert f["jacobian"] == [p["value"]]
    done = actviz("derivative", "logsumexp", "--at=3,1,-3", "--format", "csv")
    head, *rows = csv.reader(done.stdout.splitlines())
    assert head == ["table", "i", "x_i", "y", "dy/dx_i"]
    assert [[float(cell) for cell in row[1:]] for row in rows] == [
        [i, x, f["value"][0], y] for i, (x, y) in enumerate(zip(f["x"], p["value"], strict=True), start=1)
    ]
    shown = " ".join(text("logsumexp", "--check").split())
    for said in ("logsumexp: gradient", "softmax(x)_i", "they sum to 1", "no entry disagrees"):
        assert said in shown, (said, shown)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin", "softmax1", "sparsemax", "hardmax", "logsumexp"])
def test_every_function_of_a_vector_stands_the_check(name: str):
    (f,) = document(name, "--at=0.5,0.125,-0.25,-3", "--check")["functions"]
    assert list(f) == ["name", "x", "value", "jacobian", "numerical_jacobian", "numerical_error"]
    for exact, found, error in zip(f["jacobian"], f["numerical_jacobian"], f["numerical_error"], strict=True):
        assert all(abs(a - b) <= e for a, b, e in zip(exact, found, error, strict=True))
    assert "disagrees" in text(name, "--check")


def test_sparsemax_shows_its_zeros_and_its_support():
    (f,) = document("sparsemax", "--at=1,0.5,-3")["functions"]
    assert (f["value"], f["jacobian"]) == ([0.75, 0.25, 0], [[0.5, -0.5, 0], [-0.5, 0.5, 0], [0, 0, 0]])
    assert "delta_ij - 1/k" in text("sparsemax", "--at=1,0.5,-3")


def test_minus_infinity_masks_a_class():
    (f,) = document("softmax", "--at=0,-inf", "--check")["functions"]
    assert (f["x"], f["value"], f["jacobian"]) == ([0, "-Infinity"], [1, 0], [[0, 0], [0, 0]])
    assert [row[1] for row in f["numerical_jacobian"]] == ["NaN", "NaN"]
    shown = " ".join(text("softmax", "--at=0,-inf", "--check").split())
    assert "no entry disagrees" in shown
    assert "or x_j is infinite" in shown


def test_nothing_is_said_of_the_entries_where_infinities_leave_no_limit():
    shown = " ".join(text("softmax", "--at=-inf,-inf").split())
    assert "there is no limit to show" in shown
    assert "y_i (1 - y_i)" not in shown


@pytest.mark.parametrize(("name", "at"), [("sparsemax", "0.5,-0.5"), ("hardmax", "2,2")])
def test_a_kink_or_a_jump_of_a_function_of_a_vector_is_not_checked(name: str, at: str):
    shown = " ".join(text(name, f"--at={at}", "--check").split())
    assert "y bends or jumps there" in shown
    assert "disagrees" not in shown
    (f,) = document(name, f"--at={at}", "--check")["functions"]
    assert f["numerical_jacobian"] == [["NaN"] * 2] * 2


def test_elementary_prints_rules_and_table_each_checked():
    found = document("--elementary")
    assert [r["name"] for r in found["rules"]] == ["sum", "product", "quotient"]
    assert len(found["derivatives"]) == 16
    for record in found["rules"] + found["derivatives"]:
        assert list(record) == ["name", "function", "derivative", "largest_error"]
        assert 0 <= record["largest_error"] < 1e-12, record
    shown = text("--elementary")
    for said in ("u' v + u v'", "(u' v - u v')/v^2", "arccot(x)", "sec(x) tan(x)", "1/(x ln(a))"):
        assert said in shown, said


def test_csv_is_one_table_with_all_digits():
    done = actviz("derivative", "sigmoid", "--at=-1,2", "--format", "csv")
    head, *rows = csv.reader(done.stdout.splitlines())
    assert head == ["table", "x", "f(x)", "f'(x)", "f''(x)"]
    assert [row[0] for row in rows] == ["sigmoid", "sigmoid"]
    exact = document("sigmoid", "--at=-1,2")["functions"][0]
    assert [float(row[3]) for row in rows] == exact["derivative"]


def test_markdown_and_latex_show_the_same_numbers():
    exact = document("mish", "--at=0.5")["functions"][0]["derivative"][0]
    markdown = actviz("derivative", "mish", "--at=0.5", "--format", "markdown").stdout
    assert "| x | f(x) | f'(x) | f''(x) |" in markdown
    assert f"| {exact!r} |" in markdown
    latex = actviz("derivative", "mish", "--at=0.5", "--format", "latex").stdout
    assert r"\begin{tabular}{llll}" in latex
    assert f"& {exact!r} &" in latex


def test_a_value_that_starts_with_a_minus_needs_no_equals_sign():
    assert document("tanh", "--at", "-3,0,2.5") == document("tanh", "--at=-3,0,2.5")
    assert document("tanh", "--range", "-1:1") == document("tanh", "--range=-1:1")


def test_check_holds_where_an_expression_cancels_or_is_flat_by_rounding():
    for function in ("tanh(x)+1", "1-tanh(x)**2", "log(1+exp(x))"):
        (f,) = document(function, "--range=-25:25", "--check")["functions"]
        for point, d, bound in zip(f["x"], f["difference"], f["numerical_error"], strict=True):
            assert d <= bound, (function, point, d, bound)


def test_status_1_says_where_the_values_do_not_have_the_derivative_shown():
    # Naive Mish at -25 moves in steps of tanh(log(1 + 1.4e-11)): a line between them, of another slope.
    done = actviz("derivative", "x*tanh(log(1+exp(x)))", "--at=-25,1", "--check")
    assert (done.returncode, done.stderr) == (1, "")
    said = " ".join(done.stdout.split())
    assert "at x = -25 the two disagree by more than that" in said
    assert "at x = 1 the two disagree" not in said
    assert actviz("derivative", "mish", "--at=-25,1", "--check").returncode == 0


def test_a_jump_of_an_expression_is_marked_and_not_checked():
    shown = " ".join(text("x if x>1 else x*x/2", "--at=0,1,2", "--check").split())
    assert "f: left 0.5, right 1" in shown
    assert "it has no derivative" in shown
    assert "at x = 1 the differences do not converge" in shown


@pytest.mark.parametrize("function", ["tanh", "softmax", "logsumexp", "--elementary"])
def test_pictures(function: str, tmp_path: Path):
    done = actviz("derivative", function, "-o", "x.png", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name at least one function"),
        (["tanj"], "did you mean 'tanh'"),
        (["tanh", "--order", "3"], "--order must be 0, 1 or 2, not 3"),
        (["tanh", "--order", "two"], "two"),
        (["tanh", "--at=1", "--range=-1:1"], "not both"),
        (["tanh", "--at=1", "--points", "4"], "not both"),
        (["tanh", "--at=1,two"], "--at must be a number, not 'two'"),
        (["tanh", "--at=inf"], "--at must be finite numbers"),
        (["tanh", "--range=3:-3"], "upside down"),
        (["tanh", "--points", "0"], "0 points"),
        (["tanh", "--points", "1000000000"], "1000000000 points"),
        (["tanh", "--points", "200000"], "too many for a table"),
        (["tanh", "--param", "beta=2"], "tanh has no parameter 'beta'"),
        (["tanh", "--check", "--order", "0"], "--check compares derivatives"),
        (["tanh", "--seed", "1"], "rrelu does"),
        (["tanh", "--elementary"], "leave FUNCTION and its options out"),
        (["softmax", "tanh"], "apart from the other functions"),
        (["softmax", "--order", "2"], "takes --at and --check alone"),
        (["softmax", "--range=-1:1"], "takes --at and --check alone"),
        (["softmax", "--at=1,nan"], "--at must be numbers, or -inf for a masked class, not '1,nan'"),
        (["tanh", "--at=-inf"], "--at must be finite numbers"),
        (["glu"], "glu is a gated unit of two inputs, a*sigmoid(b), so it has no curve; see its gate, sigmoid"),
        (["softmax", "--at=1,,2"], "--at must be a number, not ''"),
        (["softmax", "--at=" + ",".join(["1"] * 65)], "at most 64"),
    ],
)
def test_bad_input_is_refused_in_one_line(arguments: list[str], said: str, tmp_path: Path):
    assert said in refusal("derivative", *arguments, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", ["0", "0,1", "1e-9,0"])
def test_nothing_is_claimed_at_a_pole(at: str):
    done = actviz("derivative", "1/x", f"--at={at}", "--check")
    assert (done.returncode, done.stderr) == (0, ""), done
    said = " ".join(done.stdout.split())
    assert said.count("at x = 0 the differences do not converge: not checked") == 2, said
    assert said.count("where it is checked.") == (0 if at == "0" else 2), said
    (f,) = document("1/x", f"--at={at}", "--check")["functions"]
    zero = f["x"].index(0)
    assert (f["numerical_derivative"][zero], f["numerical_error"][zero]) in ((None, "Infinity"), ("NaN", "Infinity"))


def test_differences_keep_clear_of_a_pole():
    done = actviz("derivative", "tan(x)", "--at=1.5707,-4.7,0.3", "--check")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.count("every difference is within") == 2


def test_jumps_of_the_value_have_a_key_of_their_own():
    for command in ("derivative", "plot"):
        done = actviz(command, "x if x>1 else x*x/2", "--format", "json")
        (f,) = json.loads(done.stdout)["functions"]
        assert (f["kinks"], f["jumps"]) == ([], [{"x": 1.0, "left": 0.5, "right": 1.0}]), command


def test_two_breaks_at_one_point_are_both_marked():
    shown = " ".join(text("elu:alpha=0.5", "--at=-1,0,1", "--check").split())
    assert "f': left 0.5, right 1, f'': left 0.5, right 0" in shown
    assert shown.count("every difference is within") == 2
