"""What an answer has to be, and when it is not: the shape of a sign."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sign:
    """What an answer has to be, and when it is not.

    The code knows `status`, `text`, `data` (its bytes), `head` (its headers), `echo`, `leaked`, `wrong` (an exception's
    name: why there is no echo) of the last answer, all `replies`, `REQUESTS`, `VALUES`, `fill`, and where orders are
    placed `states` and `WANTED`.
    """

    expected: str
    """In words; not yet made printable."""
    shows: str
    """A Python expression of literals and those names."""
    silent: tuple[int, ...]
    """Statuses of answers that say nothing; 0 is none at all."""
    answers: tuple[int, ...] = ()
    """The right statuses, where the status shows it."""
    echo: tuple[str, ...] | None = None
    """The ids that a 200 has to echo, where the echo shows it."""
    stays: tuple[tuple[str, bool], ...] = ()
    """Names of orders and whether each has to stay in the market, where what became of one shows it."""
