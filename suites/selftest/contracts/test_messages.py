"""What the shapes say of themselves, and the words of the catalogue that stand for kinds."""

from __future__ import annotations

import pytest

from contracts import catalogue
from contracts.catalogue import Harm, clauses
from contracts.messages import History
from suites.selftest.contracts.written import exchange, plan, refusable


def test_a_plan_shows_what_it_is_and_not_its_body() -> None:
    assert (
        repr(plan("size.one", body=b"12")) == "<Plan size.one/written: lawful, POST /v1/orders/batched/cancel, 2 bytes>"
    )
    assert repr(refusable("size.empty", body=None)).endswith("cancel, no body>")


def test_a_trial_is_sent_for_a_finding_that_stood_already() -> None:
    assert exchange(plan(), part_of="trial 1 of 3").trial
    assert not exchange(plan(), part_of="control of 57").trial


def test_a_history_knows_what_aims_at_a_clause() -> None:
    one, other = exchange(plan("size.one")), exchange(plan("size.full"), number=2)
    assert History.of((one, other)).aimed_at("size.full") == (other,)
    assert History.of((one, other)).aimed_at("size.over") == ()


def test_a_harm_has_its_rank() -> None:
    assert [each.rank for each in Harm] == list(range(len(Harm)))


@pytest.mark.parametrize("change", [{"id": "size.one"}, {"concern": "luck"}])
def test_a_clause_that_stands_twice_or_has_no_concern_is_told(
    change: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = catalogue._tables()["clause"]
    first = next(each for each in tables if each["id"] == "size.one")
    monkeypatch.setattr(catalogue, "_tables", lambda: {"clause": [first, {**first, "id": "size.two"} | change]})
    with pytest.raises(ValueError, match="stands twice or has no known concern"):
        clauses.__wrapped__()
