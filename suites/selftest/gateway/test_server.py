"""The server over a real socket: what reaches the core, what comes back, and how it ends.

One file because it is one list: every question or answer of the same kind, a few lines each.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from gateway.core import Gateway
from gateway.messages import Headers, Reply, Request, Wire
from gateway.server import EmbeddedGateway
from gateway.variants import VARIANTS
from gateway.venue import Call
from suites.selftest.gateway.signed import PATH, batch, headers, ticket

GOOD = json.dumps(batch(("order-1", "market-1"))).encode()


def now() -> int:
    """The time, in milliseconds."""
    return time.time_ns() // 1_000_000


class Recorder(Gateway):
    """A gateway that remembers what reached it."""

    def handle(self, request: Request, now_ms: int) -> Reply:
        """Remember, and answer."""
        self.__dict__.setdefault("seen", []).append(request)
        return super().handle(request, now_ms)


class Wired(Gateway):
    """A gateway that puts every reply on the wire in some other way."""

    wire = Wire()

    def accept(self, call: Call, order_ids: Iterable[str]) -> Reply:
        """Change the way."""
        return replace(super().accept(call, order_ids), wire=self.wire)


@pytest.fixture
def gateway() -> Iterator[EmbeddedGateway]:
    """An honest gateway on loopback."""
    with EmbeddedGateway(Recorder()) as embedded:
        yield embedded


@pytest.fixture
def client() -> Iterator[requests.Session]:
    """A client without an environment."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


def signed_headers(gateway: EmbeddedGateway, method: str = "POST", path: str = PATH, number: int = 0) -> dict[str, str]:
    """The three headers, for right now."""
    return dict(headers(gateway.accounts[number], at=now(), method=method, path=path))


def post(client: requests.Session, gateway: EmbeddedGateway, body: Any = GOOD, path: str = PATH) -> requests.Response:
    """A rightly signed POST."""
    return client.post(gateway.url + path, data=body, headers=signed_headers(gateway, path=path), timeout=5)


def exchange(gateway: EmbeddedGateway, sent: bytes) -> bytes:
    """What comes back for raw bytes until the gateway hangs up, or falls silent for a second."""
    address = urlsplit(gateway.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=1) as connection:
        connection.sendall(sent)
        received = b""
        with contextlib.suppress(TimeoutError, ConnectionError):
            while chunk := connection.recv(65536):
                received += chunk
        return received


def raw_request(gateway: EmbeddedGateway, *lines: str, body: bytes = GOOD) -> bytes:
    """A rightly signed request with further header lines."""
    head = [f"POST {PATH} HTTP/1.1", "Host: x", "Connection: close"]
    head += [f"{name}: {value}" for name, value in signed_headers(gateway).items()]
    return "\r\n".join([*head, *lines, "", ""]).encode() + body


def test_a_lawful_batch(gateway: EmbeddedGateway, client: requests.Session) -> None:
    reply = post(client, gateway)
    assert (reply.status_code, reply.json()) == (200, {"canceledOrderIds": ["order-1"]})
    assert reply.headers["Content-Type"] == "application/json"
    assert "Date" in reply.headers
    assert "Server" not in reply.headers


def test_requests_reach_the_core_as_they_came(gateway: EmbeddedGateway) -> None:
    lines = ("X-Twice: 1", "x-twice: 2", "X-Latin: \u00e9", f"Content-Length: {len(GOOD)}")
    target = "//v1/%6frders/../x?a=%20"
    exchange(gateway, raw_request(gateway, *lines).replace(PATH.encode(), target.encode(), 1))
    seen: list[Request] = gateway.core.__dict__["seen"]
    assert (seen[0].target, seen[0].body) == (target, GOOD)
    assert seen[0].values("X-TWICE") == ("1", "2")
    assert seen[0].value("x-latin").encode("latin-1") == "é".encode()


def test_connections_are_told_apart(gateway: EmbeddedGateway) -> None:
    for _ in range(2):
        with requests.Session() as client:
            client.trust_env = False
            for _ in range(2):
                post(client, gateway)
    seen: list[Request] = gateway.core.__dict__["seen"]
    numbers = [request.connection for request in seen]
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "FOO"])
def test_other_methods(gateway: EmbeddedGateway, client: requests.Session, method: str) -> None:
    assert client.request(method, gateway.url + PATH, timeout=5).status_code in (400, 405)


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\nnonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nBad Header: secret-stuff\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nsecret-stuff\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_without_a_word_of_it(gateway: EmbeddedGateway, sent: bytes) -> None:
    received = exchange(gateway, sent)
    assert received.split(b" ", 2)[1] == b"400"
    assert b"secret-stuff" not in received
    assert b"Traceback" not in received


def test_bodies_chunked_large_and_too_large(gateway: EmbeddedGateway, client: requests.Session) -> None:
    assert post(client, gateway, iter([GOOD[:10], GOOD[10:]])).status_code == 200
    assert post(client, gateway, b" " * 100_000 + GOOD).status_code == 200
    assert post(client, gateway, b"x" * (2 << 20)).status_code == 413


def test_continue_is_sent_at_once(gateway: EmbeddedGateway) -> None:
    lines = ("Expect: 100-continue", f"Content-Length: {len(GOOD)}")
    received = exchange(gateway, raw_request(gateway, *lines))
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_a_client_that_leaves_in_the_middle_does_no_harm(gateway: EmbeddedGateway, client: requests.Session) -> None:
    address = urlsplit(gateway.url)
    for part in (raw_request(gateway, "Content-Length: 500")[:40], raw_request(gateway, "Content-Length: 500")):
        with socket.create_connection((str(address.hostname), int(address.port or 0))) as connection:
            connection.sendall(part)
    assert post(client, gateway).status_code == 200


def served(wire: Wire) -> bytes:
    """What a reply looks like on the wire."""
    core = Wired()
    core.wire = wire
    with EmbeddedGateway(core) as gateway:
        return exchange(gateway, raw_request(gateway, f"Content-Length: {len(GOOD)}"))


def test_replies_on_the_wire() -> None:
    plain = served(Wire())
    assert b"\r\nDate: " in plain
    assert b"\r\nDate: " not in served(Wire(dated=False))
    assert b"\r\nTransfer-Encoding: chunked\r\n" in served(Wire(chunked=True))
    assert served(Wire(raw=b"anything")) == b"anything"
    assert served(Wire(late=lambda: b"later")).endswith(b"\r\n\r\nlater")
    assert served(Wire(drip_ms=1)).endswith(b'{"canceledOrderIds":["order-1"]}')
    assert served(Wire(reset=True)) == served(Wire(hang=True)) == b""


def test_a_core_that_falls_over_shows_nothing(client: requests.Session) -> None:
    class Broken(Gateway):
        """Falls over."""

        def cancel_batch(self, call: Call) -> Reply:
            """Fall over."""
            raise ZeroDivisionError(call)

    with EmbeddedGateway(Broken()) as gateway:
        reply = post(client, gateway)
        assert (reply.status_code, "ZeroDivision" in reply.text) == (500, False)


def listen(gateway: EmbeddedGateway, number: int = 0) -> ClientConnection:
    """A private socket."""
    named: Headers = tuple(signed_headers(gateway, "GET", "/v1/ws/private", number).items())
    url = gateway.url.replace("http", "ws") + "/v1/ws/private"
    return connect(url, additional_headers=named, proxy=None)


def test_the_private_socket(gateway: EmbeddedGateway, client: requests.Session) -> None:
    with listen(gateway) as stream:
        stream.send('{"subscribe":{"requestId":"r","subscriptionType":1}}')
        stream.send('{"subscribe":{"requestId":"s","subscriptionType":2}}')
        assert "orderSubscriptionSnapshot" in json.loads(stream.recv(5))
        post(client, gateway, json.dumps(ticket(gateway.markets[0])), "/v1/orders")
        assert json.loads(stream.recv(5))["requestId"] == "r"
        gateway.stop()
        with pytest.raises(ConnectionClosed) as closed:
            stream.recv(5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001


def test_a_refused_upgrade_is_401(gateway: EmbeddedGateway, client: requests.Session) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(gateway.url.replace("http", "ws") + "/v1/ws/private", proxy=None)
    assert refused.value.response.status_code == 401
    path = "/v1/ws/private"
    named = signed_headers(gateway, "GET", path)
    assert client.get(gateway.url + path, headers=named, timeout=5).status_code == 426
    assert client.get(gateway.url + path, headers=named | {"Upgrade": "websocket"}, timeout=5).status_code == 400


def test_delays_are_kept(client: requests.Session) -> None:
    with EmbeddedGateway(latency_ms=80, stream_delay_ms=200) as gateway, listen(gateway) as stream:
        stream.send('{"subscribe":{"requestId":"s","subscriptionType":2}}')
        with pytest.raises(TimeoutError):
            stream.recv(0.1)
        stream.recv(1)
        began = time.monotonic()
        post(client, gateway)
        assert time.monotonic() - began >= 0.08


def test_a_variants_settings_hold_without_being_asked_for() -> None:
    with EmbeddedGateway(VARIANTS["Slow"]()) as gateway:
        assert gateway.core.settings.latency_ms == 200
    with EmbeddedGateway(VARIANTS["Slow"](), latency_ms=1) as gateway:
        assert gateway.core.settings.latency_ms == 1


def test_it_comes_and_goes_without_a_trace(client: requests.Session) -> None:
    threads = threading.active_count()
    gateway = EmbeddedGateway().start()
    post(client, gateway)
    began = time.monotonic()
    gateway.stop()
    gateway.stop()
    assert time.monotonic() - began < 1
    assert threading.active_count() == threads
    with pytest.raises(requests.ConnectionError):
        post(client, gateway)


def test_a_port_in_use_is_said_so(gateway: EmbeddedGateway) -> None:
    taken = EmbeddedGateway(port=int(urlsplit(gateway.url).port or 0))
    with pytest.raises(OSError, match="in use"):
        taken.start()


def command(*arguments: str) -> subprocess.Popen[str]:
    """`python -m gateway`."""
    return subprocess.Popen(
        [sys.executable, "-m", "gateway", *arguments],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_prints_what_a_shell_needs_and_ends_quietly() -> None:
    with command("--fault", "TakesTwentyOne") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        variables = dict(part.split("=", 1) for part in process.stdout.readline().split()[1:])
        reply = requests.get(variables["POLYMARKET_TARGET_URL"] + PATH, timeout=5)
        process.send_signal(2)
        assert (process.wait(5), process.stderr.read(), reply.status_code) == (0, "", 405)
    names = {"TARGET_URL", "KEY_ID", "SECRET_KEY", "OTHER_KEY_ID", "OTHER_SECRET_KEY", "MARKET_SLUG"}
    assert variables.keys() == {f"POLYMARKET_{name}" for name in names}


@pytest.mark.parametrize("arguments", [["--fault", "Nothing"], ["--port", "70000"], ["--latency", "x"], ["--what"]])
def test_wrong_usage_is_one_sentence(arguments: list[str]) -> None:
    with command(*arguments) as process:
        out, error = process.communicate(timeout=10)
    assert (process.returncode, out, error.count("\n")) == (4, "", 1)


@pytest.mark.parametrize("cabinet", ["faults", "variants"])
def test_listings_name_everything(cabinet: str) -> None:
    with command(f"--list-{cabinet}") as process:
        out, error = process.communicate(timeout=10)
    assert (process.returncode, error) == (0, "")
    assert out.count("\n") > 40
