"""One report of several runs: the shards of a campaign, or nights of several machines.

    python -m suites.merge RUN RUN ... [--out DIR]

A finding that several runs have is one finding, its times added up; the witness is the smallest. The answer is that of
the whole: violated where one run found a broken promise, and else the worst of the answers.

Exit status: as of a run; 4 where a folder holds no run, or the runs are of different targets or documents.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from contracts import codec
from contracts.catalogue import clauses
from contracts.messages import Exchange, Status
from reports import bundle, verdict
from reports.bugs import together
from reports.record.folder import open_run, typed
from reports.results import Answer, ClauseResult, Finding, Result, RunFacts, RunResult, Seen
from reports.write import write
from suites.command import USAGE_EXIT, from_the_shell, parser
from suites.settings.given import shown
from suites.target import UsageError

WORST_FIRST = (Result.BROKEN, Result.UNUSABLE, Result.INTERRUPTED, Result.HOLDS)
SURE_FIRST = (Status.FAILED, Status.BROKEN, Status.PASSED, Status.UNKNOWN, Status.SKIPPED)
SEEN_FIRST = (Seen.ALWAYS, Seen.SOMETIMES, Seen.ONCE, Seen.UNTRIED)


@dataclass(frozen=True, slots=True)
class Part:
    """One run that is merged."""

    name: str
    answer: dict[str, Any]
    """Its `verdict.json`."""
    findings: tuple[Finding, ...]


def part_of(folder: Path) -> Part:
    """The run that a folder holds.

    Raises:
        UsageError: it holds none, or one that can't be read.
    """
    try:
        answer = json.loads((folder / verdict.FILE).read_text(encoding="utf-8"))
        found = tuple(_finding(folder, each) for one in answer["findings"] for each in (one, *one["also"]))
        _ = answer["clauses"], answer["open"], answer["target"], answer["document"]
    except OSError as error:
        raise UsageError(f"{shown(folder)} holds no whole run ({error.strerror}); give folders of runs") from None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{shown(folder)} can't be read ({error}); give folders of runs of this version") from None
    return Part(folder.name, answer, found)


def _finding(folder: Path, told: dict[str, Any]) -> Finding:
    place = folder / str(told["bundle"])
    if folder.resolve() not in place.resolve().parents:
        raise ValueError("a finding stands outside of the folder")
    witness, about = bundle.read(place)
    exchange = codec.from_json(
        Exchange, codec.loads((place / "exchange.json").read_bytes(), "exchange.json"), "exchange"
    )
    return Finding(
        clause=clauses()[about.clause],
        fingerprint=about.fingerprint,
        message=about.message,
        witness=witness,
        exchange=exchange,
        times=about.times,
        seen=about.seen,
        tries=told["tries"],
        shows=told["shows"],
        shrunk_from=told["shrunk_from"],
        waived=about.waived,
        waiver=about.waiver,
        difference=told["difference"],
    )


def merged(parts: Sequence[Part]) -> RunResult:
    """The runs as one.

    Raises:
        UsageError: they are of different targets or documents.
    """
    for what in ("target", "document"):
        values = {part.answer[what] for part in parts}
        if len(values) > 1:
            raise UsageError(f"the runs are of different {what}s; merge runs of one {what}")
    findings = _findings(parts)
    answer = _answer(parts, findings)
    reasons = (part.answer["reason"] for part in parts if part.answer["result"] == answer.value)
    return RunResult(
        facts=_facts(parts),
        result=answer,
        reason=next(reasons, ""),
        clauses=tuple(_clause(clause_id, parts, findings) for clause_id in clauses()),
        findings=findings,
        answers=_answers(parts),  # without exchanges: those of the findings alone would be drawn as the whole traffic
    )


def _findings(parts: Sequence[Part]) -> tuple[Finding, ...]:
    groups: dict[str, list[Finding]] = {}
    for part in parts:
        for each in part.findings:
            groups.setdefault(each.id, []).append(each)
    found = []
    for group in groups.values():
        best = min(group, key=lambda each: (SEEN_FIRST.index(each.seen), len(each.exchange.request.body)))
        waived = all(each.waived for each in group)
        found.append(replace(best, times=sum(each.times for each in group), waived=waived))
    return together(found) if any(part.answer["profile"] != "gate" for part in parts) else tuple(found)


def _answer(parts: Sequence[Part], findings: Sequence[Finding]) -> Result:
    answers = {Result(part.answer["result"]) for part in parts}
    if Result.VIOLATED in answers or not all(each.waived for each in findings):
        return Result.VIOLATED
    return next(each for each in WORST_FIRST if each in answers)


def _clause(clause_id: str, parts: Sequence[Part], findings: Sequence[Finding]) -> ClauseResult:
    rows = [row for part in parts for row in part.answer["clauses"] if row["id"] == clause_id]
    best = min(rows, key=lambda row: SURE_FIRST.index(Status(row["verdict"])))
    mine = tuple(each.id for each in findings if each.clause.id == clause_id)
    exchanges = sum(row["exchanges"] for row in rows)
    return ClauseResult(clauses()[clause_id], Status(best["verdict"]), exchanges, best["reason"], mine)


def _answers(parts: Sequence[Part]) -> tuple[Answer, ...]:
    """What the first run that asked was answered; where another was answered otherwise, both."""
    told: dict[str, dict[str, None]] = {}
    pinned: dict[str, str | None] = {}
    for part in parts:
        for row in part.answer["open"]:
            told.setdefault(row["question"], {})[row["answer"]] = None
            pinned[row["question"]] = row["pinned"]
    return tuple(Answer(clauses()[each], "; or: ".join(some), pinned[each]) for each, some in told.items())


def _facts(parts: Sequence[Part]) -> RunFacts:
    first = parts[0].answer
    notes = dict.fromkeys(note for part in parts for note in part.answer["notes"])
    return RunFacts(
        target=first["target"],
        profile=first["profile"],
        seed=first["seed"],
        started=min(part.answer["started"] for part in parts),
        versions=tuple(first["versions"].items()),
        document=first["document"],
        requests=sum(part.answer["requests"] for part in parts),
        void=sum(part.answer["void"] for part in parts),
        seconds=max(part.answer["seconds"] for part in parts),
        notes=(f"This is the report of {len(parts)} runs: {', '.join(part.name for part in parts)}.", *notes),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Merge; the exit status."""
    wanted = parser("merge", __doc__)
    wanted.add_argument("runs", nargs="+", type=Path, help="folders of runs")
    wanted.add_argument("--out", type=Path, help="folder of the report (default reports/out/<run>)")
    try:
        given = wanted.parse_intermixed_args(arguments)
        parts = [part_of(each) for each in {run.resolve(): run for run in given.runs}.values()]
        result = merged(parts)
        folder = open_run(given.out)
    except (UsageError, ValueError) as error:
        sys.stderr.write(f"merge: {error}\n")
        return USAGE_EXIT
    write(result, folder)
    found = len(result.findings)
    sys.stdout.write(f"{len(parts)} runs, {result.facts.requests} requests, {found} findings: {result.result}\n")
    sys.stdout.write(f"The report: {typed(folder)}/report/index.html\n")
    return result.result.exit_status


if __name__ == "__main__":
    sys.exit(from_the_shell(main))
