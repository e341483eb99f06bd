"""What could stand next on a command line of actviz, found by walking over its words as the parser would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from actviz.completion.shells import ABOUT_COMPLETION, SHELLS, Offer, Pair


def answer(root: Any, words: Sequence[str], word: str) -> Offer:
    """What could stand for `word`, which is begun or empty, behind `words`; `root` is the app as a command.

    Each is a whole word with its meaning; None is the name of a file, which the shell knows best.
    """
    command = root.commands.get(words[0]) if words else None
    if command is not None:
        return within(command, words[0], words[1:], word)
    if not words:
        every = options(root.params) if word.startswith("-") else commands(root)
    else:
        every = [(shell, "") for shell in SHELLS] if len(words) == 1 and words[0] in ABOUT_COMPLETION else []
    return beginning(every, word)


def within(command: Any, name: str, words: Sequence[str], word: str) -> Offer:
    """What could stand for `word` behind a command and further words."""
    waiting, ended = walked(command, words)
    context = command.make_context(name, list(words[:-1] if waiting else words), resilient_parsing=True)
    if waiting is not None:
        return values(waiting, context, word)
    option, equals, begun = word.partition("=")
    if not ended and equals and option in named(command):
        found = values(named(command)[option], context, begun)
        return None if found is None else [(f"{option}={value}", meaning) for value, meaning in found]
    if not ended and word.startswith("-"):
        return beginning(options(command.params), word)
    offers = [values(p, context, word) for p in command.params if p.param_type_name == "argument"]
    if not any(offers) and takes_more_files(command, words):
        return None
    return offers[0] if offers else []


def walked(command: Any, words: Iterable[str]) -> tuple[Any, bool]:
    """The option that awaits its value behind `words`, if one does, and whether -- has ended the options."""
    known = named(command)
    waiting = None
    ended = False
    for word in words:
        if waiting is not None or ended:
            waiting = None
        elif word == "--":
            ended = True
        elif word in known and not known[word].is_flag:
            waiting = known[word]
    return waiting, ended


def named(command: Any) -> dict[str, Any]:
    """The options of a command by each name they have."""
    return {name: p for p in command.params if p.param_type_name == "option" for name in p.opts}


def values(parameter: Any, context: Any, word: str) -> Offer:
    """What could be the value of an option or an argument, whatever the case of what is typed, and - or _ in it."""
    if takes_files(parameter):
        return None
    choices = getattr(parameter.type, "choices", ())
    if choices:
        return beginning([(str(choice), "") for choice in choices], word.lower())
    # All that can stand there is in small letters, and what is typed may be in any.
    begun = word.lower()
    found = parameter.shell_complete(context, begun) or parameter.shell_complete(context, begun.replace("-", "_"))
    return [(item.value, item.help or "") for item in found]


def takes_files(parameter: Any) -> bool:
    """Whether a value is the name of a file or a folder, as its metavar says."""
    return any(kind in (parameter.metavar or "") for kind in ("FILE", "DIRECTORY"))


def takes_more_files(command: Any, words: Sequence[str]) -> bool:
    """Whether an option that takes several files stands among `words`: further ones are words of their own."""
    return any(
        takes_files(option) and option.multiple and word.partition("=")[0] == name
        for name, option in named(command).items()
        for word in words
    )


def commands(root: Any) -> list[Pair]:
    """The commands, with what each does."""
    return [(name, command.get_short_help_str(limit=200)) for name, command in root.commands.items()]


def options(parameters: Iterable[Any]) -> list[Pair]:
    """The options by their long names, with their help, and that for help itself."""
    found = [p for p in parameters if p.param_type_name == "option" and not p.hidden]
    own = [(long(p), p.help or "") for p in found if "--help" not in p.opts]
    return [*own, ("--help", "show this message and leave")]


def long(option: Any) -> str:
    """An option's first long name."""
    return next(str(name) for name in option.opts if name.startswith("--"))


def beginning(found: Iterable[Pair], word: str) -> list[Pair]:
    """Those that begin with `word`."""
    return [pair for pair in found if pair[0].startswith(word)]
