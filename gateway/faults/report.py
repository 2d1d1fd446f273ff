"""Faults of the order stream: what it leaves out, and what it gets wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.accounts import Account
from gateway.batch import Entry
from gateway.book import Execution, ExecutionType, Order, OrderState
from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.forms import number
from gateway.memory import Memory
from gateway.messages import Json
from gateway.venue import Call


def is_cancel(execution: Execution) -> bool:
    """Whether an execution says that an order was cancelled."""
    return execution.type is ExecutionType.CANCELED


def of_a_cancel(execution: Execution, form: Json, changed: Json) -> Json:
    """What is told of an execution, with its order changed where it is a cancellation."""
    return form | {"order": form["order"] | changed} if is_cancel(execution) else form


@fault(breaks="outcome.reported")
class ReportsNoCancellation(Gateway):
    """Reports everything but cancellations."""

    def publish(self, execution: Execution) -> None:
        if not is_cancel(execution):
            super().publish(execution)


@fault(breaks="outcome.reported")
class ReportsTheFirstFive(Gateway):
    """Reports five cancellations of a request and drops the others, whose buffer is full."""

    burst = Memory(dict[int, int])

    def publish(self, execution: Execution) -> None:
        count = self.burst[execution.at_ms] = self.burst.get(execution.at_ms, 0) + is_cancel(execution)
        if count <= 5:
            super().publish(execution)


@fault(breaks="outcome.reported")
class ReportsOneMarket(Gateway):
    """Reports cancellations in its first market only."""

    def publish(self, execution: Execution) -> None:
        if not is_cancel(execution) or execution.order.market_slug == self.settings.markets[0]:
            super().publish(execution)


@fault(breaks="outcome.reported")
class ReportsAnExpiry(Gateway):
    """Reports a cancellation as an expiry."""

    def describe(self, execution: Execution) -> Json:
        form = super().describe(execution)
        return form | {"type": ExecutionType.EXPIRED} if is_cancel(execution) else form


@fault(breaks="outcome.reported")
class ReportsSellsOnly(Gateway):
    """Reports no cancellation of a bid."""

    def publish(self, execution: Execution) -> None:
        if not (is_cancel(execution) and execution.order.ticket.intent.buys_long):
            super().publish(execution)


@fault(breaks="outcome.nothing-left")
class ReportsWhatWasLeft(Gateway):
    """Reports a cancelled order with the quantity that it had before."""

    def describe(self, execution: Execution) -> Json:
        form = super().describe(execution)
        left = number(execution.order.ticket.quantity - execution.order.filled)
        return of_a_cancel(execution, form, {"leavesQuantity": left})


@fault(breaks="outcome.nothing-left")
class ReportsTheStateBefore(Gateway):
    """Reports a cancellation with the order still in the state NEW."""

    def describe(self, execution: Execution) -> Json:
        form = super().describe(execution)
        return of_a_cancel(execution, form, {"state": OrderState.NEW})


@fault(breaks="outcome.true-report")
class ReportsTheFirstMarket(Gateway):
    """Reports a cancellation under the market where the account was first seen."""

    first = Memory(dict[str, str])

    def describe(self, execution: Execution) -> Json:
        form = super().describe(execution)
        slug = self.first.setdefault(execution.order.account, execution.order.market_slug)
        return of_a_cancel(execution, form, {"marketSlug": slug})


@fault(breaks="outcome.true-report")
class ReportsUnknownOrders(Gateway):
    """Reports ids that nobody has as cancelled, where a known one stands beside them."""

    def cancel_entry(self, call: Call, entry: Entry) -> None:
        super().cancel_entry(call, entry)
        model = next((order for order in self.book if order.account == call.account.key_id), None)
        if model and self.lookup(call, entry.order_id) is None:
            ticket = replace(model.ticket, market_slug=entry.market_slug)
            invented = replace(model, id=entry.order_id, ticket=ticket, state=OrderState.CANCELED)
            self.publish(Execution(f"X{entry.order_id}", invented, ExecutionType.CANCELED, call.now_ms))


@fault(breaks="outcome.true-report")
class ReportsWithoutCancelling(Gateway):
    """Reports as cancelled, and leaves in the market, what is named with another market than its own."""

    def may_cancel(self, call: Call, order: Order, entry: Entry) -> bool:
        mine = order.account == call.account.key_id and order.is_open
        if mine and order.market_slug != entry.market_slug:
            told = replace(order, state=OrderState.CANCELED)
            self.publish(Execution(f"X{order.id}", told, ExecutionType.CANCELED, call.now_ms))
        return super().may_cancel(call, order, entry)


@fault(breaks="outcome.true-report")
class ReportsANeighbourExpired(Gateway):
    """Reports the account's newest order as expired with each batch of two or more, and leaves it in the market."""

    def forward(self, call: Call, entries: Sequence[Entry]) -> None:
        super().forward(call, entries)
        newest = next(iter(self.book.open_orders(call.account.key_id)[::-1]), None)
        if newest is not None and len(entries) > 1:
            told = replace(newest, state=OrderState.EXPIRED)
            self.publish(Execution(f"X{call.now_ms}", told, ExecutionType.EXPIRED, call.now_ms))


@fault(breaks="outcome.true-report")
class ReportsInCapitals(Gateway):
    """Reports the market of a cancelled order in capitals."""

    def describe(self, execution: Execution) -> Json:
        form = super().describe(execution)
        slug = execution.order.market_slug.upper()
        return of_a_cancel(execution, form, {"marketSlug": slug})


@fault(breaks="ownership.own-stream")
class ShowsEverybodyEverything(Gateway):
    """Shows every session every order."""

    def may_see(self, account: Account, order: Order) -> bool:
        return True


@fault(breaks="ownership.own-stream")
class ShowsEverybodyCancellations(Gateway):
    """Tells every session of cancellations."""

    def publish(self, execution: Execution) -> None:
        super().publish(execution)
        for session in self.sessions if is_cancel(execution) else ():
            if session.account.key_id != execution.order.account:
                session.deliver(execution.order.market_slug, self.describe(execution))


@fault(breaks="ownership.own-stream")
class ShowsTheFirstAccountEverything(Gateway):
    """Takes the first account for an operator, who may watch everybody."""

    def may_see(self, account: Account, order: Order) -> bool:
        return account is self.accounts[0] or super().may_see(account, order)


@fault(breaks="outcome.true-report")
class ReportsWhatIsGoneAsFilled(Gateway):
    """Reckons what was traded of a cancelled order as all that is not left of it."""

    def describe(self, execution: Execution) -> Json:
        form = super().describe(execution)
        filled = number(execution.order.ticket.quantity - execution.order.leaves)
        return of_a_cancel(execution, form, {"cumQuantity": filled})
