"""The cabinet: every fault is one sentence, one method, one clause, and shows."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gateway.accounts import Account
from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from gateway.variants import VARIANTS
from suites.selftest.gateway.exam import examine, lawful
from suites.selftest.gateway.questions import PARTS, about
from suites.selftest.gateway.signed import NOW, document

CATALOGUE = Path(__file__).parents[3] / "contracts" / "clauses.toml"
CLAUSES = {clause["id"]: clause["strength"] for clause in tomllib.loads(CATALOGUE.read_text())["clause"]}
ACCOUNTS = (
    Account("1c2d3e4f-aaaa-4bbb-8ccc-0123456789ab", bytes(range(32))),
    Account("9f8e7d6c-dddd-4eee-9fff-ba9876543210", bytes(range(32, 64))),
)


@cache
def honest(concern: str) -> Any:
    """The honest gateway's record."""
    return examine(Gateway, ACCOUNTS, about(concern))


def overridden(kind: type[Gateway]) -> list[str]:
    """The seams that a class overrides."""
    return [name for name, value in vars(kind).items() if callable(value) and hasattr(Gateway, name)]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_sentence_one_method_and_one_gating_clause(name: str) -> None:
    fault = FAULTS[name]
    assert fault.__doc__
    assert "\n" not in fault.__doc__
    assert fault.__doc__.endswith(".")
    assert len(overridden(fault)) == 1
    assert CLAUSES[fault.breaks] in ("must", "should")


def test_no_two_faults_say_the_same() -> None:
    sentences = [fault.__doc__ for fault in FAULTS.values()]
    assert len(set(sentences)) == len(sentences)


def test_every_gating_clause_has_a_fault() -> None:
    broken = {fault.breaks for fault in FAULTS.values()}
    assert [clause for clause, strength in CLAUSES.items() if strength != "open" and clause not in broken] == []


@pytest.mark.parametrize("concern", PARTS)
def test_the_examination_is_the_same_every_time(concern: str) -> None:
    assert examine(Gateway, ACCOUNTS, about(concern)) == honest(concern)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_shows(name: str) -> None:
    concern = FAULTS[name].breaks.partition(".")[0]
    if examine(FAULTS[name], ACCOUNTS, about(concern)) == honest(concern):
        pytest.fail(
            f"{name} answers every question about {concern} as the honest gateway does: either what it waits for never"
            " comes, or suites/selftest/gateway/questions.py lacks a question",
            pytrace=False,
        )


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_one_sentence_and_takes_a_lawful_batch(name: str) -> None:
    variant = VARIANTS[name]
    assert variant.__doc__
    assert "\n" not in variant.__doc__
    assert variant.breaks == ""
    reply = variant(ACCOUNTS).handle(lawful(ACCOUNTS[0], "order-1"), NOW)
    if name not in ("RefusesNoMediaType", "RefusesOtherMediaTypes", "RefusesUnknownMarkets"):
        assert (reply.status, document(reply)["canceledOrderIds"]) == (200, ["order-1"])


@pytest.mark.parametrize("kind", [*FAULTS.values(), *VARIANTS.values()])
def test_every_server_starts(kind: type[Gateway]) -> None:
    with EmbeddedGateway(kind()) as gateway:
        assert gateway.url.startswith("http://127.0.0.1:")


def test_no_fault_and_variant_share_a_name() -> None:
    assert FAULTS.keys() & VARIANTS.keys() == set()
