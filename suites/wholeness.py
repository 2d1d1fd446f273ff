"""Taken or refused whole: one bad entry refuses the batch, wherever it stands, and nothing is cancelled."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import Account, Credentials, OrderNeed, Plan
from contracts.signing import HEADER_SIGNATURE
from suites.credentials import THEIRS, without_effect, wrong
from suites.face import Gate
from suites.strategies import entries
from suites.strategies.batches import (
    BY_OTHER,
    MARKET,
    bad,
    batch,
    body_of,
    entries_of,
    entry,
    entry_of,
    fresh_ids,
    text_of,
    with_prelude,
)


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans: every kind of bad entry once, each at another place than the one before.

    What is taken so is sent again in a batch of its own (`second_looks`): is it the entry, or where it stands?
    """
    for each in entries.EVERY:
        placed = _placed(seed, each)
        yield _behind_a_full_batch(placed) if each.kind == entries.NULL_SLUG else placed
    yield from effect_plans(seed)


def _placed(seed: int, each: entries.Malformed) -> Plan:
    position, size = each.position, each.size
    where = "alone" if position == "alone" else f"{position} of {size}"
    clause = each.clause if position == "alone" else "wholeness.position"
    name = f"{clause}/{each.kind}, {where}"
    special, *others = fresh_ids(seed, name, size)
    body = body_of(entries.placed(each.make(special), [entry(other) for other in others], position))
    probes = () if position == "alone" else (each.clause,)
    return bad(name, body, kind=each.kind, position=position, probes=probes)


def _behind_a_full_batch(null: Plan) -> Plan:
    """Its ids are the same: whoever reads into what the batch before was read into, or knows them, lets the null by."""
    name, ids = "isolation.one-after-another/before-null", [row["orderId"] for row in entries_of(null.body)]
    return with_prelude(null, batch(name, ids, kind="a full batch before one with a null in it"))


def effect_plans(seed: int) -> Iterator[Plan]:
    """Batches that must be refused and name an open order in good entries: it must still be open afterwards.

    Those that are refused for one kind of reason share an order, for they break one clause if it goes.
    """
    yield from _bad_bodies(seed)
    yield from _bad_credentials(seed)
    yield _later()


def _bad_bodies(seed: int) -> Iterator[Plan]:
    shared = entry_of("shared-shape")
    shape = (OrderNeed("shared-shape", fate="open", optional=True),)
    filler = [entry(each) for each in fresh_ids(seed, "wholeness.effect", 20)]
    behind = entry_of("shared-shape-last")
    both = (*shape, OrderNeed("shared-shape-last", fate="open", optional=True))
    rows = [shared, *filler[:9], entry("{{order.shared-shape}}", None), *filler[9:17], behind]
    name = "wholeness.position/effect, inside of 20"
    yield bad(
        name,
        body_of(rows),
        kind="a marketSlug that is null",
        position="inside",
        orders=both,
        probes=("shape.slug-string",),
    )
    theirs = entry_of(THEIRS.name)  # first, and just before the bad one: for those who carry out part by part
    rows = [theirs, *filler[:17], theirs, {"marketSlug": "{{market.1}}"}]
    name, probes = "wholeness.position/effect, last of 20, another market", ("shape.id-present",)
    kind = "an entry without orderId"
    last = bad(name, body_of(rows), kind=kind, position="last", orders=(THEIRS,), probes=probes)
    yield dataclasses.replace(last, credentials=BY_OTHER)
    # the first is bad; and a market beside the list stands in for the one that it lacks, for a careless reader
    body = text_of({"orders": [{"orderId": shared["orderId"]}, behind], "marketSlug": MARKET, "market": MARKET})
    yield bad("shape.slug-present/effect", body, kind="an open order without marketSlug", orders=both)
    text = body_of([shared, filler[0]])
    yield bad("shape.not-json/effect", text + b"]", kind="an array bracket behind the value", orders=shape)
    ends = ("shared-size", "shared-size-last")
    size = tuple(OrderNeed(each, fate="open", optional=True) for each in ends)
    name, probes = "size.over/effect", ("wholeness.size-without-effect",)
    yield bad(
        name,
        body_of([entry_of(ends[0]), *filler[:19], entry_of(ends[1])]),
        kind="a batch of 21",
        orders=size,
        probes=probes,
    )


def _bad_credentials(seed: int) -> Iterator[Plan]:
    for clause, kind, credentials in (
        ("credentials.signature-present", "a request without X-PM-Signature", Credentials(drop=(HEADER_SIGNATURE,))),
        ("credentials.signature-altered", "a signature: a bit inside S", Credentials(signature="a bit inside S")),
        ("window.past-outside", "a timestamp an hour old", Credentials(skew_ms=-3_602_000)),
        (
            "credentials.key-known",
            "the key id with its last character changed",
            Credentials(key=Account.NOBODY, key_text="last changed"),
        ),
    ):
        yield without_effect(wrong(seed, f"{clause}/effect", kind, credentials))


def _later() -> Plan:
    """A lawful batch behind a refused one that named the same order, and one that must still stay."""
    clause, rows = "wholeness.shape-without-effect", [entry_of("a")]
    needed = (OrderNeed("a", fate="any"), OrderNeed("shared-shape", fate="open", optional=True))
    name, body = "shape.id-present/before its order", body_of([*rows, entry_of("shared-shape"), {}])
    refused = bad(name, body, kind="an empty entry", orders=needed)
    kind = "an order that was named in a refused batch before"
    later = Plan(f"{clause}/later", clause, kind=kind, body=body_of(rows), orders=(OrderNeed("a"),))
    return dataclasses.replace(later, before=(refused,))


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
