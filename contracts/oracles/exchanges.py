"""What most judges ask first of an exchange: answered, taken, refused, or owed to another one."""

from __future__ import annotations

from contracts.messages import PROBE, Exchange, History, Label, Verdict

SAME, DIFFERS = "same", "differs"
"""What `Exchange.alone` says of a plan that is answered as before, or otherwise, on its own."""
NO_SUCH_ORDER = (404, 409, 410)


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
