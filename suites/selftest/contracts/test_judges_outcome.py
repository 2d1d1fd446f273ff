"""The judges of what became of orders, each with its whole verdict, over hand-written outcomes."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from contracts.messages import Account, Exchange, Label, Outcome
from contracts.oracles.outcome import STATE_PENDING, cancel_events, gone, judgeable, known, named
from suites.selftest.contracts.written import cancelled, exchange, outcome, plan, refusable, told

OTHER = Account.OTHER
OPEN: dict[str, Any] = {"label": Label.OPEN, "answers": (200, 400)}
CLOSED, LEFT = outcome("cancelled", "closed"), outcome("cancelled", "open")
TWICE = (cancelled(), cancelled(execution_id="e2"))


def acted(
    *outcomes: Outcome, clause: str = "outcome.cancelled", ids: tuple[str, ...] = ("b",), status: int = 200, **more: Any
) -> Exchange:
    sent = plan(clause, ids, orders=tuple(each.need for each in outcomes), **more.pop("plan", {}))
    return exchange(sent, status, outcomes=outcomes, **more)


# --- what is read off an outcome --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (outcome(), (False, False, 0)),
        (outcome(stream=True), (True, False, 0)),
        (outcome(read_back="open"), (True, False, 0)),
        (outcome(read_back="closed"), (True, True, 0)),
        (outcome("cancelled", None, cancelled(), stream=True), (True, True, 1)),
        (outcome("cancelled", "open", cancelled(), stream=True), (True, False, 1)),
        (outcome("cancelled", None, *TWICE, stream=True), (True, True, 2)),
        (outcome("cancelled", None, cancelled(), cancelled(), stream=True), (True, True, 1)),
        (
            outcome("cancelled", None, cancelled(execution_id=""), cancelled(execution_id=""), stream=True),
            (True, True, 1),
        ),
        (outcome("cancelled", None, cancelled(state=STATE_PENDING), stream=True), (True, False, 0)),
        (outcome("cancelled", None, cancelled(execution="EXECUTION_TYPE_NEW"), stream=True), (True, False, 0)),
    ],
)
def test_an_outcome_says_whether_it_is_known_and_gone_and_how_often(
    seen: Outcome, wanted: tuple[bool, bool, int]
) -> None:
    assert (known(seen), gone(seen), len(cancel_events(seen))) == wanted


@pytest.mark.parametrize(
    ("seen", "counts"),
    [
        (CLOSED, True),
        (outcome("either", "closed"), True),
        (outcome("open", "closed"), False),
        (outcome("any", "closed"), False),
        (outcome("cancelled", "closed", state="cancelled"), False),
        (outcome("cancelled"), False),
    ],
)
def test_named_are_open_orders_that_a_taken_batch_had_to_cancel(seen: Outcome, *, counts: bool) -> None:
    assert bool(named(acted(seen))) is counts
    assert not named(acted(seen, status=400))
    assert not named(exchange(refusable("size.over"), outcomes=(seen,)))
    assert judgeable(acted(seen, plan=OPEN))


# --- cancelled --------------------------------------------------------------------------------------------------------

STILL = "1 of 1 open orders that a taken batch named are still in the market (a written batch)"


@pytest.mark.parametrize(
    ("seen", "alone", "mixed"),
    [
        (acted(CLOSED), ("passed",), ("silent",)),
        (acted(LEFT), ("failed", STILL, "still open"), ("silent",)),
        (acted(CLOSED, ids=("b", "nobody-1")), ("silent",), ("passed",)),
        (acted(LEFT, ids=("b", "nobody-1")), ("silent",), ("failed", STILL, "still open")),
        (acted(CLOSED, ids=("b", "b")), ("passed",), ("silent",)),
        (acted(outcome("cancelled", "closed", account=OTHER)), ("silent",), ("silent",)),
        (acted(LEFT, clause="wholeness.shape-without-effect"), ("silent",), ("silent",)),
        (acted(LEFT, clause="isolation.at-once"), ("silent",), ("silent",)),
        (acted(LEFT, status=400), ("silent",), ("silent",)),
    ],
)
def test_what_a_taken_batch_names_is_cancelled(seen: Exchange, alone: tuple[str, ...], mixed: tuple[str, ...]) -> None:
    assert told("outcome.cancelled", seen) == alone
    assert told("outcome.independent", seen) == mixed


DEAD = outcome("open", state="cancelled")
AGAIN = outcome("open", None, cancelled(), state="cancelled", stream=True)
NOTHING = "outcome.nothing-to-cancel"


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (acted(DEAD), ("passed",)),
        (acted(clause=NOTHING), ("passed",)),
        (acted(), ("silent",)),
        (acted(AGAIN), ("failed", "an order that was cancelled before is reported cancelled again", "again")),
        (acted(DEAD, clause=NOTHING, status=400), ("failed", "a written batch was answered 400, not 200", "an error")),
        (acted(DEAD, status=400), ("silent",)),
        (acted(status=404), ("failed", "a written batch was answered 404, not 200", "an error")),
        (acted(clause=NOTHING, status=401), ("silent",)),
        (acted(clause=NOTHING, status=403), ("silent",)),
        (acted(clause=NOTHING, status=402), ("failed", "a written batch was answered 402, not 200", "an error")),
        (acted(clause=NOTHING, status=404), ("failed", "a written batch was answered 404, not 200", "an error")),
        (acted(AGAIN, status=429), ("silent",)),
    ],
)
def test_what_is_gone_already_is_ignored_in_silence(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(NOTHING, seen) == wanted


# --- nothing else -----------------------------------------------------------------------------------------------------

EARLY = outcome("cancelled", "closed", cancelled(at_ms=899), stream=True)
ALONG = ("failed", "an order was cancelled before any batch named it", "before it was named")
BYSTANDER = ("failed", "an order that the batch does not name was cancelled (a written batch)", "bystander")


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (acted(EARLY, sent_ms=1000), ALONG),
        (acted(outcome("either", "closed", cancelled(at_ms=899), stream=True), sent_ms=1000), ALONG),
        (acted(EARLY, sent_ms=999), ("silent",)),
        (acted(EARLY, sent_ms=1000, part_of="another"), ("silent",)),
        (acted(EARLY, sent_ms=1000, part_of="another", lane=1), ALONG),
        (acted(EARLY, sent_ms=1000, lane=1), ALONG),
        (acted(EARLY, sent_ms=1000, plan={"before": (plan(),)}), ("silent",)),
        (acted(EARLY, sent_ms=1000, clause="outcome.exact-id"), ("silent",)),
        (acted(EARLY, sent_ms=1000, status=400), ("silent",)),
        (acted(EARLY, sent_ms=1000, account=OTHER), ("silent",)),
        (acted(outcome("any", "closed", cancelled(at_ms=899), stream=True), sent_ms=1000), ("silent",)),
        (acted(outcome("open", "closed")), BYSTANDER),
        (acted(outcome("open", "open")), ("passed",)),
        (acted(outcome("open")), ("silent",)),
        (acted(outcome("open", "closed", account=OTHER)), ("silent",)),
        (acted(outcome("open", "closed"), clause="outcome.exact-id"), ("silent",)),
        (acted(CLOSED), ("silent",)),
    ],
)
def test_nothing_else_is_cancelled(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told("outcome.nothing-else", seen) == wanted


EXACT = "outcome.exact-id"


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (
            acted(outcome("open", "closed"), clause=EXACT),
            ("failed", "a written batch cancelled an order", "acts: a written batch"),
        ),
        (acted(outcome("open", "open"), clause=EXACT, status=400), ("passed",)),
        (acted(outcome("open"), clause=EXACT), ("silent",)),
        (acted(CLOSED, clause=EXACT), ("silent",)),
        (acted(outcome("open", "closed"), clause=EXACT, status=302), ("silent",)),
        (acted(outcome("open", "closed")), ("silent",)),
    ],
)
def test_only_the_exact_id_acts(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(EXACT, seen) == wanted


# --- what the stream says ---------------------------------------------------------------------------------------------

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
