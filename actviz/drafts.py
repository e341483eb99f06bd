"""Files replaced in one step: the old one or the new one is there, never half of one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from actviz.errors import BadInput


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A draft that takes the place of `path` when the block ends well, and goes away when not.

    Where the system has files without a name the draft is one, so that even a process that is killed leaves nothing of
    it; else it is a hidden file beside `path`. A symbolic link stays one: the file it leads to is replaced, and keeps
    its mode. A pipe or a device is written to as it is. Raise BadInput when the place cannot be written.
    """
    with refusing(path):
        place = Path(os.path.realpath(path))  # which, unlike resolve, takes a link that leads in a circle as it is
        if place.exists() and not place.is_file():
            yield place
            return
        draft = place.with_name(f".{place.name}.{os.getpid()}.part")
        with nameless(place.parent) as descriptor:
            try:
                yield draft if descriptor is None else Path(f"/proc/self/fd/{descriptor}")
                if descriptor is not None:
                    draft.unlink(missing_ok=True)
                    # Given any descriptor, Python calls linkat, which follows the link in /proc.
                    os.link(f"/proc/self/fd/{descriptor}", draft, src_dir_fd=descriptor)
                if place.exists():
                    shutil.copymode(place, draft)
                draft.replace(place)
            finally:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """What the system refuses in the block, as BadInput about `path`."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror or error}") from None


@contextmanager
def nameless(folder: Path) -> Iterator[int | None]:
    """The descriptor of a file in `folder` that has no name; None where there can be none (Linux has them, mostly)."""
    try:
        descriptor = os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666)
    except (AttributeError, OSError):
        yield None
        return
    try:
        yield descriptor if Path(f"/proc/self/fd/{descriptor}").exists() else None
    finally:
        os.close(descriptor)
