"""Runs: what they say before they place orders, when they stop without, and what a stranger's bundle can do."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.book import Execution, Intent, Ticket
from gateway.core import Gateway
from gateway.memory import Memory
from gateway.server import EmbeddedGateway
from gateway.variants import VARIANTS
from gateway.venue import Call
from reports.results import Result, RunResult
from suites import gate
from suites.conclusion import Circumstances, conclude
from suites.conduct import conduct
from suites.run import Options, Run
from suites.selftest.gate.command import ran
from suites.selftest.harmless.places import KeepsEverything
from suites.selftest.prove import PATIENCE_SECONDS, target_of
from suites.selftest.replay.bundles import bundle_of, replayed, variables_of
from suites.target import UsageError, from_environment

USUAL = {"POLYMARKET_KEY_ID": "k", "POLYMARKET_SECRET_KEY": "A" * 43 + "="}


def judged(core: Gateway, **options: bool) -> RunResult:
    """A whole gate against a gateway, in this process."""
    with EmbeddedGateway(core) as server:
        run = Run(target_of(server), Options(rate=0, patience=PATIENCE_SECONDS, **options))
        conduct(run, gate.plans(1))
    assert not [order for order in core.book if order.is_open]
    return conclude(run, Circumstances(), datetime.now(UTC))


def test_a_target_that_numbers_its_orders_is_judged_as_any_other() -> None:
    result = judged(VARIANTS["NumbersItsOrders"]())
    assert (result.result, result.reason) == (Result.HOLDS, "")
    assert not [each.clause.id for each in result.clauses if each.clause.gates and not each.exchanges]
    assert [x for x in result.exchanges if "look like numbers" in x.plan.kind]


class Rejects(Gateway):
    """Takes every order, and has the exchange reject it."""

    def place(self, call: Call, ticket: Ticket) -> tuple[Execution, ...]:
        return super().place(call, replace(ticket, price=Decimal("1.5")))


class RejectsTheFifth(Gateway):
    """Takes every order, and has the exchange reject the fifth."""

    count = Memory(list[int])

    def place(self, call: Call, ticket: Ticket) -> tuple[Execution, ...]:
        self.count.append(1)
        return super().place(call, replace(ticket, price=Decimal("1.5")) if len(self.count) == 5 else ticket)


def test_one_order_that_the_exchange_rejects_takes_the_others_not_along() -> None:
    result = judged(RejectsTheFifth())
    assert result.result is Result.HOLDS
    lacking = [each for each in result.clauses if "rejected 1 own order" in each.reason]
    assert len(lacking) < 4


@pytest.mark.parametrize(
    ("core", "why"),
    [
        (VARIANTS["NoOrderEntry"], "orders could not be placed: order entry answered 404"),
        (Rejects, "the exchange rejected 60 own"),
    ],
)
def test_without_orders_a_run_goes_on_or_stops_as_it_was_told(core: type[Gateway], why: str) -> None:
    result = judged(core())
    assert result.result is Result.HOLDS
    assert any(f"not exercised: {why}" in note for note in result.facts.notes)
    stopped = judged(core(), require_orders=True)
    assert stopped.result is Result.UNUSABLE
    assert why in stopped.reason[:1].lower() + stopped.reason[1:]
    assert stopped.reason.endswith("and --require-orders asks for them.")
    assert len(stopped.exchanges) < len(result.exchanges) / 2


def test_from_a_shell_it_is_said_how_many_orders_will_be_placed_and_6_where_they_are_not(tmp_path: Path) -> None:
    with EmbeddedGateway(VARIANTS["NoOrderEntry"]()) as server:
        run = ran(tmp_path / "out", "--require-orders", **variables_of(server))
        said = run.said.replace("\n", " ")
        assert run.status == 6, run.said
        assert f"60 orders will be placed on {server.url}, and cancelled at the end: resting buys of 1" in said
        assert "and --require-orders asks for them" in said
        run = ran(tmp_path / "out", "--require-orders", **(variables_of(server) | {"POLYMARKET_MARKET_SLUG": ""}))
        assert run.status == 4, run.said
        assert "--require-orders needs POLYMARKET_MARKET_SLUG" in run.said


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"POLYMARKET_ORDER_PRICE": "0.5"}, "POLYMARKET_ORDER_PRICE must be a number above 0 and at most 0.10"),
        ({"POLYMARKET_ORDER_PRICE": "cheap"}, "POLYMARKET_ORDER_PRICE"),
        ({"POLYMARKET_ORDER_PRICE": "NaN"}, "POLYMARKET_ORDER_PRICE"),
        ({"POLYMARKET_ORDER_PRICE": "0"}, "POLYMARKET_ORDER_PRICE"),
        ({"POLYMARKET_ORDER_QUANTITY": "-1"}, "POLYMARKET_ORDER_QUANTITY"),
        ({"POLYMARKET_ORDER_QUANTITY": "101"}, "POLYMARKET_ORDER_QUANTITY must be a number above 0 and at most 100"),
        ({"POLYMARKET_JOURNAL": "/dev/null", "POLYMARKET_MARKET_SLUG": "m"}, "the journal of orders can't be written"),
    ],
)
def test_what_can_not_be_placed_is_wrong_usage(variables: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        from_environment("http://host", USUAL | variables)


def test_price_and_quantity_are_the_environments() -> None:
    usual = from_environment("http://host", USUAL)
    assert (usual.price, usual.quantity) == ("0.01", 1)
    given = {"POLYMARKET_ORDER_PRICE": "0.020", "POLYMARKET_ORDER_QUANTITY": "2.5"}
    target = from_environment("http://host", USUAL | given)
    assert (target.price, target.quantity) == ("0.020", 2.5)


# --- a stranger's bundle ----------------------------------------------------------------------------------------------


TICKET = (Intent.BUY_LONG, Decimal(1), Decimal("0.01"))


def test_a_bundle_that_names_an_order_of_the_users_is_not_sent(tmp_path: Path) -> None:
    """Exit 3, in a sentence: nobody's plan may do that."""
    folder = bundle_of("SortsTheEcho", tmp_path / "run")
    core = Gateway()
    theirs = core.book.place(core.accounts[0].key_id, Ticket(core.settings.markets[0], *TICKET), 0)[0].order
    data = json.loads((folder / "finding.json").read_text())
    rows = [{"orderId": each, "marketSlug": theirs.market_slug} for each in (theirs.id, "nobody-1", "nobody-0")]
    data["witness"]["body"] = {
        "text": json.dumps({"orders": rows}).replace(theirs.id, f"\\u{ord(theirs.id[0]):04x}{theirs.id[1:]}")
    }
    (folder / "finding.json").write_text(json.dumps(data))
    status, printed = replayed(core, folder)
    assert status == 3, printed
    assert f"was not sent: it names {theirs.id}, an order that the suite did not place" in printed
    found = core.book.get(theirs.id)
    assert found is not None
    assert found.is_open


def test_a_replay_with_orders_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = bundle_of("CancelsTheGoodOfABadBatch", tmp_path / "run")
    core = Gateway()
    status, printed = replayed(core, folder)
    assert status == 0, printed
    assert sum(1 for _ in core.book) > 0
    assert not [order.id for order in core.book if order.is_open]


def test_a_replay_says_what_it_could_not_take_away(tmp_path: Path) -> None:
    folder = bundle_of("CancelsTheGoodOfABadBatch", tmp_path / "run")
    _, printed = replayed(KeepsEverything(), folder)
    assert "  Left:     " in printed
    assert "tox run -e sweep -- --target-url http://127.0.0.1:" in printed
