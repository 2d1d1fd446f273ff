"""History: new, still there, gone, flaky and back, from plain files that nothing tears."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.catalogue import clauses
from contracts.messages import Status
from reports import history, summary, terminal, write
from reports.html import page
from reports.results import Finding, Result, RunResult, Standing
from suites.selftest.gate.command import ran
from suites.selftest.reports import samples
from suites.selftest.reports.test_pages import Outline
from suites.selftest.reports.test_texts import harmless

ECHO, SIZE = samples.echo_finding(), samples.finding("size.over", "22 were taken.", samples.echo_finding().exchange)


def night(day: int, *findings: Finding, unasked: Sequence[str] = (), **facts: object) -> RunResult:
    """The run of one night, with findings; some clauses were not asked for."""
    result = Result.VIOLATED if findings else Result.HOLDS
    run = samples.run(result, findings, facts=samples.facts(started=f"2026-11-{day:02}T02:00:00Z", **facts))
    results = (
        replace(each, exchanges=0, verdict=Status.SKIPPED) if each.clause.id in unasked else each
        for each in run.clauses
    )
    return replace(run, clauses=tuple(results))


def after(folder: Path, *nights: RunResult) -> RunResult:
    """The last of some nights, compared with those before it; all are remembered."""
    for each in nights:
        last = history.compared(each, folder)
        history.keep(last, folder)
    return last


def test_where_no_history_is_kept_nothing_is_compared_or_written(tmp_path: Path) -> None:
    assert history.ready(None, beside=False) is None
    run = night(1, ECHO)
    assert history.compared(run, None) is run
    history.keep(run, None)
    assert history.ready(tmp_path / "new" / "folder", beside=True) == tmp_path / "new" / "folder"
    assert list(tmp_path.rglob("*.json")) == []


def test_a_history_that_cannot_be_kept_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"^the history can't be kept in .*file/h: Not a directory$"):
        history.ready(tmp_path / "file" / "h", beside=False)


def test_a_run_that_began_later_is_no_history_of_an_earlier_one(tmp_path: Path) -> None:
    after(tmp_path, night(5, ECHO))
    assert standing(after(tmp_path, night(3, ECHO)), ECHO) == (Standing.NEW, "03", "")
    assert standing(after(tmp_path, night(6, ECHO)), ECHO)[1:] == ("03", "05")


def standing(run: RunResult, finding: Finding) -> tuple[Standing, str, str]:
    assert run.history is not None
    past = run.history.past[finding.id]
    return past.standing, past.first[8:10], past.last[8:10]


def test_the_first_run_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    run = after(tmp_path, night(1, ECHO))
    assert summary.since(run) == "This is the first run of this target and profile that is remembered."
    assert summary.standing(run, ECHO) == ""
    assert 'id="history"' not in page.page(run, "")


def test_what_was_seen_last_night_is_still_there_and_what_was_not_is_new(tmp_path: Path) -> None:
    run = after(tmp_path, night(1, ECHO), night(2, ECHO), night(3, ECHO, SIZE))
    assert standing(run, ECHO) == (Standing.STILL, "01", "02")
    assert standing(run, SIZE) == (Standing.NEW, "03", "")
    assert summary.since(run) == "Since the last run (2026-11-02 02:00 UTC): 1 new, 1 still there."
    assert summary.standing(run, ECHO) == "still there, first seen 2026-11-01 02:00 UTC"


def test_what_the_last_night_saw_and_this_one_did_not_is_gone(tmp_path: Path) -> None:
    run = after(tmp_path, night(1, ECHO, SIZE), night(2, ECHO, SIZE), night(3, SIZE))
    assert run.history is not None
    assert [(each.id, each.first[8:10], each.last[8:10]) for each in run.history.gone] == [(ECHO.id, "01", "02")]
    assert summary.since(run).endswith(": 1 still there, 1 gone.")
    assert after(tmp_path, night(4, SIZE)).history is not None
    assert summary.since(after(tmp_path, night(5, SIZE))).endswith(": 1 still there.")


def test_a_promise_that_nobody_asked_for_is_neither_gone_nor_flaky(tmp_path: Path) -> None:
    run = after(tmp_path, night(1, ECHO), night(2, unasked=("echo.order",)))
    assert run.history is not None
    assert run.history.gone == ()
    assert standing(after(tmp_path, night(3, ECHO)), ECHO) == (Standing.STILL, "01", "01")
    assert len((after(tmp_path, night(4)).history or run.history).gone) == 1


def test_what_comes_and_goes_is_flaky_and_what_was_gone_for_long_is_back(tmp_path: Path) -> None:
    run = after(tmp_path, night(1, ECHO), night(2), night(3, ECHO))
    assert standing(run, ECHO) == (Standing.FLAKY, "01", "01")
    clean = [night(day) for day in range(4, 4 + history.RECENT)]
    run = after(tmp_path, *clean, night(20, ECHO))
    assert standing(run, ECHO) == (Standing.BACK, "01", "03")


def test_another_target_and_another_profile_are_other_histories(tmp_path: Path) -> None:
    others = night(1, ECHO, target="https://other.example.test"), night(2, ECHO, profile="nightly")
    assert summary.since(after(tmp_path, *others, night(3, ECHO))).startswith("This is the first run")
    assert len(list(tmp_path.iterdir())) == 3


def test_what_a_killed_run_or_a_full_disk_left_counts_for_nothing_and_is_told(tmp_path: Path) -> None:
    after(tmp_path, night(1, ECHO))
    (folder,) = tmp_path.iterdir()
    whole = next(folder.iterdir()).read_bytes()
    (folder / ".20261102T020000Z-0.json.abcd").write_bytes(whole[:100])
    (folder / "20261102T020000Z-torn.json").write_bytes(whole[:100])
    (folder / "20261102T020000Z-other.json").write_text(json.dumps(json.loads(whole) | {"format": 2}))
    run = after(tmp_path, night(3, ECHO))
    assert standing(run, ECHO) == (Standing.STILL, "01", "01")
    (note,) = set(run.facts.notes) - set(samples.facts().notes)
    assert note == "Of the history 20261102T020000Z-other.json, 20261102T020000Z-torn.json can't be read."


def remember(folder: Path, first: int) -> None:
    for number in range(20):
        run = night(1 + first % 2, ECHO, seed=first * 100 + number)
        history.keep(history.compared(run, folder), folder)


def test_two_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        pool.starmap(remember, [(tmp_path, first) for first in range(4)])
    run = history.compared(night(3), tmp_path)
    assert run.history is not None
    assert run.history.runs == 80
    assert run.facts.notes == samples.facts().notes


def test_old_runs_are_forgotten_and_what_was_first_seen_in_them_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "KEPT", 3)
    run = after(tmp_path, *(night(day, ECHO) for day in range(1, 9)))
    assert standing(run, ECHO) == (Standing.STILL, "01", "07")
    assert len(list(tmp_path.rglob("*.json"))) == 3


def test_the_page_tells_it_and_draws_the_trend(tmp_path: Path) -> None:
    unusable = samples.run(Result.UNUSABLE, reason="No answer.", facts=samples.facts(started="2026-11-02T02:00:00Z"))
    run = after(tmp_path, night(1, ECHO, SIZE), replace(unusable, clauses=()), night(3), night(4, ECHO))
    text = page.page(run, "")
    assert "Since the last run (2026-11-03 02:00 UTC): 1 flaky." in text
    assert text.index("Since the last run (") < text.index('id="findings"')
    assert text.count('class="bars ') >= 3
    assert "4 runs; the last one has 1 promise broken. 1 run could say nothing." in text
    assert Outline(text).tags["svg"] >= 2


def test_a_hostile_history_harms_nobody(tmp_path: Path) -> None:
    hostile = replace(ECHO, message=samples.HOSTILE)
    run = after(tmp_path / "history", night(1, hostile, target=samples.HOSTILE), night(2, target=samples.HOSTILE))
    assert run.history is not None
    assert run.history.gone
    (tmp_path / "out").mkdir()
    write.write(run, tmp_path / "out")
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert [str(path) for path in files if not harmless(path.read_text("utf-8"))] == []
    assert all(harmless(line) for line in terminal.lines(run, tmp_path, colour=False, width=80))
    assert all(name.isascii() and name.isprintable() for name in (path.name for path in tmp_path.rglob("*")))


def test_programs_are_told_too(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    for fault in ("SortsTheEcho", "DropsZero"):
        assert ran(folder, "--embedded-fault", fault, "--history", str(tmp_path / "kept")).status == 1
    found = json.loads((folder / "verdict.json").read_text())
    assert found["history"]["runs"] == 1
    assert {each["id"].rpartition("-")[0] for each in found["history"]["gone"]} >= {"echo.order"}
    assert {each["clause"]: each["standing"] for each in found["findings"]} == {"echo.complete": "new"}
    assert set(found["findings"][0]["id"].rpartition("-")[0:1]) <= set(clauses())


def test_a_folder_that_cannot_be_written_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = ran(tmp_path / "out", "--history", str(tmp_path / "file"))
    assert run.status == 4
    assert "the history can't be kept in" in run.said
