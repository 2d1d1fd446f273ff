"""The connection under `requests`: a deadline for the whole exchange, and eyes for what the library overlooks.

The library's timeout is per read, half a header block passes for a 200 without headers, and bytes behind the announced
end of an answer vanish with the connection. This adapter sees all three.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import threading
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class TornHeaders(http.client.HTTPException):
    """The connection ended inside the header block."""


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
        finally:
            if self.fp is tap:  # a response without a body has given it up already
                self.fp = file
        if tap.last not in (b"\r\n", b"\n"):
            raise TornHeaders("the connection ended inside the header block")

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


class _Plain(HTTPConnection):
    response_class = WatchedResponse

    def connect(self) -> None:
        super().connect()
        _current.watch(self.sock)

    def putrequest(self, *args: Any, **options: Any) -> None:
        _current.watch(self.sock)
        super().putrequest(*args, **options)


class _Secure(HTTPSConnection):
    response_class = WatchedResponse

    def connect(self) -> None:
        super().connect()
        _current.watch(self.sock)

    def putrequest(self, *args: Any, **options: Any) -> None:
        _current.watch(self.sock)
        super().putrequest(*args, **options)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class WatchedAdapter(HTTPAdapter):
    """The adapter that makes the connections above; one connection, no retries."""

    def __init__(self) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools hand out the watched connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


class _Current(threading.local):
    """The deadline of the exchange that this thread has under way."""

    deadline: Deadline | None = None

    def watch(self, connection: socket.socket | None) -> None:
        if self.deadline is not None:
            self.deadline.connection = connection


class Deadline:
    """Ends an exchange when its time is over, wherever it is: the connection is shut under it.

    Args:
        seconds: for the whole exchange, from the first byte sent to the last one read.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self.connection: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def _end(self) -> None:
        self.passed = True
        if self.connection is not None:
            with contextlib.suppress(OSError):  # closed already: there is nothing left to end
                self.connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        _current.deadline = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        _current.deadline = None


_current = _Current()
