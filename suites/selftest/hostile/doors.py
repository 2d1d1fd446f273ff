"""Hostile below HTTP: what is at the door is no web server, or none that finishes what it begins."""

from __future__ import annotations

import itertools
import os
import socket
import ssl
import struct
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from suites.selftest.hostile.listening import Converse, Heard, answering

LINE = b"HTTP/1.1 200 OK\r\n"
HEAD = LINE + b"Content-Type: application/json\r\n"
MEGABYTE = 1 << 20
DRIP_SECONDS = 1.0
HTTP_2 = b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x04\x00\x01\x00\x00\x00\x05\x00\xff\xff\xff"
"""The settings with which an HTTP/2 server begins."""


def resets(connection: socket.socket) -> None:
    """Reset at accept."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hangs_up(_connection: socket.socket) -> None:
    """Closed at accept."""


def silent(connection: socket.socket) -> None:
    """Reads all and says nothing."""
    while connection.recv(65536):
        pass


def says(*pieces: bytes, pause: float = 0.0, close: bool = True) -> Converse:
    """Reads each request and sends these bytes, slowly where a pause is given, whole or not."""

    def answer(_heard: Heard) -> Iterator[bytes]:
        for piece in pieces:
            yield piece
            time.sleep(pause)
        if close:
            yield b""

    return answering(answer)


def drips(text: bytes) -> Converse:
    """Sends a text a byte a second."""
    return says(*(text[place : place + 1] for place in range(len(text))), pause=DRIP_SECONDS)


def endless(first: bytes, piece: bytes) -> Converse:
    """Sends one thing and then another for ever."""

    def answer(_heard: Heard) -> Iterable[bytes]:
        return itertools.chain((first,), itertools.repeat(piece))

    return answering(answer)


def greets(text: bytes) -> Converse:
    """Speaks first, as mail servers and shells do."""

    def converse(connection: socket.socket) -> None:
        connection.sendall(text)
        silent(connection)

    return converse


def blurts(text: bytes) -> Converse:
    """Says one thing to whatever comes first, and hangs up."""

    def converse(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(text)

    return converse


def noise(_heard: Heard) -> Iterator[bytes]:
    """Bytes without any meaning."""
    yield os.urandom(4096)
    yield b""


def bomb(megabytes: int) -> bytes:
    """An answer whose body is a thousand times as long once it is unpacked."""
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(MEGABYTE)
    body = b"".join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()
    return HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def nested_bomb(coding: str = "gzip, gzip") -> bytes:
    """A gigabyte of zeros, packed twice: 6 kB on the wire."""
    inner = zlib.compressobj(9, wbits=31)
    zeros = bytes(MEGABYTE)
    once = b"".join(inner.compress(zeros) for _ in range(1024)) + inner.flush()
    outer = zlib.compressobj(9, wbits=31)
    body = outer.compress(once) + outer.flush()
    return HEAD + f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def raw_deflate(megabytes: int) -> bytes:
    """Zeros, packed without the frame of zlib that `deflate` promises."""
    packer = zlib.compressobj(9, wbits=-15)
    body = packer.compress(bytes(megabytes * MEGABYTE)) + packer.flush()
    return HEAD + b"Content-Encoding: deflate\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def behind_tls(converse: Converse, certificate: Path) -> Converse:
    """The same inside TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def wrapped(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inside:
            converse(inside)

    return wrapped


def half_a_handshake(connection: socket.socket) -> None:
    """Begins a TLS record and sends the rest of it a byte a second."""
    connection.recv(65536)
    for byte in b"\x16\x03\x03\x40\x00\x02" + bytes(200):
        connection.sendall(bytes([byte]))
        time.sleep(DRIP_SECONDS)
