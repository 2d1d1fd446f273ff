"""Own orders: placed far from the market, looked after, and taken away again.

Every order is in the journal before the request that places it leaves, and nothing but what is in the journal is ever
cancelled: see `suites.harmless.guard`. What a request without an answer has placed is found by its mark: see
`suites.harmless.marks`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.document import size_max
from contracts.messages import METHOD, VOID, Account
from reports.printable import visible
from reports.witness import counted
from suites.harmless import marks
from suites.harmless.guard import BATCHED_ENTRY, ENTRY, Guard
from suites.harmless.journal import Intent
from suites.orders.clearing import Cleared, Clearing, adopt
from suites.orders.reading_back import HTTP_OK, OVER, PENDING, YOUNG_SECONDS, Call, Reader, state_of
from suites.sending.rendering import Placed
from suites.target import Target

MAYBE_TAKEN = (408, 499)
"""Client errors that say nothing about what became of the request."""
FAILED, NOT_IMPLEMENTED = 500, 501
LOST_MAX = 3
"""How often in a row order entry may be lost on the way without that it is given up."""
LOOK_SECONDS = 0.5
"""How often it is looked for what a request without an answer has placed."""


class EntryRefused(Exception):
    """The target does not take our orders; the message says in a sentence what it answered."""


class _NotTaken(Exception):
    """An answer to order entry after which no order of it exists."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One order to be placed."""

    account: Account
    market: str


@dataclass(frozen=True, slots=True)
class _Way:
    """How orders can be placed."""

    batched: bool
    marked: bool


class Desk:
    """Places and cancels own orders.

    Args:
        call: sends one signed request.
        target: markets, price and quantity.
        guard: knows which orders are ours, and has their journal.
        reported: the ids of orders that the streams report as closed.
    """

    def __init__(
        self,
        call: Call,
        target: Target,
        guard: Guard | None = None,
        reported: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._call = call
        self._target = target
        self._guard = guard if guard is not None else Guard(target)
        self._journal = self._guard.journal
        self._reader = Reader(call, self._guard, reported)
        self._ways = [_Way(batched, marked) for marked in (True, False) for batched in (True, False)]

    @property
    def placed(self) -> tuple[tuple[Account, Placed], ...]:
        """Every order placed so far, with its account."""
        return tuple((own.intent.account, own.placed) for own in self._journal.orders)

    def place(self, wanted: Sequence[Wanted]) -> list[Placed]:
        """Place orders, batched and with an expiry where the target can; as many as were wanted, in that order.

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
        ids = self._entered(account, markets)
        placed = (Placed(order_id, market) for order_id, market in zip(ids, markets, strict=True))
        return {index: each for (index, _), each in zip(some, placed, strict=True)}

    def _entered(self, account: Account, markets: Sequence[str]) -> list[str]:
        """Ids, by the first way that the target takes."""
        why = ""
        for way in tuple(self._ways):
            try:
                return self._enter_all(way, account, markets)
            except _NotTaken as refusal:
                self._ways.remove(way)
                why = str(refusal)
        raise EntryRefused(why or "order entry was refused before")

    def _enter_all(self, way: _Way, account: Account, markets: Sequence[str]) -> list[str]:
        if way.batched:
            return self._enter(way, account, markets)
        ids = self._enter(way, account, markets[:1])
        try:
            return ids + [each for market in markets[1:] for each in self._enter(way, account, [market])]
        except _NotTaken as refusal:  # the way was right, for it took the first
            raise EntryRefused(str(refusal)) from None

    def _enter(self, way: _Way, account: Account, markets: Sequence[str], lost: int = 1) -> list[str]:
        """Place orders with one request, in the journal before it leaves; their ids.

        Where no answer comes, or an edge's, its mark shows what it has placed. Where that is nothing, it is sent again.

        Raises:
            EntryRefused: there may be orders whose ids are not known.
            _NotTaken: there are none.
        """
        known = self._guard.known
        expiry = marks.drawn() if way.marked else ""
        intent = self._journal.intend(account, markets, self._target.price, self._target.quantity, expiry)
        rows = [self._order(market, expiry) for market in markets]
        path, value = (BATCHED_ENTRY, {"orders": rows}) if way.batched else (ENTRY, rows[0])
        status, answer = self._call(METHOD, path, account, value)
        said = f"order entry answered {status or 'nothing'} in market {markets[0]}"
        if (not status or status in VOID) and way.marked:
            found = self._found(intent)
            if found:
                return found
            if found is not None and lost < LOST_MAX:
                return self._enter(way, account, markets, lost + 1)
        if _certainly_refused(status):
            self._journal.settled(intent)
            raise _NotTaken(said)
        if status == FAILED and way.marked:  # over the expiry, perhaps: what it placed all the same is found by that
            raise _NotTaken(said)
        ids = _ids_in(answer, batched=way.batched)
        if status != HTTP_OK or len(ids) != len(markets) or known & set(ids) or len(set(ids)) < len(ids):
            raise EntryRefused(f"{said} without {len(markets)} new ids")
        self._journal.placed(intent, dict(zip(ids, markets, strict=True)))
        return ids

    def _found(self, intent: Intent) -> list[str] | None:
        """Ids of the orders that a request without an answer has placed, as it wanted them; none if it placed none.

        None where that can't be known, or where they are not what was wanted.
        """
        while intent in self._journal.unanswered():
            last = intent.age_seconds > YOUNG_SECONDS
            listed = self._reader.listed(intent.account)
            adopt(self._journal, intent.account, listed)
            if last or listed is None:
                break
            time.sleep(LOOK_SECONDS)
        by_market: dict[str, list[str]] = {}
        for own in self._journal.orders:
            if own.intent is intent:
                by_market.setdefault(own.placed.market, []).append(own.placed.order_id)
        if intent in self._journal.unanswered():
            return None
        fine = {market: len(ids) for market, ids in by_market.items()} in ({}, Counter(intent.markets))
        return [by_market[each].pop(0) for each in intent.markets if by_market] if fine else None

    def _order(self, market: str, expiry: str) -> dict[str, Any]:
        """A resting buy, maker-only, at the cheapest price: it can't trade unless the market falls to nothing."""
        until = {"tif": "TIME_IN_FORCE_GOOD_TILL_DATE", "goodTillTime": expiry}
        return {
            "marketSlug": market,
            "type": "ORDER_TYPE_LIMIT",
            "price": {"value": self._target.price, "currency": "USD"},
            "quantity": self._target.quantity,
            **(until if expiry else {"tif": "TIME_IN_FORCE_GOOD_TILL_CANCEL"}),
            "participateDontInitiate": True,
            "intent": "ORDER_INTENT_BUY_LONG",
            "manualOrderIndicator": "MANUAL_ORDER_INDICATOR_AUTOMATIC",
        }

    def open_ids(self, account: Account) -> set[str] | None:
        """Ids of the account's orders in the market; None where the target does not tell.

        An order whose cancellation is pending counts as gone. Which of our own have ended is written down.
        """
        listed = self._reader.listed(account)
        if listed is None:
            return None
        resting = self._journal.resting(account)
        self._journal.ended([own.placed.order_id for own in resting if self._reader.missing(own, listed)])
        return {each for each, order in listed.items() if state_of(order) not in (*OVER, PENDING)}

    def state(self, account: Account, order_id: str) -> str | None:
        """`open` or `closed` by reading one order; None where the target does not tell."""
        return self._reader.state(account, order_id)

    def clear(self) -> Cleared:
        """Cancel every own order that may still be in the market, and see it closed."""
        return Clearing(self._call, self._journal, self._reader, tuple(self._target.keys)).clear()


def announcement(target: Target, count: int) -> str:
    """What a run is about to place, in a sentence for whoever starts it."""
    if not count:
        return f"No order will be placed on {target.name}."
    where, what = visible(", ".join(target.markets)), f"resting buys of {target.quantity:g} at {target.price} USD"
    return (
        f"{counted(count, 'order')} will be placed on {target.name}, and cancelled at the end: {what}, maker-only,"
        f" in {where}."
    )


def _certainly_refused(status: int) -> bool:
    """Whether an answer to order entry means that no order was made."""
    return (400 <= status < 500 and status not in MAYBE_TAKEN) or status == NOT_IMPLEMENTED


def _ids_in(answer: Any, *, batched: bool) -> list[str]:
    """The ids in an answer to order entry; none where one of them is no id."""
    answer = answer if isinstance(answer, dict) else {}
    ids = answer.get("createdOrderIds") if batched else [answer.get("id")]
    fine = isinstance(ids, list) and all(isinstance(each, str) and each for each in ids)
    return list(ids) if fine and isinstance(ids, list) else []
