"""Guards that know orders of others and of ours."""

from __future__ import annotations

from contracts.messages import Account, Plan
from suites.harmless.guard import Guard, Refused
from suites.harmless.journal import Journal
from suites.selftest.sending.servers import target_at

FOREIGN = (
    "01M86XPS87FPGD7Y6CCP5CXVKD",
    "9b2d6e4c-5f7a-4c1e-8a0b-3d2f1e0c9a8b",
    "Zk3_9x-QpLm.7",
    "ord:2026/11:8842",
    "31337",
    "q7",
)
"""Ids of every form that a venue may have; the last two are so short that they stand in other texts by chance."""


def guarding(*foreign: str) -> Guard:
    """A guard that was shown some orders of others."""
    guard = Guard(target_at())
    guard.saw(foreign)
    return guard


def refused(guard: Guard, plan: Plan) -> bool:
    """Whether a plan stays here."""
    try:
        guard.check(plan, plan.path, plan.body or b"")
    except Refused:
        return True
    return False


def journal_with(*ids: str, account: Account = Account.OWN) -> Journal:
    """A journal of these orders."""
    journal = Journal()
    intent = journal.intend(account, ["market-a"] * len(ids), "0.01", 1, "")
    journal.placed(intent, dict.fromkeys(ids, "market-a"))
    return journal
