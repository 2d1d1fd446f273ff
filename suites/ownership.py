"""Whose orders: an account acts on its own and sees its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import Account, Credentials, OrderNeed, Plan
from suites.face import Gate
from suites.outcome import FOREIGN, TURNED, named
from suites.strategies.batches import BY_OTHER, body_of, entry, entry_of, fresh_ids, plan, with_prelude


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans: a foreign order alone, among own ones, and each key on its own account."""
    yield _alone(seed)
    yield _among_own(seed)
    own = named(
        "ownership.own-key/other", [OrderNeed("x", account=Account.OTHER)], kind="the other account's own order"
    )
    yield dataclasses.replace(own, credentials=BY_OTHER)
    yield _at_once()
    rows = [entry_of(TURNED)]
    name, kind = "ownership.foreign-untouched/turned", "the other account naming an order of ours"
    turned = plan(name, body_of(rows), kind=kind, orders=(OrderNeed(TURNED, fate="open"),))
    yield dataclasses.replace(turned, credentials=BY_OTHER)


def _at_once() -> Plan:
    """Both accounts cancel an order of their own at the same time."""
    kind = "both accounts cancelling at once"
    crowd = []
    for number, account in enumerate((Account.OTHER, Account.OWN, Account.OTHER)):
        need = OrderNeed(f"n{number}", account=account)
        plan_ = named(f"isolation.accounts/cancel-{number}", [need], kind=kind, others=())
        crowd.append(dataclasses.replace(plan_, credentials=Credentials(account, account)))
    return dataclasses.replace(crowd[0], together=tuple(crowd[1:]))


def _alone(seed: int) -> Plan:
    """The same batch twice: with an unknown id, and with another account's."""
    name = "ownership.foreign-as-unknown/one"
    one = plan(f"{name}, unknown", body_of([entry(fresh_ids(seed, name, 1)[0], "{{market.1}}")]), kind="an unknown id")
    rows = [entry_of(FOREIGN.name)]
    return with_prelude(plan(name, body_of(rows), kind="another account's order", orders=(FOREIGN,)), one)


def _among_own(seed: int) -> Plan:
    """A full batch with another account's orders inside and last; the first of them was named before, alone."""
    needs = (OrderNeed("a"), FOREIGN, OrderNeed("b"), OrderNeed("y", account=Account.OTHER, fate="open"))
    name, kind = "outcome.independent/foreign-between", "open orders with another account's inside and last"
    filler = [entry(each) for each in fresh_ids(seed, name, 16)]
    rows = [entry_of(each.name) for each in needs]
    return plan(name, body_of([*rows[:2], *filler, *rows[2:]]), kind=kind, orders=needs)


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
