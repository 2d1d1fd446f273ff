"""The transport against servers that behave badly: each ends in its own word, and within its deadline."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Iterator

import pytest

from contracts.messages import Connection, Exchange, Framing, Plan
from suites import transport
from suites.pacing import Pace
from suites.selftest.suites.servers import (
    OK,
    Answer,
    dripped,
    in_turn,
    keeps_silent,
    resets,
    sends,
    serving,
    status,
    target_at,
)
from suites.strategies.batches import batch
from suites.transport import TRIES_MAX, Part, Transport

DEADLINE = 0.6
SLACK = 1.0
"""For a machine that has other things to do."""
PLAN = batch("size.one/here", ["a"])
RAW = batch("size.one/raw", ["a"], framing=Framing.RAW)
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
ENDLESS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "DEADLINE_SECONDS", DEADLINE)
    monkeypatch.setattr(transport, "DEADLINE_AFTER_SILENCE_SECONDS", DEADLINE)
    monkeypatch.setattr(transport, "BACK_OFF_SECONDS", 0.02)


def sent(answer: Answer, plan: Plan = PLAN) -> tuple[Exchange, list[bytes], float]:
    """The exchange with a server, what the server read, and how long it took."""
    recorded: list[Exchange] = []
    with serving(answer) as (url, requests):
        way = Transport(target_at(url), Pace(1000), recorded.append)
        start = time.monotonic()
        found = way.send(plan)
        seconds = time.monotonic() - start
        way.close()
    assert recorded == [found]
    return found, requests, seconds


WORDS: dict[str, tuple[Answer, str]] = {
    "keeps silent": (keeps_silent, "timeout"),
    "drips its headers": (sends(*dripped(LONG[:-2]), b"X: " + b"x" * 9, *dripped(b"x" * 90), pause=0.03), "timeout"),
    "drips a status line": (sends(*dripped(b"HTTP/1.1 200 OK" * 9), pause=0.03), "timeout"),
    "half a header block": (sends(b"HTTP/1.1 200 OK\r\nContent-Len", close=True), "torn"),
    "headers without an end": (sends(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", close=True), "torn"),
    "resets": (resets, "torn"),
    "hangs up without a word": (sends(close=True), "torn"),
    "half a status line": (sends(b"HTTP/1.1 20", close=True), "torn or garbage"),
    "garbage": (sends(b"hello, world\r\n\r\n", close=True), "garbage"),
    "a body without a head": (sends(b'{"canceledOrderIds":[]}', close=True), "garbage"),
    "another protocol": (sends(b"SSH-2.0-OpenSSH_9.6\r\n", close=True), "garbage"),
    "a short body": (sends(LONG + b"short", close=True), "short"),
    "a chunk that is cut": (sends(ENDLESS + b"ff\r\nshort", close=True), "short"),
    "no last chunk": (sends(ENDLESS + b"5\r\nshort\r\n", close=True), "short"),
}


@pytest.mark.parametrize(("answer", "word"), WORDS.values(), ids=WORDS)
def test_a_bad_answer_ends_in_its_word_within_its_deadline(answer: Answer, word: str) -> None:
    found, requests, seconds = sent(answer)
    assert found.failure in word.split(" or ")
    assert found.tries == len(requests) <= 3
    assert seconds < found.tries * DEADLINE + SLACK
    assert found.reply is None or found.failure == "short"


@pytest.mark.parametrize("name", ["keeps silent", "drips its headers", "resets", "garbage", "half a header block"])
def test_a_bad_answer_to_a_hand_made_request_ends_in_the_same_word(name: str) -> None:
    answer, word = WORDS[name]
    found, _, seconds = sent(answer, RAW)
    assert found.failure == word
    assert seconds < found.tries * DEADLINE + SLACK


def test_a_body_that_drips_ends_with_the_deadline_and_is_no_whole_answer() -> None:
    found, _, seconds = sent(sends(LONG, *dripped(b"x" * 200), pause=0.03))
    assert found.failure in ("timeout", "short")
    assert seconds < 2 * DEADLINE + SLACK


def test_bytes_behind_the_end_are_counted() -> None:
    found, _, _ = sent(sends(OK + b"surplus"))
    assert (found.status, found.failure) == (200, "")
    assert found.reply is not None
    assert found.reply.surplus > 0
    whole, _, _ = sent(sends(OK))
    assert whole.reply is not None
    assert whole.reply.surplus == 0


def test_429_is_waited_for_as_long_as_it_asks_and_tried_again() -> None:
    found, requests, seconds = sent(in_turn(sends(status("429 Too Many Requests", "Retry-After: 1")), sends(OK)))
    assert (found.status, found.tries, len(requests)) == (200, 2, 2)
    assert 1 <= seconds < 1 + SLACK


def test_a_plan_that_is_sent_again_is_signed_again() -> None:
    _, requests, _ = sent(in_turn(sends(status("429 Too Many Requests")), sends(OK)))
    one, two = (next(line for line in each.split(b"\r\n") if b"Signature" in line) for each in requests)
    assert one != two


def test_503_for_ever_is_given_up_and_void() -> None:
    found, requests, _ = sent(sends(status("503 Service Unavailable")))
    assert (found.status, found.tries, len(requests), found.void) == (503, TRIES_MAX, TRIES_MAX, True)


@pytest.mark.parametrize("asked", ["soon", "-1", "1.5", "\u0661", "9" * 400])
def test_an_odd_time_to_wait_is_bounded(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "RETRY_AFTER_MAX_SECONDS", 0.1)
    line = f"Retry-After: {asked}".encode().decode("latin-1")
    found, _, seconds = sent(sends(status("429 Too Many Requests", line)))
    assert (found.status, found.tries) == (429, TRIES_MAX)
    assert seconds < SLACK


def test_a_body_without_end_is_cut() -> None:
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    found, _, seconds = sent(sends(ENDLESS, *[piece] * 40))
    assert found.failure == "too-large"
    assert found.reply is not None
    assert len(found.reply.body) == 1 << 20
    assert seconds < DEADLINE + SLACK


def test_a_bomb_is_kept_packed() -> None:
    bomb = gzip.compress(bytes(8 << 20))
    found, _, _ = sent(sends(status("200 OK", "Content-Encoding: gzip", body=bomb)))
    assert found.reply is not None
    assert (found.failure, found.reply.body) == ("", bomb)


def test_a_redirect_is_not_followed() -> None:
    found, requests, _ = sent(sends(status("307 Temporary Redirect", "Location: /elsewhere")))
    assert (found.status, found.tries, len(requests)) == (307, 1, 1)


def test_a_port_that_nobody_listens_on_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    found = Transport(target_at(url), Pace(0), lambda _: None).send(PLAN)
    assert (found.failure, found.reply) == ("refused", None)


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert sent(sends(OK))[0].status == 200


def test_a_silence_is_asked_twice_once_and_later_ones_less_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "DEADLINE_AFTER_SILENCE_SECONDS", 0.3)
    with serving(keeps_silent) as (url, requests):
        way = Transport(target_at(url), Pace(0), lambda _: None)
        assert (way.send(PLAN).tries, len(requests)) == (2, 2)
        start = time.monotonic()
        assert (way.send(PLAN).tries, len(requests)) == (1, 3)
        assert time.monotonic() - start < DEADLINE
        way.close()


@pytest.fixture
def kept() -> Iterator[tuple[Transport, list[bytes], list[int]]]:
    """A way to a server that notes on which connection each request came."""
    ports: list[int] = []

    def answer(connection: socket.socket, _number: int) -> None:
        ports.append(connection.getpeername()[1])
        connection.sendall(OK)

    with serving(answer) as (url, requests):
        way = Transport(target_at(url), Pace(0), lambda _: None)
        yield way, requests, ports
        way.close()


def test_a_connection_is_kept_within_a_lane_and_fresh_where_a_plan_says_so(
    kept: tuple[Transport, list[bytes], list[int]],
) -> None:
    way, _, ports = kept
    fresh = batch("size.one/fresh", ["a"], connection=Connection.FRESH)
    way.send(PLAN)
    way.send(PLAN)
    way.send(fresh)
    way.send(PLAN, Part(lane=1))
    assert ports[0] == ports[1]
    assert len(set(ports)) == 3


def test_no_two_requests_have_one_timestamp(kept: tuple[Transport, list[bytes], list[int]]) -> None:
    way, requests, _ = kept
    for _ in range(20):
        way.send(PLAN)
    stamps = [next(line for line in each.split(b"\r\n") if b"Timestamp" in line) for each in requests]
    assert len(set(stamps)) == 20


def test_an_idle_connection_that_was_closed_is_no_torn_answer() -> None:
    found, requests, _ = sent(in_turn(sends(close=True), sends(OK)))
    assert (found.status, found.failure, len(requests)) == (200, "", 2)
