"""The gate at its defaults, as a shell starts it against a hostile target: how it ended, when, how large it grew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from suites.selftest.gate.command import BINARY, ROOT, SIGNATURE
from suites.selftest.sending.servers import KEYS

SECONDS_MAX = 150.0
"""After which a run is killed: it hangs."""
KEPT = ("POLYMARKET_", "GITHUB_", "PYTEST_", "COV")
"""Variables of this process that would aim or change the gate."""
CRASH = re.compile(r"Traceback|INTERNALERROR|PytestUnhandled|Error while finding")


MEASURE = """
import os, subprocess, sys, threading
process = subprocess.Popen(sys.argv[2:])
killer = threading.Timer(float(sys.argv[1]), process.kill)
killer.start()
_, status, usage = os.wait4(process.pid, 0)
killer.cancel()
print(f"{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss}", file=sys.stderr)
"""
"""Runs a command and says how it ended and how large it grew: a process of its own, and a small one, for the kernel
begins to count with the size of whoever starts it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    status: int
    """Exit status; -9 where it was killed because it hung."""
    seconds: float
    megabytes: float
    """The most memory it ever held, as the kernel counted it."""
    said: str
    """All that the screen showed."""
    folder: Path

    def secrets(self, values: Sequence[str]) -> list[str]:
        """Where a signature or one of these values can be read, on the screen or in a file."""
        texts = [("the screen", self.said.encode())]
        texts += [(str(path), path.read_bytes()) for path in self.folder.rglob("*") if _is_text(path)]
        found = [name for name, text in texts if SIGNATURE.search(text)]
        return found + [name for name, text in texts for value in values if value.encode() in text]

    @property
    def crashed(self) -> bool:
        """Whether the screen shows a stack."""
        return CRASH.search(self.said) is not None


def _is_text(path: Path) -> bool:
    return path.is_file() and path.suffix not in BINARY


def aimed_at(url: str, market: str = "market-a") -> dict[str, str]:
    """What a shell exports to aim at a URL, with two made-up accounts."""
    own, other = KEYS.values()
    return {
        "POLYMARKET_TARGET_URL": url,
        "POLYMARKET_KEY_ID": own.id,
        "POLYMARKET_SECRET_KEY": own.secret,
        "POLYMARKET_OTHER_KEY_ID": other.id,
        "POLYMARKET_OTHER_SECRET_KEY": other.secret,
        "POLYMARKET_MARKET_SLUG": market,
    }


def ended(folder: Path, variables: Mapping[str, str], *arguments: str, limit: float = SECONDS_MAX) -> Ended:
    """Run the gate to its end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(KEPT)}
    folder.mkdir(parents=True)
    start = time.monotonic()
    with (folder / "screen").open("wb") as screen:
        gate = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "--out", str(folder / "out"), *arguments]
        subprocess.run(
            [sys.executable, "-S", "-c", MEASURE, str(limit), *gate],
            cwd=ROOT,
            env=kept | {"PYTHONPATH": str(ROOT)} | dict(variables),
            stdout=screen,
            stderr=subprocess.STDOUT,
            check=True,
        )
    said, _, told = (folder / "screen").read_text(encoding="utf-8", errors="replace").rstrip().rpartition("\n")
    status, kilobytes = map(int, told.split())
    return Ended(status, time.monotonic() - start, kilobytes / 1024, said, folder / "out")
