"""What became of the orders: the reply is an echo, the truth is on the order stream."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from contracts.catalogue import Clause
from contracts.messages import JSON_TYPE, Account, Label, OrderNeed, Plan
from suites.face import Gate
from suites.sending.rendering import ESCAPED
from suites.strategies.batches import MARKET, asked, body_of, entry, entry_of, fresh_ids, plan, with_prelude

BYSTANDERS = (OrderNeed("shared-y", fate="open"), OrderNeed("shared-z", market=1, fate="open"))
"""Orders that no batch names; plans share them, as every need whose name begins with `shared-`."""
FOREIGN = OrderNeed("shared-foreign", account=Account.OTHER, market=1, fate="open")
"""In a market that no entry beside it names: where that shows, it came from the order."""
TURNED = "shared-turned"
"""An own order that the other account names first, in vain."""
PLAIN_FORMS = (
    *("upper", "beginning", "longer", "end", "zero-before", "underscore", "dot", "no-hyphens", "suffix", "leg", "all"),
    "first-changed",
)
"""Other spellings of an id that are plain ids themselves, where the id is plain."""
ODD_FORMS = (
    "blank-behind",
    "blank-before",
    "tab-behind",
    "newline-behind",
    "full-width",
    "zero-width",
    "wildcard",
    "star",
    "comma",
    "slash",
    "plus-before",
    "quoted",
    "percent-encoded",
    "accent",
    "query",
)
"""None that many gateways refuse: of a batch that is refused, nothing is seen."""


SEEN_BESIDE = (
    "outcome.nothing-else",
    "outcome.reported",
    "outcome.nothing-left",
    "outcome.true-report",
    "ownership.own-stream",
    "echo.any-state",
)


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans: 35 own orders, all resting far from the market."""
    seen = named("outcome.cancelled/one", [OrderNeed("a")], kind="one open order")
    yield dataclasses.replace(seen, probes=SEEN_BESIDE)
    full = [OrderNeed(f"o{n}", market=n % 5) for n in range(20)]
    old = OrderNeed("old", fate="open")  # from then on the oldest: a careless look-up hits it, or the newest
    yield named("outcome.cancelled/full", full, kind="20 open orders of all markets", others=(old, *BYSTANDERS))
    yield _mixed(seed)
    yield _nobodys(seed)
    yield _twice()
    yield _again()
    yield from _other_spellings()
    yield _other_market()
    yield _at_once()


def last_plan() -> Plan:
    """The plan that is sent last of all: no later batch can push out what this one left waiting.

    Its body is to the byte that of `ownership.foreign-untouched/turned`: what the other account could not do, ours can.
    """
    kind = "an open order in the last batch of all, which the other account sent before"
    last = named("outcome.cancelled/last", [OrderNeed(TURNED)], kind=kind)
    return dataclasses.replace(last, headers=(JSON_TYPE, ("Connection", "close")))


def named(name: str, needs: Sequence[OrderNeed], *, kind: str, others: Sequence[OrderNeed] = BYSTANDERS) -> Plan:
    """A batch that names each needed order with its own market, bystanders beside it."""
    entries = [entry_of(each.name) for each in needs]
    return plan(name, body_of(entries), kind=kind, orders=(*needs, *others))


def _mixed(seed: int) -> Plan:
    """Open orders with unknown ids first and between, and one of them last.

    17 is what no part of a batch goes into: whoever carries out so many whole parts, rounded down or to the nearest,
    leaves the last one out.
    """
    name = "outcome.independent/unknown-between"
    needs = [OrderNeed("inside"), OrderNeed("last", market=1)]
    first, *between = map(entry, fresh_ids(seed, name, 15, 128))  # more than 2 KiB before it
    rows = [first, entry_of("inside", ESCAPED), *between, entry_of("last")]
    kind = "open orders among unknown ids, the id of one written with escapes"
    return plan(name, body_of(rows), kind=kind, orders=(*needs, *BYSTANDERS))


def _nobodys(seed: int) -> Plan:
    """An empty id, which a careless look-up takes for any; by itself, for it may be refused."""
    name = "outcome.nothing-else/empty-id"
    rows = [entry(""), entry("", "{{market.1}}")] * 9  # it may take any of many
    unknown = entry(fresh_ids(seed, name, 1)[0])
    return asked(name, body_of([*rows, unknown]), kind="an empty id in two markets", orders=BYSTANDERS)


def _twice() -> Plan:
    """One order named twice, with another one between; and one of the other account's, first and again."""
    needs = [OrderNeed("a"), OrderNeed("b"), dataclasses.replace(FOREIGN, optional=True)]
    rows = [entry_of(name) for name in (FOREIGN.name, "a", "b", FOREIGN.name, "a")]
    return asked(
        "outcome.once/in-one-batch",
        body_of(rows),
        kind="an order named twice",
        orders=(*needs, *BYSTANDERS),
        probes=("outcome.repeat-events",),
    )


def _again() -> Plan:
    """Two orders cancelled before: named again by themselves, then beside one that is still open."""
    first = named("outcome.cancelled/two-markets", [OrderNeed("a"), OrderNeed("b", market=1)], kind="two open orders")
    gone = (
        OrderNeed("a", state="cancelled", fate="any"),
        OrderNeed("b", market=1, state="cancelled", fate="any"),
    )
    only = named("outcome.nothing-to-cancel/only", gone[::-1], kind="only orders that were cancelled before", others=())
    mixed = named(
        "outcome.nothing-to-cancel/again", (*gone, OrderNeed("open")), kind="orders that were cancelled before"
    )
    return with_prelude(mixed, first, only)


def _other_spellings() -> Iterator[Plan]:
    """What is not the id but looks like it to a careless look-up; all of them in one batch, for none may act."""
    order = OrderNeed("shared-spelt", fate="open")
    for kind, forms in (("plain", PLAIN_FORMS), ("odd", ODD_FORMS), ("NUL", ("nul-behind",))):
        rows = [entry_of(order.name, form) for form in forms]
        name, what = f"outcome.exact-id/{kind}", f"other spellings of an open order's id ({kind})"
        yield asked(name, body_of(rows), kind=what, orders=(order,))


def _other_market() -> Plan:
    """Between two that are named with their own as well: these go whatever else is said of them, and no other does."""
    markets = {"a": MARKET, "b": "{{market.1}}", "c": MARKET, FOREIGN.name: MARKET}
    wrong = {name: entry_of(name) | {"marketSlug": market} for name, market in markets.items()}
    rows = [entry_of("b"), wrong["c"], wrong["a"], wrong[FOREIGN.name], entry_of("c"), wrong["b"]]
    foreign = dataclasses.replace(FOREIGN, optional=True)
    needs = (OrderNeed("a", market=1, fate="any"), OrderNeed("b"), OrderNeed("c", market=1), foreign, *BYSTANDERS)
    return asked(
        "outcome.other-market/one", body_of(rows), kind="an own order with another market of ours", orders=needs
    )


def _at_once() -> Plan:
    """Two orders named in two batches at the same time, in one order and in the other."""
    one = named("outcome.once/at-once", [OrderNeed("a"), OrderNeed("b")], kind="one order in two batches at once")
    two = named("outcome.once/at-once-too", [OrderNeed("b"), OrderNeed("a")], kind="one order in two batches at once")
    return dataclasses.replace(one, together=(two,), label=Label.LAWFUL)


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
