"""The routes around batched cancel: placing, reading and cancelling orders, and the order stream."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import parse_qs, unquote

from gateway.auth import Authentication
from gateway.batch import BatchedCancel, Entry
from gateway.book import Execution, Order, Ticket
from gateway.forms import execution_form, order_form
from gateway.messages import Json, Refusal, Reply, invalid, json_reply
from gateway.tickets import read_ticket
from gateway.venue import Call

ORDER_PREFIX = "/v1/order/"
CANCEL_SUFFIX = "/cancel"


class OrderRoutes(Authentication, BatchedCancel):
    """What a test of batched cancel needs around it."""

    def create(self, call: Call) -> Reply:
        """`POST /v1/orders`."""
        document = self.document(call)
        executions = self.place(call, read_ticket(document))
        shown = [execution_form(execution) for execution in executions] if document.get("synchronousExecution") else []
        return json_reply(200, {"id": executions[0].order.id, "executions": shown})

    def create_batch(self, call: Call) -> Reply:
        """`POST /v1/orders/batched`: every entry is read before the first one is placed."""
        orders = self.document(call).get("orders")
        if not isinstance(orders, list) or not 1 <= len(orders) <= self.settings.batch_limit:
            raise invalid(f"orders must have 1 to {self.settings.batch_limit} entries")
        tickets = [read_ticket(order) for order in orders]
        return json_reply(200, {"createdOrderIds": [self.place(call, ticket)[0].order.id for ticket in tickets]})

    def place(self, call: Call, ticket: Ticket) -> tuple[Execution, ...]:
        """Hand an order to the exchange and report all that follows."""
        executions = self.book.place(call.account.key_id, ticket, call.now_ms)
        for execution in executions:
            self.publish(execution)
        return executions

    def list_open(self, call: Call) -> Reply:
        """`GET /v1/orders/open?slugs=…&slugs=…`."""
        slugs = parse_qs(call.request.query).get("slugs", [])
        return json_reply(200, {"orders": [order_form(order) for order in self.listed(call, slugs)]})

    def listed(self, call: Call, slugs: Collection[str]) -> Iterable[Order]:
        """The caller's open orders, of some markets or of all, as the list of them is served."""
        return self.book.open_orders(call.account.key_id, slugs)

    def cancel_open(self, call: Call) -> Reply:
        """`POST /v1/orders/open/cancel`: here the ids are those really cancelled."""
        slugs = self.document(call).get("slugs") or []
        if not isinstance(slugs, list) or not all(isinstance(slug, str) for slug in slugs):
            raise invalid("slugs must be a list of strings")
        orders = self.book.open_orders(call.account.key_id, slugs)
        for order in orders:
            self.publish(self.book.cancel(order, call.now_ms))
        return json_reply(200, {"canceledOrderIds": [order.id for order in orders]})

    def retrieve(self, call: Call) -> Reply:
        """`GET /v1/order/{orderId}`: another account's order is answered as one that doesn't exist."""
        order = self.book.get(unquote(call.request.path.removeprefix(ORDER_PREFIX)))
        if order is None or order.account != call.account.key_id:
            raise Refusal(404, 5, "order not found")
        return json_reply(200, {"order": order_form(order)})

    def cancel_one(self, call: Call) -> Reply:
        """`POST /v1/order/{orderId}/cancel`: the market may be left out, an id that is nobody's is silently ignored."""
        order_id = unquote(call.request.path.removeprefix(ORDER_PREFIX).removesuffix(CANCEL_SUFFIX))
        slug = self.document(call).get("marketSlug")
        if slug is not None and not isinstance(slug, str):
            raise invalid("marketSlug is not a string")
        order = self.book.get(order_id)
        if order is not None:
            self.cancel_entry(call, Entry(order_id, slug or order.market_slug))
        return json_reply(200, {})

    def listen(self, call: Call) -> Reply:
        """`GET /v1/ws/private`."""
        if call.request.value("Upgrade").lower() != "websocket":
            raise Refusal(426, 9, "a WebSocket upgrade is required")
        return Reply(101, session=self.open_session(call.account))

    def document(self, call: Call) -> dict[str, Json]:
        """The object that a request carries, an empty one if it carries nothing."""
        body = call.request.body
        return self.check_batch(self.parse(self.decode(body))) if body else {}
