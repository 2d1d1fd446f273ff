"""The judges of whose orders they are, over hand-written exchanges."""

from __future__ import annotations

import dataclasses
import json
from functools import partial
from typing import Any

import pytest

from contracts.messages import Account, Exchange, OrderNeed, Outcome, Reply
from contracts.oracles.ownership import MORE_TO_BLAME
from suites.selftest.contracts.written import (
    JSON_REPLY,
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

OTHER = Account.OTHER
UNTOUCHED, AS_UNKNOWN = "ownership.foreign-untouched", "ownership.foreign-as-unknown"
OWN_STREAM, OWN_KEY = "ownership.own-stream", "ownership.own-key"
FOREIGN = outcome("open", "closed", account=OTHER)
STAYS = "own orders stay open beside a foreign one and go beside an unknown one"


def touched(*outcomes: Outcome, clause: str = UNTOUCHED, status: int = 200, **more: Any) -> Exchange:
    return exchange(plan(clause, more.pop("ids", ("b",))), status, outcomes=outcomes, **more)


@pytest.mark.parametrize(
    ("clause", "seen", "wanted"),
    [
        (UNTOUCHED, touched(FOREIGN), ("failed", "an order of another account was cancelled", "cancelled")),
        (UNTOUCHED, touched(outcome("open", "open", account=OTHER)), ("passed",)),
        (UNTOUCHED, touched(outcome("open", account=OTHER)), ("silent",)),
        (UNTOUCHED, touched(outcome("open", "closed")), ("silent",)),
        (UNTOUCHED, touched(FOREIGN, status=400), ("silent",)),
        (UNTOUCHED, exchange(refusable("size.over"), outcomes=(FOREIGN,)), ("silent",)),
        (
            OWN_STREAM,
            touched(outcome("cancelled", "closed", cancelled(account=OTHER))),
            ("failed", "an account's stream shows an order of another account", "foreign event"),
        ),
        (OWN_STREAM, touched(outcome("cancelled", "closed", cancelled())), ("passed",)),
        (OWN_STREAM, touched(outcome("cancelled", "closed")), ("silent",)),
        (
            OWN_KEY,
            touched(outcome("cancelled", "open"), clause=OWN_KEY),
            ("failed", "a key did not act on its own account's order", "not cancelled"),
        ),
        (OWN_KEY, touched(outcome("cancelled", "closed"), clause=OWN_KEY), ("passed",)),
        (OWN_KEY, touched(outcome("cancelled"), clause=OWN_KEY), ("silent",)),
        (OWN_KEY, touched(outcome("cancelled", "open", account=OTHER), clause=OWN_KEY), ("silent",)),
        (OWN_KEY, touched(outcome("cancelled", "open"), clause=OWN_KEY, status=400), ("silent",)),
        (OWN_KEY, touched(outcome("cancelled", "open")), ("silent",)),
    ],
)
def test_an_account_acts_on_its_own_and_sees_its_own(clause: str, seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(clause, seen) == wanted


def answer(
    given: str, members: object, *headers: tuple[str, str], number: int, status: int = 200, **more: Any
) -> Exchange:
    sent = plan(more.pop("clause", AS_UNKNOWN), [given])
    raw = members if isinstance(members, bytes) else json.dumps(members).encode()
    return exchange(sent, status, raw=raw, headers=(*JSON_REPLY, *headers), number=number, **more)


def echo(given: str, **more: object) -> dict[str, object]:
    return {"canceledOrderIds": [given], **more}


prelude = partial(answer, part_of="whole")
UNKNOWN = prelude("x", echo("x"), number=1)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (answer("z", echo("z"), number=9), ("passed",)),
        (answer("z", echo("z"), ("Keep-Alive", "5"), ("Retry-After", "1"), ("Set-Cookie", "a"), number=9), ("passed",)),
        (
            answer("z", echo("z"), number=9, status=404),
            ("failed", "a foreign id is answered 404, an unknown one 200", "status"),
        ),
        (
            answer("z", echo("q"), number=9),
            (
                "failed",
                "the answer to a foreign id differs from that to an unknown one in the member canceledOrderIds",
                "differs: the member canceledOrderIds",
            ),
        ),
        (
            answer("z", echo("z", skipped=1), number=9),
            ("failed", "the answer to a foreign id has the member skipped, that to an unknown one not", "more"),
        ),
        (
            answer("z", echo("z"), ("X-Owner", "z"), ("X-And", "z"), number=9),
            ("failed", "the answer to a foreign id has the header x-and, that to an unknown one not", "more"),
        ),
        (
            answer("z", ["z"], number=9),
            (
                "failed",
                "the answer to a foreign id differs from that to an unknown one in the member canceledOrderIds",
                "differs: the member canceledOrderIds",
            ),
        ),
        (answer("z", echo("q"), number=9, part_of="whole"), ("silent",)),
        (answer("z", echo("q"), number=9, status=429), ("silent",)),
        (answer("z", echo("q"), number=9, clause=UNTOUCHED), ("silent",)),
        (answer("z", echo("q"), number=9, account=OTHER), ("silent",)),
    ],
)
def test_a_foreign_id_is_answered_as_an_unknown_one(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(AS_UNKNOWN, seen, UNKNOWN) == wanted


def test_it_is_compared_with_plain_batches_of_one_as_well_and_with_nothing_where_there_is_none() -> None:
    seen = answer("z", echo("z"), number=9, status=404)
    plain = answer("x", echo("x"), number=1, clause="size.one")
    assert told(AS_UNKNOWN, seen, plain)[0] == "failed"
    assert told(AS_UNKNOWN, seen) == ("silent",)
    assert told(AS_UNKNOWN, seen, dataclasses.replace(plain, failure="torn")) == ("silent",)
    assert told(AS_UNKNOWN, seen, answer("x", echo("x"), number=1, status=429, clause="size.one")) == ("silent",)


def test_other_foreign_ids_are_no_measure() -> None:
    seen, like = answer("z", echo("z"), number=9, status=404), answer("y", echo("y"), number=1, status=404)
    assert told(AS_UNKNOWN, seen, like) == ("silent",)
    assert told(AS_UNKNOWN, seen, like, prelude("x", echo("x"), number=2))[0] == "failed"


def test_the_first_unknown_id_is_the_one_that_is_told() -> None:
    some = [
        prelude(each, echo(each), number=n, status=status) for n, (each, status) in enumerate([("x", 404), ("y", 410)])
    ]
    seen = answer("z", echo("z"), number=9)
    assert told(AS_UNKNOWN, seen, *some)[1] == "a foreign id is answered 200, an unknown one 404"


def test_the_order_of_members_tells_nothing() -> None:
    seen, other = answer("z", echo("z", more={"a": 1, "b": 2}), number=9), echo("x", more={"b": 2, "a": 1})
    assert told(AS_UNKNOWN, seen, prelude("x", other, number=1)) == ("passed",)


def test_what_differs_between_unknown_ids_is_of_the_moment() -> None:
    seen = answer("z", echo("z", took=3), ("X-Seen", "1"), number=9)
    some = (prelude("x", echo("x", took=1), ("X-Seen", "1"), number=1), prelude("y", echo("y", took=2), number=2))
    assert told(AS_UNKNOWN, seen, *some) == ("passed",)
    without = answer("z", echo("z"), number=9)
    assert told(AS_UNKNOWN, without, *some) == ("passed",)
    assert told(AS_UNKNOWN, without, prelude("x", echo("x", took=1), number=1))[2] == "differs: the member took"


def test_what_stands_in_some_answers_to_other_batches_is_of_the_moment() -> None:
    """An edge that traces one request in ten, whose turn it was at the foreign id, or at all that were unknown."""
    trace, bare = ("X-Trace", "1"), answer("z", echo("z"), number=9)
    traced, unknown = answer("z", echo("z"), trace, number=9), prelude("x", echo("x"), trace, number=1)
    some = [answer("p", echo("p"), *head, number=5, clause="size.full") for head in ((trace,), ())]
    assert told(AS_UNKNOWN, traced, UNKNOWN)[-1] == "more"
    assert told(AS_UNKNOWN, traced, UNKNOWN, some[1])[-1] == "more"
    assert told(AS_UNKNOWN, traced, UNKNOWN, some[0]) == ("passed",)
    assert told(AS_UNKNOWN, bare, unknown)[-1] == "differs: the header x-trace"
    assert told(AS_UNKNOWN, bare, unknown, some[0])[-1] == "differs: the header x-trace"
    assert told(AS_UNKNOWN, bare, unknown, some[1]) == ("passed",)
    elsewhere = dataclasses.replace(some[0], plan=dataclasses.replace(some[0].plan, method="OPTIONS"))
    refused, foreign = dataclasses.replace(some[0], reply=Reply(400, (trace,), b"")), naming_a_foreign_order(some[0])
    for each in (elsewhere, refused, foreign, dataclasses.replace(some[0], failure="torn")):
        assert told(AS_UNKNOWN, traced, UNKNOWN, each)[-1] == "more"


def naming_a_foreign_order(seen: Exchange) -> Exchange:
    """The same, of a plan that names an order of the other account."""
    return dataclasses.replace(
        seen, plan=dataclasses.replace(seen.plan, orders=(OrderNeed("f", account=OTHER, fate="open"),))
    )


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        (b"gone", b"no such order", "its text"),
        (b'"gone"', b"[1]", "its value"),
        (b"[1]", b"[1]", ""),
        (b"no", b"no", ""),
    ],
)
def test_an_answer_that_is_no_object_is_compared_as_a_whole(one: bytes, other: bytes, name: str) -> None:
    said = told(AS_UNKNOWN, answer("z", one, number=9), prelude("x", other, number=1))
    assert said[-1] == (f"differs: {name}" if name else "passed")


LEFT, CLOSED = outcome("cancelled", "open"), outcome("cancelled", "closed")
BESIDE = outcome("open", "open", order_id="z", account=OTHER)


def batch(*outcomes: Outcome, beside: str, number: int = 1, **more: Any) -> Exchange:
    return exchange(plan("outcome.cancelled", ("b", beside)), outcomes=outcomes, number=number, **more)


HELD = batch(LEFT, BESIDE, beside="z", number=9)
LET_GO = batch(CLOSED, beside="nobody-1")


@pytest.mark.parametrize(
    ("seen", "other", "fails"),
    [
        (HELD, LET_GO, True),
        (batch(CLOSED, BESIDE, beside="z", number=9), LET_GO, False),
        (HELD, batch(LEFT, beside="nobody-1"), False),
        (HELD, exchange(plan("outcome.cancelled", ("b",)), outcomes=(CLOSED,)), False),
        (HELD, batch(outcome("cancelled"), beside="nobody-1"), False),
        (HELD, dataclasses.replace(LET_GO, lane=1), False),
        (dataclasses.replace(HELD, lane=1), LET_GO, False),
        (HELD, batch(CLOSED, dataclasses.replace(BESIDE, order_id="y"), beside="y"), False),
        (batch(LEFT, beside="nobody-2", number=9), LET_GO, False),
        (dataclasses.replace(HELD, ids=None), LET_GO, False),
        (HELD, dataclasses.replace(LET_GO, number=9), False),
        *((dataclasses.replace(HELD, plan=plan(each, ("b", "z"))), LET_GO, False) for each in MORE_TO_BLAME),
    ],
)
def test_a_foreign_order_holds_up_no_own_one(seen: Exchange, other: Exchange, *, fails: bool) -> None:
    assert told(AS_UNKNOWN, seen, other) == (("failed", STAYS, "own orders stay") if fails else ("silent",))


# --- all judges and one outcome ---------------------------------------------------------------------------------------

NEEDS = (OrderNeed("b"),)


def test_a_foreign_order_is_never_cancelled_whoever_sends() -> None:
    gone, alive = (outcome("open", state, account=OTHER) for state in ("closed", "open"))
    assert failures(acted(gone, clause="ownership.foreign-untouched")) == {"ownership.foreign-untouched"}
    assert word("ownership.foreign-untouched", acted(alive)) == "passed"
    ours = outcome("open", "closed", account=Account.OWN)
    assert failures(acted(ours, clause="ownership.foreign-untouched", account=OTHER)) == {"ownership.foreign-untouched"}
    on_stream = outcome("open", None, cancelled(account=OTHER), account=OTHER, stream=True)
    assert failures(acted(on_stream)) == {"ownership.foreign-untouched"}


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
