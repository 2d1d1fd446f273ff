"""How orders and executions look in JSON, member names and enum names as the API publishes them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from gateway.book import Execution, Intent, Order
from gateway.messages import Json

SIDES = {True: "ORDER_SIDE_BUY", False: "ORDER_SIDE_SELL"}
OUTCOMES = {
    Intent.BUY_LONG: ("OUTCOME_SIDE_YES", "ORDER_ACTION_BUY"),
    Intent.SELL_LONG: ("OUTCOME_SIDE_YES", "ORDER_ACTION_SELL"),
    Intent.BUY_SHORT: ("OUTCOME_SIDE_NO", "ORDER_ACTION_BUY"),
    Intent.SELL_SHORT: ("OUTCOME_SIDE_NO", "ORDER_ACTION_SELL"),
}


def moment(at_ms: int) -> str:
    """A time in RFC 3339, in UTC, to the millisecond."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number(value: Decimal) -> int | float:
    """A quantity: whole ones without a fraction."""
    return int(value) if value == value.to_integral_value() else float(value)


def amount(value: Decimal) -> Json:
    """Money, as a decimal string and its currency."""
    return {"value": f"{value.normalize():f}", "currency": "USD"}


def order_form(order: Order) -> Json:
    """An order as `GET /v1/order/{id}` and the stream show it."""
    ticket = order.ticket
    outcome_side, action = OUTCOMES[ticket.intent]
    form: dict[str, Json] = {
        "id": order.id,
        "marketSlug": order.market_slug,
        "side": SIDES[ticket.intent.buys_long],
        "type": "ORDER_TYPE_MARKET" if ticket.price is None else "ORDER_TYPE_LIMIT",
        "quantity": number(ticket.quantity),
        "cumQuantity": number(order.filled),
        "leavesQuantity": number(order.leaves),
        "tif": ticket.tif,
        "intent": ticket.intent,
        "outcomeSide": outcome_side,
        "action": action,
        "marketMetadata": {"slug": order.market_slug},
        "state": order.state,
        "insertTime": moment(order.created_ms),
        "createTime": moment(order.created_ms),
    }
    if ticket.price is not None:
        form["price"] = amount(ticket.price)
    if ticket.good_till:
        form["goodTillTime"] = ticket.good_till
    return form


def execution_form(execution: Execution) -> Json:
    """An execution as the order stream and a synchronous creation show it."""
    form: dict[str, Json] = {
        "id": execution.id,
        "order": order_form(execution.order),
        "lastShares": f"{execution.shares.normalize():f}",
        "type": execution.type,
        "transactTime": moment(execution.at_ms),
        "tradeId": execution.id if execution.shares else "",
        "aggressor": bool(execution.shares),
    }
    if execution.price is not None:
        form["lastPx"] = amount(execution.price)
    if execution.reject_reason:
        form["orderRejectReason"] = execution.reject_reason
    return form
