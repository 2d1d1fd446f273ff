"""What kills the gate from outside, or fails inside: the record stays readable, and nothing becomes a pass."""

from __future__ import annotations

import os
import random
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reports.record import recorder, segments
from suites.selftest.gate.command import ROOT
from suites.selftest.hostile import doors
from suites.selftest.hostile.answers import JSON, WHOLE, always
from suites.selftest.hostile.certificates import self_signed
from suites.selftest.hostile.listening import HOST, listening
from suites.selftest.hostile.relay import Passing, Relay, relayed
from suites.selftest.hostile.running import aimed_at, ended

COMMAND = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "--rate", "0", "--patience", "2", "--out"]
SECONDS_MAX = 120
KILLS = int(os.environ.get("HOSTILE_KILLS", "3"))
MOMENT = 0.25
"""Seconds between an answer on the way and its line on the disk, on a machine that is busy."""


def environment() -> dict[str, str]:
    """This process's variables but those that aim the gate."""
    return {name: each for name, each in os.environ.items() if not name.startswith("POLYMARKET_")} | {
        "PYTHONPATH": str(ROOT)
    }


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_gate_leaves_every_exchange_that_was_answered(seed: int, tmp_path: Path) -> None:
    """What the relay has handed on a moment before the kill is in the record."""
    log, answered, desk = tmp_path / recorder.FILE, list[float](), set[int]()

    def reply(passing: Passing, piece: bytes) -> bytes:
        if passing.order.startswith((b"GET /v1/orders/open", b"GET /v1/ws")):  # what is no plan's
            desk.add(passing.connection)
        elif piece.startswith(b"HTTP/1.1 ") and b" 100 " not in piece[:16] and passing.connection not in desk:
            answered.append(time.monotonic())
        return piece

    with relayed(Relay(reply=reply)) as variables:
        # a journal of its own: where a port comes again, a run would sweep what one that was killed before has left
        aimed = environment() | variables | {"POLYMARKET_JOURNAL": str(tmp_path / "journal")}
        process = subprocess.Popen([*COMMAND, str(tmp_path)], cwd=ROOT, env=aimed, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + SECONDS_MAX
        while time.monotonic() < deadline and process.poll() is None and not (log.is_file() and log.stat().st_size):
            time.sleep(0.02)
        time.sleep(random.Random(seed).uniform(0, 2.5))  # noqa: S311  # any moment will do
        process.kill()
        killed = time.monotonic()
        process.wait()
    recorded = {each.number: each for each in segments.read(tmp_path, say=lambda _: None)}
    assert sorted(recorded) == list(range(1, len(recorded) + 1))
    assert recorded
    assert sum(each.tries for each in recorded.values()) >= sum(at < killed - MOMENT for at in answered)


@pytest.mark.parametrize("bytes_max", [4_096, 20_000, 200_000, 400_000])
def test_a_full_disk_is_exit_3_in_a_sentence(bytes_max: int, tmp_path: Path) -> None:
    """No file may grow beyond a limit, which is what a quota does."""
    limit = (
        "import resource, os, sys; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes_max}, {resource.RLIM_INFINITY})); "
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    run = subprocess.run(
        [sys.executable, "-c", limit, *COMMAND, str(tmp_path / "out")],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    said = run.stdout + run.stderr
    assert run.returncode == 3, said
    assert "File too large" in said
    assert "Traceback" not in said
    verdict = tmp_path / "out" / "verdict.json"
    assert not verdict.exists() or '"result": "broken"' in verdict.read_text(encoding="utf-8")
    assert all(each.number for each in segments.read(tmp_path / "out", say=lambda _: None))


def test_a_private_authority_is_believed_where_it_is_named(tmp_path: Path) -> None:
    bundle = tmp_path / "authority.pem"
    bundle.write_text(self_signed(), encoding="ascii")
    with relayed(Relay()) as variables:
        port = int(variables["POLYMARKET_TARGET_URL"].rpartition(":")[2])
        with listening(doors.behind_tls(Relay().through(port), bundle)) as secure:
            aimed = variables | {"POLYMARKET_TARGET_URL": f"https://{HOST}:{secure}"}
            found = ended(tmp_path / "run", aimed, "--ca-bundle", str(bundle), "--rate", "0")
    assert found.status == 0, found.said


def test_a_certificate_of_another_host_is_not_believed(tmp_path: Path) -> None:
    """It is of 127.0.0.1, and of nobody else."""
    bundle = tmp_path / "authority.pem"
    bundle.write_text(self_signed(), encoding="ascii")
    with listening(doors.behind_tls(always("200 OK", JSON, body=WHOLE), bundle)) as port:
        found = ended(tmp_path / "run", aimed_at(f"https://localhost:{port}"), "--ca-bundle", str(bundle))
    assert found.status == 6, found.said
    assert "certificate" in found.said


@pytest.mark.skipif(not socket.has_ipv6, reason="this Python has no IPv6")
def test_a_target_that_has_no_other_address_than_ipv6_is_one(tmp_path: Path) -> None:
    with relayed(Relay()) as variables:
        port = int(variables["POLYMARKET_TARGET_URL"].rpartition(":")[2])
        try:
            server = listening(Relay().through(port), "::1")
            with server as six:
                aimed = variables | {"POLYMARKET_TARGET_URL": f"http://[::1]:{six}"}
                found = ended(tmp_path / "run", aimed, "--rate", "0")
        except OSError as error:
            pytest.skip(f"this machine has no IPv6: {error.strerror}")
    assert found.status == 0, found.said


@pytest.mark.parametrize("text", ["", "no certificate\n", None])
def test_a_bundle_without_an_authority_is_wrong_usage(text: str | None, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    if text is not None:
        bundle.write_text(text, encoding="ascii")
    with listening(always("200 OK", JSON, body=WHOLE)) as port:
        aimed = {"POLYMARKET_TARGET_URL": f"https://{HOST}:{port}", "POLYMARKET_KEY_ID": "x"}
        aimed["POLYMARKET_SECRET_KEY"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
        found = ended(tmp_path / "run", aimed, "--ca-bundle", str(bundle))
    assert found.status == 4, found.said
    assert "--ca-bundle" in found.said
    assert not found.crashed
