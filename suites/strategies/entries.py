"""Malformed entries: every kind of thing that can be wrong with one entry, and the positions where it can stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suites.strategies.batches import MARKET, entry


@dataclass(frozen=True, slots=True)
class Malformed:
    """One kind of bad entry: the clause that it breaks and how it is made from an id."""

    clause: str
    kind: str
    make: Callable[[str], Any]


def _with_id(value: Any) -> Callable[[str], Any]:
    return lambda _: entry(value)


def _with_slug(value: Any) -> Callable[[str], Any]:
    return lambda order_id: entry(order_id, value)


def _renamed(id_name: str, slug_name: str) -> Callable[[str], Any]:
    return lambda order_id: {id_name: order_id, slug_name: MARKET}


MISSING = (
    Malformed("shape.id-present", "an entry without orderId", lambda _: {"marketSlug": MARKET}),
    Malformed("shape.slug-present", "an entry without marketSlug", lambda order_id: {"orderId": order_id}),
    Malformed("shape.id-present", "an empty entry", lambda _: {}),
    Malformed(
        "shape.id-present",
        "an entry with its orderId in __proto__",
        lambda order_id: {"__proto__": {"orderId": order_id}, "marketSlug": MARKET},
    ),
)
NOT_OBJECTS = (
    Malformed("shape.entry-object", "an entry that is null", lambda _: None),
    Malformed("shape.entry-object", "an entry that is a string", lambda order_id: order_id),
    Malformed("shape.entry-object", "an entry that is a number", lambda _: 7),
    Malformed("shape.entry-object", "an entry in an array of its own", lambda order_id: [entry(order_id)]),
    Malformed("shape.entry-object", "an array of id and slug for an entry", lambda order_id: [order_id, MARKET]),
)
IDS = (
    Malformed("shape.id-string", "an orderId that is null", _with_id(None)),
    Malformed("shape.id-string", "an orderId that is a number", _with_id(12345)),
    Malformed("shape.id-string", "an orderId that is a number past 2^53", _with_id(12345678901234567890)),
    Malformed("shape.id-string", "an orderId that is true", _with_id(True)),
    Malformed("shape.id-string", "an orderId in an array", lambda order_id: entry([order_id])),
)
SLUGS = (
    Malformed("shape.slug-string", "a marketSlug that is null", _with_slug(None)),
    Malformed("shape.slug-string", "a marketSlug that is a number", _with_slug(12345)),
    Malformed("shape.slug-string", "a marketSlug that is true", _with_slug(True)),
    Malformed("shape.slug-string", "a marketSlug in an array", _with_slug([MARKET])),
)
NAMES = (
    Malformed("shape.names", "an entry with orderID", _renamed("orderID", "marketSlug")),
    Malformed("shape.names", "an entry with OrderId", _renamed("OrderId", "marketSlug")),
    Malformed("shape.names", "an entry with marketslug", _renamed("orderId", "marketslug")),
    Malformed("shape.names", "an entry with mar\u212aet\u017flug", _renamed("orderId", "mar\u212aet\u017flug")),
    Malformed("shape.names", "an entry with id in the place of orderId", _renamed("id", "marketSlug")),
)
ALONE = (*MISSING, *NOT_OBJECTS, *IDS[2:3], *IDS[4:], *SLUGS[3:], *NAMES)
"""What is tried in a batch of its own; the rest only among good entries, or by the schema's own cases."""

POSITIONS = ("first", "inside", "last")


def placed(bad: Any, good: list[Any], position: str) -> list[Any]:
    """The good entries with the bad one at a position; inside is never an end where two good ones are there."""
    place = {"first": 0, "inside": (len(good) + 1) // 2, "last": len(good)}[position]
    return [*good[:place], bad, *good[place:]]
