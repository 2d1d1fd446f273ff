"""The plans in whose company a witness is sent again.

A witness alone shows less than it did in its run: some judges compare it with other plans, and some faults remember
what came before. Both come from the gate's list, which is the same for one version and seed; the witness of another
version, or of chance, is sent with as many of them as still fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from contracts.messages import Account, Plan
from reports.printable import visible
from suites import gate
from suites.run import SHARED, needs_of
from suites.sending import sealing
from suites.sending.rendering import Binding, Placed
from suites.strategies import entries
from suites.target import Key, Target

NEIGHBOURS = 20
"""How many plans before the witness are sent again with it: what a connection or a cache remembers is rarely older."""
PLAIN = ("size.one/1", "size.full/20")
"""Ordinary batches behind every witness: is the target still there, and how fast is it usually?"""


@cache
def _gate(seed: int) -> tuple[Plan, ...]:
    return gate.plans(seed)


def whole_of(witness: Plan, seed: int) -> Plan:
    """The plan of the gate that a witness is a part of, or the witness itself.

    Raises:
        ValueError: this suite could not make its requests; one sentence.
    """
    whole = next((each for each in _gate(seed) if witness in gate.parts(each)), witness)
    needs = {need.name: Placed("order", "market") for need in needs_of(whole)}
    for part in gate.parts(whole):
        _try_to_make(part, needs)
    return whole


def _try_to_make(plan: Plan, needs: Mapping[str, Placed]) -> None:
    """Make a request without sending it, so that words which this version does not know are found before anything is.

    Raises:
        ValueError: it can't be made.
    """
    keys = {each: Key(each.value, bytes(32), "") for each in (Account.OWN, Account.OTHER)}
    binding = Binding(("market",), needs)
    try:
        path = binding.fill(plan.path.encode()).decode()
        sealing.seal(plan, Target("", keys), 0, path, binding.fill(plan.body or b""))
    except (LookupError, ValueError):
        raise ValueError(f"this suite can't make the request of the witness {visible(plan.name[:80])}") from None


def near(whole: Plan, witness: Plan, clause: str, seed: int) -> list[Plan]:
    """The witness, and behind it the plans that the judge of a clause compares it with."""
    aims, size = {whole.clause, witness.clause, clause}, _entries(whole)

    def compared(each: Plan) -> bool:
        if each.clause.startswith("size."):  # is the size to blame, and not the plan?
            return _entries(each) == size or each.name in PLAIN
        if each.clause == "shape.markets-together":  # and, before it, a market that nobody has
            return bool(aims & {"shape.plain-slugs", "shape.odd-slugs", "size.entries"})
        return False

    alone = entries.alone(witness) if witness.clause == "wholeness.position" and not needs_of(whole) else None
    others = [each for each in _gate(seed) if each.name != whole.name and compared(each)]
    return [whole, *others, *([alone] if alone is not None else [])]


def wide(whole: Plan, witness: Plan, clause: str, seed: int) -> list[Plan]:
    """As `near`, behind all plans that aim at the clause, that could have touched its orders, or were sent before it.

    Some orders of both accounts are always there: what must not show or change can't where there is none.
    """
    plans = _gate(seed)
    place = next((index for index, each in enumerate(plans) if each.name == whole.name), 0)
    owned = [
        next((each for each in plans if any(need.account is account for need in needs_of(each))), None)
        for account in (Account.OWN, Account.OTHER)
    ]
    shared = {need.name for need in needs_of(whole) if need.name.startswith(SHARED)}
    aiming = [
        each
        for each in plans
        if any(aims_at(part, clause) for part in gate.parts(each))
        or any(need.name in shared for need in needs_of(each))
    ]
    neighbours = plans[max(0, place - NEIGHBOURS) : place]  # the last of them right before it, as it was
    before = {each.name for each in neighbours}
    behind = [each for each in near(whole, witness, clause, seed) if each.name not in before]
    there = before | {each.name for each in behind}
    first = {each.name: each for each in (*owned, *aiming) if each is not None and each.name not in there}
    return [*first.values(), *neighbours, *behind]


def aims_at(plan: Plan, clause: str) -> bool:
    """Whether a plan was made to exercise a clause."""
    return plan.clause == clause or clause in plan.probes


def _entries(plan: Plan) -> int:
    """How many entries the body of a plan has, lawful or not."""
    return (plan.body or b"").count(b'"orderId"')
