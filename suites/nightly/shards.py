"""One shard of a campaign, wherever it is sent: a pure function of seed, index and count, with a folder of its own.

Sending it again does no harm: a shard that has ended is answered from its folder, one that was killed goes on where it
was, and while one worker is at it any other waits. Keys come from the environment of the worker.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.document import digest
from reports.record import atomic
from reports.record import facts as facts_file
from reports.record.folder import open_run
from reports.record.segments import Segments, lost
from reports.results import Result
from reports.write import write
from suites import gate
from suites.conclusion import Circumstances, conclude, facts, own_version
from suites.nightly import checkpoint, proposal
from suites.nightly.budget import Budget, Shard
from suites.nightly.night import Night, Options
from suites.run import Options as RunOptions
from suites.run import Run
from suites.target import UsageError, from_environment
from suites.usable import UnusableError

ENDED = "shard.json"
"""Written last of all: which shard it was, and what came of it."""
LOCK = "shard.lock"
STOP = "stop"
"""A file beside the folders of the shards: as long as it is there, those under way end and report."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is told; no secrets."""

    folder: str
    url: str
    index: int
    count: int
    seed: int
    requests: float
    seconds: float
    rate: float
    """Requests a second of a key: of all workers together where there is a Redis, else of this one."""
    disk: int
    shrink: int
    redis: str = ""
    version: str = f"{own_version()} {digest()}"
    """Of whoever sends it out."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a shard."""

    index: int
    requests: int
    findings: int
    result: str
    began: int
    """How often it was begun; 0 where it was to stop before that."""


def send(job: Job) -> Ended:
    """Send a shard, unless that was done.

    Raises:
        UsageError: it can't be done here; one sentence.
    """
    if job.version != Job.__dataclass_fields__["version"].default:
        raise UsageError("a worker has another version of the suite or the document; give all of them the same")
    folder = Path(job.folder)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        ended, stopped = _ended(job, folder), (folder.parent / STOP).exists()
        if ended is None and stopped and not (folder / checkpoint.FILE).is_file():
            return Ended(job.index, 0, 0, Result.INTERRUPTED, began=0)
        if ended is None or (ended.result == Result.INTERRUPTED and not stopped):
            ended = _sent(job, folder, os.environ, began=ended.began + 1 if ended else 1)
            atomic.write_text(folder / ENDED, json.dumps({"job": _what(job), "ended": asdict(ended)}) + "\n")
    return ended


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait for whoever else is at a shard: one that was given up for dead may live."""
    with (folder / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _what(job: Job) -> dict[str, Any]:
    """What makes a shard another one."""
    return {name: getattr(job, name) for name in ("url", "index", "count", "seed", "version")}


def _ended(job: Job, folder: Path) -> Ended | None:
    path = folder / ENDED
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    if data["job"] != _what(job):
        raise UsageError(f"shard {job.index} of another campaign is in the folder; give another --out")
    return Ended(**data["ended"])


def _sent(job: Job, folder: Path, environment: Mapping[str, str], began: int) -> Ended:
    target, started, unusable = from_environment(job.url, environment), datetime.now(UTC), ""
    resumed = checkpoint.read(folder) if (folder / checkpoint.FILE).is_file() else None
    if resumed is None:
        open_run(folder)
    elif (resumed.state.seed, resumed.state.shard) != (job.seed, Shard(job.index, job.count).text):
        raise UsageError(f"shard {job.index} of another campaign is in the folder; give another --out")
    options = Options(
        Budget(job.requests, job.seconds),
        Shard(job.index, job.count),
        remember=lambda state, memory: checkpoint.write(folder, state, memory),
        resumed=resumed,
    )
    recorder = Segments(folder, job.disk, go_on=resumed is not None)
    run = Run(target, RunOptions(job.seed, job.rate, shrink=job.shrink), recorder.write)
    _share(job, run, options)
    stop = folder.parent / STOP

    def look(night: Night) -> None:
        night.stopping = night.stopping or stop.exists()

    night = Night(run, options, look)
    facts_file.write(facts(run, Circumstances(profile="nightly", interrupted=True), started), folder)
    try:
        night.execute(gate.plans(job.seed))
    except UnusableError as error:
        unusable = str(error)
    finally:
        recorder.close()
    around = Circumstances(profile="nightly", unusable=unusable, interrupted=night.stopping, notes=lost(folder))
    facts_file.write(facts(run, around, started), folder)
    result = conclude(run, around, started)
    write(result, folder)
    proposal.write(night.further, folder)
    return Ended(job.index, run.transport.requests, len(result.findings), result.result, began)


def _share(job: Job, run: Run, options: Options) -> None:
    """Let a run keep the pace of all workers, and know what they found before."""
    if not job.redis:
        return
    from suites.nightly.shared import Witnesses, connected, paces  # noqa: PLC0415  # Redis is optional

    client = connected(job.redis)
    run.transport.share(paces(client, run.target, job.rate))
    witnesses = Witnesses(client)
    options.known = tuple(witnesses.plans(f"k{job.seed}x{job.index}x"))
    options.found = witnesses.keep


def dask_setup(_worker: object) -> None:
    """Called by Dask in a new worker: Ctrl-C reaches all processes of a terminal, and is for the one that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
