"""The gate's list of plans: fixed for one version and seed, what fails most often first."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from contracts.messages import Account, Credentials, Plan
from suites import (
    credentials,
    disclosure,
    echo,
    isolation,
    outcome,
    ownership,
    reply,
    robustness,
    routing,
    shape,
    size,
    wholeness,
    window,
)
from suites.strategies.batches import by, for_any_account

SUITES = (
    reply,
    size,
    outcome,
    ownership,
    wholeness,
    shape,
    echo,
    isolation,
    window,
    routing,
    credentials,
    robustness,
    disclosure,
)
"""One module a concern, in the order in which they are sent: orders early, so that their fate is known at the end, then
what finds the most faults of the cabinet with a request (`python -m suites.selftest.prove`: recall)."""


AT_ONCE = "isolation.at-once"
FOR_ANY_ACCOUNT = ("shape.", "window.", "credentials.", "routing.", "robustness.", "wholeness.position")
"""Clauses whose plans may be sent by either account."""


def plans(seed: int) -> tuple[Plan, ...]:
    """Every plan of the gate.

    Raises:
        ValueError: two plans have one name; their findings could not be told apart.
    """
    found = (*(plan for suite in SUITES for plan in suite.plans(seed)), window.last_plan(seed), outcome.last_plan())
    names = [part.name for plan in found for part in parts(plan)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two plans are named {twice[0]}; rename one")
    return found


def in_turns(found: Sequence[Plan]) -> tuple[Plan, ...]:
    """The plans with every second of those that any account may send signed by the other account.

    A key's pace is its own, so that two accounts ask twice as much in the same time; and what is broken for one
    account alone is seen. Only for targets whose second account is known.
    """
    turned, other = [], False
    for plan in found:
        may = plan.clause.startswith(FOR_ANY_ACCOUNT) and not plan.orders and not plan.before and not plan.together
        may = may and for_any_account(plan)
        other = other != may
        turned.append(by(plan, Account.OTHER) if may and other else plan)
    return tuple(turned)


def by_one_account(found: Sequence[Plan]) -> tuple[Plan, ...]:
    """The plans with the crowd that is sent at once signed by the own account alone, for want of another.

    What stands in that crowd is about no account, and has no other plan.
    """
    return tuple(
        dataclasses.replace(plan, together=tuple(map(_own, plan.together))) if plan.clause == AT_ONCE else plan
        for plan in found
    )


def _own(plan: Plan) -> Plan:
    return plan if plan.orders else dataclasses.replace(plan, credentials=Credentials())


def parts(plan: Plan) -> tuple[Plan, ...]:
    """A plan with its preludes and companions: one request each."""
    return (*plan.before, plan, *plan.together)


def clauses_of(plan: Plan) -> frozenset[str]:
    """What a plan and its parts aim at and probe: without it, each of these may lack evidence."""
    return frozenset(clause for each in parts(plan) for clause in (each.clause, *each.probes))
