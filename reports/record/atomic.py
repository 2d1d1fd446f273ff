"""Files that are whole or not there: written beside their place and moved over it."""

from __future__ import annotations

import secrets
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text so that a reader sees the old file or the new one, never a part.

    Raises:
        OSError: the folder is not there or can't be written; nothing is left behind.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def point(link: Path, target: str) -> None:
    """Make a symbolic link name a target, replacing an older link in one step.

    Raises:
        OSError: the link's place is taken by a folder, or the file system knows no links.
    """
    beside = link.with_name(f".{link.name}.{secrets.token_hex(4)}")
    try:
        beside.symlink_to(target)
        beside.replace(link)
    finally:
        beside.unlink(missing_ok=True)
