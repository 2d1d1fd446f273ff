"""Trials: when all is sent and looked at twice, each finding is tried again and its witness made small.

Nothing is sent where nothing is found, and nothing here can add a finding or take one away: see `reports.trials` for
what a trial says. A few requests may go beyond the budget, where the transport sends one again that was torn.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from contracts.messages import Exchange, Plan
from contracts.oracles.exchanges import DIFFERS
from reports import summary, trials
from reports.judging import findings
from reports.results import Finding, Seen
from suites.again.shrinking import afresh, shrunk
from suites.gate import parts
from suites.run import Run

AGAIN = 2
"""How often a finding's plan is sent again."""
FINDING_MAX = 40
"""Requests that one finding may cost."""
WAITED_MAX_MS = 10_000
"""How long answers may be waited for in all: a silence is as long as many trials."""
SLOW_MS = 1_000


def hold(run: Run, those: Sequence[Finding] | None = None) -> None:
    """Try what was found again, then shrink what came back; the requests are in the ledger, and in its notes.

    Args:
        run: whose ledger holds all that the judges compare with.
        those: findings of the ledger; without them, all of it are.
    """
    if run.options.shrink <= 0 or run.ledger.died:
        return
    those = findings(run.judge()) if those is None else those
    found = [each for each in summary.worst_first(those) if _can_be_tried(each)]
    if not found:
        return
    found.sort(key=lambda each: each.exchange.elapsed_ms > SLOW_MS)  # what takes long comes last: it may end it
    held = _Trials(run)
    try:
        held.again(found)
        for each in trials.told(found, run.ledger.exchanges):
            if each.seen in (Seen.ALWAYS, Seen.SOMETIMES):
                held.shrink(each)
    finally:
        left_out = " The target answered no more, or slowly, so that some were left out." if held.over else ""
        run.ledger.notes.append(
            f"{held.spent} of the requests tried findings again and shrank their witnesses.{left_out}"
        )


def _can_be_tried(finding: Finding) -> bool:
    """Whether a finding can be sent again here.

    A plan with orders can't: its orders are gone, and a trial must name none but those that were placed for it. What
    503 and the like showed was sent often enough, seconds apart; and what differs alone was sent alone already.
    """
    needs = any(part.orders for part in parts(finding.witness))
    return not (needs or finding.exchange.void or finding.exchange.alone == DIFFERS)


class _Trials:
    """The trials of one run, and what they have cost."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._seen: Sequence[Exchange] = tuple(run.ledger.exchanges)
        self._start = run.transport.requests
        self._numbers = itertools.count(1)
        self._waited_ms = 0.0
        self.over = False
        """Whether no more may be sent, whatever is left of the budget."""

    @property
    def spent(self) -> int:
        """Requests so far."""
        return self._run.transport.requests - self._start

    def again(self, found: Sequence[Finding]) -> None:
        """Send the plan of each finding again, once for all findings of one exchange."""
        plans = {each.exchange.number: each for each in found if AGAIN * len(parts(each.witness)) <= FINDING_MAX}
        for each in plans.values():
            for _ in range(AGAIN):
                self._shows(each, each.witness, trials.again(each), self._run.options.shrink)

    def shrink(self, finding: Finding) -> None:
        """Send smaller plans as long as they show the finding, or there is something left to try."""
        left = FINDING_MAX - AGAIN * len(parts(finding.witness))
        end = min(self.spent + left, self._run.options.shrink)
        shrunk(
            finding.witness,
            self._kind(finding),
            self._run.target.slugs,
            self._numbers,
            lambda plan: self._shows(finding, plan, trials.smaller(finding), end),
        )

    def _kind(self, finding: Finding) -> str:
        """What a smaller plan's kind is called: the same where the fingerprint or a place in the batch hangs on it."""
        plan = finding.witness
        own = [each for each in self._seen if plan.name in (each.plan.name, each.part_of)]
        judged = trials.shown(finding, own, self._seen)
        hangs = plan.position or judged is None or plan.kind in judged.verdict.shape
        return plan.kind if hangs else f"{plan.kind}, shrunk"

    def _shows(self, finding: Finding, plan: Plan, purpose: str, end: int) -> bool:
        """Hold a trial on fresh connections, where there is a request left for it: does it show the finding?"""
        if self.over or self.spent + len(parts(plan)) > end:
            return False
        number, ledger = next(self._numbers), self._run.ledger
        self._run.transport.close()
        first = len(ledger.exchanges)
        alone = len(parts(plan)) == 1
        self._run.send(plan if alone else afresh(plan, number), trials.mark(number, purpose))
        sent = ledger.exchanges[first:]
        self._waited_ms += max(each.elapsed_ms for each in sent)
        self.over = any(map(trials.says_nothing, sent)) or self._waited_ms > WAITED_MAX_MS
        return trials.shown(finding, sent, self._seen) is not None
