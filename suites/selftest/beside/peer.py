"""Schemathesis' command line against one gateway: at which request its first failure shows."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.document import FILE
from gateway.server import EmbeddedGateway
from suites.selftest.beside.counting import Counting
from suites.selftest.gate.command import ROOT

SETTINGS = 'hooks = "suites.selftest.beside.signing"\n'
USUAL = ("--no-color", "--request-timeout", "3", "--report", "ndjson", "--report-ndjson-path", "events.ndjson")
SECONDS_MAX = 1200
END_SECONDS = 120
"""How long the command has for its end after Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that failed."""

    check: str
    title: str
    first: int
    """Number of the request, as the gateway counted."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of the command came to."""

    failures: tuple[Failure, ...]
    requests: int
    error: str
    """Why it ended by itself without a failure and before its budget; empty where it did not."""


def options(command: str, budget: int, seed: int, without: Sequence[str], *, whole: bool) -> list[str]:
    """The command line behind `schemathesis`.

    Args:
        command: `run`, with all of its phases, or `fuzz`.
        budget: requests; `run` takes it as its examples, `fuzz` has no such option and goes on until it is stopped.
        seed: of its generator.
        without: checks that fail on the honest gateway.
        whole: go on behind a failure.
    """
    if command == "fuzz":  # this check stops it with "dictionary changed size during iteration" after 16 requests
        own, without = ["--max-time", str(SECONDS_MAX)], ["ignored_auth", *without]
    else:
        own = ["--max-examples", str(budget), "--no-shrink"]
    left_out = ["--exclude-checks", ",".join(without)] if without else []
    end = ["--continue-on-failure"] if whole else ["--max-failures", "1"]
    return [command, str(FILE), f"--seed={seed}", *own, *left_out, *end, *USUAL]


def attack(core: Counting, arguments: Sequence[str]) -> Ran:
    """Run the command against a gateway until it ends or `core.limit` requests have come."""
    with tempfile.TemporaryDirectory() as name, EmbeddedGateway(core) as server:
        folder = Path(name)
        (folder / "schemathesis.toml").write_text(SETTINGS)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("POLYMARKET_", "CI"))}
        command = [sys.executable, "-m", "schemathesis.cli", *arguments, "--url", server.url]
        with (
            (folder / "said").open("w+") as said,
            subprocess.Popen(  # a program of our own environment
                command,
                cwd=folder,
                env=kept | server.variables | {"PYTHONPATH": str(ROOT)},
                stdout=said,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            while process.poll() is None and not core.full.wait(0.5):
                pass
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            try:
                status = process.wait(END_SECONDS)
            finally:
                process.kill()
            said.seek(0)
            told = said.read()
        failures = tuple(sorted(_failures(folder / "events.ndjson", core), key=lambda each: each.first))
    ended = bool(failures) or status == 0 or core.full.is_set()
    return Ran(failures, core.requests, "" if ended else told[-1500:])


def _failures(events: Path, core: Counting) -> Iterator[Failure]:
    with events.open() as lines:
        for line in lines:
            for event in json.loads(line).values():
                recorder: dict[str, Any] = event.get("recorder") or {}
                for case, checks in recorder.get("checks", {}).items():
                    for check in checks:
                        if check["status"] == "failure":
                            failure = check["failure_info"]["failure"]
                            yield Failure(check["name"], failure["title"], core.number_of(case))
