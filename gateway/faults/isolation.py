"""Faults that mix up requests: at once, one after another, after a refusal, between accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from gateway.batch import Entry
from gateway.core import Gateway
from gateway.faults.registry import fault, is_batched_cancel
from gateway.memory import Memory
from gateway.messages import Json, Refusal, Reply, Request, Wire, invalid, unauthenticated
from gateway.venue import Call

Ids = tuple[str, ...]


@fault(breaks="isolation.at-once")
class SharesTheBuffer(Gateway):
    """Writes each answer into one buffer and sends what is in it 30 ms later."""

    buffer = Memory(list[bytes])

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        self.buffer[:] = [reply.body]
        return replace(reply, wire=Wire(delay_ms=30, late=lambda: self.buffer[0]))


@fault(breaks="isolation.at-once")
class JoinsRequestsOfOneSize(Gateway):
    """Takes requests with as many entries within 30 ms for the same one and answers all like the first."""

    in_flight = Memory(dict[int, tuple[int, bytes]])

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        reply = super().accept(call, ids)
        began, body = self.in_flight.get(len(ids), (0, b""))
        if call.now_ms - began > 30:
            began, body = self.in_flight[len(ids)] = call.now_ms, reply.body
        return replace(reply, body=body, wire=Wire(delay_ms=30))


@fault(breaks="isolation.at-once")
class AnswersLastInFirstOut(Gateway):
    """Keeps answers on a stack for 30 ms, so that two requests at once get each other's."""

    stack = Memory(list[bytes])

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        reply = super().accept(call, order_ids)
        self.stack.append(reply.body)
        return replace(reply, wire=Wire(delay_ms=30, late=self.stack.pop))


@fault(breaks="isolation.one-after-another")
class RepeatsTheConnectionsAnswer(Gateway):
    """Answers a batch on a connection like the one before, if it has as many entries."""

    answers = Memory(dict[tuple[int, int], Ids])

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = tuple(order_ids)
        return super().accept(call, self.answers.setdefault((call.request.connection, len(ids)), ids))


@fault(breaks="isolation.one-after-another")
class CachesBySizeOfBody(Gateway):
    """Keeps answers of a connection under the length of the body in bytes, for bodies of the same length."""

    answers = Memory(dict[tuple[int, int], Ids])

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        key = (call.request.connection, len(call.request.body))
        return super().accept(call, self.answers.setdefault(key, tuple(order_ids)))


@fault(breaks="isolation.one-after-another")
class CachesByTheEnds(Gateway):
    """Keeps answers under the number of ids, the first and the last of them."""

    answers = Memory(dict[tuple[int, int, str, str], Ids])

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = tuple(order_ids)
        return super().accept(call, self.answers.setdefault((call.request.connection, len(ids), ids[0], ids[-1]), ids))


@fault(breaks="isolation.one-after-another")
class ForgetsToEmptyTheList(Gateway):
    """Sends from the third batch of a connection on what the one before had beyond it."""

    lasts = Memory(dict[int, list[Ids]])

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = tuple(order_ids)
        lasts = self.lasts.setdefault(call.request.connection, [])
        lasts.append(ids)
        return super().accept(call, ids + lasts[-2][len(ids) :] if len(lasts) > 2 else ids)


@fault(breaks="isolation.one-after-another")
class FillsInTheOrdersOfBefore(Gateway):
    """Takes the orders of the batch before it on its connection for those that an object lacks."""

    lasts = Memory(dict[int, Sequence[Entry]])

    def read_batch(self, call: Call) -> Sequence[Entry]:
        place = call.request.connection
        document = self.parse(self.decode(call.request.body))
        if isinstance(document, dict) and "orders" not in document and place in self.lasts:
            return self.lasts[place]
        self.lasts[place] = super().read_batch(call)
        return self.lasts[place]


@fault(breaks="isolation.after-refusal")
class RefusesAfterARefusal(Gateway):
    """Refuses the first batch on a connection after one that was refused for its credentials."""

    tainted = Memory(set[int])

    def authenticate(self, request: Request, now_ms: int) -> Call:
        if request.connection in self.tainted:
            self.tainted.discard(request.connection)
            raise unauthenticated()
        try:
            return super().authenticate(request, now_ms)
        except Refusal:
            self.tainted.add(request.connection)
            raise


@fault(breaks="isolation.after-refusal")
class KeepsTheEntriesOfARefusedBatch(Gateway):
    """Echoes the first id of a refused batch in the connection's next answer."""

    left = Memory(dict[int, list[str]])

    def cancel_batch(self, call: Call) -> Reply:
        try:
            entries = self.read_batch(call)
        except Refusal:
            first = re.search(r'"orderId"\s*:\s*"([\w.:-]+)"', call.request.body.decode("utf-8", "replace"))
            self.left[call.request.connection] = [first[1]] if first else []
            raise
        self.forward(call, entries)
        left = self.left.pop(call.request.connection, [])
        return self.accept(call, [*left, *self.echo(call, entries)])


@fault(breaks="isolation.after-refusal")
class LowersTheLimitAfterTooMany(Gateway):
    """Takes ten orders at most on a connection that has sent more than 20."""

    greedy = Memory(set[int])

    def check_size(self, call: Call, orders: list[Json]) -> None:
        if len(orders) > 20:
            self.greedy.add(call.request.connection)
        if len(orders) > 10 and call.request.connection in self.greedy:
            raise invalid("too many orders")
        super().check_size(call, orders)


@fault(breaks="isolation.after-refusal")
class LocksTheConnectionAfterThree(Gateway):
    """Refuses everything on a connection after three bad bodies in a row."""

    bad = Memory(dict[int, int])

    def cancel_batch(self, call: Call) -> Reply:
        bad = self.bad.get(call.request.connection, 0)
        if bad >= 3:
            raise invalid("too many bad requests")
        try:
            reply = super().cancel_batch(call)
        except Refusal:
            self.bad[call.request.connection] = bad + 1
            raise
        self.bad[call.request.connection] = 0
        return reply


@fault(breaks="isolation.accounts")
class AnswersTheOtherAccountFromTheCache(Gateway):
    """Keeps its last answer for each number of entries and gives it to the other account, too."""

    answers = Memory(dict[int, tuple[str, Ids]])

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = tuple(order_ids)
        owner, cached = self.answers.setdefault(len(ids), (call.account.key_id, ids))
        if owner == call.account.key_id:
            self.answers[len(ids)] = (owner, ids)
            return super().accept(call, ids)
        return super().accept(call, cached)


@fault(breaks="isolation.accounts")
class AddsTheOtherAccountsLastId(Gateway):
    """Adds the last id of the other account's batch where an account changes on a connection."""

    lasts = Memory(dict[int, tuple[str, str]])

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = tuple(order_ids)
        owner, last = self.lasts.get(call.request.connection, (call.account.key_id, ""))
        self.lasts[call.request.connection] = (call.account.key_id, ids[-1])
        return super().accept(call, ids if owner == call.account.key_id else (*ids, last))


@fault(breaks="isolation.one-after-another")
class KeepsWhatIsNull(Gateway):
    """Reads a batch into the one before it, so that a null member keeps the value that stood in its place."""

    lasts = Memory(list[Sequence[Entry]])

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        last = self.lasts[0] if self.lasts else ()
        for order, before in zip(orders, last, strict=False):
            if isinstance(order, dict) and order.get("marketSlug", "") is None:
                order["marketSlug"] = before.market_slug
        self.lasts[:] = [()]
        self.lasts[:] = [super().check_entries(call, orders)]
        return self.lasts[0]


@fault(breaks="isolation.after-refusal")
class RemembersUnsignedBodies(Gateway):
    """Refuses for 3 seconds every body that it has refused for its credentials, whoever signs it then."""

    unsigned = Memory(dict[bytes, int])

    def authenticate(self, request: Request, now_ms: int) -> Call:
        if now_ms - self.unsigned.get(request.body, 0) < 3000:
            raise unauthenticated()
        try:
            return super().authenticate(request, now_ms)
        except Refusal:
            if is_batched_cancel(request):
                self.unsigned[request.body] = now_ms
            raise
