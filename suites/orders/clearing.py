"""Clears up: every own order is cancelled and seen closed, or named."""

from __future__ import annotations

import itertools
import math
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.document import size_max
from contracts.messages import METHOD, PATH, Account
from reports.printable import visible
from reports.witness import counted
from suites.harmless.guard import ONE
from suites.harmless.journal import Intent, Journal, Own
from suites.harmless.marks import Whose, expires, whose
from suites.orders.reading_back import PENDING, YOUNG_SECONDS, Call, Listed, Reader, state_of
from suites.sending.rendering import Placed

CLEAR_SECONDS = 10.0
"""How long orders of an account are asked after: they may be on their way, and a target that is gone never answers."""
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Cleared:
    """What clearing up came to."""

    cancelled: int = 0
    """How many orders may have been in the market still, and were seen closed now."""
    left: tuple[Placed, ...] = ()
    """Own orders that were not seen closed."""
    doubts: tuple[str, ...] = ()
    """Beginnings of sentences: requests whose orders can't be told from others."""

    def __bool__(self) -> bool:
        return bool(self.left or self.doubts)

    @property
    def words(self) -> str:
        """What is left, as sentences without a full stop at the end; empty where nothing is."""
        named = ", ".join(f"{visible(each.order_id)} in {visible(each.market)}" for each in self.left)
        said = [f"{counted(len(self.left), 'own order')} could not be seen to be closed and may be still open: {named}"]
        return ". ".join([*(said if self.left else []), *self.doubts])


class Clearing:
    """Cancels what a journal has.

    Args:
        call: sends one signed request.
        journal: the orders.
        reader: reads them back.
        accounts: those whose keys are known.
    """

    def __init__(self, call: Call, journal: Journal, reader: Reader, accounts: Sequence[Account]) -> None:
        self._call = call
        self._journal = journal
        self._reader = reader
        self._accounts = [account for account in journal.accounts if account in accounts]

    def clear(self) -> Cleared:
        """Cancel everything first, then see it closed: whatever goes wrong with reading, it was asked for."""
        for account in self._accounts:
            if self._journal.unanswered(account):
                adopt(self._journal, account, self._reader.listed(account))
        before = self._closed()
        for account in self._accounts:
            self._cancel(account, self._journal.resting(account), size_max())
        for account in self._accounts:
            self._see_closed(account)
        left = tuple(own.placed for account in Account for own in self._journal.resting(account))
        return Cleared(self._closed() - before, left, tuple(_doubt(each) for each in self._journal.unanswered()))

    def _closed(self) -> int:
        resting = sum(len(self._journal.resting(account)) for account in Account)
        return len(self._journal.orders) - resting

    def _cancel(self, account: Account, orders: Sequence[Own], at_once: int, end: float = math.inf) -> None:
        for start in range(0, len(orders), at_once):
            if time.monotonic() > end:
                return
            some = [own.placed for own in orders[start : start + at_once]]
            if at_once > 1:
                rows = [{"orderId": each.order_id, "marketSlug": each.market} for each in some]
                self._call(METHOD, PATH, account, {"orders": rows})
            else:
                path = f"{ONE}{urllib.parse.quote(some[0].order_id, safe='')}/cancel"
                self._call(METHOD, path, account, {"marketSlug": some[0].market})

    def _see_closed(self, account: Account) -> None:
        """Return when every order of an account was seen closed, or nothing more can be done."""
        end = time.monotonic() + CLEAR_SECONDS
        for look in itertools.count():
            listed = self._reader.listed(account)
            adopt(self._journal, account, listed)
            resting = self._journal.resting(account)
            may_yet = {own.placed.order_id for own in resting if _may_yet_close(own, listed)}  # before time goes on
            still = [own for own in resting if time.monotonic() > end or not self._reader.closed(own, listed)]
            self._journal.ended([own.placed.order_id for own in resting if own not in still])
            waiting = [own for own in still if own.placed.order_id in may_yet]
            young = [each for each in self._journal.unanswered(account) if each.age_seconds <= YOUNG_SECONDS]
            stuck = look > 1 and not (waiting or young)
            if not (still or young) or stuck or time.monotonic() > end:
                return
            if look < 2:  # one by one what the batch left, and what has come to light since
                self._cancel(account, [own for own in still if look or own not in waiting], 1, end)
            time.sleep(POLL_SECONDS)


def adopt(journal: Journal, account: Account, listed: Listed | None) -> None:
    """Take into a journal the open orders that requests without an answer have placed, and settle those that none has.

    Args:
        journal: the orders.
        account: whose they are.
        listed: its open orders; None where the target does not tell.
    """
    if listed is None:
        return
    shown = any(map(expires, listed.values()))
    for intent in journal.unanswered(account):
        new = {each: order for each, order in listed.items() if each not in journal}
        verdicts = {each: whose(order, intent, shown=shown) for each, order in new.items()}
        ours = [each for each, verdict in verdicts.items() if verdict is Whose.OURS]
        journal.placed(intent, {each: str(new[each]["marketSlug"]) for each in ours})
        old = intent.sure and intent.age_seconds > YOUNG_SECONDS
        if old and Whose.UNKNOWN not in verdicts.values():
            journal.settled(intent)


def _may_yet_close(own: Own, listed: Listed | None) -> bool:
    shown = (listed or {}).get(own.placed.order_id)
    return own.intent.age_seconds <= YOUNG_SECONDS if shown is None else state_of(shown) == PENDING


def _doubt(intent: Intent) -> str:
    when = datetime.fromtimestamp(intent.at_ms / 1000, UTC)
    where = visible(", ".join(dict.fromkeys(intent.markets)))
    return (
        f"A request for {counted(len(intent.markets), 'order')} in {where} at {when:%Y-%m-%dT%H:%M:%SZ} was never"
        " answered, and what it may have placed can't be told from other orders"
    )
