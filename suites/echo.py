"""The echo: the ids of the request, as many, in that order, to the letter."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import Plan
from suites.face import Gate
from suites.strategies.batches import asked, batch, body_of, entry, fresh_ids, with_prelude

TWO_MARKETS = ("{{market.0}}", "{{market.1}}")


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans: orders that a sort, a group or a set would change, then repeats, then the same batch again."""
    name = "echo.order/interleaved-markets"
    yield batch(name, fresh_ids(seed, name, 9), kind="two markets interleaved", markets=TWO_MARKETS)
    yield from _repeats(seed)
    yield from _again(seed)


def _repeats(seed: int) -> Iterator[Plan]:
    name = "echo.repeats/full"
    ids = fresh_ids(seed, name, 17)
    spread = [*ids[:5], ids[0], *ids[5:], ids[16], ids[2]]
    yield asked(name, body_of([entry(each) for each in spread]), kind="a full batch with repeats near and far")
    name = "echo.repeats/other-market"
    one, two = fresh_ids(seed, name, 2)
    rows = [entry(one), entry(two), entry(one, "{{market.1}}"), entry(two)]
    yield asked(name, body_of(rows), kind="an id again in another market")
    name = "echo.repeats/one-id"
    one = fresh_ids(seed, name, 1)[0]
    yield asked(name, body_of([entry(one)] * 3), kind="one id three times")


def _again(seed: int) -> Iterator[Plan]:
    """The same batch again, and others that a cache could take for it."""
    name = "echo.again/same"
    ids = fresh_ids(seed, name, 4)
    first = batch("echo.again/first", ids, kind="a batch for the first time")
    again = dataclasses.replace(first, name="echo.again/second", kind="the same batch again")
    yield with_prelude(dataclasses.replace(first, name=name, kind="the same batch a third time"), first, again)
    name = "echo.order/same-ends"
    yield batch(name, [ids[0], *fresh_ids(seed, name, 2), ids[-1]], kind="the first and last id of a batch of before")
    name = "echo.order/turned"
    yield batch(name, ids[::-1], kind="a batch of before in another order", probes=("echo.nothing-added",))


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
