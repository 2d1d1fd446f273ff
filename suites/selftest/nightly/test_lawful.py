"""A night cries wolf no more than a gate does; all lawful gateways are `suites.selftest.night --lawful`."""

from __future__ import annotations

import pytest

from suites.selftest.night import HONEST, alarms

BUDGET = 900
"""Requests: the gate's list, the corpora, and some that are drawn."""
ONCE_BLAMED = ("KnowsUnicodeCharsetsOnly", "RefusesUnknownMarkets", "TakesWideEncodings")


@pytest.mark.parametrize("name", [HONEST, *ONCE_BLAMED])
def test_a_night_finds_nothing_in_a_lawful_gateway(name: str) -> None:
    assert alarms(name, BUDGET) == []
