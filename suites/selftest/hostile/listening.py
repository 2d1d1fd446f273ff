"""What every hostile target stands on: a listener on loopback, a thread a connection, requests read whole."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from io import BufferedReader

HOST = "127.0.0.1"
LINE_MAX = 1 << 17
READ_SECONDS = 90.0
"""No connection outlives the gate by much."""
Converse = Callable[[socket.socket], None]
"""Holds one connection from its first byte to its last."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as it came."""

    number: int
    """Which of all requests of the server it is, from 1."""
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, the first of several; empty where it is not there."""
        return next((value for given, value in self.headers if given.lower() == name.lower()), "")


Answer = Callable[[Heard], Iterable[bytes]]
"""The pieces that are sent in answer to a request; an empty piece hangs up."""


@contextlib.contextmanager
def listening(converse: Converse, host: str = HOST) -> Iterator[int]:
    """The port of a server that holds each connection in a thread of its own."""

    def hold(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, ValueError):  # the gate hung up, which is its right
            connection.settimeout(READ_SECONDS)
            converse(connection)

    def accept(server: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the server was shut: that ends it
            while True:
                connection, _ = server.accept()
                threading.Thread(target=hold, args=(connection,), daemon=True).start()

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family, backlog=64) as server:
        thread = threading.Thread(target=accept, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join(2)


def answering(answer: Answer) -> Converse:
    """A server that reads each request whole before it answers."""
    lock = threading.Lock()
    heard = 0

    def converse(connection: socket.socket) -> None:
        nonlocal heard
        with connection.makefile("rb") as file:
            while True:
                with lock:
                    heard += 1
                    number = heard
                for piece in answer(_request(file, number)):
                    if not piece:
                        return
                    connection.sendall(piece)

    return converse


def _request(file: BufferedReader, number: int) -> Heard:
    """One request.

    Raises:
        ConnectionError: the client hung up.
    """
    method, _, rest = file.readline(LINE_MAX).decode("latin-1").partition(" ")
    if not rest:
        raise ConnectionError("the client hung up")
    headers = []
    while (line := file.readline(LINE_MAX)) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name, value.strip()))
    heard = Heard(number, method, rest.rpartition(" ")[0], tuple(headers), b"")
    return replace(heard, body=_body(file, heard))


def _body(file: BufferedReader, heard: Heard) -> bytes:
    if heard.header("Transfer-Encoding") != "chunked":
        length = heard.header("Content-Length")
        return file.read(int(length)) if length.isdigit() else b""
    pieces = []
    while size := int(file.readline(LINE_MAX), 16):
        pieces.append(file.read(size))
        file.readline(LINE_MAX)
    file.readline(LINE_MAX)
    return b"".join(pieces)
