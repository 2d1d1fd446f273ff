"""The mark of own orders: an expiry that no other order has, for those whose ids were never answered.

The API lets no client name its orders: there is no client order id. So each request that places orders gives them an
expiry of its own (`goodTillTime`), two to three hours away and drawn to the millisecond, which is in the journal before
the request leaves. It does two things:

* an order that nobody sweeps, because the machine and its journal are gone, expires;
* an open order that shows this very expiry, in our market and at our price and quantity, is ours beyond doubt. One that
  shows another is not, and neither is one that shows none at a target that shows them. All else may be ours or not: the
  same second only, or no expiry at a target that was never seen to show one. It is named to the user and never touched.

Nothing less is proof. What is in one list of open orders and not in an earlier one may have been placed by the user or
another program between the two, at the same price even: that is how people rest orders as well.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from suites.harmless.journal import Intent

EXPIRES_MS = (7_200_000, 10_800_000)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND, MILLISECOND = timedelta(seconds=1), timedelta(milliseconds=1)


class Whose(StrEnum):
    """Whose an open order is."""

    OURS = "ours"
    UNKNOWN = "unknown"
    OTHERS = "others"


def drawn() -> str:
    """An expiry for one request: RFC 3339, in UTC, to the millisecond."""
    least, most = EXPIRES_MS
    moment = datetime.now(UTC) + timedelta(milliseconds=least + secrets.randbelow(most - least))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def expires(order: dict[str, Any]) -> bool:
    """Whether an order shows an expiry: its target keeps them, and does not hide them."""
    return _moment(order.get("goodTillTime")) is not None


def whose(order: dict[str, Any], intent: Intent, *, shown: bool = False) -> Whose:
    """Whose an order of the list of open orders is, if it may be one of an intent.

    Args:
        order: as it is listed.
        intent: the request without an answer.
        shown: whether the target shows expiries.
    """
    price = order.get("price")
    price = price.get("value") if isinstance(price, dict) else price
    alike = (_equal(price, intent.price), _equal(order.get("quantity"), intent.quantity))
    if order.get("marketSlug", intent.markets[0]) not in intent.markets or False in alike:
        return Whose.OTHERS
    expiry = _moment(order.get("goodTillTime"))
    if not intent.good_till:
        return Whose.UNKNOWN if expiry is None else Whose.OTHERS
    ours = _moment(intent.good_till)
    if expiry is None or ours is None:
        return Whose.OTHERS if shown else Whose.UNKNOWN
    apart = abs(expiry - ours)
    if apart < MILLISECOND and None not in alike and order.get("marketSlug") in intent.markets:
        return Whose.OURS
    return Whose.UNKNOWN if apart < SECOND else Whose.OTHERS


def _equal(shown: Any, ours: str | float) -> bool | None:
    """Whether two numbers are equal; None where one of them is none."""
    try:
        return float(shown) == float(ours)
    except (TypeError, ValueError):
        return None


def _moment(shown: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(shown)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return moment if moment > EPOCH else None  # some write the beginning of time where there is none
