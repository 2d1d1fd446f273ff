"""The answers of a replay beside the plain yes and no: what is lacking, how often, how many, and stopped half-way."""

from __future__ import annotations

import json
import signal
import socket
import time
from pathlib import Path

import pytest

from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from reports.results import Result
from suites import replay
from suites.again.resending import Attempt
from suites.selftest.replay.bundles import SECRET, USUAL, bundle_of, replayed, shell, variables_of


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a real finding."""
    return bundle_of("SortsTheEcho", tmp_path_factory.mktemp("run"))


# --- no answer --------------------------------------------------------------------------------------------------------


def test_nobody_listens(found: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    run = shell(USUAL, str(found), "--target-url", f"http://127.0.0.1:{port}", "--rate", "0")
    out, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (6, "")
    assert "gave no answer" in out


def test_another_secret(found: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with EmbeddedGateway() as server:
        environment = variables_of(server) | {"POLYMARKET_SECRET_KEY": SECRET}
        assert replay.main([str(found), "--rate", "0"], environment) == 6
    assert "check POLYMARKET_KEY_ID" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fault", "missing", "says"),
    [
        ("LeavesTheLast", "POLYMARKET_MARKET_SLUG", "POLYMARKET_MARKET_SLUG"),
        ("CancelsForeignOrdersAmongOwn", "POLYMARKET_OTHER", "no second account"),
    ],
)
def test_what_the_target_lacks_is_said(
    fault: str, missing: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = bundle_of(fault, tmp_path)
    with EmbeddedGateway() as server:
        environment = {key: value for key, value in variables_of(server).items() if not key.startswith(missing)}
        assert replay.main([str(found), "--rate", "0", "--patience", "2"], environment) == 6
    printed = capsys.readouterr().out
    assert "CAN'T BE SAID" in printed
    assert says in printed


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_told_from_an_answer(sent: signal.Signals, found: Path) -> None:
    with EmbeddedGateway(latency_ms=1500) as server:
        run = shell(variables_of(server), str(found))
        time.sleep(4.0)  # under way: it has begun after one or two, and can't end before seven
        run.send_signal(sent)
        out, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (2, "")
    assert "INTERRUPTED" in out


# --- several ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("results", "status", "says"),
    [
        ("VVV", 1, "STILL BROKEN (always broken, 3 of 3)"),
        ("HVH", 1, "STILL BROKEN (sometimes broken, 1 of 3)"),
        ("HHH", 0, "HOLDS NOW (never broken, 0 of 3)"),
        ("HUH", 6, "CAN'T BE SAID (never broken, 0 of 2)"),
        ("HI", 2, "INTERRUPTED"),
        ("VB", 3, "THE SUITE IS AT FAULT"),
    ],
)
def test_how_often(
    results: str,
    status: int,
    says: str,
    found: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = {each.name[0]: each for each in Result} | {"U": Result.UNUSABLE, "B": Result.BROKEN}
    coming = iter(results)
    monkeypatch.setattr(replay, "replay", lambda *_: Attempt(words[next(coming)], "so it is"))
    environment = USUAL | {"POLYMARKET_TARGET_URL": "http://127.0.0.1:9"}
    assert replay.main([str(found), "--times", "3"], environment) == status
    assert says in capsys.readouterr().out


def test_a_fault_of_the_suite_is_a_sentence(
    found: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> Attempt:
        raise RuntimeError("a wire came loose")

    monkeypatch.setattr(replay, "replay", fail)
    assert replay.main([str(found)], USUAL | {"POLYMARKET_TARGET_URL": "http://127.0.0.1:9"}) == 3
    assert "RuntimeError: a wire came loose" in capsys.readouterr().out


def test_a_run_folder_is_all_its_findings(found: Path, tmp_path: Path) -> None:
    other = bundle_of("AnswersABareArray", tmp_path)
    run = found.parents[1]
    status, printed = replayed(FAULTS["SortsTheEcho"](), run, str(other), "--out", str(tmp_path / "out"))
    assert status == 1
    assert "1 still broken, 1 holds now" in printed
    told = json.loads((tmp_path / "out" / "replay.json").read_text())
    assert [each["result"] for each in told] == ["violated", "holds"]
    assert all(
        (tmp_path / "out" / record / "exchanges.ndjson").is_file() for each in told for record in each["records"]
    )
    assert (found / "finding.json").is_file()
