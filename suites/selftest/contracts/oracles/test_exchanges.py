"""What most judges ask first of an exchange, over hand-written ones."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from contracts.messages import PROBE, Account, Credentials, Exchange, History, OrderNeed
from contracts.oracles.exchanges import answered, owed, owed_to_others, refused, taken, target_gone, unknown_ids_refused
from suites.selftest.contracts.written import exchange, failures, plan, refusable

# --- what an answer is ------------------------------------------------------------------------------------------------

LOST: dict[str, Any] = {"failure": "timeout"}


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (199, (True, False, False)),
        (200, (True, True, False)),
        (299, (True, True, False)),
        (300, (True, False, False)),
        (399, (True, False, False)),
        (400, (True, False, True)),
        (499, (True, False, True)),
        (500, (False, False, False)),
        (429, (False, False, False)),
    ],
)
def test_a_status_is_an_answer_and_takes_or_refuses(status: int, wanted: tuple[bool, ...]) -> None:
    seen = exchange(plan(), status)
    assert (answered(seen), taken(seen), refused(seen)) == wanted
    torn = dataclasses.replace(seen, failure="torn")
    assert (answered(torn), taken(torn), refused(torn)) == (False, False, False)


def test_a_target_is_gone_where_nothing_is_answered_up_to_a_probe_at_the_end() -> None:
    before, seen = exchange(plan(), number=1), exchange(plan(), number=2, **LOST)
    answer, probe = exchange(plan(), number=2), exchange(plan(), number=3, part_of=PROBE, **LOST)
    heard = exchange(plan(), number=3, part_of=PROBE)
    no_probe = exchange(plan(), number=3, **LOST)
    assert target_gone(seen, History.of((before, seen, probe)))
    assert not target_gone(answer, History.of((before, answer, probe)))
    assert not target_gone(seen, History.of((before, seen, heard)))
    assert not target_gone(seen, History.of((before, seen, no_probe)))
    assert not target_gone(seen, History.of((seen, probe, exchange(plan(), number=4))))


@pytest.mark.parametrize("status", [404, 409, 410])
def test_a_lawful_batch_of_ids_that_nobody_has_may_be_refused_as_such(status: int) -> None:
    assert unknown_ids_refused(exchange(plan(), status))
    assert not unknown_ids_refused(exchange(plan(), 400))
    assert not unknown_ids_refused(exchange(plan(orders=(OrderNeed("b"),)), status))
    assert not unknown_ids_refused(exchange(plan("ownership.foreign-as-unknown"), status))
    assert not unknown_ids_refused(exchange(refusable("size.over"), status))
    assert not unknown_ids_refused(exchange(plan(), status, **LOST))


@pytest.mark.parametrize(("clause", "count"), [("size.one", 1), ("size.between", 7), ("size.full", 20)])
def test_a_plain_batch_of_the_same_size_that_is_refused_as_well_takes_the_blame(clause: str, count: int) -> None:
    ids = [f"o{n}" for n in range(count)]
    seen, control = exchange(plan("shape.plain-ids", ids), 400, number=2), exchange(plan(clause, ids), 400)
    assert failures(seen) == {"shape.plain-ids"}
    assert failures(seen, control) == set()
    assert failures(seen, control, exchange(plan(clause, ids), number=3)) == {"shape.plain-ids"}
    assert failures(seen, dataclasses.replace(control, failure="torn")) == {"shape.plain-ids"}
    assert failures(seen, exchange(plan(clause, [*ids, "more"]), 400)) == {"shape.plain-ids"}
    assert failures(dataclasses.replace(seen, ids=None), dataclasses.replace(control, ids=None)) == {"shape.plain-ids"}
    assert clause in failures(dataclasses.replace(control, number=2), control)


def test_a_size_that_is_refused_is_not_blamed_on_other_plans_of_that_size() -> None:
    control = exchange(plan("size.between"), 400, number=1)
    assert failures(exchange(plan("shape.plain-ids"), 400, number=2), control) == set()
    assert failures(exchange(plan("shape.plain-ids", ["a"]), 400, number=2), control) == {"shape.plain-ids"}
    other = exchange(plan("shape.plain-ids"), 400, number=2, account=Account.OTHER)
    assert failures(other, control) == {"shape.plain-ids"}
    assert failures(other, control, exchange(plan("size.between"), 400, number=3, account=Account.OTHER)) == set()


# --- what is owed to others -------------------------------------------------------------------------------------------

ALTERED = Credentials(signature="first bit of S")


@pytest.mark.parametrize(
    ("seen", "clause"),
    [
        (exchange(plan(), 400, alone="differs"), "isolation.after-refusal"),
        (exchange(plan(), 400, alone="differs", lane=1), "isolation.at-once"),
        (exchange(refusable("size.over"), alone="differs"), "isolation.one-after-another"),
        (exchange(refusable("size.over", credentials=ALTERED), alone="differs"), "credentials.each-request"),
        (exchange(plan(), 400, alone="same"), ""),
        (exchange(plan(), 400), ""),
    ],
)
def test_what_is_answered_otherwise_alone_is_owed_to_others(seen: Exchange, clause: str) -> None:
    assert owed_to_others(seen) == clause


@pytest.mark.parametrize(
    ("seen", "message", "shape"),
    [
        (
            exchange(plan(kind=""), 400),
            "behind others, a plain batch was answered 400; alone on a fresh connection it is taken",
            "refused behind others",
        ),
        (
            exchange(refusable("size.over"), lane=2),
            "at the same time as others, a written batch was answered 200; alone on a fresh connection it is refused",
            "taken at the same time as others",
        ),
    ],
)
def test_it_is_told_beside_whom_and_what_happens_alone(seen: Exchange, message: str, shape: str) -> None:
    said = owed("isolation.at-once", seen)
    assert (said.clause, said.message, said.shape) == ("isolation.at-once", message, shape)


def test_an_account_of_its_own_makes_credentials_no_less_usual() -> None:
    other = Credentials(Account.OTHER, Account.OTHER)
    seen = exchange(refusable("size.over", credentials=other), alone="differs")
    assert owed_to_others(seen) == "isolation.one-after-another"
