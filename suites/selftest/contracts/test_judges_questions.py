"""The judges of the questions about orders, each with its answer, over hand-written outcomes."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from contracts.messages import Exchange, Label, Outcome
from suites.selftest.contracts.written import cancelled, exchange, outcome, plan, told

OPEN: dict[str, Any] = {"label": Label.OPEN, "answers": (200, 400)}
TWO = outcome("cancelled", "closed", cancelled(), cancelled(execution_id="e2"), stream=True)
REPORTED = outcome("cancelled", "closed", cancelled(), stream=True)
CLOSED = outcome("cancelled", "closed")


def acted(
    *outcomes: Outcome, clause: str = "outcome.cancelled", ids: tuple[str, ...] = ("b",), status: int = 200, **more: Any
) -> Exchange:
    return exchange(plan(clause, ids, **more), status, outcomes=outcomes)


ELSEWHERE = "outcome.other-market"


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (acted(outcome("any", "closed"), clause=ELSEWHERE, **OPEN), ("passed", "cancelled")),
        (acted(outcome("any", "open"), clause=ELSEWHERE, **OPEN), ("passed", "ignored")),
        (acted(outcome("any", "open"), clause=ELSEWHERE, status=404, **OPEN), ("passed", "refused with 404")),
        (acted(outcome("any", "closed"), outcome("any", "open"), clause=ELSEWHERE, **OPEN), ("passed", "cancelled")),
        (acted(outcome("any"), clause=ELSEWHERE, **OPEN), ("silent",)),
        (acted(CLOSED, clause=ELSEWHERE, **OPEN), ("silent",)),
        (acted(outcome("any", "open"), clause=ELSEWHERE, status=302, **OPEN), ("silent",)),
        (acted(outcome("any", "closed"), **OPEN), ("silent",)),
    ],
)
def test_what_becomes_of_another_market_is_asked(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(ELSEWHERE, seen) == wanted


def test_how_many_events_a_repeat_has_is_asked_where_a_stream_was_seen() -> None:
    clause, ids = "outcome.repeat-events", ("b", "b")
    assert told(clause, acted(TWO, ids=ids)) == ("passed", "2")
    assert told(clause, acted(REPORTED, ids=ids)) == ("passed", "1")
    assert told(clause, acted(TWO, REPORTED, ids=ids)) == ("passed", "2")
    assert told(clause, acted(CLOSED, ids=ids)) == ("silent",)
    assert told(clause, acted(TWO)) == ("silent",)
    assert told(clause, acted(TWO, ids=ids, status=400)) == ("silent",)
    assert told(clause, dataclasses.replace(acted(TWO, ids=ids), ids=None)) == ("silent",)
