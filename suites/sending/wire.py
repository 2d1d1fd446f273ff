"""The connection under `requests`: a deadline for the whole exchange, and eyes for what the library overlooks.

The library's timeout is per read, half a header block passes for a 200 without headers, and bytes behind the announced
end of an answer vanish with the connection. This adapter sees all three.
"""

from __future__ import annotations

import contextlib
import http
import http.client
import io
import math
import os
import socket
import ssl
import threading
import time
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

STATUS_LINE = b"HTTP/1."
INTERIM_MAX = 100
"""How many 1xx may come before an answer."""


class TornHeaders(http.client.HTTPException):
    """The connection ended inside the status line or the header block."""


class _LineTap:
    """A file that remembers the last line read from it."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file
        self.last = b""

    def readline(self, limit: int = -1) -> bytes:
        self.last = self._file.readline(limit)
        return self.last

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class WatchedResponse(http.client.HTTPResponse):
    """A response that tells torn headers from whole ones and counts the bytes behind its end."""

    surplus = 0

    def begin(self) -> None:
        """Read status line and headers.

        Raises:
            TornHeaders: they end without the empty line.
        """
        file: Any = self.fp
        tap: Any = _LineTap(file)  # it stands in for the file for as long as the headers are read
        self.fp = tap
        try:
            super().begin()
        except http.client.BadStatusLine as error:
            if b"\n" not in tap.last and tap.last.startswith(STATUS_LINE[: len(tap.last)]):
                raise TornHeaders("the connection ended inside the status line") from error
            raise
        finally:
            if self.fp is tap:  # a response without a body has given it up already
                self.fp = file
        if tap.last not in (b"\r\n", b"\n"):
            raise TornHeaders("the connection ended inside the header block")

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the answer itself: any number of others may stand before it (RFC 9110, 15.2).

        The library skips 100 alone, and would take 103 Early Hints for the answer.

        Raises:
            HTTPException: they do not end.
        """
        for _ in range(INTERIM_MAX):
            version, status, reason = super()._read_status()  # type: ignore[misc]  # private in the library's stub
            if not 100 <= status < 200 or status == http.HTTPStatus.SWITCHING_PROTOCOLS:  # HTTP class
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException(f"{INTERIM_MAX} interim answers, and none that is final")

    def _close_conn(self) -> None:
        if isinstance(self.fp, io.BufferedReader):
            self.surplus = _waiting(self.fp)
        super()._close_conn()  # type: ignore[misc]  # private in the library's stub


def _waiting(file: io.BufferedReader) -> int:
    """Bytes that are there to be read without waiting."""
    raw = file.raw
    connection = getattr(raw, "_sock", None)
    if connection is None:
        return 0
    before = connection.gettimeout()
    try:
        connection.settimeout(0)
        return len(file.peek(1))
    except (OSError, ValueError):
        return 0
    finally:
        with contextlib.suppress(OSError):
            connection.settimeout(before)


class _Watched(HTTPConnection):
    """A connection whose exchange can be ended, and that hands over a request in one piece.

    The library hands over the head and then the body, which costs either side a tenth more; requests in pieces are
    plans of their own (`Framing.SPLIT`).
    """

    response_class = WatchedResponse
    _pieces: list[bytes] | None = None

    def _new_conn(self) -> socket.socket:
        return _current.watch(super()._new_conn())  # before a handshake, which may be slow as well

    def putrequest(self, *args: Any, **options: Any) -> None:
        if self.sock is not None:
            _current.watch(self.sock)
        super().putrequest(*args, **options)

    def request(self, *args: Any, **options: Any) -> None:
        """Send a request as the library puts it together."""
        pieces: list[bytes] = []
        self._pieces = pieces
        try:
            super().request(*args, **options)
        finally:
            self._pieces = None
        self.send(b"".join(pieces))

    def send(self, data: Any) -> None:
        """Send bytes, or keep them until the request is whole."""
        if self._pieces is None:
            super().send(data)
        else:
            self._pieces.append(data)


class _Secure(_Watched, HTTPSConnection):
    """Likewise, over TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class WatchedAdapter(HTTPAdapter):
    """The adapter that makes the connections above; one connection, no retries.

    Args:
        trust: whom TLS believes.
    """

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._trust = trust
        self._pool: Any = None
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools hand out the watched connections."""
        super().init_poolmanager(*args, **options, ssl_context=self._trust)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        """The one pool: all requests of an adapter go to one target, and to look it up costs as much as to sign."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **options)
        return self._pool

    def build_response(self, _request: Any, answer: Any) -> requests.Response:
        """The answer as it came: its headers are read from it, and cookies are the sender's matter."""
        response = requests.Response()
        response.status_code, response.raw = answer.status, answer
        return response


class _Current(threading.local):
    """The deadline of the exchange that this thread has under way."""

    deadline: Deadline | None = None

    def watch(self, connection: socket.socket) -> socket.socket:
        if self.deadline is not None:
            self.deadline.watch(connection)
        return connection


class Deadline:
    """Ends an exchange when its time is over, wherever it is: the connection is shut under it.

    Args:
        seconds: for the whole exchange, from the first byte sent to the last one read.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.passed = False
        self.connected = False
        """Whether there was a connection at all."""
        self.ends = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._held: socket.socket | None = None

    def watch(self, connection: socket.socket) -> None:
        """Take this connection as the one to end; it is held by a descriptor of its own, for TLS takes the other."""
        with self._lock:
            self.connected = True
            if self._held is not None:
                self._held.close()
            self._held = socket.socket(fileno=os.dup(connection.fileno()))
            if self.passed:
                self._shut()

    def end(self) -> None:
        """Shut the connection: the time is over."""
        with self._lock:
            self.passed = True
            self._shut()

    def _shut(self) -> None:
        if self._held is not None:
            with contextlib.suppress(OSError):  # closed by the other side: there is nothing left to end
                self._held.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        _current.deadline = self
        _watch.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _watch.discard(self)
        _current.deadline = None
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None


class _Watch:
    """Ends the deadlines whose time is over: one thread for all, for a thread an exchange costs more than sending."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._due: set[Deadline] = set()
        self._wakes = math.inf
        self._thread: threading.Thread | None = None

    def add(self, deadline: Deadline) -> None:
        with self._changed:
            self._due.add(deadline)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            elif deadline.ends < self._wakes:
                self._changed.notify()

    def discard(self, deadline: Deadline) -> None:
        with self._changed:
            self._due.discard(deadline)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for each in [each for each in self._due if each.ends <= now]:
                    self._due.discard(each)
                    each.end()
                self._wakes = min((each.ends for each in self._due), default=math.inf)
                self._changed.wait(min(self._wakes - now, threading.TIMEOUT_MAX))


_watch = _Watch()
os.register_at_fork(after_in_child=_watch.__init__)  # type: ignore[misc]  # a fork has no thread but its own
_current = _Current()
