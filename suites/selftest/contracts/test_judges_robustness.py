"""The judges of robustness and the window, each with its whole verdict, over hand-written exchanges."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from contracts.messages import PROBE, Exchange
from suites.selftest.contracts.written import exchange, plan, refusable, told

LOST: dict[str, Any] = {"failure": "torn"}
NO_5XX, ANSWERS, TORN = "robustness.no-5xx", "robustness.answers", "robustness.whole-answers"
ALIVE = exchange(plan("size.one"), number=3)
SENT = refusable("shape.names", kind="a null")


@pytest.mark.parametrize(
    ("seen", "others", "wanted"),
    [
        (exchange(plan()), (), ("passed",)),
        (exchange(plan(), 499), (), ("passed",)),
        (exchange(plan(), 429), (), ("silent",)),
        (exchange(plan(kind=""), 500), (), ("failed", "a lawful batch was answered 500", "500: reply.taken")),
        (exchange(SENT, 501), (), ("failed", "a null was answered 501", "501: shape.names")),
        (exchange(refusable("routing.other-methods", (405, 501)), 501), (), ("passed",)),
        (
            exchange(refusable("routing.other-methods", (405, 501)), 502, tries=3),
            (ALIVE,),
            ("failed", "a written batch was answered 502", "502: routing.other-methods"),
        ),
        (exchange(SENT, 503, tries=3), (ALIVE,), ("failed", "a null was answered 503", "503: shape.names")),
        (exchange(SENT, 503, tries=2), (ALIVE,), ("silent",)),
        (exchange(SENT, 503, tries=3), (), ("silent",)),
        (exchange(SENT, 503, tries=3), (exchange(plan(), 500, number=3),), ("silent",)),
        (exchange(SENT, 503, tries=3), (exchange(plan(), 429, number=3),), ("silent",)),
        (exchange(SENT, 503, tries=3), (exchange(plan(), number=3, failure="torn"),), ("silent",)),
        (exchange(SENT, 503, tries=3, number=4), (ALIVE,), ("silent",)),
        (exchange(SENT, 500, **LOST), (ALIVE,), ("silent",)),
        (dataclasses.replace(exchange(SENT, 500), failure="torn"), (ALIVE,), ("silent",)),
        (dataclasses.replace(exchange(SENT), reply=None), (ALIVE,), ("silent",)),
    ],
)
def test_no_input_makes_a_5xx(seen: Exchange, others: tuple[Exchange, ...], wanted: tuple[str, ...]) -> None:
    assert told(NO_5XX, seen, *others) == wanted


BEFORE, SILENT = exchange(plan(), number=1), exchange(SENT, failure="timeout", number=2)
DEAD = exchange(plan(), failure="timeout", number=3, part_of=PROBE)
NEVER = ("failed", "a null was never answered", "silence: shape.names")


@pytest.mark.parametrize(
    ("seen", "others", "wanted"),
    [
        (BEFORE, (), ("passed",)),
        (SILENT, (), NEVER),
        (SILENT, (BEFORE, DEAD), NEVER),
        (SILENT, (DEAD,), ("silent",)),
        (SILENT, (exchange(plan(), 500, number=1), DEAD), ("silent",)),
        (SILENT, (dataclasses.replace(BEFORE, number=0), DEAD), ("silent",)),
        (
            exchange(plan(kind=""), failure="timeout", number=2),
            (),
            ("failed", "a lawful batch was never answered", "silence: reply.taken"),
        ),
        (exchange(plan(), failure="timeout", number=2), (BEFORE, DEAD), ("silent",)),
        (
            exchange(plan("robustness.no-5xx", kind="x"), failure="timeout", number=2),
            (BEFORE, DEAD),
            ("failed", "x was never answered", "silence: robustness.no-5xx"),
        ),
        (exchange(plan("routing.expect"), failure="timeout"), (), ("silent",)),
        (exchange(plan("routing.expect")), (), ("passed",)),
        (exchange(plan(), **LOST), (), ("silent",)),
    ],
)
def test_every_request_is_answered_in_time(
    seen: Exchange, others: tuple[Exchange, ...], wanted: tuple[str, ...]
) -> None:
    assert told(ANSWERS, seen, *others) == wanted


@pytest.mark.parametrize(
    ("failure", "others", "wanted"),
    [
        ("", (), ("passed",)),
        ("torn", (), ("failed", "a null: the connection was torn instead of an answer", "torn: shape.names")),
        ("garbage", (), ("failed", "a null: what came back is no HTTP answer", "garbage: shape.names")),
        ("too-large", (), ("failed", "a null: the answer does not end", "too-large: shape.names")),
        ("torn", (DEAD,), ("silent",)),
        ("short", (), ("silent",)),
        ("timeout", (), ("silent",)),
    ],
)
def test_every_answer_is_whole(failure: str, others: tuple[Exchange, ...], wanted: tuple[str, ...]) -> None:
    assert told(TORN, exchange(SENT, 400, failure=failure, number=2), *others) == wanted


def test_what_is_torn_is_a_lawful_batch_where_it_has_no_other_name() -> None:
    assert (
        told(TORN, exchange(plan(kind=""), **LOST))[1] == "a lawful batch: the connection was torn instead of an answer"
    )


# --- the window -------------------------------------------------------------------------------------------------------


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
