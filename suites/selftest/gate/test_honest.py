"""The honest gateway, ten times: no finding, and evidence for every clause that gates."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.messages import Exchange
from gateway.server import EmbeddedGateway
from reports.results import Result, RunResult
from suites import gate
from suites.conclusion import Circumstances, conclude
from suites.conduct import conduct
from suites.run import Options, Run
from suites.selftest.bench import figures
from suites.selftest.prove import PATIENCE_SECONDS, target_of

RUNS = 10
REQUESTS_MAX = 350


def gate_once() -> tuple[Run, RunResult, list[Exchange]]:
    """The gate on an honest gateway of its own: the run, its answer, and what was recorded on the way."""
    recorded: list[Exchange] = []
    with EmbeddedGateway() as server:
        run = Run(target_of(server), Options(rate=0, patience=PATIENCE_SECONDS), recorded.append)
        conduct(run, gate.plans(1))
    return run, conclude(run, Circumstances(), datetime.now(UTC)), recorded


@pytest.fixture(scope="module")
def runs() -> list[tuple[Run, RunResult, list[Exchange]]]:
    return [gate_once() for _ in range(RUNS)]


Runs = list[tuple[Run, RunResult, list[Exchange]]]


def test_an_honest_gateway_holds_every_time(runs: Runs) -> None:
    assert [(result.result, result.reason, result.findings) for _, result, _ in runs] == [(Result.HOLDS, "", ())] * RUNS


def test_every_gating_clause_passes_on_evidence(runs: Runs) -> None:
    for _, result, _ in runs:
        bare = [each.clause.id for each in result.clauses if each.clause.gates and each.exchanges == 0]
        assert bare == []
        assert {each.verdict.value for each in result.clauses if each.clause.gates} == {"passed"}


def test_every_question_is_answered_the_same_every_time(runs: Runs) -> None:
    answers = [{each.question.id: each.answer for each in result.answers} for _, result, _ in runs]
    assert all(each == answers[0] for each in answers)


def test_few_requests_are_sent_and_none_is_void(runs: Runs) -> None:
    assert max(run.transport.requests for run, _, _ in runs) <= REQUESTS_MAX
    assert sum(run.transport.void for run, _, _ in runs) == 0


def test_the_stored_figures_have_the_requests_of_this_gate(runs: Runs) -> None:
    stored = figures.read().values["requests"]
    assert min(run.transport.requests for run, _, _ in runs) == stored, "run tox run -e bench -- --keep"


def test_an_exchange_is_recorded_before_it_is_judged(runs: Runs) -> None:
    for run, _, recorded in runs:
        assert {each.number for each in recorded} == {each.number for each in run.ledger.exchanges}


def test_nothing_is_left_in_the_market(runs: Runs) -> None:
    for run, result, _ in runs:
        assert "still open" not in " ".join(result.facts.notes)
        assert run.ledger.died == ""
