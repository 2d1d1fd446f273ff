"""A second opinion: careful gateways on other people's frameworks are clean, careless ones are found out by name."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from contracts.catalogue import clauses
from reports.results import Result, RunResult
from suites.conclusion import NEED_STREAM
from suites.selftest.second.frameworks import FRAMEWORKS, opinion

NODE = Path(__file__).parent / "node"
NPM_SECONDS = 120
INSTALLED = all(find_spec(name) for name in ("django", "fastapi", "gunicorn", "rest_framework", "uvicorn"))
pytestmark = pytest.mark.skipif(not INSTALLED, reason="Django and FastAPI are not installed here: tox run -e second")


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gateways on Node with what they import, as the lock has it, in a folder of their own."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("there is no node and npm on this machine for Express and Fastify")
    folder = tmp_path_factory.mktemp("node")
    for file in (*NODE.glob("*.mjs"), *NODE.glob("package*.json")):
        shutil.copy(file, folder)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=NPM_SECONDS, check=False)
    if done.returncode:
        pytest.skip(f"npm can't fetch Express and Fastify: {done.stderr.strip().splitlines()[:1]}")
    return folder


@pytest.fixture
def folder(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where a framework's gateways are served from."""
    found: Path = request.getfixturevalue("modules") if FRAMEWORKS[name].node else tmp_path
    return found


def told(result: RunResult) -> str:
    """Every finding in a line."""
    return "\n".join(f"{each.clause.id}: {each.message}" for each in result.findings)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_careful_gateway_is_clean_on_evidence(name: str, folder: Path) -> None:
    result = opinion(FRAMEWORKS[name], "careful", folder)
    assert not result.findings, told(result)
    assert (result.result, result.reason) == (Result.HOLDS, "")
    bare = {each.clause.id for each in result.clauses if each.clause.gates and not each.exchanges}
    assert bare == (set() if FRAMEWORKS[name].streams else set(NEED_STREAM))


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_careless_gateway_is_found_out_by_its_habits_and_no_others(name: str, folder: Path) -> None:
    framework = FRAMEWORKS[name]
    result = opinion(framework, "careless", folder)
    found = {each.clause.id for each in result.findings}
    assert result.result is Result.VIOLATED
    assert not framework.habits.keys() - found, told(result)
    assert not found - framework.habits.keys() - framework.beside.keys(), told(result)


def test_every_habit_breaks_a_promise_that_there_is() -> None:
    gating = {each.id for each in clauses().values() if each.gates}
    for each in FRAMEWORKS.values():
        assert each.habits.keys() | each.beside.keys() <= gating
        assert not each.habits.keys() & each.beside.keys()
