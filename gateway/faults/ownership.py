"""Faults about whose orders a key may touch, and what it learns of those of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gateway.batch import Entry
from gateway.book import Order
from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.messages import Refusal, Reply, json_reply
from gateway.venue import Call


def foreign(gateway: Gateway, call: Call, order_ids: Iterable[str]) -> list[Order]:
    """The orders among some ids that are another account's."""
    orders = (gateway.book.get(order_id) for order_id in order_ids)
    return [order for order in orders if order and order.account != call.account.key_id]


@fault(breaks="ownership.foreign-untouched")
class CancelsAnybodysOrders(Gateway):
    """Never asks whose an order is."""

    def may_cancel(self, call: Call, order: Order, entry: Entry) -> bool:
        return order.market_slug == entry.market_slug and order.is_open


@fault(breaks="ownership.foreign-untouched")
class CancelsForeignOrdersUnderAnotherMarket(Gateway):
    """Looks an order up by its id alone where its market is not the one named, and forgets to ask whose it is."""

    def may_cancel(self, call: Call, order: Order, entry: Entry) -> bool:
        if order.market_slug != entry.market_slug:
            return order.is_open
        return super().may_cancel(call, order, entry)


@fault(breaks="ownership.foreign-untouched")
class CancelsForeignOrdersAmongOwn(Gateway):
    """Asks whose the first known order of a batch is, and takes the others for its owner's."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        known = [order for entry in entries if (order := self.book.get(entry.order_id))]
        super().forward(call, entries)
        if known and known[0].account == call.account.key_id:
            for entry in entries:
                order = self.book.get(entry.order_id)
                if order and order.is_open and order.market_slug == entry.market_slug:
                    self.cancel(call, order)


@fault(breaks="ownership.foreign-untouched")
class LetsTheSecondCancelForTheFirst(Gateway):
    """Lets the second account cancel orders of the first, but not the other way round."""

    def may_cancel(self, call: Call, order: Order, entry: Entry) -> bool:
        if call.account is self.accounts[1]:
            return order.market_slug == entry.market_slug and order.is_open
        return super().may_cancel(call, order, entry)


@fault(breaks="ownership.foreign-as-unknown")
class RollsBackAtAForeignOrder(Gateway):
    """Cancels nothing of a batch that names another account's order, and takes it."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        if not foreign(self, call, (entry.order_id for entry in entries)):
            super().forward(call, entries)


@fault(breaks="ownership.foreign-as-unknown")
class ForbidsForeignOrders(Gateway):
    """Answers 403 to a batch that names another account's order."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        if foreign(self, call, (entry.order_id for entry in entries)):
            raise Refusal(403, 7, "Forbidden")
        super().forward(call, entries)


@fault(breaks="ownership.foreign-as-unknown")
class AnswersNotFoundToForeignOrders(Gateway):
    """Answers 404 to a batch that names only another account's orders, and 200 where they are unknown."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        ids = [entry.order_id for entry in entries]
        if len(foreign(self, call, ids)) == len(ids):
            raise Refusal(404, 5, "order not found")
        super().forward(call, entries)


@fault(breaks="ownership.foreign-as-unknown")
class CountsForeignOrders(Gateway):
    """Says in a further member how many orders of a batch it had to skip, which tells foreign from unknown."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        skipped = len(foreign(self, call, ids))
        return json_reply(200, {"canceledOrderIds": ids, **({"skipped": skipped} if skipped else {})})


@fault(breaks="ownership.own-key")
class ActsForTheFirstAccount(Gateway):
    """Acts for the first account, whoever of the two has signed."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(replace(call, account=self.accounts[0]), entries)


@fault(breaks="ownership.foreign-untouched")
class CancelsForeignOrdersNamedTwice(Gateway):
    """Asks whose an order is when it meets it first, and not when it meets it again in the batch."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, entries)
        again = [entry for index, entry in enumerate(entries) if entry in entries[:index]]
        for order in filter(None, (self.book.get(entry.order_id) for entry in again)):
            if order.is_open:
                self.cancel(call, order)


@fault(breaks="ownership.foreign-untouched")
class CancelsAForeignOrderInFront(Gateway):
    """Asks whose an order is but for the first of several."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, entries)
        order = self.book.get(entries[0].order_id) if len(entries) > 1 else None
        if order and order.is_open and order.market_slug == entries[0].market_slug:
            self.cancel(call, order)


@fault(breaks="ownership.foreign-untouched")
class AsksNotOfTheTwentieth(Gateway):
    """Asks whose the orders are up to the 19th of a batch."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, entries)
        for order in filter(None, (self.book.get(entry.order_id) for entry in entries[19:])):
            if order.is_open:
                self.cancel(call, order)


@fault(breaks="ownership.foreign-as-unknown")
class CountsUnknownOrdersInAHeader(Gateway):
    """Says in a header how many orders of a batch nobody has, and those of others are not among them."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        unknown = sum(self.book.get(each) is None for each in ids)
        reply = super().accept(call, ids)
        return replace(reply, headers=(*reply.headers, ("X-Orders-Not-Found", str(unknown))))


@fault(breaks="ownership.foreign-as-unknown")
class CountsOpenOrdersInAHeader(Gateway):
    """Says in a header how many orders of a batch are open, whoever has them."""

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        ids = list(order_ids)
        still = sum(order is not None and order.is_open for order in map(self.book.get, ids))
        reply = super().accept(call, ids)
        return replace(reply, headers=(*reply.headers, ("X-OMS-Open", str(still))))
