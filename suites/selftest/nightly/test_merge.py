"""Runs are merged into one report: what several found is one finding, and no run is counted twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.results import Finding, Result, Seen
from reports.write import write
from suites import merge
from suites.command import USAGE_EXIT
from suites.selftest.reports.samples import echo_finding, facts, run

SHARDS = 16


def shards(folder: Path, found: dict[int, Finding], count: int = SHARDS, **changes: object) -> list[str]:
    """Folders of runs, some with a finding."""
    folders = [folder / f"{index:04}" for index in range(1, count + 1)]
    for index, each in enumerate(folders, start=1):
        each.mkdir()
        mine = (found[index],) if index in found else ()
        result = Result.VIOLATED if mine else Result.HOLDS
        write(run(result, mine, facts=facts(requests=100 + index, **changes)), each)
    return [str(each) for each in folders]


def verdict(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "verdict.json").read_text())
    return found


def test_sixteen_shards_make_one_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    once = replace(echo_finding(), times=2, seen=Seen.ONCE)
    always = replace(echo_finding(), times=5, seen=Seen.ALWAYS)
    other = replace(echo_finding(), fingerprint="12345678", times=1)
    folders = shards(tmp_path, {3: once, 7: always, 16: other})
    status = merge.main([*folders, f"{folders[0]}/../0001", "--out", str(tmp_path / "whole")])
    assert status == Result.VIOLATED.exit_status
    whole = verdict(tmp_path / "whole")
    assert whole["requests"] == sum(100 + index for index in range(1, SHARDS + 1))
    assert [(each["id"], each["times"]) for each in whole["findings"]] == [(always.id, 7), (other.id, 1)]
    assert whole["findings"][0]["seen"] == "always"
    assert {row["exchanges"] for row in whole["clauses"]} == {5 * SHARDS}
    assert 'id="timing"' not in (tmp_path / "whole" / "report" / "index.html").read_text(encoding="utf-8")
    assert capsys.readouterr().out.startswith("16 runs, 1736 requests, 2 findings: violated\n")


def test_a_merge_is_merged_again(tmp_path: Path) -> None:
    first, second = shards(tmp_path, {1: echo_finding()}, 2)
    assert merge.main([first, second, "--out", str(tmp_path / "one")]) == Result.VIOLATED.exit_status
    assert merge.main([str(tmp_path / "one"), second, "--out", str(tmp_path / "two")]) == Result.VIOLATED.exit_status
    assert verdict(tmp_path / "two")["requests"] == 101 + 2 * 102


@pytest.mark.parametrize(
    ("change", "why"),
    [({"target": "https://other.example.test"}, "different targets"), ({"document": "0" * 64}, "different documents")],
)
def test_what_is_of_different_things_is_not_merged(
    change: dict[str, str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    folders = [*shards(tmp_path / "a", {}, 1), *shards(tmp_path / "b", {}, 1, **change)]
    assert merge.main([*folders, "--out", str(tmp_path / "whole")]) == USAGE_EXIT
    assert why in capsys.readouterr().err


def test_a_shard_that_did_not_end_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (first,) = shards(tmp_path, {}, 1)
    (tmp_path / "killed").mkdir()
    assert merge.main([first, str(tmp_path / "killed"), "--out", str(tmp_path / "whole")]) == USAGE_EXIT
    assert "killed holds no whole run" in capsys.readouterr().err
