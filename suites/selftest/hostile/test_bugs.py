"""Bugs of our own, in a judge, a report, at the end: none is a pass or a finding, none takes another report along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports import history
from reports.record import segments
from reports.results import RunFacts
from reports.write import WRITERS
from suites.selftest.gate.command import Ran, ran
from suites.selftest.hostile.breaking import BROKEN, ORACLE

FILES = {name: name for name, _ in WRITERS} | {"the bundles of the findings": "findings"}
PLUGIN = ("-p", "suites.selftest.hostile.breaking")
FAULT = ("--embedded-fault", "SortsTheEcho", "--shrink", "0")
ENDS = ("history.compared", "history.keep", "terminal.lines", "markdown.show", "recorder.close")
INSIDE = ("an oracle", "an oracle, too deep", "run.settle", "recorder.write", "conclusion.judged", "run.Run")


def broken(name: str, folder: Path, *arguments: str) -> Ran:
    """The gate with one thing broken."""
    run = ran(folder / "out", *PLUGIN, "--history", str(folder / "history"), *arguments, **{BROKEN: name})
    assert "Traceback" not in run.said, run.said
    assert "INTERNALERROR" not in run.said, run.said
    assert "broken on purpose" in " ".join(run.said.split())
    return run


def result_of(run: Ran) -> str:
    """The word in `verdict.json`; empty where there is none."""
    file = run.folder / "verdict.json"
    return str(json.loads(file.read_text(encoding="utf-8"))["result"]) if file.is_file() else ""


@pytest.mark.parametrize("name", INSIDE)
def test_a_bug_where_it_is_sent_or_judged_is_exit_3_and_no_finding(name: str, tmp_path: Path) -> None:
    run = broken(name, tmp_path)
    assert run.status == 3, run.said
    assert result_of(run) in ("broken", "")
    assert not (run.folder / "findings").exists()
    if "oracle" in name:
        assert f"judge of {ORACLE}" in " ".join(run.said.split())
        assert len({each.number for each in segments.read(run.folder, say=lambda _: None)}) > 200


@pytest.mark.parametrize("name", [*FILES, *ENDS])
def test_a_bug_in_a_report_is_no_pass_and_takes_no_other_report_along(name: str, tmp_path: Path) -> None:
    run = broken(name, tmp_path)
    assert run.status == 3, run.said
    assert result_of(run) != "holds" or name == "markdown.show"
    assert (run.folder / FILES["verdict.json"]).exists() is (name != "verdict.json")
    others = [file for each, file in FILES.items() if each != name and file != "findings"]
    assert [file for file in others if not (run.folder / file).exists()] == []


@pytest.mark.parametrize("name", ["verdict.json", "history.compared", "terminal.lines"])
def test_a_bug_in_a_report_hides_no_finding(name: str, tmp_path: Path) -> None:
    run = broken(name, tmp_path, *FAULT)
    assert run.status == 1, run.said
    assert result_of(run) == ("" if name == "verdict.json" else "violated")
    assert any((run.folder / "findings").iterdir())


def test_a_history_that_cannot_be_kept_takes_no_report_along(tmp_path: Path) -> None:
    """It can be written when the run begins; where the run wants its folder in it, there is a file."""
    place = tmp_path / "history"
    place.mkdir()
    (place / history.name_of(RunFacts("embedded", "gate", 1, ""))).touch()
    run = ran(tmp_path / "out", "--history", str(place))
    assert run.status == 3, run.said
    assert "--history" in run.said
    assert result_of(run) == "broken"
    assert [name for name in FILES.values() if name != "findings" and not (run.folder / name).exists()] == []
