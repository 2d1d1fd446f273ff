"""A night that is killed goes on: what was recorded stands, and no plan is sent twice but the one under way."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections import Counter
from pathlib import Path

import pytest

from gateway.core import Gateway
from gateway.messages import Request
from gateway.server import EmbeddedGateway
from reports.record import segments
from reports.record.recorder import FILE
from reports.results import Result
from suites.nightly import fleet
from suites.nightly.shards import STOP, Ended, send

KILLED_AT, BUDGET = 420, 600
"""The gate's list has more than 240 requests."""
READ = 2
"""Requests that are counted and not recorded: each account's open orders are read at the beginning."""


class Counted(Gateway):
    """A gateway that tells when it was asked often enough."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.enough = threading.Event()

    def admit(self, request: Request, now_ms: int) -> None:
        super().admit(request, now_ms)
        self.asked += 1
        if self.asked > KILLED_AT:
            self.enough.set()


def test_a_killed_night_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    core = Counted()
    with EmbeddedGateway(core) as server:
        for name, value in {**server.variables, "POLYMARKET_MARKET_SLUG": ""}.items():
            monkeypatch.setenv(name, value)
        given = fleet.wanted(["--shards", "1", "--budget", str(BUDGET), "--rate", "0"])
        (job,) = fleet.jobs(given, os.environ, tmp_path, 1)
        folder = Path(job.folder)
        process = multiprocessing.get_context("spawn").Process(target=send, args=(job,))
        process.start()
        assert core.enough.wait(60)
        process.kill()
        process.join()
        before = {x.number: x for x in segments.read(folder)}
        with (folder / FILE).open("ab") as record:
            record.write(b'{"number": 9999, "torn')
        ended = send(job)
        assert send(job) == ended
    after = {x.number: x for x in segments.read(folder)}
    assert len(before) > 240
    assert all(after[number] == exchange for number, exchange in before.items())
    assert sorted(after) == list(range(1, len(after) + 1))
    drawn = Counter(x.plan.name for x in after.values() if not x.part_of and not x.plan.name.startswith("reply."))
    assert max(drawn.values()) == 1
    recorded = sum(x.tries for x in after.values())
    assert ended.requests == recorded + READ
    assert ended.requests >= BUDGET
    assert core.asked <= ended.requests + 1  # the request that the kill cut off
    told = json.loads((folder / "verdict.json").read_text())
    assert (told["result"], told["requests"]) == (Result.HOLDS, ended.requests)
    assert any("taken up again after it had been killed" in note for note in told["notes"])


def test_a_campaign_that_stops_begins_no_further_shard_and_does_not_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with EmbeddedGateway() as server:
        for name, value in {**server.variables, "POLYMARKET_MARKET_SLUG": ""}.items():
            monkeypatch.setenv(name, value)
        given = fleet.wanted(["--shards", "2", "--budget", "300", "--rate", "0"])
        first, second = fleet.jobs(given, os.environ, tmp_path, 1)
        assert send(first).result == Result.HOLDS
        (tmp_path / fleet.SHARDS / STOP).touch()
        assert send(first).result == Result.HOLDS
        assert send(second) == Ended(2, 0, 0, Result.INTERRUPTED, began=0)
    assert fleet._report(tmp_path, [Path(first.folder)], 2, []) == Result.INTERRUPTED.exit_status
    assert "interrupted" in capsys.readouterr().out
    assert "1 of 2 shards did not end" in (tmp_path / "verdict.json").read_text()
