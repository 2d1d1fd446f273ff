"""Sends plans and brings back exchanges: paced, signed at the last moment, bounded, recorded before anything judges."""

from __future__ import annotations

import dataclasses
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.document import read
from contracts.messages import Account, Connection, Credentials, Exchange, Plan, Reply, Request
from contracts.oracles.disclosure import MASKS
from contracts.signing import HEADER_KEY
from suites import sealing
from suites.clock import Clock
from suites.lanes import Lanes
from suites.pacing import Pace
from suites.rendering import Binding, body_of
from suites.strategies.batches import text_of
from suites.target import Target
from suites.wire import Deadline

DEADLINE_SECONDS = 10.0
DEADLINE_AFTER_SILENCE_SECONDS = 4.0
"""Once silence is proved, further silences are waited for less long."""
TRIES_MAX = 4
RETRY_AFTER_MAX_SECONDS = 8.0
BACK_OFF_SECONDS = 1.0
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
    """

    def __init__(self, target: Target, pace: Pace, record: Callable[[Exchange], None]) -> None:
        self.target = target
        self._paces = {account: pace if account is Account.OWN else pace.like() for account in Account}
        self.clock = Clock()
        self.requests = 0
        self.void = 0
        self._record = record
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._lanes = Lanes(target.url)
        self._silences = 0
        self._before: dict[int, tuple[Plan, Part]] = {}
        self._moments: deque[int] = deque(maxlen=4096)
        self._cookies: dict[int, str] = {}
        self._last_sealed: dict[int, sealing.Sealed] = {}
        self._masks = _standing_masks(target)

    def close(self) -> None:
        """Close every connection."""
        self._lanes.close()

    def send(self, plan: Plan, part: Part | None = None) -> Exchange:
        """Send one plan, again where the answer is void, and record the exchange."""
        part = part or Part()
        before = self._before.get(part.lane)
        self._before[part.lane] = (plan, part)
        for tries in itertools.count(1):
            last = self.send_now(plan, part) if part.at_once and tries == 1 else self._attempt(plan, part)
            wait = self._again_after(last, tries)
            if wait is None:
                return self._exchange(plan, part, last, tries)
            if last.failure == "torn" and before is not None and tries == 1:
                torn = self._torn_behind(*before, plan, part)
                if torn is not None:
                    return self._exchange(plan, part, torn, tries + 1)
            self._paces[plan.credentials.key].pause(wait)
        raise AssertionError("unreachable")  # itertools.count never ends

    def reserve(self, crowd: Sequence[Plan]) -> None:
        """Wait until all of these may leave at the same moment without any key's pace being exceeded."""
        for account, pace in self._paces.items():
            count = sum(plan.credentials.key is account for plan in crowd)
            if count:
                pace.wait(count)

    def _torn_behind(self, before: Plan, its_part: Part, plan: Plan, part: Part) -> _Sent | None:
        """Send two plans anew on one fresh connection, unhurried; the second one's answer where it is torn again.

        A connection that was idle may be closed at any time; one that is torn under a request each time is not idle.
        """
        self._lanes.drop(part.lane)
        first = self._attempt(replace(before, connection=Connection.KEPT), its_part)
        if first.failure:
            return None
        time.sleep(SETTLED_SECONDS)
        second = self._attempt(replace(plan, connection=Connection.KEPT), part)
        return second if second.failure == "torn" else None

    def _again_after(self, last: _Sent, tries: int) -> float | None:
        """Seconds to wait before the plan is sent again; None where its answer stands."""
        if last.reply is not None and not last.failure:
            if last.reply.status not in (429, 502, 503, 504):
                return None
            self.void += 1
            asked = last.reply.header("Retry-After") or ""
            seconds = float(asked) if asked.isascii() and asked.isdigit() else BACK_OFF_SECONDS * 2 ** (tries - 1)
            return min(seconds, RETRY_AFTER_MAX_SECONDS) if tries < TRIES_MAX else None
        if last.failure == "timeout":
            self._silences += 1
            return 0.0 if tries == 1 and self._silences == 1 else None
        return 0.1 * tries if last.failure in ("torn", "refused", "garbage") and tries < TRIES_MAX - 1 else None

    def _attempt(self, plan: Plan, part: Part) -> _Sent:
        self._paces[plan.credentials.key].wait()
        return self.send_now(plan, part)

    def send_now(self, plan: Plan, part: Part) -> _Sent:
        """Send one plan at once, without waiting for the pace: the caller has waited."""
        binding = part.binding or Binding(self.target.slugs, {})
        body = body_of(plan, binding)
        path = binding.fill(plan.path.encode()).decode()
        if plan.connection is Connection.FRESH:
            self._lanes.drop(part.lane)
        clock = self.clock
        now_ms = self._moment(clock)
        sealed = sealing.seal(plan, self.target, now_ms, path, body, self._last_sealed.get(part.lane))
        if plan.credentials.elsewhere == sealing.COOKIES_SET_BEFORE and part.lane in self._cookies:
            sealed = replace(sealed, headers=(*sealed.headers, ("Cookie", self._cookies[part.lane])))
        self._last_sealed[part.lane] = sealed
        seconds = DEADLINE_SECONDS if not self._silences else DEADLINE_AFTER_SILENCE_SECONDS
        sent_ms, start = int(time.time() * 1000), time.monotonic()
        with self._lock:
            self.requests += 1
        with Deadline(seconds) as deadline:
            reply, failure = self._lanes.send(plan, part.lane, sealed, deadline)
        elapsed_ms = (time.monotonic() - start) * 1000
        if reply is not None:
            self._remember_cookies(part.lane, reply)
            with self._lock:
                self.clock = self.clock.told_by(reply.header("Date"), sent_ms, sent_ms + elapsed_ms)
        if failure:
            self._lanes.drop(part.lane)
        spelt = (*sealing.signature_spellings(sealed.signature), *sealing.signature_spellings(sealed.right))
        masks = self._masks | dict.fromkeys(spelt, MASKS["signature"])
        request = self._request(plan, sealed, masks)
        return _Sent(request, _masked(reply, masks), failure, sent_ms, elapsed_ms, clock)

    def _moment(self, clock: Clock) -> int:
        """The server's clock, in ms, never the same twice: what covers no body must not look like a replay."""
        with self._lock:
            moment = int(time.time() * 1000 + clock.offset)
            while moment in self._moments:
                moment += 1
            self._moments.append(moment)
            return moment

    def _remember_cookies(self, lane: int, reply: Reply) -> None:
        found = [value.partition(";")[0] for name, value in reply.headers if name.lower() == "set-cookie"]
        if found:
            self._cookies[lane] = "; ".join(found)

    def _request(self, plan: Plan, sealed: sealing.Sealed, masks: Mapping[str, str]) -> Request:
        wanted = plan.credentials
        right = wanted.key is not Account.NOBODY and wanted.key_text == "as-issued" and HEADER_KEY not in wanted.drop
        headers = tuple((name, _replace(value, masks)) for name, value in (*plan.headers, *sealed.headers))
        body = sealed.body
        if wanted.elsewhere:
            body = _replace(body.decode(), masks).encode()
        account = wanted.key if right and not wanted.elsewhere else Account.NOBODY
        return Request(plan.method, _replace(sealed.path, masks), headers, body, account, wanted.skew_ms)

    def _exchange(self, plan: Plan, part: Part, last: _Sent, tries: int) -> Exchange:
        with self._lock:
            number = next(self._numbers)
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

        Returns:
            The status, 0 where no answer came, and the JSON value of the answer, None where it is none.
        """
        body = None if value is None else text_of(value)
        plan = Plan(
            f"desk {method}", "", body=body, method=method, path=path, credentials=Credentials(account, account)
        )
        for tries in itertools.count(1):
            last = self._attempt(plan, Part(lane=DESK_LANE))
            wait = self._again_after(last, tries)
            if wait is None:
                break
            self._paces[plan.credentials.key].pause(wait)
        if last.reply is None or last.failure:
            return 0, None
        try:
            return last.reply.status, json.loads(last.reply.body)
        except ValueError:
            return last.reply.status, None


def _standing_masks(target: Target) -> dict[str, str]:
    masks: dict[str, str] = {}
    for account, key in target.keys.items():
        spelt = sealing.spellings(key)
        masks |= dict.fromkeys(spelt["secret"], MASKS["secret"])
        masks |= dict.fromkeys(spelt["key"], MASKS["own-key" if account is Account.OWN else "other-key"])
    return masks


def _masked(reply: Reply | None, masks: Mapping[str, str]) -> Reply | None:
    if reply is None:
        return None
    headers = tuple((name, _replace(value, masks)) for name, value in reply.headers)
    body = reply.body
    for spelling, mask in masks.items():
        body = body.replace(spelling.encode(), mask.encode())
    return dataclasses.replace(reply, headers=headers, body=body)


def _replace(text: str, masks: Mapping[str, str]) -> str:
    for spelling, mask in masks.items():
        text = text.replace(spelling, mask)
    return text
