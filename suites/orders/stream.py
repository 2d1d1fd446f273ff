"""The order stream: a watcher at the edge that keeps a socket open."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from websockets.exceptions import InvalidMessage, InvalidStatus, WebSocketException
from websockets.frames import Frame, Opcode
from websockets.protocol import Event
from websockets.sync.client import ClientConnection, reconnect

from contracts.messages import VOID, Account, Credentials, Plan, StreamEvent
from suites.orders.frames import events_of, shown, snapshot_of
from suites.sending import sealing
from suites.settings import trust
from suites.target import Target

PATH = "/v1/ws/private"
NEW = "EXECUTION_TYPE_NEW"
OPEN_SECONDS = 5.0
FRAME_MAX = 1 << 20
RECONNECTS_MAX = 20
OPENINGS_MAX = 5
"""How often a socket is opened whose opening is lost on the way, before there is none."""
VOID_SECONDS = 1.0
"""How long an opening waits that an edge has answered in the place of the gateway."""
PINGS_A_SECOND_MAX = 100
"""A lawful server sends one in a few seconds."""
EVENTS_MAX = 20_000
"""Reports that are kept: a run of ours makes hundreds."""
SUBSCRIPTIONS = {"orders": "SUBSCRIPTION_TYPE_ORDER", "snapshot": "SUBSCRIPTION_TYPE_ORDER_SNAPSHOT"}


class _Bounded(ClientConnection):
    """A connection that neither a flood of pings nor a peer that reads no answers to them can hold.

    The library answers each ping under the lock that our own sending waits for.
    """

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        # the library waits without end for what it sends
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(OPEN_SECONDS), 0))
        self._opened, self._pings = time.monotonic(), 0
        super().__init__(sock, *args, **options)

    def process_event(self, event: Event) -> None:
        """Take one frame, and shut the socket where pings come too fast."""
        super().process_event(event)
        self._pings += isinstance(event, Frame) and event.opcode is Opcode.PING
        if self._pings > PINGS_A_SECOND_MAX * (1 + time.monotonic() - self._opened):
            with contextlib.suppress(OSError):  # it is shut already
                self.socket.shutdown(socket.SHUT_RDWR)


class _Straight(reconnect):
    """A connection that follows no redirect: the library would take our credentials along, whatever host it is."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Watcher:
    """Keeps one account's socket open in a thread and gathers what it reports.

    Args:
        target: where the socket is.
        account: whose orders it shows.
        saw: is told the ids of orders that a snapshot or a new order's report shows.
        signed: is told each signature that opens the socket.
    """

    def __init__(
        self,
        target: Target,
        account: Account,
        saw: Callable[[Iterable[str]], object] = tuple,
        signed: Callable[[str], object] = str,
    ) -> None:
        self._target = target
        self._saw = saw
        self._signed = signed
        self.account = account
        self.gaps = 0
        """How often the socket was lost: silence around a gap means nothing."""
        self.refused = ""
        """Why there is no stream, in words; empty where there is one."""
        self.snapshot_first = False
        self.strangers: dict[str, str] = {}
        """Open orders of the first snapshot: nobody of ours placed them."""
        self._events: list[StreamEvent] = []
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._socket: ClientConnection | None = None
        self._thread = threading.Thread(target=self._watch, name=f"watcher-{account}", daemon=True)

    def start(self) -> None:
        """Open the socket; return when it is subscribed or refused."""
        self._thread.start()
        if not self._ready.wait(OPEN_SECONDS + 1):
            self.gaps += 1  # whatever it says later, the beginning is missing

    def stop(self) -> None:
        """Close the socket and wait for the thread."""
        self._stopping.set()
        if self._socket is not None:
            with contextlib.suppress(
                OSError, WebSocketException
            ):  # it is being closed; whether it was open is no matter
                self._socket.close()
        if self._thread.is_alive():
            self._thread.join(OPEN_SECONDS)

    @property
    def alive(self) -> bool:
        """Whether there is a stream at all."""
        return not self.refused

    @property
    def events(self) -> tuple[StreamEvent, ...]:
        """Everything reported so far."""
        with self._changed:
            return tuple(self._events)

    def wait(self, seconds: float) -> None:
        """Return when something new was reported, or after so many seconds."""
        with self._changed:
            self._changed.wait(seconds)

    def prove(self, seconds: float) -> None:
        """See that the socket still carries what is sent: without a pong in time, its silence means nothing.

        A connection can be lost without that anybody is told.
        """
        if self._socket is None or self.gaps or not self.alive:
            return
        with contextlib.suppress(OSError, WebSocketException):  # it is gone: that is a gap, as no answer is
            if self._socket.ping().wait(seconds):
                return
        self.gaps += 1

    def _watch(self) -> None:
        for attempt in range(RECONNECTS_MAX):
            void = False
            try:
                self._listen()
            except (OSError, WebSocketException) as error:
                void = isinstance(error, InvalidStatus) and error.response.status_code in VOID
                lost = void or isinstance(error, (ConnectionResetError, BrokenPipeError, InvalidMessage))
                if self._socket is None and not (lost and attempt < OPENINGS_MAX - 1):
                    self.refused = f"the socket was refused: {type(error).__name__}"
                    break
            if self._stopping.is_set():
                break
            self.gaps += self._socket is not None
            self._stopping.wait(VOID_SECONDS if void else min(0.2 * attempt, 2.0))
        self._ready.set()

    def _listen(self) -> None:
        plan = Plan(
            "stream", "", method="GET", path=PATH, credentials=Credentials(key=self.account, secret=self.account)
        )
        sealed = sealing.seal(plan, self._target, int(time.time() * 1000), PATH, b"")
        self._signed(sealed.right)
        url = "ws" + self._target.url.removeprefix("http") + PATH
        with _Straight(
            url,
            ssl=trust.context(self._target.ca_bundle) if url.startswith("wss:") else None,
            additional_headers=sealed.headers,
            open_timeout=OPEN_SECONDS,
            ping_interval=None,  # a target that is slow to answer one is slow, not gone
            close_timeout=1,
            proxy=None,
            max_size=FRAME_MAX,
            create_connection=_Bounded,
        ) as socket:
            self._socket = socket
            for request_id, kind in SUBSCRIPTIONS.items():
                socket.send(json.dumps({"subscribe": {"requestId": request_id, "subscriptionType": kind}}))
            # once more for our markets: a filter is another way to what an account must not see
            filtered = {"requestId": "orders-of-markets", "subscriptionType": SUBSCRIPTIONS["orders"]}
            socket.send(json.dumps({"subscribe": filtered | {"marketSlugs": list(self._target.markets)}}))
            self._gather(socket)

    def _gather(self, socket: ClientConnection) -> None:
        subscribed_at, arrived = time.monotonic(), socket.ping()
        while not self._stopping.is_set():
            try:
                text = socket.recv(timeout=0.1)
            except TimeoutError:
                if arrived.is_set() and time.monotonic() - subscribed_at > 0.2:  # no snapshot comes
                    self._ready.set()
                continue
            self._take(text if isinstance(text, str) else text.decode("utf-8", "replace"))

    def _take(self, text: str) -> None:
        snapshot = snapshot_of(text)
        if snapshot is not None:
            self._saw(snapshot)
            if not self._ready.is_set():
                self.strangers |= snapshot
            else:
                self._add([shown(self.account, *each) for each in snapshot.items()])
            if '"orders"' in text and f'"{SUBSCRIPTIONS["orders"]}"' in text:
                self.snapshot_first = True
            self._ready.set()
            return
        events = events_of(text, self.account, int(time.time() * 1000))
        self._saw([each.order_id for each in events if each.execution == NEW])
        self._add(events)

    def _add(self, found: list[StreamEvent]) -> None:
        if found:
            with self._changed:
                self._events.extend(found)
                self._changed.notify_all()
            if len(self._events) > EVENTS_MAX:
                self.gaps += 1
                self._stopping.set()

    def ask_for_snapshot(self) -> None:
        """Ask what the account has in the market; what comes stands among the events."""
        if self._socket is not None and self.alive:
            kind = SUBSCRIPTIONS["snapshot"]
            everything = {"requestId": "snapshot-again", "subscriptionType": kind}
            filtered = {
                "requestId": "snapshot-of-markets",
                "subscriptionType": kind,
                "marketSlugs": self._target.markets,
            }
            with contextlib.suppress(OSError, WebSocketException):  # the socket is gone: the watcher opens another
                for subscription in (everything, filtered):
                    self._socket.send(json.dumps({"subscribe": subscription}))
