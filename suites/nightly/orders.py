"""Own orders of a night: walks over the book, and what no walk does: several at once, and one alone in its own way.

What all of them expect of their orders is judged by stream and read-back, once a round.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cache
from random import Random

from contracts.messages import Account, OrderNeed, Plan
from suites.nightly import corpora, doors
from suites.nightly.book import MARKETS, naming, walked
from suites.nightly.drafts import renamed
from suites.strategies.batches import body_of, by, entry, entry_of, plan, with_prelude

ORDERS_MAX = 50
"""Orders that a round places at most."""
UNSIGNED = 4
"""Orders that a round names under wrong credentials of the corpus, which has a hundred."""


def crowd(chance: Random) -> Plan:
    """Both accounts cancel orders of their own at the same time."""
    found = []
    for number in range(chance.randint(2, 4)):
        account = (Account.OTHER, Account.OWN)[number % 2]
        needs = [OrderNeed(f"n{number}{n}", account, chance.randrange(MARKETS)) for n in range(chance.randint(1, 2))]
        body = body_of([entry_of(each.name) for each in needs])
        kind = "both accounts cancelling at once"
        found.append(by(plan("isolation.accounts/", body, kind=kind, orders=tuple(needs)), account))
    return dataclasses.replace(found[0], together=tuple(found[1:]))


def contended(chance: Random) -> Plan:
    """One order in several batches at the same time."""
    needs = [OrderNeed(f"c{n}", market=chance.randrange(MARKETS)) for n in range(2)]
    body, one = (body_of([entry_of(each.name) for each in some]) for some in (needs, needs[:1]))
    kind = "one order in several batches at once"
    first = plan("outcome.once/", body, kind=kind, orders=tuple(needs))
    others = [plan("outcome.once/", one, kind=kind, orders=tuple(needs[:1]))] * chance.randint(1, 4)
    return dataclasses.replace(first, together=tuple(others))


def foreign(chance: Random) -> Plan:
    """Orders of another account and nothing else, behind as many unknown ids."""
    account, whose = chance.sample((Account.OWN, Account.OTHER), 2)
    needs = [OrderNeed(f"f{n}", whose, chance.randrange(MARKETS), fate="open") for n in range(chance.randint(1, 2))]
    name, body = "ownership.foreign-as-unknown/", body_of([entry_of(each.name) for each in needs])
    unknown = plan(name, body_of([entry(f"nobody-{n}") for n in range(len(needs))]), kind="unknown ids")
    alone = plan(name, body, kind="another account's orders", orders=tuple(needs))
    return with_prelude(by(alone, account), by(unknown, account))


def unsigned(chance: Random, *, both: bool) -> Iterator[Plan]:
    """Wrong credentials of the corpus, each with an order of its own that must stay."""
    for each in chance.sample(_wrong(), UNSIGNED):
        account = chance.choice((Account.OWN, Account.OTHER)[: 1 + both])
        need = OrderNeed("o", account, chance.randrange(MARKETS))
        yield by(naming(each, body_of([entry_of(need.name)]), [need]), account)


@cache
def _wrong() -> tuple[Plan, ...]:
    return tuple(each for each in map(corpora.plan_of, corpora.credentials()) if doors.wrong_alone(each))


def plans(key: str, *, both: bool) -> Iterator[Plan]:
    """The sequences of one round, the same for one key; they need so many orders as a round may place.

    Args:
        key: seed, shard, round and stream as one text.
        both: whether there is a second account.
    """
    chance = Random(key)  # noqa: S311  # to be repeated, not to be unguessable
    left = ORDERS_MAX
    first = [contended(chance), *([crowd(chance), foreign(chance)] if both else []), *unsigned(chance, both=both)]
    for number in range(ORDERS_MAX):
        for walk in first if not number else walked(chance, both=both):
            found = renamed(walk, f"{chance.getrandbits(40):010x}-{number}")
            left -= len({need.name for part in (found, *found.before, *found.together) for need in part.orders})
            if left < 0:
                return
            yield found
