"""Taken or refused whole: one bad entry refuses the batch, wherever it stands, and nothing is cancelled."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import Account, Credentials, OrderNeed, Plan
from contracts.signing import HEADER_SIGNATURE
from suites.face import Gate
from suites.strategies import entries
from suites.strategies.batches import asked, bad, body_of, entry, fresh_ids

# Kind x position x size: each kind inside and last, where a loop that stops early, checks a sample or checks the first
# only would let it through; first for those that a loop might start behind. Sizes are odd, even, least and full.
ROWS: tuple[tuple[entries.Malformed, str, int], ...] = (
    (entries.MISSING[0], "last", 20),
    (entries.MISSING[1], "last", 3),
    (entries.NOT_OBJECTS[0], "last", 7),
    (entries.IDS[1], "last", 19),
    (entries.SLUGS[2], "last", 2),
    (entries.MISSING[0], "inside", 3),
    (entries.MISSING[1], "inside", 20),
    (entries.SLUGS[1], "inside", 5),
)


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans."""
    for each, position, size in ROWS:
        name = f"wholeness.position/{each.kind}, {position} of {size}"
        body = _body(seed, name, each, position, size)
        yield bad(name, body, kind=each.kind, position=position, probes=(each.clause,))
    yield from effect_plans(seed)


def _body(seed: int, name: str, each: entries.Malformed, position: str, size: int) -> bytes:
    special, *others = fresh_ids(seed, name, size)
    return body_of(entries.placed(each.make(special), [entry(other) for other in others], position))


def effect_plans(seed: int) -> Iterator[Plan]:
    """Batches that must be refused and name an open order in good entries: it must still be open afterwards.

    Those that are refused for one kind of reason share an order, for they break one clause if it goes.
    """
    yield from _bad_bodies(seed)
    yield from _bad_credentials()
    yield _later()
    name, rows = (
        "shape.unknown-market/effect",
        [_named("a"), entry(fresh_ids(seed, "wholeness.market", 1)[0], "nobody-late")],
    )
    orders = (OrderNeed("a", fate="either", optional=True),)
    yield asked(name, body_of(rows), kind="an open order before a market that nobody has", orders=orders)


def _named(name: str) -> dict[str, str]:
    return entry(f"{{{{order.{name}}}}}", f"{{{{market.{name}}}}}")


def _bad_bodies(seed: int) -> Iterator[Plan]:
    shared = _named("shared-shape")
    shape = (OrderNeed("shared-shape", fate="open", optional=True),)
    filler = [entry(each) for each in fresh_ids(seed, "wholeness.effect", 20)]
    rows = [shared, *filler[:18], shared | {"marketSlug": None}]
    name = "wholeness.position/effect, last"
    yield bad(
        name,
        body_of(rows),
        kind="a marketSlug that is null",
        position="last",
        orders=shape,
        probes=("shape.slug-string",),
    )
    rows = [*filler[:2], shared, {"marketSlug": "{{market.1}}"}]
    name, probes = "wholeness.position/effect, another market", ("shape.id-present",)
    yield bad(name, body_of(rows), kind="an entry without orderId", position="last", orders=shape, probes=probes)
    name, rows = "shape.slug-present/effect", [{"orderId": shared["orderId"]}]
    yield bad(name, body_of(rows), kind="an open order without marketSlug", orders=shape)
    text = body_of([shared, filler[0]])
    yield bad("shape.not-json/effect", text + b"]", kind="an array bracket behind the value", orders=shape)
    size = (OrderNeed("shared-size", fate="open", optional=True),)
    for position, rows in (("first", [_named("shared-size"), *filler]), ("last", [*filler, _named("shared-size")])):
        name, probes = f"size.over/effect, {position}", ("wholeness.size-without-effect",)
        yield bad(name, body_of(rows), kind="a batch of 21", orders=size, probes=probes)


EFFECT = ("wholeness.credentials-without-effect",)


def _bad_credentials() -> Iterator[Plan]:
    orders = (OrderNeed("shared-credentials", fate="open", optional=True),)
    body = body_of([_named("shared-credentials")])
    for clause, kind, credentials in (
        ("credentials.signature-present", "a request without X-PM-Signature", Credentials(drop=(HEADER_SIGNATURE,))),
        ("credentials.signature-altered", "a signature: a bit inside S", Credentials(signature="a bit inside S")),
        ("window.past-outside", "a timestamp an hour old", Credentials(skew_ms=-3_600_000)),
        ("credentials.key-known", "an unknown key id", Credentials(key=Account.NOBODY)),
    ):
        plan = bad(f"{clause}/effect", body, kind=kind, orders=orders, answers=(401,), probes=EFFECT)
        yield dataclasses.replace(plan, credentials=credentials)


def _later() -> Plan:
    """A lawful batch behind a refused one that named the same order."""
    clause, rows = "wholeness.shape-without-effect", [_named("a")]
    needed = (OrderNeed("a", fate="any"),)
    refused = bad("shape.id-present/before its order", body_of([*rows, {}]), kind="an empty entry", orders=needed)
    kind = "an order that was named in a refused batch before"
    later = Plan(f"{clause}/later", clause, kind=kind, body=body_of(rows), orders=(OrderNeed("a"),))
    return dataclasses.replace(later, before=(refused,))


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
