"""The judges of the 30 seconds, over hand-written exchanges."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.messages import Exchange
from suites.selftest.contracts.written import exchange, plan, refusable, told, word


def edge(side: str, place: str, skew_ms: int, status: int, **more: Any) -> tuple[str, ...]:
    clause = f"window.{side}-{place}"
    sent = plan(clause) if place == "inside" else refusable(clause, (401,))
    return told(clause, exchange(sent, status, skew_ms=skew_ms, **more))


@pytest.mark.parametrize(("side", "sign", "where"), [("past", -1, "behind"), ("future", 1, "ahead of")])
def test_a_timestamp_is_told_with_its_side(side: str, sign: int, where: str) -> None:
    inside = f"a timestamp 28.0 s {where} the server's clock was answered 401"
    assert edge(side, "inside", sign * 28_000, 401) == ("failed", inside, "refused")
    outside = f"a timestamp 32.0 s {where} the server's clock was taken"
    assert edge(side, "outside", sign * 32_000, 200) == ("failed", outside, "taken")
    for skew_ms, told_as in ((28_040, "28.0"), (28_060, "28.1")):
        assert edge(side, "inside", sign * skew_ms, 401)[1].startswith(f"a timestamp {told_as} s")
        assert edge(side, "outside", sign * (skew_ms + 4000), 200)[1].startswith(f"a timestamp {float(told_as) + 4} s")
    assert edge(side, "inside", sign * 28_000, 302) == ("silent",)
    assert edge(side, "inside", sign * 28_000, 429) == ("silent",)
    assert edge(side, "outside", sign * 32_000, 429) == ("silent",)
    assert edge(side, "outside", sign * 32_000, 403) == ("silent",)
    assert edge(side, "outside", sign * 32_000, 401, failure="torn") == ("silent",)
    assert told(f"window.{side}-inside", exchange(plan(), 401, skew_ms=sign * 28_000)) == ("silent",)
    assert told(f"window.{side}-outside", exchange(plan(), skew_ms=sign * 32_000)) == ("silent",)


@pytest.mark.parametrize(("side", "sign"), [("past", -1), ("future", 1)])
@pytest.mark.parametrize(
    ("place", "status", "skew_ms", "clock_ms", "judged"),
    [
        ("inside", 401, 29_500, (0.0, 0.0), True),
        ("inside", 401, 29_501, (0.0, 0.0), False),
        ("inside", 401, 29_400, (-100.0, 100.0), True),
        ("inside", 401, 29_401, (-100.0, 100.0), False),
        ("inside", 401, 29_401, (-300.0, -100.0), False),
        ("inside", 401, 29_400, (100.0, 300.0), True),
        ("outside", 200, 30_500, (0.0, 0.0), True),
        ("outside", 200, 30_499, (0.0, 0.0), False),
        ("outside", 200, 30_600, (-100.0, 100.0), True),
        ("outside", 200, 30_599, (-100.0, 100.0), False),
    ],
)
def test_how_near_the_edge_a_judge_speaks(  # a row of a table
    side: str,
    sign: int,
    place: str,
    status: int,
    skew_ms: int,
    clock_ms: tuple[float, float],
    *,
    judged: bool,
) -> None:
    said = edge(side, place, sign * skew_ms, status, clock_ms=clock_ms)
    assert (said[0] == "failed") is judged


def test_an_answer_that_takes_long_may_have_been_checked_late() -> None:
    assert edge("past", "inside", -29_000, 401, elapsed_ms=500.0)[0] == "failed"
    assert edge("past", "inside", -29_000, 401, elapsed_ms=501.0)[0] == "silent"
    assert edge("past", "outside", -30_500, 200, elapsed_ms=900.0)[0] == "failed"
    assert edge("future", "outside", 31_000, 200, elapsed_ms=500.0)[0] == "failed"
    assert edge("future", "outside", 31_000, 200, elapsed_ms=501.0)[0] == "silent"
    assert edge("future", "inside", 29_500, 401, elapsed_ms=900.0)[0] == "failed"


def near(side: str, place: str, skew_ms: int, status: int, **more: object) -> Exchange:
    clause = f"window.{side}-{place}"
    sent = plan(clause) if place == "inside" else refusable(clause, (401,))
    return exchange(sent, status, skew_ms=skew_ms, **more)  # type: ignore[arg-type]  # as exchange has them


@pytest.mark.parametrize(("side", "sign"), [("past", -1), ("future", 1)])
def test_the_window_is_judged_on_either_side(side: str, sign: int) -> None:
    words = [
        word(f"window.{side}-{place}", near(side, place, sign * skew, status))
        for place, skew, status in (
            ("inside", 28_000, 200),
            ("inside", 28_000, 401),
            ("outside", 32_000, 401),
            ("outside", 32_000, 200),
            ("outside", 32_000, 400),
        )
    ]
    assert words == ["passed", "failed", "passed", "failed", "silent"]


@pytest.mark.parametrize(("side", "sign"), [("past", -1), ("future", 1)])
def test_the_window_is_not_judged_near_its_edge_or_where_the_clock_is_uncertain(side: str, sign: int) -> None:
    for skew in (29_600, 30_000, 30_400):
        assert word(f"window.{side}-inside", near(side, "inside", sign * skew, 401)) == "silent"
        assert word(f"window.{side}-outside", near(side, "outside", sign * skew, 200)) == "silent"
    vague = (-2_000.0, 2_000.0)
    assert word(f"window.{side}-inside", near(side, "inside", sign * 28_000, 401, clock_ms=vague)) == "silent"
    assert word(f"window.{side}-outside", near(side, "outside", sign * 32_000, 200, clock_ms=vague)) == "silent"


def test_a_slow_answer_widens_what_the_skew_may_have_been() -> None:
    assert word("window.past-inside", near("past", "inside", -28_000, 401, elapsed_ms=1_900.0)) == "silent"
    assert word("window.future-inside", near("future", "inside", 28_000, 401, elapsed_ms=1_900.0)) == "failed"
    assert word("window.future-outside", near("future", "outside", 32_000, 200, elapsed_ms=1_900.0)) == "silent"
