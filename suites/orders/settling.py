"""Waits, once for all plans, until it can be seen what became of the orders, and writes it beside each exchange."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Mapping, Sequence

from contracts.messages import Account, Exchange, Label, OrderNeed, Outcome, StreamEvent
from contracts.oracles.exchanges import taken
from contracts.oracles.outcome import CANCELED, OTHER_ENDS, TO_GO
from suites.orders.desk import Desk
from suites.orders.stream import Watcher
from suites.sending.rendering import Placed

POLL_SECONDS = 0.4
FILLED, OTHER_STATES = "ORDER_STATE_FILLED", ("ORDER_STATE_EXPIRED", "ORDER_STATE_REJECTED")
AFTERWARDS_SECONDS = 0.8
"""How long after the last plan that must move nothing the orders are read back, at the least."""
PONG_SECONDS = 5.0
"""How long the streams may take together to show that they are still there."""
Bound = Mapping[str, Placed]
"""The orders of one plan, by the names of its needs."""


def settle(
    exchanges: Sequence[Exchange],
    bound: Mapping[str, Bound],
    desk: Desk,
    watchers: Mapping[Account, Watcher],
    patience: float,
) -> tuple[Exchange, ...]:
    """The exchanges with their outcomes.

    Args:
        exchanges: all of the run, in order.
        bound: the orders of each whole plan by its name.
        desk: reads orders back.
        watchers: one a known account.
        patience: seconds to wait at most for what should happen.
    """
    to_go = [
        (exchange, placed.order_id)
        for exchange in exchanges
        if taken(exchange)
        for need, placed in needs_of(exchange, bound)
        if need.fate in TO_GO and need.account is exchange.request.account
    ]
    pending = {order_id: exchange.request.account for exchange, order_id in to_go}
    due = {order_id: exchange.sent_ms for exchange, order_id in to_go}
    _wait(pending, watchers, desk, patience)
    _rest(exchanges, bound, min(patience, AFTERWARDS_SECONDS))
    _prove(watchers.values(), min(patience, PONG_SECONDS))
    read_back = _read_back(desk, {*pending, *_ended(watchers.values())}, patience)
    strays = _strays(exchanges, watchers.values(), desk)
    return tuple(_with_outcomes(each, bound, read_back, watchers, strays, due) for each in exchanges)


def of_their_own_accord(exchanges: Iterable[Exchange], watchers: Iterable[Watcher]) -> dict[str, str]:
    """Why clauses have no evidence, where the exchange has filled or dropped an order that their plans needed.

    Under `ended`, the reason for those that any plan with orders may show.
    """
    ended = _ended(watchers)
    without = {x.plan.clause for x in exchanges if any(o.order_id in ended for o in x.outcomes)}
    return dict.fromkeys(
        without | {"ended"} if without else (), "the exchange filled or dropped an order that it needs"
    )


def _ended(watchers: Iterable[Watcher]) -> set[str]:
    """Ids of the orders that the streams say the exchange has ended by itself."""
    return {e.order_id for watcher in watchers for e in watcher.events if _by_itself(e)}


def _by_itself(event: StreamEvent) -> bool:
    return event.unsolicited or event.state == FILLED or event.execution in OTHER_ENDS


def _rest(exchanges: Sequence[Exchange], bound: Mapping[str, Bound], seconds: float) -> None:
    """Give a refused batch time to have the effect that it must not have; at an ordinary pace it has had it."""
    still = (x for x in exchanges if x.plan.label is Label.UNLAWFUL)
    sent = (x.sent_ms for x in still if any(need.fate == "open" for need, _ in needs_of(x, bound)))
    ago = time.time() - max(sent, default=0) / 1000
    time.sleep(max(0.0, seconds - ago))


def _prove(watchers: Iterable[Watcher], seconds: float) -> None:
    """Have each stream show that it is still there, if there is time for that at all."""
    end = time.monotonic() + seconds
    for each in watchers if seconds else ():
        each.prove(max(0.1, end - time.monotonic()))


def needs_of(exchange: Exchange, bound: Mapping[str, Bound]) -> list[tuple[OrderNeed, Placed]]:
    """The needs of an exchange's plan with the orders that stand for them."""
    orders = bound.get(exchange.part_of or exchange.plan.name, {})
    return [(need, orders[need.name]) for need in exchange.plan.orders if need.name in orders]


def _wait(pending: Mapping[str, Account], watchers: Mapping[Account, Watcher], desk: Desk, patience: float) -> None:
    """Return when every pending order was seen to go, or patience is over."""
    end = time.monotonic() + patience
    left = dict(pending)
    told = True
    while left:
        for account, watcher in watchers.items():
            reported = {e.order_id for e in watcher.events if e.execution == CANCELED or _by_itself(e)}
            left = {each: whose for each, whose in left.items() if whose is not account or each not in reported}
        streams = [watchers[whose] for whose in set(left.values()) if whose in watchers and watchers[whose].alive]
        if not left or time.monotonic() >= end or (not streams and not told):
            return
        if streams:
            streams[0].wait(POLL_SECONDS)
        else:
            time.sleep(POLL_SECONDS)
            for account in set(left.values()):
                still = desk.open_ids(account)
                told = still is not None
                left = {k: v for k, v in left.items() if v is not account or still is None or k in still}


def _read_back(desk: Desk, pending: Iterable[str], patience: float) -> dict[Account, set[str] | None]:
    """The open orders of each account, read until none of those that had to go is among them, or patience is over.

    A list may be served by a copy that is behind the book.
    """
    end = time.monotonic() + patience
    while True:
        found = {account: desk.open_ids(account) for account in {whose for whose, _ in desk.placed}}
        if time.monotonic() >= end or not any(still and not still.isdisjoint(pending) for still in found.values()):
            return found
        time.sleep(POLL_SECONDS)


def _strays(
    exchanges: Iterable[Exchange], watchers: Iterable[Watcher], desk: Desk
) -> dict[int, tuple[StreamEvent, ...]]:
    """Events of ids that plans made up, by the number of the exchange that named them."""
    ours = {placed.order_id for _, placed in desk.placed}
    events = [event for watcher in watchers for event in watcher.events if event.order_id not in ours]
    if not events:
        return {}
    return {
        each.number: found
        for each in exchanges
        if (found := tuple(event for event in events if event.order_id and event.order_id in (each.ids or ())))
    }


def _with_outcomes(
    exchange: Exchange,
    bound: Mapping[str, Bound],
    read_back: Mapping[Account, set[str] | None],
    watchers: Mapping[Account, Watcher],
    strays: Mapping[int, tuple[StreamEvent, ...]],
    due: Mapping[str, int],
) -> Exchange:
    outcomes = tuple(
        _outcome(exchange, need, placed, read_back, watchers, due.get(placed.order_id, 0))
        for need, placed in needs_of(exchange, bound)
    )
    return dataclasses.replace(exchange, outcomes=outcomes, stray=strays.get(exchange.number, ()))


def _outcome(
    exchange: Exchange,
    need: OrderNeed,
    placed: Placed,
    read_back: Mapping[Account, set[str] | None],
    watchers: Mapping[Account, Watcher],
    due_ms: int,
) -> Outcome:
    all_events = [e for watcher in watchers.values() for e in watcher.events if e.order_id == placed.order_id]
    events = [e for e in all_events if e.at_ms >= exchange.sent_ms or need.fate in TO_GO]
    if need.state == "cancelled":
        events = _without_first_cancel(events)
    before = [e for e in all_events if e.at_ms < exchange.sent_ms]
    still = read_back.get(need.account)
    state = None if still is None else "open" if placed.order_id in still else "closed"
    ends = _ends(watchers.values())
    over = any(e.state in ends for e in all_events)  # whenever it is told: it may be quicker than a cancel
    by_itself = over or any(map(_by_itself, all_events if need.fate == "open" else before))
    if (by_itself and state != "open") or (need.fate == "open" and any(e.execution == CANCELED for e in before)):
        return Outcome(need, placed.order_id, placed.market)  # it was gone before: nothing can be said of this plan
    if need.fate == "open" and due_ms > exchange.sent_ms:  # a later batch had to cancel it: what came before is ours
        events = [e for e in events if e.at_ms < due_ms]
        state = state if state == "open" else None
    watcher = watchers.get(need.account)
    seen = watcher is not None and watcher.alive and not watcher.gaps and bool(watcher.events)
    return Outcome(need, placed.order_id, placed.market, tuple(events), state, seen)


def _ends(watchers: Iterable[Watcher]) -> tuple[str, ...]:
    """States in which the exchange ended an order by itself; a stream that tells of no cancellation may mean that."""
    tells = any(e.execution == CANCELED for watcher in watchers for e in watcher.events)
    return (FILLED, *(OTHER_STATES if tells else ()))


def _without_first_cancel(events: list[StreamEvent]) -> list[StreamEvent]:
    """The first cancellation belongs to the plan before; what comes behind it is this plan's."""
    for index, event in enumerate(events):
        if event.execution == CANCELED:
            return [e for e in events[index + 1 :] if e.execution_id != event.execution_id]
    return events
