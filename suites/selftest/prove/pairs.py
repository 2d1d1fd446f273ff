"""Two faults in one gateway: does one hide the other?"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from suites.selftest.prove.trial import Said, Subject, Trial

DRAWS_MAX = 100_000
"""After so many draws there are no more pairs to be found."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two faults that can stand in one class."""

    first: str
    second: str

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.first} + {self.second}"

    @property
    def members(self) -> tuple[str, str]:
        """The names of both."""
        return self.first, self.second

    def subject(self) -> Subject:
        """The gateway that has both faults."""
        core = joined(FAULTS[self.first], FAULTS[self.second])
        return Subject(self.name, lambda: EmbeddedGateway(core()))

    def missed(self, trial: Trial) -> tuple[str, ...]:
        """The faults of the pair whose clause the gate did not name."""
        named = trial.found if trial.said is Said.VIOLATED else ()
        return tuple(each for each in self.members if FAULTS[each].breaks not in named)


def joined(first: type[Gateway], second: type[Gateway]) -> type[Gateway]:
    """The class that has both faults.

    Raises:
        TypeError: their orders of inheritance can't be reconciled.
    """
    return type(f"{first.__name__}And{second.__name__}", (first, second), {"breaks": ""})


def overridden(core: type[Gateway]) -> frozenset[str]:
    """The members that a fault has in place of the honest gateway's, or beside them."""
    own = [each for each in core.__mro__ if each not in Gateway.__mro__]
    names = {name for each in own for name in vars(each) if not name.startswith("__") or name == "__init__"}
    return frozenset(names - {"breaks", "night"})


def drawn(count: int, seed: int, faults: Mapping[str, type[Gateway]] = FAULTS) -> list[Pair]:
    """So many different pairs, by chance: faults of two clauses that override no method of each other.

    Fewer come back where there are no more.
    """
    chance = random.Random(seed)  # noqa: S311  # not a secret: one seed draws the same pairs again
    found: dict[Pair, None] = {}
    day = sorted(name for name, each in faults.items() if not each.night)
    for _ in range(DRAWS_MAX):
        if len(found) >= count:
            break
        first, second = sorted(chance.sample(day, 2))
        one, other = faults[first], faults[second]
        if one.breaks != other.breaks and not overridden(one) & overridden(other):
            found[Pair(first, second)] = None
    return list(found)


def told(tried: Sequence[tuple[Pair, Trial]], alone: Mapping[str, Trial]) -> Iterator[str]:
    """The pairs for the terminal.

    Args:
        tried: the trial of each pair.
        alone: the trials of those faults alone that their pair was not found to have.
    """
    hidden = 0
    for (pair, trial), each in itertools.product(tried, ("first", "second")):
        name = getattr(pair, each)
        if name not in pair.missed(trial):
            continue
        clause = FAULTS[name].breaks
        if not alone[name].killed:
            yield f"  {pair.name}: {clause} of {name} is not found, nor is it where {name} is alone"
            continue
        hidden += 1
        named = f"{trial.said}: {trial.fault}" if trial.fault else ", ".join(trial.found) or "nothing"
        yield f"  HIDDEN {pair.name}: {clause} of {name} is not found beside the other, only {named}"
    both = sum(not pair.missed(trial) for pair, trial in tried)
    yield f"{both} of {len(tried)} pairs killed; in {hidden} one fault hides the other"
