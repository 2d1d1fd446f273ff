"""How fast is a night? A night at no rate limit, and behind it a bare loop over `requests` with the same bodies.

    python -m suites.selftest.throughput             three pairs of 10,000 requests each
    python -m suites.selftest.throughput --profile FILE    one night, and where its time goes
    python -m suites.selftest.throughput --fleet           two workers of a fleet beside one

The gateway is a process of its own in both halves. The night draws, guards, signs, sends, records on disk, judges and
looks twice; the loop signs and sends, in one `requests.Session`, and looks at nothing. Nights with own orders wait for
the order stream, which no loop does: they are left out unless `--orders` is given. Beside requests a second stand the
milliseconds of processor that the sending process spends on one: they say the same on a machine that is busy.

A fleet is measured where workers mostly wait, each for answers of its own: at a gateway that takes 20 ms for every one,
or `--latency`. Two shards are sent by one worker and then by two; workers are started before the clock is.
"""

from __future__ import annotations

import cProfile
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import requests

from contracts.messages import JSON_TYPE, METHOD, PATH, Account, Exchange
from contracts.signing import HEADERS, sign, signed_text
from reports.record.segments import Segments
from suites import gate
from suites.command import from_the_shell, parser
from suites.nightly import fleet
from suites.nightly.budget import Budget
from suites.nightly.night import Night, Options
from suites.nightly.shards import STOP
from suites.run import Options as RunOptions
from suites.run import Run
from suites.strategies.credentials import b64
from suites.target import Target, in_this_process

WANTED = 0.7
"""Of the bare loop's requests a second, what a night should reach."""
FLEET_WANTED = 1.7
"""How many times as fast two workers should be as one."""
LATENCY_MS = 20
SHARDS = 2


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a number of requests was sent."""

    per_second: float
    cpu_ms: float
    """Of the sending process, a request."""


@contextmanager
def timed(count: Callable[[], int], found: list[Speed]) -> Iterator[None]:
    """Add how fast requests were sent meanwhile."""
    start, cpu = time.monotonic(), time.process_time()
    yield
    sent = count()
    found.append(Speed(sent / (time.monotonic() - start), (time.process_time() - cpu) * 1000 / sent))


@contextmanager
def served(latency_ms: int = 0) -> Iterator[Target]:
    """The honest gateway in a process of its own, with so long for every answer; its variables are set meanwhile."""
    command = [sys.executable, "-m", "gateway", "--latency", str(latency_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # our own module
        try:
            line = process.stdout.readline() if process.stdout is not None else ""
            variables = dict(pair.split("=", 1) for pair in line.removeprefix("export ").split())
            for name, value in variables.items():
                os.environ[name] = value  # workers of a fleet have their keys from there
            yield in_this_process(variables["POLYMARKET_TARGET_URL"], variables)
        finally:
            process.terminate()


def night(target: Target, budget: int, seed: int) -> tuple[Speed, list[bytes]]:
    """How fast a night was, and the bodies that it sent."""
    bodies: list[bytes] = []
    speed: list[Speed] = []
    with tempfile.TemporaryDirectory() as folder:
        record = Segments(Path(folder))

        def write(exchange: Exchange) -> None:
            record.write(exchange)
            bodies.append(exchange.request.body)

        run = Run(target, RunOptions(seed=seed, rate=0), write)
        with timed(lambda: run.transport.requests, speed):
            Night(run, Options(Budget(budget))).execute(gate.plans(seed))
        record.close()
    return speed[0], bodies


def loop(target: Target, bodies: Sequence[bytes]) -> Speed:
    """How fast a bare loop is."""
    key, session, speed = target.keys[Account.OWN], requests.Session(), list[Speed]()
    session.trust_env = False
    with timed(lambda: len(bodies), speed):
        for number, body in enumerate(bodies):
            stamp = str(int(time.time() * 1000) + number % 1000)
            signature = b64(sign(key.seed, signed_text(stamp, METHOD, PATH)))
            headers = dict(zip(HEADERS, (key.id, stamp, signature), strict=True)) | {JSON_TYPE[0]: JSON_TYPE[1]}
            session.post(target.url + PATH, data=body, headers=headers, timeout=10)
    return speed[0]


def campaign(url: str, workers: int, budget: int) -> float:
    """How many requests a second some workers send, no own orders among them.

    Raises:
        RuntimeError: a shard did not end.
    """
    os.environ.pop("POLYMARKET_MARKET_SLUG", None)
    with tempfile.TemporaryDirectory() as name, fleet.fleet("", workers) as client:
        folder = Path(name)
        given = fleet.wanted([f"--shards={SHARDS}", f"--budget={budget}", "--rate=0", f"--target-url={url}"])
        start = time.monotonic()
        ended, failed = fleet.spread(client, fleet.jobs(given, os.environ, folder, workers), folder / STOP, print)
        seconds = time.monotonic() - start
        if failed or len(ended) != SHARDS:
            raise RuntimeError(f"not all shards ended: {failed}")
        return sum(each.requests for each in ended) / seconds


def two_workers(pairs: int, budget: int, latency_ms: int) -> int:
    """Print how fast two workers are beside one; 0 where the median is as wanted."""
    ratios = []
    with served(latency_ms) as target:
        for _ in range(pairs):
            one, two = (campaign(target.url, workers, budget) for workers in (1, 2))
            ratios.append(two / one)
            sys.stdout.write(f"one worker: {one:.1f} a second; two: {two:.1f}; {ratios[-1]:.2f} times\n")
            sys.stdout.flush()
    sys.stdout.write(f"median {statistics.median(ratios):.2f}, wanted {FLEET_WANTED}\n")
    return 0 if statistics.median(ratios) >= FLEET_WANTED else 1


def main(given: Sequence[str] | None = None) -> int:
    """Print the pairs; 0 where the median night is as fast as wanted."""
    wanted = parser("throughput", __doc__)
    wanted.add_argument("--budget", type=int, default=10_000, help="requests of a night (default 10000)")
    wanted.add_argument("--pairs", type=int, default=3)
    wanted.add_argument("--orders", action="store_true", help="nights place orders of their own")
    wanted.add_argument("--fleet", action="store_true", help="two workers of a fleet beside one, by shards of --budget")
    wanted.add_argument("--latency", type=int, default=LATENCY_MS, metavar="MS", help="of the fleet's gateway (20)")
    wanted.add_argument("--profile", metavar="FILE", help="write a profile of one night")
    arguments = wanted.parse_args(given)
    if arguments.fleet:
        return two_workers(arguments.pairs, arguments.budget, arguments.latency)
    ratios = []
    with served() as whole:
        target = whole if arguments.orders else replace(whole, markets=())
        if arguments.profile:
            with cProfile.Profile(time.process_time) as profile:
                night(target, arguments.budget, 1)
            profile.dump_stats(arguments.profile)
            return 0
        for number in range(1, arguments.pairs + 1):
            ours, bodies = night(target, arguments.budget, number)
            bare = loop(target, bodies)
            ratios.append(ours.per_second / bare.per_second)
            night_told, loop_told = (f"{x.per_second:.0f} a second, {x.cpu_ms:.2f} ms each" for x in (ours, bare))
            sys.stdout.write(f"night: {night_told}; loop: {loop_told}; {ratios[-1]:.0%}\n")
            sys.stdout.flush()
    sys.stdout.write(f"median {statistics.median(ratios):.0%}, wanted {WANTED:.0%}\n")
    return 0 if statistics.median(ratios) >= WANTED else 1


if __name__ == "__main__":
    sys.exit(from_the_shell(main))
