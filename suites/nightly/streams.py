"""Streams: where the night's plans come from, each a pure function of seed and round."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from hypothesis import strategies as st

from contracts.messages import Plan
from suites.nightly import bodies, doors, framings, recombined, texts
from suites.nightly.drafts import Draft, planned, renamed
from suites.nightly.drawing import drawn
from suites.strategies.schema import drawn_plans

Stream = Callable[[str, int], Iterator[Plan]]
"""Seed, stream and round as one text, and how many plans are wanted: at most so many plans."""
SCHEMA_MAX = 3
"""Bodies at once from Schemathesis, which takes ten times as long for one as the other streams do for a plan."""


def _of_drafts(strategy: st.SearchStrategy[Draft]) -> Stream:
    def plans(key: str, count: int) -> Iterator[Plan]:
        for number, draft in enumerate(drawn(strategy, key, count)):
            plan = planned(draft, tag_of(key, number))
            if plan is not None:
                yield plan

    return plans


def _of_plans(strategy: st.SearchStrategy[Plan], named: Callable[[Plan, str], Plan] = renamed) -> Stream:
    def plans(key: str, count: int) -> Iterator[Plan]:
        for number, plan in enumerate(drawn(strategy, key, count)):
            yield named(plan, tag_of(key, number))

    return plans


def _of_schema(*, positive: bool) -> Stream:
    def plans(key: str, count: int) -> Iterator[Plan]:
        seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4])
        for plan, _ in zip(drawn_plans(seed, min(count, SCHEMA_MAX), positive=positive), range(count), strict=False):
            yield plan

    return plans


def tag_of(key: str, number: int) -> str:
    """What makes a plan and its ids unlike all others."""
    return hashlib.sha256(f"{key}/{number}".encode()).hexdigest()[:10]


STREAMS: dict[str, Stream] = {
    "batches": _of_drafts(bodies.batches()),
    "sizes": _of_drafts(bodies.sizes()),
    "malformed": _of_drafts(bodies.malformed()),
    "names": _of_drafts(bodies.names()),
    "members": _of_drafts(bodies.members()),
    "odd-ids": _of_drafts(bodies.odd_ids()),
    "repeats": _of_drafts(bodies.repeats()),
    "texts": _of_drafts(texts.broken()),
    "credentials": _of_plans(doors.credentials()),
    "moments": _of_plans(doors.moments()),
    "routes": _of_plans(doors.routes()),
    "framings": _of_plans(framings.framings()),
    "recombined": _of_plans(recombined.surroundings()),
    "behind": _of_plans(recombined.behind()),
    "remembered": _of_plans(recombined.remembered()),
    "twice": _of_plans(recombined.twice()),
    "again": _of_plans(recombined.again(), recombined.sent_again),
    "crowds": _of_plans(recombined.crowds()),
    "schema-positive": _of_schema(positive=True),
    "schema-negative": _of_schema(positive=False),
}
"""By their names: see `suites.nightly.ahead.NAMES`."""
