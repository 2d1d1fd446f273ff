"""Send the witness of a finding again: is its promise still broken?

    python -m suites.replay FINDING-FOLDER [RUN-FOLDER ...] [--target-url URL] [--times N] [--out DIR]

The witness is sent with the plans that its judges compare it with. Where nothing is wrong then, it is sent once more
as it was in its run: behind the gate's plans before it and those that aim at the same promise; some faults remember.

Exit status: 0 every promise holds now, on evidence; 1 one is still broken; 2 interrupted; 3 a fault of the suite;
4 wrong usage, and nothing was sent; 6 the target is unusable, or a promise could not be exercised. Of several findings
the first of 3, 1, 2, 6, 0 counts, as in the gate: what is surely broken outweighs what could not be seen.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NoReturn

from contracts.messages import Account, Exchange, Plan, Status
from reports import atomic, bundle, witness
from reports.judging import Judged, fingerprint
from reports.printable import one_line, visible
from reports.recorder import Recorder
from reports.results import Result
from suites import gate, sealing
from suites.conclusion import excuse
from suites.rendering import Binding, Placed
from suites.run import Options, Run, UnusableError, needs_of
from suites.target import Key, Target, UsageError

USAGE_EXIT = 4
WORST_FIRST = (Result.BROKEN, Result.VIOLATED, Result.INTERRUPTED, Result.UNUSABLE, Result.HOLDS)
SUMMARY = "replay.json"
NEIGHBOURS = 20
"""How many plans before the witness are sent again with it: what a connection or a cache remembers is rarely older."""
PLAIN = ("size.one/1", "size.full/20", "size.between/3")
"""Ordinary batches behind every witness: is the target still there, and how fast is it usually?"""
TIMES_MAX = 1000
SEED_MAX = 2**63
ANSWER_LIMIT = 240
FINGERPRINT = re.compile(r"[0-9a-f]{8}")
VERDICTS = {
    Result.VIOLATED: "STILL BROKEN",
    Result.HOLDS: "HOLDS NOW",
    Result.UNUSABLE: "CAN'T BE SAID",
    Result.INTERRUPTED: "INTERRUPTED",
    Result.BROKEN: "THE SUITE IS AT FAULT",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A finding that is to be sent again."""

    plan: Plan
    """The witness, or the whole plan of the gate that it is a part of."""
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
    """One sentence."""
    exchange: Exchange | None = None
    """What shows it; the witness's own exchange where nothing is broken."""
    sent: int = 0


@dataclass(slots=True)
class Order:
    """What the user wants, checked before anything is sent."""

    cases: list[Case]
    target: Target
    rate: float
    patience: float
    times: int
    out: Path | None
    records: list[str] = field(default_factory=list)


class _Parser(argparse.ArgumentParser):
    """Wrong usage is one sentence and exit 4, not argparse's own 2, which is an interrupt's here."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see --help")


# --- what is to be sent again -----------------------------------------------------------------------------------------


@cache
def _gate(seed: int) -> tuple[Plan, ...]:
    return gate.plans(seed)


def case_of(folder: Path) -> Case:
    """The finding of a bundle, ready to be sent.

    Raises:
        ValueError: it can't be read, or this suite could not send it; one sentence.
    """
    plan, about = bundle.read(folder)
    if not FINGERPRINT.fullmatch(about.fingerprint) or abs(about.seed) > SEED_MAX:
        raise ValueError("finding: its fingerprint or seed is none that this suite makes")
    whole = next((each for each in _gate(about.seed) if plan in gate.parts(each)), plan)
    for part in gate.parts(whole):
        _try_to_make(part, needs={need.name: Placed("order", "market") for need in needs_of(whole)})
    return Case(whole, plan, about)


def _try_to_make(plan: Plan, needs: Mapping[str, Placed]) -> None:
    """Make the request of a plan without sending it, so that words which this version does not know are found now."""
    keys = {each: Key(each.value, bytes(32), "") for each in (Account.OWN, Account.OTHER)}
    binding = Binding(("market",), needs)
    try:
        path = binding.fill(plan.path.encode()).decode()
        sealing.seal(plan, Target("", keys), 0, path, binding.fill(plan.body or b""))
    except (LookupError, ValueError):
        raise ValueError(f"finding.witness: this suite can't make the request of {visible(plan.name[:80])}") from None


def folders(path: Path) -> list[Path]:
    """The bundles that a path stands for: itself, or those of a run.

    Raises:
        ValueError: a run without findings.
    """
    if not path.is_dir() or (path / bundle.FILE).exists():
        return [path]
    found = sorted(each.parent for each in (*path.glob(f"findings/*/{bundle.FILE}"), *path.glob(f"*/{bundle.FILE}")))
    if not found and (path / "verdict.json").is_file():
        raise ValueError(f"{visible(str(path))}: this run has no findings; there is nothing to send again")
    return found or [path]


def near(case: Case) -> list[Plan]:
    """The witness, and behind it the plans of the gate that its judges compare it with."""
    plans, entries = _gate(case.about.seed), _entries(case.plan)
    aims = {case.plan.clause, case.witness.clause, case.about.clause}

    def compared(each: Plan) -> bool:
        if each.clause.startswith("size."):  # is it the size?
            return _entries(each) == entries or each.name in PLAIN
        if each.clause == "shape.unknown-market":
            return "shape.plain-slugs" in aims
        if each.clause == "shape.markets-together":
            return "size.entries" in aims
        return "wholeness.position" in aims and each.position == "alone" and each.kind == case.witness.kind

    return _once(case.plan, *(each for each in plans if compared(each)))


def wide(case: Case) -> list[Plan]:
    """The witness as it was in its run: behind its neighbours, orders of both accounts, and all plans of one aim."""
    plans, clause = _gate(case.about.seed), case.about.clause
    place = next((index for index, each in enumerate(plans) if each.name == case.plan.name), 0)
    needing = [each for each in plans if needs_of(each)]
    owned = [
        next((each for each in needing if any(need.account is whose for need in needs_of(each))), None)
        for whose in (Account.OWN, Account.OTHER)
    ]
    aiming = [each for each in plans if any(aims_at(part, clause) for part in gate.parts(each))]
    before = [each for each in (*owned, *aiming, *plans[max(0, place - NEIGHBOURS) : place]) if each is not None]
    return [*(each for each in _once(*before) if each.name != case.plan.name), *_missing(near(case), before)]


def aims_at(plan: Plan, clause: str) -> bool:
    """Whether a plan was made to exercise a clause."""
    return plan.clause == clause or clause in plan.probes


def _entries(plan: Plan) -> int:
    return (plan.body or b"").count(b'"orderId"')


def _once(*plans: Plan) -> list[Plan]:
    return list({each.name: each for each in reversed(plans)}.values())[::-1]


def _missing(plans: Sequence[Plan], there: Sequence[Plan]) -> list[Plan]:
    """The first plan, and those of the others that are not there already."""
    names = {each.name for each in there}
    return [*plans[:1], *(each for each in plans[1:] if each.name not in names)]


# --- sending and judging ----------------------------------------------------------------------------------------------


def replay(case: Case, order: Order, number: int = 1) -> Attempt:
    """Send a finding's witness once, in its surroundings where it does not show the fault without them."""
    tried = Attempt(Result.UNUSABLE, "nothing was sent")
    for name, plans in (("near", near(case)), ("wide", wide(case))):
        with_record = _recorder(case, order, f"{number}-{name}")
        try:
            sent = _send(case, plans, order, with_record.write if with_record else lambda _: None)
        finally:
            if with_record:
                with_record.close()
        tried = dataclasses.replace(sent, sent=tried.sent + sent.sent)
        if sent.result is Result.VIOLATED or (sent.exchange is None and sent.result is Result.UNUSABLE):
            break
    return tried


def _recorder(case: Case, order: Order, name: str) -> Recorder | None:
    if order.out is None:
        return None
    folder = order.out / case.id / name
    folder.mkdir(parents=True, exist_ok=True)
    order.records.append(str(folder.relative_to(order.out)))
    return Recorder(folder)


def _send(case: Case, plans: Sequence[Plan], order: Order, record: Callable[[Exchange], None]) -> Attempt:
    run = Run(order.target, Options(case.about.seed, order.rate, order.patience), record)
    try:
        run.execute(plans)
    except UnusableError as error:
        return Attempt(Result.UNUSABLE, str(error), sent=run.transport.requests)
    found = _answer(case, run, [each for each in run.judge() if each.verdict.clause == case.about.clause])
    return dataclasses.replace(found, sent=run.transport.requests)


def _answer(case: Case, run: Run, judged: Sequence[Judged]) -> Attempt:
    own = next((x for x in run.ledger.exchanges if x.plan.name == case.witness.name), None)
    broken = [each for each in judged if each.verdict.status is Status.FAILED]
    if broken:
        shown = min(
            broken, key=lambda each: (fingerprint(each.verdict) != case.about.fingerprint, each.exchange.number)
        )
        same = fingerprint(shown.verdict) == case.about.fingerprint
        return Attempt(
            Result.VIOLATED, shown.verdict.message + ("" if same else " (in another way than recorded)"), shown.exchange
        )
    if own is None:
        lacking = run.ledger.reasons.get(case.plan.clause) or run.ledger.died or "the witness could not be sent"
        return Attempt(Result.UNUSABLE, lacking)
    if own.reply is None or own.void:
        word = own.failure or f"{own.status} from the edge, try again later or slower"
        return Attempt(Result.UNUSABLE, f"the witness got no answer that counts ({word})", own)
    names = {part.name for part in gate.parts(case.plan)}
    clause = case.about.clause
    proof = {x.number for x in (each.exchange for each in judged) if x.plan.name in names or aims_at(x.plan, clause)}
    if not proof:
        why = excuse(clause, run.ledger, two=run.target.has(Account.OTHER))
        return Attempt(Result.UNUSABLE, why or "no answer could have broken the promise here", own)
    return Attempt(Result.HOLDS, f"{witness.counted(len(proof), 'answer')} could have broken it and did not", own)


# --- the command ------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Replay findings; the exit status."""
    try:
        order = _order(_parser().parse_args(arguments), environment)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"replay: {one_line(str(error))}\n")
        return USAGE_EXIT
    results, told = [], []
    for case in order.cases:
        order.records.clear()
        tries = list(_tries(case, order))
        worst = next(each for each in WORST_FIRST if any(tried.result is each for tried in tries))
        results.append(worst)
        told.append(_told(case, tries, worst, list(order.records)))
        say("\n".join(_lines(case, tries, worst, order)))
        if worst in (Result.BROKEN, Result.INTERRUPTED) or (worst is Result.UNUSABLE and not tries[-1].sent):
            break
    if order.out is not None:
        atomic.write_text(order.out / SUMMARY, json.dumps(told, indent=2) + "\n")
    left = len(order.cases) - len(results)
    if len(order.cases) > 1:
        counts = [f"{results.count(each)} {VERDICTS[each].lower()}" for each in WORST_FIRST if each in results]
        say(f"{len(order.cases)} findings: {', '.join(counts)}" + (f", {left} not sent" if left else ""))
    return next(each for each in WORST_FIRST if each in results).exit_status


def _tries(case: Case, order: Order) -> Iterator[Attempt]:
    for number in range(1, order.times + 1):
        try:
            tried = replay(case, order, number)
        except KeyboardInterrupt:
            tried = Attempt(Result.INTERRUPTED, "it was interrupted before there was an answer")
        except Exception as error:  # noqa: BLE001  # a fault of the suite: told in a sentence, exit 3
            tried = Attempt(Result.BROKEN, f"the suite itself failed: {type(error).__name__}: {error}")
        yield tried
        if tried.result not in (Result.HOLDS, Result.VIOLATED):
            return
