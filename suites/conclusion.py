"""The answer of a run: what was judged, what was not exercised and why, and the one word that decides."""

from __future__ import annotations

import importlib.metadata
import platform
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from contracts.catalogue import Clause
from contracts.document import digest
from contracts.messages import Status
from contracts.oracles.bench import answered
from reports.judging import Judgement, findings, judgement, verdicts
from reports.results import ClauseResult, Finding, Result, RunFacts, RunResult
from reports.witness import counted
from suites.run import Ledger, Run
from suites.waivers import Waiver, applied

CHOICES = {
    "shape.plain-slugs": "the target refuses markets that nobody has",
    "shape.markets-together": "the target does not take the markets of the plan alone",
    "shape.repeated-member": "no body with a repeated member was answered",
    "echo.odd-strings": "the target refuses every id that is not plain",
    "echo.repeats": "the target refuses a repeated id",
    "credentials.differing-headers": "no request with a header twice was answered",
}
"""Clauses that a target leaves without evidence by a lawful choice, and that choice."""
NEED_STREAM = ("outcome.reported", "outcome.nothing-left", "outcome.true-report", "ownership.own-stream")
NEED_ORDERS = (
    "wholeness.shape-without-effect",
    "wholeness.size-without-effect",
    "wholeness.credentials-without-effect",
    "echo.any-state",
)
NEED_SECOND = ("ownership.", "isolation.accounts", "disclosure.others")
VERSIONED = ("schemathesis", "hypothesis", "pytest", "requests", "PyNaCl")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What happened around a run that decides over its answer."""

    profile: str = "gate"
    unusable: str = ""
    """Why the target could not be judged, in a sentence."""
    fault: str = ""
    """What failed in the suite itself, in a sentence."""
    interrupted: bool = False
    left_out: str = ""
    """What was deselected or not sent, in a sentence."""
    pins: Mapping[str, str] = field(default_factory=dict)
    strict_pins: bool = False
    waivers: Sequence[Waiver] = ()
    notes: tuple[str, ...] = ()


def conclude(run: Run, around: Circumstances, started: datetime) -> RunResult:
    """The whole judged run.

    Raises:
        OracleFault: a judge of ours failed.
    """
    ledger = run.ledger
    judged = [] if around.unusable else verdicts(ledger.exchanges)
    found, complaints = applied(findings(judged), around.waivers, started.astimezone(UTC).date())
    why = around.unusable and "the target could not be used"
    whole = judgement(judged, found, _Reasons(run, why, waived=any(each.waived for each in found)), around.pins)
    result, reason = _answer(whole, ledger, around, complaints)
    return RunResult(
        facts=facts(run, around, started),
        result=result,
        reason=reason,
        clauses=whole.clauses,
        findings=whole.findings,
        answers=whole.answers,
        exchanges=tuple(ledger.exchanges),
        complaints=complaints if result in (Result.HOLDS, Result.VIOLATED) else (),
    )


def facts(run: Run, around: Circumstances, started: datetime) -> RunFacts:
    """What the run was."""
    ledger = run.ledger
    clock = run.transport.clock
    slack = (clock.high - clock.low) / 2000
    told = f"The target's clock is off by {clock.offset / 1000:+.1f} s, give or take {slack:.1f} s."
    return RunFacts(
        target=run.target.name,
        profile=around.profile,
        seed=run.options.seed,
        started=started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        versions=(
            ("suite", _own_version()),
            ("python", platform.python_version()),
            *((name, importlib.metadata.version(name)) for name in VERSIONED),
        ),
        document=digest(),
        requests=run.transport.requests,
        void=run.transport.void,
        seconds=round(max(0.0, ledger.ended - ledger.started), 3),
        notes=(*ledger.notes, *((told,) if clock.told else ()), *around.notes),
    )


@cache
def _own_version() -> str:
    """The suite's own version; it is run where it lies and never installed, so its metadata are a file beside it."""
    text = Path(__file__).parents[1].joinpath("pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


class _Reasons(dict[str, str]):
    """Why a clause was not exercised, by its id; asked only for clauses without evidence."""

    def __init__(self, run: Run, why: str, *, waived: bool) -> None:
        super().__init__()
        self._run = run
        self._why = why
        self._waived = waived

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]  # narrower than dict's on purpose
        two = len(self._run.target.keys) > 1
        return self._why or excuse(key, self._run.ledger, two=two) or self._in_the_way(key) or default

    def _in_the_way(self, clause: str) -> str:
        """Whether a waived deviation leaves the clause without evidence: its plans were answered, to no avail."""
        aimed = (x for x in self._run.ledger.exchanges if clause in (x.plan.clause, *x.plan.probes))
        return "a waived deviation leaves it without evidence" if self._waived and any(map(answered, aimed)) else ""


def excuse(clause: str, ledger: Ledger, *, two: bool) -> str:
    """Why a target leaves a clause without evidence although it was asked; empty where there is no such reason."""
    if clause in ledger.reasons:
        return ledger.reasons[clause]
    if clause.startswith(("outcome.", "ownership.")) or clause in NEED_ORDERS:
        if "orders" in ledger.reasons:
            return ledger.reasons["orders"]
        if clause in NEED_STREAM and "stream" in ledger.reasons:
            return ledger.reasons["stream"]
        if "read-back" in ledger.reasons:
            return ledger.reasons["read-back"]
    if not two and clause.startswith(NEED_SECOND):
        return "no second account is given (POLYMARKET_OTHER_KEY_ID, POLYMARKET_OTHER_SECRET_KEY)"
    return CHOICES.get(clause, "")


def _answer(whole: Judgement, ledger: Ledger, around: Circumstances, complaints: Sequence[str]) -> tuple[Result, str]:
    if around.fault:
        return Result.BROKEN, around.fault
    broken = [finding for finding in whole.findings if not finding.waived]
    if broken:
        return Result.VIOLATED, _violated(broken)
    if around.interrupted:
        return (
            Result.INTERRUPTED,
            f"The run was interrupted after {len(ledger.exchanges)} exchanges; they hold no violation.",
        )
    if around.unusable or ledger.died:
        return Result.UNUSABLE, _sentence(around.unusable or ledger.died)
    if around.left_out:
        return Result.INTERRUPTED, around.left_out
    bare = [each for each in whole.clauses if not _excused(each)]
    if bare:
        named = ", ".join(each.clause.id for each in bare[:5])
        return (
            Result.UNUSABLE,
            f"No answer that counts came for {counted(len(bare), 'clause')} ({named}); ask the target again, slower.",
        )
    if complaints:
        return Result.VIOLATED, " ".join(complaints)
    changed = [each for each in whole.answers if each.changed]
    if changed and around.strict_pins:
        return (
            Result.VIOLATED,
            f"{counted(len(changed), 'pinned answer')} changed, the first to: {changed[0].question.says}",
        )
    return Result.HOLDS, ""


def _excused(each: ClauseResult) -> bool:
    """Whether the clause has evidence, does not gate, or the target lawfully leaves it without."""
    return not each.clause.gates or each.exchanges > 0 or each.reason != "no exchange could have broken it"


def _violated(broken: Sequence[Finding]) -> str:
    clauses = list(dict.fromkeys(finding.clause.id for finding in broken))
    promises = "one promise is" if len(clauses) == 1 else f"{len(clauses)} promises are"
    return f"{promises.capitalize()} broken: {', '.join(clauses[:6])}{' and more' if len(clauses) > 6 else ''}."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def status_of(run: RunResult, clause: Clause) -> ClauseResult:
    """The result of one clause."""
    return next(each for each in run.clauses if each.clause.id == clause.id)


__all__ = ["Circumstances", "Status", "conclude", "excuse", "facts", "status_of"]
