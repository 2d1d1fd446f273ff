"""The exchange behind the gateways in Python: accounts by their keys, and orders that rest. In memory, for any thread.

Who starts a gateway tells it by environment: KEYS is a JSON object of key ids and base64 public keys, MARKETS is a list
with commas, FORM is `careless` or `careful`, and LISTEN_FD is the number of a socket that listens already.
"""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from nacl.signing import VerifyKey

RESTING, CANCELED = "NEW", "CANCELED"


@dataclass(frozen=True, slots=True)
class Order:
    """One order as it stands after what happened to it last."""

    id: str
    account: str
    market: str
    state: str = RESTING

    @property
    def form(self) -> dict[str, Any]:
        """How it looks in JSON."""
        return {
            "id": self.id,
            "marketSlug": self.market,
            "state": f"ORDER_STATE_{self.state}",
            "quantity": 1,
            "leavesQuantity": int(self.state == RESTING),
        }


class Exchange:
    """Orders of all accounts; an account goes by its key id."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        keys: dict[str, str] = json.loads(environment["KEYS"])
        self.keys = {key_id: VerifyKey(base64.b64decode(public)) for key_id, public in keys.items()}
        self.markets = frozenset(environment["MARKETS"].split(","))
        self.careful = environment["FORM"] == "careful"
        self._orders: dict[str, Order] = {}
        self._ears: list[tuple[str, Callable[[Order], None]]] = []
        self._lock = threading.Lock()

    def place(self, account: str, market: str) -> str:
        """Take an order, which rests; its id."""
        order = Order(str(uuid.uuid4()), account, market)
        with self._lock:
            self._keep(order)
        return order.id

    def resting(self, account: str) -> list[dict[str, Any]]:
        """The account's orders in the market."""
        with self._lock:
            own = [order for order in self._orders.values() if order.account == account]
        return [order.form for order in own if order.state == RESTING]

    def cancel(self, account: str, order_id: str, market: str) -> None:
        """Cancel an order, or silently nothing."""
        with self._lock:
            order = self._orders.get(order_id)
            if order is not None and (order.account, order.market, order.state) == (account, market, RESTING):
                self._keep(replace(order, state=CANCELED))

    @contextmanager
    def heard_by(self, account: str, ear: Callable[[Order], None]) -> Iterator[None]:
        """Tell somebody, while this lasts, what happens to the orders of an account."""
        pair = (account, ear)
        self._ears.append(pair)
        try:
            yield
        finally:
            self._ears.remove(pair)

    def _keep(self, order: Order) -> None:
        self._orders[order.id] = order
        for account, ear in tuple(self._ears):
            if account == order.account:
                ear(order)
