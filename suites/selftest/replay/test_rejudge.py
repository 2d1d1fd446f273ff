"""Judging again: the same answer from the record alone, of a killed run too, and another where judges are others."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest

from contracts.messages import Exchange, History, Verdict
from contracts.oracles import ORACLES
from gateway.core import Gateway
from gateway.messages import Reply, Request
from gateway.server import EmbeddedGateway
from reports import verdict
from reports.record import facts, recorder
from suites import rejudge
from suites.selftest.gate.command import ended, ran, started
from suites.selftest.replay.bundles import variables_of

CONCERN = "suites/echo.py"


def told(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / verdict.FILE).read_text())
    return found


def again(folder: Path, *arguments: str) -> int:
    return rejudge.main([str(folder), *arguments])


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    assert ran(folder, "--embedded-fault", "SortsTheEcho").status == 1
    return folder


@pytest.fixture
def copied(broken: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(broken, tmp_path / "copied"))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: object, **_named: object) -> NoReturn:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", never)
    monkeypatch.setattr(socket, "create_connection", never)


@pytest.mark.usefixtures("no_network")
def test_it_says_what_the_run_said(copied: Path) -> None:
    assert again(copied) == 1
    before, after = told(copied), told(copied / rejudge.FOLDER)
    *notes, last = after.pop("notes")
    assert notes == before.pop("notes")
    assert last.startswith("Judged again on ")
    assert after == before
    assert "echo.order" in {each["clause"] for each in after["findings"]}
    names = {path.relative_to(copied) for path in copied.rglob("*.*")} - {Path("allure-results")}
    fixed = {name for name in names if "allure-results" not in name.parts and rejudge.FOLDER not in name.parts}
    assert {name for name in fixed if not (copied / rejudge.FOLDER / name).exists()} == set()


def test_what_was_judged_again_can_be_judged_again(copied: Path) -> None:
    assert again(copied) == again(copied / rejudge.FOLDER) == 1


@pytest.mark.parametrize("arguments", [(), ("--deselect", CONCERN)])
def test_a_run_that_did_not_violate_is_what_it_was(arguments: tuple[str, ...], tmp_path: Path) -> None:
    run = ran(tmp_path, *arguments)
    assert run.status == (2 if arguments else 0), run.said
    assert again(tmp_path) == run.status
    assert told(tmp_path / rejudge.FOLDER)["clauses"] == told(tmp_path)["clauses"]


def test_an_unusable_target_stays_one(tmp_path: Path) -> None:
    with EmbeddedGateway() as server:
        variables = variables_of(server)
    assert ran(tmp_path, **variables).status == 6
    assert again(tmp_path) == 6
    assert told(tmp_path / rejudge.FOLDER)["reason"] == told(tmp_path)["reason"]


class KillsItsClient(Gateway):
    """Ends the client at its fortieth request, without a word."""

    client = 0
    count = 0

    def handle(self, request: Request, now_ms: int) -> Reply:
        self.count += 1
        if self.count == 40:
            os.kill(self.client, signal.SIGKILL)
            time.sleep(1)
        return super().handle(request, now_ms)


def killed(folder: Path) -> Path:
    core = KillsItsClient()
    with EmbeddedGateway(core) as server:
        process = started(folder, **variables_of(server))
        core.client = process.pid
        assert ended(process, folder).status == -signal.SIGKILL
    return folder


def test_a_killed_run_is_judged_as_far_as_it_came(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = killed(tmp_path)
    assert not (folder / verdict.FILE).exists()
    with (folder / recorder.FILE).open("ab") as record:
        record.write(b'{"number": 4711, "pl')
    assert again(folder) == 2
    found = told(folder / rejudge.FOLDER)
    assert found["result"] == "interrupted"
    assert 30 <= found["requests"] < 45
    assert found["seconds"] > 0
    assert any(each["verdict"] == "passed" for each in found["clauses"])
    assert "torn and left out" in capsys.readouterr().err


def test_a_judge_of_today_finds_what_that_of_the_night_did_not(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def newer(exchange: Exchange, history: History) -> Verdict | None:  # noqa: ARG001  # the signature of its kind
        return Verdict.failed("size.one", "a batch of one was answered") if exchange.plan.clause == "size.one" else None

    before = {each["clause"] for each in told(copied)["findings"]}
    monkeypatch.setitem(ORACLES, "size.one", newer)
    assert again(copied) == 1
    found = {each["clause"]: each for each in told(copied / rejudge.FOLDER)["findings"]}
    assert set(found) == before | {"size.one"} != before
    assert (copied / rejudge.FOLDER / found["size.one"]["bundle"] / "finding.json").is_file()


def test_a_judge_that_fails_is_a_fault_of_the_suite(
    copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(exchange: Exchange, history: History) -> Verdict | None:  # noqa: ARG001  # the signature of its kind
        raise LookupError("no such thing")

    monkeypatch.setitem(ORACLES, "size.one", failing)
    assert again(copied) == 3
    assert "the judge of size.one failed on exchange" in capsys.readouterr().err


def test_waivers_are_those_of_today_on_the_day_of_the_run(copied: Path) -> None:
    waived = copied / "waivers.toml"
    day, known = facts.read(copied).started[:10], {each["clause"] for each in told(copied)["findings"]}
    entries = (f'[[waiver]]\nclause = "{each}"\nreason = "known"\nlast_day = {day}\n' for each in known)
    waived.write_text("".join(entries))
    assert again(copied, "--waivers", str(waived)) == 0


def damaged(folder: Path, changes: Mapping[str, object]) -> None:
    path = folder / facts.FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 2}, "run.json: this suite reads format 1 only"),
        ({"format": True}, "run.json: this suite reads format 1 only"),
        ({"surprise": 1}, 'run: no member is called "surprise"'),
        ({"seed": "1"}, "run.seed: a whole number is needed"),
    ],
)
def test_what_it_cannot_read_it_says_in_a_sentence(
    changes: Mapping[str, object], sentence: str, copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged(copied, changes)
    assert again(copied) == 4
    assert capsys.readouterr().err == f"rejudge: {sentence}\n"


def test_usage(copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert again(tmp_path / "nowhere") == 4
    assert "this is no folder of a run, for it has no run.json" in capsys.readouterr().err
    assert again(copied, "--out", str(copied)) == 4
    assert "is the run itself; name another folder" in capsys.readouterr().err
    assert again(copied, "--strict-pins") == 4
    assert (copied / verdict.FILE).is_file()


def test_several_runs_each_get_a_folder_and_the_worst_counts(copied: Path, tmp_path: Path) -> None:
    other = tmp_path / "honest"
    assert ran(other).status == 0
    assert again(other, str(copied), "--out", str(tmp_path / "all")) == 1
    assert [told(tmp_path / "all" / name)["result"] for name in ("honest", "copied")] == ["holds", "violated"]
