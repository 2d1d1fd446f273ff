"""Where judges are registered."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.catalogue import clauses
from contracts.oracles.plans import QUESTIONS, plan_judge, question_judge
from contracts.oracles.registry import ABOUT, ORACLES, oracle


@pytest.mark.parametrize("clause", ["size.nothing", "size.one"])
def test_a_judge_is_of_a_clause_that_there_is_and_that_has_none(clause: str) -> None:
    with pytest.raises(ValueError, match=f"clause {clause} is not in the catalogue or has a judge already"):
        oracle(clause)


def test_every_clause_has_a_judge() -> None:
    assert set(ORACLES) == set(clauses())


def test_a_judge_is_found_by_its_clause(monkeypatch: pytest.MonkeyPatch) -> None:
    old = ORACLES["size.one"]
    monkeypatch.delitem(ORACLES, "size.one")
    assert oracle("size.one")(old) is old
    assert ORACLES["size.one"] is old


@pytest.mark.parametrize(
    ("clause", "make", "asks"),
    [("size.one", plan_judge, False), ("shape.unknown-members", question_judge, True)],
)
def test_whose_judge_is_silent_elsewhere_and_which_are_questions_is_known(
    clause: str, make: Any, *, asks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(ORACLES, clause)
    monkeypatch.delitem(ABOUT, clause)
    QUESTIONS.discard(clause)
    judge = make(clause)
    assert (ORACLES[clause], ABOUT[clause]) == (judge, clause)
    assert (clause in QUESTIONS, "echo.order" in ABOUT) == (asks, False)
