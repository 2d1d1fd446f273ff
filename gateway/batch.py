"""`POST /v1/orders/batched/cancel`: taken whole or refused whole, passed on, echoed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.book import Order
from gateway.messages import Json, Reply, Request, invalid, json_reply
from gateway.venue import Call, Venue


@dataclass(frozen=True, slots=True)
class Entry:
    """One cancellation as asked for."""

    order_id: str
    market_slug: str


def unique_members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """A JSON object whose members differ; of two with one name nobody can say which was meant."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise invalid("a member of an object is repeated")
    return members


def no_constant(_literal: str) -> Json:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError


def any_integer(digits: str) -> int | float:
    """A number of any length; past what `int` reads cheaply its value no longer matters to anybody here."""
    return int(digits) if len(digits) < 400 else float(digits)


class BatchedCancel(Venue):
    """The seams between the bytes of a batch and what it does."""

    def cancel_batch(self, call: Call) -> Reply:
        """Carry out a batched cancel: everything is read and checked before anything happens."""
        entries = self.read_batch(call)
        self.forward(call, entries)
        return self.accept(call, self.echo(call, entries))

    def read_batch(self, call: Call) -> Sequence[Entry]:
        """The entries of a batch, all of them good."""
        self.check_media_type(call.request)
        document = self.parse(self.decode(self.content(call.request)))
        orders = self.check_orders(self.check_batch(document))
        self.check_size(call, orders)
        return self.check_entries(call, orders)

    def check_media_type(self, request: Request) -> None:
        """Refuse a body that says it is something else; this gateway looks at the body instead."""

    def content(self, request: Request) -> bytes:
        """The body's bytes once any coding is off; this gateway knows none."""
        return request.body

    def decode(self, body: bytes) -> str:
        """The text of a body: UTF-8 without a byte order mark (RFC 8259, 8.1)."""
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            raise invalid("the body is not UTF-8") from None

    def parse(self, text: str) -> Json:
        """The one JSON value that a text is, whole."""
        try:
            return json.loads(
                text,
                object_pairs_hook=unique_members,
                parse_constant=no_constant,
                parse_int=any_integer,
            )
        except (ValueError, RecursionError):
            raise invalid("the body is not JSON") from None

    def check_batch(self, document: Json) -> dict[str, Json]:
        """A batch is an object."""
        if not isinstance(document, dict):
            raise invalid("the body is not an object")
        return document

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        """With an array of orders; null is neither absent nor an array."""
        orders = batch.get("orders")
        if not isinstance(orders, list):
            raise invalid("orders is required")
        return orders

    def check_size(self, call: Call, orders: list[Json]) -> None:
        """Of at least one entry and at most twenty, alike or not."""
        if not 1 <= len(orders) <= self.settings.batch_limit:
            raise invalid(f"orders must have 1 to {self.settings.batch_limit} entries")

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        """Every one of which is good."""
        return [self.check_entry(order) for order in orders]

    def check_entry(self, value: Json) -> Entry:
        """An entry is an object with an order id and a market."""
        if not isinstance(value, dict):
            raise invalid("an order is not an object")
        return Entry(self.check_member(value, "orderId"), self.check_member(value, "marketSlug"))

    def check_member(self, entry: dict[str, Json], name: str) -> str:
        """Each there, under exactly this name, and a string; which strings are ids is the exchange's business."""
        value = entry.get(name)
        if not isinstance(value, str):
            raise invalid(f"{name} is required")
        return value

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        """Pass every entry on to the exchange, each for itself."""
        for entry in entries:
            self.cancel_entry(call, entry)

    def cancel_entry(self, call: Call, entry: Entry) -> None:
        """What the exchange does with one entry: cancel, or silently nothing."""
        order = self.lookup(call, entry.order_id)
        if order is not None and self.may_cancel(call, order, entry):
            self.cancel(call, order)

    def lookup(self, call: Call, order_id: str) -> Order | None:
        """The order under an id, whoever owns it."""
        return self.book.get(order_id)

    def may_cancel(self, call: Call, order: Order, entry: Entry) -> bool:
        """Whether it is the caller's, in the market named, and still open."""
        return order.account == call.account.key_id and order.market_slug == entry.market_slug and order.is_open

    def cancel(self, call: Call, order: Order) -> None:
        """Cancel an order and report it once."""
        self.publish(self.book.cancel(order, call.now_ms))

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        """The ids of the request, as many, in that order, to the letter."""
        return [entry.order_id for entry in entries]

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        """The reply that a batch was taken: an echo, not a confirmation."""
        return json_reply(200, {"canceledOrderIds": list(order_ids)})
