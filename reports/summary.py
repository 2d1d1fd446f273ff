"""The answer in sentences, and the order in which findings are told; every report for people begins with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from contracts.messages import Status
from reports.printable import visible
from reports.results import Answer, ClauseResult, Finding, Result, RunResult, Seen, Standing
from reports.witness import counted

SEEN_WORDS = {
    Seen.ALWAYS: "confirmed {} of {}",
    Seen.SOMETIMES: "seen sometimes, {} of {}",
    Seen.ONCE: "seen once, {} of {}",
    Seen.UNTRIED: "not tried again",
}
NAMED_MAX = 6


@dataclass(frozen=True, slots=True)
class Counts:
    """How many clauses of each kind a run has; open questions are counted apart."""

    passed: int
    """Gating clauses that hold, on evidence; what is waived does not hold."""
    failed: int
    idle: int
    """Gating clauses that were not exercised: skipped or unknown."""
    broken: int
    asked: int
    """Open questions answered."""
    changed: int
    """Open questions whose answer is not the pinned one."""
    waived: int
    """Findings that don't count, because somebody said why."""


def counts(run: RunResult) -> Counts:
    """Count a run."""
    gating = [each.verdict for each in run.clauses if each.clause.gates]
    return Counts(
        passed=sum(each.clause.gates and each.verdict is Status.PASSED and not each.findings for each in run.clauses),
        failed=gating.count(Status.FAILED),
        idle=gating.count(Status.SKIPPED) + gating.count(Status.UNKNOWN),
        broken=gating.count(Status.BROKEN),
        asked=len(run.answers),
        changed=len(changed(run)),
        waived=sum(each.waived for each in run.findings),
    )


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order in which a reader should see them: not waived, the worst harm, the most frequent.

    The findings of one clause stand together, where the most frequent of them belongs.
    """
    found = list(findings)
    most: dict[tuple[bool, str], int] = {}
    for each in found:
        promise = each.waived, each.clause.id
        most[promise] = max(most.get(promise, 0), each.times_in_all)
    return sorted(
        found,
        key=lambda each: (
            each.waived,
            each.clause.harm.rank,
            -most[each.waived, each.clause.id],
            each.clause.id,
            -each.times_in_all,
            each.fingerprint,
        ),
    )


def often(finding: Finding) -> str:
    """How often a finding was seen: `3 exchanges, confirmed 3 of 3`; `9 exchanges in 4 ways, ...` of a night's bug."""
    again = SEEN_WORDS[finding.seen].format(finding.shows, finding.tries)
    ways = f" in {len(finding.ids)} ways" if finding.also else ""
    return f"{counted(finding.times_in_all, 'exchange')}{ways}, {again}"


def findings_words(run: RunResult) -> str:
    """What the findings are called together: a run that holds may have waived ones."""
    return "Broken promises" if any(not each.waived for each in run.findings) else "Waived deviations"


def by_promise(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Ordered findings, a list for each clause that they break; waived ones apart."""
    return [list(group) for _, group in groupby(findings, key=lambda each: (each.waived, each.clause.id))]


def broken_promises(run: RunResult) -> int:
    """How many clauses have a finding that counts."""
    return len({each.clause.id for each in run.findings if not each.waived and each.clause.gates})


def changed(run: RunResult) -> list[Answer]:
    """The answers that differ from their pins."""
    return [each for each in run.answers if each.changed]


def idle_by_reason(run: RunResult) -> dict[str, list[ClauseResult]]:
    """Clauses that were not exercised, by the reason, the reason of most clauses first."""
    found: dict[str, list[ClauseResult]] = {}
    for each in run.clauses:
        if each.verdict in (Status.SKIPPED, Status.UNKNOWN, Status.BROKEN):
            found.setdefault(visible(each.reason) or "No reason was given.", []).append(each)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def idle_words(run: RunResult) -> str:
    """How much was not exercised, promises and open questions apart: `14 promises, 3 open questions`."""
    idle = [each.clause.gates for some in idle_by_reason(run).values() for each in some]
    words = [(idle.count(True), "promise"), (idle.count(False), "open question")]
    return ", ".join(counted(number, noun) for number, noun in words if number)


def headline(run: RunResult) -> str:
    """The answer in a few words: may this be released?"""
    broken = broken_promises(run)
    words = {
        Result.HOLDS: "Holds",
        Result.VIOLATED: f"Violated: {counted(broken, 'promise')} broken" if broken else "Violated",
        Result.UNUSABLE: "Unusable: nothing can be said",
        Result.INTERRUPTED: "Interrupted: nothing can be said",
        Result.BROKEN: "The suite is at fault: nothing can be said",
    }
    return words[run.result]


def sentence(run: RunResult) -> str:
    """The answer in one sentence, with what it rests on."""
    found = counts(run)
    rest = f", {found.idle} could not be exercised" if found.idle else ""
    if run.result is Result.HOLDS:
        but = f" but for {counted(found.waived, 'waived deviation')}" if found.waived else ""
        return f"Every promise that was exercised holds{but}: {found.passed} passed on evidence{rest}."
    broken = [each[0].clause.id for each in by_promise(worst_first(run.findings)) if not each[0].waived]
    if run.result is Result.VIOLATED and broken:
        more = f" and {len(broken) - NAMED_MAX} more" if len(broken) > NAMED_MAX else ""
        told = f"Broken: {', '.join(broken[:NAMED_MAX])}{more}. {found.passed} passed on evidence{rest}."
        return " ".join((told, *map(visible, run.complaints)))
    return visible(run.reason)


def since(run: RunResult) -> str:
    """What changed since the last run, in a sentence; empty where no history is kept."""
    if run.history is None:
        return ""
    if not run.history.runs:
        return "This is the first run of this target and profile that is remembered."
    standing = [run.history.past[each.id].standing for each in run.findings]
    counts = [(standing.count(each), each.value) for each in Standing] + [(len(run.history.gone), "gone")]
    told = ", ".join(f"{number} {word}" for number, word in counts if number) or "nothing has changed"
    return f"Since the last run ({day(run.history.last)}): {told}."


def day(started: str) -> str:
    """A moment as a reader wants it: `2026-11-24 10:15 UTC`."""
    return f"{visible(started[:16]).replace('T', ' ')} UTC"


def standing(run: RunResult, finding: Finding) -> str:
    """What a finding is beside those of earlier runs: `still there, since 2026-11-20 10:15 UTC`; or empty."""
    past = run.history.past.get(finding.id) if run.history is not None and run.history.runs else None
    if past is None:
        return ""
    return past.standing.value if past.standing is Standing.NEW else f"{past.standing}, first seen {day(past.first)}"


def replay_commands(finding: Finding, folder: str) -> tuple[str, str]:
    """How a finding is replayed, through tox and without: `folder` is the run's, as the reader can reach it."""
    quoted = place(finding, folder)
    return f"tox run -e replay -- {quoted}", f"python -m suites.replay {quoted}"


def place(finding: Finding, folder: str) -> str:
    """The folder of a finding, as a word of the shell."""
    bundle = f"{folder.rstrip('/')}/{finding.bundle}" if folder else finding.bundle
    return bundle if all(char.isalnum() or char in "/._-:" for char in bundle) else _shell(bundle)


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"
