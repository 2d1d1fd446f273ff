"""Trials in a file, a JSON object a line, so that they can be counted again without being run again."""

from __future__ import annotations

from pathlib import Path

from contracts import codec
from suites.selftest.prove.trial import Trial


class RecordError(ValueError):
    """What stands in a file is no trial; the message says where and what to do."""


def append(path: Path, trial: Trial) -> None:
    """Write a trial behind those that a file has.

    Raises:
        OSError: the file can't be written.
    """
    with path.open("a", encoding="utf-8") as file:
        file.write(codec.dumps(trial) + "\n")


def read(path: Path) -> list[Trial]:
    """The trials of a file; of a fault that was tried more than once, the last.

    Raises:
        OSError: the file can't be read.
        RecordError: a line of it is no trial.
    """
    found: dict[object, Trial] = {}
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            each = codec.from_json(Trial, codec.loads(text.encode(), f"{path}:{number}"))
        except ValueError as error:
            raise RecordError(f"{path}:{number} is no trial of this version; make the file anew with --json") from error
        found[each.name if each.breaks else number] = each
    return list(found.values())
