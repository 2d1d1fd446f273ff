"""A rich run for the eye: findings of every look, clauses of every verdict, answers old and new."""

from __future__ import annotations

import json
from dataclasses import replace

from contracts.catalogue import Clause, clauses
from contracts.messages import Account, Exchange, OrderNeed, Outcome, Reply, Status, StreamEvent
from reports.results import Answer, ClauseResult, Finding, Result, RunResult, Seen
from suites.selftest.reports import samples

IDS = tuple(f"{'0zq7m4kx'[i % 8]}{(i * 7919) % 9973:04d}-lisbon-{'abcdefgh'[i * 3 % 8]}" for i in range(20))
ANSWERS = (
    "taken and echoed",
    "400",
    "401",
    "taken; the last one counts",
    "application/problem+json: type, title, status",
)


def rich_run() -> RunResult:
    """A violated run of a target with many kinds of faults."""
    findings = (_sorted(), _folded(), _dropped(), _uncancelled(), _oversized(), _silent(), _stale(), _waived())
    failed = {each.clause.id for each in findings if not each.waived}
    results = tuple(_result(i, clause, failed, findings) for i, clause in enumerate(clauses().values()))
    questions = [each for each in clauses().values() if not each.gates]
    answers = tuple(_answer(i, each) for i, each in enumerate(questions) if i % 7 != 5)
    reason = "Seven promises are broken; the gravest is that an order which the batch names is not cancelled."
    return RunResult(
        samples.facts(), Result.VIOLATED, reason, results, findings, answers, (*_traffic(), *_shown(findings))
    )


def holding_run() -> RunResult:
    """A run in which everything holds that could be exercised."""
    results = tuple(_result(i, clause, set(), ()) for i, clause in enumerate(clauses().values()))
    return RunResult(samples.facts(target="embedded"), Result.HOLDS, "", results, exchanges=_traffic())


def _shown(findings: tuple[Finding, ...]) -> tuple[Exchange, ...]:
    return tuple(each.exchange for each in findings)


def _sorted() -> Finding:
    seen = samples.echo_exchange(IDS, tuple(sorted(IDS)), 41)
    message = f"The ids came back sorted: {min(IDS)} stands first where {IDS[0]} was sent first."
    return samples.finding("echo.order", message, seen, "51a0c9e2", times=31, shrunk_from=12)


def _folded() -> Finding:
    sent = (*IDS[:4], "z\u00e9ro-12", "zero\u200bwidth", "back\\u0041slash", "\u202eabc", *IDS[4:8])
    got = (*IDS[:4], "ze\u0301ro-12", "zerowidth", "backAslash", "\u202eabc", *IDS[4:8])
    message = "An id came back in another form: U+00E9 was sent, e and U+0301 came back."
    return samples.finding(
        "echo.odd-strings", message, samples.echo_exchange(sent, got, 57), "7c02be11", seen=Seen.ALWAYS
    )


def _dropped() -> Finding:
    got = (*IDS[:16], *IDS[17:])
    message = f"20 ids were sent and 19 came back: {IDS[16]}, entry 17, is missing."
    return samples.finding(
        "echo.complete", message, samples.echo_exchange(IDS, got, 63), "e4b1a7d0", times=4, seen=Seen.SOMETIMES, shows=2
    )


def _uncancelled() -> Finding:
    needs = (OrderNeed("a"), OrderNeed("b", market=1), OrderNeed("bystander", fate="open"))
    orders = [{"orderId": f"{{{{order.{n}}}}}", "marketSlug": f"{{{{market.{n}}}}}"} for n in "ab"]
    sent = samples.plan(
        "outcome.cancelled", body=json.dumps({"orders": orders}).encode(), orders=needs, kind="two markets"
    )
    at = samples.START_MS + 71 * 120
    done = StreamEvent(
        Account.OWN, "01JD8W", "rain-in-lisbon", "cancelled", "EXECUTION_TYPE_CANCELED", "x1", 0.0, at + 212
    )
    wrong = StreamEvent(
        Account.OWN, "01JD8Y", "sun-in-porto", "cancelled", "EXECUTION_TYPE_CANCELED", "x2", 25.0, at + 231
    )
    outcomes = (
        Outcome(needs[0], "01JD8W", "rain-in-lisbon", (done,), "closed", stream_seen=True),
        Outcome(needs[1], "01JD8X", "sun-in-porto", (), "open", stream_seen=True),
        Outcome(needs[2], "01JD8Y", "sun-in-porto", (wrong,), "closed", stream_seen=True),
    )
    reply = b'{"canceledOrderIds": ["01JD8W", "01JD8X"]}'
    seen = samples.exchange(sent, 71, 200, reply, ids=("01JD8W", "01JD8X"), outcomes=outcomes)
    message = "Order b was open, was named with its own market, and is still open 10 s later."
    return samples.finding("outcome.cancelled", message, seen, "09f3d6aa", times=2)


def _oversized() -> Finding:
    body = samples.batch(*(f"{each}-{n}" for n in range(2) for each in IDS[:11]))[:-2] + b"]}"
    sent = samples.unlawful("size.over", body, "22 entries")
    seen = samples.exchange(sent, 88, 200, json.dumps({"canceledOrderIds": list(IDS)}).encode())
    return samples.finding(
        "size.over", "A batch of 22 orders was answered 200 instead of 400.", seen, "c0ffee12", times=6
    )


def _silent() -> Finding:
    sent = samples.unlawful(
        "robustness.answers", b'{"orders": ' + b"[" * 3000 + b"]" * 3000 + b"}", "3,000 brackets", position="inside"
    )
    seen = replace(samples.exchange(sent, 97), reply=None, failure="timeout", elapsed_ms=5000.0)
    message = "No answer came within 5 s to 3,000 nested arrays."
    return samples.finding("robustness.answers", message, seen, "5eaf00d1", times=1, seen=Seen.ONCE, shows=1)


def _stale() -> Finding:
    seen = samples.exchange(samples.stale(), 120, 200, json.dumps({"canceledOrderIds": ["b-2", "a-1"]}).encode())
    return samples.finding(
        "window.past-outside", "A timestamp 34 s behind the server's clock was answered 200 instead of 401.", seen
    )


def _waived() -> Finding:
    sent = samples.plan("reply.media-type")
    reply = Reply(200, (("Content-Type", "text/plain"),), b'{"canceledOrderIds": ["b-2", "a-1"], "note": "<b>hi</b>"}')
    waiver = "The edge strips the media type until its next release; agreed on until 2026-12-31."
    seen = samples.exchange(sent, 131, reply=reply)
    message = "A 200 is called text/plain instead of application/json."
    return samples.finding("reply.media-type", message, seen, "aa55aa55", waived=True, waiver=waiver, times=212)


def _result(place: int, clause: Clause, failed: set[str], findings: tuple[Finding, ...]) -> ClauseResult:
    mine = tuple(each for each in findings if each.clause.id == clause.id)
    evidence = (*(each.exchange.number for each in mine), place + 1, place + 2)
    if clause.id in failed:
        return ClauseResult(clause, Status.FAILED, 20 + place, "", tuple(each.id for each in mine), evidence)
    if clause.concern == "ownership":
        return ClauseResult(clause, Status.SKIPPED, 0, samples.NO_SECOND)
    if clause.concern == "outcome":
        return ClauseResult(clause, Status.SKIPPED, 0, samples.NO_ORDERS)
    if clause.id == "routing.expect":
        return ClauseResult(clause, Status.UNKNOWN, 0, "All three exchanges were void: the edge answered 503.")
    return ClauseResult(clause, Status.PASSED, 1 + place * 37 % 260, "", tuple(each.id for each in mine), evidence)


def _answer(place: int, question: Clause) -> Answer:
    answer = ANSWERS[place % len(ANSWERS)]
    pinned = None if place % 4 == 3 else "400" if place % 9 == 4 else answer
    return Answer(question, answer, pinned)


def _traffic() -> tuple[Exchange, ...]:
    plan = samples.plan()
    return tuple(
        samples.exchange(plan, number, _status(number), elapsed_ms=_elapsed(number)) for number in range(1, 240)
    )


def _status(number: int) -> int:
    if number in (77, 78):
        return 503
    return 400 if number % 3 == 0 else 401 if number % 5 == 0 else 200


def _elapsed(number: int) -> float:
    return 4.0 + (number * 7919 % 97) / 14 + (38.0 if number % 61 == 0 else 0.0)
