"""One bug, one finding: what a night folds together, and what it keeps apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contracts.messages import Plan
from reports import verdict
from reports.bugs import apart, difference, together
from reports.results import Result
from reports.write import write
from suites import merge
from suites.selftest.reports.samples import echo_finding, facts, run

PLAN = Plan("shape.names/1", "shape.names", kind="an odd name", position="first", method="GET")


@pytest.mark.parametrize(
    ("shape", "left"),
    [
        ("taken: an odd name", "taken"),
        ("taken: first", "taken"),
        ("acts: an odd name", "taken"),
        ("GET acts", "taken"),
        ("GET 2xx", "taken"),
        ("GET 3xx", "3xx"),
        ("status 404", "status 404"),
        ("state: order", "state: order"),
        ("500: shape.names", "500: shape"),
        ("silence: shape.names", "silence"),
        ("an answer: a colon in a sentence", "an answer: a colon in a sentence"),
    ],
)
def test_what_differs_without_what_is_special_about_the_plan(shape: str, left: str) -> None:
    assert difference(shape, PLAN) == left


def test_a_plan_without_kind_and_place_loses_its_method_all_the_same() -> None:
    assert difference("PUT acts", Plan("routing.other-methods/1", "routing.other-methods", method="PUT")) == "taken"


def test_a_crash_over_a_bad_entry_is_of_the_entrys_concern() -> None:
    plan = Plan("wholeness.position/1", "wholeness.position", probes=("shape.id-string",))
    assert difference("torn: wholeness.position", plan) == "torn: shape"


def test_one_finding_stands_for_a_bug_and_holds_the_others() -> None:
    first = replace(echo_finding(), difference="taken", times=3)
    second = replace(first, fingerprint="12345678", times=4)
    waived = replace(first, fingerprint="87654321", waived=True)
    other = replace(first, fingerprint="00000000", difference="status 404")
    (bug, *rest) = together((first, waived, second, other))
    assert (bug.id, [each.id for each in bug.also], bug.times_in_all) == (first.id, [second.id], 7)
    assert [each.id for each in rest] == [waived.id, other.id], "what is waived hides nothing"
    assert together((bug, *rest)) == (bug, *rest)
    assert {each.id for each in apart((bug, *rest))} == {first.id, second.id, waived.id, other.id}


def test_findings_that_say_no_difference_stay_apart() -> None:
    known = replace(echo_finding(), difference="")
    assert len(together((known, replace(known, fingerprint="12345678")))) == 2


def test_shards_that_saw_one_bug_in_two_ways_make_one_finding_and_every_way_has_a_folder(tmp_path: Path) -> None:
    first = replace(echo_finding(), difference="taken", times=3)
    second = replace(first, fingerprint="12345678", times=4)
    for name, found in (("a", (first,)), ("b", together((second, first)))):
        (tmp_path / name).mkdir()
        write(run(Result.VIOLATED, found, facts=facts(profile="nightly")), tmp_path / name)
    assert merge.main([str(tmp_path / "a"), str(tmp_path / "b"), "--out", str(tmp_path / "c")]) == 1
    (told,) = merge.part_of(tmp_path / "c").answer["findings"]
    assert (told["id"], [each["id"] for each in told["also"]], told["times"]) == (first.id, [second.id], 10)
    assert {each.name for each in (tmp_path / "c" / "findings").iterdir()} == {first.id, second.id}
    assert second.id in (tmp_path / "c" / told["bundle"] / "README.md").read_text()
    assert (tmp_path / "c" / verdict.FILE).is_file()
