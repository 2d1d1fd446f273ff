"""Order tickets: what a client asks for when it places an order, read from the body."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from gateway.book import BEST_ASK, Intent, Ticket, TimeInForce
from gateway.messages import Json, invalid

INTENTS = {
    ("OUTCOME_SIDE_YES", "ORDER_ACTION_BUY"): Intent.BUY_LONG,
    ("OUTCOME_SIDE_YES", "ORDER_ACTION_SELL"): Intent.SELL_LONG,
    ("OUTCOME_SIDE_NO", "ORDER_ACTION_BUY"): Intent.BUY_SHORT,
    ("OUTCOME_SIDE_NO", "ORDER_ACTION_SELL"): Intent.SELL_SHORT,
}
TYPES = ("ORDER_TYPE_LIMIT", "ORDER_TYPE_MARKET")
MOST = Decimal(10) ** 9


def read_ticket(document: Json) -> Ticket:
    """An order as a client asks for it, or a refusal that names the member at fault."""
    if not isinstance(document, dict):
        raise invalid("an order is not an object")
    slug = document.get("marketSlug")
    if not isinstance(slug, str) or not slug:
        raise invalid("marketSlug is required")
    kind = document.get("type", "ORDER_TYPE_LIMIT")
    if kind not in TYPES:
        raise invalid("type is not known")
    price = read_amount(document, "price") if kind == "ORDER_TYPE_LIMIT" else None
    return Ticket(
        market_slug=slug,
        intent=read_intent(document),
        quantity=read_quantity(document),
        price=price,
        tif=read_time_in_force(document),
        post_only=document.get("participateDontInitiate") is True,
        good_till=good_till if isinstance(good_till := document.get("goodTillTime"), str) else "",
    )


def read_intent(document: dict[str, Json]) -> Intent:
    """The pair of outcome and action, which wins if both ways are used, or the intent."""
    pair = (document.get("outcomeSide"), document.get("action"))
    if all(isinstance(part, str) for part in pair) and pair in INTENTS:
        return INTENTS[pair]
    try:
        return Intent(document.get("intent", ""))
    except ValueError:
        raise invalid("intent is required") from None


def read_time_in_force(document: dict[str, Json]) -> TimeInForce:
    """How long the order waits; till it is cancelled, if nothing is said."""
    try:
        return TimeInForce(document.get("tif", TimeInForce.GOOD_TILL_CANCEL))
    except ValueError:
        raise invalid("tif is not known") from None


def read_quantity(document: dict[str, Json]) -> Decimal:
    """How many shares; for an amount of cash, as many as it buys at the best price."""
    value = document.get("quantity")
    if value is None and "cashOrderQty" in document:
        return round(read_amount(document, "cashOrderQty") / BEST_ASK, 2)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise invalid("quantity is required")
    return read_decimal(str(value), "quantity")


def read_amount(document: dict[str, Json], name: str) -> Decimal:
    """An amount of money: both of its members are required."""
    match document.get(name):
        case {"value": str(value), "currency": "USD"}:
            return read_decimal(value, name)
        case _:
            raise invalid(f"{name} is required")


def read_decimal(text: str, name: str) -> Decimal:
    """A decimal of a size that can be reckoned with."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise invalid(f"{name} is not a number") from None
    if not value.is_finite() or abs(value) > MOST:
        raise invalid(f"{name} is out of range")
    return round(value, 6)
