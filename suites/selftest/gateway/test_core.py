"""The core alone, fed with requests signed by hand."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from gateway.core import Gateway
from gateway.messages import Request
from suites.selftest.gateway.signed import NOW, PATH, batch, document, headers, signed, ticket

GOOD = batch(("order-1", "market-1"))
L = 2**252 + 27742317777372353535851937790883648493


@pytest.fixture
def gateway() -> Gateway:
    """An honest core."""
    return Gateway()


def status(gateway: Gateway, request: Request) -> int:
    """What the core answers at the time the request was signed."""
    return gateway.handle(request, NOW).status


@pytest.mark.parametrize("size", [1, 2, 19, 20])
def test_echoes_in_request_order(gateway: Gateway, size: int) -> None:
    ids = [f"order-{(7 * number) % 20}" for number in range(size)]
    reply = gateway.handle(signed(gateway.accounts[0], batch(*((name, "market-1") for name in ids))), NOW)
    assert (reply.status, document(reply)) == (200, {"canceledOrderIds": ids})


@pytest.mark.parametrize("size", [0, 21, 22, 40, 1000])
def test_refuses_other_sizes(gateway: Gateway, size: int) -> None:
    assert status(gateway, signed(gateway.accounts[0], batch(*[("order-1", "market-1")] * size))) == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"orders":null}',
        b'{"orders":{"0":{"orderId":"a","marketSlug":"b"}}}',
        b'{"Orders":[{"orderId":"a","marketSlug":"b"}]}',
        b'{"orders":[{"orderId":"a","marketslug":"b"}]}',
        b'{"orders":[{"orderId":"a","marketSlug":null}]}',
        b'{"orders":[{"orderId":1,"marketSlug":"b"}]}',
        b'{"orders":[{"orderId":"a","marketSlug":"b"},null]}',
        b'{"orders":[{"orderId":"a","marketSlug":"b"}]} x',
        b'{"orders":[{"orderId":"a","marketSlug":"b"}]}{}',
        b'{"orders":[{"orderId":"a","marketSlug":"b"},]}',
        b'{"orders":[{"orderId":"a","marketSlug":"b"}],"x":NaN}',
        b'{"orders":[{"orderId":"a","marketSlug":"b"}],"x":-Infinity}',
        b'{"orders":[{"orderId":"a","marketSlug":"b"}],"orders":[]}',
        b'{"orders":[{"orderId":"a","orderId":"a","marketSlug":"b"}]}',
        b'{"orders":[{"orderId":"\xff","marketSlug":"b"}]}',
        b'{"orders":[{"orderId":"\xed\xa0\x80","marketSlug":"b"}]}',
        b'{"orders":[{"orderId":"a\nb","marketSlug":"b"}]}',
        b'\xef\xbb\xbf{"orders":[{"orderId":"a","marketSlug":"b"}]}',
        b'{"orders":[{"orderId":"a","marketSlug":"b"}],"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_refuses_what_is_no_batch(gateway: Gateway, body: bytes) -> None:
    reply = gateway.handle(signed(gateway.accounts[0], body), NOW)
    assert (reply.status, document(reply)["code"]) == (400, 3)


@pytest.mark.parametrize(
    "body",
    [
        b' \r\n\t{ "orders" : [ { "marketSlug" : "b" , "orderId" : "a" } ] } \n',
        b'{"\\u006frders":[{"order\\u0049d":"\\u0061","marketSlug":"b"}]}',
        b'{"x":{"deep":[[]]},"orders":[{"orderId":"a","marketSlug":"b","y":null}]}',
        b'{"orders":[{"orderId":"a","marketSlug":"b"}],"x":' + b"9" * 10_000 + b"}",
        b'{"orders":[{"orderId":"a","marketSlug":"b"}],"x":1e999999}',
    ],
)
def test_takes_any_spelling_of_a_batch(gateway: Gateway, body: bytes) -> None:
    reply = gateway.handle(signed(gateway.accounts[0], body), NOW)
    assert (reply.status, document(reply)) == (200, {"canceledOrderIds": ["a"]})


@pytest.mark.parametrize("name", ["", " ", "é", "e\u0301", "\ud800", "\U0001f600", "<&>", '"\\', "\u2028", "x" * 9000])
def test_echoes_any_string_to_the_letter(gateway: Gateway, name: str) -> None:
    reply = gateway.handle(signed(gateway.accounts[0], batch((name, "m"), (name, "m"))), NOW)
    assert (reply.status, document(reply)) == (200, {"canceledOrderIds": [name, name]})


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(0, 200), (30_000, 200), (-30_000, 200), (30_001, 401), (-30_001, 401)],
)
def test_window(gateway: Gateway, offset: int, expected: int) -> None:
    assert status(gateway, signed(gateway.accounts[0], GOOD, at=NOW + offset)) == expected


@pytest.mark.parametrize(
    "at",
    [
        "",
        "0",
        str(NOW // 1000),
        f"{NOW}000",
        f"-{NOW}",
        f"+{NOW}",
        f"{NOW}.0",
        f"{NOW}x",
        "NaN",
        "1e12",
        hex(NOW),
        "9" * 5000,
    ],
)
def test_only_digits_are_a_time(gateway: Gateway, at: str) -> None:
    assert status(gateway, signed(gateway.accounts[0], GOOD, at=at)) == 401


def test_header_names_in_any_case_and_twice_the_same(gateway: Gateway) -> None:
    request = signed(gateway.accounts[0], GOOD)
    shouted = tuple((name.upper(), value) for name, value in request.headers)
    assert status(gateway, replace(request, headers=shouted + request.headers)) == 200


@pytest.mark.parametrize("position", range(3))
def test_each_header_counts(gateway: Gateway, position: int) -> None:
    request = signed(gateway.accounts[0], GOOD)
    other = headers(gateway.accounts[1], at=NOW + 1)[position]
    left = request.headers[:position] + request.headers[position + 1 :]
    for damaged in (left, (*left, other), (*request.headers, other), (other, *request.headers)):
        assert status(gateway, replace(request, headers=damaged)) == 401


def with_signature(request: Request, text: str) -> Request:
    """The same request under another signature."""
    return replace(request, headers=(*request.headers[:2], ("X-PM-Signature", text)))


def test_signatures_that_are_none(gateway: Gateway) -> None:
    request = signed(gateway.accounts[0], GOOD)
    text = request.headers[2][1]
    raw = base64.b64decode(text)
    s = int.from_bytes(raw[32:], "little")
    spare = text[:-3] + chr(ord(text[-3]) + 1) + "=="
    wrong: list[str] = [
        *(base64.b64encode(bytes_).decode() for bytes_ in (b"", raw[:63], raw + b"\0", raw[32:] + raw[:32], bytes(64))),
        base64.b64encode(raw[:32] + (s + L).to_bytes(32, "little")).decode(),
        *(base64.b64encode(raw[:i] + bytes([raw[i] ^ 1]) + raw[i + 1 :]).decode() for i in range(64)),
        *(text.rstrip("="), text + "=", " " + text, text[:8] + "\n" + text[8:], text[:8] + "!" + text[8:], "é" + text),
        *(spare, text.lower(), raw.hex(), ""),
    ]
    for signature in wrong:
        if signature != text:
            assert status(gateway, with_signature(request, signature)) == 401, signature


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", PATH),
        ("PUT", PATH),
        ("post", PATH),
        ("POST", PATH + "/"),
        ("POST", "/V1/orders/batched/cancel"),
        ("POST", "/"),
    ],
)
def test_other_routes(gateway: Gateway, method: str, target: str) -> None:
    assert status(gateway, signed(gateway.accounts[0], GOOD, method=method, target=target)) in (404, 405)


def test_signature_covers_method_and_path_but_not_query(gateway: Gateway) -> None:
    account = gateway.accounts[0]
    assert status(gateway, signed(account, GOOD, target=PATH + "?a=b")) == 200
    wrong = (
        headers(account, method="GET"),
        headers(account, path="/v1/orders/batched"),
        headers(account, path=PATH + "?a=b"),
    )
    for pairs in wrong:
        assert status(gateway, Request("POST", PATH + "?a=b", pairs, json.dumps(GOOD).encode())) == 401


def place(gateway: Gateway, number: int = 0, **changes: Any) -> str:
    """Place an order in the first market; its id."""
    request = signed(gateway.accounts[number], ticket(gateway.settings.markets[0], **changes), target="/v1/orders")
    return str(document(gateway.handle(request, NOW))["id"])


def state(gateway: Gateway, order_id: str) -> str:
    """What the book says about an order."""
    order = gateway.book.get(order_id)
    assert order is not None
    return order.state.removeprefix("ORDER_STATE_")


def test_a_batch_cancels_what_it_may_and_echoes_everything(gateway: Gateway) -> None:
    slug, elsewhere = gateway.settings.markets[:2]
    mine, kept, theirs = place(gateway), place(gateway), place(gateway, 1)
    filled = place(gateway, price={"value": "0.95", "currency": "USD"})
    partly = place(gateway, price={"value": "0.95", "currency": "USD"}, quantity=150)
    assert (state(gateway, filled), state(gateway, partly)) == ("FILLED", "PARTIALLY_FILLED")
    entries = batch(
        ("unknown", slug), (theirs, slug), (kept, elsewhere), (mine, slug), (mine, slug), (filled, slug), (partly, slug)
    )
    for _ in range(2):
        reply = gateway.handle(signed(gateway.accounts[0], entries), NOW)
        assert document(reply)["canceledOrderIds"] == [entry["orderId"] for entry in entries["orders"]]
    assert [state(gateway, order_id) for order_id in (mine, partly)] == ["CANCELED"] * 2
    assert [state(gateway, order_id) for order_id in (kept, theirs, filled)] == ["NEW", "NEW", "FILLED"]


@pytest.mark.parametrize("bad", [None, {"orderId": "x"}, {"marketSlug": "x"}])
def test_a_refused_batch_does_nothing(gateway: Gateway, bad: Any) -> None:
    order_id = place(gateway)
    entry = {"orderId": order_id, "marketSlug": gateway.settings.markets[0]}
    assert status(gateway, signed(gateway.accounts[0], {"orders": [entry, bad, entry]})) == 400
    assert status(gateway, signed(gateway.accounts[0], {"orders": [entry] * 21})) == 400
    assert status(gateway, Request("POST", PATH, (), json.dumps({"orders": [entry]}).encode())) == 401
    assert state(gateway, order_id) == "NEW"


def test_the_edge_counts_each_key_for_itself(gateway: Gateway) -> None:
    gateway.settings = replace(gateway.settings, rate_limit=20)
    first, second = (signed(account, GOOD) for account in gateway.accounts)
    assert [status(gateway, first) for _ in range(21)] == [200] * 20 + [429]
    assert status(gateway, second) == 200
    assert gateway.handle(signed(gateway.accounts[0], GOOD, at=NOW + 1000), NOW + 1000).status == 200
