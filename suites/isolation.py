"""Between requests, connections and accounts: each request gets its own answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import JSON_TYPE, Account, Credentials, Plan
from suites.face import Gate
from suites.strategies.batches import bad, batch, body_of, entry, fresh_ids, with_prelude

AT_ONCE = 12
SAME = (JSON_TYPE, ("poly-correlation-id", "1f0c1e0a-0000-4000-8000-000000000001"), ("X-Request-Id", "1"))
"""Headers by which a gateway might take different requests for one."""
OTHER = Credentials(key=Account.OTHER, secret=Account.OTHER)


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans."""
    yield from _after_refusals(seed)
    yield _alternating(seed)
    yield _at_once(seed)


def _lawful(seed: int, name: str, size: int, kind: str) -> Plan:
    return batch(name, fresh_ids(seed, name, size), kind=kind)


def _after_refusals(seed: int) -> Iterator[Plan]:
    """One refusal of each kind, each with a lawful batch behind it on the same connection."""
    clause = "isolation.after-refusal"
    good, late = fresh_ids(seed, "isolation.refused", 2)
    twenty_one = [entry(each) for each in fresh_ids(seed, "isolation.refused-size", 21)]
    refusals = {
        "its shape": bad(
            "wholeness.position/an empty entry, inside of 3",
            body_of([entry(good), {}, entry(late)]),
            kind="an empty entry",
        ),
        "its size": bad("size.over/before a lawful one", body_of(twenty_one), kind="a batch of 21"),
        "its text": bad("shape.not-json/before a lawful one", b"", kind="a lawful text with one character changed"),
    }
    for size, (what, refusal) in zip((2, 20, 3), refusals.items(), strict=True):
        plan = _lawful(seed, f"{clause}/{what}", size, f"a lawful batch behind one refused for {what}")
        # a text is refused that has the same length and beginning as the lawful one
        spoilt = dataclasses.replace(refusal, body=(plan.body or b"")[:-2] + b"]]")
        yield with_prelude(plan, spoilt if what == "its text" else refusal)


def _alternating(seed: int) -> Plan:
    """The accounts in turn on one connection."""
    clause = "isolation.accounts"
    turns = [_lawful(seed, f"{clause}/turn-{n}", 3, "the accounts in turn on one connection") for n in range(2)]
    turns = [dataclasses.replace(turn, headers=SAME) for turn in turns]
    turns[1] = dataclasses.replace(turns[1], credentials=OTHER)
    again = _lawful(seed, "isolation.one-after-another/again", 3, "a batch behind others on one connection")
    return with_prelude(again, *turns)


def _at_once(seed: int) -> Plan:
    """Batches of different sizes at the same time, each on a connection of its own, from both accounts."""
    clause = "isolation.at-once"
    crowd = [_lawful(seed, f"{clause}/{n}", n % 5 + 2, f"one of {AT_ONCE} batches at once") for n in range(AT_ONCE)]
    crowd = [dataclasses.replace(each, credentials=OTHER) if n % 3 == 2 else each for n, each in enumerate(crowd)]
    return dataclasses.replace(crowd[0], together=tuple(crowd[1:]))


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
