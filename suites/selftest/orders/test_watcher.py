"""The watcher's way in: an edge's answer to the opening of a socket is none of the gateway's."""

from __future__ import annotations

import pytest

from contracts.messages import Account
from suites.orders import stream
from suites.orders.stream import OPENINGS_MAX, Watcher
from suites.selftest.sending.servers import in_turn, sends, serving, status, target_at

NO = status("401 Unauthorized")


@pytest.mark.parametrize("line", ["429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable"])
@pytest.mark.parametrize(("times", "openings"), [(0, 1), (2, 3), (OPENINGS_MAX, OPENINGS_MAX)])
def test_a_socket_whose_opening_an_edge_has_answered_is_opened_again(
    line: str, times: int, openings: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "VOID_SECONDS", 0.02)
    with serving(in_turn(*[sends(status(line))] * times, sends(NO))) as (url, requests):
        watcher = Watcher(target_at(url), Account.OWN)
        watcher.start()
        watcher.stop()
    assert (len(requests), watcher.gaps) == (openings, 0)
    assert "InvalidStatus" in watcher.refused
