"""How a night is getting on, in one line: now and then on plain output, rewritten in place on a terminal.

A bug that is new has a line of its own at once.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Protocol

from reports.bugs import bug_of
from reports.printable import one_line
from suites.nightly.night import Night

PLAIN_SECONDS, SOAK_SECONDS = 10.0, 60.0
"""On plain output; a soak has days of it."""
TERMINAL_SECONDS = 0.5
WIDTH = 160


class Say(Protocol):
    """Shows a line."""

    def __call__(self, text: str, *, over: bool) -> None:
        """Show it, on a terminal over the one before, where that is wanted."""


class Progress:
    """Says a line now and then.

    Args:
        say: shows one line.
        every: seconds between two lines.
    """

    def __init__(self, say: Say, every: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._told: set[tuple[str, str]] = set()
        self._every = every
        self._clock = clock
        self._last = clock()
        self._spent: float = 0.0

    def __call__(self, night: Night) -> None:
        """Say a line where it is time for one."""
        for each in night.memory.findings.values():
            if bug_of(each) not in self._told:
                self._told.add(bug_of(each))
                self._say(one_line(f"New: {each.clause.id}: {each.message}", WIDTH), over=False)
        now = self._clock()
        if now - self._last < self._every:
            return
        rate = (night.budget.spent - self._spent) / (now - self._last)
        self._last, self._spent = now, night.budget.spent
        self._say(line(night, rate), over=True)


def line(night: Night, rate: float) -> str:
    """Requests, rate, clauses, findings and the time left.

    Args:
        rate: requests a second since the last line.
    """
    budget, found = night.budget, len({bug_of(each) for each in night.memory.findings.values()})
    of = f" of {budget.requests:,.0f}" if math.isfinite(budget.requests) else ""
    overall = budget.spent / budget.used_seconds if budget.used_seconds > 0 else 0.0
    left = budget.seconds_left(overall)
    when = f", {duration(left)} left" if math.isfinite(left) else ""
    clauses = sum(count > 0 for count in night.memory.tally.values())
    findings = f"{found} finding" + ("" if found == 1 else "s")
    return f"{budget.spent:,}{of} requests, {rate:.0f} a second, {clauses} clauses, {findings}{when}"


def duration(seconds: float) -> str:
    """A duration in its two largest units."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
