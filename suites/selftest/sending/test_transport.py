"""The transport against servers that behave badly: each ends in its own word, and within its deadline.

One file because each test is one line of one table: what a server does, and what the transport makes of it.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import socket
import time
from collections.abc import Iterator

import pytest

from contracts.messages import Account, Connection, Exchange, Framing, Plan
from suites.selftest.hostile.listening import listening
from suites.selftest.hostile.turncoats import INTERIM
from suites.selftest.sending.servers import (
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
from suites.sending import retries, transport
from suites.sending.pacing import Pace
from suites.sending.retries import TRIES_AFTER_LONG, TRIES_MAX, TRIES_TORN_MAX
from suites.sending.transport import Part, Transport
from suites.strategies.batches import batch

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
    monkeypatch.setattr(retries, "BACK_OFF_SECONDS", 0.02)


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


def test_a_target_that_lets_nobody_connect_is_out_of_reach_and_not_silent() -> None:
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):  # what nobody accepts fills the queue; whoever comes then is not answered
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        way = Transport(target_at(f"http://127.0.0.1:{full.getsockname()[1]}"), Pace(1000), lambda _: None)
        stack.callback(way.close)
        assert [way.send(plan).failure for plan in (PLAN, RAW)] == ["unreachable"] * 2


WORDS: dict[str, tuple[Answer, str]] = {
    "keeps silent": (keeps_silent, "timeout"),
    "drips its headers": (sends(*dripped(LONG[:-2]), b"X: " + b"x" * 9, *dripped(b"x" * 90), pause=0.03), "timeout"),
    "drips a status line": (sends(*dripped(b"HTTP/1.1 200 OK" * 9), pause=0.03), "timeout"),
    "half a header block": (sends(b"HTTP/1.1 200 OK\r\nContent-Len", close=True), "torn"),
    "headers without an end": (sends(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", close=True), "torn"),
    "resets": (resets, "torn"),
    "hangs up without a word": (sends(close=True), "torn"),
    "half a status line": (sends(b"HTTP/1.1 20", close=True), "torn"),
    "half a protocol": (sends(b"HTT", close=True), "torn"),
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
    assert found.tries == len(requests) <= TRIES_TORN_MAX
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


def test_a_request_of_the_library_leaves_in_one_piece() -> None:
    pieces: list[bytes] = []

    def converse(connection: socket.socket) -> None:
        while piece := connection.recv(1 << 16):
            pieces.append(piece)
            if piece.endswith(b"]}"):
                connection.sendall(OK)

    with listening(converse) as port:
        way = Transport(target_at(f"http://127.0.0.1:{port}"), Pace(1000), lambda _: None)
        found = [way.send(batch(f"size.one/{number}", ["a"])) for number in range(3)]
        way.close()
    assert [each.status for each in found] == [200] * 3
    assert len(pieces) == 3


@pytest.mark.parametrize("framing", [Framing.LENGTH, Framing.RAW, Framing.CHUNKED])
def test_an_interim_answer_is_not_the_answer(framing: Framing) -> None:
    found, _, _ = sent(sends(INTERIM, OK), batch("size.one/here", ["a"], framing=framing))
    assert (found.status, found.failure, found.tries) == (200, "", 1)
    assert found.reply is not None
    assert (found.reply.body, found.reply.surplus) == (b'{"canceledOrderIds":[]}', 0)


def test_two_lengths_that_differ_are_no_http() -> None:
    found, _, _ = sent(sends(status("200 OK", "Content-Length: 5", body=b'{"canceledOrderIds":[]}')))
    assert (found.reply, found.failure, found.tries) == (None, "garbage", 3)


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
    monkeypatch.setattr(retries, "RETRY_AFTER_MAX_SECONDS", 0.1)
    line = f"Retry-After: {asked}".encode().decode("latin-1")
    found, _, seconds = sent(sends(status("429 Too Many Requests", line)))
    assert (found.status, found.tries) == (429, TRIES_AFTER_LONG if asked.startswith("9") else TRIES_MAX)
    assert seconds < SLACK


def test_a_body_without_end_is_cut() -> None:
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    found, _, seconds = sent(sends(ENDLESS, *[piece] * 40))
    assert found.failure == "too-large"
    assert found.reply is not None
    assert len(found.reply.body) < 1 << 20
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


def test_the_signature_of_a_request_before_is_masked_in_a_later_answer() -> None:
    requests: list[bytes] = []

    def quotes_the_first(connection: socket.socket, _number: int) -> None:
        line = next(line for line in requests[0].split(b"\r\n") if b"Signature" in line)
        connection.sendall(status("200 OK", body=line))

    with serving(in_turn(sends(OK), quotes_the_first)) as (url, read):
        way = Transport(target_at(url), Pace(0), lambda _: None)
        way.send(PLAN)
        requests += read
        found = way.send(PLAN)
        way.close()
    assert found.reply is not None
    assert found.reply.body.partition(b": ")[2] == b"[masked signature]"


def test_an_idle_connection_that_was_closed_is_no_torn_answer() -> None:
    found, requests, _ = sent(in_turn(sends(close=True), sends(OK)))
    assert (found.status, found.failure, len(requests)) == (200, "", 2)


@pytest.mark.parametrize("torn", [1, 4])
def test_two_connections_that_were_lost_in_a_row_are_no_proof_that_the_gateway_closes_them(torn: int) -> None:
    """Where one in ten is lost on the way, only what is torn each time behind the plan before it is no accident."""
    lost = iter([False, *(True, *(False, True) * torn), *[False] * 9])

    def answer(connection: socket.socket, number: int) -> None:
        (resets if next(lost) else sends(OK))(connection, number)

    with serving(answer) as (url, _):
        way = Transport(target_at(url), Pace(0), lambda _: None)
        way.send(PLAN)
        found = way.send(PLAN)
        way.close()
    assert (found.status, found.failure) == (200, "")


def test_a_plan_that_is_sent_again_was_sent_when_it_was_sent_first() -> None:
    """What was torn may have arrived, and acted."""
    start = time.time() * 1000
    found, _, _ = sent(in_turn(sends(status("429 Too Many Requests", "Retry-After: 1")), sends(OK)))
    assert (found.tries, found.elapsed_ms < 900) == (2, True)
    assert found.sent_ms < start + 900


@pytest.mark.parametrize("pauses", [(1.0, 1.0, 0.0), (1.0, 1.0, 1.0)])
def test_a_second_that_expect_waits_may_be_a_lost_packet_and_is_asked_again(
    pauses: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "DEADLINE_SECONDS", 5.0)
    waits = itertools.chain(pauses, itertools.repeat(1.0))

    def converse(connection: socket.socket) -> None:
        connection.recv(65536)
        time.sleep(next(waits))
        connection.sendall(OK)

    with listening(converse) as port:
        way = Transport(target_at(f"http://127.0.0.1:{port}"), Pace(0), lambda _: None)
        found, later = (way.send(batch("routing.expect/here", ["a"], framing=Framing.EXPECT)) for _ in range(2))
        way.close()
    assert (found.status, found.tries, found.elapsed_ms > 900) == (200, 3, pauses[-1] > 0)
    assert later.tries == (1 if pauses[-1] else 3)  # what is proved is not proved again


@pytest.mark.parametrize("version", [b"HTTP/1.0", b"HTTP/1.1"])
def test_nobody_waits_for_100_continue_at_a_target_that_answers_in_http_1_0(version: bytes) -> None:
    def answer(connection: socket.socket) -> None:
        heard = b""
        while not heard.endswith(b"}"):
            heard += connection.recv(65536)
        connection.sendall(OK.replace(b"HTTP/1.1", version))

    with listening(answer) as port:
        way = Transport(target_at(f"http://127.0.0.1:{port}"), Pace(0), lambda _: None)
        way.send(batch("size.one/here", ["a"]))
        way.hurry(2.0)
        found = way.send(batch("routing.expect/here", ["a"], framing=Framing.EXPECT))
        way.close()
    assert found.failure == ("" if version == b"HTTP/1.0" else "timeout")


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/orders/batched"])
@pytest.mark.parametrize(
    "answer",
    [sends(status("503 Service Unavailable")), resets, keeps_silent, sends(b"HTTP/1.1 20", close=True)],
    ids=["503", "reset", "silence", "torn"],
)
def test_order_entry_that_may_have_arrived_is_not_sent_again(answer: Answer, path: str) -> None:
    with serving(answer) as (url, requests):
        way = Transport(target_at(url), Pace(1000), lambda _: None)
        way.guard.journal.intend(Account.OWN, ["market-a"], "0.01", 1, "")
        order = {
            "marketSlug": "market-a",
            "type": "ORDER_TYPE_LIMIT",
            "price": {"value": "0.01", "currency": "USD"},
            "quantity": 1,
            "participateDontInitiate": True,
            "intent": "ORDER_INTENT_BUY_LONG",
        }
        found, _ = way.call("POST", path, Account.OWN, order if path == "/v1/orders" else {"orders": [order]})
        way.close()
    assert found in (0, 503)
    assert len(requests) == 1


def test_order_entry_that_the_edge_refused_is_sent_again() -> None:
    with serving(in_turn(sends(status("429 Too Many Requests")), sends(OK))) as (url, requests):
        way = Transport(target_at(url), Pace(1000), lambda _: None)
        way.guard.journal.intend(Account.OWN, ["market-a"], "0.01", 1, "")
        assert way.call("POST", "/v1/orders/batched", Account.OWN, {"orders": []})[0] == 200
        way.close()
    assert len(requests) == 2
