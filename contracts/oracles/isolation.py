"""Between requests, connections and accounts: each gets its own answer."""

from __future__ import annotations

from contracts.messages import Exchange, History, Label, Verdict
from contracts.oracles.echo import lenders, whole_echo
from contracts.oracles.exchanges import answered, owed, owed_to_others, plain_control_fails, refused, taken
from contracts.oracles.form import echoed
from contracts.oracles.outcome import gone, known
from contracts.oracles.registry import oracle


def _leak(exchange: Exchange, history: History) -> str:
    """Which clause a strange id in an echo breaks; empty where there is none."""
    got = echoed(exchange)
    if got is None or exchange.ids is None or got == exchange.ids:
        return ""
    source = next(iter(lenders(exchange, got, history)), None)
    if source is None:
        return ""
    if exchange.plan.clause.startswith("isolation."):
        return exchange.plan.clause
    if source.request.account is not exchange.request.account:
        return "isolation.accounts"
    if exchange.lane:
        return "isolation.at-once"
    return "isolation.after-refusal" if refused(source) else "isolation.one-after-another"


def _judge(clause: str) -> None:
    @oracle(clause)
    def judge(exchange: Exchange, history: History) -> Verdict | None:
        if _leak(exchange, history) == clause:
            return Verdict.failed(clause, "the answer echoes ids of another request", "another's ids")
        if owed_to_others(exchange) == clause:
            return owed(clause, exchange)
        aimed = exchange.plan.clause == clause and exchange.plan.label is Label.LAWFUL
        return _own_answer(exchange, history) if aimed and answered(exchange) else None


def _own_answer(exchange: Exchange, history: History) -> Verdict | None:
    """Whether a plan that aims at isolation got its own answer and had its own effect."""
    clause, kind = exchange.plan.clause, exchange.plan.kind
    if taken(exchange) and any(known(o) and not gone(o) for o in exchange.outcomes):
        return Verdict.failed(clause, f"{kind}: an order of the account's own was not cancelled", "effect")
    if refused(exchange):
        if plain_control_fails(exchange, history):
            return None
        return Verdict.failed(clause, f"{kind}: answered {exchange.status}, not 200", "refused")
    return whole_echo(exchange, history, kind)


for _clause in ("at-once", "one-after-another", "after-refusal", "accounts"):
    _judge(f"isolation.{_clause}")
