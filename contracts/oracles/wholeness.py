"""Taken or refused whole, and without effect where refused."""

from __future__ import annotations

from contracts.messages import Account, Exchange, History, Label, Outcome, Verdict
from contracts.oracles.exchanges import answered, refused, taken
from contracts.oracles.outcome import cancel_events, gone, known, taken_elsewhere
from contracts.oracles.registry import oracle

EFFECT_CLAUSES = {
    "shape": "wholeness.shape-without-effect",
    "wholeness": "wholeness.shape-without-effect",
    "size": "wholeness.size-without-effect",
    "credentials": "wholeness.credentials-without-effect",
    "window": "wholeness.credentials-without-effect",
    "routing": "wholeness.shape-without-effect",
    "outcome": "wholeness.shape-without-effect",
}
SOON_MS = 1_000
"""How long what a batch does, and the word of it on the stream, mostly take."""
MUST_STAY = ("open", "either", "cancelled")
"""Fates of orders that a refused batch must leave alone: all but those of which nobody says what becomes."""


@oracle("wholeness.position", about="wholeness.position")
def one_bad_entry_refuses_the_whole(exchange: Exchange, history: History) -> Verdict | None:
    """Silent where the same defect is taken in a batch of its own: then the defect's own clause is broken."""
    clause = "wholeness.position"
    plan = exchange.plan
    if plan.clause != clause or plan.label is not Label.UNLAWFUL or not answered(exchange):
        return None
    if not taken(exchange):
        return Verdict.passed(clause) if exchange.status in plan.answers else None
    alone = [x for x in history.exchanges if x.plan.kind == plan.kind and x.plan.position == "alone" and answered(x)]
    if alone and all(taken(x) for x in alone):
        return None
    return Verdict.failed(
        clause,
        f"a batch with {plan.kind} {_place(plan.position)} was taken ({exchange.status})",
        f"taken: {plan.position}",
    )


def _place(position: str) -> str:
    return {"first": "in its first entry", "last": "in its last entry"}.get(position, "in an inner entry")


def _without_effect(clause: str) -> None:
    @oracle(clause, of_orders=True)
    def judge(exchange: Exchange, history: History) -> Verdict | None:
        concern = exchange.plan.clause.partition(".")[0] if exchange.plan.clause != "routing.other-methods" else ""
        if exchange.plan.clause == clause and exchange.plan.label is Label.LAWFUL:
            return _later(clause, exchange)
        if EFFECT_CLAUSES.get(concern) != clause or exchange.plan.label is Label.LAWFUL or not refused(exchange):
            return None
        seen = [o for o in exchange.outcomes if known(o) and o.need.fate in MUST_STAY]
        moved = [o for o in seen if gone(o)]
        if moved and (taken_elsewhere(moved[0], history) or _nearer(moved[0], exchange, history)):
            return None
        if moved:
            its = (Account.OWN, exchange.request.account)
            whose = "an open" if moved[0].need.account in its else "another account's"
            return Verdict.failed(
                clause,
                f"{exchange.plan.kind} was refused ({exchange.status}), and yet {whose} order was cancelled",
                f"effect: {exchange.plan.kind}",
            )
        return Verdict.passed(clause) if seen else None


def _nearer(outcome: Outcome, exchange: Exchange, history: History) -> bool:
    """Whether the order went long after this batch, and soon after another one that named it: then it was that one."""
    went_ms = min((event.at_ms for event in cancel_events(outcome)), default=0)
    if went_ms <= exchange.sent_ms + SOON_MS:
        return False
    others = (x for x in history.exchanges if 0 <= went_ms - x.sent_ms <= SOON_MS)
    return any(o.order_id == outcome.order_id for x in others for o in x.outcomes)


def _later(clause: str, exchange: Exchange) -> Verdict | None:
    """A lawful batch behind a refused one that named the same order: it must act as if the other had never been."""
    seen = [o for o in exchange.outcomes if known(o) and o.need.fate == "cancelled"]
    if not taken(exchange) or not seen:
        return None
    if all(gone(o) for o in seen):
        return Verdict.passed(clause)
    return Verdict.failed(clause, "an order that a refused batch had named could not be cancelled afterwards", "later")


for _clause in dict.fromkeys(EFFECT_CLAUSES.values()):
    _without_effect(_clause)
