"""Pins and waivers as the user of the gate meets them: whole runs on the embedded gateway, each its own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from suites.selftest.house.tree import ROOT

FAULT = ("--embedded-fault", "TakesTwentyOne")
WAIVER = '[[waiver]]\nclause = "size.over"\nreason = "until release 9"\nlast_day = 2999-12-31\n'
QUESTION = "shape.unknown-members"
VARIABLES = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("POLYMARKET_", "PYTEST_", "COV_")) and name != "GITHUB_STEP_SUMMARY"
}


@dataclass(frozen=True, slots=True)
class Done:
    """A run that has ended."""

    status: int
    told: str
    out: Path

    @property
    def verdict(self) -> Any:
        """Its `verdict.json`."""
        return json.loads((self.out / "verdict.json").read_text(encoding="utf-8"))


def gate(out: Path, *options: object) -> Done:
    """Run the gate as fast as it goes."""
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "--rate", "0", "--out", str(out)]
    done = subprocess.run(
        [*command, *map(str, options)],
        cwd=ROOT,
        env=VARIABLES | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    return Done(done.returncode, done.stdout + done.stderr, out)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of these runs are."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def waived(folder: Path) -> Done:
    """A faulty gateway whose fault is known, its answers pinned."""
    (folder / "waivers.toml").write_text(WAIVER, encoding="utf-8")
    return gate(folder / "waived", *FAULT, "--waivers", folder / "waivers.toml", "--pin", folder / "pins.json")


def test_a_waived_finding_does_not_gate_and_is_shown(waived: Done) -> None:
    assert waived.status == 0, waived.told
    assert "but for" in waived.told
    assert "Waived:   until release 9" in waived.told
    verdict = waived.verdict
    assert verdict["result"] == "holds"
    assert {(each["clause"], each["waived"], each["waiver"]) for each in verdict["findings"]} == {
        ("size.over", True, "until release 9")
    }


def test_the_answers_are_pinned(waived: Done, folder: Path) -> None:
    pinned = json.loads((folder / "pins.json").read_text(encoding="utf-8"))
    assert (pinned["format"], pinned["target"]) == (1, "embedded")
    assert pinned["answers"] == {each["question"]: each["answer"] for each in waived.verdict["open"]}
    assert list(pinned["answers"]) == sorted(pinned["answers"])


@pytest.mark.usefixtures("waived")
def test_a_waiver_of_what_is_mended_fails_the_gate_and_the_answers_are_the_same(folder: Path) -> None:
    options = ("--waivers", folder / "waivers.toml", "--pins", folder / "pins.json", "--pin", folder / "again.json")
    done = gate(folder / "mended", *options)
    assert done.status == 1, done.told
    assert "The waiver for size.over matches nothing in this run: take it out." in done.told
    assert done.verdict["result"] == "violated"
    assert [each for each in done.verdict["open"] if each["changed"] or each["pinned"] is None] == []
    assert (folder / "again.json").read_bytes() == (folder / "pins.json").read_bytes()


@pytest.mark.usefixtures("waived")
@pytest.mark.parametrize(("strict", "status"), [((), 0), (("--strict-pins",), 1)])
def test_a_changed_answer_is_shown_and_fails_the_gate_where_that_is_wanted(
    strict: tuple[str, ...], status: int, folder: Path
) -> None:
    pinned = json.loads((folder / "pins.json").read_text(encoding="utf-8"))
    pinned["answers"][QUESTION] = "refused with 418"
    (folder / "other.json").write_text(json.dumps(pinned), encoding="utf-8")
    done = gate(folder / f"changed{status}", "--pins", folder / "other.json", *strict)
    assert done.status == status, done.told
    assert "Before: refused with 418" in done.told
    assert [each["question"] for each in done.verdict["open"] if each["changed"]] == [QUESTION]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--strict-pins",), "--strict-pins compares with --pins FILE"),
        (("--pins", ROOT / "pyproject.toml"), "pyproject.toml is not JSON"),
        (("--waivers", ROOT / "pyproject.toml"), 'pyproject.toml has the unknown member "project"'),
        (("--pin", ROOT), "is a folder; name a file"),
    ],
)
def test_what_can_not_be_used_is_told_before_anything_is_sent(
    options: tuple[object, ...], told: str, tmp_path: Path
) -> None:
    done = gate(tmp_path / "run", *options)
    assert done.status == 4
    assert told in done.told
    assert "Traceback" not in done.told
    assert len(done.told.strip().splitlines()) == 1
    assert not done.out.exists()
