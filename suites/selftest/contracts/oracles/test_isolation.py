"""The judges of what keeps requests apart, over hand-written exchanges."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from contracts.messages import Account, Credentials, Exchange, Label, Plan
from suites.selftest.contracts.written import exchange, failures, outcome, plan, refusable, told

# --- each judge and its whole verdict ---------------------------------------------------------------------------------

AFTER, AT_ONCE = "isolation.after-refusal", "isolation.at-once"
LEAK = ("failed", "the answer echoes ids of another request", "another's ids")
KEPT = outcome("cancelled", "open")


def aimed(status: int = 200, **more: Any) -> Exchange:
    return exchange(plan(AFTER, kind="a batch behind a refused one"), status, number=5, **more)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (aimed(), ("passed",)),
        (aimed(429), ("silent",)),
        (aimed(302), ("silent",)),
        (aimed(400), ("failed", "a batch behind a refused one: answered 400, not 200", "refused")),
        (
            aimed(echo=["a", "b"]),
            (
                "failed",
                "a batch behind a refused one: of 2 ids, entry 1 is 'b' and comes back as 'a'",
                "another echo",
            ),
        ),
        (
            aimed(outcomes=(KEPT,)),
            ("failed", "a batch behind a refused one: an order of the account's own was not cancelled", "effect"),
        ),
        (aimed(outcomes=(outcome("cancelled", "closed"),)), ("passed",)),
        (aimed(outcomes=(outcome("cancelled"),)), ("passed",)),
        (aimed(400, outcomes=(KEPT,)), ("failed", "a batch behind a refused one: answered 400, not 200", "refused")),
        (aimed(raw=b"{}"), ("silent",)),
    ],
)
def test_a_batch_gets_its_own_answer_and_has_its_own_effect(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(AFTER, seen) == wanted


def test_what_is_refused_to_everybody_or_has_to_be_refused_is_no_matter_of_isolation() -> None:
    control = exchange(plan("size.between"), 400, number=1)
    assert told(AFTER, aimed(400), control) == ("silent",)
    assert told(AFTER, exchange(refusable(AFTER), 400)) == ("silent",)
    assert told(AFTER, exchange(plan(AT_ONCE))) == ("silent",)


def made_up(*ids: str, clause: str = "echo.complete", **more: Any) -> Plan:
    return plan(clause, ids, **more)


SOURCE = exchange(made_up("nobody-9"), number=2)
LEAKED = exchange(made_up("nobody-1"), echo=["nobody-9"], number=5)


@pytest.mark.parametrize(
    ("seen", "source", "clause"),
    [
        (LEAKED, SOURCE, "isolation.one-after-another"),
        (LEAKED, exchange(SOURCE.plan, 400, number=2), AFTER),
        (LEAKED, dataclasses.replace(SOURCE, request=exchange(SOURCE.plan, account=Account.OTHER).request), "accounts"),
        (dataclasses.replace(LEAKED, lane=1), SOURCE, AT_ONCE),
        (exchange(made_up("nobody-1", clause=AFTER), echo=["nobody-9"], number=5), SOURCE, AFTER),
    ],
)
def test_an_id_of_another_request_is_named_by_whose_it_is(seen: Exchange, source: Exchange, clause: str) -> None:
    whole = clause if "." in clause else f"isolation.{clause}"
    assert told(whole, seen, source) == LEAK
    assert failures(seen, source) == {whole}


@pytest.mark.parametrize(
    "seen",
    [
        exchange(made_up("nobody-1"), echo=["nobody-8"], number=5),
        exchange(made_up("nobody-1", "nobody-9"), echo=["nobody-9"], number=5),
        exchange(made_up("nobody-1"), echo=["x9"], number=5),
        exchange(made_up("nobody-1"), 400, echo=["nobody-9"], number=5),
        exchange(made_up("nobody-1"), raw=b"[]", number=5),
        dataclasses.replace(LEAKED, ids=None),
    ],
)
def test_an_id_that_no_other_request_had_is_no_leak(seen: Exchange) -> None:
    assert not {each for each in failures(seen, SOURCE) if each.startswith("isolation.")}


def test_an_orders_id_is_a_leak_only_where_requests_came_at_once() -> None:
    ordered = exchange(made_up("o-9"), number=2, outcomes=(outcome(read_back="closed", order_id="o-9"),))
    mine = exchange(made_up("nobody-1"), echo=["o-9"], number=5)
    assert failures(mine, ordered) == {"echo.verbatim"}
    assert failures(dataclasses.replace(mine, lane=1), ordered) == {AT_ONCE}
    foreign = exchange(made_up("nobody-1"), echo=["o-7"], number=5, lane=1)
    assert failures(foreign, ordered) == {"echo.verbatim"}


def test_a_lawful_batch_that_only_others_have_refused_is_named_so() -> None:
    seen = exchange(made_up("a"), 400, alone="differs")
    message = "behind others, a written batch was answered 400; alone on a fresh connection it is taken"
    assert told(AFTER, seen) == ("failed", message, "refused behind others")
    assert told(AT_ONCE, seen) == ("silent",)
    assert told(AFTER, exchange(plan(AFTER, label=Label.OPEN), 400)) == ("silent",)


# --- all judges and one answer ----------------------------------------------------------------------------------------

OTHER = Account.OTHER


def test_a_leak_is_named_after_where_it_came_from() -> None:
    mine = made_up("nobody-1", "nobody-2")
    leaked = exchange(mine, echo=["nobody-1", "nobody-9"], number=5)
    source = made_up("nobody-9")
    assert failures(leaked, exchange(source, number=2)) == {"isolation.one-after-another"}
    assert failures(leaked, exchange(source, 400, number=2)) == {"isolation.after-refusal"}
    assert failures(leaked, exchange(source, number=2, account=OTHER)) == {"isolation.accounts"}
    at_once = exchange(mine, echo=["nobody-1", "nobody-9"], number=5, lane=2)
    assert failures(at_once, exchange(source, number=2, lane=1)) == {"isolation.at-once"}


def test_a_batch_that_is_taken_alone_and_refused_behind_others_is_a_matter_of_isolation() -> None:
    seen = exchange(made_up("a", clause="size.one"), 400, alone="differs")
    assert failures(seen) == {"isolation.after-refusal"}


def test_what_is_refused_alone_and_taken_behind_others_is_a_matter_of_what_came_before() -> None:
    body = exchange(refusable("shape.orders-present"), alone="differs")
    assert failures(body) == {"shape.orders-present", "isolation.one-after-another"}
    altered = refusable("credentials.signature-altered", (401,), credentials=Credentials(signature="all zero"))
    behind = exchange(altered, alone="differs")
    assert failures(behind) == {"credentials.signature-altered", "credentials.each-request"}
    assert failures(exchange(altered, alone="same")) == {"credentials.signature-altered"}
