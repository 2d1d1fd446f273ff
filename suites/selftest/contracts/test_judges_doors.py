"""The judges of what comes through which door, and of what keeps requests apart, over hand-written exchanges."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.messages import Account, Credentials, Label, OrderNeed, Plan
from suites.selftest.contracts.written import exchange, failures, outcome, plan, refusable, word

OTHER = Account.OTHER


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


def made_up(ids: list[str], clause: str = "echo.complete", **more: Any) -> Plan:
    return plan(clause, ids, **more)


def test_a_leak_is_named_after_where_it_came_from() -> None:
    mine = made_up(["nobody-1", "nobody-2"])
    leaked = exchange(mine, echo=["nobody-1", "nobody-9"], number=5)
    source = made_up(["nobody-9"])
    assert failures(leaked, exchange(source, number=2)) == {"isolation.one-after-another"}
    assert failures(leaked, exchange(source, 400, number=2)) == {"isolation.after-refusal"}
    assert failures(leaked, exchange(source, number=2, account=OTHER)) == {"isolation.accounts"}
    at_once = exchange(mine, echo=["nobody-1", "nobody-9"], number=5, lane=2)
    assert failures(at_once, exchange(source, number=2, lane=1)) == {"isolation.at-once"}


def test_a_batch_that_is_taken_alone_and_refused_behind_others_is_a_matter_of_isolation() -> None:
    seen = exchange(made_up(["a"], "size.one"), 400, alone="differs")
    assert failures(seen) == {"isolation.after-refusal"}


def test_what_is_refused_alone_and_taken_behind_others_is_a_matter_of_what_came_before() -> None:
    body = exchange(refusable("shape.orders-present"), alone="differs")
    assert failures(body) == {"shape.orders-present", "isolation.one-after-another"}
    altered = refusable("credentials.signature-altered", (401,), credentials=Credentials(signature="all zero"))
    behind = exchange(altered, alone="differs")
    assert failures(behind) == {"credentials.signature-altered", "credentials.each-request"}
    assert failures(exchange(altered, alone="same")) == {"credentials.signature-altered"}


def test_an_account_that_is_named_beside_right_credentials_is_not_acted_for() -> None:
    beside = {"label": Label.OPEN, "credentials": Credentials(beside=True)}
    asked = plan("routing.query", ["z"], orders=(OrderNeed("z", account=OTHER, fate="open"),), **beside)
    gone, there = (outcome("open", word, order_id="z", account=OTHER) for word in ("closed", "open"))
    assert failures(exchange(asked, outcomes=(gone,))) == {"credentials.nothing-else", "ownership.foreign-untouched"}
    assert word("credentials.nothing-else", exchange(asked, outcomes=(there,))) == "passed"
    assert word("credentials.nothing-else", exchange(asked, 401, outcomes=(there,))) == "silent"


def test_markets_that_are_each_taken_alone_are_taken_together() -> None:
    clause = "shape.markets-together"
    whole = plan(clause, name="whole", label=Label.OPEN, answers=(200, 400))
    asked = plan("shape.unknown-market", label=Label.OPEN, answers=(200, 400))
    alone, refused = (exchange(asked, status, number=1, part_of="whole") for status in (200, 400))
    assert failures(exchange(whole, 400, number=4), alone) == {clause}
    assert word(clause, exchange(whole, number=4), alone) == "passed"
    assert word(clause, exchange(whole, 400, number=4), refused) == "silent"
    assert word(clause, exchange(whole, 400, number=4)) == "silent"
