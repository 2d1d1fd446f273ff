"""What a batch is: an object with orders, entries with orderId and marketSlug, in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contracts.catalogue import Clause
from contracts.messages import JSON_TYPE, Framing, OrderNeed, Plan
from suites.face import Gate
from suites.strategies import entries, identifiers, schema, texts
from suites.strategies.batches import (
    MARKET,
    asked,
    bad,
    batch,
    body_of,
    entry,
    entry_of,
    fresh_ids,
    plan,
    text_of,
    with_prelude,
)

SIZE = ("size.between",)
WRAPS = ("request", "body", "data", "batch", "params", "json", "__proto__", "payload", "input", "message", "content")
"""Members in which a careless reader looks for a whole batch."""
LISTS = ("cancels", "items", "ids", "entries", "requests", "orderIds", "cancellations", "orderList")
"""Members that it takes for `orders`."""


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans: types, names and presence, then JSON, then strings, then what the document leaves open."""
    known = list(schema.coverage_plans(seed))
    elsewhere = {each.kind for each in entries.EVERY} | schema.LEFT_TO_THE_NIGHT  # bad entries are `wholeness`'s
    for each in known:
        if each.kind not in elsewhere and not each.clause.startswith("size."):
            yield _behind_a_batch(seed, each) if each.clause == "shape.body-present" else each
    kinds = {each.kind for each in known}
    yield from (each for each in _bodies(seed) if each.kind not in kinds)
    yield from _texts(seed)
    yield from _strings()
    yield from _markets(seed)
    yield from _repeated_members(seed)
    yield from _questions(seed)


def _id(seed: int, name: str) -> str:
    return fresh_ids(seed, name, 1)[0]


def _behind_a_batch(seed: int, no_body: Plan) -> Plan:
    """A request without a body, and one without orders, behind a batch that is taken: is its text remembered?"""
    one = entry(_id(seed, "shape.one-entry"))
    wraps = {key: {"orders": [one]} for key in WRAPS}
    lists = {key: [one] for key in LISTS}
    value = text_of(one | wraps | lists)
    alone = bad("shape.orders-present/one-entry", value, kind="an entry in the place of a batch, and batches in others")
    return with_prelude(alone, _escapes(seed), no_body)


def _bodies(seed: int) -> Iterator[Plan]:
    one = entry(_id(seed, "shape.bodies"))
    for kind, value in {
        "an array of entries": [one | {"orders": [one]}],  # or of batches, to whoever unwraps an array
        "a batch as a string": json.dumps({"orders": [one]}),
    }.items():
        yield bad(f"shape.batch-object/{kind}", text_of(value), kind=f"a body that is {kind}")
    odd = {
        "one entry": one,
        "an object with the key 0": {"0": one},
        "an object with the key 0 and a length": {"0": one, "length": 1},
        "an array as a string": json.dumps([one]),
    }
    for kind, orders in odd.items():
        yield bad(f"shape.orders-array/{kind}", text_of({"orders": orders}), kind=f"orders that is {kind}")
    long_s = "order\u017f"  # it folds to an s
    named = ("Orders", "ORDERS", "order", "orders ", " orders", "orders[]", "cancelOrders", long_s)
    yield bad("shape.names/Orders", text_of({key: [one] for key in named}), kind="Orders and the like for orders")


def _texts(seed: int) -> Iterator[Plan]:
    for kind, body in texts.not_json(_id(seed, "shape.not-json"), MARKET):
        yield bad(f"shape.not-json/{kind}", body, kind=kind)
    form = f"orders[0][orderId]={_id(seed, 'shape.form')}&orders[0][marketSlug]={MARKET}".encode()
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    yield bad("shape.not-json/a form", form, kind="a form of HTML", headers=headers, answers=(400, 415))
    for kind, raw in texts.NOT_UTF_8.items():
        name = f"shape.not-utf-8/{kind}"
        body = body_of([entry(_id(seed, name) + "@")]).replace(b"@", raw)
        yield bad(name, body, kind=f"an orderId with {kind}")
    name = "shape.not-utf-8/elsewhere"
    body = text_of({"orders": [entry(_id(seed, name))], "comment": "@"}).replace(b"@", b"\xff")
    yield bad(name, body, kind="a byte that no character has in an unknown member")


def spellings(seed: int) -> Iterator[Plan]:
    """Batches that are written otherwise and say the same, each of its own size; `isolation` sends them at once."""
    name = "shape.white-space/everywhere"
    spaced = texts.spaced(fresh_ids(seed, name, 13), MARKET)
    yield plan(name, spaced, kind="white space between and around tokens", probes=SIZE)
    name = "shape.member-order/turned"
    rows = [entry(each) for each in fresh_ids(seed, name, 19)]
    turned = [dict(reversed(row.items())) if index % 3 != 1 else row for index, row in enumerate(rows)]
    yield plan(name, body_of(turned), kind="marketSlug before orderId in some entries", probes=SIZE)
    name = "shape.escaped-names/all"
    orders, order_id = texts.escaped("o") + "rders", "order" + texts.escaped("I", upper=True) + "d"
    slug = "m" + texts.escaped("a") + "rketSlug"
    written = (f'{{"{order_id}":"{each}","{slug}":"{MARKET}"}}' for each in fresh_ids(seed, name, 7))
    body = f'{{"{orders}":[{",".join(written)}]}}'
    yield plan(name, body.encode(), kind="member names written with escapes", probes=SIZE)


def _escapes(seed: int) -> Plan:
    name = "shape.escapes/values"
    first, second, third, fourth = fresh_ids(seed, name, 4)
    body = (
        f'{{"orders":[{{"orderId":"{texts.escaped(first)}","marketSlug":"{MARKET}"}},'
        f'{{"orderId":"{second[:3]}{texts.escaped(second[3:], upper=True)}","marketSlug":"{MARKET}"}},'
        f'{{"orderId":"{third[:-1]}{texts.escaped(third[-1])}","marketSlug":"{MARKET}"}},'
        f'{{"orderId":"{fourth[:8]}{texts.escaped(fourth[8])}{fourth[9:]}","marketSlug":"{MARKET}"}}]}}'
    )
    return plan(name, body.encode(), kind="ids written with escapes")


def _strings() -> Iterator[Plan]:
    for kind, ids in identifiers.PLAIN.items():
        yield batch(f"shape.plain-ids/{kind}", ids, kind=kind, probes=("echo.verbatim",))
    # whoever honours the wish for Latin-1 answers in what is not JSON
    headers = (JSON_TYPE, ("Accept-Charset", "iso-8859-1"))
    for kind, (clauses, odd) in identifiers.ODD.items():
        first, *others = (f"shape.{each}" for each in clauses)
        slugs = {identifiers.SURROGATES[0]: identifiers.SURROGATES[0]}
        rows = [entry(each, slugs.get(each, MARKET)) for each in odd]
        probes, body = ("echo.odd-strings", *others), body_of(rows)
        framing = Framing.SPLIT if odd is identifiers.UNICODE else Framing.LENGTH  # a reader meets half a character
        yield asked(f"{first}/{kind}", body, kind=kind, headers=headers, probes=probes, framing=framing)


def _markets(seed: int) -> Iterator[Plan]:
    name = "shape.unknown-market/one"
    slug = _id(seed, name)
    alone = asked(name, body_of([entry(_id(seed, name), slug)]), kind="a market that nobody has")
    name, slugs = "shape.odd-slugs/all", (*identifiers.SLUGS, *identifiers.ODD_SLUGS)
    body = body_of([entry(*pair) for pair in zip(fresh_ids(seed, name, len(slugs)), slugs, strict=True)])
    probes = ("shape.empty-slugs", "shape.plain-slugs")
    yield asked(name, body, kind="slugs of every kind, plain, odd and empty", probes=probes)
    name = "shape.markets-together/three"
    markets = ("{{market.0}}", "{{market.1}}", slug)  # the target's own are taken alone by other plans
    ids = fresh_ids(seed, name, 7)
    together = [entry(each, markets[index % 3]) for index, each in enumerate(ids)]
    together[0], together[3] = entry_of("a"), entry_of("b")  # before and behind the market that nobody has
    own = tuple(OrderNeed(each, fate="either", optional=True) for each in ("a", "b"))
    whole = asked(name, body_of(together), kind="markets that are each taken alone, together", orders=own)
    yield with_prelude(whole, alone)


def _repeated_members(seed: int) -> Iterator[Plan]:
    clause = "shape.which-member"
    for kind, members in {
        "orderId twice, the second a number": '"orderId":"{id}","orderId":7',
        "orderId twice, the first a number": '"orderId":7,"orderId":"{id}"',
    }.items():
        name = f"{clause}/{kind}"
        body = f'{{"orders":[{{{members.format(id=_id(seed, name))},"marketSlug":"{MARKET}"}}]}}'.encode()
        yield asked(name, body, kind=kind, probes=("shape.repeated-member",))
    name = f"{clause}/two arrays"
    first, second = body_of([entry(_id(seed, name))])[1:-1], body_of([{"orderId": _id(seed, f"{name}, second")}])[1:-1]
    kind = "orders twice, in the second of them no marketSlug"
    yield asked(name, b"{" + first + b"," + second + b"}", kind=kind, probes=("shape.repeated-member",))
    name, order = f"{clause}/two ids", OrderNeed("a", fate="any")
    slug = f'"marketSlug":"{{{{market.{order.name}}}}}"'
    body = f'{{"orders":[{{"orderId":"{{{{order.{order.name}}}}}","orderId":"{_id(seed, name)}",{slug}}}]}}'.encode()
    kind = "orderId twice, first that of an open order, then one that nobody has"
    yield asked(name, body, kind=kind, orders=(order,), probes=("shape.repeated-member",))


def _questions(seed: int) -> Iterator[Plan]:
    def one(name: str) -> dict[str, Any]:
        return entry(_id(seed, f"shape.{name}"))

    def text(name: str) -> str:
        return body_of([one(name)]).decode()

    more = text_of({"orders": [one("more") | {"side": "BUY"}], "comment": "x"})
    name, probes = "shape.unknown-members/both", ("shape.unknown-entry-members",)
    yield asked(name, more, kind="an unknown member in the batch and in its entry", probes=probes)
    snake = {"order_id": _id(seed, "shape.snake"), "market_slug": MARKET}
    yield asked("shape.snake-case/both", body_of([snake]), kind="order_id and market_slug")
    marked = b"\xef\xbb\xbf" + text("mark").encode()
    yield asked("shape.byte-order-mark/one", marked, kind="a byte order mark")
    yield asked("shape.utf-16/one", text("utf-16").encode("utf-16"), kind="UTF-16")
    for depth in (900, 10_000):  # what most readers bear, and what few do
        deep = text(f"deep {depth}")[:-1] + ',"x":' + "[" * depth + "]" * depth + "}"
        kind = f"{depth:,} arrays in each other in an unknown member"
        yield asked(f"shape.deep-nesting/{depth}", deep.encode(), kind=kind)
    for kind, members in {  # many refuse so many digits, and read no further
        "5,000 digits in an unknown member": '"x":' + "9" * 5000,
        "huge exponents in unknown members": '"x":1e400,"y":1e999999,"z":-1e-999999',
    }.items():
        huge = text(kind)[:-1] + f",{members}}}"
        yield asked(f"shape.huge-numbers/{kind}", huge.encode(), kind=kind)


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
