"""Whether a target can be judged: one that takes no market but its own can't be, where none of them is given."""

from __future__ import annotations

import pytest

from gateway.server import EmbeddedGateway
from gateway.variants import VARIANTS
from suites.sending.pacing import Pace
from suites.sending.transport import Transport
from suites.target import ENV_MARKETS, in_this_process
from suites.usable import UnusableError, check


def test_a_target_that_takes_only_its_own_markets_is_not_blamed_where_none_is_given() -> None:
    with EmbeddedGateway(VARIANTS["RefusesUnknownMarkets"]()) as gateway:
        without = in_this_process(gateway.url, gateway.variables | {ENV_MARKETS: ""})
        way = Transport(without, Pace(0), lambda _: None)
        with pytest.raises(UnusableError, match="set POLYMARKET_MARKET_SLUG to a market that it has"):
            check(way, 1)
        way.close()
        way = Transport(in_this_process(gateway.url, gateway.variables), Pace(0), lambda _: None)
        check(way, 1)
        way.close()
