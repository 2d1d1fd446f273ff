"""Sends a request byte by byte over a socket of its own: for what an HTTP library would refuse or mend."""

from __future__ import annotations

import socket
import ssl
import urllib.parse
from collections.abc import Sequence
from contextlib import closing

from contracts.messages import Framing
from suites.wire import Deadline, WatchedResponse

CHUNK_BYTES = 17
"""Odd on purpose: entries and characters are cut anywhere."""
CONTINUE_SECONDS = 5.0
"""How long a sender of `Expect` waits; longer is a delay."""


class NoContinue(TimeoutError):
    """Neither 100 nor a final answer came to `Expect: 100-continue`."""


def head_of(method: str, target: str, headers: Sequence[tuple[str, str]]) -> bytes:
    """The request line and header block."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n"


def chunks_of(body: bytes) -> bytes:
    """The body in chunks, with the last one."""
    pieces = [body[start : start + CHUNK_BYTES] for start in range(0, len(body), CHUNK_BYTES)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def connect(url: str, seconds: float) -> socket.socket:
    """A connected socket to the URL's host; TLS verified where the scheme is https."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    plain = socket.create_connection((host, port), timeout=seconds)
    if parts.scheme != "https":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def exchange(
    url: str,
    method: str,
    head: bytes,
    body: bytes,
    framing: Framing,
    deadline: Deadline,
) -> tuple[WatchedResponse, bytes]:
    """Send one request on a fresh connection and read its answer.

    Returns:
        The response with its body, which is at most what `read` of the caller allows.

    Raises:
        OSError, http.client.HTTPException: as the standard library does.
        NoContinue: `Expect` was met with silence.
    """
    with closing(connect(url, CONTINUE_SECONDS)) as connection:
        deadline.connection = connection
        if framing is Framing.EXPECT:
            connection.sendall(head)
            _await_go_ahead(connection)
            connection.sendall(body)
        else:
            connection.sendall(head + (chunks_of(body) if framing is Framing.CHUNKED else body))
        connection.settimeout(None)
        response = WatchedResponse(connection, method=method)
        response.begin()
        return response, response.read(1 << 20)


def _await_go_ahead(connection: socket.socket) -> None:
    connection.settimeout(CONTINUE_SECONDS)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except TimeoutError as error:
        raise NoContinue(f"no answer to Expect: 100-continue within {CONTINUE_SECONDS:g} s") from error
