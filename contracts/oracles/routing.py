"""Methods, paths and media types."""

from __future__ import annotations

from contracts.messages import Exchange, History, Verdict
from contracts.oracles.exchanges import answered, taken
from contracts.oracles.outcome import gone, known, taken_elsewhere
from contracts.oracles.plans import answer, plan_judge, question_judge
from contracts.oracles.registry import oracle

DELAY_MS = 900
"""What a client would wait for 100 Continue before it sends its body unasked is a second."""

for _name in ("media-type", "chunked", "accept", "long-header"):
    plan_judge(f"routing.{_name}")
for _name in ("no-media-type", "other-media-type", "compressed-body", "query", "trailing-slash"):
    question_judge(f"routing.{_name}")


@oracle("routing.other-methods", about="routing.other-methods")
def another_method_is_refused(exchange: Exchange, history: History) -> Verdict | None:
    """Judges the plans of other methods; neither a 2xx nor an effect on an order is right."""
    clause = "routing.other-methods"
    plan = exchange.plan
    right = exchange.status in plan.answers and not exchange.failure  # 501 is, though it is a 5xx
    if plan.clause != clause or not (right or answered(exchange)):
        return None
    moved = [o for o in exchange.outcomes if known(o) and gone(o)]
    if any(taken(exchange) or not taken_elsewhere(o, history) for o in moved):
        return Verdict.failed(
            clause, f"{plan.method} with the body of a batch cancelled an order", f"{plan.method} acts"
        )
    if right:
        return Verdict.passed(clause)
    return Verdict.failed(
        clause,
        f"{plan.method} was answered {exchange.status}, not 4xx or 501",
        f"{plan.method} {exchange.status // 100}xx",
    )


@oracle("routing.other-paths", about="routing.other-paths")
def another_path_is_not_a_way_around(exchange: Exchange, history: History) -> Verdict | None:
    """Judges plans of other spellings of the path without right credentials."""
    clause = "routing.other-paths"
    plan = exchange.plan
    if plan.clause != clause or not answered(exchange):
        return None
    if taken(exchange):
        return Verdict.failed(clause, f"{plan.kind} was taken ({exchange.status})", f"taken: {plan.kind}")
    return Verdict.passed(clause)


@oracle("routing.expect", about="routing.expect")
def expect_is_served_without_delay(exchange: Exchange, history: History) -> Verdict | None:
    """A delay is one beside the other answers of this target."""
    clause, plan = "routing.expect", exchange.plan
    if plan.clause != clause or exchange.void or exchange.status in (401, 403):
        return None
    usual = sorted(x.elapsed_ms for x in history.exchanges if x.reply is not None)[len(history.exchanges) // 2 :]
    if exchange.failure == "timeout" or (usual and exchange.elapsed_ms > DELAY_MS + 2 * usual[0]):
        return Verdict.failed(clause, f"{plan.kind} was kept waiting for {exchange.elapsed_ms / 1000:.1f} s", "delay")
    if exchange.reply is None or exchange.failure or exchange.status >= 500:  # judged for robustness
        return None
    if exchange.status in plan.answers:
        return Verdict.passed(clause)
    return Verdict.failed(
        clause, f"{plan.kind} was answered {exchange.status}, not 200 or 417", f"status {exchange.status}"
    )


@oracle("routing.which-chunked", about="routing.chunked")
def which_way_chunked(exchange: Exchange, history: History) -> Verdict | None:
    """Asked by the plans of chunked bodies."""
    if exchange.plan.clause != "routing.chunked" or not answered(exchange):
        return None
    return answer("routing.which-chunked", "taken" if taken(exchange) else f"refused with {exchange.status}")


@oracle("routing.options")
def what_options_answers(exchange: Exchange, history: History) -> Verdict | None:
    """Asked by the plan of the method OPTIONS."""
    if exchange.plan.method != "OPTIONS" or not answered(exchange):
        return None
    return answer("routing.options", str(exchange.status))
