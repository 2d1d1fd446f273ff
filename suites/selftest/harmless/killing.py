"""Runs that are interrupted and killed at drawn moments, with orders of others in the market.

    python -m suites.selftest.harmless.killing [TIMES]

Each trial starts the gate as a shell does, against a gateway in a process of its own, and ends it at a moment drawn
from a seed: anywhere, or while orders are being entered. After a kill, a sweep or the next run cleans up. Then every
foreign order must be open, and none of ours.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from suites import sweep
from suites.selftest.gate.command import ROOT, ended, started
from suites.sending.pacing import Pace
from suites.sending.transport import Transport
from suites.target import Target, from_environment

FOREIGN = 10
"""Orders of others, of each account."""
RUN_SECONDS = 2.0
"""About as long a run takes from its first exchange to its end."""
ENTRY_SECONDS = 0.04
WAIT_SECONDS = 60.0
WAYS = ((signal.SIGINT, False), (signal.SIGTERM, False), (signal.SIGKILL, False), (signal.SIGKILL, True))
"""How a run is ended, and whether the next run cleans up in the place of a sweep."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one ended run left behind, and what there was in the end."""

    status: int
    left: int
    """Own orders in the market when the run was gone."""
    cleaned: int
    """Exit status of what cleaned up; 0 where that was the run itself."""
    own: int
    """Own orders in the market in the end."""
    lost: int
    """Foreign orders that are gone."""
    litter: int
    """Journals of orders in the end."""

    @property
    def harmless(self) -> bool:
        """Whether nothing of ours is left and nothing of others is gone."""
        return (self.own, self.lost, self.litter, self.cleaned) == (0, 0, 0, 0)


@contextlib.contextmanager
def standing(*arguments: str) -> Iterator[dict[str, str]]:
    """A gateway in a process of its own, with orders of others; the variables that aim at it."""
    command = [sys.executable, "-m", "gateway", "--orders", str(FOREIGN), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout is not None else ""
            yield dict(pair.split("=", 1) for pair in line.removeprefix("export ").split())
        finally:
            process.terminate()


def open_orders(target: Target) -> frozenset[str]:
    """Ids of all open orders of both accounts, asked for past everything that is tested."""
    transport = Transport(target, Pace(0), lambda _: None)
    try:
        answers = [transport.call("GET", "/v1/orders/open", account, None)[1] for account in target.keys]
    finally:
        transport.close()
    return frozenset(order["id"] for answer in answers for order in answer["orders"])


def trial(
    variables: Mapping[str, str], folder: Path, seed: int, end: signal.Signals, *, next_run: bool = False
) -> Trial:
    """End one run and look.

    Args:
        variables: what aims at the gateway.
        folder: an empty one.
        seed: what the moment is drawn from; an odd one draws it from the time of order entry.
        end: the signal.
        next_run: whether the next run cleans up, in the place of a sweep.
    """
    drawn = random.Random(f"{seed}/{end}")  # noqa: S311  # it decides a moment and no secret
    environment = {**variables, "POLYMARKET_JOURNAL": str(folder / "journal")}
    target = from_environment(environment["POLYMARKET_TARGET_URL"], environment)
    foreign = open_orders(target)
    process = started(folder / "out", **environment)
    if seed % 2:
        _await(process, lambda: any((folder / "journal").glob("*.ndjson")), step=0.0005)
        time.sleep(drawn.uniform(0, ENTRY_SECONDS))
    else:
        log = folder / "out" / "exchanges.ndjson"
        _await(process, lambda: log.is_file() and log.stat().st_size > 0, step=0.002)
        time.sleep(drawn.uniform(0, RUN_SECONDS))
    process.send_signal(end)
    status = ended(process, folder / "out").status
    left = open_orders(target) - foreign
    cleaned = 0
    if end is signal.SIGKILL:
        again = folder / "again"
        cleaned = (
            ended(started(again, **environment), again).status if next_run else sweep.main(["--rate", "0"], environment)
        )
    now = open_orders(target)
    litter = sum(b'"intent"' in each.read_bytes() for each in (folder / "journal").iterdir())
    return Trial(status, len(left), cleaned, len(now - foreign), len(foreign - now), litter)


def _await(process: subprocess.Popen[str], condition: Callable[[], bool], step: float) -> None:
    """Return when a condition holds, or the process is at its end."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(step)


def main(times: int) -> int:
    """So many trials of each kind; 0 where all were harmless."""
    bad = 0
    for end, next_run in WAYS:
        seen: list[Trial] = []
        with standing("--latency", "2") as variables:
            for seed in range(times):
                with tempfile.TemporaryDirectory() as folder:
                    seen.append(trial(variables, Path(folder), seed, end, next_run=next_run))
                if not seen[-1].harmless:
                    sys.stdout.write(f"seed {seed}, {end.name}: {seen[-1]}\n")
        bad += sum(not each.harmless for each in seen)
        counts = sorted(Counter(each.status for each in seen).items())
        statuses = ", ".join(f"{count} of {status}" for status, count in counts)
        left = [each.left for each in seen if each.left]
        own, lost = sum(each.own for each in seen), sum(each.lost for each in seen)
        sys.stdout.write(
            f"{end.name}{', then the next run' if next_run else ''}: {times} runs, exit {statuses}; {len(left)} left"
            f" {sum(left)} orders; in the end {own} of ours were open and {lost} of others gone\n"
        )
        sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
