"""The judges that plans and open questions have for themselves."""

from __future__ import annotations

from contracts.messages import Credentials, Exchange, History, Label, Plan, Verdict
from contracts.oracles.exchanges import (
    DIFFERS,
    answered,
    odd_credentials_refused,
    plain_control_fails,
    refused,
    taken,
    unknown_ids_refused,
)
from contracts.oracles.registry import Oracle, oracle

QUESTIONS: set[str] = set()
"""Open clauses whose answer is whether a plan is taken."""
ABOUT_SEVERAL = ("wholeness.", "robustness.", "disclosure.")
"""Concerns whose plans hold the defects of other clauses."""
ALL_HEADERS = 3
PROBED_CLAUSES_MAX = 2
WRONG_STATUS_CLAUSES_MAX = 2
"""A wrong status that answers more clauses than this is a fault of the status alone, not of each clause."""


def plan_judge(clause: str) -> Oracle:
    """Register the judge of a clause that is about its own plans only: see `judge_of_plans`."""
    return oracle(clause, about=clause)(judge_of_plans(clause))


def judge_of_plans(clause: str) -> Oracle:
    """What says of a clause's own plans whether they are taken or refused.

    Lawful plans must be taken, unlawful ones refused; where the document leaves that open, one of the plan's answers
    must come.
    """

    def judge_plan(exchange: Exchange, history: History) -> Verdict | None:
        if clause in exchange.plan.probes and answered(exchange):
            return _probed(clause, exchange, history)
        if exchange.plan.clause != clause or not answered(exchange):
            return None
        if exchange.status in exchange.plan.answers:
            return Verdict.passed(clause)
        says = {Label.LAWFUL: _lawful, Label.UNLAWFUL: _unlawful, Label.OPEN: _bounded}[exchange.plan.label]
        return says(exchange, history)

    return judge_plan


def _lawful(exchange: Exchange, history: History) -> Verdict | None:
    """Silent on 401 and 403 and on another 2xx or 3xx, which have judges of their own, and where size is to blame."""
    plan = exchange.plan
    elsewhere = exchange.status in (401, 403) and plan.credentials == Credentials()
    if (
        elsewhere
        or odd_credentials_refused(exchange)
        or unknown_ids_refused(exchange)
        or exchange.alone == DIFFERS
        or not refused(exchange)
        or plain_control_fails(exchange, history)
    ):
        return None
    what = plan.kind or "a plain lawful batch"
    return Verdict.failed(
        plan.clause, f"{what} was answered {exchange.status}, not {_list(plan.answers)}", f"refused: {plan.kind}"
    )


def _unlawful(exchange: Exchange, history: History) -> Verdict | None:
    """A wrong status of refusal counts only where few clauses are answered so; else the status alone is at fault."""
    plan = exchange.plan
    what = plan.kind or "an unlawful batch"
    if taken(exchange):
        return Verdict.failed(plan.clause, f"{what} was taken ({exchange.status})", f"taken: {plan.kind}")
    return _wrong_status(plan.clause, exchange, history)


def _wrong_status(clause: str, exchange: Exchange, history: History) -> Verdict | None:
    wrong = wrong_status_clauses(history, exchange.plan.answers)
    if clause not in wrong or len(wrong) > WRONG_STATUS_CLAUSES_MAX:
        return None
    what, right = exchange.plan.kind or "an unlawful batch", _list(exchange.plan.answers)
    return Verdict.failed(clause, f"{what} was answered {exchange.status}, not {right}", f"status {exchange.status}")


def _probed(clause: str, exchange: Exchange, history: History) -> Verdict | None:
    """What a plan says of a further clause: of the defect among good entries, of the size of a batch.

    A defect that is taken counts only where few are: where all of them are, the whole batch is what is not refused.
    """
    plan = exchange.plan
    if plan.label is Label.LAWFUL:
        return Verdict.passed(clause) if taken(exchange) else None
    if not taken(exchange):
        right = exchange.status in plan.answers
        return Verdict.passed(clause) if right else _wrong_status(clause, exchange, history)
    let_through = {each for x in history.aimed_at(plan.clause) if taken(x) for each in x.plan.probes}
    tried_alone = [x for x in history.aimed_at(clause) if x.plan.kind == plan.kind and x.plan.position == "alone"]
    if len(let_through) > PROBED_CLAUSES_MAX or any(taken(x) for x in tried_alone):
        return None
    return Verdict.failed(
        clause, f"{plan.kind} was taken in a batch of others ({exchange.status})", f"taken: {plan.kind}"
    )


def _bounded(exchange: Exchange, history: History) -> Verdict | None:
    plan = exchange.plan
    if exchange.status == 401:  # judged as right credentials refused
        return None
    return Verdict.failed(
        plan.clause,
        f"{plan.kind} was answered {exchange.status}, not {_list(plan.answers)}",
        f"status {exchange.status}",
    )


def wrong_status_clauses(history: History, answers: tuple[int, ...]) -> set[str]:
    """The clauses with an unlawful plan of the same right answers that was refused with a wrong status.

    Plans without any credentials are left out: what is wrong with them is several clauses' matter.
    """
    return {
        defect_of(x.plan)
        for x in history.exchanges
        if x.plan.label is Label.UNLAWFUL
        and not defect_of(x.plan).startswith(ABOUT_SEVERAL)
        and x.plan.answers[:1] == answers[:1]
        and len(x.plan.credentials.drop) < ALL_HEADERS
        and not x.plan.credentials.elsewhere
        and answered(x)
        and not taken(x)
        and x.status not in x.plan.answers
    }


def defect_of(plan: Plan) -> str:
    """The clause that an unlawful plan breaks: that of its bad entry, where it aims at where that stands."""
    return plan.probes[0] if plan.clause == "wholeness.position" and plan.probes else plan.clause


def question_judge(clause: str) -> Oracle:
    """The judge of an open question whose answer is what became of the plan: taken, or refused and how."""

    def judge_question(exchange: Exchange, history: History) -> Verdict | None:
        plan = exchange.plan
        if clause not in (plan.clause, *plan.probes) or not answered(exchange):
            return None
        if asks_several(plan) and not taken(exchange):
            return None  # which of them was it? each is asked again by itself
        return answer(clause, "taken" if taken(exchange) else f"refused with {exchange.status}")

    QUESTIONS.add(clause)
    return oracle(clause, about=clause)(judge_question)


def asks_several(plan: Plan) -> bool:
    """Whether a plan asks several open questions at once: where it is taken, each of them is answered."""
    return len(QUESTIONS & {plan.clause, *plan.probes}) > 1


def answer(clause: str, text: str) -> Verdict:
    """The answer to an open question."""
    verdict = Verdict.passed(clause)
    return Verdict(verdict.clause, verdict.status, text)


def _list(statuses: tuple[int, ...]) -> str:
    return " or ".join(map(str, statuses[:3])) + (" and the like" if len(statuses) > 3 else "")
