"""A finding's witness sent again, and what it shows of the one promise that it broke."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.messages import Account, Exchange, Plan, Status
from reports import bundle, witness
from reports.judging import Judged, fingerprint
from reports.printable import visible
from reports.record.recorder import Recorder
from reports.results import Result
from suites import gate
from suites.again import surroundings
from suites.conclusion import excuse
from suites.conduct import conduct
from suites.run import Options, Run
from suites.target import Target
from suites.usable import UnusableError

SEED_MAX = 2**63
FINGERPRINT = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Case:
    """A finding that is to be sent again."""

    whole: Plan
    """The plan of the gate that the witness is a part of, or the witness itself."""
    witness: Plan
    about: bundle.Metadata

    @property
    def id(self) -> str:
        """As `reports.results.Finding.id`."""
        return f"{self.about.clause}-{self.about.fingerprint}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one sending showed."""

    result: Result
    says: str
    """A sentence without its full stop."""
    exchange: Exchange | None = None
    """What shows it: the witness's own exchange, or another that breaks its promise."""
    requests: int = 0
    records: tuple[str, ...] = ()
    """Folders of its exchanges, below that of the whole replay."""
    dead: bool = False
    """Whether the target can't be used at all."""
    left: str = ""
    """What of our own orders could not be cleaned up, in sentences."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the user wants, checked before anything is sent."""

    cases: tuple[Case, ...]
    target: Target
    rate: float = 18.0
    patience: float = 10.0
    times: int = 1
    out: Path | None = None


def case_of(folder: Path) -> Case:
    """The finding of a bundle, ready to be sent.

    Raises:
        ValueError: it can't be read, or this suite could not send it; one sentence.
    """
    plan, about = bundle.read(folder)
    if not FINGERPRINT.fullmatch(about.fingerprint) or abs(about.seed) > SEED_MAX:
        raise ValueError(f"{visible(str(folder))}: its fingerprint or seed is none that this suite makes")
    return Case(surroundings.whole_of(plan, about.seed), plan, about)


def replay(case: Case, order: Order, number: int = 1) -> Attempt:
    """Send a witness once, and once more in wider company where it shows nothing."""
    about = case.about
    given = (case.whole, case.witness, about.clause, about.seed)
    first = _send(case, surroundings.near(*given), order, f"{number}")
    if first.result is Result.VIOLATED or first.dead:
        return first
    second = _send(case, surroundings.wide(*given), order, f"{number}-wide")
    return Attempt(
        second.result,
        second.says,
        second.exchange,
        first.requests + second.requests,
        first.records + second.records,
        second.dead,
        second.left or first.left,
    )


def _send(case: Case, plans: Sequence[Plan], order: Order, name: str) -> Attempt:
    recorder: Recorder | None = None
    records: tuple[str, ...] = ()
    if order.out is not None:
        folder = order.out / case.id / name
        folder.mkdir(parents=True, exist_ok=True)
        recorder = Recorder(folder)
        records = (f"{case.id}/{name}",)
    run = Run(
        order.target, Options(case.about.seed, order.rate, order.patience), recorder.write if recorder else _forget
    )
    run.transport.patient = True
    try:
        conduct(run, plans)
        result, says, exchange = _answer(case, run, {part.name for plan in plans for part in gate.parts(plan)})
        died, left = bool(run.ledger.died), run.ledger.left
        return Attempt(result, says, exchange, run.transport.requests, records, died, left)
    except UnusableError as error:
        return Attempt(Result.UNUSABLE, str(error), None, run.transport.requests, records, dead=True)
    finally:
        if recorder is not None:
            recorder.close()


def _forget(_: Exchange) -> None:
    """Record nothing: no folder was asked for."""


def _answer(case: Case, run: Run, sent: Collection[str]) -> tuple[Result, str, Exchange | None]:
    """The answer for the finding's clause: broken by any exchange; kept only on evidence.

    Evidence are the witness and the plans that aim at the clause; where its judge speaks of none of them, as of the
    stream's reports, the other plans that were sent. The question whether the target is usable never is.
    """
    clause, ledger = case.about.clause, run.ledger
    judged = [each for each in run.judge() if each.verdict.clause == clause]
    broken = [each for each in judged if each.verdict.status is Status.FAILED]
    parts = {part.name for part in gate.parts(case.whole)}
    if broken:
        shown = min(
            broken, key=lambda each: (not _same(case, each), each.exchange.plan.name not in parts, each.exchange.number)
        )
        other = "" if shown.exchange.plan.name in parts else "; it shows with a plan beside the witness"
        other += "" if _same(case, shown) else "; this is another way of breaking it than the one recorded"
        return Result.VIOLATED, shown.verdict.message + other, shown.exchange
    own = next((x for x in ledger.exchanges if x.plan.name == case.witness.name), None)
    if own is None:
        why = ledger.died or ledger.reasons.get(case.whole.clause) or "the witness was not sent"
        return Result.UNUSABLE, why, None
    if own.reply is None or own.void:
        return Result.UNUSABLE, f"the witness got no answer that counts: {own.failure or own.status}", own
    speaking = {each.exchange.number: each.exchange.plan for each in judged}
    made = {number for number, plan in speaking.items() if plan.name in parts or surroundings.aims_at(plan, clause)}
    proof = made or {number for number, plan in speaking.items() if plan.name in sent}
    if not proof:
        why = excuse(clause, ledger.reasons, two=run.target.has(Account.OTHER))
        return Result.UNUSABLE, why or "no answer could have broken the promise here", own
    return Result.HOLDS, f"{witness.counted(len(proof), 'answer')} could have broken it and did not", own


def _same(case: Case, judged: Judged) -> bool:
    return fingerprint(judged.verdict) == case.about.fingerprint
