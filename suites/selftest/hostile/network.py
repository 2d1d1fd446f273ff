"""What may happen to bytes on their way between the gate and an honest gateway, drawn from a seed.

Two sorts, and what the gate must come to in each:

* **What every network does**: it delays, it cuts a stream into other pieces, it loses connections at any moment with or
  without a reset, it lets one fall silent for good, a connection is attempted twice. Nothing of it changes a byte, for
  TCP and TLS keep order and checksums. The gate asks again, and must hold (exit 0); it may say that too few answers
  count (exit 6); it may not find anything, nor pass over clauses without saying why.
* **What only a broken proxy does**: it flips bits of what it hands on, sends bytes twice or in another order. Here that
  makes an answer or a frame unreadable, never another one: the gate asks again and must hold, as above. Where a broken
  proxy makes another readable answer of it, a 201 of a 200 or another id, nothing tells it from a gateway that does so
  once in a thousand times. That is a finding (exit 1), `seen once`, and whoever reads it knows what stands between.
"""

from __future__ import annotations

import random
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from suites.selftest.hostile.relay import HEAD_END, HungUp, Passing, Relay
from suites.selftest.hostile.turncoats import STREAM

TINY_BYTES = 4_096
"""So many bytes of a piece go one by one; the rest follows at once, or a long body would take minutes."""
STALL_SECONDS = 1.0
WITHIN_BYTES = 300
"""An answer that is cut is cut somewhere in so many first bytes: in its status line, its headers or its body."""
STATUS_LINE = b"HTTP/1."
PACKING = re.compile(rb"(?i)sec-websocket-extensions:[^\r]*\r\n")
"""A proxy that takes frames apart offers no packing: each packed frame is read by those before it."""
RESERVED_BITS = 0x30
"""Bits of the first byte of a frame that no frame may have set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What happens on the way; shares are between 0 and 1."""

    delay_ms: float = 0.0
    """Each piece is held back up to so long, and one in a hundred for a second."""
    lost: float = 0.0
    """Share of requests whose connection is lost: before they arrive, behind that, or within their answer."""
    piece_bytes: int = 0
    """No more than so many bytes go at a time; 0 for as they come."""
    attempts: int = 1
    """How often each connection is attempted; all but one say nothing."""
    silent: bool = False
    """Whether one connection of the run falls silent for good, and is closed by nobody."""
    spoilt: float = 0.0
    """Share of answers and frames that a broken proxy spoils."""
    how: Callable[[bytes, random.Random], bytes] = lambda text, _: text
    """How it spoils the beginning of an answer, so that it is no answer any more."""
    frames: Callable[[list[bytes], random.Random], list[bytes]] = lambda frames, _: frames
    """What it makes of the frames of the order stream that come at once."""


def _flipped(text: bytes, draw: random.Random) -> bytes:
    """One bit of the protocol's name is another."""
    place, bit = draw.randrange(len(STATUS_LINE) - 3), draw.randrange(7)
    return text[:place] + bytes([text[place] ^ 1 << bit]) + text[place + 1 :]


def _repeated(text: bytes, draw: random.Random) -> bytes:
    """The protocol and what stands behind it come twice."""
    return text[: draw.randrange(9, 13)] + text


def _swapped(text: bytes, draw: random.Random) -> bytes:
    """Two pieces of the status line have changed places."""
    place, end = draw.randrange(1, 9), draw.randrange(9, 13)
    return text[place:end] + text[:place] + text[end:]


def _reserved(frames: list[bytes], _draw: random.Random) -> list[bytes]:
    first = frames[0]
    return [bytes([first[0] ^ RESERVED_BITS]) + first[1:], *frames[1:]]


def _twice(frames: list[bytes], draw: random.Random) -> list[bytes]:
    return [frames[0], *frames] if draw.random() < 0.5 else frames * 2


KINDS: dict[str, Weather] = {
    "delay": Weather(delay_ms=40),
    "a connection in ten is lost": Weather(lost=0.1),
    "a byte at a time": Weather(piece_bytes=1),
    "odd pieces, late": Weather(piece_bytes=61, delay_ms=5),
    "attempted twice": Weather(attempts=2, lost=0.02),
    "one falls silent": Weather(silent=True),
    "all of these": Weather(delay_ms=10, lost=0.05, piece_bytes=97, attempts=2, silent=True),
    "a flipped bit": Weather(spoilt=0.01, how=_flipped, frames=_reserved),
    "bytes twice": Weather(spoilt=0.01, how=_repeated, frames=_twice),
    "bytes in another order": Weather(spoilt=0.01, how=_swapped, frames=lambda frames, _: frames[::-1]),
}
"""Kinds of weather by name; the last three are a broken proxy's."""


def kind_of(seed: int) -> str:
    """Which kind of weather a seed has."""
    return tuple(KINDS)[seed % len(KINDS)]


@dataclass(slots=True)
class _Way:
    """One connection on its way."""

    draw: random.Random
    back: random.Random
    """Of the other direction, which another thread draws from."""
    cut: int = -1
    """After so many bytes of an answer the connection is lost; below zero, never."""
    silent: bool = False
    frames: bytearray = field(default_factory=bytearray)
    """The beginning of a frame whose end has not come."""


class _Network:
    """All connections of one run."""

    def __init__(self, weather: Weather, seed: int) -> None:
        self._weather = weather
        self._seed = seed
        self._ways: dict[int, _Way] = {}
        self._silent_at = random.Random(seed).randrange(5, 200) if weather.silent else 0  # noqa: S311  # no secret

    def _way(self, passing: Passing) -> _Way:
        """The state of a connection, made at its first piece, which is a request's."""
        number = passing.connection
        if number not in self._ways:
            there, back = (random.Random(f"{self._seed}/{number}/{way}") for way in ("there", "back"))  # noqa: S311  # no secret
            self._ways[number] = _Way(there, back)
            for _ in range(self._weather.attempts - 1):
                socket.create_connection(passing.server.getpeername()).close()
        return self._ways[number]

    def request(self, passing: Passing, piece: bytes) -> bytes:
        """On the way to the gateway."""
        way, weather = self._way(passing), self._weather
        if HEAD_END in piece:
            way.cut = -1
            way.silent = way.silent or passing.number == self._silent_at
            if way.draw.random() < weather.lost:
                self._lose(passing, way)
        if way.silent:
            return b""
        _late(weather, way.draw)
        if weather.spoilt:
            piece = PACKING.sub(b"", piece)
        return self._in_pieces(passing.server, piece, way.draw)

    def _lose(self, passing: Passing, way: _Way) -> None:
        passing.reset = way.draw.random() < 0.5
        where = way.draw.choice(("before", "behind", "within"))
        if where == "before":
            raise HungUp
        way.cut = 0 if where == "behind" else way.draw.randrange(1, WITHIN_BYTES)

    def reply(self, passing: Passing, piece: bytes) -> bytes:
        """On the way back."""
        way, weather = self._way(passing), self._weather
        if way.silent:
            return b""
        piece = self._spoilt(passing, piece, way)
        _late(weather, way.back)
        if way.cut >= 0:
            passing.client.sendall(piece[: way.cut])
            if len(piece) >= way.cut:
                raise HungUp
            way.cut -= len(piece)
            return b""
        return self._in_pieces(passing.client, piece, way.back)

    def _spoilt(self, passing: Passing, piece: bytes, way: _Way) -> bytes:
        weather = self._weather
        if not weather.spoilt:
            return piece
        if piece.startswith(STATUS_LINE):
            return weather.how(piece, way.back) if way.back.random() < weather.spoilt else piece
        if not passing.order.startswith(STREAM):
            return piece
        way.frames += piece
        frames = list(_whole_frames(way.frames))
        if frames and way.back.random() < weather.spoilt:
            frames = weather.frames(frames, way.back)
        return b"".join(frames)

    def _in_pieces(self, sink: socket.socket, piece: bytes, draw: random.Random) -> bytes:
        """Send a piece in smaller ones; what is left of it, to be sent as usual."""
        most = self._weather.piece_bytes
        if not most:
            return piece
        sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start, end = 0, min(len(piece), TINY_BYTES)
        while start < end:
            size = draw.randint(1, most)
            sink.sendall(piece[start : min(start + size, end)])
            start += size
        return piece[end:]


def _late(weather: Weather, draw: random.Random) -> None:
    if weather.delay_ms:
        time.sleep(STALL_SECONDS if draw.random() < 0.01 else draw.uniform(0, weather.delay_ms) / 1000)


def _whole_frames(gathered: bytearray) -> Iterator[bytes]:
    """The whole frames of a server at the beginning of what was gathered; they are taken away from there."""
    while len(gathered) > 1:
        short = gathered[1] & 0x7F
        wide = {126: 2, 127: 8}.get(short, 0)
        head = 2 + wide
        if len(gathered) < head:
            return
        size = int.from_bytes(gathered[2:head]) if wide else short
        if len(gathered) < head + size:
            return
        yield bytes(gathered[: head + size])
        del gathered[: head + size]


def network(weather: Weather, seed: int) -> Relay:
    """A relay in whose place this weather is."""
    made = _Network(weather, seed)
    return Relay(made.request, made.reply)
