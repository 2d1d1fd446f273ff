"""A JSON file that the suite has written, with the number of its format; it may come back from a stranger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contracts import codec
from reports.printable import visible


def read(path: Path, form: int, *, size_max: int, absent: str) -> dict[str, Any]:
    """The members of the file, the number of its format among them.

    Args:
        form: the one format that is read.
        size_max: bytes.
        absent: what to say where there is no such file.

    Raises:
        ValueError: it is not there, can't be read, is too large or no JSON, or has another format; one sentence.
    """
    if not path.is_file():  # a pipe or a device would never end
        raise ValueError(absent)
    try:
        with path.open("rb") as file:
            raw = file.read(size_max + 1)
    except OSError as error:
        raise ValueError(f"{visible(str(path))} can't be read: {error.strerror}") from error
    if len(raw) > size_max:
        raise ValueError(f"{path.name}: larger than {size_max // 1024 // 1024} MB")
    data = codec.loads(raw, path.name)
    if not isinstance(data, dict) or data.get("format") != form or isinstance(data["format"], bool):
        raise ValueError(f"{path.name}: this suite reads format {form} only")
    return data
