"""The soak: a night without an end that outlasts what days bring over a target.

* **It goes away** (a maintenance window: nobody listens, 503, rightly signed requests refused): the soak pauses, says
  so, and asks again, ever less often. What the target did not answer is sent again when it is back; what it said to
  rightly signed requests while it refused every one of them is no finding.
* **Keys are rotated**: they are read from the environment file again on SIGHUP, and at each try of a pause.
* **Its clock drifts**: each `Date` is followed anyhow; a clock that was measured by the window is measured again.

What is sent meanwhile is recorded as a part of `AWAY` and judged by nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from contracts.messages import UNREACHED, Account, Credentials, Exchange
from suites.nightly.night import Night
from suites.nightly.progress import duration
from suites.orders import sweeping
from suites.sending import edges
from suites.strategies.batches import batch, fresh_ids
from suites.target import Key, UsageError
from suites.usable import UnusableError, check

FIRST_WAIT_SECONDS, WAIT_MAX_SECONDS = 5.0, 300.0
"""How long the first wait of a pause is, each after that being twice as long, and the longest."""
LOOK_SECONDS = 0.5
"""How long it may take until a wait sees that somebody asked for its end: a signal does not end a sleep."""
CLOCK_SECONDS = 600.0
"""How old the measure of a clock may grow: a bad clock drifts a tenth of a second in so long."""
REFUSED = (401, 403)
Keys = Mapping[Account, Key]


class Soak:
    """Cares for one night.

    Args:
        say: shows a line.
        keys: reads the keys anew; None where there is nothing to read them from.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        keys: Callable[[], Keys] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._say = say
        self._keys = keys
        self._sleep = sleep
        self._asked = False
        self._measured_at = time.monotonic()
        self._pauses = 0
        self._paused_seconds = 0.0
        self._note = ""

    @property
    def rereads(self) -> bool:
        """Whether SIGHUP means that keys are to be read again."""
        return self._keys is not None

    def ask(self) -> None:
        """Let keys be read again soon; all that the handler of a signal does."""
        self._asked = True

    def tend(self, night: Night) -> None:
        """Before plans are sent: take new keys where they were asked for, measure the clock again where that is due."""
        if self._asked:
            self._reread(night)
        clock, now = night.run.transport.clock, time.monotonic()
        if clock.fixed and now - self._measured_at > CLOCK_SECONDS:
            self._measured_at = now
            with night.run.aside():
                night.run.transport.clock = edges.measured(night.run.transport, night.run.options.seed) or clock

    def outlasts(self, night: Night, start: int) -> bool:
        """Whether the target had gone while the exchanges from `start` on were made, and is back.

        What it did not answer, and all behind that, is then out of the ledger, to be sent again. False where it was
        there all the time, or the night ends before it is back.
        """
        ledger = night.run.ledger
        first = next((at for at in range(start, len(ledger.exchanges)) if _unheard(ledger.exchanges[at])), None)
        suspects = {x.request.account for x in ledger.exchanges[start:] if _turned_away(x)}
        why = ledger.died or self._refusal(night, suspects)
        if why and first is not None:
            night.run.withdraw(first)
        ledger.died = self._wait_out(night, why) if why else ""
        return bool(why) and not ledger.died

    def _refusal(self, night: Night, accounts: set[Account]) -> str:
        """Why rightly signed plain batches of these accounts are refused now, too; empty where they are not."""
        for account in sorted(accounts):
            name = f"reply.taken/turned-away-{account}"
            plain = batch(name, fresh_ids(night.run.options.seed, name, 1), kind="a plain batch")
            with night.run.aside():
                answer = night.run.transport.send(replace(plain, credentials=Credentials(account, account)))
            if answer.status in REFUSED:
                return f"the target {night.run.target.url} refuses the {account} account ({answer.status})"
        return ""

    def _wait_out(self, night: Night, why: str) -> str:
        """Return when the target can be used, or the night ends; why it still can't be, empty where it can."""
        began, wait = time.monotonic(), FIRST_WAIT_SECONDS
        since = _now()
        while not night.over:
            what = why.partition(";")[0]  # what to do is for whoever reads the end
            self._say(f"{_now()} paused: {what}. Asked again in {duration(wait)}.")
            if not self._rest(night, wait):
                break
            if self._keys is not None:
                self._reread(night)
            why = self._still(night)
            if not why:
                self._say(f"{_now()} the target is back; going on.")
                night.note(*sweeping.first(night.run.target, night.run.options.rate))
                break
            wait = min(2 * wait, WAIT_MAX_SECONDS)
        self._count(night, since, time.monotonic() - began)
        return why

    def _still(self, night: Night) -> str:
        """Why the target can't be used now; empty where it can."""
        try:
            with night.run.aside():
                check(night.run.transport, night.run.options.seed)
        except UnusableError as error:
            return str(error)
        return self._refusal(night, set(night.run.target.keys))

    def _rest(self, night: Night, seconds: float) -> bool:
        """Wait, but no longer than anybody asks for something; whether the night goes on."""
        end = time.monotonic() + seconds
        while not (night.over or self._asked) and (left := end - time.monotonic()) > 0:
            self._sleep(min(left, LOOK_SECONDS))
        return not night.over

    def _reread(self, night: Night) -> None:
        """Take the keys as they are now; where they can't be read, say so and keep those that there are."""
        self._asked = False
        if self._keys is None:
            return
        try:
            keys = self._keys()
        except UsageError as error:
            self._say(f"{_now()} the keys are as before: {error}")
            return
        if keys != night.run.target.keys:
            night.run.rekey(keys)
            self._say(f"{_now()} the keys were read again; they are other ones.")

    def _count(self, night: Night, since: str, seconds: float) -> None:
        """One note of all pauses, however many there are."""
        self._pauses += 1
        self._paused_seconds += seconds
        times = "once" if self._pauses == 1 else f"{self._pauses} times"
        whole = duration(self._paused_seconds)
        before = self._note
        self._note = f"The target could not be used {times}, {whole} in all, the last time since {since}."
        night.note(self._note, instead_of=before)


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _turned_away(exchange: Exchange) -> bool:
    """Whether right credentials were refused."""
    given = exchange.plan.credentials
    return given.usual and given.key is not Account.NOBODY and exchange.status in REFUSED


def _unheard(exchange: Exchange) -> bool:
    return _turned_away(exchange) or exchange.void or exchange.failure in UNREACHED
