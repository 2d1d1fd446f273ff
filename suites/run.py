"""One run: is the target usable, place orders, send every plan, settle, judge.

Nothing here knows pytest: the gate, `prove`, replay and the self-tests all run this.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from contracts.messages import Account, Exchange, OrderNeed, Plan
from reports.judging import Judged, verdicts
from suites import second_looks
from suites.gate import in_turns, parts
from suites.orders import Desk, EntryRefused, Wanted
from suites.pacing import Pace
from suites.rendering import Binding, Placed
from suites.settling import settle
from suites.stream import Watcher
from suites.target import Target
from suites.transport import Part, Transport
from suites.usable import check

SHARED = "shared-"
SILENCES_MAX = 6
"""After how many plans that were never answered the rest is not sent: the promise is broken, and each costs seconds."""
DEAD_AFTER = 4
"""How many plans in a row without any answer mean that the target is gone."""
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
    died: str = ""
    """Why the target could not be used to the end; empty where it could."""


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
        self.transport = Transport(target, Pace(options.rate), self._take)
        self._desk = Desk(self.transport.call, target)
        self._watchers: dict[Account, Watcher] = {}
        self._rested_at = 0.0

    def _take(self, exchange: Exchange) -> None:
        self._record(exchange)
        self.ledger.exchanges.append(exchange)

    def execute(self, plans: Sequence[Plan]) -> None:
        """Send the plans; what was seen is in the ledger, also when this raises.

        Raises:
            UnusableError: nothing could be judged.
        """
        self.ledger.started = time.monotonic()
        plans = in_turns(plans) if self.target.has(Account.OTHER) else plans
        try:
            check(self.transport, self.options.seed)
            self._send_all(plans)
            self._settle()
            second_looks.at_the_clock(self, plans)
            second_looks.at_refusals(self)
        finally:
            self._close()
            self.ledger.ended = time.monotonic()

    def _open(self, plans: Sequence[Plan]) -> None:
        """Open the streams, place the orders that the plans need, bind them to the plans."""
        needing = [plan for plan in plans if needs_of(plan)]
        if not needing:
            return
        if not self.target.markets:
            self._without_orders("no market is named in which orders may be placed (POLYMARKET_MARKET_SLUG)")
            return
        for account in self.target.keys:
            self._watchers[account] = Watcher(self.target, account)
            self._watchers[account].start()
            if self._watchers[account].refused:
                self.ledger.notes.append(
                    f"The {account} account has no order stream: {self._watchers[account].refused}."
                )
        self._place(needing)

    def _place(self, needing: Sequence[Plan]) -> None:
        slots: dict[tuple[str, str], OrderNeed] = {}
        for plan in needing:
            if not self.lacks(plan):
                slots |= {_slot(plan, need): need for need in needs_of(plan)}
        markets = self.target.markets
        # what no batch names is placed last of all: the newest order is the one that a careless look-up hits
        slots = dict(sorted(slots.items(), key=lambda slot: (slot[0][0] == "", slot[0][1] if not slot[0][0] else "")))
        wanted = [Wanted(need.account, markets[need.market % len(markets)]) for need in slots.values()]
        try:
            placed = dict(zip(slots, self._desk.place(wanted), strict=True))
        except EntryRefused as error:
            self._without_orders(f"orders could not be placed: {error}")
            return
        self._rested_at = time.monotonic() + REST_SECONDS
        for watcher in self._watchers.values():
            watcher.ask_for_snapshot()
        self.ledger.notes.append(f"{len(placed)} own orders were placed in {', '.join(markets)}.")
        for plan in needing:
            orders = {need.name: placed[_slot(plan, need)] for need in needs_of(plan) if _slot(plan, need) in placed}
            self.ledger.bound[plan.name] = orders

    def _without_orders(self, why: str) -> None:
        self.ledger.notes.append(f"Clauses that need orders are not exercised: {why}.")
        self.ledger.reasons["orders"] = why

    def lacks(self, plan: Plan) -> str:
        """Why a plan can't be sent to this target; empty where it can."""
        for each in parts(plan):
            used = {each.credentials.key, each.credentials.secret} - {Account.NOBODY}
            used |= {need.account for need in each.orders}
            missing = [account for account in used if not self.target.has(account)]
            if missing:
                return "no second account is given (POLYMARKET_OTHER_KEY_ID, POLYMARKET_OTHER_SECRET_KEY)"
            if any(need.market % max(len(self.target.markets), 1) != need.market for need in each.orders):
                continue
        return ""

    def _send_all(self, plans: Sequence[Plan]) -> None:
        total = sum(len(parts(plan)) for plan in plans)
        unanswered = silences = 0
        opened = False
        for plan in plans:
            if needs_of(plan) and not opened:
                opened = True
                self._open(plans)
            lacking = self.lacks(plan) or self._lacks_orders(plan)
            if lacking:
                self.ledger.reasons.setdefault(plan.clause, lacking)
                continue
            exchange = self.send(plan)
            unanswered = unanswered + 1 if exchange.failure in ("refused", "unreachable") else 0
            self._progress(len(self.ledger.exchanges), total)
            silences += exchange.failure == "timeout"
            if silences >= SILENCES_MAX:
                self.ledger.notes.append(
                    f"{silences} plans were never answered; those behind {plan.name} were not sent."
                )
                return
            if unanswered >= DEAD_AFTER:
                where = f"the target {self.target.url} stopped answering ({exchange.failure})"
                self.ledger.died = f"{where} after {exchange.number} exchanges"
                return

    def _lacks_orders(self, plan: Plan) -> str:
        needed = [need for need in needs_of(plan) if not need.optional]
        if needed and plan.name not in self.ledger.bound:
            return self.ledger.reasons.get("orders", "its orders could not be placed")
        return ""

    def _reserved(self) -> frozenset[str]:
        return frozenset(placed.order_id for _, placed in self._desk.placed)

    def send(self, plan: Plan) -> Exchange:
        """Send a plan with its preludes and companions; the exchange of the plan itself comes back."""
        optional = all(need.optional for need in needs_of(plan))
        binding = Binding(self.target.slugs, self.ledger.bound.get(plan.name, {}), self._reserved(), made_up=optional)
        if binding.orders:
            time.sleep(max(0.0, self._rested_at - time.monotonic()))
        for before in plan.before:
            self.transport.send(before, Part(part_of=plan.name, binding=binding))
        if not plan.together:
            return self.transport.send(plan, Part(binding=binding))
        return self._send_together(plan, binding)

    def _send_together(self, plan: Plan, binding: Binding) -> Exchange:
        crowd = (plan, *plan.together)
        gun = threading.Barrier(len(crowd))
        self.transport.reserve(crowd)

        def one(each: Plan, lane: int) -> Exchange:
            part_of = "" if each is plan else plan.name
            gun.wait()
            return self.transport.send(each, Part(lane=lane, part_of=part_of, binding=binding, at_once=True))

        with ThreadPoolExecutor(len(crowd)) as pool:
            own, *_ = pool.map(one, crowd, range(1, len(crowd) + 1))
        return own

    def _settle(self) -> None:
        if not self._desk.placed:
            return
        settled = settle(self.ledger.exchanges, self.ledger.bound, self._desk, self._watchers, self.options.patience)
        self.ledger.exchanges[:] = settled
        for exchange in settled:
            if exchange.outcomes or exchange.stray:
                self._record(exchange)

    def _close(self) -> None:
        try:
            left = self._desk.clear() if self._desk.placed else []
            if left:
                named = ", ".join(each.order_id for each in left)
                self.ledger.notes.append(f"These own orders could not be cancelled and are still open: {named}.")
        finally:
            for watcher in self._watchers.values():
                watcher.stop()
            self.transport.close()

    def judge(self) -> list[Judged]:
        """What every judge says of everything seen so far."""
        return verdicts(self.ledger.exchanges)


def needs_of(plan: Plan) -> tuple[OrderNeed, ...]:
    """The orders that a plan and its parts need, each name once."""
    return tuple({need.name: need for part in parts(plan) for need in part.orders}.values())


def _slot(plan: Plan, need: OrderNeed) -> tuple[str, str]:
    """What stands for a need: an order of the plan's own, or one that all plans share."""
    return ("", need.name) if need.name.startswith(SHARED) else (plan.name, need.name)
