"""The night: the gate's list, then the corpora, then rounds of drawn plans, until the budget is spent.

Each round is judged by itself, beside the gate's exchanges that the judges compare with, and forgotten but for what it
found: a night of a million requests needs no more memory than one of a thousand. What a round draws is a pure function
of seed, shard, round and shares, and is drawn by another process while the round before is sent.

One file because a night is one sequence over one state, as a run is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from contracts.messages import AWAY, Account, Exchange, Plan
from reports import trials as telling
from reports.bugs import bug_of, together
from reports.judging import findings, verdicts
from reports.results import Finding
from suites import gate
from suites.again import second_looks, trials
from suites.conduct import conduct
from suites.nightly import corpora
from suites.nightly.ahead import NAMES, Drawer, Drawn
from suites.nightly.asked import asked
from suites.nightly.budget import Budget, Shard
from suites.nightly.checkpoint import Resumed, State
from suites.nightly.memory import Memory
from suites.nightly.shares import Shares, Thompson
from suites.run import Ledger, Run
from suites.target import UsageError
from suites.usable import check

SLOTS = 24
"""How many slots of a round are shared out among the streams."""
CHUNK = 12
"""How many plans are sent between two looks at the budget."""
CORPUS = "corpus"
KNOWN = "known"
ORDERS = "orders"
ORDERS_COST = 150
"""Requests that a round of orders may cost, order entry and reading back included."""
ORDERS_EVERY = 2
"""Every so many rounds, own orders are placed, cancelled and looked after, which takes seconds."""


class Care(Protocol):
    """Keeps a night alive while its target is away: see `suites.nightly.soak`."""

    @property
    def rereads(self) -> bool:
        """Whether keys may change."""

    def ask(self) -> None:
        """Read the keys again before the next request."""

    def tend(self, night: Night) -> None:
        """Do what is due before plans are sent."""

    def outlasts(self, night: Night, start: int) -> bool:
        """Whether the target had gone since an exchange and is back, so that what it did not hear is sent again."""


@dataclass(slots=True)
class Options:
    """How a night is spent."""

    budget: Budget = field(default_factory=Budget)
    shard: Shard = field(default_factory=Shard)
    without: tuple[str, ...] = ()
    """Streams that are left out, `corpus` among them."""
    shares: Callable[[Sequence[str]], Shares] = Thompson
    remember: Callable[[State, Memory], None] = lambda _state, _memory: None
    """Called before each round with all that a killed night needs to go on."""
    resumed: Resumed | None = None
    known: tuple[Plan, ...] = ()
    """Witnesses of earlier nights: sent before anything is drawn."""
    found: Callable[[Sequence[Finding]], None] = lambda _found: None
    """Called with findings that are new."""
    care: Care | None = None
    """Without it, the night ends when its target can't be used."""


class Night:
    """One night with one run.

    Args:
        run: not executed yet.
        options: how long, which part, and where it goes on.
        progress: told after every chunk.
    """

    def __init__(self, run: Run, options: Options, progress: Callable[[Night], None] = lambda _: None) -> None:
        self.run = run
        self.options = options
        self.memory = options.resumed.memory if options.resumed else Memory()
        self.budget = options.budget
        self.shares = options.shares([each for each in NAMES if each not in options.without])
        self.stopping = False
        self.sent: Counter[str] = Counter()
        """Plans by stream."""
        self._progress = progress
        self._gate = run.ledger
        self._base: tuple[Exchange, ...] = ()
        self._gate_end = 0

    def execute(self, plans: Sequence[Plan]) -> None:
        """Spend the night; what was found is in the run's ledger, also when this raises.

        Raises:
            UnusableError: nothing could be judged.
            KeyboardInterrupt: somebody asked twice for the end.
        """
        resumed = self.options.resumed
        with Drawer() as drawer:
            if resumed is None:
                self._begin(plans)
            else:
                self._go_on(resumed)
            try:
                care = self.options.care
                with asked(self.stop, care.ask if care is not None and care.rereads else None):
                    self._rounds(drawer, resumed)
            finally:
                self._end()

    @property
    def further(self) -> list[Finding]:
        """What was found behind the gate's list."""
        return [each for each in self.memory.findings.values() if each.exchange.number > self._gate_end]

    @property
    def over(self) -> bool:
        """Whether no more is to be sent."""
        return self.stopping or self.budget.over

    def stop(self) -> None:
        """Ask for the end: what is under way is finished, judged and reported."""
        self.stopping = True

    def note(self, *texts: str, instead_of: str = "") -> None:
        """Let the report say something; in the place of something else, where it says that."""
        self._gate.notes[:] = [*(each for each in self._gate.notes if each != instead_of), *filter(None, texts)]

    def _begin(self, plans: Sequence[Plan]) -> None:
        conduct(self.run, plans)
        ledger = self.run.ledger
        self._gate, self._base = ledger, tuple(each for each in ledger.exchanges if not each.trial)
        self._gate_end = self.run.transport.last_number
        self.budget.begin(ledger.ended - ledger.started)
        self.budget.spent = self.run.transport.requests
        for each in self._base:
            self.memory.news(each)
        told = telling.told(findings(verdicts(self._base)), ledger.exchanges)
        self.memory.keep(told)
        self.options.found(told)

    def _go_on(self, resumed: Resumed) -> None:
        """Take up a killed night: as it was before the round that was under way."""
        state, ledger = resumed.state, self.run.ledger
        if state.target != self.run.target.name:
            raise UsageError(f"the night was against {state.target}; give it the same target to go on")
        ledger.notes += [*state.notes, "The night was taken up again after it had been killed."]
        ledger.reasons |= state.reasons
        ledger.exchanges[:] = resumed.gate
        self._base, self._gate_end = tuple(each for each in resumed.gate if not each.trial), state.gate_end
        self.sent.update(state.sent)
        self.shares.news, self.shares.stale = dict(state.news), dict(state.stale)
        again = sum(each.tries for each in resumed.exchanges)
        self.run.transport.go_on(
            max((x.number for x in resumed.exchanges), default=state.number), state.requests + again
        )
        self.budget.begin(state.seconds)
        self.budget.spent = self.run.transport.requests
        ledger.started = self.budget.began
        with self.run.aside():
            check(self.run.transport, self.run.options.seed)

    def _key(self, number: int) -> str:
        """What a round is drawn from."""
        return f"{self.run.options.seed}/{self.options.shard.text}/{number}"

    def _rounds(self, drawer: Drawer, resumed: Resumed | None) -> None:
        number = 0
        already: tuple[Exchange, ...] = ()
        corpus = self.options.shard.index == 1 and CORPUS not in self.options.without
        picks = {CORPUS: 1} if corpus else self.shares.picks(self._key(0), SLOTS)
        if resumed is not None:
            number, picks = resumed.state.round, resumed.state.picks
            already = tuple(each for each in resumed.exchanges if each.part_of != AWAY)
        elif self.options.known:
            self._one_round([(KNOWN, plan) for plan in self.options.known], ())
        while not (self.over or self._gate.died):
            self._remember(number, picks, already)
            following = self.shares.picks(self._key(number + 1), SLOTS)
            drawer.ask(self._key(number + 1), following)
            plans = self._corpus() if CORPUS in picks else drawer.take(self._key(number), picks)
            self._one_round(plans, already)
            if number % ORDERS_EVERY == 0 and self.run.target.markets and ORDERS not in self.options.without:
                self._orders(number)
            number, picks, already = number + 1, following, ()

    def _remember(self, number: int, picks: dict[str, int], already: Sequence[Exchange]) -> None:
        transport = self.run.transport
        state = State(
            seed=self.run.options.seed,
            shard=self.options.shard.text,
            target=self.run.target.name,
            round=number,
            picks=picks,
            number=min((each.number for each in already), default=transport.last_number + 1) - 1,
            gate_end=self._gate_end,
            requests=transport.requests - sum(each.tries for each in already),
            seconds=self.budget.used_seconds,
            budget_requests=self.budget.requests,
            budget_seconds=self.budget.seconds,
            news=dict(self.shares.news),
            stale=dict(self.shares.stale),
            sent=dict(self.sent),
            notes=list(self._gate.notes),
            reasons=dict(self._gate.reasons),
        )
        self.options.remember(state, self.memory)

    def _corpus(self) -> Drawn:
        return [(CORPUS, plan) for plan in corpora.plans(f"c{self.run.options.seed}")]

    def _one_round(self, plans: Drawn, already: Sequence[Exchange]) -> None:
        """Send a round, look twice where that is due, judge, try again what is new, and forget the rest."""
        ledger = self.run.ledger = Ledger(exchanges=list(already))
        try:
            for start in range(0, len(plans), CHUNK):
                self._send([plan for _, plan in plans[start : start + CHUNK]])
                if self.over or ledger.died:
                    break
            start = len(ledger.exchanges)
            for look in second_looks.LOOKS:
                if not ledger.died:
                    look(self.run)
            self._outlasts(start)
        finally:
            self._judge({plan.name: stream for stream, plan in plans})
            self._gate.died = ledger.died
            self.run.ledger = self._gate

    def _send(self, plans: Sequence[Plan]) -> None:
        """Send some plans, and those again that the target did not hear because it had gone for a while."""
        while True:
            if self.options.care is not None:
                self.options.care.tend(self)
            start = len(self.run.ledger.exchanges)
            self.run.send_all(self._affordable(plans))
            self.budget.spent = self.run.transport.requests
            self._progress(self)
            if not self._outlasts(start):
                return

    def _outlasts(self, start: int) -> bool:
        return self.options.care is not None and self.options.care.outlasts(self, start)

    def _orders(self, number: int) -> None:
        """Send a round of sequences with orders of their own, and judge what became of these."""
        from suites.nightly import orders  # noqa: PLC0415  # Hypothesis takes its time, which a gate has not

        both = self.run.target.has(Account.OTHER)
        plans = list(orders.plans(f"{self._key(number)}/{ORDERS}", both=both))
        ledger = self.run.ledger = Ledger()
        try:
            if not (self.stopping or self._gate.died) and self.budget.left > ORDERS_COST:
                self.run.send_with_orders(self._affordable(plans))
                if self._outlasts(0):
                    ledger.exchanges.clear()  # its orders did not outlast it
        finally:
            self._judge({plan.name: ORDERS for plan in plans})
            if ledger.left:
                self._gate.left = ledger.left
                self._gate.notes.append(ledger.left)
            self._gate.died = self._gate.died or ledger.died
            self.run.ledger = self._gate

    def _affordable(self, chunk: Sequence[Plan]) -> list[Plan]:
        """Those of a chunk that the budget is enough for."""
        left, found = self.budget.left, []
        for plan in chunk:
            cost = len(gate.parts(plan))
            if cost <= left:
                left -= cost
                found.append(plan)
        return found

    def _judge(self, streams: dict[str, str]) -> None:
        exchanges = tuple(self.run.ledger.exchanges)
        judged = verdicts(exchanges, self._base)
        self.memory.count(judged)
        known = {bug_of(each) for each in self.memory.findings.values()}
        fresh = self.memory.new(findings(judged))
        bugs = [each for each in together(fresh) if bug_of(each) not in known]
        requests = Counter(_stream(x, streams) for x in exchanges)
        news = Counter(_stream(x, streams) for x in exchanges if self.memory.news(x))
        found = Counter(streams[each.witness.name] for each in bugs if each.witness.name in streams)
        self.sent += Counter(streams[x.plan.name] for x in exchanges if x.plan.name in streams)
        self.shares.learn(requests, news, found)
        if fresh:
            self._try(fresh, bugs, exchanges)

    def _try(self, fresh: Sequence[Finding], bugs: Sequence[Finding], exchanges: Sequence[Exchange]) -> None:
        """Send one finding of each new bug again, shrink it, and keep all that are new with what shows them."""
        ledger = self.run.ledger
        ledger.exchanges[:] = [*self._base, *exchanges]
        if not self.stopping:
            trials.hold(self.run, bugs)
        told = telling.told(fresh, ledger.exchanges)
        self.memory.keep(told, ledger.exchanges[len(self._base) :])
        self.options.found(told)
        self.budget.spent = self.run.transport.requests

    def _end(self) -> None:
        ledger = self.run.ledger = self._gate
        self.run.transport.close()
        ledger.further = tuple(self.memory.findings.values())
        ledger.forgotten = self.run.transport.last_number - self._gate_end
        ledger.kept, ledger.tally = self.memory.kept, dict(self.memory.tally)
        ledger.ended = self.budget.began + self.budget.used_seconds
        shared = ", ".join(f"{name} {count}" for name, count in self.sent.most_common())
        ledger.notes.append(f"Behind the gate's list, the night sent plans of these kinds: {shared or 'none'}.")


def _stream(exchange: Exchange, streams: dict[str, str]) -> str:
    """Which stream an exchange is of; empty for what a second look sent."""
    return streams.get(exchange.part_of or exchange.plan.name, "")
