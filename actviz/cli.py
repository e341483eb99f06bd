"""The command line: a Typer app made of the files in `commands`, and one map from errors to exit status."""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, get_type_hints

import typer

from actviz import commands
from actviz.commands import _options as options
from actviz.errors import BadInput
from actviz.report import Report

COMMON = inspect.signature(options.common)

USAGE_ERROR: Any = typer.BadParameter.__bases__[0]
"""The base of what typer raises for a wrong command line; typer has no public name for it before 0.27.3."""


EMPTY_OPTION = re.compile(r"--[a-z-]+=")

LONGEST_MESSAGE = 600
"""Characters of a refusal; what quotes more than this of the input quotes enough."""


def modules() -> dict[str, str]:
    """Each command's name with the module of `commands` that holds it."""
    found = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    return {name.replace("_", "-"): name for name in found if not name.startswith("_")}


def build(names: Iterable[str]) -> typer.Typer:
    """The app with the commands of these names, the help of each its docstring.

    A command's file may define SETTINGS for its parser, and PICTURES = False where it draws none.
    Importing only the command that is run keeps the others' modules out of its start.
    """
    app = typer.Typer(
        name="actviz",
        help="See, tabulate and trust a neural network's activation function.",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options.root)
    known = modules()
    for name in names:
        module = importlib.import_module(f"actviz.commands.{known[name]}")
        settings = getattr(module, "SETTINGS", {})
        pictures = getattr(module, "PICTURES", True)
        app.command(name=name, context_settings=settings)(delivering(module.command, pictures))
    return app


def delivering(command: Callable[..., Report], pictures: bool) -> Callable[..., None]:
    """`command` with the options every command has; its report is delivered as they say.

    Where it should go is checked first, so that nothing runs for a file that cannot be written.

    A command may take such an option itself: --quiet, or --format with a meaning of its own (gallery), which
    then says in its report which form to write.
    """
    own = inspect.signature(command)

    @functools.wraps(command)
    def run(**arguments: Any) -> None:
        shared = {name: arguments[name] for name in COMMON.parameters}
        from actviz.delivery import check_target, deliver

        forms = "format" in own.parameters
        check_target(shared["output"], "text" if forms else shared["format"], pictures)
        report = command(**{name: value for name, value in arguments.items() if name in own.parameters})
        common = options.Common(**shared | ({"format": options.Format(report.format)} if forms else {}))
        try:
            deliver(report, common)
            sys.stdout.flush()
        except BrokenPipeError:  # typer would turn it into status 1
            abandon_output()
        raise typer.Exit(report.status)

    both = (COMMON.parameters | own.parameters).values()
    hints = get_type_hints(options.common, include_extras=True) | get_type_hints(command, include_extras=True)
    run.__annotations__ = hints
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [p.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[p.name]) for p in both]
    )
    return run


def run(arguments: list[str]) -> int:
    """Run the command line on `arguments`; return 0 done, 1 found, 2 bad input, 130 interrupted."""
    if sys.stdout is None:
        return refuse("standard output is closed, so there is nowhere to write")
    try:
        return dispatch(arguments)
    except BrokenPipeError:
        return abandon_output()
    except OSError as error:  # a full disk behind standard output, say
        abandon_output()
        return refuse(f"cannot write the output: {error.strerror or error}")
    except (KeyboardInterrupt, typer.Abort):
        return 130


def dispatch(arguments: list[str]) -> int:
    """Run the command that `arguments` name; a refusal is said in one line."""
    for before, argument in zip(["", *arguments], arguments, strict=False):
        if not argument or EMPTY_OPTION.fullmatch(argument):
            what = argument.rstrip("=") or (before if before.startswith("-") else "an argument")
            return refuse(f"{what} is empty; give it a value or leave it out")
    command = typer.main.get_command(build(needed(arguments)))
    try:
        status = command.main(arguments or ["--help"], prog_name="actviz", standalone_mode=False)
        sys.stdout.flush()
    except USAGE_ERROR as error:
        return refuse(hinted(str(error.format_message())))
    except BadInput as error:
        return refuse(str(error))
    return status if isinstance(status, int) else 0


def hinted(message: str) -> str:
    """A refusal of typer's; where -x may have been meant as an expression, how to write that."""
    unknown = message.removeprefix("No such option: ")
    if unknown != message and not unknown.startswith("--"):
        return f"{message}; an expression that starts with a minus goes behind --"
    return message


def needed(arguments: list[str]) -> Iterable[str]:
    """The commands that `arguments` can reach: the one they start with, or all for help and completion."""
    if arguments[:1] == ["--version"]:
        return ()
    known = modules()
    return arguments[:1] if arguments and arguments[0] in known else known


def abandon_output() -> int:
    """Send what is left of standard output nowhere, its reader having gone; return 0."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def refuse(message: str) -> int:
    """Say in one line on standard error why nothing was done; return 2."""
    line = " ".join(message.split())
    shown = line if len(line) <= LONGEST_MESSAGE else line[:LONGEST_MESSAGE] + " ..."
    if sys.stderr is not None:  # closed by the caller, who then wants only the status
        print("actviz: " + shown, file=sys.stderr)
    return 2
