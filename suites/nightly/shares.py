"""Shares: which streams the next round's requests go to. Thompson sampling over what each stream still finds.

A stream's chance to bring news with its next request is believed to be Beta distributed. Each slot of a round goes to
the stream whose belief, drawn once, is the highest, but first to each that was never tried; beliefs fade, for what has
found much may be exhausted. What a plan costs counts: a crowd of eight must bring as much as eight plans.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

FADES = 0.9
"""What is left of an old belief after a round: about ten rounds count."""
FINDING_COUNTS = 5
"""How many new behaviours a new finding is worth."""
UNTRIED = 2.0
"""What a stream is believed to be worth that was never tried: more than any chance."""
SLOTS_MAX = {"schema-positive": 1, "schema-negative": 1}
"""How many slots of a round a stream gets at most that gives few plans for one, and takes long for each.

Of what is seldom sent little is known, so that it would get ever more slots, and the round ever fewer plans.
"""


@dataclass(slots=True)
class Thompson:
    """The bandit: what each stream has brought so far."""

    names: Sequence[str]
    news: dict[str, float] = field(default_factory=dict)
    stale: dict[str, float] = field(default_factory=dict)

    def picks(self, key: str, slots: int) -> dict[str, int]:
        """How many slots of a round each stream gets; a pure function of the beliefs and the key."""
        chance = random.Random(key)  # noqa: S311  # to be repeated, not to be unguessable
        found: dict[str, int] = {}
        for _ in range(slots):
            drawn = {
                name: UNTRIED if name not in self.news and name not in found else self._drawn(name, chance)
                for name in self.names
                if found.get(name, 0) < SLOTS_MAX.get(name, slots)
            }
            if drawn:
                best = max(drawn, key=lambda name: drawn[name])
                found[best] = found.get(best, 0) + 1
        return found

    def _drawn(self, name: str, chance: random.Random) -> float:
        """One draw of the belief in a stream."""
        return chance.betavariate(1 + self.news.get(name, 0.0), 1 + self.stale.get(name, 0.0))

    def learn(self, requests: dict[str, int], behaviours: dict[str, int], findings: dict[str, int]) -> None:
        """Take in a round: requests sent, behaviours and findings that were new, by stream."""
        for name in self.names:
            sent = requests.get(name, 0)
            if not sent and name not in self.news:
                continue
            new = min(sent, behaviours.get(name, 0) + FINDING_COUNTS * findings.get(name, 0))
            self.news[name] = FADES * self.news.get(name, 0.0) + new
            self.stale[name] = FADES * self.stale.get(name, 0.0) + sent - new


@dataclass(slots=True)
class Equal:
    """Equal shares, whatever was found: what the bandit is measured against."""

    names: Sequence[str]
    news: dict[str, float] = field(default_factory=dict)
    stale: dict[str, float] = field(default_factory=dict)
    _turn: int = 0

    def picks(self, key: str, slots: int) -> dict[str, int]:  # noqa: ARG002  # the same face as the bandit's
        """The next streams in turn."""
        found: dict[str, int] = {}
        for slot in range(self._turn, self._turn + slots):
            name = self.names[slot % len(self.names)]
            found[name] = found.get(name, 0) + 1
        self._turn += slots
        return found

    def learn(self, requests: dict[str, int], behaviours: dict[str, int], findings: dict[str, int]) -> None:
        """Nothing is learnt."""


Shares = Thompson | Equal
