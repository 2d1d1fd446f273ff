"""Between requests, connections and accounts: each request gets its own answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import Credentials, Framing, OrderNeed, Plan
from suites import reply, routing, shape
from suites.credentials import wrong
from suites.face import Gate
from suites.strategies.batches import BY_OTHER, bad, batch, body_of, entry, entry_of, fresh_ids, plan, with_prelude


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans."""
    yield _after_refusals(seed)
    yield _at_once(seed)
    yield _in_pieces(seed)


def _after_refusals(seed: int) -> Plan:
    """A lawful batch behind refusals of each kind on the same connection: what they left would be in its echo."""
    good, late = fresh_ids(seed, "isolation.refused", 2)
    twenty_one = [entry(each) for each in fresh_ids(seed, "isolation.refused-size", 21)]
    shape_refused = bad(
        "wholeness.position/an empty entry, inside of 3",
        body_of([entry(good), {}, entry(late)]),
        kind="an empty entry",
        position="inside",
        probes=("shape.id-present",),
    )
    size_refused = bad("size.over/21", body_of(twenty_one), kind="a batch of 21")
    name = "isolation.after-refusal/its shape and size"
    kind = "a lawful batch behind one refused for its size, one for its shape, and itself with a wrong signature"
    lawful = batch(name, fresh_ids(seed, name, 15), kind=kind)
    name, altered = "credentials.signature-altered/before", Credentials(signature="a bit inside S")
    unsigned = wrong(seed, name, "a signature: a bit inside S", altered, body=lawful.body)
    return with_prelude(lawful, shape_refused, size_refused, unsigned)


def _at_once(seed: int) -> Plan:
    """Batches of many sizes and spellings at the same time, each on a connection of its own, from both accounts."""
    name, need = "isolation.at-once/own", OrderNeed("a", optional=True)
    body = body_of([entry_of("a"), *map(entry, fresh_ids(seed, name, 1))])
    own = plan(name, body, kind="a batch with an open order, among others at once", orders=(need,))
    crowd = [own, *shape.spellings(seed), *routing.media_types(seed), *reply.codings(seed)]
    crowd = [dataclasses.replace(each, credentials=BY_OTHER) if n % 3 == 2 else each for n, each in enumerate(crowd)]
    return dataclasses.replace(crowd[0], together=tuple(crowd[1:]))


def _in_pieces(seed: int) -> Plan:
    """Two batches in pieces at the same time, from both accounts, a bad one between, and one that is sent twice."""
    clause, bad_name = "isolation.at-once", "shape.slug-present/at-once"
    first, second, plain = (
        batch(f"{clause}/{name}", fresh_ids(seed, name, size), kind=f"a batch {kind}, among others at once")
        for name, size, kind in (
            ("pieces", 6, "in pieces"),
            ("more-pieces", 9, "in pieces"),
            ("twice", 4, "sent twice"),
        )
    )
    rows = [entry(fresh_ids(seed, bad_name, 1)[0]), {"orderId": "nobody-without-market"}]
    refused = bad(bad_name, body_of(rows), kind="an entry without marketSlug, among others at once")
    first = dataclasses.replace(first, framing=Framing.SPLIT)
    second = dataclasses.replace(second, framing=Framing.SPLIT, credentials=BY_OTHER)
    return dataclasses.replace(
        first, together=(second, plain, refused, dataclasses.replace(plain, name=f"{plain.name}-too"))
    )


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
