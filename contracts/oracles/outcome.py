"""What became of the orders: the stream's word, and the read-back's.

An outcome is known where the order could be read back, or where its account's stream was alive throughout; else the
judges are silent.
"""

from __future__ import annotations

from contracts.messages import Account, Exchange, History, Label, Outcome, StreamEvent, Verdict
from contracts.oracles.exchanges import refused, taken, unknown_ids_refused
from contracts.oracles.plans import answer
from contracts.oracles.registry import oracle

CANCELED = "EXECUTION_TYPE_CANCELED"
REJECTED = "EXECUTION_TYPE_REJECTED"
"""Nobody says whether an id that is ignored is reported so to who named it."""
OTHER_ENDS = ("EXECUTION_TYPE_EXPIRED", REJECTED, "EXECUTION_TYPE_DONE_FOR_DAY")
STATE_CANCELED = "ORDER_STATE_CANCELED"
STATE_PENDING = "ORDER_STATE_PENDING_CANCEL"
BEFORE_MS = 100
"""How much earlier than its plan an order must be gone before it was certainly another plan that took it along."""
TO_GO = ("cancelled", "either")
"""Fates of orders that a batch cancels if it is taken."""


def judgeable(exchange: Exchange) -> bool:
    """Whether a taken batch's effects are what it asked for: one that had to be refused is judged for being taken."""
    return taken(exchange) and exchange.plan.label is not Label.UNLAWFUL


def cancel_events(outcome: Outcome) -> tuple[StreamEvent, ...]:
    """The cancellations reported for an order, each execution once; what is only pending is none yet."""
    done = (e for e in outcome.events if e.execution == CANCELED and e.state != STATE_PENDING)
    found = {e.execution_id or e.execution: e for e in done}
    return tuple(found.values())


def known(outcome: Outcome) -> bool:
    """Whether it could be seen what became of the order."""
    return outcome.read_back is not None or outcome.stream_seen


def gone(outcome: Outcome) -> bool:
    """Whether the order is in the market no longer; read-back decides where there is one."""
    if outcome.read_back is not None:
        return outcome.read_back != "open"
    return bool(cancel_events(outcome))


def answers_a_name(event: StreamEvent, history: History) -> bool:
    """Whether an event only rejects an id to who named it, as the stream does with ids that nobody has."""
    rejected = event.execution == REJECTED
    return rejected and any(each.execution == REJECTED for x in history.exchanges for each in x.stray)


def taken_elsewhere(outcome: Outcome, history: History) -> bool:
    """Whether a plan that needed the order was taken: of a plan that was not, that one cancelled it."""
    return any(taken(x) and any(o.order_id == outcome.order_id for o in x.outcomes) for x in history.exchanges)


def named(exchange: Exchange) -> tuple[Outcome, ...]:
    """Own open orders that a taken batch names with their market."""
    if not judgeable(exchange):
        return ()
    return tuple(o for o in exchange.outcomes if o.need.fate in TO_GO and o.need.state == "open" and known(o))


def _cancelled(clause: str, *, mixed: bool) -> None:
    @oracle(clause, of_orders=True)
    def judge(exchange: Exchange, history: History) -> Verdict | None:
        own = [o for o in named(exchange) if o.need.account is Account.OWN]
        if exchange.plan.clause.startswith(("wholeness.", "isolation.")):
            return None
        if (len(set(exchange.ids or ())) > len(own)) is not mixed:
            return None
        left = [o for o in own if not gone(o)]
        if left:
            return Verdict.failed(
                clause,
                f"{len(left)} of {len(own)} open orders that a taken batch named are still in the market"
                f" ({exchange.plan.kind})",
                "still open",
            )
        return Verdict.passed(clause) if own else None


_cancelled("outcome.cancelled", mixed=False)
_cancelled("outcome.independent", mixed=True)


@oracle("outcome.nothing-to-cancel")
def what_is_gone_is_silently_ignored(exchange: Exchange, history: History) -> Verdict | None:
    """Judges plans that name unknown or cancelled orders: taken, and no second cancellation reported."""
    clause = "outcome.nothing-to-cancel"
    aims = exchange.plan.clause == clause and exchange.status not in (401, 403)
    if refused(exchange) and (aims or unknown_ids_refused(exchange)):
        return Verdict.failed(clause, f"{exchange.plan.kind} was answered {exchange.status}, not 200", "an error")
    if not taken(exchange):
        return None
    dead = [o for o in exchange.outcomes if o.need.state == "cancelled"]
    if any(cancel_events(o) for o in dead):
        return Verdict.failed(clause, "an order that was cancelled before is reported cancelled again", "again")
    return Verdict.passed(clause) if dead or exchange.plan.clause == clause else None


def _taken_along(exchange: Exchange, outcome: Outcome, history: History) -> bool:
    """Whether an order of this plan was gone clearly before it, or before all that were sent at once with it."""
    behind = (exchange.part_of and not exchange.lane) or exchange.plan.before
    if behind or outcome.need.fate not in TO_GO:
        return False
    early = any(event.at_ms < exchange.sent_ms - BEFORE_MS for event in cancel_events(outcome))
    return early and not _named_before(exchange, outcome, history)


def _named_before(exchange: Exchange, outcome: Outcome, history: History) -> bool:
    """Whether an earlier request named the order: then that one is judged for it."""
    earlier = (each for each in history.exchanges if each.number < exchange.number)
    return any(outcome.order_id in (each.ids or ()) for each in earlier)


@oracle("outcome.nothing-else", of_orders=True)
def nothing_else_is_cancelled(exchange: Exchange, history: History) -> Verdict | None:
    """Judges the own bystanders of batches that were taken."""
    clause = "outcome.nothing-else"
    if not judgeable(exchange) or exchange.plan.clause == "outcome.exact-id":
        return None
    mine = exchange.request.account
    if any(_taken_along(exchange, o, history) for o in exchange.outcomes if o.need.account is mine):
        return Verdict.failed(clause, "an order was cancelled before any batch named it", "before it was named")
    seen = [o for o in exchange.outcomes if o.need.fate == "open" and o.need.account is mine and known(o)]
    if any(gone(o) for o in seen):
        return Verdict.failed(
            clause, f"an order that the batch does not name was cancelled ({exchange.plan.kind})", "bystander"
        )
    return Verdict.passed(clause) if seen else None


@oracle("outcome.exact-id", about="outcome.exact-id")
def only_the_exact_id_acts(exchange: Exchange, history: History) -> Verdict | None:
    """Judges plans that name another spelling of an open order's id, taken or not."""
    clause = "outcome.exact-id"
    if exchange.plan.clause != clause or not (taken(exchange) or refused(exchange)):
        return None
    seen = [o for o in exchange.outcomes if o.need.fate == "open" and known(o)]
    if any(gone(o) for o in seen):
        return Verdict.failed(clause, f"{exchange.plan.kind} cancelled an order", f"acts: {exchange.plan.kind}")
    return Verdict.passed(clause) if seen else None


@oracle("outcome.once", about="outcome.once")
def an_order_is_cancelled_once(exchange: Exchange, history: History) -> Verdict | None:
    """Judges orders named in two batches at once; the events for a repeat within one batch are an open question."""
    clause = "outcome.once"
    if exchange.plan.clause != clause or not taken(exchange):
        return None
    seen = [o for o in named(exchange) if o.stream_seen or o.events]
    if any(len(cancel_events(o)) > 1 for o in seen) and exchange.plan.together:
        return Verdict.failed(clause, "one order named in two batches at once is reported cancelled twice", "twice")
    return Verdict.passed(clause) if seen or named(exchange) else None


@oracle("outcome.reported", of_orders=True)
def a_cancelled_order_is_reported(exchange: Exchange, history: History) -> Verdict | None:
    """Silent where there is no stream, and where the order is still open."""
    clause = "outcome.reported"
    seen = [o for o in named(exchange) if o.stream_seen and gone(o)]
    if any(not cancel_events(o) for o in seen):
        return Verdict.failed(clause, "an order is gone and its account's stream never said so", "never")
    once = [o for o in seen if exchange.ids is not None and exchange.ids.count(o.order_id) == 1]
    if any(len(cancel_events(o)) > 1 for o in once) and not exchange.plan.together and not exchange.part_of:
        return Verdict.failed(clause, "an order that was named once is reported cancelled more than once", "more")
    return Verdict.passed(clause) if seen else None


@oracle("outcome.nothing-left", of_orders=True)
def a_cancelled_order_has_nothing_left(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every cancellation reported."""
    clause = "outcome.nothing-left"
    events = [e for o in exchange.outcomes for e in cancel_events(o)]
    for event in events:
        if event.leaves:
            return Verdict.failed(clause, f"a cancelled order is reported with {event.leaves:g} left", "left")
        if event.state not in ("", STATE_CANCELED):
            return Verdict.failed(clause, f"a cancelled order is reported in the state {event.state[:40]}", "state")
    return Verdict.passed(clause) if events else None


@oracle("outcome.true-report", of_orders=True)
def the_stream_reports_what_happened(exchange: Exchange, history: History) -> Verdict | None:
    """Judges each event's market, events for orders that are still open, and events of ids that nobody has."""
    clause = "outcome.true-report"
    nobodys = [event for event in exchange.stray if event.execution != REJECTED]
    if nobodys:
        return Verdict.failed(clause, f"the stream reports {nobodys[0].order_id!a}, which nobody has", "nobody's")
    events = [(o, e) for o in exchange.outcomes for e in o.events if not answers_a_name(e, history)]
    if any(e.market not in ("", o.market) for o, e in events):
        return Verdict.failed(clause, "an order is reported under another market than its own", "market")
    if any(o.read_back == "open" and cancel_events(o) for o in exchange.outcomes):
        return Verdict.failed(clause, "an order is reported cancelled and is still in the market", "not gone")
    if any(cancel_events(o) and any(e.filled for e in o.events) for o in exchange.outcomes):
        return Verdict.failed(clause, "an order is reported cancelled and all of it traded", "traded")
    if any(o.read_back == "open" and e.execution in OTHER_ENDS for o, e in events):
        return Verdict.failed(clause, "an order is reported at an end and is still in the market", "not at an end")
    return Verdict.passed(clause) if events else None


@oracle("outcome.other-market", about="outcome.other-market")
def what_becomes_of_another_market(exchange: Exchange, history: History) -> Verdict | None:
    """Asked by plans that name an own order with another market of ours."""
    clause = "outcome.other-market"
    if exchange.plan.clause != clause:
        return None
    if refused(exchange):
        return answer(clause, f"refused with {exchange.status}")
    seen = [o for o in exchange.outcomes if o.need.fate == "any" and known(o)]
    return answer(clause, "cancelled" if gone(seen[0]) else "ignored") if seen and taken(exchange) else None


@oracle("outcome.repeat-events", of_orders=True)
def how_many_events_a_repeat_has(exchange: Exchange, history: History) -> Verdict | None:
    """Asked by orders that are named twice in one batch."""
    if not taken(exchange) or exchange.ids is None:
        return None
    seen = [o for o in exchange.outcomes if o.stream_seen and exchange.ids.count(o.order_id) > 1]
    return answer("outcome.repeat-events", str(len(cancel_events(seen[0])))) if seen else None
