"""Pictures by iTerm2's inline images protocol (iterm2.com, "Inline Images Protocol")."""

from __future__ import annotations

from base64 import b64encode


def shown(png: bytes, columns: int, rows: int) -> str:
    """The escape codes that show `png` at the cursor, as large as fits into `columns` x `rows` cells."""
    asked = f"inline=1;size={len(png)};width={columns};height={rows};preserveAspectRatio=1"
    return f"\x1b]1337;File={asked}:{b64encode(png).decode()}\x07"
