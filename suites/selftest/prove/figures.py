"""What a matrix comes to, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_low

from contracts.catalogue import clauses
from suites.selftest.prove.trial import Trial

LIMITS = (50, 100)
"""Requests within which recall is told, beside all of them."""


@dataclass(frozen=True, slots=True)
class Recall:
    """The share of faults that were found within so many requests."""

    within: int
    found: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where there are no faults."""
        return self.found / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Matrix:
    """The trials of faults and of lawful gateways."""

    trials: tuple[Trial, ...]

    @property
    def faults(self) -> tuple[Trial, ...]:
        """Trials of faults."""
        return tuple(each for each in self.trials if each.breaks)

    @property
    def lawful(self) -> tuple[Trial, ...]:
        """Trials of lawful gateways."""
        return tuple(each for each in self.trials if not each.breaks)

    @property
    def killed(self) -> tuple[Trial, ...]:
        """The faults that were found by their own clause."""
        return tuple(each for each in self.faults if each.killed)

    @property
    def survivors(self) -> tuple[Trial, ...]:
        """The faults that were not."""
        return tuple(each for each in self.faults if not each.killed)

    @property
    def alarms(self) -> tuple[Trial, ...]:
        """Lawful gateways of which the gate does not say that they hold."""
        return tuple(each for each in self.lawful if not each.right)

    @property
    def requests(self) -> int:
        """How many requests the gate sends where nothing makes it send more or fewer."""
        counted = [each.requests for each in self.trials if each.requests]
        return median_low(counted) if counted else 0

    @property
    def collateral(self) -> int:
        """How many clauses were named beside the faults' own."""
        return sum(len(each.beside) for each in self.faults)

    @property
    def untied(self) -> tuple[str, ...]:
        """Gating clauses by which no fault was found."""
        return tuple(sorted({each.id for each in clauses().values() if each.gates} - {x.breaks for x in self.killed}))

    def recall(self, within: int) -> Recall:
        """The share of faults that were found by their own clause within so many requests."""
        return Recall(within, sum(each.first <= within for each in self.killed), len(self.faults))

    def recalls(self) -> tuple[Recall, ...]:
        """Recall within a few requests, and within all that were ever needed."""
        return tuple(self.recall(within) for within in (*LIMITS, self.most))

    @property
    def most(self) -> int:
        """After how many requests the last fault was found, or all of the gate's where that is more."""
        return max((each.first for each in self.killed), default=0) or self.requests

    def named(self, part: float) -> int:
        """How many clauses are named at most for such a part of the faults; 0 where there are none."""
        counted = sorted(len(each.found) for each in self.faults) or [0]
        return counted[min(len(counted) - 1, int(len(counted) * part))]
