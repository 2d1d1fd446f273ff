"""How many orders one batch may carry."""

from __future__ import annotations

from contracts.messages import Exchange, History, Label, Verdict
from contracts.oracles.exchanges import answered, refused, taken
from contracts.oracles.plans import plan_judge
from contracts.oracles.registry import oracle

for _clause in ("size.one", "size.full", "size.between", "size.empty", "size.over"):
    plan_judge(_clause)


@oracle("size.entries", about="size.entries")
def the_limit_counts_entries(exchange: Exchange, history: History) -> Verdict | None:
    """Silent where a plain batch of as many entries meets the same fate: then the limit itself is broken."""
    clause, plan = "size.entries", exchange.plan
    if plan.clause != clause or not answered(exchange) or exchange.status in (401, 403):
        return None
    if exchange.status in plan.answers:
        return Verdict.passed(clause)
    wrong = taken if plan.label is Label.UNLAWFUL else refused
    control = history.aimed_at("size.over" if plan.label is Label.UNLAWFUL else "size.full")
    if not wrong(exchange) or any(wrong(x) for x in control if _entries(x) == _entries(exchange)):
        return None
    if plan.label is Label.LAWFUL and any(refused(x) for x in history.aimed_at("shape.markets-together")):
        return None
    return Verdict.failed(
        clause, f"{plan.kind} was answered {exchange.status}", f"{exchange.status // 100}xx: {plan.kind}"
    )


def _entries(exchange: Exchange) -> int:
    """How many entries the body of a plan of ours has."""
    return exchange.request.body.count(b'"marketSlug"')
