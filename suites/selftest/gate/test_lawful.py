"""Lawful gateways that tell less than others: what the gate has no evidence for is not held against them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.core import Gateway
from gateway.server import EmbeddedGateway
from gateway.variants.doors import ImplementsNoOtherMethods
from gateway.variants.weather import NoReadBack, NoStream
from reports.results import Result, RunResult
from suites import gate
from suites.conclusion import NEED_STREAM, Circumstances, conclude
from suites.conduct import conduct
from suites.run import Options, Run
from suites.selftest.prove import PATIENCE_SECONDS, target_of


class TellsNothing(NoStream, NoReadBack):
    """Lets nobody know what became of an order."""


def gated(kind: type[Gateway]) -> RunResult:
    """The gate's answer to a gateway."""
    with EmbeddedGateway(kind()) as server:
        run = Run(target_of(server), Options(rate=0, patience=PATIENCE_SECONDS))
        conduct(run, gate.plans(1))
    return conclude(run, Circumstances(), datetime.now(UTC))


def bare(result: RunResult) -> set[str]:
    """The gating clauses that nothing was evidence for."""
    return {each.clause.id for each in result.clauses if each.clause.gates and not each.exchanges}


@pytest.mark.parametrize("kind", [NoStream, NoReadBack, TellsNothing])
def test_what_is_not_told_is_not_exercised_and_the_rest_holds(kind: type[Gateway]) -> None:
    result = gated(kind)
    assert (result.result, result.reason, result.findings) == (Result.HOLDS, "", ())
    assert ("outcome.cancelled" in bare(result)) is (kind is TellsNothing)
    assert all((each in bare(result)) is issubclass(kind, NoStream) for each in NEED_STREAM)


def test_501_is_evidence_for_another_method() -> None:
    result = gated(ImplementsNoOtherMethods)
    assert (result.result, result.reason, bare(result)) == (Result.HOLDS, "", set())
