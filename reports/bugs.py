"""One bug, one finding: what a night drew shows a bug in many ways, and the morning wants one line for it.

The gate's findings are told apart by what is special about their plans, for its list is short, and so they stay. Behind
a night, findings of one clause in which the same differs (taken, refused, another status, torn) are one: the first
of them stands for all, and the others are in it, each with its witness and its folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from contracts.messages import Plan
from contracts.oracles.plans import defect_of
from reports.results import Finding

ACTS = "acts"
TAKEN = ("taken", ACTS, "2xx")
"""One difference: what is carried out is answered 2xx, and acts where there is an order to act on."""


def difference(shape: str, plan: Plan) -> str:
    """The shape of a difference without what is special about the plan; of a crash, the concern of the plan stays.

    Of a silence nothing does: a gateway that hangs over one request answers others late as well.
    """
    head, _, rest = shape.partition(": ")
    if rest and rest == plan.clause and head != "silence":
        return f"{head}: {defect_of(plan).partition('.')[0]}"
    bare = head if rest and rest in (plan.kind, plan.position, plan.clause) else shape.removeprefix(f"{plan.method} ")
    return TAKEN[0] if bare in TAKEN else bare


def bug_of(finding: Finding) -> tuple[str, str]:
    """What findings of one bug share."""
    return finding.clause.id, finding.difference or finding.fingerprint


def apart(findings: Iterable[Finding]) -> list[Finding]:
    """Every finding by itself, those that stand for others and the others."""
    return [alone for each in findings for alone in (replace(each, also=()), *each.also)]


def together(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding a bug, in the order in which they came; what is waived stands for nothing that is not."""
    bugs: dict[tuple[bool, str, str], list[Finding]] = {}
    for each in apart(findings):
        bugs.setdefault((each.waived, *bug_of(each)), []).append(each)
    return tuple(replace(first, also=tuple(others)) for first, *others in bugs.values())
