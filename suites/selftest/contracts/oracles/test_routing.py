"""The judges of methods, paths and delays, over hand-written exchanges."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.messages import Exchange, Label
from suites.selftest.contracts.written import exchange, failures, outcome, plan, refusable, told

# --- each judge and its whole verdict ---------------------------------------------------------------------------------

METHODS, PATHS, EXPECT = "routing.other-methods", "routing.other-paths", "routing.expect"
OPEN: dict[str, Any] = {"label": Label.OPEN, "answers": (200, 417), "kind": "Expect"}
PUT = refusable(METHODS, (404, 405, 501), method="PUT")
PATH = refusable(PATHS, (404,), kind="two slashes")
WAITING = plan(EXPECT, **OPEN)
LATE = ("failed", "Expect was kept waiting for 2.0 s", "delay")


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (exchange(PUT, 405), ("passed",)),
        (exchange(PUT, 501), ("passed",)),
        (exchange(PUT, 200), ("failed", "PUT was answered 200, not 4xx or 501", "PUT 2xx")),
        (exchange(PUT, 298), ("failed", "PUT was answered 298, not 4xx or 501", "PUT 2xx")),
        (exchange(PUT, 302), ("failed", "PUT was answered 302, not 4xx or 501", "PUT 3xx")),
        (exchange(PUT, 503), ("silent",)),
        (exchange(PUT, 405, failure="torn"), ("silent",)),
        (exchange(refusable(PATHS, (405,)), 405), ("silent",)),
        (exchange(PUT, 405, outcomes=(outcome("open", "open"),)), ("passed",)),
        (exchange(PUT, 405, outcomes=(outcome("open"),)), ("passed",)),
        (
            exchange(PUT, 405, outcomes=(outcome("open", "closed"),)),
            ("failed", "PUT with the body of a batch cancelled an order", "PUT acts"),
        ),
    ],
)
def test_another_method_is_refused_and_does_nothing(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(METHODS, seen) == wanted


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (exchange(PATH, 404), ("passed",)),
        (exchange(PATH, 302), ("passed",)),
        (exchange(PATH), ("failed", "two slashes was taken (200)", "taken: two slashes")),
        (exchange(PATH, 429), ("silent",)),
        (exchange(PUT), ("silent",)),
    ],
)
def test_another_path_is_no_way_around(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(PATHS, seen) == wanted


def usual(*elapsed_ms: float) -> list[Exchange]:
    return [exchange(plan(), elapsed_ms=each, number=number) for number, each in enumerate(elapsed_ms, 1)]


@pytest.mark.parametrize(
    ("seen", "others", "wanted"),
    [
        (exchange(WAITING, elapsed_ms=30.0), (), ("passed",)),
        (exchange(WAITING, 417, elapsed_ms=30.0), (), ("passed",)),
        (exchange(WAITING, 400), (), ("failed", "Expect was answered 400, not 200 or 417", "status 400")),
        (exchange(WAITING, 500), (), ("silent",)),
        (exchange(WAITING, 499), (), ("failed", "Expect was answered 499, not 200 or 417", "status 499")),
        (exchange(WAITING, 401), (), ("silent",)),
        (exchange(WAITING, 403), (), ("silent",)),
        (exchange(WAITING, 402), (), ("failed", "Expect was answered 402, not 200 or 417", "status 402")),
        (exchange(WAITING, 429), (), ("silent",)),
        (exchange(WAITING, failure="torn"), (), ("silent",)),
        (exchange(WAITING, failure="timeout", elapsed_ms=2000.0), (), LATE),
        (
            exchange(WAITING, failure="timeout", elapsed_ms=60_000.0),
            (),
            ("failed", "Expect was kept waiting for 60.0 s", "delay"),
        ),
        (exchange(WAITING, elapsed_ms=2000.0, number=9), (20.0, 30.0, 549.0), LATE),
        (exchange(WAITING, elapsed_ms=2000.0, number=9), (20.0, 300.0, 560.0), ("passed",)),
        (exchange(WAITING, elapsed_ms=2000.0, number=9), (20.0, 30.0, 550.0), ("passed",)),
        (exchange(WAITING, elapsed_ms=2000.5, number=9), (20.0, 30.0, 550.0), LATE),
        (exchange(plan("routing.accept", **OPEN), elapsed_ms=2000.0, number=9), (1.0, 1.0), ("silent",)),
    ],
)
def test_a_delay_is_one_beside_the_usual_answers(
    seen: Exchange, others: tuple[float, ...], wanted: tuple[str, ...]
) -> None:
    assert told(EXPECT, seen, *usual(*others)) == wanted


def test_what_did_not_come_is_not_usual() -> None:
    seen = exchange(WAITING, elapsed_ms=2000.0, number=9)
    lost = [exchange(plan(), failure="torn", number=number) for number in (4, 5, 6)]
    assert told(EXPECT, seen, *lost, *usual(600.0)) == ("passed",)


@pytest.mark.parametrize(
    ("clause", "seen", "wanted"),
    [
        ("routing.which-chunked", exchange(plan("routing.chunked")), ("passed", "taken")),
        ("routing.which-chunked", exchange(plan("routing.chunked"), 411), ("passed", "refused with 411")),
        ("routing.which-chunked", exchange(plan("routing.chunked"), 429), ("silent",)),
        ("routing.which-chunked", exchange(plan("routing.accept")), ("silent",)),
        ("routing.options", exchange(refusable(METHODS, method="OPTIONS"), 204), ("passed", "204")),
        ("routing.options", exchange(refusable(METHODS, method="OPTIONS"), 503), ("silent",)),
        ("routing.options", exchange(PUT, 204), ("silent",)),
    ],
)
def test_what_is_open_is_asked(clause: str, seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(clause, seen) == wanted


# --- all judges and one answer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 204, 301])
def test_another_method_is_not_carried_out(status: int) -> None:
    sent = refusable("routing.other-methods", (*range(400, 500), 501), method="PUT")
    assert "routing.other-methods" in failures(exchange(sent, status))
    effect = exchange(sent, 405, outcomes=(outcome("open", "closed"),))
    assert failures(effect) == {"routing.other-methods"}


def test_another_spelling_of_the_path_is_no_way_around() -> None:
    sent = refusable("routing.other-paths", tuple(range(300, 500)), path="/v1//orders/batched/cancel")
    assert failures(exchange(sent)) == {"routing.other-paths"}
    assert [failures(exchange(sent, status, headers=())) for status in (301, 404)] == [set(), set()]


def test_silence_to_expect_is_its_own_clause() -> None:
    sent = plan("routing.expect", label=Label.OPEN, answers=(200, 417))
    assert failures(exchange(sent, failure="timeout")) == {"routing.expect"}
    assert [failures(exchange(sent, status, elapsed_ms=30.0)) for status in (200, 417)] == [set(), set()]
    late = exchange(sent, elapsed_ms=2_000.0, number=9)
    quick, slow = ([exchange(plan(), elapsed_ms=ms, number=n) for n in (1, 2)] for ms in (20.0, 2_000.0))
    assert failures(late, *quick) == {"routing.expect"}
    assert failures(late, *slow) == set()
