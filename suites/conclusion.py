"""The answer of a run: what was judged, what was not exercised and why, and the one word that decides."""

from __future__ import annotations

import importlib.metadata
import platform
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from contracts.catalogue import Clause
from contracts.document import digest
from contracts.messages import UNREACHED, Exchange, Status
from contracts.oracles.exchanges import answered
from reports import trials
from reports.bugs import together
from reports.judging import Judgement, findings, judgement, verdicts
from reports.results import ClauseResult, Finding, Result, RunFacts, RunResult
from reports.witness import counted
from suites.run import Run
from suites.settings.waivers import Waiver, applied

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
LOST_SHARE_MAX = 0.1
"""What part of the exchanges may say nothing."""
VERSIONED = ("schemathesis", "hypothesis", "pytest", "requests", "PyNaCl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What somebody knows of a target and has a run compared with."""

    pins: Mapping[str, str] = field(default_factory=dict)
    strict_pins: bool = False
    waivers: Sequence[Waiver] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances(Against):
    """What happened around a run that decides over its answer."""

    profile: str = "gate"
    unusable: str = ""
    """Why the target could not be judged, in a sentence."""
    fault: str = ""
    """What failed in the suite itself, in a sentence."""
    interrupted: bool = False
    left_out: Sequence[str] = ()
    """Clauses that were deselected, in whatever way."""
    notes: tuple[str, ...] = ()
    serve: str = ""
    """See `RunFacts`."""


def conclude(run: Run, around: Circumstances, started: datetime) -> RunResult:
    """The whole judged run.

    Raises:
        OracleFault: a judge of ours failed.
    """
    ledger = run.ledger
    later = Later(ledger.further, tuple(ledger.kept), ledger.tally, ledger.forgotten)
    return judged(facts(run, around, started), tuple(ledger.exchanges), around, later)


@dataclass(frozen=True, slots=True)
class Later:
    """What a night found behind the gate's list, judged round by round."""

    further: tuple[Finding, ...] = ()
    kept: tuple[Exchange, ...] = ()
    """The exchanges of its findings; all others are gone."""
    tally: Mapping[str, int] = field(default_factory=dict)
    """How many exchanges could have broken each clause."""
    forgotten: int = 0
    """How many exchanges there were."""


def judged(about: RunFacts, exchanges: tuple[Exchange, ...], against: Against, later: Later = Later()) -> RunResult:
    """A run judged from what was recorded of it: needs no target, no network and no clock.

    Waivers are valid or over on the day of the run.

    Raises:
        OracleFault: a judge of ours failed.
    """
    said = [] if about.unusable else verdicts(exchanges)
    seen = _with_further(trials.told(findings(said), exchanges), later.further)
    found, complaints = applied(seen, against.waivers, datetime.fromisoformat(about.started).date())
    found = together(found) if later.forgotten else found
    reasons = _Reasons(about, exchanges, waived=any(each.waived for each in found))
    whole = judgement(said, found, reasons, against.pins)
    result, reason = _answer(whole, about, exchanges, complaints, against, later.forgotten)
    return RunResult(
        facts=about,
        result=result,
        reason=reason,
        clauses=tuple(_with_tally(each, later.tally) for each in whole.clauses),
        findings=whole.findings,
        answers=whole.answers,
        exchanges=(*exchanges, *later.kept),
        elsewhere=max(0, later.forgotten - len(later.kept)),
        complaints=complaints if result in (Result.HOLDS, Result.VIOLATED) else (),
    )


def _with_further(found: Sequence[Finding], further: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings of a run with those of its night, each once; the night has counted on."""
    later = {each.id: each for each in further}
    first = tuple(replace(each, times=later[each.id].times) if each.id in later else each for each in found)
    known = {each.id for each in first}
    return (*first, *(each for each in further if each.id not in known))


def _with_tally(result: ClauseResult, tally: Mapping[str, int]) -> ClauseResult:
    more = tally.get(result.clause.id, 0)
    if not more:
        return result
    status = Status.PASSED if result.verdict is Status.SKIPPED else result.verdict
    return replace(result, verdict=status, exchanges=result.exchanges + more, reason="")


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
            ("suite", own_version()),
            ("python", platform.python_version()),
            *((name, importlib.metadata.version(name)) for name in VERSIONED),
        ),
        document=digest(),
        requests=run.transport.requests,
        void=run.transport.void,
        seconds=round(max(0.0, ledger.ended - ledger.started), 3),
        notes=(*ledger.notes, *((told,) if clock.told else ()), *around.notes),
        accounts=len(run.target.keys),
        reasons=tuple(ledger.reasons.items()),
        died=ledger.died,
        unusable=around.unusable,
        fault=around.fault,
        left_out=_left_out(around.left_out),
        serve=around.serve,
        ended=not around.interrupted,
    )


def _left_out(clauses: Sequence[str]) -> str:
    named = f"{', '.join(clauses[:5])}{' and more' if len(clauses) > 5 else ''}"
    what = f"{counted(len(clauses), 'clause')} left out of the run, so that it can't hold: {named}."
    return what if clauses else ""


@cache
def own_version() -> str:
    """The suite's own version; it is run where it lies and never installed, so its metadata are a file beside it."""
    text = Path(__file__).parents[1].joinpath("pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


class _Reasons(dict[str, str]):
    """Why a clause was not exercised, by its id; asked only for clauses without evidence."""

    def __init__(self, about: RunFacts, exchanges: Sequence[Exchange], *, waived: bool) -> None:
        super().__init__()
        self._about = about
        self._known = dict(about.reasons)
        self._exchanges = exchanges
        self._waived = waived

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]  # narrower than dict's on purpose
        if self._about.unusable:
            return "the target could not be used"
        two = self._about.accounts > 1
        return excuse(key, self._known, two=two) or self._in_the_way(key) or default

    def _in_the_way(self, clause: str) -> str:
        """Whether a waived deviation leaves the clause without evidence: its plans were answered, to no avail."""
        aimed = (x for x in self._exchanges if clause in (x.plan.clause, *x.plan.probes))
        return "a waived deviation leaves it without evidence" if self._waived and any(map(answered, aimed)) else ""


def excuse(clause: str, reasons: Mapping[str, str], *, two: bool) -> str:
    """Why a target leaves a clause without evidence although it was asked; empty where there is no such reason."""
    if clause in reasons:
        return reasons[clause]
    if clause.startswith(("outcome.", "ownership.")) or clause in NEED_ORDERS:
        if "orders" in reasons:
            return reasons["orders"]
        if clause in NEED_STREAM and "stream" in reasons:
            return reasons["stream"]
        if "read-back" in reasons:
            return reasons["read-back"]
        if "ended" in reasons:
            return reasons["ended"]
    if not two and clause.startswith(NEED_SECOND):
        return "no second account is given (POLYMARKET_OTHER_KEY_ID, POLYMARKET_OTHER_SECRET_KEY)"
    return CHOICES.get(clause, "")


def _answer(
    whole: Judgement,
    about: RunFacts,
    exchanges: Sequence[Exchange],
    complaints: Sequence[str],
    against: Against,
    forgotten: int,
) -> tuple[Result, str]:
    if about.fault:
        return Result.BROKEN, about.fault
    broken = [finding for finding in whole.findings if not finding.waived]
    if broken:
        return Result.VIOLATED, _violated(broken)
    if not about.ended:
        return Result.INTERRUPTED, (
            f"The run was interrupted after {len(exchanges) + forgotten} exchanges; they hold no violation."
        )
    if about.unusable or about.died:
        return Result.UNUSABLE, _sentence(about.unusable or about.died)
    if about.left_out:
        return Result.INTERRUPTED, about.left_out
    lost = [each for each in exchanges if each.void or each.failure in UNREACHED]
    if len(lost) > LOST_SHARE_MAX * len(exchanges):
        of = f"{len(lost)} of {len(exchanges)} exchanges"
        return Result.UNUSABLE, f"Too few answers count: {of} were answered by an edge or not at all; ask slower."
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
    if changed and against.strict_pins:
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


__all__ = ["Against", "Circumstances", "Status", "conclude", "excuse", "facts", "judged", "own_version", "status_of"]
