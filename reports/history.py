"""History: what the runs of one target and profile say together. New, still there, gone, flaky; since when?

A plain file a run, written whole when the run is over and never again: a killed run leaves none, two runs at once leave
two, and the folder can be carried from one machine to the next as it is.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from contracts import codec
from reports.record import atomic
from reports.record.folder import ROOT
from reports.results import Finding, Gone, History, Past, Point, Result, RunFacts, RunResult, Standing

FOLDER = "history"
FORMAT = 1
KEPT = 400
"""Runs of one target and profile that are kept; older ones are removed."""
RECENT = 10
"""Runs among which a finding that comes and goes is called flaky."""
POINTS_MAX = 60
SIZE_MAX = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finding of a remembered run."""

    id: str
    message: str
    first: str
    """When it was first seen, at this run or before: UTC, ISO 8601."""
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is kept of a run."""

    target: str
    profile: str
    seed: int
    started: str
    result: Result
    broken: int
    """Clauses that failed."""
    findings: tuple[Sighting, ...] = ()
    exercised: tuple[str, ...] = ()
    """Clauses that the run has evidence for: where one is missing, silence says nothing."""

    def saw(self, finding: Finding) -> bool:
        """Whether the finding was seen, in whatever way."""
        return any(each.id in finding.ids for each in self.findings)


def ready(asked: Path | None, *, beside: bool) -> Path | None:
    """The folder of the history, made.

    Args:
        asked: the one that somebody named.
        beside: whether the history belongs to the runs under `reports/out/` where nobody did; else none is kept.

    Raises:
        ValueError: it can't be made or written, in one sentence.
    """
    folder = asked if asked is not None else ROOT / FOLDER if beside else None
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass  # it can be written
    except OSError as error:
        raise ValueError(f"the history can't be kept in {folder}: {error.strerror or error}") from error
    return folder


def compared(run: RunResult, folder: Path | None) -> RunResult:
    """The run with what those before it say; as it is where no history is kept.

    A file in it that can't be read counts for nothing, and a note says so.

    Raises:
        OSError: the folder can't be read.
    """
    if folder is None:
        return run
    before, strange = _read(folder / name_of(run.facts), run.facts)
    facts = run.facts
    if strange:
        note = f"Of the history {', '.join(strange[:3])}{' and more' if len(strange) > 3 else ''} can't be read."
        facts = replace(facts, notes=(*facts.notes, note))
    return replace(run, facts=facts, history=_history(run, before))


def keep(run: RunResult, folder: Path | None) -> None:
    """Remember a compared run, and forget the oldest of too many; nothing where no history is kept.

    Raises:
        OSError: the folder can't be written.
    """
    if folder is None:
        return
    mine = folder / name_of(run.facts)
    mine.mkdir(parents=True, exist_ok=True)
    stamp = re.sub(r"[^0-9TZ]", "", run.facts.started)
    text = json.dumps({"format": FORMAT} | codec.to_json(_remembered(run)), indent=1) + "\n"
    atomic.write_text(mine / f"{stamp}-{secrets.token_hex(4)}.json", text)
    for each in sorted(mine.glob("*.json"))[:-KEPT]:
        each.unlink(missing_ok=True)  # another run may be at it, too


def name_of(facts: RunFacts) -> str:
    """The folder of a target and profile: readable, and told apart by a digest."""
    digest = hashlib.sha256(f"{facts.target}\n{facts.profile}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    words = re.sub(r"[^a-z0-9.]+", "-", facts.target.lower().partition("://")[2] or facts.target.lower())
    return f"{words.strip('-.')[:60]}-{facts.profile}-{digest}"


def _read(folder: Path, facts: RunFacts) -> tuple[list[Remembered], list[str]]:
    """The remembered runs that began before this one, oldest first, and the names of files that are none."""
    found, strange = [], []
    for path in sorted(folder.glob("*.json"))[-KEPT:]:
        try:
            each = _parsed(path)
        except (ValueError, FileNotFoundError):
            strange.append(path.name)
            continue
        if (each.target, each.profile) == (facts.target, facts.profile) and each.started <= facts.started:
            found.append(each)
    return found, strange


def _parsed(path: Path) -> Remembered:
    with path.open("rb") as file:
        raw = file.read(SIZE_MAX + 1)
    data = codec.loads(raw, path.name) if len(raw) <= SIZE_MAX else None
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise ValueError(f"{path.name}: not of format {FORMAT}")
    return codec.from_json(Remembered, data, path.name)


def _remembered(run: RunResult) -> Remembered:
    past = run.history.past if run.history is not None else {}
    return Remembered(
        target=run.facts.target,
        profile=run.facts.profile,
        seed=run.facts.seed,
        started=run.facts.started,
        result=run.result,
        broken=_broken(run),
        findings=tuple(
            Sighting(each.id, each.message, past[each.id].first if each.id in past else run.facts.started, each.waived)
            for each in run.findings
        ),
        exercised=tuple(each.clause.id for each in run.clauses if each.exchanges),
    )


def _broken(run: RunResult) -> int:
    return len({each.clause.id for each in run.findings if not each.waived})


def _history(run: RunResult, before: Sequence[Remembered]) -> History:
    points = [Point(each.started, each.result, each.broken) for each in before[1 - POINTS_MAX :]]
    return History(
        runs=len(before),
        last=before[-1].started if before else "",
        past={each.id: _past(each, run.facts.started, before) for each in run.findings},
        gone=_gone(run, before),
        points=(*points, Point(run.facts.started, run.result, _broken(run))),
    )


def _past(finding: Finding, now: str, before: Sequence[Remembered]) -> Past:
    asked = [each for each in before if finding.clause.id in each.exercised]
    saw = [each.saw(finding) for each in asked]
    if not any(saw):
        return Past(Standing.NEW, now, "")
    sightings = [sighting for each in asked for sighting in each.findings if sighting.id in finding.ids]
    last = max(each.started for each in asked if each.saw(finding))
    recent = saw[-RECENT:]
    since = recent[recent.index(True) :] if True in recent else []
    standing = Standing.BACK if not since else Standing.STILL if all(since) else Standing.FLAKY
    return Past(standing, min(each.first for each in sightings), last)


def _gone(run: RunResult, before: Sequence[Remembered]) -> tuple[Gone, ...]:
    """What the last run that asked saw, and this one, which asked too, did not."""
    asked = {each.clause.id for each in run.clauses if each.exchanges}
    here = {name for each in run.findings for name in each.ids}
    found: list[Gone] = []
    for clause in sorted(asked):
        last = next((each for each in reversed(before) if clause in each.exercised), None)
        if last is not None:
            mine = (each for each in last.findings if each.id.rpartition("-")[0] == clause and each.id not in here)
            found += [Gone(each.id, each.message, each.first, last.started) for each in mine]
    return tuple(found)
