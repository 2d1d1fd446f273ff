"""A stream that pings without end and reads no answer: the watcher is told apart from it within seconds."""

from __future__ import annotations

import time

import pytest

from contracts.messages import Account
from suites.orders import stream
from suites.orders.stream import Watcher
from suites.selftest.hostile import turncoats
from suites.selftest.hostile.relay import relayed
from suites.selftest.sending.servers import target_at

NEVER = 10**9


@pytest.mark.parametrize("limit", [stream.PINGS_A_SECOND_MAX, NEVER], ids=["by their number", "by what can't be sent"])
def test_pings_that_nobody_reads_the_answers_to_hold_nobody(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PINGS_A_SECOND_MAX", limit)
    monkeypatch.setattr(stream, "OPEN_SECONDS", 1.0)
    start = time.monotonic()
    with relayed(turncoats.streams(turncoats.pings)) as variables:
        watcher = Watcher(target_at(variables["POLYMARKET_TARGET_URL"]), Account.OWN)
        watcher.start()
        watcher.prove(1.0)
        watcher.ask_for_snapshot()
        watcher.stop()
    assert watcher.gaps or watcher.refused
    assert time.monotonic() - start < 20
