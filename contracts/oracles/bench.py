"""The bench of judges: where each is registered, and what most of them ask first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from contracts.catalogue import clauses
from contracts.messages import Credentials, Exchange, History, Label, Verdict

Oracle = Callable[[Exchange, History], Verdict | None]
ORACLES: dict[str, Oracle] = {}
DIFFERS = "differs"
"""What `Exchange.alone` says of a plan that is answered otherwise on its own."""
ABOUT_SEVERAL = ("wholeness.", "robustness.", "disclosure.")
"""Concerns whose plans hold the defects of other clauses."""
ALL_HEADERS = 3
PROBED_CLAUSES_MAX = 2
WRONG_STATUS_CLAUSES_MAX = 2
"""A wrong status that answers more clauses than this is a fault of the status alone, not of each clause."""


def oracle(clause: str) -> Callable[[Oracle], Oracle]:
    """Register the judge of a clause.

    Raises:
        ValueError: the catalogue has no such clause, or it has a judge already.
    """
    if clause not in clauses() or clause in ORACLES:
        raise ValueError(f"clause {clause} is not in the catalogue or has a judge already")

    def register(function: Oracle) -> Oracle:
        ORACLES[clause] = function
        return function

    return register


def judge(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """What every judge says of one exchange; the silent ones are left out."""
    for each in ORACLES.values():
        verdict = each(exchange, history)
        if verdict is not None:
            yield verdict


def answered(exchange: Exchange) -> bool:
    """Whether a whole answer came from the gateway itself: no void, no failure, no 5xx."""
    return exchange.reply is not None and not exchange.failure and not exchange.void and exchange.status < 500


def taken(exchange: Exchange) -> bool:
    """Whether the batch was taken."""
    return answered(exchange) and 200 <= exchange.status < 300


def refused(exchange: Exchange) -> bool:
    """Whether the batch was refused."""
    return answered(exchange) and 400 <= exchange.status < 500


def plain_control_fails(exchange: Exchange, history: History) -> bool:
    """Whether a plain batch of the same size was refused too, so that the size is to blame and not the plan."""
    if exchange.plan.clause.startswith("size.") or exchange.ids is None:
        return False
    controls = [x for clause in ("size.one", "size.between", "size.full") for x in history.aimed_at(clause)]
    alike = [x for x in controls if x.ids is not None and len(x.ids) == len(exchange.ids) and answered(x)]
    return bool(alike) and all(refused(x) for x in alike)


def plan_judge(clause: str) -> Oracle:
    """The judge of a clause that says of its own plans whether they are taken or refused.

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

    return oracle(clause)(judge_plan)


def _lawful(exchange: Exchange, history: History) -> Verdict | None:
    """Silent on 401 and 403 and on another 2xx or 3xx, which have judges of their own, and where size is to blame."""
    plan = exchange.plan
    elsewhere = exchange.status in (401, 403) and plan.credentials == Credentials()
    if elsewhere or exchange.alone == DIFFERS or not refused(exchange) or plain_control_fails(exchange, history):
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
    wrong = wrong_status_clauses(history, plan.answers)
    if plan.clause not in wrong or len(wrong) > WRONG_STATUS_CLAUSES_MAX:
        return None
    return Verdict.failed(
        plan.clause, f"{what} was answered {exchange.status}, not {_list(plan.answers)}", f"status {exchange.status}"
    )


def _probed(clause: str, exchange: Exchange, history: History) -> Verdict | None:
    """What a plan says of the clause of the defect that it puts among good entries.

    It counts only where few defects are taken so: where all of them are, the whole batch is what is not refused.
    """
    plan = exchange.plan
    if not taken(exchange):
        return Verdict.passed(clause)
    let_through = {each for x in history.aimed_at(plan.clause) if taken(x) for each in x.plan.probes}
    if len(let_through) > PROBED_CLAUSES_MAX:
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
        x.plan.clause
        for x in history.exchanges
        if x.plan.label is Label.UNLAWFUL
        and not x.plan.clause.startswith(ABOUT_SEVERAL)
        and x.plan.answers[:1] == answers[:1]
        and len(x.plan.credentials.drop) < ALL_HEADERS
        and not x.plan.credentials.elsewhere
        and answered(x)
        and not taken(x)
        and x.status not in x.plan.answers
    }


def question_judge(clause: str) -> Oracle:
    """The judge of an open question whose answer is what became of the plan: taken, or refused and how."""

    def judge_question(exchange: Exchange, history: History) -> Verdict | None:
        if exchange.plan.clause != clause or not answered(exchange):
            return None
        return answer(clause, "taken" if taken(exchange) else f"refused with {exchange.status}")

    return oracle(clause)(judge_question)


def answer(clause: str, text: str) -> Verdict:
    """The answer to an open question."""
    verdict = Verdict.passed(clause)
    return Verdict(verdict.clause, verdict.status, text)


def _list(statuses: tuple[int, ...]) -> str:
    return " or ".join(map(str, statuses[:3])) + (" and the like" if len(statuses) > 3 else "")
