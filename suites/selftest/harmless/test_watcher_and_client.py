"""The watcher and the official client, on two sockets of one account through a whole gate, see the same history."""

from __future__ import annotations

import asyncio
from typing import Any

from polymarket_us import PolymarketUS

from contracts.messages import Account
from gateway.server import EmbeddedGateway
from suites import gate
from suites.conduct import conduct
from suites.run import Options, Run
from suites.selftest.prove import PATIENCE_SECONDS, target_of

Seen = tuple[str, str, str]
"""Order, kind of execution, its id."""


async def heard_while(run: Run, gateway: EmbeddedGateway) -> list[Seen]:
    """What the client's socket of the first account reports while a run is made."""
    heard: list[Seen] = []

    def take(frame: dict[str, Any]) -> None:
        execution = frame["orderSubscriptionUpdate"]["execution"]
        heard.append((execution["order"]["id"], execution["type"], execution["id"]))

    account = gateway.accounts[0]
    options: dict[str, Any] = {"key_id": account.key_id, "secret_key": account.secret_key}
    with PolymarketUS(api_base_url=gateway.url, gateway_base_url=gateway.url, **options) as client:
        socket = client.ws.private()
        socket.on("order_update", take)
        await socket.connect()
        await socket.subscribe_orders("updates", [])
        await asyncio.to_thread(conduct, run, gate.plans(1))
        await socket.close()
    return heard


def test_both_see_the_same_executions_in_the_same_order() -> None:
    with EmbeddedGateway() as gateway:
        run = Run(target_of(gateway), Options(rate=0, patience=PATIENCE_SECONDS))
        heard = asyncio.run(heard_while(run, gateway))
    own = next(each for each in run.watchers if each.account is Account.OWN)
    watched = dict.fromkeys((x.order_id, x.execution, x.execution_id) for x in own.events if x.execution_id)
    assert len([each for each in heard if each[1] == "EXECUTION_TYPE_CANCELED"]) > 30
    assert list(watched) == heard[: len(watched)]
    left = heard[len(watched) :]  # the watcher is told to stop while the last orders are cleared up
    assert len(left) <= 20
    assert {each[1] for each in left} <= {"EXECUTION_TYPE_CANCELED"}
