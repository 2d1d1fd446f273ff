"""Servers of a few lines: each reads one request and answers in its own bad way, on loopback."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

from contracts.messages import Account
from suites.strategies.credentials import b64
from suites.target import Key, Target

Answer = Callable[[socket.socket, int], None]
"""Answers on a connection; the number says which request of all it is, from 1."""
SEEDS = {Account.OWN: bytes(range(32)), Account.OTHER: bytes(range(32, 64))}
KEYS = {
    Account.OWN: Key("11111111-2222-4333-8444-55555555555a", SEEDS[Account.OWN], b64(SEEDS[Account.OWN])),
    Account.OTHER: Key("99999999-8888-4777-8666-55555555555b", SEEDS[Account.OTHER], b64(SEEDS[Account.OTHER])),
}
OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 23\r\n\r\n{"canceledOrderIds":[]}'


def target_at(url: str = "http://127.0.0.1:9") -> Target:
    """A target with two accounts."""
    return Target(url, KEYS, ("market-a",))


def request_from(connection: socket.socket) -> bytes:
    """One whole request; empty where the client hung up."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        piece = connection.recv(65536)
        if not piece:
            return b""
        seen += piece
    head, _, body = seen.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextlib.contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, list[bytes]]]:
    """A server's URL, and the requests that it has read so far."""
    requests: list[bytes] = []
    lock = threading.Lock()

    def converse(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while request := request_from(connection):
                with lock:
                    requests.append(request)
                    number = len(requests)
                answer(connection, number)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                threading.Thread(target=converse, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", requests
        server.shutdown(socket.SHUT_RDWR)
    thread.join(2)


def sends(*pieces: bytes, close: bool = False, pause: float = 0.0) -> Answer:
    """Sends these bytes, perhaps slowly, and perhaps hangs up."""

    def answer(connection: socket.socket, _number: int) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        if close:
            connection.shutdown(socket.SHUT_RDWR)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """One answer after another; the last one from then on."""

    def answer(connection: socket.socket, number: int) -> None:
        answers[min(number, len(answers)) - 1](connection, number)

    return answer


def resets(connection: socket.socket, _number: int) -> None:
    """Closes with a reset instead of an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def keeps_silent(_connection: socket.socket, _number: int) -> None:
    """Says nothing and waits for what comes next."""


def status(line: str, *headers: str, body: bytes = b"") -> bytes:
    """An answer with its right length."""
    head = "".join(f"{each}\r\n" for each in (*headers, f"Content-Length: {len(body)}"))
    return f"HTTP/1.1 {line}\r\n{head}\r\n".encode() + body


def dripped(text: bytes) -> tuple[bytes, ...]:
    """A text byte by byte."""
    return tuple(text[place : place + 1] for place in range(len(text)))
