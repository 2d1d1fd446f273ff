"""How many orders one batch may carry: at least 1 and at most 20."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.document import size_max, size_min
from contracts.messages import Account, Credentials, Plan
from suites.face import Gate
from suites.strategies.batches import bad, batch, body_of, entry, fresh_ids, text_of

BETWEEN = (2, 13, 16, 17, 19)
OTHER = Credentials(key=Account.OTHER, secret=Account.OTHER)
TWO_MARKETS = ("{{market.0}}", "{{market.1}}")
OVER = (21, 276, 1025)
"""The nearest miss, 256 and the limit, and more than 1,000 and 1,024."""


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans, those that fail most often first."""
    full, least = size_max(), size_min()
    yield batch("size.full/20", fresh_ids(seed, "size.full/20", full))
    yield batch("size.one/1", fresh_ids(seed, "size.one/1", least))
    yield bad("size.over/21", _body(seed, "size.over/21", full + 1), kind=f"a batch of {full + 1}")
    yield bad("size.empty/0", body_of([]), kind="a batch of 0", probes=("reply.refused", "reply.error-form"))
    more = text_of({"orders": [], "comment": "x"})
    yield bad("size.empty/0 and more", more, kind="a batch of 0 beside another member")
    name = "size.one/other-account"
    yield dataclasses.replace(
        batch(name, fresh_ids(seed, name, least), kind="a batch of 1 of the other account"), credentials=OTHER
    )
    name = "size.over/other-account"
    many = bad(name, _body(seed, name, full + 1), kind=f"a batch of {full + 1} of the other account")
    yield dataclasses.replace(many, credentials=OTHER)
    for count in OVER[1:]:
        name = f"size.over/{count}"
        yield bad(name, _body(seed, name, count), kind=f"a batch of {count}")
    for count in BETWEEN:
        name = f"size.between/{count}"
        yield batch(name, fresh_ids(seed, name, count))
    yield from _entries(seed, full)


def _body(seed: int, name: str, count: int) -> bytes:
    return body_of([entry(each) for each in fresh_ids(seed, name, count)])


def _entries(seed: int, full: int) -> Iterator[Plan]:
    """What a limit could count in the place of entries: distinct ids, entries of one market, bytes."""
    name = "size.entries/twenty-ids"
    ids = fresh_ids(seed, name, full)
    yield bad(name, body_of([entry(each) for each in [*ids, ids[3]]]), kind=f"a batch of {full + 1} entries of 20 ids")
    name = "size.entries/two-markets"
    ids = fresh_ids(seed, name, full + 2)
    entries = [entry(each, TWO_MARKETS[index % 2]) for index, each in enumerate(ids)]
    yield bad(name, body_of(entries), kind=f"a batch of {full + 2}, 11 of each of two markets")
    name = "size.entries/longest-ids"
    longest = [each.ljust(128, "x") for each in fresh_ids(seed, name, full)]
    yield batch(name, longest, kind=f"a batch of {full} of the longest ids", markets=TWO_MARKETS)


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
