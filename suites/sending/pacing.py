"""How fast requests leave: a steady pace, waited for before a plan is signed.

Two runs at once with one key don't share it. A lock between processes would have to be trusted by all that use the key,
on all machines, and the limit is the target's anyway: what is too much is answered 429, waited for and sent again, and
says nothing. Whoever runs two gives each half of the pace with `--rate`.
"""

from __future__ import annotations

import threading
import time


class Pace:
    """Hands out moments to send, evenly spread; shared by all lanes.

    Args:
        per_second: requests a second; 0 for no limit.
    """

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def like(self) -> Pace:
        """Another pace of the same speed: the limit is each key's own."""
        return Pace(1 / self._gap if self._gap else 0.0)

    def wait(self, count: int = 1) -> None:
        """Return when `count` requests may leave at once."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next) + (count - 1) * self._gap
            self._next = start + self._gap
        if start > now:
            time.sleep(start - now)

    def pause(self, seconds: float) -> None:
        """Let nothing leave for a while: the target asked for it."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)
