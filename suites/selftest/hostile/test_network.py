"""Gates against an honest gateway in bad weather: a sample of `tox run -e soak-self`, and readable nonsense."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from reports import verdict
from suites.selftest.hostile.network import KINDS, kind_of
from suites.selftest.hostile.relay import Passing, Relay, relayed
from suites.selftest.hostile.running import ended
from suites.selftest.hostile.soak import AT_ONCE, Soaked, soak

SEEDS = tuple(range(len(KINDS)))
"""One of each kind."""


@pytest.fixture(scope="module")
def soaked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[int, Future[Soaked]]]:
    """All of them, several at a time."""
    folder = tmp_path_factory.mktemp("network")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {seed: pool.submit(soak, seed, folder / f"{seed}") for seed in SEEDS}


@pytest.mark.parametrize("seed", SEEDS, ids=kind_of)
def test_bad_weather_is_no_fault_of_the_gateway(seed: int, soaked: Mapping[int, Future[Soaked]]) -> None:
    assert soaked[seed].result().wrong == ""


def test_an_answer_that_a_proxy_changed_into_another_one_is_a_finding_seen_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Nothing tells it from a gateway that answers so once: it must gate, and say how rare it was."""
    left = [b"canceledOrderIds"]

    def reply(passing: Passing, piece: bytes) -> bytes:
        if passing.number > 150 and left and left[0] in piece:
            return piece.replace(left.pop(), b"cancelledOrderIds"[:16])
        return piece

    with relayed(Relay(reply=reply)) as variables:
        found = ended(tmp_path_factory.mktemp("proxy") / "run", variables, "--rate", "0")
    assert found.status == 1, found.said
    told = json.loads((found.folder / verdict.FILE).read_text(encoding="utf-8"))
    assert {each["seen"] for each in told["findings"]} == {"once"}
