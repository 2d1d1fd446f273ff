"""The judge of what counts towards the limit, over hand-written exchanges."""

from __future__ import annotations

import pytest

from contracts.messages import Exchange
from suites.selftest.contracts.written import exchange, failures, plan, refusable, told, word


def many(count: int) -> list[str]:
    return [f"o{number}" for number in range(count)]


ENTRIES = "size.entries"
OVER = exchange(refusable(ENTRIES, ids=["a"] * 21, kind="21 alike"))
FULL = exchange(plan(ENTRIES, many(20), kind="20 long ones"), 400)


@pytest.mark.parametrize(
    ("seen", "other", "wanted"),
    [
        (OVER, None, ("failed", "21 alike was answered 200", "2xx: 21 alike")),
        (OVER, exchange(refusable("size.over", ids=many(21)), number=2), ("silent",)),
        (
            OVER,
            exchange(refusable("size.over", ids=many(22)), number=2),
            ("failed", "21 alike was answered 200", "2xx: 21 alike"),
        ),
        (
            OVER,
            exchange(refusable("size.over", ids=many(21)), 400, number=2),
            ("failed", "21 alike was answered 200", "2xx: 21 alike"),
        ),
        (exchange(OVER.plan, 298), None, ("failed", "21 alike was answered 298", "2xx: 21 alike")),
        (exchange(OVER.plan, 400), None, ("passed",)),
        (exchange(OVER.plan, 422), None, ("silent",)),
        (exchange(OVER.plan, 401), None, ("silent",)),
        (FULL, None, ("failed", "20 long ones was answered 400", "4xx: 20 long ones")),
        (FULL, exchange(plan("size.full", many(20)), 400, number=2), ("silent",)),
        (
            FULL,
            exchange(plan("size.full", many(20)), number=2),
            ("failed", "20 long ones was answered 400", "4xx: 20 long ones"),
        ),
        (FULL, exchange(plan("shape.markets-together"), 400, number=2), ("silent",)),
        (
            FULL,
            exchange(plan("shape.markets-together"), number=2),
            ("failed", "20 long ones was answered 400", "4xx: 20 long ones"),
        ),
        (
            OVER,
            exchange(plan("shape.markets-together"), 400, number=2),
            ("failed", "21 alike was answered 200", "2xx: 21 alike"),
        ),
        (exchange(FULL.plan, 401), None, ("silent",)),
        (exchange(FULL.plan, 402), None, ("failed", "20 long ones was answered 402", "4xx: 20 long ones")),
        (exchange(FULL.plan, 403), None, ("silent",)),
        (exchange(FULL.plan, 404), None, ("failed", "20 long ones was answered 404", "4xx: 20 long ones")),
        (exchange(FULL.plan, 302), None, ("silent",)),
        (exchange(FULL.plan), None, ("passed",)),
        (exchange(FULL.plan, 429), None, ("silent",)),
        (exchange(plan("size.full"), 400), None, ("silent",)),
    ],
)
def test_the_limit_counts_entries(seen: Exchange, other: Exchange | None, wanted: tuple[str, ...]) -> None:
    assert told(ENTRIES, seen, *filter(None, [other])) == wanted


def test_the_limit_counts_entries_unless_a_plain_batch_fares_alike() -> None:
    twenty_one = [f"o{n}" for n in range(21)]
    same = exchange(refusable("size.entries", ids=["a"] * 21))
    assert failures(same) == {"size.entries"}
    assert failures(same, exchange(refusable("size.over", ids=twenty_one), number=2)) == set()
    assert word("size.entries", exchange(same.plan, 400)) == "passed"
