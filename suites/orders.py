"""Own orders: placed far from the market, looked after, and taken away again.

Nothing but what this desk placed is ever cancelled: it has no way to name another order.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.document import size_max
from contracts.messages import Account
from suites.rendering import Placed
from suites.target import Target

Call = Callable[[str, str, Account, Any], tuple[int, Any]]
"""Method, path, account, JSON value or None: the status (0 for no answer) and the JSON value of the answer."""
OPEN = "/v1/orders/open"
STATES_OVER = ("CANCELED", "FILLED", "REJECTED", "EXPIRED", "REPLACED", "PENDING_CANCEL")
HTTP_OK = 200


def _over(order: dict[str, Any]) -> bool:
    """Whether an order is in the market no longer; one whose cancellation is pending counts as gone."""
    return str(order.get("state", "")).removeprefix("ORDER_STATE_") in STATES_OVER


class EntryRefused(Exception):
    """The target does not take our orders; the message says in a sentence what it answered."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One order to be placed."""

    account: Account
    market: str


class Desk:
    """Places and cancels own orders.

    Args:
        call: sends one signed request.
        target: markets, price and quantity.
    """

    def __init__(self, call: Call, target: Target) -> None:
        self._call = call
        self._target = target
        self._placed: list[tuple[Account, Placed]] = []
        self._batched = True

    @property
    def placed(self) -> tuple[tuple[Account, Placed], ...]:
        """Every order placed so far, with its account."""
        return tuple(self._placed)

    def place(self, wanted: Sequence[Wanted]) -> list[Placed]:
        """Place orders, batched where the target can; as many come back as were wanted, in that order.

        Raises:
            EntryRefused: the target took none, or fewer than were wanted.
        """
        found: dict[int, Placed] = {}
        for account in Account:
            mine = [(index, each) for index, each in enumerate(wanted) if each.account is account]
            for start in range(0, len(mine), size_max()):
                found |= self._place_some(account, mine[start : start + size_max()])
        return [found[index] for index in range(len(wanted))]

    def _place_some(self, account: Account, some: Sequence[tuple[int, Wanted]]) -> dict[int, Placed]:
        markets = [each.market for _, each in some]
        ids = self._place_batch(account, markets) if self._batched else None
        if ids is None:
            self._batched = False
            ids = [self._place_one(account, market) for market in markets]
        placed = [Placed(order_id, market) for order_id, market in zip(ids, markets, strict=True)]
        self._placed += [(account, each) for each in placed]
        return {index: each for (index, _), each in zip(some, placed, strict=True)}

    def _place_batch(self, account: Account, markets: Sequence[str]) -> list[str] | None:
        """Ids of a batch; None where the target has no batched entry."""
        value = {"orders": [self._order(market) for market in markets]}
        status, answer = self._call("POST", "/v1/orders/batched", account, value)
        ids = answer.get("createdOrderIds") if isinstance(answer, dict) else None
        if status != HTTP_OK:
            return None
        if (
            not isinstance(ids, list)
            or len(ids) != len(markets)
            or not all(isinstance(each, str) and each for each in ids)
        ):
            raise EntryRefused(f"batched order entry answered {status} without {len(markets)} ids")
        return ids

    def _place_one(self, account: Account, market: str) -> str:
        status, answer = self._call("POST", "/v1/orders", account, self._order(market))
        order_id = answer.get("id") if isinstance(answer, dict) else None
        if status != HTTP_OK or not isinstance(order_id, str) or not order_id:
            raise EntryRefused(f"order entry answered {status or 'nothing'} in market {market}")
        return order_id

    def _order(self, market: str) -> dict[str, Any]:
        """A resting buy, maker-only, at the cheapest price: it can't trade unless the market falls to nothing."""
        return {
            "marketSlug": market,
            "type": "ORDER_TYPE_LIMIT",
            "price": {"value": self._target.price, "currency": "USD"},
            "quantity": self._target.quantity,
            "tif": "TIME_IN_FORCE_GOOD_TILL_CANCEL",
            "participateDontInitiate": True,
            "intent": "ORDER_INTENT_BUY_LONG",
            "manualOrderIndicator": "MANUAL_ORDER_INDICATOR_AUTOMATIC",
        }

    def open_ids(self, account: Account) -> set[str] | None:
        """Ids of the account's orders in the market; None where the target does not tell.

        An order whose cancellation is pending counts as gone.
        """
        status, answer = self._call("GET", OPEN, account, None)
        orders = answer.get("orders") if isinstance(answer, dict) else None
        if status != HTTP_OK or not isinstance(orders, list):
            return None
        listed = [each for each in orders if isinstance(each, dict)]
        return {str(each.get("id")) for each in listed if not _over(each)}

    def state(self, account: Account, order_id: str) -> str | None:
        """`open` or `closed` by reading one order; None where the target does not tell."""
        status, answer = self._call("GET", f"/v1/order/{urllib.parse.quote(order_id, safe='')}", account, None)
        order = answer.get("order") if isinstance(answer, dict) else None
        if status != HTTP_OK or not isinstance(order, dict):
            return None
        return "closed" if _over(order) else "open"

    def clear(self) -> list[Placed]:
        """Cancel every own order that may still be in the market, and return those that still are."""
        left: list[Placed] = []
        for account in dict.fromkeys(account for account, _ in self._placed):
            mine = [placed for whose, placed in self._placed if whose is account]
            still = self.open_ids(account)
            resting = [each for each in mine if still is None or each.order_id in still]
            for start in range(0, len(resting), size_max()):
                some = resting[start : start + size_max()]
                rows = [{"orderId": each.order_id, "marketSlug": each.market} for each in some]
                self._call("POST", "/v1/orders/batched/cancel", account, {"orders": rows})
            left += self._remaining(account, resting)
        return left

    def _remaining(self, account: Account, resting: Sequence[Placed]) -> list[Placed]:
        """What the batch did not cancel is cancelled one by one; what even that leaves is returned."""
        for single in (False, True):
            still = self.open_ids(account) if resting else set()
            if still is None:
                return []
            resting = [each for each in resting if each.order_id in still]
            if single or not resting:
                break
            for each in resting:
                path = f"/v1/order/{urllib.parse.quote(each.order_id, safe='')}/cancel"
                self._call("POST", path, account, {"marketSlug": each.market})
        return list(resting)
