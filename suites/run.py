"""One run: places orders, sends plans, sees what became of the orders, clears up, judges; in this order, see `conduct`.

One file because a run is one state: what it has placed, sent and seen.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from contracts.messages import AWAY, PROBE, Account, Exchange, OrderNeed, Plan
from contracts.oracles.exchanges import answered
from contracts.oracles.outcome import REJECTED
from reports.judging import Judged, verdicts
from reports.results import Finding
from reports.witness import counted
from suites.doubt import Doubt
from suites.gate import clauses_of, parts
from suites.harmless.guard import Guard
from suites.harmless.journal import Journal
from suites.orders import sweeping
from suites.orders.desk import Desk, EntryRefused, Wanted
from suites.orders.reading_back import OVER
from suites.orders.settling import of_their_own_accord, settle
from suites.orders.stream import Watcher
from suites.sending.pacing import Pace
from suites.sending.rendering import Binding, Placed
from suites.sending.transport import Part, Transport
from suites.strategies.batches import batch, fresh_ids
from suites.target import Key, Target
from suites.usable import clock_is_off, clock_sentence

SHARED = "shared-"
SILENCES_MAX = 6
"""After how many plans that were never answered the rest is not sent: the promise is broken, and each costs seconds."""
PROBE_SECONDS = 10.0
"""How long a lawful batch may take that asks whether anybody is there."""
CLOSE_SECONDS, CLOSE_DEAD_SECONDS = 60.0, 5.0
"""How long clearing up may take, and where the target is gone."""
REST_SECONDS = 0.5
"""How long orders rest before the first is cancelled: some venues can't cancel what has only just come."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is made."""

    seed: int = 1
    rate: float = 18.0
    """Requests a second; 0 for no limit."""
    patience: float = 10.0
    """Seconds to wait at most for what the stream should report."""
    shrink: int = 0
    """Requests that may be spent on findings, to try them again and to shrink their witnesses."""
    require_orders: bool = False
    """Whether a target that takes no orders of ours is unusable."""


@dataclass(slots=True)
class Ledger:
    """What a run has gathered so far; whole at every moment, so that an interrupted run can be reported."""

    exchanges: list[Exchange] = field(default_factory=list)
    bound: dict[str, Mapping[str, Placed]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    """Why clauses were not exercised."""
    notes: list[str] = field(default_factory=list)
    started: float = 0.0
    ended: float = 0.0
    left: str = ""
    """What of our own could not be cleaned up, in sentences; empty where all was."""
    died: str = ""
    """Why the target could not be used to the end; empty where it could."""
    further: tuple[Finding, ...] = ()
    """Findings of a night, judged round by round; their exchanges are in `kept`, and all others are gone."""
    kept: list[Exchange] = field(default_factory=list)
    forgotten: int = 0
    """How many exchanges the night had."""
    tally: dict[str, int] = field(default_factory=dict)
    """How many exchanges of a night could have broken a clause."""


def _say_nothing(_done: int, _total: int) -> None:
    """Show no progress."""


class Run:
    """One run against one target.

    Args:
        target: where to.
        options: how.
        record: called with each exchange before anything judges it.
        progress: called with the number of plans sent and their total.
    """

    def __init__(
        self,
        target: Target,
        options: Options,
        record: Callable[[Exchange], None] = lambda _: None,
        progress: Callable[[int, int], None] = _say_nothing,
    ) -> None:
        self.target = target
        self.options = options
        self.ledger = Ledger()
        self._progress = progress
        self._record = record
        self._aside = False
        self._journal = self._new_journal()
        self.transport = Transport(target, Pace(options.rate), self._take, Guard(target, self._journal))
        self._desk = Desk(self.transport.call, target, self.transport.guard, self._reported_closed)
        self._watchers: dict[Account, Watcher] = {}

    def _new_journal(self) -> Journal:
        keys = {each: key.id for each, key in self.target.keys.items()}
        return Journal(self.target.journal, self.target.url, keys)

    def _take(self, exchange: Exchange) -> None:
        if self._aside:
            self._record(replace(exchange, part_of=AWAY))
            return
        self._record(exchange)
        self.ledger.exchanges.append(exchange)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Send something that is recorded and that nobody judges."""
        self._aside = True
        try:
            yield
        finally:
            self._aside = False

    def withdraw(self, first: int) -> None:
        """Take the exchanges from an index on out of the ledger: the target was not there for them."""
        for each in self.ledger.exchanges[first:]:
            self._record(replace(each, part_of=AWAY))
        del self.ledger.exchanges[first:]

    def rekey(self, keys: Mapping[Account, Key]) -> None:
        """From now on, sign with other keys of the same accounts."""
        self.target = replace(self.target, keys=keys)
        self.transport.rekey(self.target)

    def look_around(self) -> None:
        """See what the accounts have in the market, so that no plan names it."""
        listed = [self._desk.open_ids(account) for account in self.target.keys]
        strangers = len(self.transport.guard.strangers)
        if strangers:
            found = f"The accounts have {counted(strangers, 'open order')} that the suite did not place"
            self.ledger.notes.append(f"{found}: a faulty gateway may cancel more than it is asked to.")
        if None in listed:
            self.ledger.notes.append("The target does not list open orders: those that others placed are not known.")

    def _open(self, plans: Sequence[Plan]) -> None:
        """Open the streams, place the orders that the plans need, bind them to the plans."""
        needing = [plan for plan in plans if needs_of(plan)]
        if not needing:
            return
        if not self.target.markets:
            self._without_orders("no market is named in which orders may be placed (POLYMARKET_MARKET_SLUG)")
            return
        for account in self.target.keys:
            told = self.transport.guard.saw, self.transport.shown.remember
            self._watchers[account] = Watcher(self.target, account, *told)
            self._watchers[account].start()
            refused = self._watchers[account].refused
            if refused:
                self.ledger.notes.append(f"The {account} account has no order stream: {refused}.")
                self.ledger.reasons["stream"] = f"there is no order stream: {refused}"
        self._place(needing)

    def slots(self, plans: Sequence[Plan]) -> dict[tuple[str, str], OrderNeed]:
        """Every order that plans need at this target: one a slot."""
        slots: dict[tuple[str, str], OrderNeed] = {}
        for plan in plans if self.target.markets else ():
            if not self.lacks(plan):
                slots |= {_slot(plan, need): need for need in needs_of(plan) if self.target.has(need.account)}
        first = next(iter(slots), ("", ""))[0]

        def late(slot: tuple[tuple[str, str], OrderNeed]) -> tuple[bool, bool, str]:
            """What no batch names is placed last of all: the newest order is the one that a careless look-up hits.

            And before it what is named first, so that many older ones rest when it is.
            """
            (name, need), _ = slot
            return not name, name == first, "" if name else need

        return dict(sorted(slots.items(), key=late))

    def _place(self, needing: Sequence[Plan]) -> None:
        slots, markets = self.slots(needing), self.target.markets
        wanted = [Wanted(need.account, markets[need.market % len(markets)]) for need in slots.values()]
        try:
            placed = dict(zip(slots, self._desk.place(wanted), strict=True))
        except EntryRefused as error:
            self._without_orders(f"orders could not be placed: {error}")
            return
        for watcher in self._watchers.values():
            watcher.ask_for_snapshot()
        time.sleep(REST_SECONDS)
        events = [event for watcher in self._watchers.values() for event in watcher.events]
        rejected = {e.order_id for e in events if e.execution == REJECTED} & {each.order_id for each in placed.values()}
        placed = {slot: each for slot, each in placed.items() if each.order_id not in rejected}
        if rejected:
            why = f"the exchange rejected {counted(len(rejected), 'own order')} that it had taken"
            self.ledger.reasons["orders"] = why
            if not placed:
                self._without_orders(why)
                return
        self.ledger.notes.append(f"{len(placed)} own orders were placed in {', '.join(markets)}.")
        for plan in needing:
            orders = {need.name: placed[_slot(plan, need)] for need in needs_of(plan) if _slot(plan, need) in placed}
            if all(need.name in orders or need.optional or not _is_named(need, plan) for need in needs_of(plan)):
                self.ledger.bound[plan.name] = orders

    def _without_orders(self, why: str) -> None:
        self.ledger.notes.append(f"Clauses that need orders are not exercised: {why}.")
        self.ledger.reasons["orders"] = why
        if self.options.require_orders:
            self.ledger.died = f"{why}, and --require-orders asks for them"

    def lacks(self, plan: Plan) -> str:
        """Why a plan can't be sent to this target; empty where it can."""
        for each in parts(plan):
            used = {each.credentials.key, each.credentials.secret} - {Account.NOBODY}
            used |= {need.account for need in each.orders if not need.optional}
            if not all(map(self.target.has, used)):
                return "no second account is given (POLYMARKET_OTHER_KEY_ID, POLYMARKET_OTHER_SECRET_KEY)"
        return ""

    def send_all(self, plans: Sequence[Plan]) -> None:
        """Send plans, but those that are in the ledger already, until the target falls silent or is gone."""
        total = sum(len(parts(plan)) for plan in plans)
        silences, opened, doubt = 0, False, Doubt()
        sent = {x.plan.name for x in self.ledger.exchanges}  # to see whether the target can be used
        for plan in plans:
            if plan.name in sent:
                continue
            if needs_of(plan) and not opened:
                opened = True
                self._open(plans)
                if self.ledger.died:
                    return
            doubts = (self.transport.guard.doubt(each) for each in parts(plan))
            lacking = self.lacks(plan) or self._lacks_orders(plan) or next(filter(None, doubts), "")
            if lacking:
                self.ledger.reasons = dict.fromkeys(clauses_of(plan), lacking) | self.ledger.reasons
                continue
            exchange = self.send(plan)
            self._progress(len(self.ledger.exchanges), total)
            silences += exchange.failure == "timeout"
            if clock_is_off(self.transport):
                self.ledger.died = clock_sentence(self.transport)
                return
            if doubt.grows(exchange) and not self._is_there():
                return
            if silences >= SILENCES_MAX:
                notes = f"{silences} plans were never answered; those behind {plan.name} were not sent."
                self.ledger.notes.append(notes)
                return

    def send_with_orders(self, plans: Sequence[Plan]) -> None:
        """Send plans that need orders, see what becomes of these, and take away those that still rest."""
        self._journal = self._new_journal()
        self.transport.guard.turn_to(self._journal)
        self._desk = Desk(self.transport.call, self.target, self.transport.guard, self._reported_closed)
        try:
            self.send_all(plans)
            self.settle()
        finally:
            self.close()

    def _is_there(self) -> bool:
        """Whether a lawful batch is answered; where it is not, the ledger says so, and the judges see it."""
        name = f"reply.taken/there-{len(self.ledger.exchanges)}"
        plan = batch(name, fresh_ids(self.options.seed, name, 1), kind="a plain batch")
        self.transport.hurry(PROBE_SECONDS)
        exchange = self.transport.send(plan, Part(part_of=PROBE))
        self.transport.hurry(math.inf)
        if answered(exchange):
            return True
        what = f"stopped answering ({exchange.failure or exchange.status}) after {exchange.number} exchanges"
        self.ledger.died = f"the target {self.target.url} {what}; see that it is up, and run again"
        return False

    def _lacks_orders(self, plan: Plan) -> str:
        needed = [need for need in needs_of(plan) if not need.optional]
        if needed and plan.name not in self.ledger.bound:
            return self.ledger.reasons.get("orders", "its orders could not be placed")
        return ""

    def _reported_closed(self) -> frozenset[str]:
        """Orders that a stream says are over."""
        events = (event for watcher in self._watchers.values() for event in watcher.events)
        return frozenset(e.order_id for e in events if e.state.removeprefix("ORDER_STATE_") in OVER)

    def send(self, plan: Plan, mark: str = "") -> Exchange:
        """Send a plan with its preludes and companions; the exchange of the plan itself comes back.

        Args:
            mark: what all of them are a part of, where that is not the plan.
        """
        optional = frozenset(need.name for need in needs_of(plan) if need.optional)
        binding = Binding(self.target.slugs, self.ledger.bound.get(plan.name, {}), self.transport.guard, optional)
        for before in plan.before:
            self.transport.send(before, Part(part_of=mark or plan.name, binding=binding))
        if not plan.together:
            return self.transport.send(plan, Part(part_of=mark, binding=binding))
        return self._send_together(plan, binding, mark)

    def _send_together(self, plan: Plan, binding: Binding, mark: str) -> Exchange:
        crowd = (plan, *plan.together)
        gun = threading.Barrier(len(crowd))
        self.transport.reserve(crowd)

        def one(each: Plan, lane: int) -> Exchange:
            part_of = mark or ("" if each is plan else plan.name)
            gun.wait()
            return self.transport.send(each, Part(lane=lane, part_of=part_of, binding=binding, at_once=True))

        with ThreadPoolExecutor(len(crowd)) as pool:
            own, *_ = pool.map(one, crowd, range(1, len(crowd) + 1))
        return own

    def _say_what_streams_lack(self) -> None:
        """Give the reason for clauses without evidence where a stream was lost, or never said anything."""
        for account, watcher in self._watchers.items():
            if watcher.alive and (watcher.gaps or not watcher.events):
                what = "did not stay open" if watcher.gaps else "said nothing"
                self.ledger.notes.append(
                    f"The order stream of the {account} account {what}: its silence means nothing."
                )
                self.ledger.reasons.setdefault("stream", f"the order stream {what}")

    def settle(self) -> None:
        """Wait until it can be seen what became of own orders, and write it beside the exchanges that named them."""
        if not self._desk.placed:
            return
        patience = 0.0 if self.ledger.died else self.options.patience
        settled = settle(self.ledger.exchanges, self.ledger.bound, self._desk, self._watchers, patience)
        self.ledger.exchanges[:] = settled
        self.ledger.reasons = of_their_own_accord(settled, self.watchers) | self.ledger.reasons
        if all(outcome.read_back is None for exchange in settled for outcome in exchange.outcomes):
            self.ledger.reasons["read-back"] = "the target does not tell which orders are open"
        self._say_what_streams_lack()
        for exchange in settled:
            if exchange.outcomes or exchange.stray:
                self._record(exchange)

    def close(self) -> None:
        """Take own orders away, say which could not be, and close every connection."""
        self.ledger.left = "Cleaning up own orders was broken off"
        self.transport.hurry(CLOSE_DEAD_SECONDS if self.ledger.died else CLOSE_SECONDS)
        try:
            self.ledger.left = self._desk.clear().words
        finally:
            if self.ledger.left:
                self.ledger.left += f". {sweeping.again(self.target)}"
                self.ledger.notes.append(self.ledger.left)
            self._journal.close()
            for watcher in self._watchers.values():
                watcher.stop()
            self.transport.close()
            self.transport.hurry(math.inf)  # a night goes on

    @property
    def watchers(self) -> tuple[Watcher, ...]:
        """What watches the order streams, one an account."""
        return tuple(self._watchers.values())

    def judge(self) -> list[Judged]:
        """What every judge says of everything seen so far."""
        return verdicts(self.ledger.exchanges)


def needs_of(plan: Plan) -> tuple[OrderNeed, ...]:
    """The orders that a plan and its parts need, each name once."""
    return tuple({need.name: need for part in parts(plan) for need in part.orders}.values())


def _is_named(need: OrderNeed, plan: Plan) -> bool:
    """Whether a batch names the order; else it is a bystander, without which there is one thing less to be seen."""
    return any(f"{{{{order.{need.name}".encode() in (part.body or b"") for part in parts(plan))


def _slot(plan: Plan, need: OrderNeed) -> tuple[str, str]:
    """What stands for a need: an order of the plan's own, or one that all plans share."""
    return ("", need.name) if need.name.startswith(SHARED) else (plan.name, need.name)
