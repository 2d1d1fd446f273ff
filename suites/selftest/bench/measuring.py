"""Measures the suite: what it costs, and what it finds in a sample.

Costs are processor time, for the clock on the wall says how busy the machine is; and the least of several, for a busy
machine only adds.
"""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from gateway.faults import FAULTS
from reports.record.recorder import Recorder
from reports.write import write
from suites import gate
from suites.conclusion import Circumstances, conclude
from suites.conduct import conduct
from suites.run import Options, Run
from suites.selftest.house.tree import ROOT
from suites.selftest.prove import running
from suites.selftest.prove.figures import LIMITS, Matrix
from suites.selftest.throughput import loop, night, served

BUDGET = 1000
"""Requests of a night, and of the loop behind it."""
TIMES = 3
SAMPLE = 40
START = "import conftest; from suites import gate; gate.plans(1)"
"""All that stands before a gate's first request, but for the gateway's own start."""


def measured(say: Callable[[str], None]) -> dict[str, float]:
    """Every figure, by its name; says what is measured meanwhile."""
    say("a night beside a bare loop over requests")
    bare, exchange = _exchange()
    say("a gate")
    starts = [_start() for _ in range(TIMES)]
    gates, reports, requests = zip(*(_gate() for _ in range(TIMES)), strict=True)
    found: dict[str, float] = {"exchange": exchange, "start": min(starts) / bare, "requests": max(requests)}
    found |= {"gate": min(gates) / bare, "reports": min(reports) / bare}
    names = sample(name for name, fault in FAULTS.items() if not fault.night)
    say(f"{len(names)} faults")
    before = _of_children()
    matrix = Matrix(tuple(running.trials(names)))
    return found | {"trial": (_of_children() - before) / len(names) / bare} | recall(matrix)


def recall(matrix: Matrix) -> dict[str, float]:
    """The share of faults that was found by so many requests, by the names of the figures."""
    few, more = LIMITS
    return {
        f"recall-{few}": matrix.recall(few).share,
        f"recall-{more}": matrix.recall(more).share,
        "recall": matrix.recall(matrix.most).share,
    }


def sample(names: Iterable[str]) -> list[str]:
    """Some of them by chance, the same in every run; a name more or less leaves most others as they are."""
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())[:SAMPLE]


def _exchange() -> tuple[float, float]:
    """Seconds that one bare request costs, and how many such an exchange of a night does."""
    bare, ratios = [], []
    with served() as whole:
        target = replace(whole, markets=())
        for number in range(1, TIMES + 1):
            ours, bodies = night(target, BUDGET, number)
            bare.append(loop(target, bodies).cpu_ms)
            ratios.append(ours.cpu_ms / bare[-1])
    return min(bare) / 1000, median(ratios)


def _start() -> float:
    """Seconds that a gate costs before its first request."""
    before = _of_children()
    subprocess.run([sys.executable, "-c", START], cwd=ROOT, check=True)
    return _of_children() - before


def _gate() -> tuple[float, float, int]:
    """Seconds that a gate costs, and its reports, and its requests."""
    plans = gate.plans(1)
    with served() as target, tempfile.TemporaryDirectory() as name:
        folder, begun = Path(name), time.process_time()
        recorder = Recorder(folder)
        run = Run(target, Options(rate=0), recorder.write)
        conduct(run, plans)
        result = conclude(run, Circumstances(), datetime.now(UTC))
        recorder.close()
        ended = time.process_time()
        write(result, folder)
        return ended - begun, time.process_time() - ended, run.transport.requests


def _of_children() -> float:
    """Processor seconds of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
