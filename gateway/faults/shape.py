"""Faults about what a batch is made of: objects, arrays, and what has to be there."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.batch import Entry
from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.memory import Memory
from gateway.messages import Json, Request
from gateway.venue import Call


@fault(breaks="shape.batch-object")
class TakesABareArray(Gateway):
    """Takes a bare array as the orders of a batch."""

    def check_batch(self, document: Json) -> dict[str, Json]:
        return super().check_batch({"orders": document} if isinstance(document, list) else document)


@fault(breaks="shape.batch-object")
class UnwrapsASingleBatch(Gateway):
    """Takes an array of exactly one batch for that batch, as Jackson can be told to."""

    def check_batch(self, document: Json) -> dict[str, Json]:
        wrapped = isinstance(document, list) and len(document) == 1 and isinstance(document[0], dict)
        return super().check_batch(document[0] if wrapped and "orders" in document[0] else document)


@fault(breaks="shape.batch-object")
class TakesABatchInAString(Gateway):
    """Takes a string that holds a batch as JSON, written twice over by some client of old."""

    def check_batch(self, document: Json) -> dict[str, Json]:
        return super().check_batch(self.parse(document) if isinstance(document, str) else document)


@fault(breaks="shape.body-present")
class TakesNoBody(Gateway):
    """Takes a request without a body and answers with an empty echo."""

    def read_batch(self, call: Call) -> Sequence[Entry]:
        return super().read_batch(call) if call.request.body else []


@fault(breaks="shape.body-present")
class ReadsTheLastBodyAgain(Gateway):
    """Reads what its buffer still holds of the connection's last batch where a request has no body."""

    buffers = Memory(dict[int, bytes])

    def content(self, request: Request) -> bytes:
        if request.body:
            self.buffers[request.connection] = request.body
        return self.buffers.get(request.connection, request.body)


@fault(breaks="shape.orders-present")
class TakesNoOrders(Gateway):
    """Takes an object without orders and answers with an empty echo."""

    def read_batch(self, call: Call) -> Sequence[Entry]:
        document = self.parse(self.decode(call.request.body))
        return [] if isinstance(document, dict) and "orders" not in document else super().read_batch(call)


@fault(breaks="shape.orders-present")
class TakesASingleCancel(Gateway):
    """Takes the body of a single cancel, an order id and a market without a list around them."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        return [batch] if "orders" not in batch and "orderId" in batch else super().check_orders(batch)


@fault(breaks="shape.orders-present")
class UnwrapsARequestMember(Gateway):
    """Takes a batch under the member request, which the preview of orders asks for."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        inner = batch.get("request")
        return super().check_orders(inner if "orders" not in batch and isinstance(inner, dict) else batch)


@fault(breaks="shape.orders-present")
class UnwrapsAPayload(Gateway):
    """Takes a batch under the member payload, as its queue wraps them."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        inner = batch.get("payload")
        return super().check_orders(inner if "orders" not in batch and isinstance(inner, dict) else batch)


@fault(breaks="shape.orders-present")
class TakesRequestsForOrders(Gateway):
    """Takes a list under requests, as the exchange behind it calls it."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        return super().check_orders(batch if "orders" in batch else {"orders": batch.get("requests")})


@fault(breaks="shape.orders-array")
class TakesNumberedMembers(Gateway):
    """Takes an object with members 0, 1, 2 for an array, as PHP does."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        orders = batch.get("orders")
        if isinstance(orders, dict) and orders and list(orders) == [str(index) for index in range(len(orders))]:
            return list(orders.values())
        return super().check_orders(batch)


@fault(breaks="shape.orders-array")
class TakesOneOrderUnlisted(Gateway):
    """Takes a single entry where the list should be, as Jackson can be told to."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        orders = batch.get("orders")
        return [orders] if isinstance(orders, dict) and "orderId" in orders else super().check_orders(batch)


@fault(breaks="shape.orders-array")
class TakesNullForNoOrders(Gateway):
    """Takes null as a list without orders, and a list without orders that came as null."""

    def read_batch(self, call: Call) -> Sequence[Entry]:
        document = self.parse(self.decode(call.request.body))
        null = isinstance(document, dict) and "orders" in document and document["orders"] is None
        return [] if null else super().read_batch(call)


@fault(breaks="shape.orders-array")
class TakesOrdersInAString(Gateway):
    """Takes a string that holds the array as JSON, as form fields do."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        orders = batch.get("orders")
        return super().check_orders({"orders": self.parse(orders)} if isinstance(orders, str) else batch)


@fault(breaks="shape.orders-array", night=True)
class TakesFalseForNoOrders(Gateway):
    """Takes false, zero and the empty string as a list without orders."""

    def read_batch(self, call: Call) -> Sequence[Entry]:
        document = self.parse(self.decode(call.request.body))
        orders = document.get("orders") if isinstance(document, dict) else None
        return [] if isinstance(orders, bool | int | str) and not orders else super().read_batch(call)


@fault(breaks="shape.entry-object")
class SkipsNullEntries(Gateway):
    """Skips entries that are null, as long as another one is there."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        return super().check_entries(call, [order for order in orders if order is not None] or orders)


@fault(breaks="shape.entry-object", night=True)
class SkipsFalseEntries(Gateway):
    """Skips entries that are empty or false, which a filter of truth drops along with null."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        kept = [order for order in orders if order or order is None or order == {}]
        return super().check_entries(call, kept or orders)


@fault(breaks="shape.entry-object")
class TakesBareIds(Gateway):
    """Takes a string for an order id in the market of the entry before."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries: list[Entry] = []
        for order in orders:
            bare = isinstance(order, str) and entries
            entries.append(Entry(order, entries[-1].market_slug) if bare else self.check_entry(order))
        return entries


@fault(breaks="shape.entry-object")
class TakesPairs(Gateway):
    """Takes an array of two strings for an order id and its market."""

    def check_entry(self, value: Json) -> Entry:
        match value:
            case [str(order_id), str(market_slug)]:
                return Entry(order_id, market_slug)
            case _:
                return super().check_entry(value)


@fault(breaks="shape.entry-object", night=True)
class FlattensNestedLists(Gateway):
    """Flattens arrays within the array, as Ruby programs like to."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        flat: list[Json] = []
        for order in orders:
            flat.extend(order if isinstance(order, list) and order else [order])
        return super().check_entries(call, flat)


@fault(breaks="shape.entry-object", night=True)
class ReadsEntriesInStrings(Gateway):
    """Takes a string that holds an entry as JSON."""

    def check_entry(self, value: Json) -> Entry:
        packed = isinstance(value, str) and value.startswith("{")
        return super().check_entry(self.parse(value) if packed else value)


@fault(breaks="shape.id-present")
class TakesNoId(Gateway):
    """Takes an entry without an order id and makes it an empty one, as Go and Protocol Buffers do."""

    def check_entry(self, value: Json) -> Entry:
        return super().check_entry({"orderId": ""} | value if isinstance(value, dict) else value)


@fault(breaks="shape.id-present")
class KeepsTheIdOfTheEntryBefore(Gateway):
    """Reads into a variable that it never clears: an entry without an id has the one before it."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries: list[Entry] = []
        for order in orders:
            kept = {"orderId": entries[-1].order_id} if entries else {}
            entries.append(self.check_entry(kept | order if isinstance(order, dict) else order))
        return entries


@fault(breaks="shape.id-present")
class TakesNoIdInTheLastEntry(Gateway):
    """Takes an entry without an id for an end mark where it is the last of several."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        marked = len(orders) > 1 and isinstance(orders[-1], dict) and "orderId" not in orders[-1]
        return super().check_entries(call, orders[:-1] if marked else orders)


@fault(breaks="shape.id-present")
class TakesNoIdAmongFive(Gateway):
    """Skips the check for a missing id in a batch of more than five, to be quick."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        kept = [order for order in orders if not isinstance(order, dict) or "orderId" in order]
        return super().check_entries(call, kept if len(orders) > 5 else orders)


@fault(breaks="shape.slug-present")
class TakesNoSlug(Gateway):
    """Takes an entry without a market and makes it an empty one, as Go and Protocol Buffers do."""

    def check_entry(self, value: Json) -> Entry:
        return super().check_entry({"marketSlug": ""} | value if isinstance(value, dict) else value)


@fault(breaks="shape.slug-present")
class KeepsTheSlugOfTheEntryBefore(Gateway):
    """Lets an entry without a market have that of the entry before it."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        entries: list[Entry] = []
        for order in orders:
            kept = {"marketSlug": entries[-1].market_slug} if entries else {}
            entries.append(self.check_entry(kept | order if isinstance(order, dict) else order))
        return entries


@fault(breaks="shape.slug-present")
class TakesOneSlugForAll(Gateway):
    """Takes a market beside the orders for all that name none."""

    def check_orders(self, batch: dict[str, Json]) -> list[Json]:
        common = {"marketSlug": batch["marketSlug"]} if "marketSlug" in batch else {}
        return [common | order if isinstance(order, dict) else order for order in super().check_orders(batch)]


@fault(breaks="shape.slug-present")
class FillsInTheSlugOfAKnownOrder(Gateway):
    """Looks a missing market up where the order is known, as the single cancel allows."""

    def check_entry(self, value: Json) -> Entry:
        if isinstance(value, dict) and "marketSlug" not in value and isinstance(value.get("orderId"), str):
            order = self.book.get(value["orderId"])
            if order is not None:
                return Entry(order.id, order.market_slug)
        return super().check_entry(value)


@fault(breaks="shape.slug-present")
class TakesNoSlugInTheLastEntry(Gateway):
    """Stops looking for markets one entry too early in a batch of three or more."""

    def check_entries(self, call: Call, orders: list[Json]) -> Sequence[Entry]:
        *front, last = orders
        if front[1:] and isinstance(last, dict) and "marketSlug" not in last:
            last = {"marketSlug": ""} | last
        return super().check_entries(call, [*front, last])
