"""From the record to the answer: what every judge says of every exchange, gathered into clauses, findings and answers.

Needs no network and no clock: a run can be judged again from its record.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.catalogue import Clause, clauses
from contracts.messages import Exchange, History, Plan, Status, Verdict
from contracts.oracles import Oracle
from contracts.oracles.registry import judges_of
from reports.bugs import difference
from reports.printable import shortened
from reports.results import Answer, ClauseResult, Finding, Seen

EVIDENCE_MAX = 5
COMPANY_MAX = 24
MESSAGE_MAX = 600
"""Characters of a finding's message: a target may have put a megabyte into it."""
CONCERNS_OF_ORDERS = ("outcome", "ownership", "wholeness")


class OracleFault(Exception):
    """A judge of ours failed on an exchange: a fault of the suite, never a finding."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and the exchange that it is about."""

    verdict: Verdict
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that the judges said of a run."""

    clauses: tuple[ClauseResult, ...]
    findings: tuple[Finding, ...]
    answers: tuple[Answer, ...]


def verdicts(exchanges: Iterable[Exchange], beside: Iterable[Exchange] = ()) -> list[Judged]:
    """What every judge says of every exchange but trials, which are judged for their finding alone.

    Args:
        exchanges: those that are judged.
        beside: others that the judges may compare them with; nothing is said of these.

    Raises:
        OracleFault: a judge raised; the message names judge and exchange.
    """
    judged = tuple(each for each in exchanges if not each.trial)
    history = History.of((*(each for each in beside if not each.trial), *judged))
    found = []
    judges: dict[tuple[object, ...], list[tuple[str, Oracle]]] = {}
    for exchange in judged:
        aims = (exchange.plan.clause, *exchange.plan.probes)
        orders = bool(exchange.outcomes or exchange.stray)
        which = (orders, *aims)
        if which not in judges:
            judges[which] = judges_of(aims, orders=orders)
        for clause, oracle in judges[which]:
            try:
                verdict = oracle(exchange, history)
            except Exception as error:  # whatever it is, it is ours, and must not pass for a verdict
                raise OracleFault(
                    f"the judge of {clause} failed on exchange {exchange.number}: {type(error).__name__}: {error}"
                ) from error
            if verdict is not None:
                found.append(Judged(verdict, exchange))
    return found


def fingerprint(verdict: Verdict) -> str:
    """8 hexadecimal digits of the clause and the shape of the difference."""
    return hashlib.sha256(f"{verdict.clause}/{verdict.shape}".encode()).hexdigest()[:8]


def findings(judged: Sequence[Judged]) -> tuple[Finding, ...]:
    """The broken promises, one for each clause and shape; the witness is the smallest plan that showed it."""
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for each in judged:
        if each.verdict.status is Status.FAILED and clauses()[each.verdict.clause].gates:
            groups[each.verdict.clause, fingerprint(each.verdict)].append(each)
    exchanges = {each.exchange.number: each.exchange for each in judged} if groups else {}  # each was judged often
    plans, sharing = {each.plan.name: each.plan for each in exchanges.values()}, _sharing(exchanges.values())
    return tuple(_finding(clause, mark, group, plans, sharing) for (clause, mark), group in groups.items())


Sharing = Mapping[str, Mapping[int, Exchange]]
"""By the id of an order, the exchanges that named it, by their numbers."""


def _sharing(exchanges: Iterable[Exchange]) -> Sharing:
    found: dict[str, dict[int, Exchange]] = defaultdict(dict)
    for each in exchanges:
        for order_id in _named(each):
            found[order_id][each.number] = each
    return found


def _named(exchange: Exchange) -> set[str]:
    """Ids of the orders that a plan's body names, in whatever spelling."""
    body = exchange.plan.body or b""
    return {each.order_id for each in exchange.outcomes if f"{{{{order.{each.need.name}".encode() in body}


def _company(exchange: Exchange, sharing: Sharing) -> tuple[Plan, ...]:
    """Plans that named an order of this one and need no other; of those behind it, what had to leave it alone.

    An order of a plan's own may be called like one of another plan's, and is another order.
    """
    mine = {each.need.name: each.order_id for each in exchange.outcomes}
    others = {number: each for order in _named(exchange) for number, each in sharing[order].items()}
    return tuple(
        each.plan
        for number, each in sorted(others.items())
        if number != exchange.number
        and not each.part_of
        and not each.plan.before
        and not each.plan.together
        and {need.name for need in each.plan.orders} <= mine.keys()
        and all(mine[o.need.name] == o.order_id for o in each.outcomes)
        and (number < exchange.number or all(need.fate == "open" for need in each.plan.orders))
    )[:COMPANY_MAX]


def _finding(clause: str, mark: str, group: list[Judged], plans: Mapping[str, Plan], sharing: Sharing) -> Finding:
    """The finding of a group; what came before or beside a plan is part of the witness."""
    smallest = min(group, key=lambda each: _size(each, clause))
    exchange = smallest.exchange
    return Finding(
        clause=clauses()[clause],
        fingerprint=mark,
        message=shortened(smallest.verdict.message, MESSAGE_MAX),
        witness=plans.get(exchange.part_of, exchange.plan),
        exchange=exchange,
        times=len(group),
        seen=Seen.UNTRIED,
        difference=difference(smallest.verdict.shape, exchange.plan),
        company=_company(exchange, sharing),
    )


def _size(each: Judged, clause: str) -> tuple[bool, bool, int, int]:
    """How good a witness is, smallest best: one that aims at the clause, no part of another, short, and sent early."""
    exchange = each.exchange
    return exchange.plan.clause != clause, bool(exchange.part_of), len(exchange.request.body), exchange.number


def judgement(
    judged: list[Judged], found: tuple[Finding, ...], reasons: Mapping[str, str], pins: Mapping[str, str]
) -> Judgement:
    """The clauses' results and the answers to the open questions.

    Args:
        judged: every verdict of the run.
        found: its findings.
        reasons: why a clause was not exercised, where that is known.
        pins: recorded answers to open questions by clause.
    """
    by_clause: dict[str, list[Judged]] = defaultdict(list)
    for each in judged:
        by_clause[each.verdict.clause].append(each)
    results = tuple(_result(clause, by_clause[clause.id], found, reasons) for clause in clauses().values())
    answers = tuple(
        Answer(clause, _answer(clause.id, by_clause[clause.id]), pins.get(clause.id))
        for clause in clauses().values()
        if not clause.gates and by_clause[clause.id]
    )
    return Judgement(results, found, answers)


def _result(
    clause: Clause, judged: list[Judged], found: tuple[Finding, ...], reasons: Mapping[str, str]
) -> ClauseResult:
    mine = tuple(finding.id for finding in found if finding.clause.id == clause.id)
    gating = [finding for finding in found if finding.clause.id == clause.id and not finding.waived]
    numbers = list(dict.fromkeys(each.exchange.number for each in judged))
    status = Status.FAILED if gating else Status.PASSED if judged else Status.SKIPPED
    reason = "" if judged else reasons.get(clause.id, "no exchange could have broken it")
    return ClauseResult(clause, status, len(numbers), reason, mine, tuple(numbers[:EVIDENCE_MAX]))


def _answer(question: str, judged: list[Judged]) -> str:
    """The one answer, or each with the kinds of the plans that ask just this; the same in every run of one seed.

    How often an answer came is left out: that differs with what had to be sent again.
    """
    kinds: dict[str, set[str]] = defaultdict(set)
    for each in judged:
        plan = each.exchange.plan
        asks = plan.clause == question or question in plan.probes
        kinds[each.verdict.message] |= {plan.kind} if asks and plan.kind else set()
    if len(kinds) == 1:
        return next(iter(kinds))
    return ", ".join(f"{text} ({'; '.join(sorted(some))})" if some else text for text, some in sorted(kinds.items()))
