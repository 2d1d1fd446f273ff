"""A campaign on real workers: one pace for all, nothing is lost with a worker, and what was found is known."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from gateway.auth import KEY_HEADER
from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.messages import Request
from gateway.server import EmbeddedGateway
from reports.record import segments
from reports.results import Result
from suites.nightly import fleet
from suites.nightly.shards import send
from suites.selftest.gate.command import SIGNATURE
from suites.target import UsageError

MISSING = [each for each in ("dask", "distributed", "redis") if find_spec(each) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}: tox run -e standing")
RATE = 60.0
SECONDS_MAX = 60.0


class Counted(Gateway):
    """A gateway that writes down when it was asked, by whom."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[float, str]] = []
        self.begun = threading.Event()

    def admit(self, request: Request, now_ms: int) -> None:
        super().admit(request, now_ms)
        self.asked.append((time.monotonic(), request.value(KEY_HEADER)))
        if len(self.asked) > 400:
            self.begun.set()

    def most_in_a_second(self) -> int:
        """Of the first customer, in any second."""
        moments = [at for at, key in self.asked if key == self.accounts[0].key_id]
        return max(sum(at <= other < at + 1 for other in moments[n : n + 500]) for n, at in enumerate(moments))


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis of the test's own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server on this machine: apt-get install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert any("Ready to accept" in line for line in process.stdout)
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture
def aimed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing of this process aims a worker anywhere."""
    for name in [each for each in os.environ if each.startswith("POLYMARKET_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    return monkeypatch


def aim(at: EmbeddedGateway, aimed: pytest.MonkeyPatch) -> None:
    """Aim workers that are started from now on; orders would take seconds."""
    for name, value in {**at.variables, "POLYMARKET_MARKET_SLUG": ""}.items():
        aimed.setenv(name, value)


def verdict(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "verdict.json").read_text())
    return found


def test_two_workers_keep_one_pace_and_make_one_report(
    tmp_path: Path, redis_url: str, aimed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    core, out = Counted(), tmp_path / "out"
    with EmbeddedGateway(core) as server:
        aim(server, aimed)
        status = fleet.main(
            ["--shards", "2", "--budget", "290", "--rate", str(RATE), "--redis", redis_url, "--out", str(out)]
        )
    shown = capsys.readouterr().out
    assert status == Result.HOLDS.exit_status, shown
    shards = [verdict(folder) for folder in sorted((out / "shards").glob("0*"))]
    assert len(shards) == 2
    assert verdict(out)["requests"] == sum(each["requests"] for each in shards)
    assert verdict(out)["void"] == 0
    moments = [at for at, key in core.asked if key == core.accounts[0].key_id]
    assert len(moments) - 1 <= RATE * (moments[-1] - moments[0])
    assert core.most_in_a_second() <= 1.2 * RATE  # a busy machine wakes late, and then several at once
    for path in out.rglob("*"):
        if path.is_file() and path.suffix not in (".gz", ".woff2"):
            text = path.read_bytes()
            assert SIGNATURE.search(text) is None, path
            assert not [each for each in core.accounts if each.key_id.encode() in text], path


def test_a_killed_worker_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path, aimed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    core, out = Counted(), tmp_path / "out"
    given = fleet.wanted(["--shards", "1", "--budget", "500", "--rate", "0"])
    told: list[str] = []
    with EmbeddedGateway(core) as server:
        aim(server, aimed)
        (job,) = fleet.jobs(given, os.environ, out, 2)
        with fleet.fleet("", 2) as client:

            def kill() -> None:
                if core.begun.wait(SECONDS_MAX):
                    os.kill(_worker(client), signal.SIGKILL)

            killer = threading.Thread(target=kill)
            killer.start()
            ended, failed = fleet.spread(client, [job], out / "stop", told.append)
            killer.join()
    assert not failed, told
    assert [(each.index, each.result) for each in ended] == [(1, Result.HOLDS)]
    assert ended[0].requests >= 500
    assert fleet._report(out, [Path(job.folder)], 1, failed) == Result.HOLDS.exit_status
    assert "1 shard," in capsys.readouterr().out
    sent = [x.plan.name for x in segments.read(Path(job.folder)) if not x.part_of]
    drawn = Counter(name for name in sent if not name.startswith("reply."))  # which also ask whether anybody is there
    assert not [name for name, times in drawn.items() if times > 1]
    assert [note for note in verdict(out)["notes"] if "taken up again after it had been killed" in note]


def _worker(client: Any) -> int:
    """The process of a worker that is at a shard."""
    busy = {address for address, keys in client.processing().items() if keys}
    pids: dict[str, int] = client.run(os.getpid)
    return next(pid for address, pid in pids.items() if address in busy)


def test_what_one_night_found_another_sends_first(tmp_path: Path, redis_url: str, aimed: pytest.MonkeyPatch) -> None:
    given = fleet.wanted(["--shards", "1", "--budget", "400", "--rate", "0", "--redis", redis_url])
    with EmbeddedGateway(FAULTS["SortsTheEcho"]()) as server:
        aim(server, aimed)
        (job,) = fleet.jobs(given, os.environ, tmp_path / "one", 1)
        first = send(job)
        assert send(job) == first
        other = replace(job, folder=str(tmp_path / "two"), seed=2)
        second = send(other)
    assert (first.result, second.result) == (Result.VIOLATED, Result.VIOLATED)
    known = [x for x in segments.read(Path(other.folder)) if "/k2x1x" in x.plan.name]
    drawn = [x.number for x in segments.read(Path(other.folder)) if x.plan.name.startswith("corpus")]
    assert known
    assert all(x.number < min(drawn, default=10**6) for x in known)
    with pytest.raises(UsageError, match="another campaign"):
        send(replace(other, seed=3))
