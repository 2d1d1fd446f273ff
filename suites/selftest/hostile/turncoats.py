"""Honest at first: a gateway behind a relay that dies, refuses or slows half-way, or is hostile in one place only."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
import struct
import time
from collections.abc import Callable, Iterable

from suites.selftest.hostile.answers import JSON, whole
from suites.selftest.hostile.relay import HungUp, Passing, Relay

STREAM = b"GET /v1/ws/private"
WS_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SLOW_SECONDS = 5.0
INTERIM = (
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nContent-Length: 9\r\n\r\n"
)


def _instead(passing: Passing, answer: bytes) -> bytes:
    """Answer in the gateway's place and hang up; what the client still sends is read, so that nothing is reset."""
    passing.client.settimeout(0.05)
    try:
        while passing.client.recv(65536):
            pass
    except TimeoutError:
        passing.client.sendall(answer)
    raise HungUp


def dies_at(number: int, order: bytes = b"") -> Relay:
    """Dead for good from one request on: that one is cut, and nobody answers afterwards."""

    def request(passing: Passing, piece: bytes) -> bytes:
        relay = passing.relay
        relay.gone = relay.gone or (passing.number >= number and passing.order.startswith(order))
        if relay.gone:
            raise HungUp
        return piece

    return Relay(request)


def turns(number: int, answer: bytes) -> Relay:
    """One answer to everything, from one request on."""

    def request(passing: Passing, piece: bytes) -> bytes:
        return _instead(passing, answer) if passing.number >= number else piece

    return Relay(request)


def slows_at(number: int, seconds: float = SLOW_SECONDS) -> Relay:
    """Every answer takes seconds, from one request on."""

    def reply(passing: Passing, piece: bytes) -> bytes:
        if passing.number >= number and not passing.order.startswith(STREAM):
            time.sleep(seconds)
        return piece

    return Relay(reply=reply)


def silent_at(number: int) -> Relay:
    """No answer to anything, from one request on."""

    def reply(passing: Passing, piece: bytes) -> bytes:
        return b"" if passing.number >= number else piece

    return Relay(reply=reply)


def hints() -> Relay:
    """Before each answer come others that are none yet, as an edge sends them that knows what a page will need."""

    def reply(passing: Passing, piece: bytes) -> bytes:
        first = piece.startswith(b"HTTP/1.1 ") and not passing.order.startswith(STREAM)
        return INTERIM + piece if first else piece

    return Relay(reply=reply)


def hangs_up_on_refusals() -> Relay:
    """Where an honest gateway would refuse, the connection is cut without a word."""

    def reply(_passing: Passing, piece: bytes) -> bytes:
        if re.match(rb"HTTP/1\.1 4", piece):
            raise HungUp
        return piece

    return Relay(reply=reply)


def answers_at(order: bytes, answer: bytes) -> Relay:
    """One answer of its own to the requests that begin so."""

    def request(passing: Passing, piece: bytes) -> bytes:
        return _instead(passing, answer) if passing.order.startswith(order) else piece

    return Relay(request)


def hangs_at(order: bytes) -> Relay:
    """Never an answer to the requests that begin so."""

    def reply(passing: Passing, piece: bytes) -> bytes:
        return b"" if passing.order.startswith(order) else piece

    return Relay(reply=reply)


def streams(frames: Callable[[], Iterable[bytes]]) -> Relay:
    """An order stream that opens as it should and then sends frames of its own making, for as long as there are any."""

    def request(passing: Passing, piece: bytes) -> bytes:
        if not passing.order.startswith(STREAM):
            return piece
        key = re.search(rb"(?i)sec-websocket-key: *(\S+)", piece)
        proof = base64.b64encode(hashlib.sha1((key[1] if key else b"") + WS_GUID).digest())  # noqa: S324  # RFC 6455
        head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        passing.client.sendall(head + b"Sec-WebSocket-Accept: " + proof + b"\r\n\r\n")
        for each in frames():
            passing.client.sendall(each)
        raise HungUp

    return Relay(request)


def frame(payload: bytes, first: int = 0x81) -> bytes:
    """A frame of a server: final text unless its first byte says otherwise."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", first, size) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload


def flood() -> Iterable[bytes]:
    """Reports of orders that nobody placed, without end and as fast as they are read."""
    for number in itertools.count():
        order = {"id": f"x{number}", "marketSlug": "m", "state": "ORDER_STATE_CANCELED"}
        execution = {"id": f"e{number}", "type": "EXECUTION_TYPE_CANCELED", "order": order}
        yield frame(json.dumps({"orderSubscriptionUpdate": {"execution": execution}}).encode())


def huge() -> Iterable[bytes]:
    """One frame of a gigabyte."""
    yield struct.pack("!BBQ", 0x81, 127, 1 << 30)
    yield from itertools.repeat(b" " * 65536, 1 << 14)


def pieces() -> Iterable[bytes]:
    """One message in pieces that never end."""
    yield frame(b"[" * 60000, first=0x01)
    yield from itertools.repeat(frame(b"[" * 60000, first=0x00))


def bad_text() -> Iterable[bytes]:
    """A text frame that is no UTF-8."""
    yield frame(b'{"heartbeat":"\xff\xfe"}')


def deep() -> Iterable[bytes]:
    """JSON a hundred thousand brackets deep."""
    yield frame(b"[" * 100_000 + b"]" * 100_000)
    time.sleep(60)


def pings() -> Iterable[bytes]:
    """Pings without end, as fast as they are read, and large, so that answers that nobody reads soon fill the way."""
    yield from itertools.repeat(frame(b"are you there?" * 8, first=0x89))


def masked() -> Iterable[bytes]:
    """A frame that is masked, which only a client's may be."""
    yield b"\x81\x8e\x00\x00\x00\x00" + b'{"heartbeat":1'
    time.sleep(60)


def longest() -> Iterable[bytes]:
    """A frame of 2^63 bytes, as its head says."""
    yield struct.pack("!BBQ", 0x81, 127, 1 << 63)
    yield from itertools.repeat(b" " * 65536, 1 << 10)
    time.sleep(60)


def mute() -> Iterable[bytes]:
    """Nothing, for as long as the gate may last, and no end either."""
    time.sleep(60)
    return ()


def short_lived() -> Iterable[bytes]:
    """A second, then the end."""
    yield frame(b'{"heartbeat":{}}')
    time.sleep(1)


def many_orders(count: int) -> bytes:
    """A list of open orders, each of another's."""
    rows = b",".join(b'{"id":"stranger-%d","marketSlug":"m","state":"ORDER_STATE_NEW"}' % n for n in range(count))
    return whole("200 OK", JSON, body=b'{"orders":[' + rows + b"]}")
