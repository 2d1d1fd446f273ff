"""Whatever a client sends: no 5xx, no hang, no torn answer."""

from __future__ import annotations

from contracts.messages import VOID, Exchange, History, Label, Verdict
from contracts.oracles.exchanges import answered, target_gone
from contracts.oracles.registry import oracle

TRIES_THAT_COUNT = 3
"""How often 502, 503 or 504 must come back on the same plan before it counts as any other 5xx."""
UNKNOWN_METHOD = 501
SERVER_ERROR = 500
TORN = {
    "torn": "the connection was torn instead of an answer",
    "garbage": "what came back is no HTTP answer",
    "too-large": "the answer does not end",
}


@oracle("robustness.no-5xx")
def no_input_makes_a_5xx(exchange: Exchange, history: History) -> Verdict | None:
    """502, 503 and 504 count only where they come back on the same plan while others are answered."""
    clause = "robustness.no-5xx"
    status = exchange.status
    if exchange.reply is None or exchange.failure:
        return None
    if status < SERVER_ERROR or (status == UNKNOWN_METHOD and UNKNOWN_METHOD in exchange.plan.answers):
        return None if exchange.void else Verdict.passed(clause)
    later = (x for x in history.exchanges if x.number > exchange.number)
    alive = any(x.reply is not None and x.status < SERVER_ERROR and not x.void for x in later)
    if status in VOID and (exchange.tries < TRIES_THAT_COUNT or not alive):
        return None
    what = exchange.plan.kind or "a lawful batch"
    return Verdict.failed(clause, f"{what} was answered {status}", f"{status}: {exchange.plan.clause}")


@oracle("robustness.answers")
def every_request_is_answered_in_time(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every request; the sender has asked twice before it calls a silence one."""
    if exchange.failure == "timeout" and exchange.plan.clause == "routing.expect":
        return None  # judged there
    if exchange.failure == "timeout" and target_gone(exchange, history) and not _silenced(exchange, history):
        return None
    if exchange.failure == "timeout":
        what = exchange.plan.kind or "a lawful batch"
        return Verdict.failed("robustness.answers", f"{what} was never answered", f"silence: {exchange.plan.clause}")
    return Verdict.passed("robustness.answers") if exchange.reply is not None else None


@oracle("robustness.whole-answers")
def every_answer_is_whole(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every request; the sender has asked again on a connection of its own before it calls one torn."""
    clause = "robustness.whole-answers"
    if exchange.failure in TORN and target_gone(exchange, history):
        return None
    if exchange.failure in TORN:
        what = exchange.plan.kind or "a lawful batch"
        return Verdict.failed(
            clause, f"{what}: {TORN[exchange.failure]}", f"{exchange.failure}: {exchange.plan.clause}"
        )
    return Verdict.passed(clause) if exchange.reply is not None else None


def _silenced(exchange: Exchange, history: History) -> bool:
    """Whether a target that answered until then fell silent over this very request, which was none of every day.

    And lets others connect: what can't be reached any more may be so for another reason.
    """
    last = max(history.exchanges, key=lambda x: x.number, default=exchange)
    odd = exchange.plan.label is not Label.LAWFUL or exchange.plan.clause.startswith(("shape.", "robustness."))
    before = any(x.number == exchange.number - 1 and answered(x) for x in history.exchanges)
    return odd and before and last.failure == "timeout"
