"""The ties of a clause: the document (in test_catalogue), a judge with tests, a plan, a fault, the report.

The rooms are imported when a tie is looked at, so that a room that can't be imported turns its own tie red and no more.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import pytest

from contracts.catalogue import CONCERNS, Clause, clauses
from suites.selftest.house.tree import ROOT

SEED = 1
EVERY = tuple(clauses().values())


@pytest.fixture(scope="module")
def judged() -> set[str]:
    """The ids that have a judge."""
    return set(import_module("contracts.oracles").ORACLES)


@pytest.fixture(scope="module")
def aimed() -> set[str]:
    """The ids that some plan of the gate was made for."""
    gate = import_module("suites.gate")
    parts = [part for plan in gate.plans(SEED) for part in gate.parts(plan)]
    return {clause for part in parts for clause in (part.clause, *part.probes)}


@pytest.fixture(scope="module")
def broken() -> set[str]:
    """The ids that some fault breaks."""
    return {fault.breaks for fault in import_module("gateway.faults").FAULTS.values()}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The Allure results of a run over the whole catalogue, by the id of the clause."""
    folder = tmp_path_factory.mktemp("run")
    import_module("reports.allure").write(import_module("suites.selftest.reports.samples").run(), folder)
    results = [json.loads(path.read_text(encoding="utf-8")) for path in folder.rglob("*-result.json")]
    return {result["fullName"]: result for result in results}


def told(missing: Sequence[str], before: str = "") -> None:
    """Fail with the sentences alone where there are some: they lead whoever adds a clause, and nothing else does."""
    if missing:
        pytest.fail("\n".join(filter(None, (before, *missing))), pytrace=False)


def test_every_clause_has_a_judge(judged: set[str]) -> None:
    missing = [
        f"clause {each.id} has no judge: add one under @oracle({each.id!r}) to contracts/oracles/{each.concern}.py"
        for each in EVERY
        if each.id not in judged
    ]
    told(missing)


def test_every_judge_that_was_written_by_itself_has_tests() -> None:
    tests = (ROOT / "suites" / "selftest" / "contracts" / "oracles").glob("test_*.py")
    tried = "".join(each.read_text(encoding="utf-8") for each in tests)
    missing = [
        f"clause {clause}: nothing shows what its judge says and where it is silent: write exchanges to "
        f"suites/selftest/contracts/oracles/test_{clauses()[clause].concern}.py"
        for clause, judge in import_module("contracts.oracles").ORACLES.items()
        if "<locals>" not in judge.__qualname__ and f'"{clause}"' not in tried
    ]
    told(missing)


def test_every_clause_has_a_plan_that_aims_at_it(aimed: set[str]) -> None:
    missing = [
        f"clause {each.id} has no plan: yield one with clause={each.id!r}, or with it among the probes of another, "
        f"from plans() in suites/{each.concern}.py"
        for each in EVERY
        if each.id not in aimed
    ]
    told(missing)


def test_every_gating_clause_has_a_fault_that_breaks_it(broken: set[str]) -> None:
    missing = [
        f'clause {each.id} has no fault: add a class with breaks="{each.id}" to gateway/faults/{each.concern}.py'
        for each in EVERY
        if each.gates and each.id not in broken
    ]
    told(missing)


def test_every_clause_is_shown_by_the_report(reported: dict[str, dict[str, Any]]) -> None:
    missing = [text for each in EVERY for text in untold(each, reported.get(each.id))]
    told(missing, "look at reports/allure.py and reports/sources.py:")


def untold(clause: Clause, result: dict[str, Any] | None) -> list[str]:
    """What the Allure result of a clause doesn't tell."""
    if result is None:
        return [f"clause {clause.id} has no Allure result"]
    labels = {label["name"]: label["value"] for label in result["labels"]}
    told = {
        "epic": bool(labels.get("epic")),
        "feature": labels.get("feature") == clause.concern,
        "story": labels.get("story") == clause.id,
        "severity": bool(labels.get("severity")),
        "promise": clause.says in result["name"],
        "link": clause.source == "plain security sense" or bool(result.get("links")),
    }
    return [f"the Allure result of clause {clause.id} has no {name}" for name, there in told.items() if not there]


@pytest.mark.parametrize("concern", CONCERNS)
def test_every_concern_has_its_suite(concern: str) -> None:
    assert (ROOT / "suites" / f"{concern}.py").is_file(), f"concern {concern} has no suite: add suites/{concern}.py"
    suite = import_module(f"suites.{concern}")
    assert inspect.isfunction(getattr(suite, "plans", None)), f"suites/{concern}.py has no function plans(seed)"


def test_nothing_is_tied_to_a_clause_that_is_not_there(judged: set[str], aimed: set[str], broken: set[str]) -> None:
    known = set(clauses())
    assert not sorted(judged - known), "judges without a clause in contracts/clauses.toml"
    assert not sorted(aimed - known), "plans that aim at no clause of contracts/clauses.toml"
    gating = {each.id for each in EVERY if each.gates}
    assert not sorted(broken - gating), "faults that break no gating clause of contracts/clauses.toml"
