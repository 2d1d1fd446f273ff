"""Bundles of real findings: a faulty gateway, the gate's plans, the finding of the fault's own clause, replayed."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from contracts.messages import Plan
from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from reports import bundle
from reports.results import RunResult
from suites import gate, replay
from suites.conclusion import Circumstances, conclude
from suites.run import Options, Run
from suites.selftest.prove import target_of

ROOT = Path(__file__).parents[3]
SECRET = base64.b64encode(bytes(range(32))).decode()
USUAL = {"POLYMARKET_KEY_ID": "11111111-2222-4333-8444-555555555555", "POLYMARKET_SECRET_KEY": SECRET}
"""A key that no gateway has."""
SEED = 1
PATIENCE_SECONDS = 2.0


class NotFound(Exception):
    """The gate has no finding of the fault's clause."""


@cache
def _gate() -> tuple[Plan, ...]:
    return gate.plans(SEED)


def variables(server: EmbeddedGateway) -> dict[str, str]:
    """What a shell would have exported to aim at a gateway."""
    own, other = server.accounts
    return {
        "POLYMARKET_TARGET_URL": server.url,
        "POLYMARKET_KEY_ID": own.key_id,
        "POLYMARKET_SECRET_KEY": own.secret_key,
        "POLYMARKET_OTHER_KEY_ID": other.key_id,
        "POLYMARKET_OTHER_SECRET_KEY": other.secret_key,
        "POLYMARKET_MARKET_SLUG": ",".join(server.markets),
    }


def _seen(core: Gateway, plans: Sequence[Plan]) -> RunResult:
    with EmbeddedGateway(core) as server:
        run = Run(target_of(server), Options(seed=SEED, rate=0, patience=PATIENCE_SECONDS))
        run.execute(plans)
    return conclude(run, Circumstances(), datetime.now(UTC))


def bundle_of(fault: str, folder: Path) -> Path:
    """The bundle of the finding of a fault's own clause, by the plans of its concern, or by the whole gate.

    Raises:
        NotFound: the gate does not find the fault; that is for the proof of the gate to say.
    """
    clause = FAULTS[fault].breaks
    concern = clause.partition(".")[0]
    mine = [each for each in _gate() if any(part.clause.partition(".")[0] == concern for part in gate.parts(each))]
    for plans in (mine, _gate()):
        seen = _seen(FAULTS[fault](), plans)
        for finding in seen.findings:
            if finding.clause.id == clause:
                bundle.write(seen, finding, folder)
                return folder / finding.bundle
    raise NotFound(f"the gate has no finding of {clause} for {fault}")


def replayed(core: Gateway | None, folder: Path, *more: str) -> tuple[int, str]:
    """The exit status of a replay against a gateway, and what it printed."""
    printed = io.StringIO()
    with EmbeddedGateway(core) as server, contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        status = replay.main([str(folder), "--rate", "0", "--patience", "2", *more], variables(server))
    return status, printed.getvalue()


def shell(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """The command as a shell starts it, without the variables of this process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("POLYMARKET_")}
    return subprocess.Popen(
        [sys.executable, "-m", "suites.replay", *arguments],
        cwd=ROOT,
        env=kept | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """What replay said of one fault's finding."""

    name: str
    on_the_fault: int
    on_the_honest: int
    printed: str
    found: bool = True
    """Whether the gate has a finding of its clause at all."""


def trial(name: str) -> Trial:
    """Find a fault, then replay the finding on it and on the honest gateway."""
    folder = Path(mkdtemp())
    try:
        found = bundle_of(name, folder)
        faulty, first = replayed(FAULTS[name](), found)
        honest, second = replayed(None, found)
    except NotFound as error:
        return Trial(name, -1, -1, str(error), found=False)
    except Exception as error:  # noqa: BLE001  # told by the test, which knows the fault's name
        return Trial(name, -1, -1, f"{type(error).__name__}: {error}")
    finally:
        shutil.rmtree(folder)
    return Trial(name, faulty, honest, first + second)
