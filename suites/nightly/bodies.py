"""Bodies as Hypothesis strategies: sizes, malformed entries anywhere, names otherwise spelt, repeats, markets, odd ids.

An id begins with `nobody-`, or has 25 digits at least: no exchange has assigned it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st

from contracts.document import size_max
from suites.nightly.drafts import Draft
from suites.strategies import identifiers
from suites.strategies.batches import MARKET, body_of, entry, text_of

FULL = size_max()
EDGES = (1, 2, 2, 3, FULL - 1, FULL, FULL)
OVER = (FULL + 1, FULL + 1, FULL + 2, 2 * FULL, 64, 100, 255, 256, 257, 276, 513, 1000, 1025)
MARKETS = ("{{market.0}}", "{{market.1}}", "{{market.2}}")
ID_MAX = 96
"""Characters of a drawn id that must be plain: a tag is put in front of it."""
PLAIN = "ABCXYZabcxyz0123456789._:-"
NAMES = ("orders", "orderId", "marketSlug")
LIKE = {
    "orders": ("order", "Orders", "orders[]", "orderList", "order_ids", "orderIds", "items", "ORDERS"),
    "orderId": ("id", "orderid", "OrderID", "orderID", "order-id", "ordId", "clientOrderId", "order id", "oid"),
    "marketSlug": ("slug", "market", "marketslug", "MarketSlug", "market-slug", "symbol", "marketSlugs", "market_id"),
}
FOLDED = str.maketrans({"k": "\u212a", "s": "\u017f", "i": "\u0131", "o": "\u043e", "e": "\u0435"})
SCALARS = (
    st.none()
    | st.booleans()
    | st.sampled_from((0, -0.0, 1, -1, 7, 2**53 + 1, 2**63, 2**64, 10**30, 0.5, 1e300, -(2**63)))
    | st.integers(-(10**6), 10**6)
    | st.sampled_from(("", "0", "null", "nobody-x", "[]", "{}"))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("0", "id", "a")), inner, max_size=2),
    max_leaves=4,
)


CHANCE = st.binary(min_size=8, max_size=8).map(Random)
"""One draw that seeds all choices of a plan: each of Hypothesis' own costs a hundred times as much.

It is asked for what it knows better: texts, nested values, and numbers where their edges matter. Its own `randoms` note
every call, for a shrinking that does not happen here.
"""
ALIKE = ("{:02}", "x{:02}", "x-{:02}", "{:02}.0", "0{:02}", "{:02}e1", "{:02}-" + "y" * 60, "?", "?", "long")


def size(chance: Random) -> int:
    """How many entries a lawful batch has: any number, or one near an edge, as often."""
    return chance.choice((chance.choice(EDGES), chance.randint(1, FULL)))


def ids(chance: Random, count: int) -> list[str]:
    """So many plain ids, all different: short or long, sorted or not, alike or not."""
    form = chance.choice(ALIKE)
    if form not in ("?", "long"):
        return ["nobody-" + form.format(n) for n in chance.sample(range(count), count)]
    found: dict[str, None] = {}
    while len(found) < count:
        length = chance.randint(0, 8) if form == "?" else chance.randint(ID_MAX - 20, ID_MAX - 16)
        found["nobody-" + "".join(chance.choices(PLAIN, k=length))] = None
    return list(found)


@st.composite
def batches(draw: st.DrawFn) -> Draft:
    """Lawful batches: sizes, markets and spellings."""
    chance = draw(CHANCE)
    count = size(chance)
    names = ids(chance, count)
    pick = chance.choice(("one", "turns", "any"))
    markets = (
        [MARKET] * count
        if pick == "one"
        else [MARKETS[n % 3] for n in range(count)]
        if pick == "turns"
        else chance.choices(MARKETS, k=count)
    )
    rows = [entry(*pair) for pair in zip(names, markets, strict=True)]
    spelling = chance.choice(("plainly", "turned", "spaced", "escaped values", "escaped names"))
    if spelling == "plainly":
        return Draft(body_of(rows), clause="" if pick == "one" else "echo.order", kind="" if pick == "one" else MIXED)
    return Draft(_written(chance, rows, spelling), KINDS[spelling], CLAUSES[spelling])


MIXED = "entries of the target's own markets, mixed"
KINDS = {
    "turned": "marketSlug before orderId in some entries",
    "spaced": "white space between and around tokens",
    "escaped values": "ids written with escapes",
    "escaped names": "member names written with escapes",
}
CLAUSES = {
    "turned": "shape.member-order",
    "spaced": "shape.white-space",
    "escaped values": "shape.escapes",
    "escaped names": "shape.escaped-names",
}


def _written(chance: Random, rows: Sequence[dict[str, Any]], spelling: str) -> bytes:
    """A batch of these entries, written in another way."""
    if spelling == "turned":
        return body_of([dict(reversed(row.items())) if chance.randrange(2) else row for row in rows])
    rate = chance.choice((2, 5, 20))

    def gap() -> str:
        return "".join(chance.choices(" \t\r\n", k=chance.randint(1, 3))) if not chance.randrange(rate) else ""

    def escaped(text: str) -> str:
        form = chance.choice(("\\u%04x", "\\u%04X"))
        return "".join(form % ord(char) if not chance.randrange(rate) else char for char in text)

    def token(text: str) -> str:
        return gap() + text + gap() if spelling == "spaced" else text

    def name(text: str) -> str:
        return token(f'"{escaped(text) if spelling == "escaped names" else text}"')

    def value(text: str) -> str:
        keep = spelling != "escaped values" or "{{" in text
        mark = "" if keep else text[: len("nobody-")]  # a tag is put behind it
        return token(json.dumps(text) if keep else f'"{mark}{escaped(text[len(mark) :])}"')

    entries = token(",").join(
        token("{") + token(",").join(name(each) + token(":") + value(row[each]) for each in row) + token("}")
        for row in rows
    )
    return (token("{") + name("orders") + token(":") + token("[") + entries + token("]") + token("}")).encode()


@st.composite
def sizes(draw: st.DrawFn) -> Draft:
    """Batches that are empty or too large: of different ids, of few ids, of several markets."""
    chance = draw(CHANCE)
    count = chance.choice(OVER)
    if not chance.randrange(13):
        extra: dict[str, Any] = chance.choice(({}, {"comment": "x"}, {"order": []}))
        return Draft(text_of({"orders": [], **extra}), kind="a batch of 0")
    distinct = chance.choice((count, count, FULL, 1, count - 1))
    markets = chance.choice(((MARKET,), MARKETS))
    return Draft(body_of([entry(f"nobody-{n % distinct}", markets[n % len(markets)]) for n in range(count)]))


@st.composite
def malformed(draw: st.DrawFn) -> Draft:
    """One bad entry among good ones, or alone; or a bad batch around good entries."""
    chance = draw(CHANCE)
    count = size(chance)
    rows: list[Any] = [entry(each, MARKETS[n % 3]) for n, each in enumerate(ids(chance, count))]
    place = chance.choice((chance.choice((0, count // 2, count - 1)), chance.randrange(count)))
    what = chance.choice(("id", "id", "slug", "slug", "entry", "less", "orders", "batch"))
    value = None if what == "less" else draw(VALUES)
    if what == "orders":
        return Draft(text_of({"orders": value}))
    if what == "batch":
        return Draft(text_of(value))
    row = rows[place]
    if what == "less":
        gone = chance.choice(("orderId", "marketSlug", "both"))
        rows[place] = {name: each for name, each in row.items() if gone not in (name, "both")}
        return Draft(body_of(rows), kind="an empty entry" if gone == "both" else f"an entry without {gone}")
    rows[place] = {"id": row | {"orderId": value}, "slug": row | {"marketSlug": value}, "entry": value}[what]
    return Draft(body_of(rows))


@st.composite
def names(draw: st.DrawFn) -> Draft:
    """One member's name in another spelling, in one entry or in all."""
    chance = draw(CHANCE)
    name = chance.choice(NAMES)
    other = _respelt(chance, name)
    count = chance.choice((1, 1, 2, FULL))
    rows = [entry(f"nobody-{n:02}") for n in range(count)]
    if name == "orders":
        return Draft(text_of({other: rows}), kind=f"another spelling of {name}")
    place = chance.randrange(count)
    rows[place] = {other if each == name else each: value for each, value in rows[place].items()}
    return Draft(body_of(rows), kind=f"another spelling of {name}")


def _respelt(chance: Random, name: str) -> str:
    how = chance.choice(("like", "cased", "around", "folded", "inside"))
    if how == "like":
        return chance.choice(LIKE[name])
    if how == "cased":
        return "".join(char.swapcase() if chance.randrange(2) else char for char in name)
    if how == "around":
        return chance.choice(BEFORE) + name + chance.choice(BEHIND)
    if how == "folded":
        return chance.choice((name.translate(FOLDED), unicodedata.normalize("NFKD", name.title()), name.upper()))
    at = chance.randrange(1, len(name))
    return name[:at] + chance.choice(("_", "-", " ", ".", "\u200b", "")) + name[at:]


BEFORE = ("", " ", "\t", "\u00a0", "$", "@", ".")
BEHIND = ("", " ", "\x00", "s", "1", "[]")


ODD = st.sampled_from(
    tuple(dict.fromkeys((*identifiers.UNICODE, *identifiers.MARKUP, *identifiers.CONTROL, *identifiers.BLANK)))
) | st.text(max_size=12)
NUMERIC = st.tuples(
    st.sampled_from(("", "0", "-", "+", "00")),
    st.integers(10**24, 10**40).map(str),
    st.sampled_from(("", ".0", ".", "e1", "E+2", "n", "L", "_0")),
).map("".join)
ODD_IDS = tuple(
    (kind, st.lists(odd, min_size=1, max_size=5, unique=True))
    for kind, odd in (
        ("ids with odd characters", ODD.map(lambda text: f"nobody-{text}")),
        ("ids with odd characters", ODD.map(lambda text: f"{text}nobody-")),
        ("ids of digits", NUMERIC),
        ("long ids", st.integers(1, 3000).map(lambda n: "nobody-" + "l" * n)),
    )
)


@st.composite
def odd_ids(draw: st.DrawFn) -> Draft:
    """Ids of every kind among plain ones: Unicode, markup, control characters, long ones, digits."""
    chance = draw(CHANCE)
    kind, some = chance.choice(ODD_IDS)
    count = size(chance)
    found = draw(some)[:count]
    mixed = [*found, *(f"nobody-{n:02}" for n in range(count - len(found)))]
    chance.shuffle(mixed)
    return Draft(body_of([entry(each) for each in mixed]), kind=kind)


@st.composite
def repeats(draw: st.DrawFn) -> Draft:
    """Ids that stand twice or more often, near and far, with the same market or another."""
    chance = draw(CHANCE)
    count = chance.randint(2, FULL)
    distinct = chance.choice((count - 1, chance.randint(1, count - 1)))
    order = [*range(distinct), *chance.choices(range(distinct), k=count - distinct)]
    chance.shuffle(order)
    markets = chance.choice(((MARKET,), MARKETS))
    rows = [entry(f"nobody-{n:02}", markets[at % len(markets)]) for at, n in enumerate(order)]
    return Draft(body_of(rows), kind="ids that stand several times")


UNKNOWN = st.dictionaries(
    st.text(max_size=6) | st.sampled_from(("__proto__", "constructor", "$ref", "length")), VALUES, max_size=2
)


@st.composite
def members(draw: st.DrawFn) -> Draft:
    """Members that nobody knows, and members that stand twice."""
    chance, more = draw(CHANCE), draw(UNKNOWN)
    rows: list[Any] = [entry(f"nobody-{n}") for n in range(chance.choice((1, 2, FULL)))]
    if not chance.randrange(3):
        return _twice(chance, rows)
    if chance.randrange(2):
        return Draft(text_of({**more, "orders": rows}), kind="unknown members")
    rows[-1] = {**more, **rows[-1]}
    return Draft(body_of(rows), kind="unknown members")


def _twice(chance: Random, rows: Sequence[dict[str, Any]]) -> Draft:
    """A member that stands twice: once as it has to be, and once, before or behind, as something else."""
    name = chance.choice(NAMES)
    value = rows if name == "orders" else rows[-1][name]
    over = [entry(f"nobody-{n}b") for n in range(chance.choice((1, FULL, FULL + 1, 3 * FULL)))]
    other: Any = chance.choice((None, 7, "nobody-b", [], {}, over if name == "orders" else "nobody-c"))
    pairs = [(name, value), (name, other)][:: chance.choice((1, -1))]
    both = b",".join(b'"%b":%b' % (each.encode(), text_of(what)) for each, what in pairs)
    if name == "orders":
        return Draft(b"{%b}" % both, kind="orders, which stands twice")
    rest = {each: what for each, what in rows[-1].items() if each != name}
    last = b"{%b,%b" % (both, text_of(rest)[1:])
    body = b'{"orders":[%b]}' % b",".join([*map(text_of, rows[:-1]), last])
    return Draft(body, kind=f"{name}, which stands twice")
