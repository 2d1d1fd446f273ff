"""Sweeps: what a killed run has left in the market is cancelled and seen closed, by the journal that it left.

Only journals of this very target are touched, and only those whose run is gone: a living run holds the lock of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts.messages import Account, Exchange
from reports.printable import visible
from reports.witness import counted
from suites.harmless.guard import Guard
from suites.harmless.journal import Journal, unfinished
from suites.orders.clearing import Cleared, Clearing
from suites.orders.reading_back import Reader
from suites.sending.pacing import Pace
from suites.sending.transport import Transport
from suites.target import ENV_KEYS, Target


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep came to."""

    cancelled: int = 0
    """How many orders may have been in the market still, and were seen closed."""
    living: int = 0
    """How many journals belong to runs that go on."""
    others: tuple[str, ...] = ()
    """URLs of other targets that have unfinished journals."""
    left: tuple[str, ...] = ()
    """What could not be done, in sentences without a full stop."""


def command(target: Target) -> str:
    """What somebody types to sweep a target."""
    return f"tox run -e sweep -- --target-url {target.url}"


def again(target: Target) -> str:
    """A sentence that says how what is left can be taken away."""
    if target.journal is None:
        return "They are gone when the gateway is."
    return f"{command(target)} tries again."


def sweep(target: Target, rate: float) -> Swept:
    """Cancel what unfinished journals of a target have.

    Args:
        target: where; its keys are those of the accounts.
        rate: requests a second, 0 for no limit.
    """
    if target.journal is None:
        return Swept()
    cancelled = living = 0
    others: dict[str, None] = {}
    left: list[str] = []
    keys = {account: key.id for account, key in target.keys.items()}
    for path, url in unfinished(target.journal):
        if url and url != target.url:
            others[url] = None
            continue
        try:
            journal = Journal.claim(path, keys)
        except ValueError as error:
            left.append(str(error))
            continue
        if journal is None:
            living += path.exists()
            continue
        try:
            cleared = _clear(target, journal, rate)
        finally:
            journal.close()
        cancelled += cleared.cancelled
        left += _sentences(cleared, journal, target, path)
    return Swept(cancelled, living, tuple(others), tuple(left))


def first(target: Target, rate: float) -> Iterator[str]:
    """Sweep before a run, and say so in sentences where there was anything to do."""
    swept = sweep(target, rate)
    if swept.cancelled:
        yield f"{counted(swept.cancelled, 'order')} that an earlier run had left in the market were cancelled first."
    yield from (f"{each}." for each in swept.left)


def _clear(target: Target, journal: Journal, rate: float) -> Cleared:
    guard = Guard(target, journal)
    transport = Transport(target, Pace(rate), _forget, guard)
    try:
        reader = Reader(transport.call, guard, frozenset)
        return Clearing(transport.call, journal, reader, tuple(target.keys)).clear()
    finally:
        transport.close()


def _sentences(cleared: Cleared, journal: Journal, target: Target, path: Path) -> Iterator[str]:
    if not cleared:
        return
    yield f"{cleared.words}. That is from {visible(str(path))}, which goes when nothing is left"
    for account in Account:
        if account in journal.accounts and not target.has(account):
            yield f"For the orders of the {account} account set {' and '.join(ENV_KEYS[account])}"
    if any(not intent.sure for intent in journal.intents if target.has(intent.account)):
        yield "They were placed with other keys than those that are set; set the keys of that account"


def _forget(_: Exchange) -> None:
    """Record nothing: no plan is sent."""
