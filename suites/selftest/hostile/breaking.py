"""A plugin of pytest that breaks one thing of the suite, named by a variable: `-p suites.selftest.hostile.breaking`."""

from __future__ import annotations

import os
from typing import Any, NoReturn

from contracts.oracles import ORACLES
from reports import history, markdown, terminal
from reports.record import recorder
from reports.write import WRITERS, write
from suites import conclusion, run

BROKEN = "HOSTILE_BROKEN"
"""The variable that names it."""
ORACLE = "size.full"


class Bug(Exception):
    """What a bug of ours raises: nothing that anybody expects."""


def _raises(*_: Any, **__: Any) -> NoReturn:
    raise Bug("broken on purpose")


def _raises_too_deep(*_: Any, **__: Any) -> NoReturn:
    raise RecursionError("broken on purpose")


def _break(name: str) -> None:
    places = {
        "history.compared": (history, "compared"),
        "history.keep": (history, "keep"),
        "terminal.lines": (terminal, "lines"),
        "markdown.show": (markdown, "show"),
        "conclusion.judged": (conclusion, "judged"),
        "recorder.write": (recorder.Recorder, "write"),
        "recorder.close": (recorder.Recorder, "close"),
        "run.settle": (run, "settle"),
        "run.Run": (run.Run, "__init__"),
    }
    if name == "an oracle":
        ORACLES[ORACLE] = _raises
    elif name == "an oracle, too deep":
        ORACLES[ORACLE] = _raises_too_deep
    elif name in places:
        setattr(*places[name], _raises)
    else:
        broken = tuple((each, _raises if each == name else writer) for each, writer in WRITERS)
        write.__defaults__ = (broken,)


if os.environ.get(BROKEN):
    _break(os.environ[BROKEN])
