"""Who may: the three headers, and nothing beside them."""

from __future__ import annotations

from contracts.messages import Exchange, History, Label, Verdict
from contracts.oracles.exchanges import answered, owed, owed_to_others, taken
from contracts.oracles.outcome import gone, known
from contracts.oracles.plans import answer, judge_of_plans, plan_judge, question_judge
from contracts.oracles.registry import oracle

GATING = (
    "header-case key-present timestamp-present signature-present key-known key-bound signature-altered signature-length"
    " signature-encoding signature-range any-valid covers-timestamp covers-method covers-path signed-text"
    " both-wrong"
)
QUESTIONS = "url-safe unpadded spare-bits white-space key-case replayed same-header-twice"
for _name in GATING.split():
    plan_judge(f"credentials.{_name}")
for _name in QUESTIONS.split():
    question_judge(f"credentials.{_name}")


_each_request = judge_of_plans("credentials.each-request")
_nothing_else = judge_of_plans("credentials.nothing-else")


@oracle("credentials.nothing-else")
def nothing_else_says_who_asks(exchange: Exchange, history: History) -> Verdict | None:
    """Judges its own plans, and right credentials beside which another account is named: they act for nobody else."""
    clause, mine = "credentials.nothing-else", exchange.request.account
    if not exchange.plan.credentials.beside or not taken(exchange):
        return _nothing_else(exchange, history)
    foreign = [o for o in exchange.outcomes if o.need.account is not mine and known(o)]
    if any(map(gone, foreign)):
        return Verdict.failed(clause, f"{exchange.plan.kind}, cancelled that order", f"acts: {exchange.plan.kind}")
    return Verdict.passed(clause) if foreign else None


@oracle("credentials.each-request")
def every_request_is_authenticated_on_its_own(exchange: Exchange, history: History) -> Verdict | None:
    """Judges its own plans, and whatever wrong credentials opened the door behind others and do not alone."""
    clause = "credentials.each-request"
    return owed(clause, exchange) if owed_to_others(exchange) == clause else _each_request(exchange, history)


@oracle("credentials.right-taken")
def right_credentials_are_taken(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every plan whose credentials are right in the usual way, whatever its body is."""
    clause = "credentials.right-taken"
    plan = exchange.plan
    about_body = 401 not in plan.answers if plan.label is Label.UNLAWFUL else plan.answers == (200,)  # HTTP status
    if not plan.credentials.usual or plan.label is Label.OPEN or not about_body or not answered(exchange):
        return None
    if exchange.status in (401, 403):
        return Verdict.failed(
            clause, f"right credentials were answered {exchange.status} ({plan.kind or 'a plain batch'})", "refused"
        )
    return Verdict.passed(clause) if taken(exchange) else None


@oracle("credentials.differing-headers", about="credentials.differing-headers")
def two_values_open_no_door(exchange: Exchange, history: History) -> Verdict | None:
    """Neither value alone would let the plan in, or let it act on the order beside it."""
    clause, plan = "credentials.differing-headers", exchange.plan
    if plan.clause != clause or not answered(exchange):
        return None
    if any(known(o) and gone(o) for o in exchange.outcomes):
        return Verdict.failed(clause, f"{plan.kind} cancelled another account's order", f"acts: {plan.kind}")
    if taken(exchange) and plan.label is Label.UNLAWFUL:
        return Verdict.failed(clause, f"{plan.kind} was taken ({exchange.status})", f"taken: {plan.kind}")
    return Verdict.passed(clause)


@oracle("credentials.which-first", about="credentials.both-wrong")
def which_is_checked_first(exchange: Exchange, history: History) -> Verdict | None:
    """Asked by the plans that are wrong both ways."""
    if exchange.plan.clause != "credentials.both-wrong" or not answered(exchange):
        return None
    return answer("credentials.which-first", {400: "the body", 401: "the credentials"}.get(exchange.status, "neither"))
