"""A file that the user gives beside the options: bounded and UTF-8, or one sentence that says why not."""

from __future__ import annotations

from pathlib import Path

from reports.printable import visible
from suites.target import UsageError

BYTES_MAX = 1_000_000


def text_of(path: Path) -> str:
    """The whole text of a small file.

    Raises:
        UsageError: it can't be read, is larger than 1 MB or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            data = file.read(BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else ""
        raise UsageError(f"{shown(path)} can't be read: {why or visible(str(error))}; check the path") from None
    if len(data) > BYTES_MAX:
        raise UsageError(f"{shown(path)} is larger than 1 MB; give the right file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{shown(path)} is not UTF-8 at byte {error.start}; write it anew as UTF-8") from None


def shown(path: Path) -> str:
    """The path as a sentence can name it."""
    return visible(str(path))
