"""The table: each hostile target, how the gate must end against it, and what it must say.

One file because it is one table.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from suites.selftest.hostile import answers, doors, turncoats
from suites.selftest.hostile.answers import JSON, PORTAL, WHOLE, always, echoes, error, whole
from suites.selftest.hostile.certificates import self_signed
from suites.selftest.hostile.doors import HEAD, LINE, MEGABYTE, drips, endless, says
from suites.selftest.hostile.listening import HOST, Converse, Heard, answering, listening
from suites.selftest.hostile.relay import Relay, relayed
from suites.selftest.hostile.running import aimed_at
from suites.selftest.hostile.turncoats import STREAM, streams

SECONDS = 60.0
MEGABYTES = 300.0
HOLDS, VIOLATED, UNUSABLE = 0, 1, 6
PLACING = b"POST /v1/orders/batched HTTP"
SAMPLE = (
    "a refused port",
    "a name that nobody has",
    "TLS with an unknown authority",
    "plain HTTP behind an https URL",
    "reset at accept",
    "noise",
    "half a header",
    "headers without end",
    "a body without end",
    "1 GB in 1 MB",
    "100 Continue for ever",
    "redirects to another host",
    "401 for ever",
    "429 for a day",
    "a clock ten minutes slow",
    "a captive portal",
    "another API",
    "nothing but a relay",
    "100, 102 and 103 before each answer",
    "dies at request 30",
    "503 for ever from request 100",
    "a stream that redirects to another host",
)
"""Those that are tried wherever the self-tests run."""
Serve = Callable[[], AbstractContextManager[dict[str, str]]]
"""Serves a target; what comes out is what a shell exports to aim at it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One hostile target."""

    name: str
    serve: Serve
    status: int = UNUSABLE
    says: str = ""
    """A part of what the screen must show."""
    seconds: float = SECONDS


@contextlib.contextmanager
def served(converse: Converse, scheme: str = "http") -> Iterator[dict[str, str]]:
    """A server on loopback."""
    with listening(converse) as port:
        yield aimed_at(f"{scheme}://{HOST}:{port}")


@contextlib.contextmanager
def elsewhere(url: str) -> Iterator[dict[str, str]]:
    """A URL that is nothing of ours."""
    yield aimed_at(url)


@contextlib.contextmanager
def refused() -> Iterator[dict[str, str]]:
    """A port that nobody listens on."""
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
    yield aimed_at(f"http://{HOST}:{port}")


@contextlib.contextmanager
def deaf() -> Iterator[dict[str, str]]:
    """A port whose queue is full: the kernel drops whoever knocks."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind((HOST, 0))
        server.listen(0)
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(server.getsockname())
        yield aimed_at(f"http://{HOST}:{server.getsockname()[1]}")


@contextlib.contextmanager
def secured(converse: Converse, days: int = 1) -> Iterator[dict[str, str]]:
    """A server behind TLS whose authority nobody knows."""
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(self_signed(days))
        file.flush()
        with served(doors.behind_tls(converse, Path(file.name)), "https") as variables:
            yield variables


@contextlib.contextmanager
def handing_on(order: bytes = b"") -> Iterator[dict[str, str]]:
    """A target that sends everybody to another host, which no credential may reach."""

    def hears(heard: Heard) -> Iterator[bytes]:
        reached.append(heard)
        yield whole("200 OK", JSON, body=WHOLE)

    reached: list[Heard] = []
    with listening(answering(hears)) as other:
        place = f"{'ws' if order == STREAM else 'http'}://localhost:{other}/v1/orders/batched/cancel"
        if order:
            answer = whole("302 Found", f"Location: {place}", "Connection: close")
            with relayed(turncoats.answers_at(order, answer)) as variables:
                yield variables
        else:
            with served(answering(answers.redirecting(place))) as variables:
                yield variables
    assert not reached, f"another host was reached: {reached[0].method} {reached[0].path}"


def here(name: str, converse: Converse, status: int = UNUSABLE, said: str = "", seconds: float = SECONDS) -> Row:
    """A row of a server that says the same all along."""
    return Row(name, functools.partial(served, converse), status, said, seconds)


def behind(name: str, relay: Callable[[], Relay], status: int, said: str = "", seconds: float = SECONDS) -> Row:
    """A row of a relay before an honest gateway."""
    return Row(name, lambda: relayed(relay()), status, said, seconds)


def _rows() -> Iterator[Row]:
    yield from _doors()
    yield from _texts()
    yield from _strangers()
    yield from _turncoats()
    yield from _streams()


def _doors() -> Iterator[Row]:
    yield Row("a refused port", refused, says="no answer (refused")
    yield Row("a name that nobody has", lambda: elsewhere("http://nobody.invalid"), says="no such host")
    yield Row("a port that drops packets", deaf, says="no answer (timeout")
    yield Row("TLS with an unknown authority", lambda: secured(says(whole("200 OK"))), says="certificate")
    yield Row("TLS with a certificate of last week", lambda: secured(says(whole("200 OK")), -1), says="certificate")
    yield Row(
        "plain HTTP behind an https URL",
        lambda: served(doors.blurts(whole("400 Bad Request")), "https"),
        says="speaks no TLS",
    )
    yield Row("half a TLS handshake", lambda: served(doors.half_a_handshake, "https"), says="timeout")
    yield here("TLS behind an http URL", doors.blurts(b"\x15\x03\x01\x00\x02\x02\x46"), said="not in HTTP")
    yield here("reset at accept", doors.resets, said="no answer (torn")
    yield here("closed at accept", doors.hangs_up, said="no answer (torn")
    yield here("silence", doors.silent, said="no answer (timeout")
    yield here("a mail server", doors.greets(b"220 mail.example ESMTP\r\n"))
    yield here("HTTP/2 only", doors.greets(doors.HTTP_2))
    yield here("noise", answering(doors.noise))


def _texts() -> Iterator[Row]:
    yield here("half a header", says(HEAD + b"X-Half: "))
    yield here("a byte a second in the header", drips(HEAD + b"X-Slow: " + b"x" * 60))
    yield here("a byte a second in the body", drips(HEAD + b"Content-Length: 80\r\n\r\n" + b" " * 80))
    yield here("headers without end", endless(LINE, b"X-More: 1\r\n"))
    yield here("a header of 100 MB", says(LINE + b"X-Long: ", *[b"x" * MEGABYTE] * 100, b"\r\n\r\n"))
    yield here("a status line without end", endless(b"HTTP/1.1 200 ", b"O" * 65536))
    yield here("a body without end", endless(HEAD + b"\r\n", b" " * 65536))
    yield here(
        "a body in chunks without end", endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"8\r\n        \r\n")
    )
    yield here("1 GB in 1 MB", says(doors.bomb(1024), close=False))
    yield here("100 MB in 100 kB", says(doors.bomb(100), close=False), VIOLATED)
    for depth, status in ((200_000, UNUSABLE), (50_000, VIOLATED)):
        deep = b'{"canceledOrderIds":' + b"[" * depth + b"]" * depth + b"}"
        yield here(f"JSON {depth:,} deep", always("200 OK", JSON, body=deep), status)
    digits = b'{"canceledOrderIds":[' + b"9" * 100_000 + b"]}"
    yield here("a number of 100,000 digits", always("200 OK", JSON, body=digits), VIOLATED)
    yield here(
        "a chunk of 16 exabytes", says(HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx"), VIOLATED
    )
    yield here("a chunk of no size", says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nx"), VIOLATED)
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    yield here("a chunk's extension without end", endless(chunked + b"17;x=", b"y" * 65536), VIOLATED)
    yield here("trailers without end", endless(chunked + b"17\r\n" + WHOLE + b"\r\n0\r\n", b"X-More: 1\r\n"))
    yield here("1 GB packed twice", says(doors.nested_bomb(), close=False), VIOLATED)
    yield here(
        "1 GB packed twice, said twice",
        says(doors.nested_bomb("gzip\r\nContent-Encoding: gzip"), close=False),
        VIOLATED,
    )
    yield here("raw deflate", says(doors.raw_deflate(100), close=False), VIOLATED)
    two = HEAD + b"Content-Length: 5\r\nContent-Length: 23\r\n\r\n" + WHOLE
    yield here("two lengths", says(two), said="not in HTTP")
    yield here("a length too long", says(HEAD + b"Content-Length: 500\r\n\r\n" + WHOLE), VIOLATED)
    yield here("a length too short", says(HEAD + b"Content-Length: 5\r\n\r\n" + WHOLE, close=False), VIOLATED)
    yield here("a length below nothing", says(HEAD + b"Content-Length: -1\r\n\r\n" + WHOLE), VIOLATED)
    yield here(
        "100 Continue for ever",
        endless(LINE.replace(b"200 OK", b"100 Continue") + b"\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    )
    yield here(
        "103 Early Hints for ever",
        endless(b"HTTP/1.1 103 Early Hints\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
    )
    yield here("HTTP/1.0 that closes", answering(answers.echoes_then_closes), VIOLATED)
    yield here("NUL and escapes in headers", answering(answers.escaping), VIOLATED)


def _strangers() -> Iterator[Row]:
    loop = answering(answers.redirecting("/v1/orders/batched/cancel"))
    yield here("redirects in a circle", loop, said="redirects")
    yield here("308 in a circle", answering(answers.redirecting("/v1/orders/batched/cancel", 308)), said="redirects")
    yield Row("redirects to another host", handing_on, says="redirects")
    for code, word in ((401, "Unauthorized"), (403, "Forbidden"), (407, "Proxy Authentication Required")):
        yield here(f"{code} for ever", error(code, word), said=f"answers {code}")
    yield here("429 for ever", error(429, "Too Many Requests"), said="answers 429")
    yield here("429 for a day", error(429, "Too Many Requests", "Retry-After: 86400"), said="answers 429")
    absurd = "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"
    yield here("429 until the year 9999", error(429, "Too Many Requests", absurd), said="answers 429")
    yield here("503 for ever", error(503, "Service Unavailable"), said="answers 503")
    yield here("502 of an edge", always("502 Bad Gateway", "Content-Type: text/html", body=PORTAL), said="answers 502")
    yield here("500 for ever", error(500, "Internal Server Error"), VIOLATED)
    for name, seconds in (("ten minutes fast", 600), ("ten minutes slow", -600)):
        refusing = answers.dated(seconds, "401 Unauthorized", b'{"code":16,"message":"stale","details":[]}')
        yield here(f"a clock {name}", refusing, said="target's clock is")
    yield here("a clock fast and 200", answers.dated(600, "200 OK", WHOLE), said="target's clock is")
    yield here("a Date of garbage", error(401, "Unauthorized", "Date: yesterday, about noon"), said="answers 401")
    portal = always("200 OK", "Content-Type: text/html; charset=utf-8", body=PORTAL)
    yield here("a captive portal", portal, said="does not look like this API")
    typeless = always("200 OK", body=PORTAL)
    yield here("a captive portal without a type", typeless, said="does not look like this API")
    login = always("511 Network Authentication Required", "Content-Type: text/html", body=PORTAL)
    yield here("511 of a network", login, said="answers 511")
    yield here("another API", error(404, "Not Found"), said="does not look like this API")
    yield here("a site of HTML", always("404 Not Found", "Content-Type: text/html", body=PORTAL), said="answers 404")
    yield here("another method's path", error(405, "Method Not Allowed"), said="answers 405")
    yield here("200 and {}", always("200 OK", JSON, body=b"{}"), VIOLATED)
    yield here("200 and the right echo, whoever asks", answering(echoes), VIOLATED)
    yield here("40 kB of cookies with each answer", answering(answers.baking), VIOLATED)
    yield here("400 for ever", error(400, "Bad Request"), VIOLATED)
    no_market = lambda: _without_market(error(400, "Bad Request"))  # noqa: E731  # a row in one line
    yield Row("400 for ever, no market given", no_market, VIOLATED)


@contextlib.contextmanager
def _without_market(converse: Converse) -> Iterator[dict[str, str]]:
    with served(converse) as variables:
        yield variables | {"POLYMARKET_MARKET_SLUG": ""}


def _turncoats() -> Iterator[Row]:
    yield behind("nothing but a relay", Relay, HOLDS)
    yield behind("100, 102 and 103 before each answer", turncoats.hints, HOLDS)
    yield behind("hangs up on every bad input", turncoats.hangs_up_on_refusals, VIOLATED)
    for number in (2, 30, 150):
        dying = functools.partial(turncoats.dies_at, number)
        yield behind(f"dies at request {number}", dying, UNUSABLE, "stopped")
    yield behind("dies while orders are open", lambda: turncoats.dies_at(12), UNUSABLE, "stopped")
    busy = whole("503 Service Unavailable", JSON, "Connection: close", body=b"{}")
    yield behind("503 for ever from request 100", lambda: turncoats.turns(100, busy), UNUSABLE, "503")
    full = whole("429 Too Many Requests", "Retry-After: 86400", "Connection: close")
    yield behind("429 for a day from request 100", lambda: turncoats.turns(100, full), UNUSABLE, "429")
    locked = whole("401 Unauthorized", JSON, "Connection: close", body=b'{"code":16,"message":"no","details":[]}')
    yield behind("401 for ever from request 100", lambda: turncoats.turns(100, locked), VIOLATED)
    portal = whole("200 OK", "Content-Type: text/html", "Connection: close", body=PORTAL)
    yield behind("a captive portal from request 100", lambda: turncoats.turns(100, portal), VIOLATED)
    yield behind("silence from request 200", lambda: turncoats.silent_at(200), UNUSABLE, "stopped")
    yield behind("5 s an answer from request 345", lambda: turncoats.slows_at(345), HOLDS, seconds=120)
    no_ids = whole("200 OK", JSON, "Connection: close", body=b"{}")
    yield behind("order entry without ids", lambda: turncoats.answers_at(PLACING, no_ids), HOLDS)
    yield Row("order entry that redirects to another host", lambda: handing_on(PLACING), HOLDS)
    yield behind("order entry that hangs", lambda: turncoats.hangs_at(PLACING), HOLDS, seconds=90)
    strangers = turncoats.many_orders(1_000_000)
    opened = b"GET /v1/orders/open"
    yield behind("1,000,000 open orders", lambda: turncoats.answers_at(opened, strangers), HOLDS)
    yield Row("open orders that redirect to another host", lambda: handing_on(opened), HOLDS)
    nested = whole("200 OK", JSON, "Connection: close", body=b"[" * 400_000)
    yield behind("open orders 400,000 deep", lambda: turncoats.answers_at(opened, nested), HOLDS)


def _streams() -> Iterator[Row]:
    yield behind("a stream that floods", lambda: streams(turncoats.flood), HOLDS)
    yield behind("a frame of a gigabyte", lambda: streams(turncoats.huge), HOLDS)
    yield behind("a message without end", lambda: streams(turncoats.pieces), HOLDS)
    yield behind("a frame that is no UTF-8", lambda: streams(turncoats.bad_text), HOLDS)
    yield behind("a frame 100,000 deep", lambda: streams(turncoats.deep), HOLDS)
    yield behind("a stream of pings", lambda: streams(turncoats.pings), HOLDS)
    yield behind("a frame that is masked", lambda: streams(turncoats.masked), HOLDS)
    yield behind("a frame of 2^63 bytes", lambda: streams(turncoats.longest), HOLDS)
    yield behind("a stream that says nothing", lambda: streams(turncoats.mute), HOLDS)
    yield behind("a stream that closes each second", lambda: streams(turncoats.short_lived), HOLDS)
    yield behind("a stream that hangs in the handshake", lambda: turncoats.hangs_at(STREAM), HOLDS)
    yield Row("a stream that redirects to another host", lambda: handing_on(STREAM), HOLDS)


ROWS = {row.name: row for row in _rows()}
assert len(ROWS) >= 45, len(list(itertools.islice(ROWS, 45)))
