"""An examination that tells gateways apart: every question is put to the core, and everything it does is written down.

It is no judge. It only answers whether a fault shows anywhere at all, and whether a variant is what it says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from gateway.accounts import Account
from gateway.book import Book
from gateway.core import Gateway
from gateway.messages import Headers, Reply, Request
from suites.selftest.gateway.signed import NOW, PATH, batch, document, signed, ticket

SHORTLY_MS = 1000


@dataclass(frozen=True)
class Question:
    """One request, or several whose answers are only sent when all of them are taken."""

    requests: tuple[Request, ...]
    after_ms: int = 0
    """How far the clock has moved on since the examination began."""


class Ledger(Book):
    """A book whose ids are counted, not drawn, so that two examinations can be compared."""

    def _identifier(self, now_ms: int) -> str:
        self.count = getattr(self, "count", 0) + 1
        return f"{now_ms:X}ORDER{self.count:0>10}"


class Examinee:
    """A gateway with orders in its book, an ear on both of its streams, and a record of all that came of it."""

    def __init__(self, kind: type[Gateway], accounts: tuple[Account, Account]) -> None:
        self.gateway = kind(accounts)
        self.gateway.book = Ledger(self.gateway.settings.markets)
        self.put_off: list[tuple[int, Callable[[], None]]] = []
        self.gateway.later = lambda delay_ms, action: self.put_off.append((delay_ms, action))
        self.sessions = [self.gateway.open_session(account) for account in accounts]
        for session in self.sessions:
            session.receive('{"subscribe":{"requestId":"r","subscriptionType":1}}')
        self.record: list[Any] = []

    def place(self, number: int, slug: str, **changes: Any) -> str:
        """Place an order; its id."""
        request = signed(self.gateway.accounts[number], ticket(slug, **changes), target="/v1/orders")
        return str(document(self.gateway.handle(request, NOW))["id"])

    def ask(self, question: Question) -> None:
        """Put a question and write down what came of it."""
        now_ms = NOW + question.after_ms
        replies = [self.answer(request, now_ms) for request in question.requests]
        seen: list[Any] = [self.describe(reply) for reply in replies]
        put_off, self.put_off = self.put_off, []
        for delay_ms, action in put_off:
            if delay_ms <= SHORTLY_MS:
                action()
        seen += [[order.state for order in self.gateway.book], [self.frames(session) for session in self.sessions]]
        self.record.append(seen)

    def answer(self, request: Request, now_ms: int) -> Reply | str:
        """What the gateway says, its falling over included."""
        try:
            held = self.gateway.expect(request) if request.value("Expect") else None
            return held or self.gateway.handle(request, now_ms)
        except Exception as error:  # noqa: BLE001  # that it falls over is what some faults are about
            return type(error).__name__

    def describe(self, reply: Reply | str) -> Any:
        """A reply without what differs from run to run."""
        if isinstance(reply, str):
            return reply
        late = reply.wire.late
        wire = replace(reply.wire, late=None)
        body = late() if late else reply.body
        return (reply.status, reply.headers, body.decode("latin-1"), repr(wire))

    def frames(self, session: Any) -> list[Any]:
        """The executions told of since the last look."""
        frames = [json.loads(frame) for frame in session.outbox]
        session.outbox.clear()
        return [frame.get("orderSubscriptionUpdate", {}).get("execution", frame) for frame in frames]


def with_headers(request: Request, *added: tuple[str, str], without: str = "") -> Request:
    """A request with headers added, and one taken away."""
    kept = tuple(pair for pair in request.headers if pair[0] != without)
    return replace(request, headers=(*kept, *added))


def examine(kind: type[Gateway], accounts: tuple[Account, Account], questions: Questions) -> list[Any]:
    """The record of a gateway."""
    examinee = Examinee(kind, accounts)
    for question in questions(examinee):
        examinee.ask(question)
    return examinee.record


Questions = Callable[[Examinee], Iterator[Question]]


def one(request: Request, after_ms: int = 0) -> Question:
    """A question of one request."""
    return Question((request,), after_ms)


def renewed(examinee: Examinee, slugs: list[str], number: int = 0) -> list[tuple[str, str]]:
    """Fresh open orders, one in each market, as entries of a batch."""
    return [(examinee.place(number, slug), slug) for slug in slugs]


def raw(account: Account, body: bytes, *, headers: Headers = (), connection: int = 0) -> Request:
    """A rightly signed batch of any bytes."""
    request = signed(account, body)
    return replace(request, headers=request.headers + headers, connection=connection)


def lawful(account: Account, *ids: str, connection: int = 0) -> Request:
    """A lawful batch of some ids in one market."""
    return replace(signed(account, batch(*((order_id, "market-1") for order_id in ids))), connection=connection)


def at(account: Account, text: str) -> Request:
    """A lawful batch under any text for a timestamp, signed as it is."""
    return signed(account, batch(("order-1", "market-1")), at=text)


def unsigned(target: str, account: Account, body: Any, method: str = "POST") -> Request:
    """A batch under a key id, with a signature that is none."""
    headers = (("X-PM-Access-Key", account.key_id), ("X-PM-Timestamp", str(NOW)), ("X-PM-Signature", "A" * 86 + "=="))
    return Request(method, target, headers, json.dumps(body).encode())


PATHS = (
    PATH + "/",
    "//v1/orders//batched/cancel",
    "/V1/Orders/Batched/Cancel",
    "/v1/orders/batched/%63ancel",
    "/v1/x/../orders/batched/cancel",
    PATH + ".json",
)
