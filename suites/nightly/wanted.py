"""What the user wants of a night, read from the options before anything is sent."""

from __future__ import annotations

import argparse
import math
import re
from dataclasses import dataclass
from pathlib import Path

from reports.record.segments import Segments
from suites.nightly import checkpoint
from suites.nightly.budget import DEFAULT_REQUESTS, Budget, Shard, budget_of
from suites.nightly.checkpoint import Resumed
from suites.nightly.night import Options
from suites.target import UsageError

BYTES = {"k": 1000, "M": 1000**2, "G": 1000**3}
SHARDS_MAX = 10_000
DISK_MIN = 50_000_000
SOAK_DISK = "2G"
"""What the record of a soak may take where nobody says: it has no end of its own."""


@dataclass(slots=True)
class Wanted:
    """A night as it was asked for."""

    options: Options
    disk_limit: int
    folder: Path | None
    """Of the night that goes on; None for a new one."""

    @property
    def resumed(self) -> Resumed | None:
        """The night that goes on."""
        return self.options.resumed

    def recorder(self, folder: Path) -> Segments:
        """The record of the night, and the checkpoints beside it."""
        self.options.remember = lambda state, memory: checkpoint.write(folder, state, memory)
        return Segments(folder, self.disk_limit, go_on=self.folder is not None)


def wanted(option: argparse.Namespace) -> Wanted | None:
    """The night that the options ask for; None where they ask for a gate.

    Raises:
        UsageError: an option is wrong, or belongs to the other profile; one sentence.
    """
    given = [name for name in ("budget", "for", "resume", "shard", "disk_limit") if _value(option, name)]
    if option.profile == "gate":
        if given:
            raise UsageError(f"--{given[0].replace('_', '-')} is for nights; give --profile nightly as well, or soak")
        return None
    soak = option.profile == "soak"
    budget = budget_of(option.budget, option.duration, math.inf if soak else DEFAULT_REQUESTS)
    disk = option.disk_limit or (SOAK_DISK if soak else "")
    limit = bytes_of(disk) if disk else 0
    if option.resume is None:
        return Wanted(Options(budget, shard_of(option.shard or "1/1")), limit, None)
    if option.out is not None or option.shard:
        raise UsageError("--resume goes on in the folder and with the shard of the night; leave out --out and --shard")
    resumed = checkpoint.read(option.resume)
    if not (option.budget or option.duration):
        budget = Budget(resumed.state.budget_requests, resumed.state.budget_seconds)
    option.seed = resumed.state.seed
    return Wanted(Options(budget, shard_of(resumed.state.shard), resumed=resumed), limit, option.resume)


def _value(option: argparse.Namespace, name: str) -> object:
    return getattr(option, {"for": "duration"}.get(name, name))


def shard_of(text: str) -> Shard:
    """Which part of how many: `3/16`.

    Raises:
        UsageError: it is none.
    """
    found = re.fullmatch(r"(\d{1,5})/(\d{1,5})", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]) <= SHARDS_MAX:
        raise UsageError(f"--shard {text!a} is no part of a whole; give one such as --shard 3/16")
    return Shard(int(found[1]), int(found[2]))


def bytes_of(text: str) -> int:
    """Bytes of a size such as `500M` or `2G`.

    Raises:
        UsageError: it is none, or too small for two segments.
    """
    found = re.fullmatch(r"(\d{1,9})([kMG])", text)
    if not found or int(found[1]) * BYTES[found[2]] < DISK_MIN:
        raise UsageError(f"--disk-limit {text!a} is no size from 50M on; give one such as --disk-limit 2G")
    return int(found[1]) * BYTES[found[2]]
