"""Many gates against an honest gateway in bad weather, each from its seed; none may raise a false alarm.

`python -m suites.selftest.hostile.soak --runs 500 --from 1`
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports import verdict
from suites.command import from_the_shell, parser, say
from suites.conclusion import NEED_STREAM
from suites.selftest.hostile.network import KINDS, kind_of, network
from suites.selftest.hostile.relay import relayed
from suites.selftest.hostile.running import Ended, ended

HOLDS, UNUSABLE = 0, 6
SECONDS_MAX = 240.0
"""A gate that is still there has hung; on a machine that is busy, one takes 80 s."""
AT_ONCE = 6
"""A gate waits for most of its time."""


@dataclass(frozen=True, slots=True)
class Soaked:
    """One gate in bad weather."""

    seed: int
    kind: str
    ended: Ended
    wrong: str
    """Why it ended as it must not, in a sentence; empty where it ended well."""
    without: tuple[str, ...] = ()
    """Clauses that were not exercised."""


def soak(seed: int, folder: Path) -> Soaked:
    """One gate in the weather of its seed."""
    kind = kind_of(seed)
    with relayed(network(KINDS[kind], seed)) as variables:
        found = ended(folder, variables, "--rate", "0", limit=SECONDS_MAX)
    file = found.folder / verdict.FILE
    told = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    without = {each["id"]: each["reason"] for each in told.get("clauses", ()) if _lacks(each)}
    return Soaked(seed, kind, found, wrong(found, told, without), tuple(without))


def _lacks(clause: dict[str, Any]) -> bool:
    return bool(clause["verdict"] == "skipped" and clause["strength"] != "open")


def wrong(found: Ended, told: dict[str, Any], without: dict[str, str]) -> str:
    """Why a gate against an honest gateway ended as it must not, in a sentence; empty where it ended well."""
    if found.status == -9:  # killed
        return f"it hung for {SECONDS_MAX:.0f} s"
    if found.status not in (HOLDS, UNUSABLE) or found.crashed:
        return f"it ended with {found.status}: {told.get('reason') or found.said[-2000:]}"
    if found.status == UNUSABLE and told["result"] == "unusable" and told["reason"]:
        return ""
    if told.get("result") != "holds":
        return f"it ended with {found.status} and says {told.get('result')}"
    lost = [each for each in without if each not in NEED_STREAM]
    if lost:
        return f"it holds without evidence for {', '.join(lost)}: {without[lost[0]]}"
    silent = [each for each, reason in without.items() if "stream" not in reason]
    return f"it holds and does not say why it left out {', '.join(silent)}" if silent else ""


def main(arguments: Sequence[str]) -> int:
    """Run them, and say how they ended: 0 where all ended well, 1 where one did not."""
    options = parser("soak-self", __doc__)
    options.add_argument("--runs", type=int, default=500, help="how many gates (default 500)")
    options.add_argument("--from", type=int, default=1, dest="first", help="the first seed; each run has the next one")
    options.add_argument("--at-once", type=int, default=AT_ONCE, help=f"how many at the same time (default {AT_ONCE})")
    given = options.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="soak-self-"))
    by_kind: dict[str, list[Soaked]] = defaultdict(list)
    with ThreadPoolExecutor(given.at_once) as pool:
        seeds = range(given.first, given.first + given.runs)
        for each in pool.map(lambda seed: soak(seed, folder / f"{seed}"), seeds):
            by_kind[each.kind].append(each)
            if each.wrong:
                say([f"seed {each.seed}, {each.kind}: {each.wrong} ({folder / str(each.seed)})"])
            else:
                shutil.rmtree(folder / f"{each.seed}")
    say([_line(kind, some) for kind, some in by_kind.items()])
    alarms = [each for some in by_kind.values() for each in some if each.wrong]
    say([f"{given.runs} runs from seed {given.first}: {len(alarms)} ended as none may"])
    if not alarms:
        folder.rmdir()
    return 1 if alarms else 0


def _line(kind: str, some: Sequence[Soaked]) -> str:
    held = sum(each.ended.status == HOLDS and not each.wrong for each in some)
    unusable = sum(each.ended.status == UNUSABLE for each in some)
    gaps = sum(bool(each.without) for each in some)
    seconds = max(each.ended.seconds for each in some)
    megabytes = max(each.ended.megabytes for each in some)
    return (
        f"{kind}: {len(some)} runs, {held} hold ({gaps} without the stream's clauses), {unusable} unusable,"
        f" {sum(bool(each.wrong) for each in some)} wrong; at most {seconds:.0f} s, {megabytes:.0f} MB"
    )


if __name__ == "__main__":
    sys.exit(from_the_shell(lambda: main(sys.argv[1:])))
