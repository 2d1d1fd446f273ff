"""The judges of what the order stream says, over hand-written outcomes."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from contracts.messages import Account, Exchange, Label, OrderNeed, Outcome
from contracts.oracles.outcome import STATE_PENDING
from suites.selftest.contracts.written import acted, cancelled, exchange, failures, outcome, plan, told, word

# --- each judge and its whole verdict ---------------------------------------------------------------------------------

CLOSED, LEFT = outcome("cancelled", "closed"), outcome("cancelled", "open")
TWICE = (cancelled(), cancelled(execution_id="e2"))
REPORTED = outcome("cancelled", "closed", cancelled(), stream=True)
TWO = outcome("cancelled", "closed", *TWICE, stream=True)
TOGETHER: dict[str, Any] = {"together": (plan("outcome.once", name="two"),)}
ONCE = "outcome.once"


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (
            acted(TWO, clause=ONCE, plan=TOGETHER),
            ("failed", "one order named in two batches at once is reported cancelled twice", "twice"),
        ),
        (acted(TWO, clause=ONCE), ("passed",)),
        (acted(REPORTED, clause=ONCE, plan=TOGETHER), ("passed",)),
        (acted(CLOSED, clause=ONCE, plan=TOGETHER), ("passed",)),
        (acted(clause=ONCE, plan=TOGETHER), ("silent",)),
        (acted(TWO, clause=ONCE, plan=TOGETHER, status=400), ("silent",)),
        (acted(TWO, plan=TOGETHER), ("silent",)),
        (
            acted(outcome("cancelled", "closed", *TWICE), clause=ONCE, plan=TOGETHER),
            ("failed", "one order named in two batches at once is reported cancelled twice", "twice"),
        ),
    ],
)
def test_an_order_is_cancelled_once(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(ONCE, seen) == wanted


MORE = ("failed", "an order that was named once is reported cancelled more than once", "more")


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (acted(REPORTED), ("passed",)),
        (acted(CLOSED), ("silent",)),
        (acted(outcome("cancelled", "open", stream=True)), ("silent",)),
        (
            acted(outcome("cancelled", "closed", stream=True)),
            ("failed", "an order is gone and its account's stream never said so", "never"),
        ),
        (acted(TWO), MORE),
        (acted(TWO, ids=("b", "b")), ("passed",)),
        (acted(TWO, plan=TOGETHER), ("passed",)),
        (acted(TWO, part_of="another"), ("passed",)),
        (dataclasses.replace(acted(TWO), ids=None), ("passed",)),
        (acted(TWO, status=400), ("silent",)),
    ],
)
def test_a_cancelled_order_is_reported_once(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told("outcome.reported", seen) == wanted


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, ("passed",)),
        ({"leaves": None}, ("passed",)),
        ({"state": ""}, ("passed",)),
        ({"leaves": 2.5}, ("failed", "a cancelled order is reported with 2.5 left", "left")),
        (
            {"state": "ORDER_STATE_NEW"},
            ("failed", "a cancelled order is reported in the state ORDER_STATE_NEW", "state"),
        ),
        ({"state": "x" * 50}, ("failed", f"a cancelled order is reported in the state {'x' * 40}", "state")),
        ({"state": STATE_PENDING, "leaves": 2.5}, ("silent",)),
    ],
)
def test_a_cancelled_order_has_nothing_left(changes: dict[str, Any], wanted: tuple[str, ...]) -> None:
    assert told("outcome.nothing-left", acted(outcome("cancelled", "closed", cancelled(**changes)))) == wanted


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (acted(REPORTED), ("passed",)),
        (acted(CLOSED), ("silent",)),
        (acted(outcome("cancelled", "closed", cancelled(market=""))), ("passed",)),
        (
            acted(outcome("cancelled", "closed", cancelled(market="market-b"))),
            ("failed", "an order is reported under another market than its own", "market"),
        ),
        (
            acted(outcome("open", "open", cancelled())),
            ("failed", "an order is reported cancelled and is still in the market", "not gone"),
        ),
        (acted(outcome("open", "open", cancelled(state=STATE_PENDING))), ("passed",)),
        (
            acted(REPORTED, stray=(cancelled("ä"), cancelled("x"))),
            ("failed", "the stream reports '\\xe4', which nobody has", "nobody's"),
        ),
    ],
)
def test_the_stream_reports_what_happened(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told("outcome.true-report", seen) == wanted


def asked(
    *outcomes: Outcome, clause: str = "outcome.cancelled", ids: tuple[str, ...] = ("b",), status: int = 200, **more: Any
) -> Exchange:
    return exchange(plan(clause, ids, **more), status, outcomes=outcomes)


def test_how_many_events_a_repeat_has_is_asked_where_a_stream_was_seen() -> None:
    clause, ids = "outcome.repeat-events", ("b", "b")
    assert told(clause, asked(TWO, ids=ids)) == ("passed", "2")
    assert told(clause, asked(REPORTED, ids=ids)) == ("passed", "1")
    assert told(clause, asked(TWO, REPORTED, ids=ids)) == ("passed", "2")
    assert told(clause, asked(CLOSED, ids=ids)) == ("silent",)
    assert told(clause, asked(TWO)) == ("silent",)
    assert told(clause, asked(TWO, ids=ids, status=400)) == ("silent",)
    assert told(clause, dataclasses.replace(asked(TWO, ids=ids), ids=None)) == ("silent",)


# --- all judges and one outcome ---------------------------------------------------------------------------------------

NEEDS = (OrderNeed("b"),)
OTHER = Account.OTHER
FATES: dict[str, tuple[Outcome, set[str]]] = {
    "closed by read-back": (outcome("cancelled", "closed"), set()),
    "closed and reported": (outcome("cancelled", "closed", cancelled(), stream=True), set()),
    "reported, no read-back": (outcome("cancelled", None, cancelled(), stream=True), set()),
    "nothing known": (outcome("cancelled"), set()),
    "still open by read-back": (outcome("cancelled", "open"), {"outcome.cancelled"}),
    "silence on the stream": (outcome("cancelled", None, stream=True), {"outcome.cancelled"}),
    "closed and never reported": (outcome("cancelled", "closed", stream=True), {"outcome.reported"}),
    "reported and still open": (
        outcome("cancelled", "open", cancelled(), stream=True),
        {"outcome.cancelled", "outcome.true-report"},
    ),
    "reported as an expiry": (
        outcome("cancelled", "closed", cancelled(execution="EXECUTION_TYPE_EXPIRED"), stream=True),
        {"outcome.reported"},
    ),
    "at another end and still open": (
        outcome("open", "open", cancelled(execution="EXECUTION_TYPE_EXPIRED"), stream=True),
        {"outcome.true-report"},
    ),
    "pending only": (
        outcome("cancelled", "open", cancelled(state="ORDER_STATE_PENDING_CANCEL"), stream=True),
        {"outcome.cancelled"},
    ),
    "with something left": (
        outcome("cancelled", "closed", cancelled(leaves=5.0), stream=True),
        {"outcome.nothing-left"},
    ),
    "in the state NEW": (
        outcome("cancelled", "closed", cancelled(state="ORDER_STATE_NEW"), stream=True),
        {"outcome.nothing-left"},
    ),
    "no quantity told": (outcome("cancelled", "closed", cancelled(leaves=None), stream=True), set()),
    "under another market": (
        outcome("cancelled", "closed", cancelled(market="MARKET-A"), stream=True),
        {"outcome.true-report"},
    ),
    "all of it traded": (
        outcome("cancelled", "closed", cancelled(filled=True), stream=True),
        {"outcome.true-report"},
    ),
    "delivered again": (outcome("cancelled", "closed", cancelled(), cancelled(at_ms=9), stream=True), set()),
    "twice under ids of their own": (
        outcome("cancelled", "closed", cancelled(), cancelled(execution_id="e2"), stream=True),
        {"outcome.reported"},
    ),
    "on the other account's stream": (
        outcome("cancelled", "closed", cancelled(), cancelled(account=OTHER), stream=True),
        {"ownership.own-stream"},
    ),
}


@pytest.mark.parametrize(("seen", "found"), FATES.values(), ids=FATES)
def test_what_became_of_a_named_order_breaks_its_own_clauses(seen: Outcome, found: set[str]) -> None:
    assert failures(acted(seen)) == found


def test_nothing_is_passed_where_nothing_is_known() -> None:
    for clause in ("outcome.cancelled", "outcome.reported", "outcome.nothing-left", "ownership.own-stream"):
        assert word(clause, acted(outcome("cancelled"))) == "silent"
    read_only = acted(outcome("cancelled", "closed"))
    assert word("outcome.cancelled", read_only) == "passed"
    assert word("outcome.reported", read_only) == "silent"


def test_an_order_named_in_two_batches_at_once_is_cancelled_once() -> None:
    twice = outcome("cancelled", "closed", cancelled(), cancelled(execution_id="e2"), stream=True)
    sent = plan("outcome.once", ["b"], orders=NEEDS, together=(plan("outcome.once", name="two"),))
    assert failures(exchange(sent, outcomes=(twice,))) == {"outcome.once"}


def test_how_many_events_a_repeat_has_is_asked_and_never_failed() -> None:
    twice = outcome("cancelled", "closed", cancelled(), cancelled(execution_id="e2"), stream=True)
    sent = plan("outcome.once", ["b", "b"], orders=NEEDS, label=Label.OPEN, answers=(200, 400))
    assert failures(exchange(sent, outcomes=(twice,))) == set()
    assert word("outcome.repeat-events", exchange(sent, outcomes=(twice,))) == "passed"


def test_a_name_may_be_rejected_to_who_said_it_where_those_that_nobody_has_are_too() -> None:
    """Whether an id that is ignored yields an event, nobody says."""
    rejected = cancelled(execution="EXECUTION_TYPE_REJECTED", state="ORDER_STATE_REJECTED", market="market-b")
    foreign = outcome("open", "open", rejected, account=OTHER, stream=True)
    seen, nobodys = acted(foreign), exchange(plan(), stray=(rejected,), number=9)
    assert failures(seen) == {"outcome.true-report", "ownership.own-stream"}
    assert failures(nobodys) == set()
    assert failures(seen, nobodys) == set()


def test_events_of_ids_that_nobody_has_are_untrue() -> None:
    assert failures(exchange(plan(), stray=(cancelled("a"),))) == {"outcome.true-report"}
