"""A campaign on a fleet: the shards of a night on Dask's workers, and one report of all.

    tox run -e fleet -- --shards 8 --budget 5000 [--redis redis://HOST] [--scheduler tcp://HOST:8786]

Without `--scheduler`, workers are started on this machine. Each shard has a folder in DIR/shards that all workers must
see; they need this checkout and the variables of the target. With `--redis` they share the pace of a key and what
earlier nights found; without it, each keeps an equal part of the pace. A shard whose worker is killed goes on at
another. The same command with `--out DIR` goes on where it was stopped.

Ctrl-C once: the shards under way end and are reported. Twice: now.

Exit status: as of a run; 4 where nothing could be sent.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from reports.record.folder import open_run, typed
from reports.results import Result
from reports.witness import counted
from reports.write import write
from suites import merge
from suites.command import USAGE_EXIT, from_the_shell, parser, say
from suites.nightly.budget import budget_of
from suites.nightly.shards import STOP, Ended, Job, send
from suites.nightly.wanted import SHARDS_MAX, SOAK_DISK, bytes_of
from suites.target import ENV_URL, UsageError, from_environment

MISSING = "is not installed; tox run -e fleet has it"
SHARDS = "shards"


def wanted(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What the user wants.

    Raises:
        UsageError: it can't be done; one sentence.
    """
    options = parser("fleet", __doc__)
    options.add_argument("--shards", type=int, default=4, help="how many parts the campaign has (default 4)")
    options.add_argument("--budget", type=int, metavar="N", help="requests of each shard (default 20000)")
    options.add_argument(
        "--for", dest="duration", default="", metavar="TIME", help="how long each shard takes: 45m, 2h"
    )
    options.add_argument("--seed", type=int, default=1, help="what all is drawn from (default 1)")
    options.add_argument("--rate", type=float, default=18.0, help="requests a second of a key, in all (default 18)")
    options.add_argument(
        "--shrink", type=int, default=120, metavar="N", help="requests to try findings again (default 120)"
    )
    options.add_argument("--disk-limit", default=SOAK_DISK, metavar="SIZE", help="of each shard's record (default 2G)")
    options.add_argument("--target-url", default="", help=f"where the target is (or {ENV_URL})")
    options.add_argument("--redis", default="", metavar="URL", help="what workers share, such as redis://host:6379")
    options.add_argument(
        "--scheduler", default="", metavar="URL", help="of a fleet that stands, such as tcp://host:8786"
    )
    options.add_argument("--workers", type=int, default=2, help="to start where there is no --scheduler (default 2)")
    options.add_argument("--out", type=Path, help="folder of the campaign (default reports/out/<run>)")
    given = options.parse_args(arguments)
    if not (0 < given.shards <= SHARDS_MAX and given.workers > 0):
        raise UsageError(f"--shards and --workers must be positive, at most {SHARDS_MAX}")
    if not 0 <= given.rate < math.inf or given.shrink < 0:
        raise UsageError("--rate and --shrink must not be negative")
    return given


def jobs(given: argparse.Namespace, environment: Mapping[str, str], folder: Path, workers: int) -> list[Job]:
    """Every shard of the campaign.

    Raises:
        UsageError: what was given can't be used.
    """
    url = given.target_url or environment.get(ENV_URL, "")
    if not url:
        raise UsageError(f"no target is given; set {ENV_URL} or --target-url")
    url, disk = from_environment(url, environment).url, bytes_of(given.disk_limit)
    budget = budget_of(given.budget, given.duration)
    rate = given.rate if given.redis else given.rate / workers
    return [
        Job(
            str((folder / SHARDS / f"{index:04}").absolute()),
            url,
            index,
            given.shards,
            given.seed,
            budget.requests,
            budget.seconds,
            rate,
            disk,
            given.shrink,
            given.redis,
        )
        for index in range(1, given.shards + 1)
    ]


@contextmanager
def fleet(scheduler: str, workers: int) -> Iterator[Any]:
    """A client of a fleet; without a scheduler, of one that is made here and goes with it.

    Raises:
        UsageError: there is no Dask, or no scheduler.
    """
    try:
        import dask  # noqa: PLC0415  # optional, and it takes its time
        from distributed import Client, LocalCluster  # noqa: PLC0415  # likewise
    except ImportError:
        raise UsageError(f"Dask {MISSING}") from None
    if scheduler:
        try:
            with Client(scheduler, timeout=10) as client:
                yield client
        except (OSError, ValueError) as error:
            raise UsageError(
                f"--scheduler can't be reached ({type(error).__name__}); start one by dask scheduler"
            ) from None
        return
    with (
        dask.config.set({"distributed.worker.preload": ["suites.nightly.shards"], "distributed.worker.daemon": False}),
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client


def spread(
    client: Any, some: Sequence[Job], stop: Path, tell: Callable[[str], object]
) -> tuple[list[Ended], list[str]]:
    """Send shards by a fleet; those that ended, and why others did not."""
    from distributed import as_completed  # noqa: PLC0415  # as above

    futures = {client.submit(send, job, pure=False): job for job in some}
    ended: list[Ended] = []
    failed: list[str] = []
    for future in _each(as_completed(futures), stop, tell):
        job, error = futures[future], future.exception()
        if error is not None:
            failed.append(f"shard {job.index}: {type(error).__name__}: {error}")
            tell(failed[-1])
            continue
        ended.append(each := future.result())
        again = f", begun {each.began} times" if each.began > 1 else ""
        what = f"{counted(each.requests, 'request')}, {counted(each.findings, 'finding')}: {each.result}{again}"
        tell(f"shard {each.index}/{job.count}: {what}")
    return ended, failed


def _each(futures: Iterable[Any], stop: Path, tell: Callable[[str], object]) -> Iterator[Any]:
    """Futures as they end; the first interrupt lets those under way end."""
    left = iter(futures)
    while True:
        try:
            found = next(left, None)
        except KeyboardInterrupt:
            if stop.exists():
                raise
            stop.touch()
            tell("The shards under way end and report; Ctrl-C again ends now.")
            continue
        if found is None:
            return
        yield found


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Send a campaign; the exit status."""
    try:
        given = wanted(arguments)
        _check_redis(given.redis)
        jobs(given, environment, Path(), 1)  # what can't be used is said before workers are started
        folder = open_run(given.out)
        stop = folder / SHARDS / STOP
        stop.unlink(missing_ok=True)
        with fleet(given.scheduler, given.workers) as client:
            workers = max(1, sum(client.nthreads().values()))
            done, failed = spread(client, jobs(given, environment, folder, workers), stop, lambda text: say([text]))
        begun = [folder / SHARDS / f"{each.index:04}" for each in done if each.began]
        return _report(folder, begun, given.shards, failed)
    except (UsageError, ValueError) as error:
        sys.stderr.write(f"fleet: {error}\n")
        return USAGE_EXIT


def _check_redis(url: str) -> None:
    if not url:
        return
    try:
        from suites.nightly.shared import connected  # noqa: PLC0415  # Redis is optional
    except ImportError:
        raise UsageError(f"the client of Redis {MISSING}") from None
    connected(url)


def _report(folder: Path, shards: Sequence[Path], count: int, failed: Sequence[str]) -> int:
    """Write the report of all shards that ended; the exit status."""
    if not shards:
        return (Result.BROKEN if failed else Result.INTERRUPTED).exit_status
    result = merge.merged([merge.part_of(each) for each in sorted(shards)])
    if len(shards) < count and result.result is Result.HOLDS:
        why = f"{count - len(shards)} of {counted(count, 'shard')} did not end."
        result = replace(result, result=Result.INTERRUPTED, reason=why)
    write(result, folder)
    found, sent = counted(len(result.findings), "finding"), counted(result.facts.requests, "request")
    say([f"{counted(len(shards), 'shard')}, {sent}, {found}: {result.result}"])
    say([f"The report: {typed(folder)}/report/index.html"])
    return Result.BROKEN.exit_status if failed else result.result.exit_status


if __name__ == "__main__":
    sys.exit(from_the_shell(main))
