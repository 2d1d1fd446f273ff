"""How many orders one batch may carry: at least 1 and at most 20."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.document import size_max, size_min
from contracts.messages import Framing, Plan
from suites.face import Gate
from suites.strategies.batches import BY_OTHER, bad, batch, body_of, entry, fresh_ids, text_of

TWO_MARKETS = ("{{market.0}}", "{{market.1}}")
OVER = 260
"""What a counter of one byte takes for 4, and full batches upon full batches; the nearest misses stand elsewhere."""
BLANKS = 1_150
"""Between two entries of the longest batch: with them it is near the 32 KiB up to which a gateway must read."""


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans, those that fail most often first."""
    full, least = size_max(), size_min()
    yield batch("size.full/20", fresh_ids(seed, "size.full/20", full))
    yield batch("size.one/1", fresh_ids(seed, "size.one/1", least))
    yield bad("size.empty/0", body_of([]), kind="a batch of 0", probes=("reply.refused", "reply.error-form"))
    text = text_of({"orders": [], "comment": "x"})
    more = bad("size.empty/0 and more", text, kind="a batch of 0 beside another member, of the other account")
    yield dataclasses.replace(more, credentials=BY_OTHER)
    name = f"size.over/{OVER}"
    many = bad(name, _body(seed, name, OVER), kind=f"a batch of {OVER} of the other account")
    yield dataclasses.replace(many, credentials=BY_OTHER)
    yield from _entries(seed, full)


def _body(seed: int, name: str, count: int) -> bytes:
    return body_of([entry(each) for each in fresh_ids(seed, name, count)])


def _entries(seed: int, full: int) -> Iterator[Plan]:
    """What a limit could count in the place of entries: distinct ids, entries of one market or of known ones, bytes."""
    name = "size.entries/twenty-ids"
    ids = fresh_ids(seed, name, full)
    kind = f"a batch of {full + 1} entries of 20 ids, of the other account"
    repeated = bad(name, body_of([entry(each) for each in [*ids, ids[3]]]), kind=kind)
    yield dataclasses.replace(repeated, credentials=BY_OTHER)
    name = "size.entries/two-markets"
    ids = fresh_ids(seed, name, full + 2)
    entries = [entry(each, TWO_MARKETS[index % 2]) for index, each in enumerate(ids)]
    spaced = body_of(entries).replace(b"},{", b"} ,\n {")  # whoever counts what stands between entries finds none
    yield bad(name, spaced, kind=f"a batch of {full + 2}, 11 of each of two markets")
    name = "size.entries/unknown-markets"
    ids = fresh_ids(seed, name, full + 1)
    entries = [entry(each, ids[0] if index in (1, 9) else TWO_MARKETS[0]) for index, each in enumerate(ids)]
    body = body_of(entries).replace(b'"orderId"', b'"\\u006frderId"', 3)  # whoever counts the name finds fewer
    kind = f"a batch of {full + 1}, 2 of them of a market that nobody has, 3 with an escape in their name"
    yield bad(name, body, kind=kind)
    name = "size.entries/longest-ids"
    longest = fresh_ids(seed, name, full, 128)
    large = batch(
        name, longest, kind=f"a batch of {full} of the longest ids, in 25 KiB and in pieces", markets=TWO_MARKETS
    )
    wide = (large.body or b"").replace(b"},{", b"}," + b" " * BLANKS + b"{")
    yield dataclasses.replace(large, body=wide, framing=Framing.SPLIT)


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
