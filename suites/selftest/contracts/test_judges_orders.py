"""The judges of outcome, ownership and wholeness over hand-written outcomes, by stream and by read-back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.messages import Account, Exchange, Label, OrderNeed, Outcome
from suites.selftest.contracts.written import cancelled, exchange, failures, outcome, plan, refusable, rows, word

NEEDS = (OrderNeed("b"),)
OTHER = Account.OTHER


def acted(
    *outcomes: Outcome, clause: str = "outcome.cancelled", ids: tuple[str, ...] = ("b",), **more: Any
) -> Exchange:
    """A taken batch of own orders with what became of them."""
    return exchange(plan(clause, ids, orders=NEEDS), outcomes=outcomes, **more)


# --- cancelled --------------------------------------------------------------------------------------------------------

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


def test_an_order_named_in_two_batches_at_once_is_cancelled_once() -> None:
    twice = outcome("cancelled", "closed", cancelled(), cancelled(execution_id="e2"), stream=True)
    sent = plan("outcome.once", ["b"], orders=NEEDS, together=(plan("outcome.once", name="two"),))
    assert failures(exchange(sent, outcomes=(twice,))) == {"outcome.once"}


def test_how_many_events_a_repeat_has_is_asked_and_never_failed() -> None:
    twice = outcome("cancelled", "closed", cancelled(), cancelled(execution_id="e2"), stream=True)
    sent = plan("outcome.once", ["b", "b"], orders=NEEDS, label=Label.OPEN, answers=(200, 400))
    assert failures(exchange(sent, outcomes=(twice,))) == set()
    assert word("outcome.repeat-events", exchange(sent, outcomes=(twice,))) == "passed"


def test_another_spelling_of_an_id_acts_on_nothing_taken_or_refused() -> None:
    sent = plan("outcome.exact-id", ["B"], orders=NEEDS, label=Label.OPEN, answers=(200, 400))
    for status in (200, 400):
        assert failures(exchange(sent, status, outcomes=(outcome("open", "closed"),))) >= {"outcome.exact-id"}
        assert word("outcome.exact-id", exchange(sent, status, outcomes=(outcome("open", "open"),))) == "passed"


def test_events_of_ids_that_nobody_has_are_untrue() -> None:
    assert failures(exchange(plan(), stray=(cancelled("a"),))) == {"outcome.true-report"}


# --- ownership --------------------------------------------------------------------------------------------------------


def test_a_foreign_order_is_never_cancelled_whoever_sends() -> None:
    gone, alive = (outcome("open", state, account=OTHER) for state in ("closed", "open"))
    assert failures(acted(gone, clause="ownership.foreign-untouched")) == {"ownership.foreign-untouched"}
    assert word("ownership.foreign-untouched", acted(alive)) == "passed"
    ours = outcome("open", "closed", account=Account.OWN)
    assert failures(acted(ours, clause="ownership.foreign-untouched", account=OTHER)) == {"ownership.foreign-untouched"}
    on_stream = outcome("open", None, cancelled(account=OTHER), account=OTHER, stream=True)
    assert failures(acted(on_stream)) == {"ownership.foreign-untouched"}


def foreign(status: int = 200, raw: bytes | None = None, headers: tuple[tuple[str, str], ...] = ()) -> set[str]:
    clause = "ownership.foreign-as-unknown"
    whole = plan(clause, ["b"], name="whole")
    unknown = [exchange(plan(clause, [each], name=each), number=n, part_of="whole") for n, each in enumerate("xy", 1)]
    named = (("Content-Type", "application/json"), *headers)
    return failures(exchange(whole, status, raw=raw, headers=named, number=3), *unknown)


def test_a_foreign_order_is_answered_as_an_unknown_one() -> None:
    clause = {"ownership.foreign-as-unknown"}
    assert foreign() == set()
    assert foreign(404) == clause
    assert foreign(raw=b'{"canceledOrderIds":["b"],"skipped":1}') == clause
    assert foreign(headers=(("X-Owner", "x"),)) == clause
    assert foreign(headers=(("Connection", "close"), ("Set-Cookie", "a=b"))) == set()


def test_a_key_acts_on_its_own_account() -> None:
    clause = "ownership.own-key"
    seen = outcome("cancelled", "open", account=OTHER)
    assert failures(acted(seen, clause=clause, account=OTHER)) == {clause}


def test_a_foreign_order_holds_up_no_own_one_that_an_unknown_id_lets_go() -> None:
    foreigner = outcome("open", "open", order_id="z", account=OTHER)
    held = acted(outcome("cancelled", "open"), foreigner, ids=("b", "z"))
    let_go = acted(outcome("cancelled", "closed"), ids=("b", "nobody-1"), number=2)
    assert failures(held, let_go) == {"outcome.independent", "ownership.foreign-as-unknown"}
    assert failures(held) == {"outcome.independent"}
    both = acted(outcome("cancelled", "open"), ids=("b", "nobody-1"), number=2)
    assert failures(held, both) == {"outcome.independent"}


# --- wholeness --------------------------------------------------------------------------------------------------------


def bad(position: str, status: int, *, clause: str = "wholeness.position", number: int = 1) -> Exchange:
    probes = () if position == "alone" else ("shape.entry-object",)
    sent = refusable(clause, kind="an entry that is null", position=position, probes=probes)
    return exchange(sent, status, number=number)


def test_one_bad_entry_refuses_the_whole_wherever_it_stands() -> None:
    for position in ("first", "inside", "last"):
        assert "wholeness.position" in failures(bad(position, 200))
        assert failures(bad(position, 400)) == set()


def test_a_defect_that_is_taken_alone_is_no_matter_of_its_position() -> None:
    alone = bad("alone", 200, clause="shape.entry-object", number=2)
    assert word("wholeness.position", bad("last", 200), alone) == "silent"
    assert failures(bad("last", 200), alone) == set()
    assert failures(alone) == {"shape.entry-object"}
    refused = bad("alone", 400, clause="shape.entry-object", number=2)
    assert "wholeness.position" in failures(bad("last", 200), refused)


EFFECTS = {
    "shape.slug-present": "wholeness.shape-without-effect",
    "wholeness.position": "wholeness.shape-without-effect",
    "size.over": "wholeness.size-without-effect",
    "credentials.key-known": "wholeness.credentials-without-effect",
    "window.past-outside": "wholeness.credentials-without-effect",
}


@pytest.mark.parametrize(("clause", "effect"), EFFECTS.items())
def test_a_refused_batch_has_no_effect_on_any_order(clause: str, effect: str) -> None:
    status = 401 if "wholeness.credentials" in effect else 400
    sent = refusable(clause, (status,), orders=NEEDS)
    gone, alive = outcome("open", "closed"), outcome("open", "open")
    told = outcome("open", None, cancelled(), stream=True)
    assert failures(exchange(sent, status, outcomes=(gone,))) == {effect}
    assert failures(exchange(sent, status, outcomes=(told,))) == {effect}
    assert word(effect, exchange(sent, status, outcomes=(alive,))) == "passed"
    assert word(effect, exchange(sent, status, outcomes=(outcome("open"),))) == "silent"
    assert word(effect, exchange(sent, 200, outcomes=(gone,))) == "silent"


@pytest.mark.parametrize(("fate", "found"), [("cancelled", True), ("either", True), ("any", False)])
def test_a_batch_that_may_be_refused_has_no_effect_where_it_is(fate: str, *, found: bool) -> None:
    asked = plan("outcome.once", orders=NEEDS, label=Label.OPEN, answers=(200, 400))
    effect = {"wholeness.shape-without-effect"} if found else set()
    assert failures(exchange(asked, 400, outcomes=(outcome(fate, "closed"),))) == effect
    assert failures(exchange(asked, 400, outcomes=(outcome(fate, "open"),))) == set()


def test_a_lawful_batch_behind_a_refused_one_acts_as_if_the_other_had_never_been() -> None:
    clause = "wholeness.shape-without-effect"
    assert failures(acted(outcome("cancelled", "open"), clause=clause)) == {clause}
    assert failures(acted(outcome("cancelled", "closed"), clause=clause)) == set()


def test_a_written_batch_reads_as_its_ids() -> None:
    assert json.loads(plan(ids=["x"]).body or b"") == rows(["x"])
