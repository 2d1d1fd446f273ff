"""Sends plans and brings back exchanges: paced, signed at the last moment, bounded, recorded before anything judges.

One file because an exchange is one thing: paced, guarded, sealed, sent, retried and taken down in this order.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts import jsontext
from contracts.document import read
from contracts.messages import (
    PATH,
    WINDOW_MS,
    Account,
    Connection,
    Credentials,
    Exchange,
    Framing,
    Plan,
    Reply,
    Request,
)
from contracts.oracles.disclosure import MASKS
from contracts.oracles.routing import DELAY_MS
from contracts.signing import HEADER_KEY
from suites.harmless.guard import BATCHED_ENTRY, ENTRY, Guard
from suites.sending import sealing
from suites.sending.clock import Clock
from suites.sending.lanes import BODY_MAX, Lanes
from suites.sending.masking import Shown, masked, masked_headers, replaced, standing_masks, told
from suites.sending.pacing import Pace
from suites.sending.rendering import Binding, body_of
from suites.sending.retries import Retries
from suites.sending.wire import Deadline
from suites.strategies.batches import text_of
from suites.target import Target

DEADLINE_SECONDS = 10.0
DEADLINE_AFTER_SILENCE_SECONDS = 4.0
"""Once silence is proved, further silences are waited for less long."""
STAMPS_MAX = 65_536
"""How many timestamps are remembered: more than leave in the minute in which a signature could be a replay."""
STALE_MS = 1_000
"""How long after its window a timestamp has certainly run out."""
OPEN_ORDERS_MAX = 8 << 20
"""Bytes of an answer to the desk: an account may have many orders."""
ECHO_SPARE = 1 << 17
ECHO_FACTOR = 6
"""An answer may be so much longer than what was asked, every character of it escaped, and a page of an edge beside."""
LARGE_BYTES = 1 << 14
"""Behind a larger body, a server may close the connection: it need not read what it refuses (RFC 9110, 15.5.14)."""
TORN_BEHIND = 5
"""So many times in a row a plan must be torn behind the one before it: where one connection in ten is lost on the way,
that happens once in a million plans."""
LATE_TRIES = 3
"""How often in a row `Expect` must be served late before it is the gateway's doing."""
DESK_LANE = -1
"""The desk has a connection of its own: what it sends never stands between two plans."""
SETTLED_SECONDS = 0.05
"""How long a server that closes behind its answer has had time to do so."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where a plan stands when it is sent: which lane, and of which plan it is a part."""

    lane: int = 0
    part_of: str = ""
    binding: Binding | None = None
    at_once: bool = False
    """Whether the pace was waited for already, for a crowd: see `Transport.reserve`."""


@dataclass(frozen=True, slots=True)
class _Sent:
    request: Request
    reply: Reply | None
    failure: str
    sent_ms: int
    elapsed_ms: float
    clock: Clock


class Transport:
    """The way to one target.

    Args:
        target: where to.
        pace: how fast requests of one key leave.
        record: called with every exchange, before anybody else sees it.
        guard: looks at every request before it is signed.
    """

    def __init__(
        self, target: Target, pace: Pace, record: Callable[[Exchange], None], guard: Guard | None = None
    ) -> None:
        self.target = target
        self.guard = guard if guard is not None else Guard(target)
        self._paces = {account: pace if account is Account.OWN else pace.like() for account in Account}
        self.clock = Clock()
        self.requests = 0
        self._record = record
        self.last_number = 0
        """Of the exchange before the next one."""
        self._lock = threading.Lock()
        self._lanes = Lanes(target.url, target.ca_bundle)
        self._retries = Retries()
        self._until = math.inf
        self._before: dict[int, tuple[Plan, Part]] = {}
        self._stamps: OrderedDict[int, None] = OrderedDict()
        self._cookies: dict[int, str] = {}
        self._last_sealed: dict[int, sealing.Sealed] = {}
        self._just_in_time: sealing.Sealed | None = None
        """The credentials of the first batch that was near the end of its window."""
        self.patient = False
        """Whether to wait until those have run out where a plan repeats them then; else it sends others."""
        self._sealed_beside: dict[Account, sealing.Sealed] = {}
        """The credentials of each account's last request beside the plans."""
        self.shown = Shown()
        """The right signatures of requests before: an answer must not show them either."""
        self._closes_behind = False
        """Whether it was proved that a connection is closed behind an answer that does not say so."""
        self._late_proved = False
        """Whether `Expect` was served late as often in a row as it must be; then others are tried once."""
        self._masks = standing_masks(target)

    def close(self) -> None:
        """Close every connection."""
        self._lanes.close()

    def go_on(self, number: int, requests: int) -> None:
        """Count on from the last exchange and the requests of a run that is taken up again."""
        self.last_number, self.requests = number, requests

    def rekey(self, target: Target) -> None:
        """Sign with the keys of a target from now on; what was secret before is masked as ever."""
        self.target = target
        self._masks = standing_masks(target) | self._masks

    def share(self, paces: Mapping[Account, Pace]) -> None:
        """Keep other paces from now on, which others may keep as well."""
        self._paces = dict(paces)

    @property
    def void(self) -> int:
        """Answers so far that said nothing of a plan."""
        return self._retries.void

    def hurry(self, seconds: float) -> None:
        """From now on, take no more than so long for everything together: exchanges end and are not tried again."""
        self._until = time.monotonic() + seconds

    @property
    def late(self) -> bool:
        """Whether that time is over."""
        return time.monotonic() >= self._until

    def send(self, plan: Plan, part: Part | None = None) -> Exchange:
        """Send one plan, again where the answer is void, and record the exchange."""
        part = part or Part()
        before = self._before.get(part.lane)
        self._before[part.lane] = (plan, part)
        first_ms = 0
        for tries in itertools.count(1):
            last = self.send_now(plan, part) if part.at_once and tries == 1 else self._attempt(plan, part)
            first_ms = first_ms or last.sent_ms  # one that was torn may have arrived, and acted
            if last.sent_ms != first_ms:
                last = replace(last, sent_ms=first_ms)
            wait = self._again_after(last, tries)
            late = plan.framing is Framing.EXPECT and last.elapsed_ms > DELAY_MS
            if wait is None and late and tries < LATE_TRIES and not self._late_proved:
                wait = 0.0  # a packet that was lost is sent again after a second: is it always as slow?
            if wait is None:
                self._late_proved = self._late_proved or late
                return self._exchange(plan, part, last, tries)
            if last.failure == "torn" and before is not None and tries == 1 and not self._retries.torn_proved:
                torn = self._torn_behind(*before, plan, part)
                if torn is not None:
                    return self._exchange(plan, part, replace(torn, sent_ms=first_ms), tries + 1)
            self._paces[plan.credentials.key].pause(wait)
        raise AssertionError("unreachable")  # itertools.count never ends

    def reserve(self, crowd: Sequence[Plan]) -> None:
        """Wait until all of these may leave at the same moment without any key's pace being exceeded."""
        for account, pace in self._paces.items():
            count = sum(plan.credentials.key is account for plan in crowd)
            if count:
                pace.wait(count)

    def _torn_behind(self, before: Plan, its_part: Part, plan: Plan, part: Part) -> _Sent | None:
        """Send two plans anew on one fresh connection, unhurried; the second one's answer where it is always torn.

        A connection that was idle may be closed at any time; one that is torn under a request each time is not idle.
        Once that is proved for a target, once more is enough.
        """
        if len(before.body or b"") > LARGE_BYTES:
            return None
        second = None
        for _ in range(1 if self._closes_behind else TORN_BEHIND):
            self._lanes.drop(part.lane)
            first = self._attempt(replace(before, connection=Connection.KEPT), its_part)
            if first.failure:
                return None
            time.sleep(SETTLED_SECONDS)
            second = self._attempt(replace(plan, connection=Connection.KEPT), part)
            if second.failure != "torn":
                return None
        self._closes_behind = True
        return second

    def _again_after(self, last: _Sent, tries: int) -> float | None:
        """Seconds to wait before the plan is sent again; None where its answer stands, or no time is left."""
        wait = self._retries.wait(last.reply, last.failure, tries)
        return wait if wait is not None and time.monotonic() + wait < self._until else None

    def _attempt(self, plan: Plan, part: Part) -> _Sent:
        self._paces[plan.credentials.key].wait()
        return self.send_now(plan, part)

    def send_now(self, plan: Plan, part: Part) -> _Sent:
        """Send one plan at once, without waiting for the pace: the caller has waited.

        Raises:
            Refused: it could act on somebody else's order; nothing was sent.
        """
        binding = part.binding or Binding(self.target.slugs, {})
        body = body_of(plan, binding)
        path = binding.fill(plan.path.encode()).decode()
        self.guard.check(plan, path, body, desk=part.lane == DESK_LANE)
        if plan.connection is Connection.FRESH:
            self._lanes.drop(part.lane)
        clock = self.clock
        now_ms = self._moment(clock, plan.credentials.skew_ms)
        sealed = sealing.seal(plan, self.target, now_ms, path, body, self._sealed_before(plan, part, now_ms))
        if plan.clause == "window.past-inside" and self._just_in_time is None:
            self._just_in_time = sealed
        if plan.credentials.elsewhere == sealing.COOKIES_SET_BEFORE and part.lane in self._cookies:
            sealed = replace(sealed, headers=(*sealed.headers, ("Cookie", self._cookies[part.lane])))
        self._last_sealed[part.lane] = sealed
        for signature in {sealed.right, sealed.signature}:
            self.shown.remember(signature)
        if part.lane == DESK_LANE:
            self._sealed_beside[plan.credentials.key] = sealed
        seconds = DEADLINE_SECONDS if not self._retries.silences else DEADLINE_AFTER_SILENCE_SECONDS
        sent_ms, start = int(time.time() * 1000), time.monotonic()
        with self._lock:
            self.requests += 1
        seconds = max(SETTLED_SECONDS, min(seconds, self._until - time.monotonic()))
        most = OPEN_ORDERS_MAX if part.lane == DESK_LANE else min(BODY_MAX, ECHO_SPARE + ECHO_FACTOR * len(body))
        with Deadline(seconds) as deadline:
            reply, failure = self._lanes.send(plan, part.lane, sealed, deadline, most)
        elapsed_ms = (time.monotonic() - start) * 1000
        if reply is not None:
            self._remember_cookies(part.lane, reply)
            with self._lock:
                self.clock = self.clock.told_by(reply.header("Date"), sent_ms, sent_ms + elapsed_ms)
        if failure:
            self._lanes.drop(part.lane)
        right = sealing.signature_spellings(sealed.right)
        spelt = right if sealed.signature == sealed.right else (*sealing.signature_spellings(sealed.signature), *right)
        before = self.shown.found_in(told(reply)) if reply is not None else ()
        masks = self._masks | dict.fromkeys((*spelt, *before), MASKS["signature"])
        request = self._request(plan, sealed, masks)
        if plan.credentials.again == sealing.STALE:
            request = replace(request, skew_ms=int(sealed.stamp) - int(sent_ms + clock.offset))
        return _Sent(request, masked(reply, masks), failure, sent_ms, elapsed_ms, clock)

    def _sealed_before(self, plan: Plan, part: Part, now_ms: int) -> sealing.Sealed | None:
        """The credentials that a plan repeats, where it repeats any."""
        if plan.credentials.again == sealing.STALE:
            old = self._just_in_time
            left_ms = int(old.stamp) + WINDOW_MS + STALE_MS - now_ms if old is not None else 0
            if left_ms > 0 and self.patient:
                time.sleep(left_ms / 1000)
            return old if left_ms <= 0 or self.patient else None
        if plan.credentials.again == "elsewhere":
            return self._sealed_beside.get(plan.credentials.key)
        return self._last_sealed.get(part.lane)

    def _moment(self, clock: Clock, skew_ms: int) -> int:
        """The server's clock, in ms, no stamp the same twice: what covers no body must not look like a replay."""
        with self._lock:
            moment = int(time.time() * 1000 + clock.offset)
            while moment + skew_ms in self._stamps:
                moment += 1
            self._stamps[moment + skew_ms] = None
            if len(self._stamps) > STAMPS_MAX:
                self._stamps.popitem(last=False)
            return moment

    def _remember_cookies(self, lane: int, reply: Reply) -> None:
        found = [value.partition(";")[0] for name, value in reply.headers if name.lower() == "set-cookie"]
        if found:
            self._cookies[lane] = "; ".join(found)

    def _request(self, plan: Plan, sealed: sealing.Sealed, masks: Mapping[str, str]) -> Request:
        wanted = plan.credentials
        right = wanted.key is not Account.NOBODY and wanted.key_text == "as-issued" and HEADER_KEY not in wanted.drop
        headers = masked_headers((*plan.headers, *sealed.headers), masks)
        body = sealed.body
        if wanted.elsewhere:
            body = replaced(body.decode(), masks).encode()
        account = wanted.key if right and not wanted.elsewhere else Account.NOBODY
        path = sealed.path if sealed.path == PATH else replaced(sealed.path, masks)
        return Request(plan.method, path, headers, body, account, wanted.skew_ms)

    def _exchange(self, plan: Plan, part: Part, last: _Sent, tries: int) -> Exchange:
        with self._lock:
            self.last_number += 1
            number = self.last_number
        reading = read(last.request.body)
        ids = None if "shape.which-member" in reading.asks else reading.ids
        exchange = Exchange(
            number=number,
            plan=plan,
            request=last.request,
            reply=last.reply,
            failure=last.failure,
            sent_ms=last.sent_ms,
            elapsed_ms=round(last.elapsed_ms, 3),
            clock_ms=(last.clock.low, last.clock.high),
            tries=tries,
            lane=part.lane,
            ids=ids,
            part_of=part.part_of,
        )
        self._record(exchange)
        return exchange

    def call(self, method: str, path: str, account: Account, value: Any) -> tuple[int, Any]:
        """One signed request beside the plans: order entry, reading back, clearing up. It is counted, not recorded.

        Order entry that may have arrived is never sent twice: there would be orders that nobody knows of.

        Returns:
            The status, 0 where no answer came, and the JSON value of the answer, None where it is none.
        """
        body = None if value is None else text_of(value)
        plan = Plan(
            f"desk {method}", "", body=body, method=method, path=path, credentials=Credentials(account, account)
        )
        for tries in itertools.count(1):
            if self.late:
                return 0, None
            last = self._attempt(plan, Part(lane=DESK_LANE))
            wait = self._again_after(last, tries)
            if wait is None or (path in (ENTRY, BATCHED_ENTRY) and not _never_arrived(last)):
                break
            self._paces[plan.credentials.key].pause(wait)
        if last.reply is None or last.failure:
            return 0, None
        try:
            return last.reply.status, jsontext.parse(last.reply.body).value
        except jsontext.NotJson:
            return last.reply.status, None


def _never_arrived(sent: _Sent) -> bool:
    """Whether nothing behind the edge can have seen a request."""
    return sent.failure == "refused" or (sent.reply is not None and sent.reply.status == 429)
