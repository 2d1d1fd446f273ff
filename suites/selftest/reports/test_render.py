"""Allure's report: rendered where Node.js is there, with history, and deaf; a sentence where it is not."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from reports import history, render, write
from reports.record import facts
from reports.results import RunResult
from suites.selftest import browser
from suites.selftest.reports import gallery, samples
from suites.selftest.reports.test_browser import PATIENTLY

NPX = shutil.which("npx")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return written(gallery.rich_run(), tmp_path / "run")


def written(result: RunResult, folder: Path) -> Path:
    folder.mkdir()
    write.write(result, folder)
    facts.write(result.facts, folder)
    return folder


@pytest.mark.skipif(NPX is None, reason="there is no npx on this machine to fetch Allure with")
def test_it_renders_keeps_the_history_and_calls_nobody(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "history"
    for lines in (1, 2):
        status = render.main([str(run), "--history", str(kept)])
        said = capsys.readouterr()
        if "ENOTFOUND" in said.err or "ECONNREFUSED" in said.err:
            pytest.skip("npm can't reach its registry")
        assert status == 0, said.err
        (history,) = kept.rglob(render.HISTORY)
        assert len(history.read_text().splitlines()) == lines
    page = (run / "allure-report" / "index.html").read_text("utf-8")
    assert "Batched cancel: promises kept and broken" in page
    assert "googletagmanager" not in page
    assert "gtag(" not in page
    if browser.BROWSER is not None:
        assert browser.grumbled(run / "allure-report" / "index.html", tmp_path / "profile", PATIENTLY) == []
    result = json.loads(next((run / "allure-results").glob("*-result.json")).read_text())
    assert result["name"] in (run / "allure-report" / "test-results.json").read_text()


def test_without_node_it_says_what_to_install(
    run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    assert render.main([str(run)]) == 4
    said = capsys.readouterr().err
    assert said.startswith("report: Allure's report needs Node.js 20 or later with npx: install it from")
    assert said.count("\n") == 1


def test_wrong_usage_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render.main([str(tmp_path)]) == 4
    assert "this is no folder of a run" in capsys.readouterr().err
    facts.write(samples.facts(), tmp_path)
    assert render.main([str(tmp_path)]) == 4
    assert "it has no allure-results" in capsys.readouterr().err
    assert render.main(["--nonsense"]) == 4


def test_when_allure_fails_the_history_stays(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, script in (("npx", "echo 'it broke' >&2; exit 7"), ("node", "exit 0")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    kept = tmp_path / "kept" / history.name_of(facts.read(run)) / render.HISTORY
    kept.parent.mkdir(parents=True)
    kept.write_text("old\n")
    assert render.main([str(run), "--history", str(tmp_path / "kept")]) == 3
    assert capsys.readouterr().err == "report: Allure failed: it broke\n"
    assert kept.read_text() == "old\n"
