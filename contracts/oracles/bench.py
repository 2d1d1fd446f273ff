"""The bench of judges: where each is registered, and what most of them ask first."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from contracts.catalogue import clauses
from contracts.messages import PROBE, Credentials, Exchange, History, Label, Plan, Verdict

Oracle = Callable[[Exchange, History], Verdict | None]
ORACLES: dict[str, Oracle] = {}
ABOUT: dict[str, str] = {}
"""By clauses, the clause without which, aimed at or probed, their judge is silent on a plan."""
OF_ORDERS: set[str] = set()
"""Clauses whose judge is silent on every exchange that nothing is known of orders of."""
QUESTIONS: set[str] = set()
"""Open clauses whose answer is whether a plan is taken."""
SAME, DIFFERS = "same", "differs"
"""What `Exchange.alone` says of a plan that is answered as before, or otherwise, on its own."""
ABOUT_SEVERAL = ("wholeness.", "robustness.", "disclosure.")
"""Concerns whose plans hold the defects of other clauses."""
NO_SUCH_ORDER = (404, 409, 410)
ALL_HEADERS = 3
PROBED_CLAUSES_MAX = 2
WRONG_STATUS_CLAUSES_MAX = 2
"""A wrong status that answers more clauses than this is a fault of the status alone, not of each clause."""


def oracle(clause: str, *, about: str = "", of_orders: bool = False) -> Callable[[Oracle], Oracle]:
    """Register the judge of a clause.

    Args:
        clause: that it judges.
        about: the clause that a plan must aim at or probe for the judge to speak of it; without it, any plan will do.
        of_orders: whether it is silent where nothing is known of any order.

    Raises:
        ValueError: the catalogue has no such clause, or it has a judge already.
    """
    if clause not in clauses() or clause in ORACLES:
        raise ValueError(f"clause {clause} is not in the catalogue or has a judge already")

    def register(function: Oracle) -> Oracle:
        ORACLES[clause] = function
        if about:
            ABOUT[clause] = about
        if of_orders:
            OF_ORDERS.add(clause)
        return function

    return register


def judges_of(aims: Container[str], *, orders: bool) -> list[tuple[str, Oracle]]:
    """The judges that may speak of an exchange, by clause.

    Args:
        aims: the clauses that its plan aims at or probes.
        orders: whether anything is known of orders.
    """
    return [
        (clause, each)
        for clause, each in ORACLES.items()
        if (clause not in ABOUT or ABOUT[clause] in aims) and (orders or clause not in OF_ORDERS)
    ]


def judge(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """What every judge says of one exchange; the silent ones are left out."""
    for each in ORACLES.values():
        verdict = each(exchange, history)
        if verdict is not None:
            yield verdict


def answered(exchange: Exchange) -> bool:
    """Whether a whole answer came from the gateway itself: no void, no failure, no 5xx."""
    return exchange.reply is not None and not exchange.failure and not exchange.void and exchange.status < 500


def target_gone(exchange: Exchange, history: History) -> bool:
    """Whether the target was gone: nothing was answered from this exchange to the end, and that is a probe."""
    rest = [x for x in history.exchanges if x.number >= exchange.number]
    end = max(rest, key=lambda x: x.number, default=exchange)
    return end.part_of == PROBE and not any(map(answered, rest))


def taken(exchange: Exchange) -> bool:
    """Whether the batch was taken."""
    return answered(exchange) and 200 <= exchange.status < 300


def refused(exchange: Exchange) -> bool:
    """Whether the batch was refused."""
    return answered(exchange) and exchange.status >= 400


def odd_credentials_refused(exchange: Exchange) -> bool:
    """Whether credentials that are right in an unusual way were refused under a plan that aims at its body."""
    about_them = exchange.plan.clause.startswith(("credentials.", "window."))
    return exchange.status in (401, 403) and not about_them and not exchange.plan.credentials.usual


def unknown_ids_refused(exchange: Exchange) -> bool:
    """Whether a lawful batch was refused as one whose orders there are not, or no longer."""
    plan = exchange.plan
    made_up = plan.label is Label.LAWFUL and not plan.orders and not plan.clause.startswith("ownership.")
    return made_up and answered(exchange) and exchange.status in NO_SUCH_ORDER


def plain_control_fails(exchange: Exchange, history: History) -> bool:
    """Whether a plain batch of the same size and account was refused too: then the size is to blame, not the plan."""
    if exchange.plan.clause.startswith("size.") or exchange.ids is None:
        return False
    controls = [x for clause in ("size.one", "size.between", "size.full") for x in history.aimed_at(clause)]
    same = [x for x in controls if x.request.account is exchange.request.account and answered(x)]
    alike = [x for x in same if x.ids is not None and len(x.ids) == len(exchange.ids)]
    return bool(alike) and all(refused(x) for x in alike)


def owed_to_others(exchange: Exchange) -> str:
    """The clause that a plan shows broken by being answered otherwise alone on a fresh connection; or nothing."""
    if exchange.alone != DIFFERS:
        return ""
    if exchange.plan.label is Label.LAWFUL:
        return "isolation.at-once" if exchange.lane else "isolation.after-refusal"
    return "isolation.one-after-another" if exchange.plan.credentials.usual else "credentials.each-request"


def owed(clause: str, exchange: Exchange) -> Verdict:
    """The verdict on a plan whose answer hangs on what was sent before it or beside it."""
    where = "at the same time as" if exchange.lane else "behind"
    now = "taken" if exchange.plan.label is Label.LAWFUL else "refused"
    return Verdict.failed(
        clause,
        f"{where} others, {exchange.plan.kind or 'a plain batch'} was answered {exchange.status};"
        f" alone on a fresh connection it is {now}",
        f"{'refused' if now == 'taken' else 'taken'} {where} others",
    )


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
