"""The gallery: every figure drawn into a directory, or held against what is there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Literal

from actviz import figures
from actviz.delivery import imported_renderer
from actviz.drafts import replacing
from actviz.errors import BadInput, nearest
from actviz.processes import spread
from actviz.progress import silence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from actviz.progress import Advance

KINDS = ("png", "svg", "pdf")
PAGE = "index.html"

Status = Literal["written", "unchanged", "same", "differs", "missing"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure of the gallery: its module, the stem of its files, and what its docstring says.

    `command` is the command line that makes much the same picture or its numbers, if there is one.
    """

    module: str
    stem: str
    title: str
    caption: str
    command: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a figure, or of a page: its files, and the one status that tells most."""

    files: tuple[str, ...]
    status: Status


def entries() -> tuple[Entry, ...]:
    """The figures found in the folder, by number; a file whose name starts with an underscore is none.

    `f03_sigmoid_derivative.py` gives the stem `03-sigmoid-derivative`.
    """
    names = sorted(module.name for module in iter_modules(figures.__path__) if not module.name.startswith("_"))
    return tuple(entry(name) for name in names)


def entry(name: str) -> Entry:
    """The figure that a file of the folder defines."""
    module = import_module(f"{figures.__name__}.{name}")
    title, _, caption = (module.__doc__ or "").partition("\n")
    stem = name.removeprefix("f").replace("_", "-")
    return Entry(name, stem, title, " ".join(caption.split()), getattr(module, "COMMAND", ""))


def chosen(only: Iterable[str]) -> tuple[Entry, ...]:
    """The figures with these stems, their numbers given or left out; all where none is named.

    Raise BadInput for a stem that no figure has.
    """
    known = {spelling: e for e in entries() for spelling in (e.stem, e.stem.partition("-")[2])}
    wanted = [stem.strip().lower().replace("_", "-") for stem in only]
    for stem in wanted:
        if stem not in known:
            raise BadInput(f"no figure is called '{stem}'{nearest(stem, known)}")
    return tuple(e for e in entries() if not wanted or e in [known[stem] for stem in wanted])


def encoded(module: str, kinds: tuple[str, ...], theme: Literal["light", "dark"]) -> dict[str, bytes]:
    """One figure as the bytes of a file of each kind."""
    encode = imported_renderer().encode
    figure = import_module(f"{figures.__name__}.{module}").build()
    return {kind: encode(figure, kind, theme) for kind in kinds}


def drawn(
    wanted: tuple[Entry, ...],
    kinds: tuple[str, ...],
    theme: Literal["light", "dark"],
    jobs: int,
    bar: Callable[[str, int], AbstractContextManager[Advance]] = silence,
) -> dict[str, bytes]:
    """Every file's name with its bytes, drawn in `jobs` processes; how many does not change the bytes.

    `bar` shows how many figures are drawn. Raise BadInput where a process is killed.
    """
    draw = partial(encoded, kinds=kinds, theme=theme)
    modules = [e.module for e in wanted]
    workers = min(jobs, len(wanted))
    killed = "a drawing process was killed, so nothing is written; try --jobs 1"
    made = map(draw, modules) if workers == 1 else spread(draw, modules, workers, killed)
    found: dict[str, bytes] = {}
    with bar("drawing", len(wanted)) as advance:
        for e, files in zip(wanted, made, strict=True):
            found.update({f"{e.stem}.{kind}": files[kind] for kind in kinds})
            advance()
    return found


def compared(directory: Path, files: dict[str, bytes]) -> Outcome:
    """Whether the directory holds just these bytes; nothing is written."""
    held = [contents(directory / name) for name in files]
    if None in held:
        return Outcome(tuple(files), "missing")
    return Outcome(tuple(files), "same" if held == list(files.values()) else "differs")


def written(directory: Path, files: dict[str, bytes]) -> Outcome:
    """Put these files into the directory, each in one step; one that is there already stays untouched."""
    stale = [name for name, data in files.items() if contents(directory / name) != data]
    for name in stale:
        with replacing(directory / name) as draft:
            draft.write_bytes(files[name])
    return Outcome(tuple(files), "written" if stale else "unchanged")


def contents(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none that can be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def checked_directory(directory: Path) -> None:
    """Raise BadInput where something that is no directory is in the directory's place."""
    if directory.exists() and not directory.is_dir():
        raise BadInput(f"cannot compare with the directory {directory}: a file is in its place")


def made_directory(directory: Path) -> None:
    """Make the directory unless it is there; raise BadInput where it cannot be made or written to."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:  # a name with a null byte
        taken = isinstance(error, (FileExistsError, NotADirectoryError))
        what = "a file is in its place" if taken else getattr(error, "strerror", None) or error
        raise BadInput(f"cannot make the directory {directory}: {what}") from None
    if not os.access(directory, os.W_OK | os.X_OK):
        raise BadInput(f"cannot write into the directory {directory}: it is read-only")
