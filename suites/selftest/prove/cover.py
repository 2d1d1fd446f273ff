"""A smallest set of plans that finds what all of them find, and the plans that could go without losing a fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from contracts.catalogue import clauses
from contracts.messages import Plan
from suites import gate
from suites.selftest.prove.trial import Trial


@dataclass(frozen=True, slots=True)
class Cover:
    """What the plans of the gate are worth, each named once among `alone`, `shared`, `idle` and `open`."""

    requests: Mapping[str, int]
    """What each plan costs."""
    chosen: tuple[str, ...]
    """The cover: none of these can go without losing a fault."""
    alone: tuple[str, ...]
    """Each exposes a fault that no other plan does."""
    shared: tuple[str, ...]
    """Expose only what others expose too: any one of them can go."""
    idle: tuple[str, ...]
    """Expose nothing."""
    open: tuple[str, ...]
    """Aim at an open clause: they ask, and need not expose anything."""
    faults: int
    """How many faults the cover finds."""
    anyway: tuple[str, ...]
    """Faults that no plan of the gate is needed for: the question whether the target is usable shows them."""

    def cost(self, names: Iterable[str]) -> int:
        """The requests of some plans."""
        return sum(self.requests[each] for each in names)


def smallest(exposes: Mapping[str, AbstractSet[str]], requests: Mapping[str, int]) -> tuple[str, ...]:
    """Plans that expose all that can be exposed: greedily the most faults a request, then without what that made idle.

    Args:
        exposes: the faults that each plan exposes.
        requests: what each plan costs, at least 1.
    """
    chosen: list[str] = []
    left = set().union(*exposes.values()) if exposes else set()
    while left:
        best = max(exposes, key=lambda plan: len(exposes[plan] & left) / requests[plan])
        chosen.append(best)
        left -= exposes[best]
    for plan in sorted(chosen, key=lambda each: (-requests[each], len(exposes[each]))):
        if not lost(plan, {each: exposes[each] for each in chosen}):
            chosen.remove(plan)
    return tuple(chosen)


def lost(plan: str, exposes: Mapping[str, AbstractSet[str]]) -> AbstractSet[str]:
    """The faults that only this one of the plans exposes."""
    others: set[str] = set().union(*(faults for name, faults in exposes.items() if name != plan))
    return exposes[plan] - others


def covered(trials: Iterable[Trial], plans: Sequence[Plan]) -> Cover:
    """The cover of all faults that were killed."""
    killed = [each for each in trials if each.killed]
    exposes: dict[str, AbstractSet[str]] = {
        plan.name: {each.name for each in killed if plan.name in each.exposing} for plan in plans
    }
    requests = {plan.name: len(gate.parts(plan)) for plan in plans}
    asks = {plan.name for plan in plans if not clauses()[plan.clause].gates}
    found = set().union(*exposes.values()) if exposes else set()
    alone = {each for each in exposes if lost(each, exposes)}
    rest = [each for each in exposes if each not in asks and each not in alone]
    return Cover(
        requests=requests,
        chosen=smallest(exposes, requests),
        alone=tuple(each for each in exposes if each in alone and each not in asks),
        shared=tuple(each for each in rest if exposes[each]),
        idle=tuple(each for each in rest if not exposes[each]),
        open=tuple(each for each in exposes if each in asks),
        faults=len(found),
        anyway=tuple(each.name for each in killed if each.name not in found),
    )


def told(cover: Cover) -> Iterator[str]:
    """The cover for the terminal."""
    everything = list(cover.requests)
    yield (
        f"cover: {len(cover.chosen)} of {len(everything)} plans, {cover.cost(cover.chosen)} of"
        f" {cover.cost(everything)} requests, find all {cover.faults} faults that the plans find"
    )
    if cover.anyway:
        yield f"  found before the first plan is sent: {', '.join(cover.anyway)}"
    yield f"  {len(cover.alone)} plans expose a fault that no other does"
    kept = "+ is in the cover; without all that have none, no fault is lost"
    for title, names in (
        ("earn nothing, expose no fault:", cover.idle),
        (f"earn nothing, expose only what others expose too ({kept}):", cover.shared),
        (f"ask an open question ({kept}):", cover.open),
    ):
        yield f"{len(names)} plans, {cover.cost(names)} requests, {title}"
        for each in names:
            yield f"  {'+' if each in cover.chosen else ' '} {cover.requests[each]:3} {each}"
