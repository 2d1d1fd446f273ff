"""What a matrix comes to: recall, collateral, alarms; on the terminal, on the page, in the record."""

from __future__ import annotations

from pathlib import Path

import pytest

from suites.selftest.prove import page, record
from suites.selftest.prove.figures import Matrix, Recall
from suites.selftest.prove.made_up import killed, lawful, missed
from suites.selftest.prove.terminal import summary
from suites.selftest.prove.trial import Said, Trial
from suites.selftest.reports.test_pages import Outline

WHOLE = Matrix(
    (
        lawful("honest"),
        lawful("Slow", Said.VIOLATED, "robustness.answers: <b>slow</b>"),
        killed("RefusesOne", "size.one", 7, "size.one/1"),
        killed("SortsTheEcho", "echo.order", 50, "echo.order/turned", beside=("echo.repeats", "size.full")),
        killed("TakesTwentyOne", "size.over", 120, "size.over/21"),
        missed("SkipsFractions", "window.form", "window.unit"),
    )
)


def test_recall_is_the_share_of_all_faults_within_so_many_requests() -> None:
    assert WHOLE.recalls() == (Recall(50, 2, 4), Recall(100, 2, 4), Recall(120, 3, 4))
    assert [each.share for each in WHOLE.recalls()] == [0.5, 0.5, 0.75]


def test_nothing_is_counted_where_there_is_nothing() -> None:
    empty = Matrix(())
    assert [each.share for each in empty.recalls()] == [0.0, 0.0, 0.0]
    assert (empty.requests, empty.named(0.9), page.curve(empty)) == (0, 0, "")


def test_collateral_is_what_is_named_beside_the_own_clause() -> None:
    assert WHOLE.collateral == 3  # two beside one that is found, one in place of another
    assert (WHOLE.named(0.5), WHOLE.named(0.9)) == (1, 3)


@pytest.mark.parametrize("said", [said for said in Said if said is not Said.HOLDS])
def test_a_lawful_gateway_of_which_anything_else_is_said_is_an_alarm(said: Said) -> None:
    assert Matrix((lawful("Slow", said),)).alarms


@pytest.mark.parametrize("said", [said for said in Said if said is not Said.VIOLATED])
def test_nothing_but_a_finding_kills(said: Said) -> None:
    trial = Trial("RefusesOne", "size.one", said, found=("size.one",))
    assert not trial.killed


def test_the_terminal_has_it_in_a_few_lines() -> None:
    said = "\n".join(summary(WHOLE))
    assert "3 of 4 faults killed" in said
    assert "1 alarms in 2 trials of 2 lawful gateways" in said
    assert "50% within 50 requests, 50% within 100 requests, 75% within 120 requests" in said
    assert "median 1, nine in ten at most 3; collateral: 3 beside the own ones, for 2 faults" in said


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "trials.jsonl"
    for each in (*WHOLE.trials, missed("RefusesOne", "size.one"), lawful("honest")):
        record.append(file, each)
    again = record.read(file)
    assert [each for each in again if each.breaks] == [missed("RefusesOne", "size.one"), *WHOLE.faults[1:]]
    assert [each.name for each in again if not each.breaks] == ["honest", "Slow", "honest"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "honest"}', '{"name": "x", "exposed": ["plan"]}'])
def test_what_is_no_record_is_told_with_its_line(text: str, tmp_path: Path) -> None:
    file = tmp_path / "trials.jsonl"
    record.append(file, lawful("honest"))
    with file.open("a", encoding="utf-8") as end:
        end.write(text + "\n")
    with pytest.raises(record.RecordError, match=r"trials\.jsonl:2 is no trial"):
        record.read(file)


def test_the_page_is_sound_and_loads_and_runs_nothing(tmp_path: Path) -> None:
    text = page.write(WHOLE, tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    outline = Outline(text)
    assert not outline.tags["script"]
    assert outline.values("src") == []
    assert [each for each in outline.values("href") if not each.startswith(("#", "data:,"))] == []
    assert outline.levels[0] == 1
    assert len(set(outline.values("id"))) == len(outline.values("id"))
    assert {each[1:] for each in outline.values("href") if each.startswith("#")} <= set(outline.values("id"))
    assert "1 of 4 faults missed, 1 false alarm" in text
    assert "&lt;b&gt;slow" in text
    cells = [each for each in outline.values("class") if each.startswith("cell ")]
    assert [cells.count(f"cell {word}") for word in ("killed", "missed", "beside")] == [3, 1, 2]


def test_the_curve_climbs_to_the_share_that_was_found() -> None:
    assert page.curve(WHOLE) == "M0 100H58.3V75.0H416.7V50.0H1000.0V25.0H1000"
