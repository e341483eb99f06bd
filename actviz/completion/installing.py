"""Puts a shell's script where the shell reads it, and one line into its start-up file where it needs one."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from actviz.completion.scripts import SCRIPTS
from actviz.drafts import replacing
from actviz.errors import BadInput, nearest

NAMES = {"pwsh": "powershell"}


def shell_of(text: str) -> str:
    """The shell that `text` names, where it is empty the one that runs us; raise BadInput for one that is not known."""
    word = (text or running()).lower()
    shell = NAMES.get(word, word)
    if shell in SCRIPTS:
        return shell
    known = ", ".join(SCRIPTS)
    if not shell:
        raise BadInput(
            f"which shell this is cannot be told; name it, such as --install-completion bash, one of {known}"
        )
    raise BadInput(f"there is no completion for the shell '{word}'; there is for {known}{nearest(word, SCRIPTS)}")


def running() -> str:
    """The shell that runs this process, else the user's own; empty where neither can be told."""
    from shellingham import ShellDetectionFailure, detect_shell  # type: ignore[import-untyped]

    try:
        name: str = detect_shell()[0]
    except (ShellDetectionFailure, OSError):
        return Path(os.environ.get("SHELL", "")).name
    return name


def install(shell: str) -> tuple[Path, ...]:
    """Install the completion of `shell`; the files it is in now. Raise BadInput where they cannot be written.

    Doing it again changes nothing but an older script.
    """
    script, start, line = places(shell)
    put(script, SCRIPTS[shell])
    if start is None:
        return (script,)
    held = contents(start)
    if line not in held.splitlines():
        gap = "\n" if held and not held.endswith("\n") else ""
        put(start, f"{held}{gap}{line}\n")
    return script, start


def places(shell: str) -> tuple[Path, Path | None, str]:
    """Where the script goes, the start-up file that reads it, and the line which makes it do so."""
    home = Path("~").expanduser()
    if not home.is_absolute():
        raise BadInput("there is no home directory to install into; --show-completion prints the script")
    if shell == "fish":
        return based("XDG_CONFIG_HOME", home / ".config") / "fish" / "completions" / "actviz.fish", None, ""
    folder = based("XDG_DATA_HOME", home / ".local" / "share") / "actviz"
    if shell == "powershell":
        script = folder / "completion.ps1"
        return script, profile(), f". '{str(script).replace(chr(39), chr(39) * 2)}'"
    script = folder / f"completion.{shell}"
    name = shlex.quote(str(script))
    read = f"[ -r {name} ] && . {name}"
    if shell == "bash":
        return script, home / ".bashrc", read
    ready = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }"
    return script, based("ZDOTDIR", home) / ".zshrc", f"{ready}; {read}"


def based(variable: str, otherwise: Path) -> Path:
    """The folder that an environment variable names, where it names one outright."""
    named = Path(os.environ.get(variable, ""))
    return named if named.is_absolute() else otherwise


def profile() -> Path:
    """The file that PowerShell reads when it starts; raise BadInput where it cannot be asked."""
    for name in ("pwsh", "powershell"):
        try:
            done = subprocess.run(
                [name, "-NoProfile", "-Command", "$PROFILE"], capture_output=True, check=True, text=True, timeout=60
            )
        except (OSError, subprocess.SubprocessError):
            continue
        return Path(done.stdout.strip())
    raise BadInput(
        "PowerShell cannot be run to ask where its profile is; --show-completion powershell prints the script"
    )


def contents(path: Path) -> str:
    """The text of a start-up file; empty where there is none. Raise BadInput where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None


def put(path: Path, text: str) -> None:
    """Write `text` to `path` in one step, its folder made if need be; raise BadInput where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"cannot make the folder {path.parent}: {error.strerror or error}") from None
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8")
