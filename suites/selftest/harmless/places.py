"""Gateways with orders of others in them, faulty ones too, and runs that go without a word."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from contracts.messages import Account
from gateway.__main__ import rest
from gateway.book import Order
from gateway.core import Gateway
from gateway.messages import Json, Reply, json_reply
from gateway.server import EmbeddedGateway
from gateway.venue import Call
from suites import sweep
from suites.harmless.guard import Guard
from suites.harmless.journal import Journal
from suites.orders.desk import Desk, EntryRefused, Wanted
from suites.orders.sweeping import Swept
from suites.orders.sweeping import sweep as swept
from suites.selftest.replay.bundles import variables_of
from suites.sending.pacing import Pace
from suites.sending.transport import Transport
from suites.target import Target, from_environment

OWN, OTHER = Account.OWN, Account.OTHER
FOREIGN = 10


class Killing(Gateway):
    """Takes the orders of a request and answers nothing while it dies; shows orders as it is told to."""

    dies = False
    hides: tuple[str, ...] = ()

    def create_batch(self, call: Call) -> Reply:
        reply = super().create_batch(call)
        if self.dies:
            self.settings = replace(self.settings, latency_ms=0)
            return replace(reply, wire=replace(reply.wire, reset=True))
        return reply

    def list_open(self, call: Call) -> Reply:
        reply = super().list_open(call)
        if self.dies:
            return replace(reply, wire=replace(reply.wire, reset=True))
        shown: dict[str, Json] = json.loads(reply.body)
        for order in shown["orders"]:
            for name in self.hides:
                order.pop(name, None)
        return json_reply(200, shown)


class KeepsEverything(Gateway):
    """Cancels nothing."""

    def cancel(self, call: Call, order: Order) -> None:
        """Do nothing."""


class OneByOne(Gateway):
    """Cancels nothing that is batched."""

    def cancel(self, call: Call, order: Order) -> None:
        if call.request.path != "/v1/orders/batched/cancel":
            super().cancel(call, order)


class Relisted(Gateway):
    """Lists the orders of both accounts to either, and lets either cancel them."""

    def list_open(self, call: Call) -> Reply:
        other = next(account for account in self.accounts if account != call.account)
        mine, theirs = (
            json.loads(super(Relisted, self).list_open(replace(call, account=each)).body)
            for each in (call.account, other)
        )
        return json_reply(200, {"orders": mine["orders"] + theirs["orders"]})


class AnswersWithOrdersOfOthers(Gateway):
    """Answers order entry with the ids of orders that were there before."""

    def create_batch(self, call: Call) -> Reply:
        before = [order.id for order in self.book.open_orders(call.account.key_id)]
        reply = super().create_batch(call)
        count = len(json.loads(reply.body)["createdOrderIds"])
        return json_reply(200, {"createdOrderIds": before[:count]})


class Place:
    """A gateway with orders of others in it, and a folder of journals."""

    def __init__(self, server: EmbeddedGateway, folder: Path) -> None:
        self.core = server.core
        self.variables = variables_of(server) | {"POLYMARKET_JOURNAL": str(folder)}
        self.target = from_environment(server.url, self.variables)
        self.folder = folder
        self.foreign = self.open

    @property
    def open(self) -> frozenset[str]:
        """Ids of all open orders."""
        return frozenset(order.id for order in self.core.book if order.is_open)

    def leave(self, count: int = 25, target: Target | None = None) -> Journal:
        """Place orders as a run does, and go without a word."""
        target = target or self.target
        journal = Journal(target.journal, target.url, {account: key.id for account, key in target.keys.items()})
        guard = Guard(target, journal)
        transport = Transport(target, Pace(0), lambda _: None, guard)
        desk = Desk(transport.call, target, guard)
        with contextlib.suppress(EntryRefused):
            desk.place([Wanted(OTHER if n % 5 == 4 else OWN, target.markets[n % 2]) for n in range(count)])
        transport.close()
        journal.close()  # as the end of its process would
        return journal

    def sweep(self) -> Swept:
        return swept(self.target, 0)

    def main(self, *arguments: str, **variables: str) -> int:
        return sweep.main(["--rate", "0", *arguments], self.variables | variables)


@contextlib.contextmanager
def placed_in(folder: Path, core: Gateway | None = None) -> Iterator[Place]:
    core = core or Gateway()
    rest(core, FOREIGN)
    with EmbeddedGateway(core) as server:
        yield Place(server, folder)


@contextlib.contextmanager
def unanswered(folder: Path, *, hides: tuple[str, ...] = ()) -> Iterator[tuple[Place, Killing]]:
    """A place whose gateway can be told to answer nothing, and what of an order it does not show."""
    core = Killing()
    core.hides = hides
    with placed_in(folder, core) as place:
        yield place, core
