"""The questions of the examination, concern by concern.

One file because it is one list: every question or answer of the same kind, a few lines each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from suites.selftest.gateway.exam import (
    PATHS,
    Examinee,
    Question,
    Questions,
    at,
    lawful,
    one,
    raw,
    renewed,
    unsigned,
    with_headers,
)
from suites.selftest.gateway.questions_doors import credentials, doors
from suites.selftest.gateway.signed import NOW, PATH, batch, signed

E = '{"orderId":"a","marketSlug":"b"}'
ENTRY = {"orderId": "a", "marketSlug": "b"}
BODIES: tuple[str, ...] = (
    "",
    " ",
    "null",
    "1",
    "[]",
    f"[{E}]",
    f'[{{"orders":[{E}]}}]',
    json.dumps(json.dumps({"orders": [ENTRY]})),
    "{}",
    '{"orders":[]}',
    E,
    *(f'{{"{name}":{{"orders":[{E}]}}}}' for name in ("request", "payload")),
    *(f'{{"orders":{value}}}' for value in ("null", "false", "0", '""', f'{{"0":{E}}}', E, json.dumps(f"[{E}]"))),
    *(
        f'{{"orders":[{E},{value},{E}]}}'
        for value in ("null", "false", "0", "[]", "1", '"x"', '["x","y"]', f"[{E}]", json.dumps(E), "{}")
    ),
    f'{{"orders":[{E},null]}}',
    f'{{"orders":[{E}],"orders":[{{"orderId":"c"}}]}}',
    '{"orders":[{"orderId":"a","orderId":"c","marketSlug":"b"}]}',
    *(f'{{"orders":[{E},{{"marketSlug":"b"}}{rest}]}}' for rest in ("", f",{E}", f",{E}" * 5)),
    *(f'{{"orders":[{E},{{"orderId":"b"}}{rest}]}}' for rest in ("", f",{E}")),
    f'{{"orders":[{E},{E},{{"orderId":"b"}}]}}',
    '{"marketSlug":"b","orders":[{"orderId":"a"}]}',
    *(
        f'{{"orders":[{{"orderId":{value},"marketSlug":"b"}}]}}'
        for value in ("1", "0", "1.5", "true", "null", '["x"]', '{"x":1}', str(2**60))
    ),
    *(
        f'{{"orders":[{{"orderId":"a","marketSlug":{value}}}]}}'
        for value in ("1", "false", "null", '["x"]', '{"slug":"x"}')
    ),
    *(
        f'{{"{name}":[{E}]}}'
        for name in ("Orders", "order\u017f", "order", "orders[]", "\\u006frders", "cancelOrders", "requests")
    ),
    f'{{"orders":[{{"entry":{E}}}]}}',
    *(
        f'{{"orders":[{{"{name}":"a","marketSlug":"b"}}]}}'
        for name in ("orderid", "orderID", " orderId", "order-id", "id", "clordId", "order\\u0049d")
    ),
    *(
        f'{{"orders":[{{"orderId":"a","{name}":"b"}}]}}'
        for name in ("marketslug", "market\u017flug", "slug", "market\\u0053lug")
    ),
    f' {{"orders":[{E}]}}',
    f'{{"orders":[{E}]}}\n',
    *(f'{{"orders":{gap}[{E}]}}' for gap in ("\t", "\r", "\u00a0")),
    f'{{"orders" :[{E}]}}',
    '{"orders":[{"marketSlug":"b","orderId":"a"}]}',
    f'{{"orders":[{E},{{"marketSlug":"b","orderId":"a"}}]}}',
    *(
        f'{{"orders":[{{"orderId":"{value}","marketSlug":"b"}}]}}'
        for value in ("\\u0061", "\\u004F", "x\\u0061y", "a\nb")
    ),
    *(f'{{"orders":[{E}]}}{tail}' for tail in ("x", "}", "{}", f'{{"orders":[{E}]}}')),
    f'{{"orders":[{E},]}}',
    f'{{"orders":[{E}] /* x */}}',
    *(f'{{"orders":[{E}],"x":{value}}}' for value in ("NaN", "-Infinity", "007", "9" * 400, "[" * 5000 + "]" * 5000)),
    f'{{"orders":[{E}]}}'.replace('"', "'"),
    f"{{orders:[{E}]}}",
    f'{{"orders":[{E}]',
    '{"orders":[{"orderId":"a","orderId":5,"marketSlug":"b"}]}',
    '{"orders":[{"orderId":5,"orderId":"a","marketSlug":"b"}]}',
    f'{{"orders":[{E}],"orders":[{",".join([E] * 30)}]}}',
    "\ufeff" + f'{{"orders":[{E}]}}',
    "orders[0][orderId]=a&orders[0][marketSlug]=b",
)
BYTES = (b"\xff", b"\xe9", b"\xed\xa0\x80", b"\xc1\x81")
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
IDS = (
    *(
        "0",
        "7",
        "a\uffff",
        "007",
        "10",
        "2",
        "12345678901234567890",
        "1e5",
        "12.0",
        "x",
        "-x",
        "a--b",
        "a..b",
        "a.",
        "a:b",
        "a_b",
        "ends:",
        "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
        "2026-11-24T10:00:00Z",
        "%s",
    ),
    *("null", "__proto__", "Ab", "y" * 37, "y" * 65, "y" * 128, "y" * 300, UUID, UUID.upper(), UUID.replace("4", "0")),
    *(
        "0123456789abcdef0123456789abcdef",
        "",
        " ",
        "a ",
        "a  b",
        "a\0b",
        "<b>&amp;",
        "e\u0301",
        "\u00e9",
        "\uff21",
        "\ud800",
    ),
    *("\U0001f600", "\u200b", "a\\b", "a'b", "%41", "a+b", "a\r\nb", "\u00e9t\u00e9"),
)


def sizes(e: Examinee) -> Iterator[Question]:
    """How many orders."""
    own, other = e.gateway.accounts
    for size in (*range(1, 26), 40, 150, 257):
        yield one(lawful(own, *(f"i{n}" for n in range(size))))
    for size in (1, 20, 21, 25):
        yield one(lawful(other, *(f"i{n}" for n in range(size))))
    yield one(lawful(own, *["same"] * 21))
    yield one(lawful(own, *(f"{n:0>128}" for n in range(20))))
    yield one(signed(own, batch(*((f"i{n}", f"market-{n % 2}") for n in range(30)))))
    slug = e.gateway.settings.markets[0]
    yield one(signed(own, batch(*((f"i{n}", slug if n % 9 else "nobody") for n in range(21)))))
    for ids in (("warm",), ()):
        yield one(lawful(own, *ids, connection=5))


def shapes(e: Examinee) -> Iterator[Question]:
    """What a batch is."""
    own = e.gateway.accounts[0]
    for body in BODIES:
        yield one(raw(own, body.encode()))
    yield one(raw(own, b"", connection=5))
    yield one(lawful(own, "order-1", connection=5))
    yield one(raw(own, b"", connection=5))
    for odd in BYTES:
        yield one(raw(own, f'{{"orders":[{E}],"x":"'.encode() + odd + b'"}'))
    slugs = e.gateway.settings.markets
    for chosen in ([*slugs], slugs[2:3], slugs[3:], slugs[:2], [slugs[0], slugs[1], slugs[0]], ["2027"]):
        yield one(signed(own, batch(*((f"i{n}", slug) for n, slug in enumerate(chosen)))))
    order_id, _ = renewed(e, [slugs[0]])[0]
    yield one(signed(own, {"orders": [{"orderId": order_id}]}))


def positions(e: Examinee) -> Iterator[Question]:
    """One bad entry, anywhere; and orders that a refusal must leave alone."""
    own, slug = e.gateway.accounts[0], e.gateway.settings.markets[0]
    for size, places in ((2, (0, 1)), (5, (1, 2)), (20, (0, 1, 9, 10, 12, 18, 19))):
        for place in places:
            orders: list[Any] = batch(*renewed(e, [slug] * size))["orders"]
            orders[place] = {"orderId": "x"}
            yield one(signed(own, {"orders": orders}))
    same = batch(*renewed(e, [slug]) * 3)["orders"]
    yield one(signed(own, {"orders": [same[0], same[1] | {"marketSlug": 7}, same[2]]}))
    yield one(signed(own, {"orders": same}))
    known, bad = batch(*renewed(e, [slug] * 2))["orders"]
    yield one(signed(own, {"orders": [bad | {"marketSlug": None}, known]}))
    yield one(signed(own, batch(*renewed(e, [slug] * 22))))
    entries = batch(*renewed(e, [slug]))
    rightly = signed(own, entries)
    wrong = unsigned(PATH, own, entries)
    yield one(with_headers(rightly, without="X-PM-Signature"))
    yield one(wrong)
    yield one(rightly, after_ms=60_000)
    yield one(unsigned(PATH, replace(own, key_id="nobody"), entries))
    yield from (one(with_headers(rightly, without=name)) for name in ("X-PM-Timestamp", "X-PM-Access-Key"))
    for name, value in (("X-PM-Timestamp", "NaN"), ("X-PM-Timestamp", f"{NOW}000"), ("X-PM-Signature", "AAAA")):
        yield one(with_headers(signed(own, batch(*renewed(e, [slug]))), (name, value), without=name))
    other = e.gateway.accounts[1]
    yield one(signed(other, {"orders": [*batch(*renewed(e, [slug], 1))["orders"], {}]}))
    yield one(signed(own, {"orders": [*batch(*renewed(e, [slug]))["orders"], {}]}))
    yield one(lawful(own, "behind"))


def echoes(e: Examinee) -> Iterator[Question]:
    """Ids of every kind, repeats, order, markets, sending again."""
    own = e.gateway.accounts[0]
    for order_id in IDS:
        yield one(lawful(own, order_id))
    for ids in (("zz", "A", "7", "10", "2", "y" * 40, "q"), ("Ab", "aB"), ("7", "007"), ("a", "a", "b", "a", "c", "a")):
        yield one(lawful(own, *ids))
    yield one(lawful(own, *(f"i{(7 * n) % 20}" for n in range(20))))
    for slugs in (["m1", "m2", "m1"], ["m1", "m2"]):
        yield one(signed(own, batch(*((f"i{n}", slug) for n, slug in enumerate(slugs)))))
    yield one(signed(own, batch(("i", "m1"), ("i", "m2"))))
    for _ in range(3):
        yield one(lawful(own, "first", "second", "third"))
    markets = e.gateway.settings.markets
    known = renewed(e, [markets[0], markets[1]])
    e.place(0, markets[0])
    mixed = batch(("unknown", markets[0]), *known, ("unknown too", markets[1]))
    for _ in range(2):
        yield one(signed(own, mixed))
    for name, value in (("Accept", "application/*"), ("traceparent", "none")):
        yield one(with_headers(lawful(own, "first"), (name, value)))
    for offer, length in (("gzip", 40), ("gzip;q=0", 40), ("gzip;q=0", 110)):
        long = batch(*((f"i{n:0>{length}}", "m") for n in range(15)))
        yield one(with_headers(signed(own, long), ("Accept-Encoding", offer)))


def windows(e: Examinee) -> Iterator[Question]:
    """Times, and what is none."""
    own = e.gateway.accounts[0]
    seconds = (-604_800, -86_400, -3600, -60, -45, -33, -28, -20, 5, 20, 28, 33, 45, 90, 86_400 * 400)
    for offset in seconds:
        yield one(at(own, str(NOW + 1000 * offset)))
    for after_ms in (0, 60_000):
        yield one(at(own, str(NOW)), after_ms=after_ms)
    texts = (
        str(NOW // 1000),
        f"{NOW}000",
        f"{NOW}000000",
        f"-{NOW}",
        str(NOW + 2**64),
        "0",
        "1e3",
        "0x10",
        "12.5",
        "9" * 30,
        "9" * 400,
    )
    for text in (*texts, "NaN", f"{NOW}abc", "now", "Infinity", "2020-01-01T00:00:00Z"):
        yield one(at(own, text))


def routes(e: Examinee) -> Iterator[Question]:
    """Methods, paths, media types and their kin."""
    own = e.gateway.accounts[0]
    body = batch(("order-1", "market-1"))
    for method in ("PUT", "DELETE", "GET", "PATCH", "HEAD", "TRACE"):
        yield one(signed(own, body, method=method))
    yield one(with_headers(signed(own, body, method="GET"), ("X-HTTP-Method-Override", "POST")))
    overridden = replace(signed(own, body), method="OPTIONS")
    yield one(with_headers(overridden, ("X-HTTP-Method-Override", "POST")))
    for path in PATHS:
        yield one(unsigned(path, own, body))
    yield one(signed(own, body, target=PATH + "%ff"))
    for kind in (
        "Application/JSON",
        "application/json; charset=UTF-8",
        "application/json; v=1",
        "application/json;charset=x",
    ):
        yield one(raw(own, json.dumps(body).encode(), headers=(("Content-Type", kind),)))
    for name, value in (
        ("Transfer-Encoding", "chunked"),
        ("Expect", "100-continue"),
        ("Accept", "text/html"),
        ("X-Trace", "x" * 7000),
    ):
        yield one(with_headers(lawful(own, "order-1"), (name, value)))
    yield one(lawful(own, *(f"{n:0>900}" for n in range(20))))


def outcomes(e: Examinee) -> Iterator[Question]:
    """What becomes of orders, whose they are, and what the streams say."""
    own, other = e.gateway.accounts
    slugs = list(e.gateway.settings.markets)
    yield one(signed(other, batch(*renewed(e, slugs[:1], 1))))
    yield one(signed(other, batch(*renewed(e, slugs[:1], 1)), method="PUT"))
    order_id, slug = renewed(e, slugs[:1])[0]
    yield one(signed(own, batch(("", slug))))
    escaped = "".join(f"\\u{ord(char):04x}" for char in order_id)
    yield one(raw(own, json.dumps(batch((order_id, slug))).replace(order_id, escaped).encode()))
    oldest = e.place(0, slugs[1])
    yield one(signed(own, batch(("unknown", slugs[1]))))
    yield one(signed(own, batch((oldest, slugs[1]), *renewed(e, slugs[:1]))))
    e.place(0, slugs[1])
    yield one(signed(own, batch(*renewed(e, slugs * 5))))
    yield one(signed(own, batch(*renewed(e, slugs * 3))))
    for slug in slugs[:1] * 2:
        e.place(0, slug)
    mine, twin = renewed(e, [slugs[0]] * 2)
    yield one(signed(own, batch(mine, mine)))
    yield one(signed(own, batch(mine)))
    yield one(signed(own, batch(mine, twin)))
    sell = e.place(0, slugs[0], intent="ORDER_INTENT_SELL_LONG", price={"value": "0.95", "currency": "USD"})
    yield one(signed(own, batch((sell, slugs[0]))))
    for entries in ([("unknown", slugs[0])], [("unknown", slugs[0])] * 11):
        yield one(signed(own, batch(*entries, *renewed(e, slugs[:2]))))
    yield one(signed(own, batch(*renewed(e, slugs[:1], 1), *renewed(e, slugs[:1]))))
    yield one(signed(own, batch(*renewed(e, slugs[:1]), *renewed(e, slugs[:1], 1))))
    yield one(signed(own, batch(*renewed(e, slugs[:1], 1))))
    turned = batch(*renewed(e, slugs[:1]))
    yield from (one(signed(account, turned)) for account in (other, own))
    order_id, slug = renewed(e, slugs[:1])[0]
    spelled = (order_id[:-1], order_id.lower(), f" {order_id}", order_id + "\0x", f"x{order_id[1:]}")
    wide = "".join(chr(ord(c) + 0xFEE0) for c in order_id)
    for spelling in (*spelled, wide):
        yield one(signed(own, batch((spelling, slug))))
    yield one(signed(own, batch((order_id, slugs[1]))))
    yield one(signed(other, batch((order_id, slugs[1]))))
    theirs = renewed(e, slugs[:1], 1)
    yield one(signed(own, batch(*theirs, ("unknown", slugs[0]), *theirs)))
    yield one(signed(own, batch(*[("unknown", slugs[0])] * 19, *theirs)))
    yield one(signed(own, batch(("unknown", "nobody"), *renewed(e, slugs[:1]))))
    again = signed(own, batch(*renewed(e, slugs[1:2])))
    yield Question((again, again))
    for whose in ((0, 1), (1, 0)):
        order_id, slug = renewed(e, slugs[:1])[0]
        e.place(0, slugs[1])
        yield one(signed(own, batch(*((order_id, slugs[which]) for which in whose))))


def mixing(e: Examinee) -> Iterator[Question]:
    """Requests at once, one after another, after a refusal, of two accounts."""
    own, other = e.gateway.accounts
    yield Question((lawful(own, "a", "b"), lawful(own, "c", "d")))
    for ids in (("a", "b", "c"), ("a", "x", "c"), ("d", "e"), ("f",)):
        yield one(lawful(own, *ids, connection=11))
    yield one(replace(lawful(own, "x"), headers=(), connection=12))
    yield one(lawful(own, "a", connection=12))
    for _ in range(3):
        yield one(raw(own, b'{"orders":[{"orderId":"leftover"}]}', connection=13))
    yield one(lawful(own, "a", connection=13))
    yield one(raw(own, b'{"orders":[{"orderId":"leftover\xed\xa0\x80"}]}', connection=13))
    yield one(raw(own, b"{}", connection=13))
    yield one(lawful(own, *"abcdefghijklmnopqrstu", connection=14))
    yield one(lawful(own, *"abcdefghijklmno", connection=14))
    for account, order_id in ((own, "a"), (other, "b")):
        yield one(lawful(account, order_id, connection=15))
    yield one(raw(own, b'{"orders":[{"orderId":"a","marketSlug":null}]}', connection=15))
    yield one(unsigned(PATH, own, batch(("again", "market-1"))))
    yield one(signed(own, batch(("again", "market-1"))))


PARTS: dict[str, tuple[Questions, ...]] = {
    "size": (sizes,),
    "shape": (shapes, echoes),
    "wholeness": (positions,),
    "echo": (echoes, sizes, outcomes),
    "reply": (echoes, shapes, sizes, credentials, windows),
    "credentials": (credentials, doors),
    "window": (windows,),
    "routing": (routes,),
    "outcome": (outcomes,),
    "ownership": (outcomes,),
    "isolation": (mixing,),
    "disclosure": (outcomes, shapes, credentials),
    "robustness": (shapes, sizes, echoes, routes, credentials, windows, mixing),
}
"""Which questions are put about which concern."""


def about(concern: str) -> Questions:
    """All questions about a concern, put to one gateway."""

    def questions(e: Examinee) -> Iterator[Question]:
        for part in PARTS[concern]:
            yield from part(e)

    return questions
