"""What a night remembers: each finding once, how often it was seen, its witness, and the behaviours that are known.

All else is on disk. What is here grows with what is found, not with what is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from contracts.catalogue import clauses
from contracts.messages import Exchange, Status
from reports.judging import Judged
from reports.results import Finding

FINDINGS_MAX = 500
"""How many different findings are kept: a target that breaks everything is known well enough by then."""
BEHAVIOURS_MAX = 50_000

Behaviour = tuple[str, str, int, str]
"""Clause and kind of the plan, status and failure of its answer."""


def behaviour(exchange: Exchange) -> Behaviour:
    """How an exchange looked, without values."""
    return exchange.plan.clause, exchange.plan.kind, exchange.status, exchange.failure


@dataclass(slots=True)
class Memory:
    """Findings, behaviours and counts of a night."""

    findings: dict[str, Finding] = field(default_factory=dict)
    kept: list[Exchange] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    behaviours: set[Behaviour] = field(default_factory=set)

    def new(self, found: Iterable[Finding]) -> list[Finding]:
        """Those that were not seen before; of the others, the times are added up."""
        fresh = []
        for each in found:
            known = self.findings.get(each.id)
            if known is None:
                fresh.append(each)
            else:
                self.findings[each.id] = replace(known, times=known.times + each.times)
        return fresh

    def keep(self, found: Iterable[Finding], exchanges: Sequence[Exchange] = ()) -> None:
        """Keep findings, and of these exchanges those that show them: the witness with its parts, and its trials."""
        names, purposes = set(), set()
        for each in found:
            if len(self.findings) >= FINDINGS_MAX:
                break
            self.findings[each.id] = each
            names.add(each.witness.name)
            purposes |= {f"for {each.id}", f"of exchange {each.shrunk_from or each.exchange.number} again"}
        for exchange in exchanges:
            tried = exchange.trial and any(exchange.part_of.endswith(purpose) for purpose in purposes)
            if tried or exchange.plan.name in names or exchange.part_of in names:
                self.kept.append(exchange)

    def count(self, judged: Iterable[Judged]) -> None:
        """Count what the judges said, by clause, where it was evidence."""
        for each in judged:
            gates = clauses()[each.verdict.clause].gates
            self.tally[each.verdict.clause] += gates and each.verdict.status is not Status.UNKNOWN

    def news(self, exchange: Exchange) -> bool:
        """Whether the target has not behaved so before."""
        seen = behaviour(exchange)
        if seen in self.behaviours or len(self.behaviours) >= BEHAVIOURS_MAX:
            return False
        self.behaviours.add(seen)
        return True
