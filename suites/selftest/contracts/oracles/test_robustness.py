"""The judges of robustness, over hand-written exchanges."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from contracts.messages import PROBE, Exchange
from suites.selftest.contracts.written import exchange, failures, plan, refusable, told, word

# --- each judge and its whole verdict ---------------------------------------------------------------------------------

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
TIMELESS = ("failed", "a time was never answered", "silence: window.form")


@pytest.mark.parametrize(
    ("seen", "others", "wanted"),
    [
        (BEFORE, (), ("passed",)),
        (SILENT, (), NEVER),
        (SILENT, (BEFORE, DEAD), NEVER),
        (SILENT, (BEFORE, dataclasses.replace(DEAD, failure="unreachable")), ("silent",)),
        (SILENT, (DEAD,), ("silent",)),
        (exchange(refusable("window.form", kind="a time"), failure="timeout", number=2), (BEFORE, DEAD), TIMELESS),
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


# --- all judges and one answer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 501, 505, 599])
def test_a_5xx_counts_even_once(status: int) -> None:
    assert failures(exchange(plan(), status)) == {"robustness.no-5xx"}


def test_501_is_right_for_another_method_only() -> None:
    other = refusable("routing.other-methods", (*range(400, 500), 501), method="PUT")
    assert failures(exchange(other, 501)) == set()
    assert failures(exchange(other, 500)) == {"robustness.no-5xx"}


@pytest.mark.parametrize("status", [502, 503, 504])
def test_503_counts_where_it_comes_back_while_others_are_answered(status: int) -> None:
    again, alive = exchange(plan(), status, tries=4), exchange(plan("size.one"), number=2)
    dead = exchange(plan("size.one"), status, number=2)
    assert word("robustness.no-5xx", again, alive) == "failed"
    assert word("robustness.no-5xx", dataclasses.replace(again, tries=2), alive) == "silent"
    assert word("robustness.no-5xx", again, dead) == "silent"
    assert word("robustness.no-5xx", again) == "silent"
    assert word("robustness.no-5xx", dataclasses.replace(again, number=3), alive) == "silent"


def test_429_is_never_a_5xx_however_often_it_comes() -> None:
    alive = exchange(plan("size.one"), number=2)
    assert word("robustness.no-5xx", exchange(plan(), 429, tries=9), alive) == "silent"


@pytest.mark.parametrize(
    ("failure", "clause"),
    [
        ("timeout", "robustness.answers"),
        ("torn", "robustness.whole-answers"),
        ("garbage", "robustness.whole-answers"),
        ("too-large", "robustness.whole-answers"),
        ("short", "reply.length"),
    ],
)
def test_a_failure_on_the_wire_has_one_clause(failure: str, clause: str) -> None:
    assert failures(exchange(plan(), failure=failure)) == {clause}


@pytest.mark.parametrize("failure", ["refused", "unreachable"])
def test_a_target_that_is_not_there_breaks_no_promise(failure: str) -> None:
    assert failures(exchange(plan(), failure=failure)) == set()
