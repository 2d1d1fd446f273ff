"""The judges of the echo, over hand-written exchanges."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from contracts.messages import Exchange, History, Label, OrderNeed
from contracts.oracles.echo import lenders, wrong_everywhere
from suites.selftest.contracts.written import (
    exchange,
    failures,
    outcome,
    plan,
    refusable,
    told,
    verdict,
    word,
)

# --- each judge and its whole verdict ---------------------------------------------------------------------------------

SHORT = exchange(plan(), echo=["b"])


def test_an_echo_is_wrong_everywhere_where_another_differs_alike() -> None:
    other = exchange(plan(ids=["d", "c"]), echo=["d"], number=2)
    assert wrong_everywhere(SHORT, ("b",), History.of((SHORT, other)))
    assert not wrong_everywhere(SHORT, ("b",), History.of((SHORT,)))
    assert not wrong_everywhere(SHORT, ("b", "a"), History.of((SHORT, exchange(plan(), number=2))))
    assert not wrong_everywhere(SHORT, ("b",), History.of((SHORT, exchange(plan(), echo=["a", "b"], number=2))))
    bare = dataclasses.replace(SHORT, ids=None)
    assert not wrong_everywhere(bare, ("b",), History.of((bare, other)))


def test_an_id_is_lent_where_another_request_named_it() -> None:
    seen = exchange(plan(ids=["nobody-1"]), number=3)
    other = exchange(plan(ids=["nobody-9", "o-9"]), number=2, outcomes=(outcome(order_id="o-9"),))
    third = exchange(plan(ids=["nobody-8"]), number=1)
    history = History.of((third, other, seen))
    assert lenders(seen, ("nobody-9", "nobody-1", "nobody-7"), history) == (other,)
    assert lenders(seen, ("nobody-9", "nobody-8"), history) == (third, other)
    assert lenders(seen, ("o-9",), history) == ()
    at_once = dataclasses.replace(seen, lane=1)
    assert lenders(at_once, ("o-9", "o-7"), history) == (other,)
    assert lenders(dataclasses.replace(seen, ids=None), ("nobody-9",), history) == (other,)
    assert lenders(dataclasses.replace(seen, ids=None), ("nobody-1",), history) == ()


def test_an_id_is_lent_with_what_was_no_utf_8_in_it() -> None:
    surrogate = b'{"orders":[{"orderId":"nobody-9\xed\xa0\x80","marketSlug":"market-a"}]}'
    other = exchange(plan("shape.not-utf-8", body=surrogate, label=Label.UNLAWFUL, answers=(400,)), 400, number=2)
    seen = exchange(plan(ids=["nobody-1"]), echo=["nobody-9\ud800", "nobody-1"], number=3)
    assert lenders(seen, ("nobody-9\ud800", "nobody-1"), History.of((other, seen))) == (other,)
    assert lenders(seen, ("nobody-9\udc00", "nobody-1"), History.of((other, seen))) == ()


def sent(clause: str, ids: list[str], got: list[object], **more: Any) -> Exchange:
    return exchange(plan(clause, ids, **more.pop("plan", {})), echo=got, **more)


VERBATIM = ("failed", "of 2 ids, entry 1 is 'B' and comes back as 'b'", "verbatim")
NEED: dict[str, Any] = {"orders": (OrderNeed("b"),)}


@pytest.mark.parametrize(
    ("clause", "seen", "wanted"),
    [
        ("echo.verbatim", sent("echo.complete", ["B", "a"], ["b", "a"]), VERBATIM),
        ("echo.verbatim", sent("echo.complete", ["B", "a"], ["b", "a"], plan=NEED), ("silent",)),
        ("echo.verbatim", sent("echo.again", ["B", "a"], ["b", "a"]), ("silent",)),
        (
            "echo.verbatim",
            sent("echo.complete", ["b", "7", "8"], ["b", 7, 8]),
            ("failed", "the id '7' comes back as 7, no string", "another type"),
        ),
        ("echo.verbatim", sent("echo.complete", ["b", "7"], ["b", 7, 8]), ("silent",)),
        ("echo.verbatim", sent("echo.complete", ["6", "7"], [6, 7]), ("silent",)),
        (
            "echo.order",
            sent("echo.complete", ["b", "a"], ["a", "b"], plan=NEED),
            ("failed", "of 2 ids, entry 1 is 'b' and comes back as 'a'", "order"),
        ),
        (
            "echo.repeats",
            sent("echo.complete", ["b", "b"], ["b"], plan=NEED),
            ("failed", "2 ids were sent and 1 came back", "repeats"),
        ),
        (
            "echo.complete",
            sent("echo.complete", ["b", "a"], ["b"]),
            ("failed", "2 ids were sent and 1 came back", "complete"),
        ),
        ("echo.complete", sent("echo.complete", ["b", "a"], ["b"], plan=NEED), ("silent",)),
        ("echo.complete", sent("echo.complete", ["b", "a"], ["a", "b"]), ("passed",)),
        ("echo.complete", sent("echo.complete", ["b"], ["b"], plan={"label": Label.OPEN}), ("passed",)),
        ("echo.any-state", sent("outcome.cancelled", ["b", "a"], ["b", "a"], plan=NEED), ("passed",)),
        (
            "echo.any-state",
            sent("outcome.cancelled", ["b", "a"], ["b"], plan=NEED),
            ("failed", "2 ids were sent and 1 came back", "state: complete"),
        ),
        ("echo.any-state", sent("outcome.cancelled", ["b", "a"], ["a", "b"], plan=NEED), ("silent",)),
        ("echo.any-state", sent("outcome.cancelled", ["b", "b"], ["b"], plan=NEED), ("silent",)),
        ("echo.any-state", sent("outcome.cancelled", ["b"], ["b"]), ("silent",)),
        ("echo.any-state", sent("outcome.cancelled", ["b"], ["b"], plan=NEED | {"label": Label.UNLAWFUL}), ("silent",)),
        (
            "echo.any-state",
            dataclasses.replace(sent("outcome.cancelled", ["b"], ["b"], plan=NEED), ids=None),
            ("silent",),
        ),
        ("echo.any-state", exchange(plan("outcome.cancelled", **NEED), 400), ("silent",)),
        ("echo.any-state", exchange(plan("outcome.cancelled", **NEED), raw=b"{}"), ("silent",)),
    ],
)
def test_an_echo_is_that_of_the_request(clause: str, seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(clause, seen) == wanted


def test_an_id_of_another_request_is_no_matter_of_the_echo() -> None:
    other = exchange(plan(ids=["nobody-9"]), number=9)
    for clause, more in (("echo.verbatim", {}), ("echo.any-state", NEED)):
        seen = sent("echo.complete", ["nobody-1"], ["nobody-9"], plan=more)
        assert told(clause, seen)[0] == "failed"
        assert told(clause, seen, other) == ("silent",)


AGAIN = "echo.again"
FIRST = exchange(plan(AGAIN, name="first"), part_of="again")
TWICE = plan(AGAIN, name="again")


@pytest.mark.parametrize(
    ("seen", "first", "wanted"),
    [
        (exchange(TWICE, number=2), FIRST, ("passed",)),
        (exchange(TWICE, 400, number=2), FIRST, ("failed", "sent again, the batch was answered 400", "refused again")),
        (
            exchange(TWICE, echo=["b"], number=2),
            FIRST,
            ("failed", "sent again, the echo differs: 2 ids were sent and 1 came back", "another echo"),
        ),
        (exchange(TWICE, 400, number=2), dataclasses.replace(FIRST, part_of="another"), ("silent",)),
        (exchange(TWICE, 400, number=2), exchange(FIRST.plan, 400, part_of="again"), ("silent",)),
        (exchange(TWICE, 400, number=2), exchange(FIRST.plan, echo=["b"], part_of="again"), ("silent",)),
        (
            exchange(FIRST.plan, 400, number=2, part_of="again"),
            FIRST,
            ("failed", "sent again, the batch was answered 400", "refused again"),
        ),
        (exchange(plan("size.one", name="again"), 400, number=2), FIRST, ("silent",)),
        (FIRST, FIRST, ("silent",)),
    ],
)
def test_the_same_batch_is_answered_the_same(seen: Exchange, first: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(AGAIN, seen, first) == wanted


# --- all judges and one echo ------------------------------------------------------------------------------------------


def test_the_judge_of_order_is_silent_where_no_order_could_be_broken() -> None:
    assert word("echo.order", exchange(plan(ids=["a"]))) == "silent"
    assert word("echo.order", exchange(plan(ids=["a", "a"]))) == "silent"
    assert word("echo.order", exchange(plan(ids=["a", "b"]))) == "passed"


def test_the_judges_of_strings_speak_only_of_their_own() -> None:
    plain, odd = exchange(plan(ids=["a"])), exchange(plan(ids=["a b"]))
    assert [word("echo.verbatim", each) for each in (plain, odd)] == ["passed", "silent"]
    assert [word("echo.odd-strings", each) for each in (plain, odd)] == ["silent", "passed"]
    assert word("echo.repeats", plain) == "silent"


@pytest.mark.parametrize("clause", ["echo.complete", "echo.order", "echo.verbatim", "echo.nothing-added"])
def test_no_echo_is_judged_where_there_is_none(clause: str) -> None:
    sent = plan(clause)
    assert word(clause, exchange(sent, 400)) == "silent"
    assert word(clause, exchange(sent, raw=b"{}")) == "silent"
    assert word(clause, exchange(sent, raw=b"no JSON")) == "silent"
    assert word(clause, exchange(sent, failure="torn")) == "silent"
    assert word(clause, exchange(refusable("size.over"), echo=["x"])) == "silent"


def test_a_difference_of_invisible_characters_is_shown_as_literals() -> None:
    found = verdict("echo.verbatim", exchange(plan(ids=["b", "ab"]), echo=["b", "a\u200bb"]))
    assert found is not None
    assert "entry 2 is 'ab' and comes back as 'a\\u200bb'" in found.message


def test_the_same_batch_again_is_compared_with_the_first() -> None:
    again = plan("echo.again")
    first = exchange(dataclasses.replace(again, name="first"), number=1, part_of=again.name)
    assert word("echo.again", first) == "silent"
    assert word("echo.again", exchange(again, number=2), first) == "passed"
    assert word("echo.again", exchange(again, 400, number=2), first) == "failed"
    assert word("echo.again", exchange(again, echo=[], number=2), first) == "failed"
    assert failures(exchange(again, echo=[], number=2), first) == {"echo.again"}
    wrong_first = dataclasses.replace(first, ids=("x",))
    assert word("echo.again", exchange(again, echo=[], number=2), wrong_first) == "silent"


def test_the_echo_of_real_orders_is_judged_by_their_state() -> None:
    sent = plan("outcome.cancelled", orders=(OrderNeed("b"),))
    seen = exchange(sent, echo=["b"], outcomes=(outcome(read_back="closed"),))
    assert failures(seen) == {"echo.any-state"}
    assert failures(dataclasses.replace(seen, reply=exchange(sent, echo=["a", "b"]).reply)) == {"echo.order"}


def test_ids_of_another_request_are_a_leak_and_no_addition() -> None:
    mine = exchange(plan("echo.complete", ["nobody-1"]), echo=["nobody-2"], number=2)
    other = exchange(plan("size.one", ["nobody-2"]), number=1)
    assert failures(mine, other) == {"isolation.one-after-another"}
    assert failures(mine) == {"echo.verbatim"}


def test_an_id_that_comes_back_as_no_string_among_strings_is_not_verbatim() -> None:
    some, all_of_them = exchange(plan(ids=["b", "7"]), echo=["b", 7]), exchange(plan(ids=["6", "7"]), echo=[6, 7])
    assert failures(some) == {"reply.form", "echo.verbatim"}
    assert failures(all_of_them) == {"reply.form"}
