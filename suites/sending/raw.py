"""Sends a request byte by byte over a socket of its own: for what an HTTP library would refuse or mend."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.parse
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from contracts.messages import Framing
from suites.sending.wire import Deadline, WatchedResponse

CHUNK_BYTES = 17
"""Odd on purpose: entries and characters are cut anywhere."""
PAUSE_SECONDS = 0.004
"""Between two pieces of a request: long enough for a reader to meet each by itself, where nothing holds them back."""
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


def pieces_of(head: bytes, body: bytes) -> tuple[bytes, ...]:
    """A request cut inside its first line, inside its headers, before its body and inside that.

    And inside a character there, where one behind the middle has several bytes.
    """
    line, middle, half = 7, len(head) // 2, len(body) // 2
    half = next((at for at in range(half, len(body)) if body[at] & 0xC0 == 0x80), half)
    return head[:line], head[line:middle], head[middle:], body[:half], body[half:]


def connect(url: str, trust: ssl.SSLContext, deadline: Deadline) -> socket.socket:
    """A connected socket to the URL's host; TLS verified where the scheme is https."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    plain = socket.create_connection((host, port), timeout=min(CONTINUE_SECONDS, deadline.seconds))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is sent in pieces leaves in pieces
    deadline.watch(plain)
    if parts.scheme != "https":
        return plain
    return trust.wrap_socket(plain, server_hostname=host)


def exchange(
    connection: socket.socket,
    method: str,
    head: bytes,
    body: bytes,
    framing: Framing,
    most: int,
) -> tuple[WatchedResponse, bytes]:
    """Send one request on a fresh connection and read its answer, at most so many bytes of its body.

    Returns:
        The response with its body.

    Raises:
        OSError, http.client.HTTPException: as the standard library does.
        NoContinue: `Expect` was met with silence.
    """
    with closing(connection):
        response = WatchedResponse(connection, method=method)
        if framing is Framing.EXPECT:
            connection.sendall(head)
            _await_go_ahead(connection, response)
            connection.sendall(body)
        elif framing is Framing.SPLIT:
            first, *others = pieces_of(head, body)
            connection.sendall(first)
            for piece in others:
                time.sleep(PAUSE_SECONDS)
                connection.sendall(piece)
        else:
            connection.sendall(head + (chunks_of(body) if framing is Framing.CHUNKED else body))
        connection.settimeout(None)
        response.begin()
        try:
            return response, response.read(most)
        except ValueError as error:  # a chunk of less than nothing
            raise http.client.HTTPException(str(error)) from error


def _await_go_ahead(connection: socket.socket, response: WatchedResponse) -> None:
    connection.settimeout(CONTINUE_SECONDS)
    file: Any = response.fp  # buffered, so that a look takes nothing away, with TLS neither
    try:
        file.peek(1)
    except TimeoutError as error:
        raise NoContinue(f"no answer to Expect: 100-continue within {CONTINUE_SECONDS:g} s") from error
