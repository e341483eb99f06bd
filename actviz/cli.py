"""The command line: a Typer app made of the files in `commands`, and one map from errors to exit status."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from actviz.app import abandon_output, build, summaries
from actviz.completion.shells import ABOUT_COMPLETION, ASKING
from actviz.errors import BadInput, nearest
from actviz.progress import say

USAGE_ERROR: Any = typer.BadParameter.__bases__[0]
"""The base of what typer raises for a wrong command line; typer has no public name for it before 0.27.3."""


EMPTY_OPTION = re.compile(r"--[a-z-]+=")

LONGEST_MESSAGE = 600
"""Characters of a refusal; what quotes more than this of the input quotes enough."""


HELP = ("-h", "--help")

CHOICES = re.compile(r"'(?P<word>[^']*)' is not one of (?P<choices>'.*')\.?$", re.DOTALL)
"""How typer refuses a word that is none of an option's."""


def run(arguments: list[str]) -> int:
    """Run the command line on `arguments`; return 0 done, 1 found, 2 bad input, 130 interrupted."""
    if sys.stderr is None:  # closed by the caller; print would then put what is said there among the data
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stdout is None:
        return refuse("standard output is closed, so there is nowhere to write")
    try:
        with restored("ACTVIZ_GRAPHICS"):
            return complete(arguments) if os.environ.get(ASKING) else dispatch(arguments)
    except (BadInput, OSError, MemoryError, KeyboardInterrupt, typer.Abort) as error:
        return status_of(error)


@contextmanager
def restored(variable: str) -> Iterator[None]:
    """Leave an environment variable behind as it was found: a caller in Python may run more than one command line."""
    before = os.environ.get(variable)
    try:
        yield
    finally:
        os.environ.pop(variable, None)
        if before is not None:
            os.environ[variable] = before


def status_of(error: BaseException) -> int:
    """The exit status that an exception comes to, what is to be said having been said."""
    if isinstance(error, BrokenPipeError):
        return abandon_output()
    if isinstance(error, OSError):
        abandon_output()  # behind which, say, the disk is full
        what = f"{error.filename}: " if error.filename else "cannot write the output: "
        return refuse(f"{what}{error.strerror or error}")
    if isinstance(error, MemoryError):
        return refuse("there is not enough memory for this; ask for fewer points, functions or samples")
    return refuse(str(error)) if isinstance(error, BadInput) else 130


def dispatch(arguments: list[str]) -> int:
    """Run the command that `arguments` name; a refusal is said in one line."""
    for before, argument in zip(["", *arguments], arguments, strict=False):
        if not argument or EMPTY_OPTION.fullmatch(argument):
            what = argument.rstrip("=") or (before if before.startswith("-") else "an argument")
            return refuse(f"{what} is empty; give it a value or leave it out")
    if arguments and arguments[0].partition("=")[0] in ABOUT_COMPLETION:
        return about_completion(*arguments)
    arguments = addressed(arguments)
    reached = needed(arguments)
    command = typer.main.get_command(build(reached, {name: preferences(arguments, name) for name in reached}))
    try:
        status = command.main(arguments or ["--help"], prog_name="actviz", standalone_mode=False)
        sys.stdout.flush()
    except USAGE_ERROR as error:
        return refuse(hinted(str(error.format_message())))
    except SystemExit as left:
        if isinstance(left.__context__, BrokenPipeError):  # the reader of typer's help has gone
            return abandon_output()
        raise
    return status if isinstance(status, int) else 0


def addressed(arguments: list[str]) -> list[str]:
    """The command line with the address of a --dask that has none: a cluster on this machine.

    typer knows no option whose value may be left out.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    found: list[str] = []
    for word, after in zip(arguments[:end], [*arguments[1:end], "-"], strict=False):
        found += [word, "local"] if word == "--dask" and after.startswith("-") else [word]
    return found + arguments[end:]


def complete(arguments: list[str]) -> int:
    """Tell a shell what could stand at its cursor; of a command line that makes no sense nothing."""
    from actviz.completion.line import answer
    from actviz.completion.shells import asked, told

    words, word = asked(arguments)
    root = typer.main.get_command(build(needed(words)))
    sys.stdout.write(told(answer(root, words, word)))
    sys.stdout.flush()
    return 0


def about_completion(option: str, *rest: str) -> int:
    """Install the completion of a shell, or print its script; raise BadInput for more than one shell, or none known."""
    from actviz.completion.installing import install, shell_of
    from actviz.completion.scripts import SCRIPTS

    name, _, given = option.partition("=")
    words = [*filter(None, [given]), *rest]
    if len(words) > 1:
        raise BadInput(f"{name} takes one shell, not {' '.join(words)}")
    shell = shell_of(*words or [""])
    if name == "--show-completion":
        sys.stdout.write(SCRIPTS[shell])
        sys.stdout.flush()
        return 0
    for path in install(shell):
        say(f"wrote {path}")
    say(f"completion of actviz in {shell} is there from the next shell on")
    return 0


def preferences(arguments: list[str], command: str) -> dict[str, str]:
    """The defaults of a command's options that people's files set; how a terminal shows plots goes to the environment.

    Raise BadInput for what is wrong in a file, unless help is asked for, or `config`, which shows it.
    """
    from actviz.commands._settings import chosen, defaults, graphics, stopping

    found, wrong = chosen()
    if command != "config" and not any(argument in HELP for argument in arguments):
        for one in stopping(wrong, arguments):
            raise BadInput(str(one))
    if graphics(found) and command != "config":  # which tells the variable from the file
        os.environ["ACTVIZ_GRAPHICS"] = graphics(found)
    return defaults(found, command)


def hinted(message: str) -> str:
    """A refusal of typer's with the nearest of an option's words; where -x may have been meant as an expression, how
    to write that.
    """
    unknown = message.removeprefix("No such option: ")
    if unknown != message and not unknown.startswith("--"):
        return f"{message}; an expression that starts with a minus goes behind --"
    choice = CHOICES.search(message)
    if choice:
        return message.rstrip(".") + nearest(choice["word"], re.findall(r"'([^']*)'", choice["choices"]))
    return message


def needed(arguments: list[str]) -> Iterable[str]:
    """The command that `arguments` start with, the only one whose module they need; none for help of the whole."""
    return [name for name in arguments[:1] if name in summaries()]


def refuse(message: str) -> int:
    """Say in one line on standard error why nothing was done; return 2."""
    line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in " ".join(message.split()))
    shown = line if len(line) <= LONGEST_MESSAGE else line[:LONGEST_MESSAGE] + " ..."
    say("actviz: " + shown)
    return 2
