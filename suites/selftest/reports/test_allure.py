"""Allure's results: one a clause, with an identity that no run changes."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from contracts.catalogue import clauses
from contracts.messages import Status
from reports import allure, write
from reports.results import Answer, ClauseResult, Result
from suites.selftest.reports import gallery, samples


def _results(folder: Path) -> dict[str, dict[str, object]]:
    found = [json.loads(path.read_text("utf-8")) for path in (folder / allure.FOLDER).glob("*-result.json")]
    return {each["fullName"]: each for each in found}


def test_allure_gets_one_result_a_clause_with_a_stable_identity(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    write.write(gallery.rich_run(), tmp_path / "one")
    write.write(gallery.holding_run(), tmp_path / "two")
    one, two = _results(tmp_path / "one"), _results(tmp_path / "two")
    assert list(one) and set(one) == set(two) == set(clauses())
    for name, result in one.items():
        digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
        assert result["testCaseId"] == result["historyId"] == two[name]["historyId"] == digest
    labels = {(each["name"], each["value"]) for each in one["echo.order"]["labels"]}  # type: ignore[attr-defined]  # JSON
    assert {
        ("epic", allure.OPERATION),
        ("feature", "echo"),
        ("story", "echo.order"),
        ("severity", "normal"),
    } <= labels


def test_allure_keeps_attachments_of_findings_only(tmp_path: Path) -> None:
    run = gallery.rich_run()
    write.write(run, tmp_path)
    attached = list((tmp_path / allure.FOLDER).glob("*-attachment.json"))
    assert len(attached) == 2 * len(run.findings)
    named = re.findall(r'"source": "([^"]+)"', "".join(json.dumps(each) for each in _results(tmp_path).values()))
    assert sorted(named) == sorted(path.name for path in attached)


def test_allure_tells_the_verdicts_and_their_causes_apart(tmp_path: Path) -> None:
    five = list(clauses().values())[:5]
    results = tuple(ClauseResult(each, status, 1, "because") for each, status in zip(five, Status, strict=True))
    answer = Answer(five[0], "400", "taken")
    write.write(samples.run(Result.UNUSABLE, clauses=results, answers=(answer,), reason="Gone."), tmp_path)
    told = {name: (each["status"], each.get("statusDetails")) for name, each in _results(tmp_path).items()}
    assert told == {
        "size.one": ("passed", {"message": "Changed answer: 400 (before: taken)"}),
        "size.full": ("failed", {"message": "because"}),
        "size.between": ("skipped", {"message": "because"}),
        "size.empty": ("unknown", {"message": "because"}),
        "size.over": ("broken", {"message": "Unusable target: because"}),
    }


def test_allure_gets_its_side_files(tmp_path: Path) -> None:
    write.write(samples.hostile_run(), tmp_path)
    folder = tmp_path / allure.FOLDER
    properties = (folder / "environment.properties").read_text("ascii")
    assert "seed=20261124\n" in properties and "requests=2.34.2\n" in properties
    assert json.loads((folder / "executor.json").read_text())["buildName"].startswith("gate of 2026")
    names = [each["name"] for each in json.loads((folder / "categories.json").read_text())]
    assert names == ["Broken promise", "Unusable target", "Fault of the suite", "Changed answer"]
    settings = (tmp_path / "allurerc.mjs").read_text()
    inside = json.loads(settings.partition("export default ")[2].removesuffix(";\n"))
    assert inside["plugins"]["awesome"]["options"]["singleFile"] is True
