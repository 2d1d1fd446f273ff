"""Hostile in what it answers: HTTP it is, but not this API, or not for us, or without end or sense."""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

from suites.selftest.hostile.listening import Answer, Converse, Heard, answering

PORTAL = b"<!doctype html><html><head><title>Welcome to the hotel</title></head><body>Please log in</body></html>"
JSON = "Content-Type: application/json"
WHOLE = b'{"canceledOrderIds":[]}'


def whole(line: str, *headers: str, body: bytes = b"") -> bytes:
    """An answer with its right length."""
    head = "".join(f"{each}\r\n" for each in (*headers, f"Content-Length: {len(body)}"))
    return f"HTTP/1.1 {line}\r\n{head}\r\n".encode("latin-1") + body


def always(line: str, *headers: str, body: bytes = b"") -> Converse:
    """One answer to everything."""
    text = whole(line, *headers, body=body)
    return answering(lambda heard: (text,) if heard.method != "HEAD" else (text[: len(text) - len(body)],))


def error(code: int, word: str, *headers: str) -> Converse:
    """One error of this API's form to everything."""
    return always(f"{code} {word}", JSON, *headers, body=b'{"code":3,"message":"no","details":[]}')


def dated(offset_seconds: float, line: str, body: bytes) -> Converse:
    """One answer to everything, with the time of a clock that is off."""

    def answer(_heard: Heard) -> Iterator[bytes]:
        yield whole(line, JSON, f"Date: {email.utils.formatdate(time.time() + offset_seconds, usegmt=True)}", body=body)

    return answering(answer)


def echo(heard: Heard, *headers: str) -> bytes:
    """What an honest gateway would echo, whoever asks."""
    return whole("200 OK", JSON, *headers, body=json.dumps({"canceledOrderIds": _ids(heard.body)}).encode())


def _ids(body: bytes) -> Sequence[str]:
    try:
        batch: Any = json.loads(body)
    except (ValueError, RecursionError):
        return []
    orders = batch.get("orders") if isinstance(batch, dict) else None
    rows = orders if isinstance(orders, list) else []
    return [str(row.get("orderId")) for row in rows if isinstance(row, dict)]


def echoes(heard: Heard) -> Iterator[bytes]:
    """Takes everything from everybody, with the right echo."""
    yield echo(heard)


def echoes_then_closes(heard: Heard) -> Iterator[bytes]:
    """The same, as a server of HTTP/1.0 does it: no length, and the end is the end of the connection."""
    yield b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + echo(heard).partition(b"\r\n\r\n")[2]
    yield b""


def escaping(heard: Heard) -> Iterator[bytes]:
    """Headers with NUL, terminal escapes and bytes of no encoding, and the echo below."""
    wild = "X-Wild: a\x00b\x1b[2J\x1b]0;owned\x07\xff", "X-Script: <script>alert(1)</script>"
    yield echo(heard, *wild)


def baking(heard: Heard) -> Iterator[bytes]:
    """Sets another ten cookies of 4 kB with each answer, and takes everything."""
    cookies = (f"Set-Cookie: c{heard.number}-{n}={'x' * 4000}; Path=/" for n in range(10))
    yield echo(heard, *cookies)


def redirecting(place: str, code: int = 307) -> Answer:
    """Sends everybody elsewhere."""

    def answer(_heard: Heard) -> Iterator[bytes]:
        yield whole(f"{code} Elsewhere", f"Location: {place}")

    return answer
