"""What a batch is: an object with orders, entries with orderId and marketSlug, in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import JSON_TYPE, Label, Plan
from suites.face import Gate
from suites.strategies import entries, identifiers, schema, texts
from suites.strategies.batches import MARKET, asked, bad, batch, body_of, entry, fresh_ids, plan, text_of, with_prelude


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans: types, names and presence, then JSON, then strings, then what the document leaves open."""
    known = list(schema.coverage_plans(seed))
    wanted = (each for each in known if each.kind not in schema.LEFT_TO_THE_NIGHT)
    yield from (each for each in wanted if not each.clause.startswith("size."))
    kinds = {each.kind for each in known}
    yield from (each for each in (*_bodies(seed), *_alone(seed)) if each.kind not in kinds)
    yield from schema.drawn_plans(seed)
    yield from _texts(seed)
    yield from _spellings(seed)
    yield from _strings()
    yield from _markets(seed)
    yield from _repeated_members(seed)
    yield from _questions(seed)


def _id(seed: int, name: str) -> str:
    return fresh_ids(seed, name, 1)[0]


def _bodies(seed: int) -> Iterator[Plan]:
    one = entry(_id(seed, "shape.bodies"))
    yield bad("shape.body-present/blank", b" \r\n\t", kind="a body of white space")
    for kind, value in {
        "an array of entries": [one],
        "a batch in an array": [{"orders": [one]}],
        "a batch as a string": json.dumps({"orders": [one]}),
    }.items():
        yield bad(f"shape.batch-object/{kind}", text_of(value), kind=f"a body that is {kind}")
    odd = {"one entry": one, "an object with the key 0": {"0": one}, "an array as a string": json.dumps([one])}
    for kind, orders in odd.items():
        yield bad(f"shape.orders-array/{kind}", text_of({"orders": orders}), kind=f"orders that is {kind}")
    common = {"marketSlug": MARKET, "orders": [{"orderId": one["orderId"]}]}
    yield bad("shape.orders-present/one-entry", text_of(one), kind="an entry in the place of a batch")
    yield bad("shape.slug-present/common", text_of(common), kind="one marketSlug beside orders for all entries")
    yield bad(
        "shape.orders-present/wrapped", text_of({"request": {"orders": [one]}}), kind="a batch in a member request"
    )
    for name in ("Orders", "orders[]"):
        yield bad(f"shape.names/{name}", text_of({name: [one]}), kind=f"{name!a} in the place of orders")


def _alone(seed: int) -> Iterator[Plan]:
    """Each kind of malformed entry in a batch of its own."""
    for each in entries.ALONE:
        name = f"{each.clause}/{each.kind}"
        body = body_of([each.make(_id(seed, name))])
        yield bad(name, body, kind=each.kind, position="alone")


def _texts(seed: int) -> Iterator[Plan]:
    for kind, body in texts.not_json(_id(seed, "shape.not-json"), MARKET):
        yield bad(f"shape.not-json/{kind}", body, kind=kind)
    for kind, raw in texts.NOT_UTF_8.items():
        name = f"shape.not-utf-8/{kind}"
        body = body_of([entry(_id(seed, name) + "@")]).replace(b"@", raw)
        yield bad(name, body, kind=f"an orderId with {kind}")


def _spellings(seed: int) -> Iterator[Plan]:
    name = "shape.white-space/everywhere"
    yield plan(name, texts.spaced(fresh_ids(seed, name, 3), MARKET), kind="white space between and around tokens")
    name = "shape.member-order/turned"
    a, b, c = fresh_ids(seed, name, 3)
    turned = [{"marketSlug": MARKET, "orderId": a}, entry(b), {"marketSlug": MARKET, "orderId": c}]
    yield plan(name, body_of(turned), kind="marketSlug before orderId in some entries")
    name = "shape.escapes/values"
    first, second, third, fourth = fresh_ids(seed, name, 4)
    body = (
        f'{{"orders":[{{"orderId":"{texts.escaped(first)}","marketSlug":"{MARKET}"}},'
        f'{{"orderId":"{second[:3]}{texts.escaped(second[3:], upper=True)}","marketSlug":"{MARKET}"}},'
        f'{{"orderId":"{third[:-1]}{texts.escaped(third[-1])}","marketSlug":"{MARKET}"}},'
        f'{{"orderId":"{fourth[:8]}{texts.escaped(fourth[8])}{fourth[9:]}","marketSlug":"{MARKET}"}}]}}'
    )
    yield plan(name, body.encode(), kind="ids written with escapes")
    name = "shape.escaped-names/all"
    orders, order_id = texts.escaped("o") + "rders", "order" + texts.escaped("I", upper=True) + "d"
    slug = "m" + texts.escaped("a") + "rketSlug"
    body = f'{{"{orders}":[{{"{order_id}":"{_id(seed, name)}","{slug}":"{MARKET}"}}]}}'
    yield plan(name, body.encode(), kind="member names written with escapes")


def _strings() -> Iterator[Plan]:
    for kind, ids in identifiers.PLAIN.items():
        yield batch(f"shape.plain-ids/{kind}", ids, kind=kind, probes=("echo.verbatim",))
    asked_for: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("unicode-ids", "ids outside ASCII", identifiers.UNICODE),
        ("unicode-ids", "ids of Latin-1", identifiers.LATIN),
        ("markup-ids", "ids with markup and punctuation", identifiers.MARKUP),
        ("control-ids", "ids with control characters", identifiers.CONTROL),
        ("blank-ids", "ids that are or hold white space", identifiers.BLANK),
        ("surrogate-ids", "ids with the escape of a lone surrogate", identifiers.SURROGATES),
        ("long-ids", "ids of more than 128 characters", identifiers.LONG),
        ("empty-strings", "an empty orderId", ("",)),
    )
    for clause, kind, odd in asked_for:
        body = body_of([entry(each) for each in odd])
        # whoever honours the wish for Latin-1 answers in what is not JSON
        headers = (JSON_TYPE, ("Accept-Charset", "iso-8859-1")) if clause == "unicode-ids" else (JSON_TYPE,)
        yield asked(f"shape.{clause}/{kind}", body, kind=kind, headers=headers, probes=("echo.odd-strings",))


def _markets(seed: int) -> Iterator[Plan]:
    name = "shape.unknown-market/one"
    slug = _id(seed, name)
    yield asked(name, body_of([entry(_id(seed, name), slug)]), kind="a market that nobody has")
    name = "shape.plain-slugs/all"
    ids = fresh_ids(seed, name, len(identifiers.SLUGS))
    body = body_of([entry(*pair) for pair in zip(ids, identifiers.SLUGS, strict=True)])
    yield plan(name, body, kind="slugs of lower-case letters, digits and -", label=Label.OPEN, answers=(200, 400))
    yield asked(
        "shape.empty-slugs/one", body_of([entry(_id(seed, "shape.empty-slugs"), "")]), kind="an empty marketSlug"
    )
    name = "shape.odd-slugs/all"
    ids = fresh_ids(seed, name, len(identifiers.ODD_SLUGS))
    body = body_of([entry(*pair) for pair in zip(ids, identifiers.ODD_SLUGS, strict=True)])
    yield asked(name, body, kind="slugs of other characters")
    name = "shape.markets-together/three"
    markets = ("{{market.0}}", "{{market.1}}", slug)  # the first is taken alone by every other plan
    alone = [
        asked(f"shape.markets-together/alone-{n}", body_of([entry(_id(seed, f"{name}{n}"), market)]), kind="one market")
        for n, market in enumerate(markets[1:])
    ]
    ids = fresh_ids(seed, name, 7)
    together = [entry(each, markets[index % 3]) for index, each in enumerate(ids)]
    whole = asked(name, body_of(together), kind="markets that are each taken alone, together")
    yield with_prelude(whole, *alone)


def _repeated_members(seed: int) -> Iterator[Plan]:
    def orders(first: str, second: str) -> bytes:
        return f'{{"orders":{first},"orders":{second}}}'.encode()

    def listed(name: str, count: int) -> str:
        return json.dumps([entry(each) for each in fresh_ids(seed, name, count)], separators=(",", ":"))

    clause = "shape.which-member"
    lawful, over = listed(f"{clause}/a", 2), listed(f"{clause}/c", 21)
    for kind, body in {
        "orders twice, the second too long": orders(lawful, over),
        "orders twice, the first too long": orders(over, lawful),
    }.items():
        yield asked(f"{clause}/{kind}", body, kind=kind, probes=("shape.repeated-member",))
    first = _id(seed, f"{clause}/d")
    for kind, members in {
        "orderId twice, the second a number": f'"orderId":"{first}","orderId":7',
        "orderId twice, the first a number": f'"orderId":7,"orderId":"{first}"',
    }.items():
        body = f'{{"orders":[{{{members},"marketSlug":"{MARKET}"}}]}}'.encode()
        yield asked(f"{clause}/{kind}", body, kind=kind, probes=("shape.repeated-member",))


def _questions(seed: int) -> Iterator[Plan]:
    one = entry(_id(seed, "shape.questions"))
    text = body_of([one]).decode()
    yield asked("shape.unknown-members/one", text_of({"orders": [one], "comment": "x"}), kind="an unknown member")
    yield asked(
        "shape.unknown-entry-members/one", body_of([one | {"side": "BUY"}]), kind="an unknown member in an entry"
    )
    snake = {"order_id": one["orderId"], "market_slug": MARKET}
    yield asked("shape.snake-case/both", body_of([snake]), kind="order_id and market_slug")
    a, b, c = fresh_ids(seed, "shape.repeated-id", 3)
    yield asked("shape.repeated-id/near-and-far", body_of([entry(each) for each in (a, b, b, c, a)]), kind="ids twice")
    yield asked("shape.byte-order-mark/one", b"\xef\xbb\xbf" + text.encode(), kind="a byte order mark")
    yield asked("shape.utf-16/one", text.encode("utf-16"), kind="UTF-16")
    yield asked("shape.utf-32/one", text.encode("utf-32"), kind="UTF-32")
    deep = text[:-1] + ',"x":' + "[" * 10_000 + "]" * 10_000 + "}"
    yield asked("shape.deep-nesting/10000", deep.encode(), kind="10,000 arrays in each other in an unknown member")
    huge = text[:-1] + ',"x":' + "9" * 5000 + ',"y":1e999999,"z":-1e-999999}'
    yield asked("shape.huge-numbers/all", huge.encode(), kind="huge numbers in unknown members")


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
