"""The judges of what became of orders, over hand-written outcomes."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.messages import Account, Exchange, Label, OrderNeed, Outcome
from contracts.oracles.outcome import STATE_PENDING, cancel_events, gone, judgeable, known, named
from suites.selftest.contracts.written import acted, cancelled, exchange, failures, outcome, plan, refusable, told, word

# --- what is read off an outcome --------------------------------------------------------------------------------------

OPEN: dict[str, Any] = {"label": Label.OPEN, "answers": (200, 400)}
CLOSED, LEFT = outcome("cancelled", "closed"), outcome("cancelled", "open")
TWICE = (cancelled(), cancelled(execution_id="e2"))


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

OTHER = Account.OTHER
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


# --- another market ---------------------------------------------------------------------------------------------------


def asked(
    *outcomes: Outcome, clause: str = "outcome.cancelled", ids: tuple[str, ...] = ("b",), status: int = 200, **more: Any
) -> Exchange:
    return exchange(plan(clause, ids, **more), status, outcomes=outcomes)


ELSEWHERE = "outcome.other-market"


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (asked(outcome("any", "closed"), clause=ELSEWHERE, **OPEN), ("passed", "cancelled")),
        (asked(outcome("any", "open"), clause=ELSEWHERE, **OPEN), ("passed", "ignored")),
        (asked(outcome("any", "open"), clause=ELSEWHERE, status=404, **OPEN), ("passed", "refused with 404")),
        (asked(outcome("any", "closed"), outcome("any", "open"), clause=ELSEWHERE, **OPEN), ("passed", "cancelled")),
        (asked(outcome("any"), clause=ELSEWHERE, **OPEN), ("silent",)),
        (asked(CLOSED, clause=ELSEWHERE, **OPEN), ("silent",)),
        (asked(outcome("any", "open"), clause=ELSEWHERE, status=302, **OPEN), ("silent",)),
        (asked(outcome("any", "closed"), **OPEN), ("silent",)),
    ],
)
def test_what_becomes_of_another_market_is_asked(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(ELSEWHERE, seen) == wanted


# --- all judges and one outcome ---------------------------------------------------------------------------------------

NEEDS = (OrderNeed("b"),)


@pytest.mark.parametrize("more", [{"failure": "torn"}, {"status": 400}, {"status": 429}])
def test_an_order_left_open_by_a_batch_that_was_not_taken_is_no_matter(more: dict[str, Any]) -> None:
    assert word("outcome.cancelled", acted(outcome("cancelled", "open"), **more)) == "silent"


def test_among_others_the_clause_is_independence() -> None:
    mixed = acted(outcome("cancelled", "open"), ids=("b", "nobody-1"))
    assert failures(mixed) == {"outcome.independent"}
    assert word("outcome.cancelled", mixed) == "silent"


def test_a_bystander_is_left_alone() -> None:
    beside = outcome("open", "closed", order_id="y")
    assert failures(acted(outcome("cancelled", "closed"), beside)) == {"outcome.nothing-else"}
    alive = outcome("open", "open", order_id="y")
    assert word("outcome.nothing-else", acted(outcome("cancelled", "closed"), alive)) == "passed"
    told = outcome("open", None, cancelled("y"), order_id="y", stream=True)
    assert failures(acted(outcome("cancelled", "closed"), told)) == {"outcome.nothing-else"}


def test_an_order_that_went_before_any_batch_named_it_was_taken_along() -> None:
    early = outcome("cancelled", "closed", cancelled(at_ms=1), stream=True)
    assert failures(acted(early, sent_ms=60_000)) == {"outcome.nothing-else"}
    assert failures(acted(early, sent_ms=1)) == set()


def test_what_was_cancelled_before_is_not_cancelled_again() -> None:
    clause = "outcome.nothing-to-cancel"
    dead = outcome("any", "closed", state="cancelled")
    again = outcome("any", "closed", cancelled(), state="cancelled", stream=True)
    assert word(clause, acted(dead, clause=clause)) == "passed"
    assert failures(acted(again, clause=clause)) == {clause}
    assert failures(acted(dead, clause=clause, status=409)) == {clause}


def test_another_spelling_of_an_id_acts_on_nothing_taken_or_refused() -> None:
    sent = plan("outcome.exact-id", ["B"], orders=NEEDS, label=Label.OPEN, answers=(200, 400))
    for status in (200, 400):
        assert failures(exchange(sent, status, outcomes=(outcome("open", "closed"),))) >= {"outcome.exact-id"}
        assert word("outcome.exact-id", exchange(sent, status, outcomes=(outcome("open", "open"),))) == "passed"
