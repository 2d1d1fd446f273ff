"""Pins: a target's answers to the open questions, kept in a file so that a silent change between releases is seen.

`--pin FILE` writes them, `--pins FILE` compares. A question that is not asked this time has not changed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.catalogue import clauses
from reports.printable import one_line
from reports.record import atomic
from reports.results import Answer
from suites.settings.given import shown, text_of
from suites.target import UsageError

FORMAT = 1
MEMBERS = ("format", "target", "answers")
NAME_MAX = 80


@dataclass(frozen=True, slots=True)
class Pins:
    """Recorded answers to open questions, by clause."""

    target: str
    answers: Mapping[str, str]


def read(path: Path) -> Pins:
    """The pins in a file.

    Raises:
        UsageError: it is none that `--pin` writes, in one sentence.
    """
    return parsed(text_of(path), shown(path))


def parsed(text: str, name: str) -> Pins:
    """The pins in a text.

    Raises:
        UsageError: as `read`; the sentence begins with the name.
    """
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        why = "it is nested too deep" if isinstance(error, RecursionError) else one_line(str(error), NAME_MAX)
        raise UsageError(f"{name} is not JSON: {why}; write it anew with --pin") from None
    if not isinstance(value, dict):
        raise UsageError(f"{name} is no JSON object; write it anew with --pin")
    if value.get("format") != FORMAT or isinstance(value.get("format"), bool):
        raise UsageError(f"{name} is not of format {FORMAT}; write it anew with --pin")
    missing = [each for each in MEMBERS if each not in value]
    strange = [each for each in value if each not in MEMBERS]
    if missing or strange:
        what = f"has no {missing[0]}" if missing else f"has the unknown member {_named(strange[0])}"
        raise UsageError(f"{name} {what}; write it anew with --pin")
    target, answers = value["target"], value["answers"]
    if not isinstance(target, str):
        raise UsageError(f"{name}: target is not a string; write it anew with --pin")
    if not isinstance(answers, dict):
        raise UsageError(f"{name}: answers is not an object; write it anew with --pin")
    for question, answer in answers.items():
        _check(question, answer, name)
    return Pins(target, answers)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{_named(next(key for key in keys if keys.count(key) > 1))} stands twice")
    return found


def _check(question: str, answer: object, name: str) -> None:
    clause = clauses().get(question)
    if clause is None:
        raise UsageError(f"{name}: there is no question {_named(question)}; take it out, or pin again with --pin")
    if clause.gates:
        raise UsageError(f"{name}: {question} is a promise and no open question; take it out")
    if not isinstance(answer, str):
        raise UsageError(f"{name}: the answer to {question} is not a string; pin again with --pin")


def _named(text: str) -> str:
    return f'"{one_line(text, NAME_MAX)}"'


def note(pins: Pins, target: str) -> tuple[str, ...]:
    """What a reader should know where the pins are another target's."""
    return () if pins.target == target else (f"The pins were recorded on {pins.target}.",)


def text(target: str, answers: Sequence[Answer]) -> str:
    """What `--pin` writes: sorted, so that two runs with the same answers give the same bytes."""
    found = {each.question.id: each.answer for each in answers}
    return json.dumps({"format": FORMAT, "target": target, "answers": dict(sorted(found.items()))}, indent=2) + "\n"


def ready(path: Path) -> Path:
    """The path, if a file can be written there.

    Raises:
        UsageError: it can't.
    """
    folder = path.parent
    if path.is_dir():
        raise UsageError(f"--pin: {shown(path)} is a folder; name a file")
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"--pin: {shown(folder)} is no folder that can be written; make it first")
    return path


def write(path: Path, target: str, answers: Sequence[Answer]) -> None:
    """Write the pins, whole or not at all.

    Raises:
        OSError: the file can't be written.
    """
    atomic.write_text(path, text(target, answers))
