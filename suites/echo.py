"""The echo: the ids of the request, as many, in that order, to the letter."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import JSON_TYPE, Plan
from suites.face import Gate
from suites.strategies.batches import BY_OTHER, asked, batch, body_of, entry, fresh_ids, with_prelude

SAME = (JSON_TYPE, ("poly-correlation-id", "1f0c1e0a-0000-4000-8000-000000000001"), ("X-Request-Id", "1"))
"""Headers by which a gateway might take different requests for one."""

SIZE = 5
"""Of batches that a cache could take for each other."""


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans: orders that a sort, a group or a set would change, then repeats, then the same batch again."""
    yield from _repeats(seed)
    yield from _again(seed)


def _repeats(seed: int) -> Iterator[Plan]:
    name = "echo.repeats/full"
    ids = fresh_ids(seed, name, 17)
    spread = [*ids[:5], ids[0], *ids[5:], ids[16], ids[2]]
    yield asked(
        name,
        body_of([*(entry(each) for each in spread[:-1]), entry(spread[-1], "{{market.1}}")]),
        kind="a full batch with repeats near and far",
        probes=("shape.repeated-id",),
    )
    name = "echo.repeats/one-id"
    one = fresh_ids(seed, name, 1)[0]
    yield asked(name, body_of([entry(one)] * 3), kind="one id three times")


def _again(seed: int) -> Iterator[Plan]:
    """The same batch again, another account's between, and others that a cache could take for it."""
    name = "echo.again/same"
    ids = fresh_ids(seed, name, SIZE)
    first = batch("echo.again/first", ids, kind="a batch for the first time", headers=SAME)
    turn = "isolation.accounts/turn"
    between = batch(turn, fresh_ids(seed, turn, SIZE), kind="the accounts in turn on one connection", headers=SAME)
    between = dataclasses.replace(between, credentials=BY_OTHER)
    last = dataclasses.replace(first, name=name, kind="the same batch again")
    yield with_prelude(last, between, first)
    name = "isolation.one-after-another/same-ends"
    ends = [ids[0], *fresh_ids(seed, name, SIZE - 2), ids[-1]]
    yield batch(name, ends, kind="the first and last id of a batch of before", headers=SAME)
    name = "echo.order/turned"
    yield batch(name, ids[::-1], kind="a batch of before in another order", probes=("echo.nothing-added",))


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
