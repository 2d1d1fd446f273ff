"""Hand-made runs: small ones for single tests and a rich one for the eye."""

from __future__ import annotations

import json
from dataclasses import replace

from contracts.catalogue import Clause, clauses
from contracts.messages import (
    Account,
    Credentials,
    Exchange,
    Label,
    OrderNeed,
    Outcome,
    Plan,
    Reply,
    Request,
    Status,
    StreamEvent,
)
from reports.results import Answer, ClauseResult, Finding, Result, RunFacts, RunResult, Seen

HOSTILE = "<script>alert(1)</script>\x1b[31mred\x1b]0;title\x07\x00\u202eevil\u200b\ud800'\"&`]]>\r\n"
"""Markup, terminal escapes, NUL, bidirectional override, zero width, a lone surrogate, quotes and line ends."""
START_MS = 1_790_000_000_000
NO_ORDERS = "Order entry is off (POLYMARKET_MARKET_SLUG is not set), so no order of the suite's own could be cancelled."
NO_SECOND = "There is no second account (POLYMARKET_OTHER_KEY_ID is not set)."


def batch(*ids: str) -> bytes:
    """The body of a lawful batch of these ids."""
    return json.dumps({"orders": [{"orderId": each, "marketSlug": "{{market.0}}"} for each in ids]}).encode()


def plan(clause: str = "echo.order", *ids: str, **changes: object) -> Plan:
    """A lawful plan of some ids."""
    usual = Plan(name=f"{clause}/sample", clause=clause, body=batch(*(ids or ("b-2", "a-1"))), kind="unsorted ids")
    return replace(usual, **changes)  # type: ignore[arg-type]  # the caller's own keywords


def request(sent: Plan) -> Request:
    """The request of a plan as it is recorded: credentials masked."""
    headers = (
        ("Content-Type", "application/json"),
        ("X-PM-Access-Key", "00000000-…-masked"),
        ("X-PM-Timestamp", str(START_MS)),
        ("X-PM-Signature", "masked"),
        ("Content-Length", str(len(sent.body or b""))),
    )
    body = (sent.body or b"").replace(b"{{market.0}}", b"will-it-rain-in-lisbon")
    return Request(sent.method, sent.path, headers, body, Account.OWN, 0)


def exchange(sent: Plan, number: int = 1, status: int = 200, body: bytes = b"{}", **changes: object) -> Exchange:
    """A plan, sent and answered."""
    headers = (("Content-Type", "application/json"), ("Date", "Mon, 21 Sep 2026 12:00:00 GMT"))
    usual = Exchange(
        number=number,
        plan=sent,
        request=request(sent),
        reply=Reply(status, headers, body),
        sent_ms=START_MS + number * 120,
        elapsed_ms=4.0 + (number * 37 % 11),
        clock_ms=(-3.0, 5.0),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # the caller's own keywords


def echo_exchange(expected: tuple[str, ...], got: tuple[str, ...], number: int = 1) -> Exchange:
    """A batch whose echo is not the one expected."""
    reply = json.dumps({"canceledOrderIds": list(got)}).encode()
    return exchange(plan("echo.order", *expected), number, 200, reply, ids=expected)


def finding(clause: str, message: str, shown: Exchange, fingerprint: str = "0badc0de", **changes: object) -> Finding:
    """A finding whose witness is what was sent."""
    usual = Finding(clauses()[clause], fingerprint, message, shown.plan, shown, 3, Seen.ALWAYS, tries=3, shows=3)
    return replace(usual, **changes)  # type: ignore[arg-type]  # the caller's own keywords


def facts(**changes: object) -> RunFacts:
    """The facts of a short run."""
    usual = RunFacts(
        target="https://sandbox.example.test",
        profile="gate",
        seed=20261124,
        started="2026-11-24T10:15:00Z",
        versions=(("suite", "1.0.0"), ("python", "3.11.7"), ("hypothesis", "6.170.15"), ("requests", "2.34.2")),
        document="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        requests=260,
        void=2,
        seconds=27.418,
        notes=(
            "The target's clock is 1 ms ahead of the suite's, give or take 4 ms.",
            "The suite placed 14 orders of its own and took all of them out again.",
        ),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # the caller's own keywords


def run(
    result: Result = Result.HOLDS, findings: tuple[Finding, ...] = (), reason: str = "", **changes: object
) -> RunResult:
    """A run over the whole catalogue in which only the findings' clauses fail."""
    results = tuple(_result(clause, findings) for clause in clauses().values())
    usual = RunResult(facts(), result, reason, results, findings, exchanges=tuple(each.exchange for each in findings))
    return replace(usual, **changes)  # type: ignore[arg-type]  # the caller's own keywords


def _result(clause: Clause, findings: tuple[Finding, ...]) -> ClauseResult:
    mine = tuple(each for each in findings if each.clause.id == clause.id)
    verdict = Status.FAILED if any(not each.waived for each in mine) else Status.PASSED
    evidence = tuple(each.exchange.number for each in mine)
    return ClauseResult(clause, verdict, 5, "", tuple(each.id for each in mine), evidence)


def echo_finding() -> Finding:
    """The ids come back sorted."""
    seen = echo_exchange(("b-2", "a-1", "c\u200b3"), ("a-1", "b-2", "c\u200b3"))
    return finding("echo.order", "The ids came back in another order: a-1 stands first where b-2 was sent first.", seen)


def hostile_run() -> RunResult:
    """A run in which every text that a target can choose is hostile."""
    ids = (HOSTILE, "plain")
    sent = plan("echo.verbatim", "x", body=HOSTILE.encode("utf-8", "replace"), kind=HOSTILE)
    reply = Reply(200, ((HOSTILE, HOSTILE), ("Content-Type", "text/html")), HOSTILE.encode("utf-8", "surrogatepass"))
    event = StreamEvent(Account.OWN, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, 0.0, START_MS + 400)
    outcome = Outcome(OrderNeed("a"), HOSTILE, HOSTILE, (event,), HOSTILE, stream_seen=True)
    seen = exchange(sent, 1, ids=ids, reply=reply, outcomes=(outcome,))
    found = finding("echo.verbatim", f"Came back as {HOSTILE}", seen, waived=False)
    waived = finding("shape.names", HOSTILE, seen, "deadbeef", waived=True, waiver=HOSTILE)
    asked = Answer(clauses()["shape.empty-strings"], HOSTILE, HOSTILE + "x")
    base = run(
        Result.VIOLATED, (found, waived), HOSTILE, answers=(asked,), facts=facts(notes=(HOSTILE,), target=HOSTILE)
    )
    skipped = replace(base.clauses[0], verdict=Status.SKIPPED, reason=HOSTILE, exchanges=0)
    return replace(base, clauses=(skipped, *base.clauses[1:]))


def unlawful(clause: str, body: bytes, kind: str, **changes: object) -> Plan:
    """A plan that must be refused."""
    usual = Plan(f"{clause}/sample", clause, Label.UNLAWFUL, (400,), kind, body=body)
    return replace(usual, **changes)  # type: ignore[arg-type]  # the caller's own keywords


def stale() -> Plan:
    """A plan whose timestamp is 34 s behind."""
    old = Credentials(skew_ms=-34_000)
    return replace(plan("window.past-outside"), label=Label.UNLAWFUL, answers=(401,), credentials=old, kind="34 s old")
