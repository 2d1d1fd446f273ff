"""Malformed entries: every kind of thing that can be wrong with one entry, and the positions where it can stand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from contracts.document import read
from contracts.messages import Plan
from suites.strategies.batches import MARKET, body_of, entries_of, entry, text_of


@dataclass(frozen=True, slots=True)
class Malformed:
    """One kind of bad entry: the clause that it breaks, how it is made from an id, and where the gate puts it.

    Each stands at one place only: first, inside and last of small, odd, even and full batches are shared out among
    them, for what is taken is sent again alone (`suites.again.second_looks`).
    """

    clause: str
    kind: str
    make: Callable[[str], Any]
    position: str
    size: int


def _with_id(value: Any) -> Callable[[str], Any]:
    return lambda _: entry(value)


def _with_slug(value: Any) -> Callable[[str], Any]:
    return lambda order_id: entry(order_id, value)


# Names that a careless reader takes for a member's, given together: whoever takes one of them is seen. Another case
# stands apart, for readers that refuse unknown members take it as well.
OTHER_IDS = (
    *("id", "ID", "_id", "uuid", "order-id", "order id", " orderId", "orderId ", "orderId\0", "orderIds"),
    *("exchangeOrderId", "clientOrderId", "clordId", "orderNumber"),
)
OTHER_SLUGS = (
    *("market", "slug", "symbol", "market-slug", "market slug", " marketSlug", "marketSlug ", "marketslugs"),
    *("marketId", "ticker", "instrument", "eventSlug"),
)
IN_ANOTHER_CASE = ("OrderId", "ORDERID", "orderid", "OrderID", "orderID")
SLUG_IN_ANOTHER_CASE = ("marketslug", "MarketSlug", "MARKETSLUG", "mar\u212aetSlug")  # a Kelvin sign folds to a k


def _named(ids: tuple[str, ...], slugs: tuple[str, ...]) -> Callable[[str], Any]:
    return lambda order_id: dict.fromkeys(ids, order_id) | dict.fromkeys(slugs, MARKET)


def _without_id(order_id: str) -> Any:
    inherited = entry(order_id)
    wrapped = dict.fromkeys(("__proto__", "order", "entry", "item", "cancel", "data"), inherited)
    return _named(OTHER_IDS, ("marketSlug",))(order_id) | wrapped


MISSING = (
    Malformed("shape.slug-present", "an entry without marketSlug", lambda order_id: {"orderId": order_id}, "last", 20),
)
NOT_OBJECTS = (
    Malformed("shape.entry-object", "an entry that is null", lambda _: None, "last", 20),
    Malformed("shape.entry-object", "an entry that is a string", lambda order_id: order_id, "inside", 3),
    Malformed(
        "shape.entry-object", "an array of id and slug for an entry", lambda order_id: [order_id, MARKET], "first", 4
    ),
)
IDS = (
    Malformed("shape.id-string", "an orderId that is null", _with_id(None), "inside", 10),
    Malformed("shape.id-string", "an orderId that is a number", _with_id(12345), "alone", 1),
    Malformed("shape.id-string", "an orderId that is true or false", _with_id(True), "last", 11),
    Malformed("shape.id-string", "an orderId in an object", lambda order_id: entry({"$oid": order_id}), "first", 7),
    Malformed("shape.id-string", "an orderId in an array", lambda order_id: entry([order_id]), "inside", 19),
)
NULL_SLUG = "a marketSlug that is null"
SLUGS = (
    Malformed("shape.slug-string", NULL_SLUG, _with_slug(None), "inside", 20),
    Malformed("shape.slug-string", "a marketSlug that is a number", _with_slug(12345), "first", 2),
    Malformed("shape.slug-string", "a marketSlug that is true or false", _with_slug(True), "last", 3),
    Malformed("shape.slug-string", "a marketSlug in an object", _with_slug({"slug": MARKET}), "last", 17),
    Malformed("shape.slug-string", "a marketSlug in an array", _with_slug([MARKET]), "inside", 5),
)
NAMES = (
    Malformed("shape.names", "an entry with OrderId", _named(IN_ANOTHER_CASE, ("marketSlug",)), "alone", 1),
    Malformed("shape.names", "an entry with marketslug", _named(("orderId",), SLUG_IN_ANOTHER_CASE), "last", 16),
    Malformed("shape.names", "an entry with other names for its orderId", _without_id, "first", 20),
    Malformed(
        "shape.names", "an entry with other names for its marketSlug", _named(("orderId",), OTHER_SLUGS), "last", 2
    ),
)
EVERY = (*MISSING, *NOT_OBJECTS, *IDS, *SLUGS, *NAMES)


def placed(bad: Any, good: list[Any], position: str) -> list[Any]:
    """The good entries with the bad one at a position; inside is never an end where two good ones are there."""
    place = {"first": 0, "inside": (len(good) + 1) // 2, "last": len(good), "alone": 0}[position]
    return [*good[:place], bad, *good[place:]]


def alone(plan: Plan) -> Plan | None:
    """The bad entry of a batch in a batch of its own, aimed at the clause that it breaks; None where none is bad."""
    for row in entries_of(plan.body):
        broken = read(body_of([row])).breaks
        if broken:
            name = f"{broken[0]}/{plan.kind}, alone"
            return replace(plan, name=name, clause=broken[0], body=body_of([row]), position="alone", probes=())
    return None


def one_by_one(plan: Plan) -> Iterator[Plan]:
    """A batch that asks several questions as batches that ask one each, as the document reads its parts."""
    value = json.loads(plan.body or b"{}")
    rows = value.pop("orders", [])
    groups: dict[str, list[Any]] = {}
    for row in rows:
        asks = read(body_of([row]).replace(MARKET.encode(), b"market")).asks
        groups.setdefault(asks[0] if asks else "shape.plain-slugs", []).append(row)
    bodies = {clause: body_of(group) for clause, group in groups.items()}
    if value:
        plain = [{name: row[name] for name in ("orderId", "marketSlug")} for row in rows]
        bodies["shape.unknown-members"] = text_of({"orders": plain, **value})
    for clause, body in bodies.items():
        if clause in (plan.clause, *plan.probes):
            probes = tuple(set(plan.probes) & {"echo.odd-strings"})
            kind = f"{plan.kind}: those of {clause.partition('.')[2]} by themselves"
            yield replace(plan, name=f"{clause}/by itself", clause=clause, kind=kind, body=body, probes=probes)


def halves(plan: Plan) -> Iterator[Plan]:
    """The two halves of a batch; none where there is nothing to halve."""
    rows = entries_of(plan.body)
    middle = (len(rows) + 1) // 2
    for which, some in (("first", rows[:middle]), ("second", rows[middle:])):
        if len(some) < len(rows) and some:
            yield replace(plan, name=f"{plan.name}, {which} half", body=body_of(some), probes=("echo.odd-strings",))
