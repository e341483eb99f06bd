# ruff: noqa: PLR0911, PLR0912 (one return for each kind of node)
"""Trees as text: plain, as typed, and LaTeX that matplotlib's mathtext sets too."""

from __future__ import annotations

from actviz.expressions.elementary import ELEMENTARY
from actviz.expressions.tree import Call, Choice, Comparison, Logical, Name, Negation, Node, Number, Operation, Use
from actviz.signs import GREEK

STRENGTH = {"+": 3, "-": 3, "*": 4, "/": 4, "**": 6}
"""How tightly an operation binds; negation 5, a choice or condition 1 or 2, everything else 7."""

SIGNS = {"<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "==": "=", "!=": r"\neq"}


def strength(node: Node) -> int:
    """How tightly the node's outermost operation binds."""
    match node:
        case Operation(symbol):
            return STRENGTH[symbol]
        case Negation():
            return 5
        case Choice() | Logical():
            return 1
        case Comparison():
            return 2
        case _:
            return 7


def plain(node: Node, least: int = 0) -> str:
    """The node as one would type it, in brackets where it binds less tightly than `least`."""
    text = plain_inside(node)
    return f"({text})" if strength(node) < least else text


def plain_inside(node: Node) -> str:
    """The node as one would type it, without brackets around it."""
    match node:
        case Number(_, text):
            return text
        case Name(name):
            return name
        case Negation(a):
            return f"-{plain(a, 5)}"
        case Operation("**", a, b):
            return f"{plain(a, 7)}**{plain(b, 5)}"
        case Operation(symbol, a, b):
            joint = symbol if STRENGTH[symbol] == 4 else f" {symbol} "
            return f"{plain(a, STRENGTH[symbol])}{joint}{plain(b, STRENGTH[symbol] + 1)}"
        case Choice(condition, a, b):
            return f"{plain(a, 2)} if {plain(condition)} else {plain(b, 1)}"
        case Call(name, arguments):
            return f"{name}({', '.join(plain(a) for a in arguments)})"
        case Use(activation, given, a):
            settings = [f"{name}={plain_setting(value)}" for name, value in given]
            return f"{activation.name}({', '.join([plain(a), *settings])})"
        case Comparison(symbols, terms):
            tail = [f" {s} {plain(t, 3)}" for s, t in zip(symbols, terms[1:], strict=True)]
            return plain(terms[0], 3) + "".join(tail)
        case Logical("not", (part,)):
            return f"not {plain(part, 2)}"
        case Logical(word, parts):
            return f" {word} ".join(plain(part, 2) for part in parts)


def plain_setting(value: Node | tuple[Node, ...]) -> str:
    """A parameter's value as one would type it."""
    return f"({', '.join(plain(v) for v in value)})" if isinstance(value, tuple) else plain(value)


def latex(node: Node, least: int = 0) -> str:
    """The node in LaTeX, in brackets where it binds less tightly than `least`."""
    text = latex_inside(node)
    # A fraction holds itself together, whatever stands beside it, except as the base of a power.
    whole = isinstance(node, Operation) and node.symbol == "/" and least < 7
    return text if whole or strength(node) >= least else rf"\left({text}\right)"


def latex_inside(node: Node) -> str:
    """The node in LaTeX, without brackets around it."""
    match node:
        case Number(value, text):
            return latex_number(value, text)
        case Name(name):
            return symbol_of(name)
        case Negation(a):
            return f"-{latex(a, 5)}"
        case Operation("/", a, b):
            return rf"\frac{{{latex(a)}}}{{{latex(b)}}}"
        case Operation("**", a, b):
            return f"{latex(a, 7)}^{{{latex(b)}}}"
        case Operation("*", a, b):
            right = latex(b, 5)
            return latex(a, 4) + (rf" \cdot {right}" if right[0].isdigit() or right[0] == "-" else rf" \, {right}")
        case Operation(symbol, a, b):
            return f"{latex(a, 3)} {symbol} {latex(b, 4 if symbol == '-' else 3)}"
        case Choice(condition, a, b):
            return rf"{latex(a, 2)} \; ({latex(condition)}), \quad {latex(b, 2)} \; (\mathrm{{else}})"
        case Call(name, arguments):
            return latex_call(name, arguments)
        case Use(activation, given, a):
            settings = [f"{symbol_of(name)}={latex_setting(value)}" for name, value in given]
            index = f"_{{{', '.join(settings)}}}" if settings else ""
            return rf"{named(activation.name)}{index}\left({latex(a)}\right)"
        case Comparison(symbols, terms):
            return latex(terms[0], 3) + "".join(
                f" {SIGNS[s]} {latex(t, 3)}" for s, t in zip(symbols, terms[1:], strict=True)
            )
        case Logical("not", (part,)):
            return rf"\mathrm{{not}} \; {latex(part, 2)}"
        case Logical(word, parts):
            return rf" \; \mathrm{{{word}}} \; ".join(latex(part, 2) for part in parts)


def latex_setting(value: Node | tuple[Node, ...]) -> str:
    """A parameter's value in LaTeX."""
    return rf"({', '.join(latex(v) for v in value)})" if isinstance(value, tuple) else latex(value)


def latex_call(name: str, arguments: tuple[Node, ...]) -> str:
    """A function of its arguments, in the notation of its own that some have."""
    inside = ", ".join(latex(a) for a in arguments)
    match name:
        case "abs":
            return rf"\left|{inside}\right|"
        case "exp":
            return f"e^{{{inside}}}"
        case "sqrt":
            return rf"\sqrt{{{inside}}}"
        case "sign":
            return rf"\operatorname{{sgn}}\left({inside}\right)"
        case "min" | "max":
            return rf"\{name}\left({inside}\right)"
        case _:
            return rf"{ELEMENTARY[name].latex}\left({inside}\right)"


def latex_number(value: float, text: str) -> str:
    """A number in LaTeX; an exponent as a power of ten."""
    if text == "pi":
        return r"\pi"
    if text == "e":
        return "e"
    mantissa, _, exponent = repr(value).removesuffix(".0").partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa} \cdot {power}"


def symbol_of(name: str) -> str:
    """A parameter's name in LaTeX: a letter, a Greek letter, or a word."""
    if name.lower() in GREEK:
        return f"\\{name.lower()}"
    return name if len(name) == 1 else rf"\mathrm{{{name.replace('_', chr(92) + '_')}}}"


def named(name: str) -> str:
    """A function's name in LaTeX."""
    return rf"\{name}" if name == "tanh" else rf"\operatorname{{{name.replace('_', chr(92) + '_')}}}"
