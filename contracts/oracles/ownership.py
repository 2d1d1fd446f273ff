"""Whose orders: an account acts on its own and sees its own."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from contracts import jsontext
from contracts.messages import METHOD, Exchange, History, Verdict
from contracts.oracles.exchanges import answered, taken
from contracts.oracles.form import value_of
from contracts.oracles.outcome import answers_a_name, gone, judgeable, known, named
from contracts.oracles.registry import oracle

MORE_TO_BLAME = ("outcome.other-market", "outcome.once")
"""Plans whose orders may stay for what is said of their market, or for being named twice."""
OF_THE_MOMENT = ("connection", "keep-alive", "set-cookie", "retry-after")
"""Headers that come and go whatever is asked."""
OF_TIME = re.compile(r"date|time|timing|duration|elapsed|latency|took|age|expires|length", re.IGNORECASE)
"""What headers about time are called, which may be the same for long."""
MANY = 12
"""Answers that say the same of unknown ids by no chance."""


@oracle("ownership.foreign-untouched", of_orders=True)
def a_foreign_order_is_never_cancelled(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every order of another account than the one that sent the batch."""
    clause = "ownership.foreign-untouched"
    if not judgeable(exchange):
        return None
    foreign = [o for o in exchange.outcomes if o.need.account is not exchange.request.account and known(o)]
    if any(gone(o) for o in foreign):
        return Verdict.failed(clause, "an order of another account was cancelled", "cancelled")
    return Verdict.passed(clause) if foreign else None


@oracle("ownership.foreign-as-unknown")
def a_foreign_order_is_answered_as_an_unknown_one(exchange: Exchange, history: History) -> Verdict | None:
    """Compares with the plan's prelude, the same batch with an unknown id, and with the plain batch of one.

    And a batch of own orders with a foreign one among them, with one that has an unknown one there.
    """
    clause = "ownership.foreign-as-unknown"
    if _stays_beside(exchange, foreign=True) and any(
        _stays_beside(x, foreign=False) is False for x in history.exchanges if x.number != exchange.number
    ):
        what = "own orders stay open beside a foreign one and go beside an unknown one"
        return Verdict.failed(clause, what, "own orders stay")
    if exchange.plan.clause != clause or exchange.part_of or not answered(exchange):
        return None
    account = exchange.request.account
    preludes = (x for x in history.aimed_at(clause) if x.part_of)
    alike = (*preludes, *history.aimed_at("size.one"))
    unknown = [x for x in alike if x.number != exchange.number and x.request.account is account and answered(x)]
    if not unknown:
        return None
    if exchange.status not in {x.status for x in unknown}:
        return Verdict.failed(
            clause, f"a foreign id is answered {exchange.status}, an unknown one {unknown[0].status}", "status"
        )
    told, others = _facts(exchange), [set(_facts(x)) for x in _of_no_foreign_order(exchange, history)]
    for name, value in _steady(unknown).items():
        if told.get(name) != value and all(name in each for each in others):
            return Verdict.failed(
                clause, f"the answer to a foreign id differs from that to an unknown one in {name}", f"differs: {name}"
            )
    more = sorted(set(told) - set().union(*others, *map(_facts, unknown)))
    if more:
        return Verdict.failed(clause, f"the answer to a foreign id has {more[0]}, that to an unknown one not", "more")
    header = next(_telling_headers(exchange, history), "")
    if header:
        what = f"the answer to a foreign id differs from those to unknown ones in what the header {header[:40]} says"
        return Verdict.failed(clause, what, f"differs: the header {header[:40]}")
    return Verdict.passed(clause)


def _of_no_foreign_order(exchange: Exchange, history: History) -> Iterator[Exchange]:
    """Other batches of the account that were answered with the same status and name no order of another one.

    What some of their answers have and some have not is of the moment: an edge may trace one request in ten.
    """
    account = exchange.request.account
    for x in history.exchanges:
        alike = answered(x) and x.status == exchange.status and x.plan.method == METHOD
        own = x.request.account is account and all(need.account is account for need in x.plan.orders)
        if alike and own and x.plan.clause != exchange.plan.clause:
            yield x


def _telling_headers(exchange: Exchange, history: History) -> Iterator[str]:
    """Headers that say the same of every batch of unknown ids, or their number, and something else of this one.

    Only behind many: what is of the moment (a time, a node, a rest of requests) is not the same in all of them.
    """
    unknown = (x for x in history.exchanges if x.number != exchange.number and not x.plan.orders)
    mine = [x for x in unknown if taken(x) and x.request.account is exchange.request.account]
    plain = [(x.reply, str(len(x.ids))) for x in mine if x.reply is not None and x.ids]
    if exchange.reply is None or not taken(exchange) or len(plain) < MANY:
        return
    counted = str(len(exchange.ids or ()))
    names = Counter(name.lower() for name, _ in exchange.reply.headers)
    for name, value in exchange.reply.headers:
        if names[name.lower()] > 1 or name.lower() in OF_THE_MOMENT or OF_TIME.search(name):
            continue
        said = {(reply.header(name), count) for reply, count in plain}
        counts = all(each == count for each, count in said)
        known = {counted} if counts else {each for each, _ in said}
        if len(known) == 1 and value not in known and None not in known:
            yield name.lower()


def _stays_beside(exchange: Exchange, *, foreign: bool) -> bool | None:
    """Whether an own open order stays where a taken batch names it beside such another; None where it names none."""
    if exchange.plan.clause in MORE_TO_BLAME:
        return None
    account, ids = exchange.request.account, set(exchange.ids or ())
    own = [o for o in named(exchange) if o.need.account is account and not exchange.lane]
    others = ids - {o.order_id for o in own}
    if not own or not others:
        return None
    foreigners = {o.order_id for o in exchange.outcomes if o.need.account is not account}
    return any(not gone(o) for o in own) if bool(others & foreigners) is foreign else None


def _steady(unknown: list[Exchange]) -> dict[str, object]:
    """What the answers to unknown ids have in common: the rest is of the moment, not of the id."""
    first, *others = map(_facts, unknown)
    return {name: value for name, value in first.items() if all(each.get(name) == value for each in others)}


def _facts(exchange: Exchange) -> dict[str, object]:
    """What an answer tells beside the ids: the names of its headers, and its members with their values."""
    if exchange.reply is None:  # pragma: no cover  # for the type checker: only what was answered comes here
        return {}
    facts: dict[str, object] = {f"the header {name.lower()}": True for name, _ in exchange.reply.headers}
    facts = {name: value for name, value in facts.items() if name.removeprefix("the header ") not in OF_THE_MOMENT}
    try:
        value = value_of(exchange.reply)
    except jsontext.NotJson:
        return facts | {"its text": exchange.reply.body}
    if not isinstance(value, dict):
        return facts | {"its value": value}
    return facts | {f"the member {name}": _without_ids(each, exchange.ids or ()) for name, each in value.items()}


def _without_ids(value: object, ids: tuple[str, ...]) -> str:
    """A member's text with the ids that were sent taken out: what it says of any id."""
    text = json.dumps(value, sort_keys=True)
    for each in ids:
        text = text.replace(each, "")
    return text


@oracle("ownership.own-stream", of_orders=True)
def a_stream_shows_own_orders_only(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every event of an order that the suite placed; another account's stream must not have it."""
    clause = "ownership.own-stream"
    events = [(o, e) for o in exchange.outcomes for e in o.events]
    foreign = [e for o, e in events if e.account is not o.need.account]
    if any(not answers_a_name(e, history) for e in foreign):
        return Verdict.failed(clause, "an account's stream shows an order of another account", "foreign event")
    return Verdict.passed(clause) if events else None


@oracle("ownership.own-key", about="ownership.own-key")
def each_key_acts_for_its_own_account(exchange: Exchange, history: History) -> Verdict | None:
    """Judges the second account's batch of its own order."""
    clause = "ownership.own-key"
    if exchange.plan.clause != clause or not taken(exchange):
        return None
    seen = [o for o in exchange.outcomes if o.need.account is exchange.request.account and known(o)]
    if any(not gone(o) for o in seen):
        return Verdict.failed(clause, "a key did not act on its own account's order", "not cancelled")
    return Verdict.passed(clause) if seen else None
