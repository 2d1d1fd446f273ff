"""How long a night is: so many requests, so much time, or both, whichever is spent first; and which part of a whole."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from suites.target import UsageError

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
DEFAULT_REQUESTS = 20_000


def seconds_of(text: str) -> float:
    """Seconds of a duration such as `90s`, `45m`, `2h` or `1h30m`.

    Raises:
        UsageError: it is none.
    """
    found = re.findall(r"(\d{1,9})([smhd])", text)
    if not found or "".join(number + unit for number, unit in found) != text:
        raise UsageError(f"--for {text!a} is no duration; give one such as --for 45m or --for 2h")
    return float(sum(int(number) * UNITS[unit] for number, unit in found))


@dataclass(slots=True)
class Budget:
    """What may be spent, and since when."""

    requests: float = DEFAULT_REQUESTS
    """Infinite where only time counts."""
    seconds: float = math.inf
    spent: int = 0
    """Requests, told by the night."""
    began: float = 0.0
    clock: Callable[[], float] = time.monotonic

    def begin(self, already: float = 0.0) -> None:
        """Start the clock, which may have run before a kill."""
        self.began = self.clock() - already

    @property
    def used_seconds(self) -> float:
        """Seconds since the beginning."""
        return self.clock() - self.began

    @property
    def left(self) -> float:
        """Requests that may still be sent; none where the time is over."""
        return max(0.0, self.requests - self.spent) if self.used_seconds < self.seconds else 0.0

    @property
    def over(self) -> bool:
        """Whether it is spent."""
        return self.left <= 0

    def seconds_left(self, rate: float) -> float:
        """Seconds to the end at a rate of requests a second; infinite where nothing is known."""
        by_requests = (self.requests - self.spent) / rate if rate > 0 else math.inf
        return max(0.0, min(by_requests, self.seconds - self.used_seconds))


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of a campaign: each draws for itself; only the first sends the corpora."""

    index: int = 1
    count: int = 1

    @property
    def text(self) -> str:
        """As the user gives it."""
        return f"{self.index}/{self.count}"


def budget_of(requests: int | None, duration: str, most: float = DEFAULT_REQUESTS) -> Budget:
    """The budget that the user gave.

    Args:
        requests: how many, where that was said.
        duration: how long; empty where that was not said.
        most: requests where neither was said.

    Raises:
        UsageError: a number is not positive, or the duration is none.
    """
    if requests is not None and requests <= 0:
        raise UsageError("--budget must be positive; give a number of requests such as --budget 20000")
    seconds = seconds_of(duration) if duration else math.inf
    if seconds <= 0:
        raise UsageError("--for must be positive; give a duration such as --for 2h")
    default = math.inf if duration else most
    return Budget(float(requests) if requests is not None else default, seconds)
