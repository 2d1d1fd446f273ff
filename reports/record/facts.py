"""`run.json`: what a run was, beside its exchanges, so that it can be judged again.

Written before the first request, when the run has not ended, and again before anything is judged: a killed run leaves
the first.
"""

from __future__ import annotations

import json
from pathlib import Path

from contracts import codec
from reports.printable import visible
from reports.record import atomic, stored
from reports.results import RunFacts

FILE = "run.json"
FORMAT = 1
SIZE_MAX = 1024 * 1024
"""Bytes of a `run.json` that is still read."""


def write(facts: RunFacts, folder: Path) -> None:
    """Write the facts into the folder of their run, whole or not at all.

    Raises:
        OSError: the folder can't be written.
    """
    atomic.write_text(folder / FILE, json.dumps({"format": FORMAT} | codec.to_json(facts), indent=2) + "\n")


def read(folder: Path) -> RunFacts:
    """The facts of a run; the folder may come from a stranger.

    Raises:
        ValueError: there are none, or they can't be read; one sentence.
    """
    absent = f"{visible(str(folder))}: this is no folder of a run, for it has no {FILE}"
    data = stored.read(folder / FILE, FORMAT, size_max=SIZE_MAX, absent=absent)
    return codec.from_json(RunFacts, {name: value for name, value in data.items() if name != "format"}, "run")
