"""Doubt that the target is still there: several plans in a row without an answer that counts let one request ask."""

from __future__ import annotations

import time

from contracts.messages import UNREACHED, Exchange
from contracts.oracles.exchanges import answered

AFTER = 3
"""So many plans in a row let a lawful batch be sent."""
ENOUGH_SECONDS = 12.0
"""Or so much waiting for them."""


class Doubt:
    """Counts what was not answered in a row."""

    def __init__(self) -> None:
        self._row = 0
        self._answered_at = time.monotonic()
        self._after = AFTER

    def grows(self, exchange: Exchange) -> bool:
        """Whether to look now; after the first look it takes twice as many."""
        if exchange.status == 500 or answered(exchange) or exchange.failure in ("short", "too-large"):  # it is there
            self._row, self._answered_at = 0, time.monotonic()
            return False
        self._row += 1
        waited = time.monotonic() - self._answered_at
        if self._row < self._after and waited < ENOUGH_SECONDS and exchange.failure not in UNREACHED:
            return False
        self._row, self._answered_at, self._after = 0, time.monotonic(), 2 * AFTER
        return True
