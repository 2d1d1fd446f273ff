"""Recombination: what the gate and the other streams send, in other surroundings, behind each other, and at once."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import strategies as st

from contracts.messages import JSON_TYPE, Account, Connection, Credentials, Framing, Label, Plan
from contracts.signing import HEADERS
from suites import gate
from suites.nightly import bodies, doors
from suites.nightly.bodies import CHANCE
from suites.nightly.drafts import Draft, planned, renamed
from suites.strategies.batches import BY_OTHER, batch, by

NOT_ALONE = ("isolation.", "ownership.", "outcome.", "echo.again", "shape.markets-together", "shape.which-member")
"""Clauses whose plans mean something in their own surroundings only."""
MEDIA_TYPES = ("Application/JSON", "application/json; charset=utf-8", "application/json;charset=UTF-8")
TAG = "x"
SIGNERS = (Account.OWN, Account.OTHER)


def _parts() -> tuple[Plan, ...]:
    """The gate's plans about bodies that need nothing else."""
    return tuple(
        plan
        for plan in gate.plans(1)
        if plan.credentials in (Credentials(), BY_OTHER)
        and not (plan.orders or plan.before or plan.together)
        and not plan.clause.startswith((*NOT_ALONE, "routing.", "robustness."))
        and plan.headers == (JSON_TYPE,)
        and plan.framing is Framing.LENGTH
        and len(plan.body or b"") < 20_000
    )


PARTS = st.deferred(lambda: st.sampled_from(_parts()))
DRAFTS: st.SearchStrategy[Draft] = st.one_of(bodies.batches(), bodies.malformed(), bodies.repeats())
"""Without the largest, which take longer to read than all others to send: those of the gate stand for them."""


def _whole(draft: Draft) -> Plan | None:
    return planned(draft, TAG)


DRAWN: st.SearchStrategy[Plan] = DRAFTS.map(_whole).filter(lambda plan: plan is not None)  # type: ignore[assignment]  # filtered
ANY = PARTS | DRAWN
LAWFUL: st.SearchStrategy[Plan] = (
    bodies.batches().map(_whole).filter(lambda plan: plan is not None and plan.label is Label.LAWFUL)  # type: ignore[assignment]  # filtered
)


@st.composite
def surroundings(draw: st.DrawFn) -> Plan:
    """A body with everything around it right in an unusual way: account, header names, nonce, moment, media type."""
    plan, chance = draw(ANY), draw(CHANCE)
    key = chance.choice(SIGNERS)
    credentials = Credentials(
        key=key,
        secret=key,
        skew_ms=chance.choice((0, 0, -20_000, 20_000)),
        names=chance.choice(("canonical", "lower", "upper", "mixed")),
        signature=chance.choice(("base64", "another nonce")),
    )
    headers = (("Content-Type", chance.choice((JSON_TYPE[1], *MEDIA_TYPES))),)
    connection = chance.choice(tuple(Connection))
    return dataclasses.replace(plan, credentials=credentials, headers=headers, connection=connection)


FIRST = (PARTS, DRAWN, doors.credentials(), doors.moments())
"""What may stand before a plan."""


@st.composite
def behind(draw: st.DrawFn) -> Plan:
    """A plan behind one to three others on the same connection, of either account: is anything remembered?"""
    chance = draw(CHANCE)
    some = [draw(chance.choice(FIRST)) for _ in range(chance.randint(1, 3))]
    before = tuple(dataclasses.replace(each, connection=Connection.KEPT) for each in some)
    plan = draw(ANY if chance.randrange(2) else LAWFUL)
    plan = by(plan, chance.choice(SIGNERS))
    if plan.label is Label.LAWFUL:
        refused = before[-1].label is Label.UNLAWFUL
        clause = "isolation.after-refusal" if refused else "isolation.one-after-another"
        kind = f"a lawful batch behind {'one that is refused' if refused else 'others'}"
        plan = dataclasses.replace(plan, clause=clause, kind=kind)
    return dataclasses.replace(plan, before=before)


@st.composite
def remembered(draw: st.DrawFn) -> Plan:
    """A request that lives on what is remembered of a success before it on the same connection, of either account."""
    chance = draw(CHANCE)
    key, other = chance.sample(SIGNERS, 2)
    right = Credentials(key=key, secret=key)
    first = dataclasses.replace(_lawful("reply.taken", "a lawful batch"), credentials=right)
    bit = {"again": "altered", "signature": f"bit {chance.randrange(512)}"}
    altered = ("signature-altered", "a bit of a success's signature changed", bit)
    others: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("covers-timestamp", "the signature of a success under a new timestamp", {"again": "signature"}),
        ("key-bound", "the signature of a success under another key id", {"again": "same", "key": other}),
        ("each-request", "no credentials behind a success", {"drop": HEADERS}),
        ("each-request", "no signature behind a success", {"drop": HEADERS[-1:]}),
        ("each-request", "a wrong signature behind a success", {"signature": "first bit of S"}),
    )
    clause, kind, wrong = chance.choice((altered, chance.choice(others)))
    plan = _lawful(f"credentials.{clause}", kind)
    credentials = dataclasses.replace(right, **wrong)
    return dataclasses.replace(plan, label=Label.UNLAWFUL, answers=(401,), credentials=credentials, before=(first,))


STALE = st.integers(40_000, 86_400_000)


@st.composite
def twice(draw: st.DrawFn) -> Plan:
    """Two timestamps, one signed but stale, one fresh but not signed: each alone is refused."""
    stale, chance = -draw(STALE), draw(CHANCE)
    key = chance.choice(SIGNERS)
    sent, signed = (
        Credentials(key=key, secret=key, skew_ms=stale),
        Credentials(key=key, secret=key, signed_skew_ms=stale),
    )
    kind, credentials = chance.choice(
        (
            (
                "a signed stale timestamp and a fresh one",
                dataclasses.replace(sent, repeat=((HEADERS[1], "fresh"),)),
            ),
            (
                "a fresh timestamp and a signed stale one",
                dataclasses.replace(signed, repeat=((HEADERS[1], "signed"),)),
            ),
        )
    )
    plan = _lawful("credentials.differing-headers", kind)
    more: dict[str, Any] = {"label": Label.UNLAWFUL, "answers": (401,), "framing": Framing.RAW}
    return dataclasses.replace(plan, credentials=credentials, **more)


def _lawful(clause: str, kind: str) -> Plan:
    return Plan(f"{clause}/", clause, kind=kind, body=doors.lawful())


@st.composite
def again(draw: st.DrawFn) -> Plan:
    """A lawful batch behind itself, one to four times: see `sent_again`, which gives all of them the same ids."""
    chance = draw(CHANCE)
    count = chance.choice((1, 2, 3, 19, 20))
    plan = batch("echo.again/", [f"nobody-{n}" for n in range(count)], kind="the same batch again")
    plan = by(plan, chance.choice(SIGNERS))
    return dataclasses.replace(plan, before=(plan,) * chance.randint(1, 4))


def sent_again(plan: Plan, tag: str) -> Plan:
    """A plan of `again` with a name and ids of its own, and the same ids before."""
    last = renamed(dataclasses.replace(plan, before=()), tag)
    before = tuple(dataclasses.replace(last, name=f"{last.name}b{number}") for number in range(len(plan.before)))
    return dataclasses.replace(last, before=before)


@st.composite
def crowds(draw: st.DrawFn) -> Plan:
    """Batches of different sizes, or of one, at the same time, each on a connection of its own, from both accounts."""
    chance = draw(CHANCE)
    different = chance.sample(range(1, 21), chance.randint(3, 8))
    sizes = chance.choice((different, [chance.randint(1, 20)] * 6))
    crowd = []
    for number, size in enumerate(sizes):
        account = chance.choice(SIGNERS)
        plan = batch("isolation.at-once/", [f"nobody-{number}-{n}" for n in range(size)], kind="lawful batches at once")
        crowd.append(by(plan, account))
    return dataclasses.replace(crowd[0], together=tuple(crowd[1:]))
