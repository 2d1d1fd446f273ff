"""Exchanges as they are written by hand: one lawful plan and its answer, changed where a test says so."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from contracts.document import ids_of
from contracts.messages import (
    JSON_TYPE,
    Account,
    Exchange,
    History,
    Label,
    OrderNeed,
    Outcome,
    Plan,
    Reply,
    Request,
    Status,
    StreamEvent,
    Verdict,
)
from contracts.oracles import ORACLES, judge

MARKET = "market-a"
JSON_REPLY = (("Content-Type", "application/json"),)


def rows(ids: Sequence[str]) -> dict[str, Any]:
    """The batch of these ids."""
    return {"orders": [{"orderId": each, "marketSlug": MARKET} for each in ids]}


def plan(clause: str = "reply.taken", ids: Sequence[str] = ("b", "a"), **more: Any) -> Plan:
    """A lawful plan of these ids."""
    usual: dict[str, Any] = {"name": f"{clause}/written", "clause": clause, "kind": "a written batch"}
    return Plan(**(usual | {"body": json.dumps(rows(ids)).encode()} | more))


def refusable(clause: str, answers: tuple[int, ...] = (400,), **more: Any) -> Plan:
    """An unlawful plan, to be answered with one of these."""
    return plan(clause, label=Label.UNLAWFUL, answers=answers, **more)


def exchange(sent: Plan, status: int = 200, echo: Sequence[Any] | None = None, **more: Any) -> Exchange:
    """A plan sent and answered: by an echo of its own ids unless told otherwise, by no answer where it failed.

    Args:
        sent: the plan.
        status: of the answer.
        echo: what comes back in the place of the plan's own ids.
        more: `raw`, `headers` and `surplus` of the reply, `offered`, `account` and `skew_ms` of the request, and what
            an exchange has.
    """
    body = sent.body or b""
    ids = ids_of(json.loads(body)) if body[:1] == b"{" else None
    told = list(ids or ()) if echo is None else list(echo)
    text = json.dumps({"canceledOrderIds": told} if status < 300 else {"message": "no"}).encode()
    raw = more.pop("raw", None)
    reply = Reply(status, more.pop("headers", JSON_REPLY), text if raw is None else raw, more.pop("surplus", 0))
    offered = more.pop("offered", "")
    headers = (JSON_TYPE, ("Accept-Encoding", offered)) if offered else (JSON_TYPE,)
    account, skew_ms = more.pop("account", Account.OWN), more.pop("skew_ms", 0)
    request = Request(sent.method, sent.path, headers, body, account, skew_ms)
    whole = None if more.get("failure") else reply
    usual: dict[str, Any] = {"number": 1, "ids": ids}
    return Exchange(plan=sent, request=request, reply=whole, **(usual | more))


def refusal(text: str, sent: str = "", *more: tuple[str, str]) -> Exchange:
    """An answer of 400 with a text and perhaps more headers, to a body that perhaps said the text first."""
    body = json.dumps({"orders": [{"orderId": sent}]}).encode()
    headers = (("Content-Type", "text/plain"), *more)
    return exchange(refusable("shape.slug-present", body=body), 400, raw=text.encode(), headers=headers)


def acted(
    *outcomes: Outcome, clause: str = "outcome.cancelled", ids: Sequence[str] = ("b",), status: int = 200, **more: Any
) -> Exchange:
    """A batch of orders and what became of them; `plan` is what its plan has besides."""
    sent = plan(clause, ids, orders=tuple(each.need for each in outcomes), **more.pop("plan", {}))
    return exchange(sent, status, outcomes=outcomes, **more)


def outcome(
    fate: str = "cancelled", read_back: str | None = None, *events: StreamEvent, stream: bool = False, **need: Any
) -> Outcome:
    """What became of an order that should have met a fate: `account`, `state` and `order_id` are its need's."""
    order_id = need.pop("order_id", "b")
    return Outcome(OrderNeed(order_id, fate=fate, **need), order_id, MARKET, events, read_back, stream)


def cancelled(order_id: str = "b", **changes: Any) -> StreamEvent:
    """A cancellation as the account's stream reports it."""
    usual = StreamEvent(Account.OWN, order_id, MARKET, "ORDER_STATE_CANCELED", "EXECUTION_TYPE_CANCELED", "e1", 0.0, 1)
    return dataclasses.replace(usual, **changes)


def verdict(clause: str, subject: Exchange, *others: Exchange) -> Verdict | None:
    """What the judge of a clause says of an exchange, in the company of others."""
    return sound(clause, ORACLES[clause](subject, History.of((*others, subject))))


def sound(clause: str, said: Verdict | None) -> Verdict | None:
    """What a judge may say at all: of its own clause; what is failed in a sentence, and in a shape that is none."""
    if said is not None:
        assert said.clause == clause
        assert said.status is Status.PASSED or (" " in said.message and said.shape and said.shape != said.message)
    return said


def told(clause: str, subject: Exchange, *others: Exchange) -> tuple[str, ...]:
    """The whole verdict: what is passed, with its answer if it has one; or the sentence and the shape of a failure."""
    said = verdict(clause, subject, *others)
    if said is None:
        return ("silent",)
    words = (said.message, said.shape) if said.status is Status.FAILED else (said.message,)
    return said.status.value, *filter(None, words)


def word(clause: str, subject: Exchange, *others: Exchange) -> str:
    """The same in one word: passed, failed or silent."""
    found = verdict(clause, subject, *others)
    return "silent" if found is None else found.status.value


def failures(subject: Exchange, *others: Exchange) -> set[str]:
    """The clauses whose judges find an exchange in breach."""
    history = History.of((*others, subject))
    for clause, oracle in ORACLES.items():
        sound(clause, oracle(subject, history))
    return {each.clause for each in judge(subject, history) if each.status is Status.FAILED}
