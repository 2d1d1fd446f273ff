"""The official client, unpatched, takes the embedded gateway for the venue."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from polymarket_us import AuthenticationError, BadRequestError, NotFoundError, PolymarketUS, RateLimitError

from gateway.server import EmbeddedGateway
from suites.selftest.gateway.signed import ticket


@pytest.fixture
def gateway() -> Iterator[EmbeddedGateway]:
    """An honest gateway."""
    with EmbeddedGateway() as embedded:
        yield embedded


def client_of(gateway: EmbeddedGateway, number: int = 0, **changes: Any) -> Any:
    """The official client of one of the accounts, untyped: its parameter types know no deviation."""
    account = gateway.accounts[number]
    options = {"key_id": account.key_id, "secret_key": account.secret_key} | changes
    return PolymarketUS(api_base_url=gateway.url, gateway_base_url=gateway.url, **options)


def test_places_reads_and_cancels(gateway: EmbeddedGateway) -> None:
    slug = gateway.markets[0]
    with client_of(gateway) as client:
        order_id = client.orders.create(ticket(slug))["id"]
        assert client.orders.retrieve(order_id)["order"]["state"] == "ORDER_STATE_NEW"
        assert [order["id"] for order in client.orders.list({"slugs": [slug]})["orders"]] == [order_id]
        assert client.orders.list({"slugs": [gateway.markets[1]]})["orders"] == []
        client.orders.cancel(order_id, {"marketSlug": slug})
        order = client.orders.retrieve(order_id)["order"]
        assert (order["state"], order["leavesQuantity"]) == ("ORDER_STATE_CANCELED", 0)


def test_batches(gateway: EmbeddedGateway) -> None:
    tickets = [ticket(slug) for slug in gateway.markets * 5]
    with client_of(gateway) as client:
        ids = client.orders.create_many({"orders": tickets})["createdOrderIds"]
        assert len(set(ids)) == 20
        entries = [
            {"orderId": order_id, "marketSlug": order["marketSlug"]}
            for order_id, order in zip(ids, tickets, strict=True)
        ]
        assert client.orders.cancel_many({"orders": entries}) == {"canceledOrderIds": ids}
        assert client.orders.list()["orders"] == []
        with pytest.raises(BadRequestError):
            client.orders.cancel_many({"orders": [*entries, entries[0]]})


def test_cancels_everything(gateway: EmbeddedGateway) -> None:
    with client_of(gateway) as client, client_of(gateway, 1) as other:
        mine = client.orders.create(ticket(gateway.markets[0]))["id"]
        elsewhere = client.orders.create(ticket(gateway.markets[1]))["id"]
        theirs = other.orders.create(ticket(gateway.markets[0]))["id"]
        assert client.orders.cancel_all({"slugs": [gateway.markets[0]]}) == {"canceledOrderIds": [mine]}
        assert client.orders.cancel_all() == {"canceledOrderIds": [elsewhere]}
        assert other.orders.retrieve(theirs)["order"]["state"] == "ORDER_STATE_NEW"
        with pytest.raises(NotFoundError):
            client.orders.retrieve(theirs)


@pytest.mark.parametrize("order_id", ["a b", "é", "a/b", "a%2Fb", "a+b", "a:b"])
def test_ids_that_the_client_escapes_in_its_own_way(gateway: EmbeddedGateway, order_id: str) -> None:
    with client_of(gateway) as client:
        client.orders.cancel(order_id, {"marketSlug": gateway.markets[0]})
        with pytest.raises(NotFoundError):
            client.orders.retrieve(order_id)


def test_fills_what_crosses_the_market(gateway: EmbeddedGateway) -> None:
    with client_of(gateway) as client:
        crossing = ticket(gateway.markets[0], price={"value": "0.95", "currency": "USD"})
        created = client.orders.create(crossing | {"synchronousExecution": True})
        assert [execution["type"] for execution in created["executions"]] == [
            "EXECUTION_TYPE_NEW",
            "EXECUTION_TYPE_FILL",
        ]
        maker = client.orders.create(crossing | {"participateDontInitiate": True})
        assert client.orders.retrieve(maker["id"])["order"]["state"] == "ORDER_STATE_REJECTED"


def test_refusals_are_the_clients_own_errors(gateway: EmbeddedGateway) -> None:
    with (
        client_of(gateway, secret_key=gateway.accounts[1].secret_key) as client,
        pytest.raises(AuthenticationError) as error,
    ):
        client.orders.list()
    assert "Invalid API key signature" in str(error.value)


def test_rate_limit() -> None:
    with EmbeddedGateway(rate_limit=3) as gateway, client_of(gateway) as client:
        for _ in range(3):
            client.orders.cancel_all()
        with pytest.raises(RateLimitError):
            client.orders.cancel_all()


class Ear:
    """What the official client's callbacks were called with, and a way to wait for it."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Any] = asyncio.Queue()

    async def next(self) -> Any:
        """The next frame, or a failure after five seconds."""
        return await asyncio.wait_for(self.heard.get(), 5)


async def listen(gateway: EmbeddedGateway) -> None:
    """Place and cancel on two accounts while the first one's socket is open."""
    snapshots, updates, errors = Ear(), Ear(), Ear()
    slug = gateway.markets[0]
    with client_of(gateway) as client, client_of(gateway, 1) as other:
        order_id = client.orders.create(ticket(slug))["id"]
        socket = client.ws.private()
        for event, ear in (("order_snapshot", snapshots), ("order_update", updates), ("error", errors)):
            socket.on(event, ear.heard.put_nowait)
        await socket.connect()
        await socket.subscribe_orders("updates", [slug])
        await socket.subscribe("snapshot", "SUBSCRIPTION_TYPE_ORDER_SNAPSHOT")
        snapshot = (await snapshots.next())["orderSubscriptionSnapshot"]
        assert ([order["id"] for order in snapshot["orders"]], snapshot["eof"]) == ([order_id], True)
        await asyncio.to_thread(other.orders.create, ticket(slug))
        await asyncio.to_thread(client.orders.create, ticket(gateway.markets[1]))
        await asyncio.to_thread(client.orders.cancel_many, {"orders": [{"orderId": order_id, "marketSlug": slug}] * 2})
        update = await updates.next()
        execution = update["orderSubscriptionUpdate"]["execution"]
        assert (update["requestId"], execution["type"]) == ("updates", "EXECUTION_TYPE_CANCELED")
        assert (execution["order"]["id"], execution["order"]["leavesQuantity"]) == (order_id, 0)
        await socket.subscribe("bad", "SUBSCRIPTION_TYPE_NONSENSE")
        await errors.next()
        assert updates.heard.empty()
        await socket.close()


def test_order_stream(gateway: EmbeddedGateway) -> None:
    asyncio.run(listen(gateway))
