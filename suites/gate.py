"""The gate's list of plans: fixed for one version and seed, what fails most often first."""

from __future__ import annotations

from contracts.messages import Plan
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

SUITES = (
    reply,
    size,
    outcome,
    ownership,
    wholeness,
    echo,
    credentials,
    window,
    shape,
    routing,
    isolation,
    disclosure,
    robustness,
)
"""One module a concern, in the order in which they are sent: orders early, so that their fate is known at the end."""


def plans(seed: int) -> tuple[Plan, ...]:
    """Every plan of the gate.

    Raises:
        ValueError: two plans have one name; their findings could not be told apart.
    """
    found = (*(plan for suite in SUITES for plan in suite.plans(seed)), outcome.last_plan())
    names = [part.name for plan in found for part in parts(plan)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two plans are named {twice[0]}; rename one")
    return found


def parts(plan: Plan) -> tuple[Plan, ...]:
    """A plan with its preludes and companions: one request each."""
    return (*plan.before, plan, *plan.together)
