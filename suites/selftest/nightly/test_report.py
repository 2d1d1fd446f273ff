"""What a night leaves for the morning: small, honest about what it leaves out, and judged again from its segments."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reports import allure, verdict
from reports.html import page
from reports.record import segments
from suites import rejudge
from suites.selftest.gate.command import ended, started

BUDGET = 800
ALLURE_FILES, ALLURE_BYTES = 400, 5_000_000
SEGMENT_BYTES = 400_000


def night(folder: Path, *arguments: str) -> int:
    run = ended(started(folder, "--profile", "nightly", "--budget", str(BUDGET), *arguments), folder)
    assert run.status in (0, 1), run.said
    return run.status


def packed(folder: Path, target: Path) -> Path:
    """A night, its record in segments as one of many hours has it."""
    shutil.copytree(folder, target)
    record = segments.Segments(target, segment_bytes=SEGMENT_BYTES)
    for each in segments.read(folder):
        record.write(each)
    record.close()
    assert len(list(target.glob(segments.PATTERN))) > 2
    return target


def told(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / verdict.FILE).read_text())
    return found


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("night") / "clean"
    assert night(folder) == 0
    return folder


def test_a_clean_night_makes_few_small_files_for_allure(clean: Path) -> None:
    files = [path for path in (clean / allure.FOLDER).rglob("*") if path.is_file()]
    assert 0 < len(files) < ALLURE_FILES
    assert sum(path.stat().st_size for path in files) < ALLURE_BYTES


def test_its_page_says_what_it_does_not_draw(clean: Path) -> None:
    text = (clean / page.FILE).read_text("utf-8")
    assert " of the gate's list and of findings" in text
    assert "more lie in <code>exchanges.ndjson</code>" in text


def test_a_clean_night_is_judged_again_from_its_segments(clean: Path, tmp_path: Path) -> None:
    folder = packed(clean, tmp_path / "packed")
    assert rejudge.main([str(folder)]) == 0
    again = told(folder / rejudge.FOLDER)
    gating = {each["id"]: each["verdict"] for each in told(clean)["clauses"] if each["strength"] != "open"}
    assert {each["id"]: each["verdict"] for each in again["clauses"] if each["id"] in gating} == gating
    assert "more lie in" not in (folder / rejudge.FOLDER / page.FILE).read_text("utf-8")
    assert rejudge.main([str(folder / rejudge.FOLDER)]) == 0


def test_what_a_night_found_is_found_again(tmp_path: Path) -> None:
    assert night(tmp_path / "night", "--embedded-fault", "SortsTheEcho") == 1
    folder = packed(tmp_path / "night", tmp_path / "packed")
    assert rejudge.main([str(folder)]) == 1
    found = {each["id"]: each["times"] for each in told(folder)["findings"]}
    assert {each["id"]: each["times"] for each in told(folder / rejudge.FOLDER)["findings"]} == found


def test_a_segment_that_had_to_go_is_told_and_a_damaged_one_too(
    clean: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = packed(clean, tmp_path / "packed")
    first, *_, behind_the_gate, _ = sorted(folder.glob(segments.PATTERN))
    behind_the_gate.unlink()
    assert rejudge.main([str(folder)]) == 0
    assert any("1 had to go for the limit of the disk" in each for each in told(folder / rejudge.FOLDER)["notes"])
    first.write_bytes(first.read_bytes()[:-20])
    capsys.readouterr()
    assert rejudge.main([str(folder)]) == 4
    assert capsys.readouterr().err.startswith(f"rejudge: {first.name} is damaged (")
