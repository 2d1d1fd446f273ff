"""Lawful variants in timing, limits, what is there at all, and how the stream tells it."""

from __future__ import annotations

from dataclasses import replace
from email.utils import formatdate

from gateway.accounts import Account
from gateway.batch import Entry
from gateway.book import Book, Execution, ExecutionType, Order, Ticket
from gateway.core import BATCHED_CANCEL, Gateway, Handler
from gateway.messages import Refusal, Reply, Request, invalid
from gateway.settings import Settings
from gateway.variants.registry import variant
from gateway.venue import Call

EDGE_PAGE = b"<!doctype html><html><head><title>429 Too Many Requests</title></head><body></body></html>"


@variant
class Slow(Gateway):
    """Takes 200 ms for every answer."""

    settings = Settings(latency_ms=200)


@variant
class StreamASecondLate(Gateway):
    """Has an order stream that is a second late."""

    settings = Settings(stream_delay_ms=1000)


@variant
class LimitsRequests(Gateway):
    """Takes 20 requests a second of a key, and answers 429 to more."""

    settings = Settings(rate_limit=20)


@variant
class ClosesIdleConnections(Gateway):
    """Closes connections that have been idle for a second."""

    settings = Settings(idle_ms=1000)


@variant
class SnapshotOnOrder(Gateway):
    """Begins a subscription to updates with a snapshot."""

    settings = Settings(snapshot_on_order=True)


@variant
class BeatsOften(Gateway):
    """Sends a heartbeat five times a second."""

    settings = Settings(heartbeat_ms=200)


@variant
class ClockSlow(Gateway):
    """Has a clock that is five seconds slow, and says so in Date."""

    settings = Settings(clock_offset_ms=-5000)

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        return replace(reply, headers=(*reply.headers, ("Date", formatdate(self.clock(now_ms) / 1000, usegmt=True))))


@variant
class LimitedByTheEdgeNowAndThen(Gateway):
    """Has an edge that answers every 19th batch with a page of HTML, 429 and a time to wait."""

    count = 0

    def serve(self, request: Request, now_ms: int) -> Reply:
        self.count += request.path == BATCHED_CANCEL
        if request.path == BATCHED_CANCEL and self.count % 19 == 0:
            return Reply(429, (("Content-Type", "text/html"), ("Retry-After", "1")), EDGE_PAGE)
        return super().serve(request, now_ms)


@variant
class UnavailableOnce(Gateway):
    """Answers 503 to every 23rd batch and is well again at once."""

    count = 0

    def serve(self, request: Request, now_ms: int) -> Reply:
        self.count += request.path == BATCHED_CANCEL
        if request.path == BATCHED_CANCEL and self.count % 23 == 0:
            raise Refusal(503, 14, "Service Unavailable", (("Retry-After", "0"),))
        return super().serve(request, now_ms)


@variant
class OnlyTheOneRoute(Gateway):
    """Has no route but batched cancel."""

    def route(self, method: str, path: str) -> Handler:
        if path != BATCHED_CANCEL:
            raise Refusal(404, 5, "Not Found")
        return super().route(method, path)


@variant
class NoOrderEntry(Gateway):
    """Lets nobody place an order, in maintenance for good."""

    def route(self, method: str, path: str) -> Handler:
        if path in ("/v1/orders", "/v1/orders/batched"):
            raise Refusal(404, 5, "Not Found")
        return super().route(method, path)


@variant
class NoStream(Gateway):
    """Has no order stream."""

    def route(self, method: str, path: str) -> Handler:
        if path == "/v1/ws/private":
            raise Refusal(404, 5, "Not Found")
        return super().route(method, path)


@variant
class NoReadBack(Gateway):
    """Lets nobody read orders; what became of them is on the stream alone."""

    def route(self, method: str, path: str) -> Handler:
        if method == "GET" and path.startswith(("/v1/order/", "/v1/orders/")):
            raise Refusal(404, 5, "Not Found")
        return super().route(method, path)


@variant
class PendingCancelFirst(Gateway):
    """Lets an order be pending cancel for 300 ms before it is cancelled and reported."""

    def may_cancel(self, call: Call, order: Order, entry: Entry) -> bool:
        return super().may_cancel(call, order, entry) and order.state != "ORDER_STATE_PENDING_CANCEL"

    def cancel(self, call: Call, order: Order) -> None:
        pending = self.book.mark_pending_cancel(order)
        self.later(300, lambda: self.publish(self.book.cancel(pending, call.now_ms)))


@variant
class OneEventForEachRepeat(Gateway):
    """Reports a cancellation once for each time that the order is named in the batch, under ids of their own."""

    def cancel_entry(self, call: Call, entry: Entry) -> None:
        order = self.book.get(entry.order_id)
        if order is not None and self.may_cancel(call, order, entry):
            execution = self.book.cancel(order, call.now_ms)
            named = sum(other == entry for other in self.read_batch(call)) if call.request.path == BATCHED_CANCEL else 1
            for number in range(named):
                self.publish(replace(execution, id=f"{execution.id}-{number}"))


@variant
class DeliversAgain(Gateway):
    """Delivers a cancellation a second time, under the same execution id."""

    def publish(self, execution: Execution) -> None:
        super().publish(execution)
        if execution.type is ExecutionType.CANCELED:
            self.later(50, lambda: super(DeliversAgain, self).publish(execution))


class _NumberedBook(Book):
    """A book whose ids are numbers in a row."""

    last = 1000

    def _identifier(self, now_ms: int) -> str:
        self.last += 1
        return str(self.last)


@variant
class NumbersItsOrders(Gateway):
    """Numbers orders in a row instead of drawing their ids."""

    def __init__(self, accounts: tuple[Account, Account] | None = None) -> None:
        super().__init__(accounts)
        self.book = _NumberedBook(self.settings.markets)


@variant
class RefusesOrdersThatExpire(Gateway):
    """Answers 400 to an order that is good till a date."""

    def place(self, call: Call, ticket: Ticket) -> tuple[Execution, ...]:
        if ticket.good_till:
            raise invalid("tif is not allowed")
        return super().place(call, ticket)


@variant
class PlacesOneByOne(Gateway):
    """Has no batched order entry."""

    def route(self, method: str, path: str) -> Handler:
        if path == "/v1/orders/batched":
            raise Refusal(404, 5, "Not Found")
        return super().route(method, path)
