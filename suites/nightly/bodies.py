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
SIZES = st.sampled_from((1, 2, 2, 3, FULL - 1, FULL, FULL)) | st.integers(1, FULL)
OVER = st.sampled_from((FULL + 1, FULL + 1, FULL + 2, 2 * FULL, 64, 100, 255, 256, 257, 276, 513, 1000, 1025))
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


CHANCE = st.randoms(use_true_random=True)
"""One draw that seeds many cheap ones: Hypothesis spends a tenth of a millisecond on each of its own."""


def ids(count: int) -> st.SearchStrategy[list[str]]:
    """So many plain ids, all different: short or long, sorted or not, alike or not."""
    return st.tuples(st.sampled_from(ALIKE), CHANCE).map(lambda both: _ids(*both, count))


ALIKE = ("{:02}", "x{:02}", "x-{:02}", "{:02}.0", "0{:02}", "{:02}e1", "{:02}-" + "y" * 60, "?", "?", "long")


def _ids(form: str, chance: Random, count: int) -> list[str]:
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
    count = draw(SIZES)
    names = draw(ids(count))
    pick = draw(st.sampled_from(("one", "turns", "any")))
    markets = (
        [MARKET] * count
        if pick == "one"
        else [MARKETS[n % 3] for n in range(count)]
        if pick == "turns"
        else draw(CHANCE).choices(MARKETS, k=count)
    )
    rows = [entry(*pair) for pair in zip(names, markets, strict=True)]
    spelling = draw(st.sampled_from(("plainly", "turned", "spaced", "escaped values", "escaped names")))
    if spelling == "plainly":
        return Draft(body_of(rows), clause="" if pick == "one" else "echo.order", kind="" if pick == "one" else MIXED)
    return Draft(draw(written(rows, spelling)), KINDS[spelling], CLAUSES[spelling])


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


@st.composite
def written(draw: st.DrawFn, rows: Sequence[dict[str, Any]], spelling: str) -> bytes:
    """A batch of these entries, written in another way."""
    if spelling == "turned":
        chance = draw(CHANCE)
        return body_of([dict(reversed(row.items())) if chance.randrange(2) else row for row in rows])
    rate = draw(st.sampled_from((2, 5, 20)))
    chance = draw(CHANCE)

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
    count = draw(OVER)
    if draw(st.integers(0, 12)) == 0:
        extra: dict[str, Any] = draw(st.sampled_from(({}, {"comment": "x"}, {"order": []})))
        return Draft(text_of({"orders": [], **extra}), kind="a batch of 0")
    distinct = draw(st.sampled_from((count, count, FULL, 1, count - 1)))
    rows = [entry(f"nobody-{n % distinct}", MARKETS[n % 3]) for n in range(count)]
    body = body_of(rows if draw(st.booleans()) else [each | {"marketSlug": MARKET} for each in rows])
    return Draft(body)


@st.composite
def malformed(draw: st.DrawFn) -> Draft:
    """One bad entry among good ones, or alone; or a bad batch around good entries."""
    count = draw(SIZES)
    rows: list[Any] = [entry(each, MARKETS[n % 3]) for n, each in enumerate(draw(ids(count)))]
    place = draw(st.sampled_from((0, count // 2, count - 1)) | st.integers(0, count - 1))
    what = draw(st.sampled_from(("id", "id", "slug", "slug", "entry", "less", "orders", "batch")))
    value = draw(VALUES)
    if what == "orders":
        return Draft(text_of({"orders": value}))
    if what == "batch":
        return Draft(text_of(value))
    row = rows[place]
    if what == "less":
        gone = draw(st.sampled_from(("orderId", "marketSlug", "both")))
        rows[place] = {name: each for name, each in row.items() if gone not in (name, "both")}
        return Draft(body_of(rows), kind="an empty entry" if gone == "both" else f"an entry without {gone}")
    rows[place] = {"id": row | {"orderId": value}, "slug": row | {"marketSlug": value}, "entry": value}[what]
    return Draft(body_of(rows))


@st.composite
def names(draw: st.DrawFn) -> Draft:
    """One member's name in another spelling, in one entry or in all."""
    name = draw(st.sampled_from(NAMES))
    other = draw(st.sampled_from(LIKE[name]) | _respelt(name))
    count = draw(st.sampled_from((1, 1, 2, FULL)))
    rows = [entry(f"nobody-{n:02}") for n in range(count)]
    if name == "orders":
        return Draft(text_of({other: rows}), kind=f"another spelling of {name}")
    place = draw(st.integers(0, count - 1))
    rows[place] = {other if each == name else each: value for each, value in rows[place].items()}
    return Draft(body_of(rows), kind=f"another spelling of {name}")


def _respelt(name: str) -> st.SearchStrategy[str]:
    cased = st.lists(st.booleans(), min_size=len(name), max_size=len(name)).map(
        lambda flips: "".join(char.swapcase() if flip else char for char, flip in zip(name, flips, strict=True))
    )
    around = st.tuples(
        st.sampled_from(("", " ", "\t", "\u00a0", "$", "@", ".")), st.sampled_from(("", " ", "\x00", "s", "1", "[]"))
    )
    folded = st.sampled_from((name.translate(FOLDED), unicodedata.normalize("NFKD", name.title()), name.upper()))
    inside = st.integers(1, len(name) - 1).flatmap(
        lambda at: st.sampled_from(("_", "-", " ", ".", "\u200b", "")).map(lambda text: name[:at] + text + name[at:])
    )
    return cased | around.map(lambda ends: ends[0] + name + ends[1]) | folded | inside


ODD = st.sampled_from(
    tuple(dict.fromkeys((*identifiers.UNICODE, *identifiers.MARKUP, *identifiers.CONTROL, *identifiers.BLANK)))
) | st.text(max_size=12)
NUMERIC = st.tuples(
    st.sampled_from(("", "0", "-", "+", "00")),
    st.integers(10**24, 10**40).map(str),
    st.sampled_from(("", ".0", ".", "e1", "E+2", "n", "L", "_0")),
).map("".join)


@st.composite
def odd_ids(draw: st.DrawFn) -> Draft:
    """Ids of every kind among plain ones: Unicode, markup, control characters, long ones, digits."""
    kind, odd = draw(
        st.sampled_from(
            (
                ("ids with odd characters", ODD.map(lambda text: f"nobody-{text}")),
                ("ids with odd characters", ODD.map(lambda text: f"{text}nobody-")),
                ("ids of digits", NUMERIC),
                ("long ids", st.integers(1, 3000).map(lambda n: "nobody-" + "l" * n)),
            )
        )
    )
    count = draw(SIZES)
    found = draw(st.lists(odd, min_size=1, max_size=min(count, 5), unique=True))
    plain = [f"nobody-{n:02}" for n in range(count - len(found))]
    draw(CHANCE).shuffle(mixed := [*found, *plain])
    return Draft(body_of([entry(each) for each in mixed]), kind=kind)


@st.composite
def repeats(draw: st.DrawFn) -> Draft:
    """Ids that stand twice or more often, near and far, with the same market or another."""
    count = draw(st.integers(2, FULL))
    distinct = draw(st.integers(1, count - 1) | st.just(count - 1))
    chance = draw(CHANCE)
    order = [*range(distinct), *chance.choices(range(distinct), k=count - distinct)]
    chance.shuffle(order)
    markets = draw(st.sampled_from(((MARKET,), MARKETS)))
    rows = [entry(f"nobody-{n:02}", markets[at % len(markets)]) for at, n in enumerate(order)]
    return Draft(body_of(rows), kind="ids that stand several times")


@st.composite
def members(draw: st.DrawFn) -> Draft:
    """Members that nobody knows, and members that stand twice."""
    more = draw(
        st.dictionaries(
            st.text(max_size=6) | st.sampled_from(("__proto__", "constructor", "$ref", "length")), VALUES, max_size=2
        )
    )
    rows: list[Any] = [entry(f"nobody-{n}") for n in range(draw(st.sampled_from((1, 2, FULL))))]
    if draw(st.booleans()):
        return Draft(text_of({**more, "orders": rows}), kind="unknown members")
    rows[-1] = {**more, **rows[-1]}
    return Draft(body_of(rows), kind="unknown members")
