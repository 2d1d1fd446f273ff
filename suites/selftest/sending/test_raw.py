"""A request in pieces is met in pieces, and is whole when they are put together."""

from __future__ import annotations

import socket
import threading
import time

from contracts.messages import Framing
from suites.sending import raw

HEAD = raw.head_of("POST", "/", [("Host", "localhost"), ("Content-Length", "10"), ("Connection", "close")])
BODY = b"0123456789"


def test_pieces_are_the_request() -> None:
    pieces = raw.pieces_of(HEAD, BODY)
    assert b"".join(pieces) == HEAD + BODY
    assert all(pieces)


def test_a_reader_meets_them_one_after_the_other() -> None:
    near, far = socket.socketpair()
    met: list[bytes] = []

    def read() -> None:
        while sum(map(len, met)) < len(HEAD + BODY):
            met.append(far.recv(65536))
        far.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        far.close()

    reader = threading.Thread(target=read)
    reader.start()
    start = time.monotonic()
    response, content = raw.exchange(near, "POST", HEAD, BODY, Framing.SPLIT, 100)
    reader.join()
    assert (response.status, content, b"".join(met)) == (200, b"ok", HEAD + BODY)
    assert len(met) > 1
    assert time.monotonic() - start >= raw.PAUSE_SECONDS * 4
