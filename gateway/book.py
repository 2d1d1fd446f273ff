"""The order book: what orders are, how they come to rest, fill and die, and what the exchange says about it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

LIQUIDITY = Decimal(100)
"""Shares on either side of every market; what an order wants beyond them rests or dies."""
BEST_ASK = Decimal("0.90")
BEST_BID = Decimal("0.10")
PRICES = (Decimal("0.01"), Decimal("0.99"))
ORDERS_MAX = 5_000
"""Beyond so many the oldest that is not open is forgotten."""
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class OrderState(StrEnum):
    """Every state the API names, though this book never replaces an order."""

    NEW = "ORDER_STATE_NEW"
    PARTIALLY_FILLED = "ORDER_STATE_PARTIALLY_FILLED"
    FILLED = "ORDER_STATE_FILLED"
    CANCELED = "ORDER_STATE_CANCELED"
    REPLACED = "ORDER_STATE_REPLACED"
    REJECTED = "ORDER_STATE_REJECTED"
    EXPIRED = "ORDER_STATE_EXPIRED"
    PENDING_NEW = "ORDER_STATE_PENDING_NEW"
    PENDING_REPLACE = "ORDER_STATE_PENDING_REPLACE"
    PENDING_CANCEL = "ORDER_STATE_PENDING_CANCEL"
    PENDING_RISK = "ORDER_STATE_PENDING_RISK"


OPEN_STATES = frozenset({OrderState.NEW, OrderState.PARTIALLY_FILLED, OrderState.PENDING_CANCEL})


class ExecutionType(StrEnum):
    """What an execution report tells."""

    NEW = "EXECUTION_TYPE_NEW"
    PARTIAL_FILL = "EXECUTION_TYPE_PARTIAL_FILL"
    FILL = "EXECUTION_TYPE_FILL"
    CANCELED = "EXECUTION_TYPE_CANCELED"
    REPLACE = "EXECUTION_TYPE_REPLACE"
    REJECTED = "EXECUTION_TYPE_REJECTED"
    EXPIRED = "EXECUTION_TYPE_EXPIRED"


class TimeInForce(StrEnum):
    """How long an order waits."""

    DAY = "TIME_IN_FORCE_DAY"
    GOOD_TILL_CANCEL = "TIME_IN_FORCE_GOOD_TILL_CANCEL"
    GOOD_TILL_DATE = "TIME_IN_FORCE_GOOD_TILL_DATE"
    IMMEDIATE_OR_CANCEL = "TIME_IN_FORCE_IMMEDIATE_OR_CANCEL"
    FILL_OR_KILL = "TIME_IN_FORCE_FILL_OR_KILL"


IMMEDIATE = frozenset({TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL})


class Intent(StrEnum):
    """What the customer wants; the price is always that of the long side."""

    BUY_LONG = "ORDER_INTENT_BUY_LONG"
    SELL_LONG = "ORDER_INTENT_SELL_LONG"
    BUY_SHORT = "ORDER_INTENT_BUY_SHORT"
    SELL_SHORT = "ORDER_INTENT_SELL_SHORT"

    @property
    def buys_long(self) -> bool:
        """Whether the order stands on the bid side of the long book."""
        return self in (Intent.BUY_LONG, Intent.SELL_SHORT)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a customer asks for when placing an order; no price means at the market."""

    market_slug: str
    intent: Intent
    quantity: Decimal
    price: Decimal | None = None
    tif: TimeInForce = TimeInForce.GOOD_TILL_CANCEL
    post_only: bool = False
    good_till: str = ""

    @property
    def marketable(self) -> bool:
        """Whether it would trade at once against what the book holds."""
        if self.price is None:
            return True
        return self.price >= BEST_ASK if self.intent.buys_long else self.price <= BEST_BID


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands after its last execution."""

    id: str
    account: str
    ticket: Ticket
    created_ms: int
    state: OrderState = OrderState.NEW
    filled: Decimal = Decimal(0)

    @property
    def market_slug(self) -> str:
        """The market it belongs to."""
        return self.ticket.market_slug

    @property
    def is_open(self) -> bool:
        """Whether it can still trade or be cancelled."""
        return self.state in OPEN_STATES

    @property
    def leaves(self) -> Decimal:
        """What is left of it: nothing, once it is no longer open."""
        return self.ticket.quantity - self.filled if self.is_open else Decimal(0)


@dataclass(frozen=True, slots=True)
class Execution:
    """One report of the exchange, with the order as it stood right then."""

    id: str
    order: Order
    type: ExecutionType
    at_ms: int
    shares: Decimal = Decimal(0)
    price: Decimal | None = None
    reject_reason: str = ""


class Book:
    """Every order of every account in the markets of one exchange."""

    def __init__(self, markets: Collection[str]) -> None:
        self.markets = frozenset(markets)
        self._orders: dict[str, Order] = {}

    def __iter__(self) -> Iterator[Order]:
        return iter(tuple(self._orders.values()))

    def get(self, order_id: str) -> Order | None:
        """The order under exactly this id."""
        return self._orders.get(order_id)

    def open_orders(self, account: str, slugs: Collection[str] = ()) -> tuple[Order, ...]:
        """An account's open orders, of some markets or of all, in the order they came."""
        return tuple(
            order
            for order in self._orders.values()
            if order.account == account and order.is_open and (not slugs or order.market_slug in slugs)
        )

    def place(self, account: str, ticket: Ticket, now_ms: int) -> tuple[Execution, ...]:
        """Take an order: it gets an id whatever becomes of it, and the executions that follow at once."""
        order = Order(self._identifier(now_ms), account, ticket, now_ms)
        reason = self._reject_reason(ticket)
        if reason:
            return (self._report(order, OrderState.REJECTED, ExecutionType.REJECTED, now_ms, reason=reason),)
        executions = [self._report(order, OrderState.NEW, ExecutionType.NEW, now_ms)]
        killed = ticket.tif is TimeInForce.FILL_OR_KILL and ticket.quantity > LIQUIDITY
        if ticket.marketable and not killed:
            executions.append(self.fill(executions[-1].order, now_ms))
        last = executions[-1].order
        if last.is_open and (ticket.tif in IMMEDIATE or ticket.price is None):
            executions.append(self.cancel(last, now_ms))
        return tuple(executions)

    def cancel(self, order: Order, now_ms: int) -> Execution:
        """Take an order out of the book, and say so; whether that is allowed is the caller's question."""
        return self._report(order, OrderState.CANCELED, ExecutionType.CANCELED, now_ms)

    def expire(self, order: Order, now_ms: int) -> Execution:
        """Take an order out of the book because its time is over, or its market's."""
        return self._report(order, OrderState.EXPIRED, ExecutionType.EXPIRED, now_ms)

    def mark_pending_cancel(self, order: Order) -> Order:
        """Let an order be seen on its way out; no execution type tells of it."""
        return self._store(replace(order, state=OrderState.PENDING_CANCEL))

    def _reject_reason(self, ticket: Ticket) -> str:
        if ticket.market_slug not in self.markets:
            return "ORD_REJECT_REASON_UNKNOWN_MARKET"
        if ticket.price is not None and not PRICES[0] <= ticket.price <= PRICES[1]:
            return "ORD_REJECT_REASON_PRICE_OUT_OF_BOUNDS"
        if ticket.quantity <= 0:
            return "ORD_REJECT_REASON_INCORRECT_QUANTITY"
        if ticket.post_only and ticket.marketable:
            return "ORD_REJECT_REASON_EXCHANGE_OPTION"
        return ""

    def fill(self, order: Order, now_ms: int) -> Execution:
        """Trade as much of an order as there is on the other side, at its price."""
        shares = min(order.leaves, LIQUIDITY)
        whole = shares == order.leaves
        return self._report(
            replace(order, filled=order.filled + shares),
            OrderState.FILLED if whole else OrderState.PARTIALLY_FILLED,
            ExecutionType.FILL if whole else ExecutionType.PARTIAL_FILL,
            now_ms,
            shares=shares,
            price=BEST_ASK if order.ticket.intent.buys_long else BEST_BID,
        )

    def _report(
        self,
        order: Order,
        state: OrderState,
        kind: ExecutionType,
        now_ms: int,
        *,
        shares: Decimal = Decimal(0),
        price: Decimal | None = None,
        reason: str = "",
    ) -> Execution:
        stored = self._store(replace(order, state=state))
        return Execution(self._identifier(now_ms), stored, kind, now_ms, shares, price, reason)

    def _store(self, order: Order) -> Order:
        self._orders[order.id] = order
        if len(self._orders) > ORDERS_MAX:
            over = next((each.id for each in self._orders.values() if not each.is_open), None)
            if over is not None:
                del self._orders[over]
        return order

    def _identifier(self, now_ms: int) -> str:
        """Time and chance, 26 letters and digits that sort by age."""
        number = (now_ms << 80) | secrets.randbits(80)
        return "".join(ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
