"""The ids in request order: as many, in that order, to the letter.

The judges share one reading of how an echo differs, so that one fault gets one name: something missing, something
added, another order, another spelling, or another number of repeats.
"""

from __future__ import annotations

import json
import re
from collections import Counter

from contracts.document import PLAIN_ID
from contracts.messages import Exchange, History, Label, Verdict
from contracts.oracles.exchanges import refused, taken
from contracts.oracles.form import echoed, listed, of_the_last
from contracts.oracles.registry import oracle

JUDGED_WHOLE = (
    "echo.again",
    "isolation.",
    "shape.white-space",
    "shape.member-order",
    "shape.escapes",
    "shape.escaped-names",
)
"""Plans with a judge of their own for the whole echo."""


ESCAPE = re.compile(rb"\\u00[2-7]")
MADE_UP = "nobody-"
"""How ids begin that a plan made up: no two plans share one, so that it gives away whose it is."""


def difference(expected: tuple[str, ...], got: tuple[str, ...]) -> str:
    """The name of how two echoes differ: complete, nothing-added, order, verbatim, odd-strings, repeats; or empty."""
    if expected == got:
        return ""
    missing, added = Counter(expected) - Counter(got), Counter(got) - Counter(expected)
    if not missing and not added:
        return "repeats" if list(dict.fromkeys(expected)) == list(dict.fromkeys(got)) else "order"
    if set(expected) == set(got):
        return "repeats" if len(set(expected)) < len(expected) else "nothing-added"
    if len(got) == len(expected) and missing and added:
        # the same number of ids, some of them spelt otherwise; sorted as well, perhaps
        spelt = [each for each in expected if each in missing]
        return "verbatim" if any(PLAIN_ID.fullmatch(each) for each in spelt) else "odd-strings"
    if added and not missing:
        return "nothing-added"
    if missing and not added:
        return "complete"
    return "repeats" if len(set(got)) == len(got) and len(set(expected)) < len(expected) else "complete"


def sentence(expected: tuple[str, ...], got: tuple[str, ...]) -> str:
    """The first difference in words, values shown as Python literals so that nothing is invisible."""
    for place, (want, have) in enumerate(zip(expected, got, strict=False), start=1):
        if want != have:
            return f"of {len(expected)} ids, entry {place} is {want!a} and comes back as {have!a}"
    sent = "1 id was" if len(expected) == 1 else f"{len(expected)} ids were"
    return f"{sent} sent and {len(got)} came back"


@of_the_last
def _applies(exchange: Exchange) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    plan = exchange.plan
    if exchange.ids is None or plan.label is Label.UNLAWFUL or plan.clause.startswith(JUDGED_WHOLE):
        return None
    got = echoed(exchange)
    return None if got is None else (exchange.ids, got)


def wrong_everywhere(exchange: Exchange, got: tuple[str, ...], history: History) -> bool:
    """Whether the echo differs as that of plain batches does: then it is the echo, and not what is special here."""
    kind = difference(exchange.ids or (), got)
    for other in history.exchanges:
        pair = None if other.number == exchange.number or _is_escaped(other) else _applies(other)
        if pair is not None and kind and difference(*pair) == kind and not _sent_before(other, history):
            return True
    return False


def _is_escaped(exchange: Exchange) -> bool:
    """Whether a body writes plain characters as escapes: then it is not said plainly what has to come back."""
    return ESCAPE.search(exchange.request.body) is not None


def _sent_before(exchange: Exchange, history: History) -> bool:
    """Whether the run had sent these very ids already, and got them back: then what is wrong now is of the repeat."""
    earlier = (x for x in history.exchanges if x.number < exchange.number and x.ids == exchange.ids)
    return any(echoed(x) == x.ids for x in earlier)


def whole_echo(exchange: Exchange, history: History, what: str) -> Verdict | None:
    """The verdict on the whole echo of a plan with a judge of its own for it, under the clause that it aims at.

    Silent where there is no echo to read, and where plain batches are echoed as wrongly.
    """
    clause, got = exchange.plan.clause, echoed(exchange)
    if got is None or exchange.ids is None:
        return None
    if got == exchange.ids:
        return Verdict.passed(clause)
    if wrong_everywhere(exchange, got, history):
        return None
    return Verdict.failed(clause, f"{what}: {sentence(exchange.ids, got)}", "another echo")


def lenders(exchange: Exchange, got: tuple[str, ...], history: History) -> tuple[Exchange, ...]:
    """Other requests of the run, taken or refused, whose ids came back in this echo, which did not name them.

    Made-up ids; and those of orders where requests came at once: else an order's id may come of another spelling.
    """
    added = set(got) - set(exchange.ids or ())
    orders = {o.order_id for o in history.outcomes} if added and exchange.lane else set()
    strange = sorted(each for each in added if each.startswith(MADE_UP) or each in orders)
    found = (_source_of(each, exchange, history) for each in strange)
    return tuple(each for each in found if each is not None)


def _source_of(order_id: str, exchange: Exchange, history: History) -> Exchange | None:
    named = order_id.encode("utf-8", "surrogatepass")  # an echo may make a lone surrogate of what was no UTF-8
    return next((x for x in history.exchanges if x.number != exchange.number and named in x.request.body), None)


def _some_retyped(exchange: Exchange) -> str:
    """In a sentence, which id comes back as no string where others do; empty where none does, or all do.

    An array of other things altogether is a matter of the form alone.
    """
    ids, got = exchange.ids or (), listed(exchange) or []
    if len(got) != len(ids) or not any(isinstance(each, str) for each in got):
        return ""
    odd = ((want, have) for want, have in zip(ids, got, strict=True) if not isinstance(have, str))
    return next((f"the id {want!a} comes back as {json.dumps(have)}, no string" for want, have in odd), "")


def _judge_difference(clause: str, kind: str) -> None:
    @oracle(clause)
    def judge(exchange: Exchange, history: History) -> Verdict | None:
        retyped = _some_retyped(exchange) if kind == "verbatim" else ""
        if retyped:
            return Verdict.failed(clause, retyped, "another type")
        pair = _applies(exchange)
        if pair is None or (exchange.plan.orders and kind not in ("order", "repeats")):
            return None
        if not _could_break(kind, pair[0]):
            return None
        found = difference(*pair)
        if found != kind:
            return Verdict.passed(clause)
        if lenders(exchange, pair[1], history):
            return None
        return Verdict.failed(clause, sentence(*pair), kind)


def _could_break(kind: str, ids: tuple[str, ...]) -> bool:
    if kind == "order":
        return len(set(ids)) > 1
    if kind == "repeats":
        return len(set(ids)) < len(ids)
    if kind == "verbatim":
        return any(PLAIN_ID.fullmatch(each) for each in ids)
    return kind != "odd-strings" or not all(PLAIN_ID.fullmatch(each) for each in ids)


for _kind in ("complete", "nothing-added", "order", "verbatim", "repeats", "odd-strings"):
    _judge_difference(f"echo.{_kind}", _kind)


@oracle("echo.again", about="echo.again")
def the_same_batch_is_answered_the_same(exchange: Exchange, history: History) -> Verdict | None:
    """Silent on the first sending, and where the first was not answered rightly."""
    clause = "echo.again"
    if exchange.plan.clause != clause:
        return None
    whole = exchange.part_of or exchange.plan.name
    first = next((x for x in history.aimed_at(clause) if x.part_of == whole), None)
    if first is None or first.number == exchange.number or echoed(first) != first.ids:
        return None
    if refused(exchange):
        return Verdict.failed(clause, f"sent again, the batch was answered {exchange.status}", "refused again")
    return whole_echo(exchange, history, "sent again, the echo differs")


@oracle("echo.any-state")
def an_id_is_echoed_whatever_its_order_is(exchange: Exchange, history: History) -> Verdict | None:
    """Judges the batches that name orders which exist, did exist, or are somebody else's."""
    clause = "echo.any-state"
    if not exchange.plan.orders or exchange.plan.label is Label.UNLAWFUL or exchange.ids is None:
        return None
    if not taken(exchange) or _is_escaped(exchange):
        return None
    got = echoed(exchange)
    if got is None or difference(exchange.ids, got) in ("order", "repeats"):
        return None
    if got == exchange.ids:
        return Verdict.passed(clause)
    if lenders(exchange, got, history) or _sent_before(exchange, history):
        return None
    return Verdict.failed(clause, sentence(exchange.ids, got), f"state: {difference(exchange.ids, got)}")
