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
from tempfile import TemporaryDirectory, mkdtemp

from contracts.messages import Plan
from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from reports import bundle
from reports.results import RunResult
from reports.scripts import curl
from suites import gate, replay
from suites.conclusion import Circumstances, conclude
from suites.conduct import conduct
from suites.run import Options, Run
from suites.selftest.prove import target_of

ROOT = Path(__file__).parents[3]
SECRET = base64.b64encode(bytes(range(32))).decode()
USUAL = {"POLYMARKET_KEY_ID": "11111111-2222-4333-8444-555555555555", "POLYMARKET_SECRET_KEY": SECRET}
"""A key that no gateway has."""
SEED = 1
PATIENCE_SECONDS = 2.0
SHRINK = 120
"""As the gate: what is replayed is what a reader gets, tried again and shrunk."""
_FOLDER = TemporaryDirectory(prefix="journal-")
JOURNAL = _FOLDER.name
"""Where orders on gateways that are gone in a moment are written down; it goes with this process."""


class NotFound(Exception):
    """The gate has no finding of the fault's clause."""


@cache
def _gate() -> tuple[Plan, ...]:
    return gate.plans(SEED)


def variables_of(server: EmbeddedGateway) -> dict[str, str]:
    """What a shell exports to aim at a gateway, with a journal that leaves nothing behind."""
    return server.variables | {"POLYMARKET_JOURNAL": JOURNAL}


def _seen(core: Gateway, plans: Sequence[Plan]) -> RunResult:
    with EmbeddedGateway(core) as server:
        run = Run(target_of(server), Options(seed=SEED, rate=0, patience=PATIENCE_SECONDS, shrink=SHRINK))
        conduct(run, plans)
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
        status = replay.main([str(folder), "--rate", "0", "--patience", "2", *more], variables_of(server))
    return status, printed.getvalue()


def alone(script: Path, core: Gateway | None) -> tuple[int, str]:
    """The exit status of a script that stands alone, against a gateway, and what it printed; its folder is not ours.

    Raises:
        AssertionError: it printed a secret.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("POLYMARKET_", "PYTHON"))}
    command = "bash" if script.suffix == ".sh" else sys.executable
    with EmbeddedGateway(core) as server:
        done = subprocess.run(
            [command, script.name],
            cwd=script.parent,
            env=kept | variables_of(server),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        secrets = [value for name, value in variables_of(server).items() if "KEY" in name]
    said = done.stdout + done.stderr
    assert not [each for each in secrets if each in said], f"{script.name} prints a secret"
    return done.returncode, said


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
    scripts: tuple[tuple[str, int, int], ...] = ()
    """Each script that stands alone and can show it: its name, its exit on the fault and on the honest gateway."""


def trial(name: str) -> Trial:
    """Find a fault, then replay the finding on it and on the honest gateway."""
    folder = Path(mkdtemp())
    try:
        found = bundle_of(name, folder)
        faulty, first = replayed(FAULTS[name](), found)
        honest, second = replayed(None, found)
        scripts = tuple(
            (path.name, alone(path, FAULTS[name]())[0], alone(path, None)[0])
            for path in (found / "reproduce.py", found / curl.FILE)
            if path.is_file() and "needs the suite's replay" not in path.read_text()
        )
    except NotFound as error:
        return Trial(name, -1, -1, str(error), found=False)
    except Exception as error:  # noqa: BLE001  # told by the test, which knows the fault's name
        return Trial(name, -1, -1, f"{type(error).__name__}: {error}")
    finally:
        shutil.rmtree(folder)
    return Trial(name, faulty, honest, first + second, scripts=scripts)
