"""The book: sequences over place, cancel, cancel again, refuse and both accounts, against a model of it.

Hypothesis' rule-based machine walks the model, not the target: orders are placed and looked after in one go for a whole
round. The model is small, for the suite places every order itself: an open order that its own account names in a batch
that must be taken is gone afterwards, and any other is still open. Each step carries what the model says as the fates
of its orders; the judges of outcomes compare that with stream and read-back, once a round.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contracts.document import size_max
from contracts.messages import Account, OrderNeed, Plan
from suites.nightly import doors
from suites.outcome import BYSTANDERS, ODD_FORMS, PLAIN_FORMS
from suites.strategies.batches import MARKET, asked, bad, body_of, by, entry, entry_of, plan, with_prelude

MARKETS = 3
LENGTHS = (1, 4, 8)
"""How many rules a walk has: what is sent alone is easier to blame."""
SIZE_MAX = size_max()
UNKNOWN = (1, 3, SIZE_MAX)
"""Unknown ids in a batch, as far as there is room."""
BAD_ENTRIES: tuple[tuple[str, str, Any], ...] = (
    ("shape.id-present", "an entry without orderId", {"marketSlug": MARKET}),
    ("shape.slug-present", "an entry without marketSlug", {"orderId": "nobody-bad"}),
    ("shape.entry-object", "an entry that is null", None),
    ("shape.id-string", "an orderId that is null", entry(None)),
    ("shape.slug-string", "a marketSlug that is a number", entry("nobody-bad", 7)),
)
WRONG_CREDENTIALS = (doors.credentials() | doors.moments()).filter(doors.wrong_alone)


def _fated(needs: Sequence[OrderNeed], fate: str) -> tuple[OrderNeed, ...]:
    return tuple(dataclasses.replace(each, fate=fate) for each in needs)


def naming(wrong: Plan, body: bytes, needs: Sequence[OrderNeed]) -> Plan:
    """A plan that must be refused, with a batch of open orders, which must stay."""
    kind = f"{wrong.kind}, naming an open order"
    return dataclasses.replace(wrong, kind=kind, body=body, orders=_fated(needs, "open"))


class Book(RuleBasedStateMachine):
    """The book as it has to be after every step, and the steps; orders are placed before the first is sent.

    An order leaves `RESTING` once a step decides what becomes of it: `GONE` is what a batch took that had to be taken,
    and what must still be open in the end is named by no other step, so that one step is to blame where it is not.
    """

    RESTING: Bundle[OrderNeed] = Bundle("resting")
    GONE: Bundle[OrderNeed] = Bundle("gone")
    ACCOUNTS = st.sampled_from((Account.OWN, Account.OWN, Account.OTHER))
    SOME = st.lists(consumes(RESTING), min_size=1, max_size=2)
    DEAD = st.lists(GONE, min_size=1, max_size=3)

    def __init__(self, chance: Random, take: Callable[[Plan], None], *, both: bool) -> None:
        super().__init__()
        self._chance = chance
        self._both = both
        self._take = take
        self._placed = 0
        self._waiting = False
        """Whether nothing was taken since a refused batch named orders that are to be taken later."""
        self._steps: list[Plan] = []

    @initialize(target=RESTING, accounts=st.lists(ACCOUNTS, min_size=3, max_size=7))
    def begin(self, accounts: list[Account]) -> MultipleResults[OrderNeed]:
        """Some orders to begin with."""
        return multiple(*map(self._new, accounts))

    @rule(target=RESTING, account=ACCOUNTS)
    def place(self, account: Account) -> OrderNeed:
        """One order more."""
        return self._new(account)

    @rule(target=GONE, named=st.lists(consumes(RESTING), min_size=1, max_size=4))
    def cancel(self, named: list[OrderNeed]) -> MultipleResults[OrderNeed]:
        """Open orders, some of them the other account's."""
        return self._cancelled(named, 0)

    @rule(target=GONE, named=st.lists(consumes(RESTING), min_size=1, max_size=4), unknown=st.sampled_from(UNKNOWN))
    def cancel_among_unknown(self, named: list[OrderNeed], unknown: int) -> MultipleResults[OrderNeed]:
        """The same among unknown ids."""
        return self._cancelled(named, min(unknown, SIZE_MAX - len(named)))

    @rule(old=DEAD)
    def cancel_only_again(self, old: list[OrderNeed]) -> None:
        """Orders that were cancelled before, and no others."""
        self._cancelled_again(old, [])

    @rule(target=GONE, old=DEAD, new=st.lists(consumes(RESTING), min_size=1, max_size=2))
    def cancel_again(self, old: list[OrderNeed], new: list[OrderNeed]) -> MultipleResults[OrderNeed]:
        """Orders that were cancelled before, among open ones."""
        return self._cancelled_again(old, new)

    @rule(kept=SOME, bad_entry=st.sampled_from(BAD_ENTRIES))
    def refuse(self, kept: list[OrderNeed], bad_entry: tuple[str, str, Any]) -> None:
        """A batch that must be refused for one entry, and names open orders in good ones."""
        clause, kind, row = bad_entry
        rows = kept
        if clause.startswith("shape.slug-") and self._chance.randrange(3):  # what is known of it must not mend that
            row = row | {"orderId": f"{{{{order.{kept[0].name}}}}}"}
            kind, rows = f"{kind}, of an open order", kept[self._chance.randrange(2) :]
        unknown = self._chance.choice((0, 2, 18 - len(rows)))
        self._refused(clause, kind, row, self._rows(rows, unknown), _fated(kept, "open"))

    @precondition(lambda self: not self._waiting)
    @rule(waiting=st.lists(RESTING, min_size=1, max_size=3), bad_entry=st.sampled_from(BAD_ENTRIES))
    def refuse_first(self, waiting: list[OrderNeed], bad_entry: tuple[str, str, Any]) -> None:
        """The same, with orders that later steps may name: they must not be spoilt for these."""
        needs = tuple({each.name: each for each in waiting if each.account is waiting[0].account}.values())
        self._waiting = True
        self._refused(*bad_entry, self._rows(needs), _fated(needs, "any"))

    @rule(kept=SOME)
    def refuse_more(self, kept: list[OrderNeed]) -> None:
        """Open orders among 21."""
        body = self._body(kept, SIZE_MAX + 1 - len(kept))
        found = bad("size.over/", body, kind="a batch of 21 with open orders", orders=_fated(kept, "open"))
        self._step(found, kept[0].account)

    @rule(kept=SOME, wrong=WRONG_CREDENTIALS)
    def refuse_whole(self, kept: list[OrderNeed], wrong: Plan) -> None:
        """Open orders, named by somebody who does not show who it is."""
        self._step(naming(wrong, self._body(kept), kept), kept[0].account)

    @rule(target=GONE, named=SOME)
    def cancel_repeated(self, named: list[OrderNeed]) -> MultipleResults[OrderNeed]:
        """Open orders, one of which stands twice in the batch; a gateway may refuse that."""
        account, own, foreign = self._parted(named)
        again, market = entry_of(named[0].name), self._chance.choice((None, "{{market.0}}", "{{market.1}}"))
        rows = self._rows(named, self._chance.choice((0, 1, 1)))
        rows.insert(self._chance.randint(0, len(rows)), again if market is None else again | {"marketSlug": market})
        beside = BYSTANDERS if account is Account.OWN else ()
        orders = (*own, *foreign, *beside)
        probes = ("outcome.repeat-events", "outcome.independent")
        found = asked("outcome.once/", body_of(rows), kind="an order named twice", orders=orders, probes=probes)
        self._step(found, account)
        return multiple()  # whether they are gone, the document does not say

    @rule(kept=consumes(RESTING), forms=st.sampled_from((PLAIN_FORMS, (*ODD_FORMS, "nul-behind"))))
    def misspell(self, kept: OrderNeed, forms: tuple[str, ...]) -> None:
        """What is not the id of an open order, but looks like it."""
        some = self._chance.sample(forms, self._chance.randint(1, 4))
        body = body_of([entry_of(kept.name, form) for form in some])
        kind = "other spellings of an open order's id"
        self._step(asked("outcome.exact-id/", body, kind=kind, orders=_fated([kept], "open")), kept.account)

    def teardown(self) -> None:
        """Hand the steps over: the last of them, and those before it."""
        if self._steps:
            self._take(with_prelude(self._steps[-1], *self._steps[:-1]))

    def _new(self, account: Account) -> OrderNeed:
        self._placed += 1
        whose = account if self._both else Account.OWN
        return OrderNeed(f"o{self._placed}", whose, self._chance.randrange(MARKETS))

    def _parted(
        self, named: Sequence[OrderNeed], account: Account | None = None
    ) -> tuple[Account, tuple[OrderNeed, ...], tuple[OrderNeed, ...]]:
        """Who asks, what the batch cancels, and what it does not, for it is another account's."""
        self._waiting = False
        account = account or named[0].account
        own = _fated([each for each in named if each.account is account], "cancelled")
        return account, own, _fated([each for each in named if each.account is not account], "open")

    def _cancelled(self, named: list[OrderNeed], unknown: int) -> MultipleResults[OrderNeed]:
        account, own, foreign = self._parted(named)
        clause = "ownership.own-key" if account is Account.OTHER else "outcome.independent"
        if account is Account.OWN and not (foreign or unknown):
            clause = "outcome.cancelled"
        beside = BYSTANDERS if account is Account.OWN else ()
        body, kind = self._body(named, unknown), "open orders among others"
        self._step(plan(f"{clause}/", body, kind=kind, orders=(*own, *foreign, *beside)), account)
        return multiple(*own)

    def _cancelled_again(self, old: list[OrderNeed], new: list[OrderNeed]) -> MultipleResults[OrderNeed]:
        account, own, foreign = self._parted(new, old[0].account)
        once = {each.name: each for each in old if each.account is account}.values()
        gone = tuple(dataclasses.replace(each, state="cancelled", fate="any") for each in once)
        body, kind = self._body([*gone, *new]), "orders that were cancelled before"
        self._step(plan("outcome.nothing-to-cancel/", body, kind=kind, orders=(*gone, *own, *foreign)), account)
        return multiple(*own)

    def _refused(self, clause: str, kind: str, row: Any, rows: list[Any], needs: tuple[OrderNeed, ...]) -> None:
        place = self._chance.randint(0, len(rows))
        position = "alone" if not rows else "first" if place == 0 else "last" if place == len(rows) else "inside"
        body = body_of([*rows[:place], row, *rows[place:]])
        if rows:
            found = bad("wholeness.position/", body, kind=kind, position=position, orders=needs, probes=(clause,))
        else:
            found = bad(f"{clause}/", body, kind=kind, position=position, orders=needs)
        self._step(found, needs[0].account)

    def _rows(self, needs: Sequence[OrderNeed], unknown: int = 0) -> list[Any]:
        rows = [*(entry_of(each.name) for each in needs), *(entry(f"nobody-{n:02}") for n in range(unknown))]
        self._chance.shuffle(rows)
        return rows

    def _body(self, needs: Sequence[OrderNeed], unknown: int = 0) -> bytes:
        return body_of(self._rows(needs, unknown))

    def _step(self, found: Plan, account: Account) -> None:
        self._steps.append(by(found, account))


def walked(chance: Random, *, both: bool) -> Iterator[Plan]:
    """What one walk of the machine comes to, with one account or both: one sequence, or none."""
    found: list[Plan] = []

    def walk() -> Book:  # no class of its own: Hypothesis keeps each for good, and a night has thousands
        return Book(chance, found.append, both=both)

    settings = hypothesis.settings(
        max_examples=2,  # the first is the simplest, always the same, and what comes later is much like the second
        stateful_step_count=chance.choice(LENGTHS),
        database=None,
        phases=[hypothesis.Phase.generate],
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    run_state_machine_as_test(hypothesis.seed(chance.getrandbits(64))(walk), settings=settings)  # type: ignore[arg-type]  # a factory will do
    yield from found[1:][-1:]
