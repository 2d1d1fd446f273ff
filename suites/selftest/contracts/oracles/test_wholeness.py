"""The judges of wholeness, over hand-written exchanges."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from contracts.messages import Account, Exchange, Label, OrderNeed
from suites.selftest.contracts.written import (
    acted,
    cancelled,
    exchange,
    failures,
    outcome,
    plan,
    refusable,
    told,
    word,
)

# --- each judge and its whole verdict ---------------------------------------------------------------------------------

OPEN: dict[str, Any] = {"label": Label.OPEN, "answers": (200, 400)}
POSITION = "wholeness.position"


def bad(position: str, status: int = 200, *, clause: str = POSITION, number: int = 1, **more: Any) -> Exchange:
    sent = refusable(clause, kind=more.pop("kind", "a null"), position=position, **more)
    return exchange(sent, status, number=number)


def whole(place: str, position: str) -> tuple[str, ...]:
    return "failed", f"a batch with a null in {place} entry was taken (200)", f"taken: {position}"


ALONE = "shape.entry-object"


@pytest.mark.parametrize(
    ("seen", "others", "wanted"),
    [
        (bad("first"), (), whole("its first", "first")),
        (bad("last"), (), whole("its last", "last")),
        (bad("inside"), (), whole("an inner", "inside")),
        (bad("last", 400), (), ("passed",)),
        (bad("last", 422), (), ("silent",)),
        (bad("last", 429), (), ("silent",)),
        (bad("last", clause=ALONE), (), ("silent",)),
        (exchange(plan(POSITION)), (), ("silent",)),
        (bad("last"), (bad("alone", clause=ALONE, number=2),), ("silent",)),
        (bad("last"), (bad("alone", 400, clause=ALONE, number=2),), whole("its last", "last")),
        (bad("last"), (bad("alone", 429, clause=ALONE, number=2),), whole("its last", "last")),
        (
            bad("last"),
            (bad("alone", clause=ALONE, number=2), bad("alone", 400, clause=ALONE, number=3)),
            whole("its last", "last"),
        ),
        (bad("last"), (bad("first", clause=ALONE, number=2),), whole("its last", "last")),
        (bad("last"), (bad("alone", clause=ALONE, number=2, kind="a seven"),), whole("its last", "last")),
    ],
)
def test_one_bad_entry_refuses_the_whole(seen: Exchange, others: tuple[Exchange, ...], wanted: tuple[str, ...]) -> None:
    assert told(POSITION, seen, *others) == wanted


SHAPE, SIZE, KEYS = (f"wholeness.{each}-without-effect" for each in ("shape", "size", "credentials"))
GONE, THERE = outcome("open", "closed"), outcome("open", "open")


def refused(clause: str, *outcomes: Any, status: int = 400, **more: Any) -> Exchange:
    return exchange(refusable(clause, (status,), **more), status, outcomes=outcomes)


def effect(whose: str, status: int = 400) -> tuple[str, ...]:
    said = f"a written batch was refused ({status}), and yet {whose} order was cancelled"
    return "failed", said, "effect: a written batch"


@pytest.mark.parametrize(
    ("clause", "seen", "wanted"),
    [
        (SHAPE, refused("shape.names", GONE), effect("an open")),
        (SHAPE, refused(POSITION, GONE), effect("an open")),
        (SHAPE, refused("routing.other-paths", GONE), effect("an open")),
        (SHAPE, refused("routing.other-methods", GONE), ("silent",)),
        (SIZE, refused("size.over", GONE), effect("an open")),
        (KEYS, refused("credentials.key-known", GONE, status=401), effect("an open", 401)),
        (KEYS, refused("window.form", GONE, status=401), effect("an open", 401)),
        (
            SHAPE,
            refused("shape.names", dataclasses.replace(GONE, need=OrderNeed("b", Account.OTHER, fate="open"))),
            effect("another account's"),
        ),
        (SHAPE, refused("shape.names", THERE), ("passed",)),
        (SHAPE, refused("shape.names", outcome("either", "closed")), effect("an open")),
        (SHAPE, refused("shape.names", outcome("cancelled", "closed")), effect("an open")),
        (SHAPE, refused("shape.names", outcome("any", "closed")), ("silent",)),
        (SHAPE, refused("outcome.once", GONE), effect("an open")),
        (SHAPE, refused("shape.names", outcome("open")), ("silent",)),
        (SHAPE, refused("shape.names", outcome("open", None, cancelled(), stream=True)), effect("an open")),
        (SHAPE, refused("size.over", GONE), ("silent",)),
        (SHAPE, exchange(refusable("shape.names"), outcomes=(GONE,)), ("silent",)),
        (SHAPE, exchange(plan("shape.plain-ids"), 400, outcomes=(GONE,)), ("silent",)),
        (SHAPE, exchange(plan("shape.unknown-members", **OPEN), 400, outcomes=(GONE,)), effect("an open")),
    ],
)
def test_a_refused_batch_has_no_effect(clause: str, seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(clause, seen) == wanted


def test_an_order_that_a_taken_batch_named_as_well_is_that_ones_matter() -> None:
    seen = refused("shape.names", GONE)
    other = exchange(plan(), outcomes=(outcome("cancelled", "closed"),), number=2)
    assert told(SHAPE, seen, other) == ("silent",)
    assert told(SHAPE, seen, exchange(plan(), 400, outcomes=other.outcomes, number=2))[0] == "failed"
    assert told(SHAPE, seen, exchange(plan(), outcomes=(outcome(order_id="c"),), number=2))[0] == "failed"


def test_an_order_that_went_soon_after_another_batch_went_with_that_one() -> None:
    went = outcome("open", "closed", cancelled(at_ms=5_000), stream=True)
    early, near = (
        dataclasses.replace(refused("shape.names", went), number=number, sent_ms=sent_ms)
        for number, sent_ms in ((1, 3_999), (2, 4_000))
    )
    assert told(SHAPE, early, near) == ("silent",)
    assert told(SHAPE, near, early) == effect("an open")
    assert told(SHAPE, early) == effect("an open")
    behind = dataclasses.replace(near, sent_ms=5_001)
    assert told(SHAPE, early, behind) == effect("an open")
    another = dataclasses.replace(near, outcomes=(outcome("open", "closed", cancelled(at_ms=5_000), order_id="z"),))
    assert told(SHAPE, early, another) == effect("an open")
    at_once = dataclasses.replace(early, sent_ms=4_000)
    assert told(SHAPE, at_once, near) == effect("an open")


def test_whose_an_order_is_depends_on_who_asked() -> None:
    its = outcome("open", "closed", account=Account.OTHER)
    by_other = exchange(refusable("shape.names"), 400, outcomes=(its,), account=Account.OTHER)
    assert told(SHAPE, by_other) == effect("an open")


def test_of_several_orders_the_first_is_told() -> None:
    foreign = outcome("open", "closed", order_id="z", account=Account.OTHER)
    assert told(SHAPE, refused("shape.names", GONE, foreign)) == effect("an open")
    assert told(SHAPE, refused("shape.names", foreign, GONE)) == effect("another account's")
    taken_first = exchange(plan(), outcomes=(outcome("cancelled", "closed"),), number=2)
    assert told(SHAPE, refused("shape.names", GONE, foreign), taken_first) == ("silent",)
    assert told(SHAPE, refused("shape.names", foreign, GONE), taken_first) == effect("another account's")


LATER = ("failed", "an order that a refused batch had named could not be cancelled afterwards", "later")


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (exchange(plan(SHAPE), outcomes=(outcome("cancelled", "open"),)), LATER),
        (exchange(plan(SHAPE), outcomes=(outcome("cancelled", "closed"),)), ("passed",)),
        (exchange(plan(SHAPE), 400, outcomes=(outcome("cancelled", "open"),)), ("silent",)),
        (exchange(plan(SHAPE), outcomes=(outcome("cancelled"),)), ("silent",)),
        (exchange(plan(SHAPE), outcomes=(THERE,)), ("silent",)),
        (exchange(plan(SIZE), outcomes=(outcome("cancelled", "open"),)), ("silent",)),
    ],
)
def test_a_lawful_batch_behind_a_refused_one_acts(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(SHAPE, seen) == wanted


# --- all judges and one outcome ---------------------------------------------------------------------------------------

NEEDS = (OrderNeed("b"),)


def spoilt(position: str, status: int, *, clause: str = "wholeness.position", number: int = 1) -> Exchange:
    probes = () if position == "alone" else ("shape.entry-object",)
    sent = refusable(clause, kind="an entry that is null", position=position, probes=probes)
    return exchange(sent, status, number=number)


def test_one_bad_entry_refuses_the_whole_wherever_it_stands() -> None:
    for position in ("first", "inside", "last"):
        assert "wholeness.position" in failures(spoilt(position, 200))
        assert failures(spoilt(position, 400)) == set()


def test_a_defect_that_is_taken_alone_is_no_matter_of_its_position() -> None:
    alone = spoilt("alone", 200, clause="shape.entry-object", number=2)
    assert word("wholeness.position", spoilt("last", 200), alone) == "silent"
    assert failures(spoilt("last", 200), alone) == set()
    assert failures(alone) == {"shape.entry-object"}
    refused = spoilt("alone", 400, clause="shape.entry-object", number=2)
    assert "wholeness.position" in failures(spoilt("last", 200), refused)


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
