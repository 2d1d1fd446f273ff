"""Reads back what became of own orders, and what shows that one has ended."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Collection
from typing import Any

from contracts.messages import Account
from suites.harmless.guard import ONE, OPEN, Guard
from suites.harmless.journal import Own

Call = Callable[[str, str, Account, Any], tuple[int, Any]]
"""Method, path, account, JSON value or None: the status (0 for no answer) and the JSON value of the answer."""
Listed = dict[str, dict[str, Any]]
"""The orders that a target lists as open, by id."""
OVER = ("CANCELED", "FILLED", "REJECTED", "EXPIRED", "REPLACED")
PENDING = "PENDING_CANCEL"
YOUNG_SECONDS = 6.0
"""So long an order may still come to be seen: the venue rejects what it has not processed in 5 s (rate limits page)."""
HTTP_OK = 200


def state_of(order: dict[str, Any]) -> str:
    """The state of an order in a word, without the prefix that all of them have."""
    return str(order.get("state", "")).removeprefix("ORDER_STATE_")


class Reader:
    """Asks a target for orders.

    Args:
        call: sends one signed request.
        guard: is told of every order that is shown.
        reported: the ids of orders that the streams report as closed.
    """

    def __init__(self, call: Call, guard: Guard, reported: Callable[[], Collection[str]]) -> None:
        self._call = call
        self._guard = guard
        self._reported = reported

    def listed(self, account: Account) -> Listed | None:
        """The account's open orders; None where the target does not tell."""
        status, answer = self._call("GET", OPEN, account, None)
        orders = answer.get("orders") if isinstance(answer, dict) else None
        if status != HTTP_OK or not isinstance(orders, list):
            return None
        found = {str(each["id"]): each for each in orders if isinstance(each, dict) and each.get("id")}
        self._guard.saw(found)
        return found

    def state(self, account: Account, order_id: str) -> str | None:
        """`open` or `closed` by reading one order; None where the target does not tell.

        An order whose cancellation is pending is open.
        """
        status, answer = self._call("GET", f"{ONE}{urllib.parse.quote(order_id, safe='')}", account, None)
        order = answer.get("order") if isinstance(answer, dict) else None
        if status != HTTP_OK or not isinstance(order, dict):
            return None
        return "closed" if state_of(order) in OVER else "open"

    def missing(self, own: Own, listed: Listed) -> bool:
        """Whether a list of open orders shows that an order has ended.

        One that is not in it has, if it was shown to these keys before, or if they are known to be its own and it is
        old enough to be seen.
        """
        order_id = own.placed.order_id
        if order_id in listed:
            return state_of(listed[order_id]) in OVER
        return self._guard.has_seen(order_id) or (own.intent.sure and own.intent.age_seconds > YOUNG_SECONDS)

    def closed(self, own: Own, listed: Listed | None) -> bool:
        """Whether an order was seen to have ended: by the list, by reading it, or by the stream where nobody lists."""
        if listed is not None and (own.placed.order_id in listed or self.missing(own, listed)):
            return self.missing(own, listed)
        if listed is None and own.placed.order_id in self._reported():
            return True
        return self.state(own.intent.account, own.placed.order_id) == "closed"
