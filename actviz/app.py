"""The Typer app, made of the files in `commands`: each one's options, help and delivery."""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_type_hints

import typer

from actviz import commands, folders
from actviz.commands import _options as options
from actviz.commands import _standard_input as standard_input

if TYPE_CHECKING:
    from actviz.report import Report

COMMON = inspect.signature(options.common)

ROOT = """See, tabulate and trust a neural network's activation function.

Examples: actviz plot mish -d; actviz info gelu; actviz saturation tanh elu; actviz compare swish mish -o apart.svg;
actviz list
"""

CONTEXT = "context"
"""The parameter that typer fills with what it knows of the call."""

Settings = Mapping[str, Mapping[str, str]]
"""The defaults that people keep in a file: of each command, by the name of its parameter."""


def summaries() -> dict[str, str]:
    """Each command's name with what it does: its file's first line, up to a comma. None is imported for it."""
    return {
        module.replace("_", "-"): line.partition("`: ")[2].partition(",")[0].rstrip(".")
        for module, line in folders.held(commands).items()
    }


def build(names: Iterable[str], settings: Settings | None = None) -> typer.Typer:
    """The app with the commands of these names alone; without any with all, by name and summary.

    A command's file may define SETTINGS for its parser, and PICTURES = False where it draws none. Importing only
    the command that is run keeps the others' modules out of its start.
    """
    app = typer.Typer(
        name="actviz",
        help=examples_first(ROOT),
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options.root)
    wanted = set(names)
    for name, summary in summaries().items():
        if name not in wanted:
            if not wanted:
                app.command(name=name, help=summary)(unreached)
            continue
        module = importlib.import_module(f"actviz.commands.{name.replace('-', '_')}")
        parsing = dict(getattr(module, "SETTINGS", {})) | {"default_map": dict((settings or {}).get(name, {}))}
        run = delivering(module.command, getattr(module, "PICTURES", True))
        shown = examples_first(inspect.getdoc(module.command) or "")
        app.command(name=name, help=shown, short_help=summary, context_settings=parsing)(run)
    return app


def unreached() -> None:
    """Stands for a command that this command line does not call."""


def examples_first(text: str) -> str:
    """Help with its examples, the end of `text` in one sentence, before all else and a line each."""
    body, _, examples = text.partition("Examples: ")
    if not examples:
        return text
    lines = [" ".join(example.split()) for example in examples.split(";")]
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines) + f"\n\n{body.strip()}"


def delivering(command: Callable[..., Report], pictures: bool) -> Callable[..., None]:
    """`command` with the options every command has; its report is delivered as they say.

    Where it should go is checked first, so that nothing runs for a file that cannot be written.

    A command may take such an option itself: --quiet, or --format with a meaning of its own (gallery), which
    then says in its report which form to write.
    """
    own = inspect.signature(command)

    @functools.wraps(command)
    def run(**arguments: Any) -> None:
        context = arguments.pop(CONTEXT)
        check_agreement(context.info_name or "", said(arguments, context))
        common = shared(arguments, context)
        from actviz.delivery import check_target, deliver

        forms = "format" in own.parameters
        check_target(common.output, "text" if forms else common.format, pictures)
        if "graphics" in own.parameters and (common.output in ("", "-") or asks_for_drawing(arguments)):
            from actviz import screen

            screen.graphics(arguments["graphics"])  # refuses what ACTVIZ_GRAPHICS cannot mean
        if "functions" in own.parameters:
            arguments["functions"] = standard_input.functions(arguments["functions"], arguments.get("data"))
        report = command(**{name: value for name, value in arguments.items() if name in own.parameters})
        if forms:
            common = replace(common, format=options.Format(report.format))
        try:
            deliver(replace(report, theme=report.theme or context.lookup_default("theme")), common)
            sys.stdout.flush()
        except BrokenPipeError:  # typer would turn it into status 1
            abandon_output()
        raise typer.Exit(report.status)

    both = (COMMON.parameters | own.parameters).values()
    hints = get_type_hints(options.common, include_extras=True) | get_type_hints(command, include_extras=True)
    hints[CONTEXT] = typer.Context
    if "width" in own.parameters:  # which is then of something else
        hints["columns"] = options.OnlyColumns
    run.__annotations__ = hints
    keyword = inspect.Parameter.KEYWORD_ONLY
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [p.replace(kind=keyword, annotation=hints[p.name]) for p in both]
        + [inspect.Parameter(CONTEXT, keyword, annotation=typer.Context)]
    )
    return run


def said(arguments: Mapping[str, Any], context: typer.Context) -> dict[str, Any]:
    """What the command line itself says, no settings and no defaults."""
    sources = {name: context.get_parameter_source(name) for name in arguments}
    return {name: arguments[name] for name, source in sources.items() if source and source.name == "COMMANDLINE"}


def check_agreement(command: str, given: Mapping[str, Any]) -> None:
    """Raise BadInput where of several options one leaves another without effect."""
    if len(given) > 1:
        from actviz.commands import _contradictions as contradictions

        contradictions.check(command, given)


def shared(arguments: Mapping[str, Any], context: typer.Context) -> options.Common:
    """The options every command has; a --format that only the settings name gives way to -o FILE and to drawings."""
    given = {name: arguments[name] for name in COMMON.parameters}
    kept = context.get_parameter_source("format")
    elsewhere = given["output"] not in ("", "-") or asks_for_drawing(arguments)
    if kept is not None and kept.name == "DEFAULT_MAP" and elsewhere:
        given["format"] = options.Format.text
    return options.Common(**given)


def asks_for_drawing(arguments: Mapping[str, Any]) -> bool:
    """Whether --show, --height or --graphics asks for a drawing in the terminal; no setting does."""
    shown = arguments.get("show") is True or arguments.get("height") is not None
    return shown or arguments.get("graphics") not in (None, "off")


def abandon_output() -> int:
    """Send what is left of standard output nowhere, its reader having gone; return 0."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
