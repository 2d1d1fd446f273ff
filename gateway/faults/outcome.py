"""Faults about what becomes of the orders that a batch names, and of those that it doesn't."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.batch import Entry
from gateway.book import Order
from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.memory import Memory
from gateway.messages import Refusal, Reply
from gateway.venue import Call


def acts(gateway: Gateway, call: Call, entry: Entry) -> bool:
    """Whether an entry names an open order of the caller with its own market."""
    order = gateway.book.get(entry.order_id)
    return order is not None and Gateway.may_cancel(gateway, call, order, entry)


def orders_of(gateway: Gateway, call: Call) -> tuple[Order, ...]:
    """The caller's open orders."""
    return gateway.book.open_orders(call.account.key_id)


@fault(breaks="outcome.cancelled")
class LeavesTheLast(Gateway):
    """Forwards all entries but the last of several."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, entries[:-1] or entries)


@fault(breaks="outcome.cancelled")
class ForwardsTen(Gateway):
    """Forwards the first ten entries, and echoes all."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, entries[:10])


@fault(breaks="outcome.cancelled")
class ForwardsOneMarket(Gateway):
    """Forwards only the entries in the market of the first."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, [entry for entry in entries if entry.market_slug == entries[0].market_slug])


@fault(breaks="outcome.cancelled")
class ForwardsNothingOfFullBatches(Gateway):
    """Puts a batch of 20 into a queue that nobody reads."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, entries if len(entries) < 20 else ())


@fault(breaks="outcome.cancelled")
class CarriesOutEachBodyOnce(Gateway):
    """Keeps the answer to each body, so that no retry acts twice, and forgets to ask whose body it was."""

    answers = Memory(dict[bytes, Reply])

    def cancel_batch(self, call: Call) -> Reply:
        body = call.request.body
        if body not in self.answers:
            self.answers[body] = super().cancel_batch(call)
        return self.answers[body]


@fault(breaks="outcome.cancelled")
class LeavesTheOldest(Gateway):
    """Never cancels the oldest open order of an account that has others, an index that begins at one."""

    def may_cancel(self, call: Call, order: Order, entry: Entry) -> bool:
        mine = orders_of(self, call)
        return super().may_cancel(call, order, entry) and not (len(mine) > 1 and mine[0].id == order.id)


@fault(breaks="outcome.independent")
class LeavesRepeatedOrders(Gateway):
    """Leaves an order that is named twice, each naming undoing the other."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        ids = [entry.order_id for entry in entries]
        super().forward(call, [entry for entry in entries if ids.count(entry.order_id) % 2])


@fault(breaks="outcome.cancelled")
class CancelsAMinuteLate(Gateway):
    """Cancels after a minute."""

    def cancel(self, call: Call, order: Order) -> None:
        self.later(60_000, lambda: super(CancelsAMinuteLate, self).cancel(call, order))


@fault(breaks="outcome.independent")
class StopsAtTheUnknown(Gateway):
    """Forwards entries up to the first unknown id."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        unknown = [index for index, entry in enumerate(entries) if self.book.get(entry.order_id) is None]
        super().forward(call, entries[: unknown[0]] if unknown else entries)


@fault(breaks="outcome.independent")
class StopsAtTheDead(Gateway):
    """Forwards entries up to the first order that is no longer open."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        for entry in entries:
            order = self.book.get(entry.order_id)
            self.cancel_entry(call, entry)
            if order is not None and not order.is_open:
                break


@fault(breaks="outcome.independent")
class WantsAllOrNothing(Gateway):
    """Cancels nothing where a batch names an unknown order."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        if all(self.book.get(entry.order_id) for entry in entries):
            super().forward(call, entries)


@fault(breaks="outcome.independent")
class WantsAllTheCallersOwn(Gateway):
    """Cancels nothing where a batch names another account's order."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        orders = [self.book.get(entry.order_id) for entry in entries]
        if all(order is None or order.account == call.account.key_id for order in orders):
            super().forward(call, entries)


@fault(breaks="outcome.independent")
class GivesUpAfterTenMisses(Gateway):
    """Stops forwarding after ten entries that name nothing open."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        misses = 0
        for entry in entries:
            misses += not acts(self, call, entry)
            if misses < 10:
                self.cancel_entry(call, entry)


@fault(breaks="outcome.independent")
class SkipsTheOneAfterTheUnknown(Gateway):
    """Skips the entry behind an unknown one, whose turn it was."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        for before, entry in zip((entries[0], *entries), entries, strict=False):
            if entry is entries[0] or self.book.get(before.order_id):
                self.cancel_entry(call, entry)


@fault(breaks="outcome.nothing-to-cancel")
class AnswersNotFoundToUnknownIds(Gateway):
    """Answers 404 to a batch of unknown ids only, once the account has open orders to compare them with."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        if orders_of(self, call) and not any(self.book.get(entry.order_id) for entry in entries):
            raise Refusal(404, 5, "order not found")
        super().forward(call, entries)


@fault(breaks="outcome.nothing-to-cancel")
class AnswersConflictToTheCancelled(Gateway):
    """Answers 409 to a batch that names an order cancelled before."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        orders = [self.book.get(entry.order_id) for entry in entries]
        if any(order and order.account == call.account.key_id and not order.is_open for order in orders):
            raise Refusal(409, 9, "order is not open")
        super().forward(call, entries)


@fault(breaks="outcome.nothing-to-cancel")
class CancelsTheCancelled(Gateway):
    """Cancels an order again that a batch before had cancelled, and reports it."""

    def may_cancel(self, call: Call, order: Order, entry: Entry) -> bool:
        return order.account == call.account.key_id and order.market_slug == entry.market_slug


@fault(breaks="outcome.nothing-else")
class CancelsANeighbour(Gateway):
    """Cancels another order of the market that an entry names, where the order it names is in another."""

    def cancel_entry(self, call: Call, entry: Entry) -> None:
        order = self.lookup(call, entry.order_id)
        if order is not None and order.is_open and order.market_slug != entry.market_slug:
            mine = (each for each in orders_of(self, call) if each.market_slug == entry.market_slug)
            order = next(mine, None)
            if order is not None:
                self.cancel(call, order)
        else:
            super().cancel_entry(call, entry)


@fault(breaks="outcome.nothing-else")
class CancelsTheWholeMarket(Gateway):
    """Cancels every order of the account in a market that a batch names."""

    def cancel(self, call: Call, order: Order) -> None:
        super().cancel(call, order)
        for other in self.book.open_orders(call.account.key_id, [order.market_slug]):
            super().cancel(call, other)


@fault(breaks="outcome.nothing-else")
class CancelsTheNewestForTheUnknown(Gateway):
    """Takes an unknown id beside known ones for the account's newest order."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        known = [self.book.get(entry.order_id) is not None for entry in entries]
        super().forward(call, entries)
        if any(known) and not all(known) and orders_of(self, call):
            self.cancel(call, orders_of(self, call)[-1])


@fault(breaks="outcome.nothing-else")
class CancelsEverythingForTwenty(Gateway):
    """Takes a full batch that acts on anything for all of the account's orders."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        active = any(acts(self, call, entry) for entry in entries)
        super().forward(call, entries)
        for order in orders_of(self, call) if active and len(entries) == 20 else ():
            self.cancel(call, order)


@fault(breaks="outcome.nothing-else")
class CancelsTwins(Gateway):
    """Cancels with an order the next one of the same market, price and quantity."""

    def cancel(self, call: Call, order: Order) -> None:
        super().cancel(call, order)
        twin = next((other for other in orders_of(self, call) if other.ticket == order.ticket), None)
        if twin:
            super().cancel(call, twin)


@fault(breaks="outcome.once")
class LooksBeforeItCancels(Gateway):
    """Looks whether an order is open, cancels it a moment later, and never looks again in between."""

    def cancel(self, call: Call, order: Order) -> None:
        self.later(40, lambda: super(LooksBeforeItCancels, self).cancel(call, order))
