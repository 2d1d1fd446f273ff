"""What the server's clock says, as far as its answers give it away."""

from __future__ import annotations

import email.utils
from dataclasses import dataclass
from functools import lru_cache

UNKNOWN_MS = 1000.0
"""How far off the server's clock is taken to be, either way, while nothing is known."""
DATE_STEP_MS = 1000.0
BELIEVED_MS = 86_400_000.0
"""A `Date` that is more than a day off is no clock but a mistake."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Bounds of the server's clock minus ours, in ms, narrowed by each `Date`."""

    low: float = -UNKNOWN_MS
    high: float = UNKNOWN_MS
    told: int = 0
    """How many answers told the time."""
    fixed: bool = False
    """Whether it was measured by the window itself, which is worth more than any `Date`."""

    @property
    def offset(self) -> float:
        """The middle of the bounds."""
        return (self.low + self.high) / 2

    def told_by(self, date: str | None, sent_ms: float, received_ms: float) -> Clock:
        """The bounds narrowed by an answer's `Date`; unchanged where it has none that can be read.

        The header counts whole seconds, so the server's clock was in `[date, date + 1 s)` at some moment between
        sending and receiving. Bounds that contradict the earlier ones replace them: a clock was set.
        """
        stamp = _milliseconds(date)
        if stamp is None or self.fixed or abs(stamp - sent_ms) > BELIEVED_MS:
            return self
        low, high = stamp - received_ms, stamp + DATE_STEP_MS - sent_ms
        if not self.told or low > self.high or high < self.low:
            return Clock(low, high, self.told + 1)
        return Clock(max(low, self.low), min(high, self.high), self.told + 1)


@lru_cache(maxsize=8)  # a second's answers all say the same
def _milliseconds(date: str | None) -> float | None:
    if date is None:
        return None
    try:
        return email.utils.parsedate_to_datetime(date).timestamp() * 1000
    except (ValueError, OverflowError):
        return None
