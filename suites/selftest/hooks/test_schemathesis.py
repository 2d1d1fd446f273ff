"""`schemathesis run` with our hooks: faults are named, the honest gateway is clean, and no secret is written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from contracts.document import FILE
from gateway.auth import SIGNATURE_HEADER, TIMESTAMP_HEADER
from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.messages import Reply, Request
from gateway.server import EmbeddedGateway
from suites.selftest.gate.command import ROOT, SIGNATURE
from suites.selftest.replay.bundles import variables_of

SETTINGS = 'hooks = "suites.hooks"\ngeneration.with-security-parameters = false\n'
USUAL = ("--seed=1", "--no-color", "--phases=coverage,fuzzing", "--max-examples=30", "--continue-on-failure")
REPORTS = ("--report", "junit,ndjson,har,vcr")
FAILED = re.compile(r"Custom check failed: `(\w+)`")


class Watching(Gateway):
    """The honest gateway, which remembers signatures and how old they were."""

    def __init__(self) -> None:
        super().__init__()
        self.signatures: list[str] = []
        self.ages_ms: list[int] = []

    def handle(self, request: Request, now_ms: int) -> Reply:
        self.signatures += request.values(SIGNATURE_HEADER)
        self.ages_ms += [now_ms - int(each) for each in request.values(TIMESTAMP_HEADER)]
        return super().handle(request, now_ms)


@dataclass(frozen=True, slots=True)
class Said:
    """What a run of Schemathesis said and left."""

    status: int
    said: str
    named: set[str]


def schemathesis(folder: Path, core: Gateway | None, *arguments: str, **variables: str) -> Said:
    """The command, run in a folder of its own with the two lines of settings."""
    (folder / "schemathesis.toml").write_text(SETTINGS)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("POLYMARKET_", "CI"))}
    with EmbeddedGateway(core) as server:
        command = [sys.executable, "-m", "schemathesis.cli", "run", str(FILE), "--url", server.url, *USUAL, *arguments]
        done = subprocess.run(
            command,
            cwd=folder,
            env=kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"} | variables_of(server) | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        secrets = [text for one in server.accounts for text in (one.key_id, one.secret_key)]
    said = done.stdout + done.stderr
    written = [said.encode()] + [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert not [secret[:6] for secret in secrets for text in written if secret.encode() in text]
    assert not [found[0] for text in written for found in [SIGNATURE.search(text)] if found]
    return Said(done.returncode, said, set(FAILED.findall(said)))


@pytest.mark.parametrize(
    ("fault", "check"), [("SortsTheEcho", "echo_order"), ("TakesNoOrders", "shape_orders_present")]
)
def test_a_fault_is_named(fault: str, check: str, tmp_path: Path) -> None:
    seen = schemathesis(tmp_path, FAULTS[fault](), *REPORTS)
    assert seen.status == 1, seen.said
    assert check in seen.named, seen.said


def test_the_honest_gateway_is_clean_and_every_request_is_signed_as_it_leaves(tmp_path: Path) -> None:
    core = Watching()
    seen = schemathesis(tmp_path, core, "--rate-limit", "20/s", *REPORTS)
    assert (seen.status, seen.named) == (0, set()), seen.said
    assert len(core.signatures) > 40
    assert len(set(core.signatures)) == len(core.signatures)
    assert max(core.ages_ms) < 1000, "the pace of 20 a second was waited for behind the signature"


def test_an_answer_that_never_comes_shows_no_signature(tmp_path: Path) -> None:
    seen = schemathesis(tmp_path, FAULTS["NeverAnswersRepeats"](), "--request-timeout", "0.5", *REPORTS)
    assert seen.status in (0, 1), seen.said


def test_without_a_key_it_says_what_to_set(tmp_path: Path) -> None:
    seen = schemathesis(tmp_path, None, POLYMARKET_KEY_ID="", POLYMARKET_SECRET_KEY="")
    assert seen.status not in (0, 1)
    assert "set POLYMARKET_KEY_ID and POLYMARKET_SECRET_KEY" in seen.said


def test_the_two_lines_are_those_that_the_module_tells() -> None:
    told = [line.strip() for line in (ROOT / "suites" / "hooks.py").read_text().splitlines()]  # importing it registers
    assert [line in told for line in SETTINGS.splitlines()] == [True, True]
