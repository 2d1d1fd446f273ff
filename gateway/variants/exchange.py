"""Lawful variants of the exchange behind the gateway: what it does of its own accord, and how soon it is seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from gateway.book import Execution, ExecutionType, Order, OrderState, Ticket
from gateway.core import Gateway
from gateway.memory import Memory
from gateway.messages import Json
from gateway.variants.registry import variant
from gateway.variants.weather import PendingCancelFirst
from gateway.venue import Call

EIGHTH = 8
"""Of so many orders one meets with something, by their numbers."""


class MeetsEveryEighth(Gateway):
    """A gateway that does something with one order of eight."""

    placed = Memory(list[str])

    def place(self, call: Call, ticket: Ticket) -> tuple[Execution, ...]:
        executions = super().place(call, ticket)
        order = executions[-1].order
        self.placed.append(order.id)
        if len(self.placed) % EIGHTH == 0 and order.is_open:
            self.meet(order, call.now_ms)
        return executions

    def meet(self, order: Order, now_ms: int) -> None:
        """What becomes of it."""


@variant
class FillsEveryEighth(MeetsEveryEighth):
    """Fills one order of eight as soon as it has come."""

    def meet(self, order: Order, now_ms: int) -> None:
        self.publish(self.book.fill(order, now_ms))


@variant
class FillsUnderACancel(PendingCancelFirst):
    """Trades every eighth order that it has to cancel, while that is under way."""

    asked = 0

    def cancel(self, call: Call, order: Order) -> None:
        self.asked += 1
        if self.asked % EIGHTH:
            super().cancel(call, order)
            return
        pending = self.book.mark_pending_cancel(order)
        self.later(150, lambda: self.publish(self.book.fill(pending, call.now_ms)))


@variant
class CancelsByItself(MeetsEveryEighth):
    """Cancels one order of eight a second after it came, and gives a reason that it has for that."""

    unfunded = Memory(set[str])

    def meet(self, order: Order, now_ms: int) -> None:
        self.later(1000, lambda: self.drop(order.id, now_ms + 1000))

    def drop(self, order_id: str, now_ms: int) -> None:
        """Take an order out of the market that nobody pays for any more."""
        order = self.book.get(order_id)
        if order is not None and order.is_open:
            self.unfunded.add(order_id)
            self.publish(self.book.cancel(order, now_ms))

    def describe(self, execution: Execution) -> Json:
        form = super().describe(execution)
        if execution.type is ExecutionType.CANCELED and execution.order.id in self.unfunded and isinstance(form, dict):
            return form | {"unsolicitedCancelReason": "UNSOLICITED_CXL_REASON_OTHER"}
        return form


@variant
class ExpiresEveryEighth(MeetsEveryEighth):
    """Lets one order of eight expire a second after it came, as an exchange does that closes a market."""

    def meet(self, order: Order, now_ms: int) -> None:
        self.later(1000, lambda: self.end(order.id, now_ms + 1000))

    def end(self, order_id: str, now_ms: int) -> None:
        """Say that an order's time is over, if it is still there."""
        order = self.book.get(order_id)
        if order is not None and order.is_open:
            self.publish(self.book.expire(order, now_ms))


@variant
class ListsOrdersLate(Gateway):
    """Lists open orders from a copy of its book that is a second and a half behind."""

    gone_ms = Memory(dict[str, int])

    def publish(self, execution: Execution) -> None:
        super().publish(execution)
        if not execution.order.is_open:
            self.gone_ms[execution.order.id] = execution.at_ms

    def listed(self, call: Call, slugs: Collection[str]) -> Iterable[Order]:
        mine = (self.as_it_was(order, call.now_ms) for order in self.book if order.account == call.account.key_id)
        return [each for each in mine if each.is_open and (not slugs or each.market_slug in slugs)]

    def as_it_was(self, order: Order, now_ms: int) -> Order:
        """An order as the copy still has it."""
        gone_ms = self.gone_ms.get(order.id)
        return replace(order, state=OrderState.NEW) if gone_ms is not None and now_ms - gone_ms < 1500 else order
