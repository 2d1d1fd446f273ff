"""The 30 seconds on either side of the server's clock."""

from __future__ import annotations

from contracts.messages import WINDOW_MS, Exchange, History, Verdict
from contracts.oracles.exchanges import answered, refused, taken
from contracts.oracles.plans import plan_judge, question_judge
from contracts.oracles.registry import oracle

EDGE_MS = 500
"""How near the edge a timestamp may come, the clock's uncertainty taken into account, before the judge is silent."""

for _name in ("unit", "form", "not-a-number"):
    plan_judge(f"window.{_name}")
for _name in ("plus-sign", "leading-zeros", "zero-fraction", "white-space", "other-digits", "inside-forms"):
    question_judge(f"window.{_name}")


def skew_at_the_server(exchange: Exchange) -> tuple[float, float]:
    """Bounds, in ms, of the timestamp minus the server's clock at the moment when it could be checked.

    The clock may have been any in its bounds, and the check any time between sending and answer.
    """
    slack = (exchange.clock_ms[1] - exchange.clock_ms[0]) / 2
    skew = exchange.request.skew_ms
    return skew - slack - exchange.elapsed_ms, skew + slack


def _inside(side: str, sign: int) -> None:
    clause = f"window.{side}-inside"

    @oracle(clause, about=clause)
    def judge(exchange: Exchange, history: History) -> Verdict | None:
        low, high = skew_at_the_server(exchange)
        if exchange.plan.clause != clause or not answered(exchange):
            return None
        if low < -WINDOW_MS + EDGE_MS or high > WINDOW_MS - EDGE_MS:
            return None
        if taken(exchange):
            return Verdict.passed(clause)
        if not refused(exchange):
            return None
        seconds = abs(exchange.request.skew_ms) / 1000
        where = "behind" if sign < 0 else "ahead of"
        return Verdict.failed(
            clause, f"a timestamp {seconds:.1f} s {where} the server's clock was answered {exchange.status}", "refused"
        )


def _outside(side: str, sign: int) -> None:
    clause = f"window.{side}-outside"

    @oracle(clause, about=clause)
    def judge(exchange: Exchange, history: History) -> Verdict | None:
        low, high = skew_at_the_server(exchange)
        if exchange.plan.clause != clause or not answered(exchange):
            return None
        if low < WINDOW_MS + EDGE_MS and high > -WINDOW_MS - EDGE_MS:
            return None
        seconds = abs(exchange.request.skew_ms) / 1000
        where = "behind" if sign < 0 else "ahead of"
        what = f"a timestamp {seconds:.1f} s {where} the server's clock"
        if taken(exchange):
            return Verdict.failed(clause, f"{what} was taken", "taken")
        if exchange.status == 401:  # HTTP status
            return Verdict.passed(clause)
        return None


for _side, _sign in (("past", -1), ("future", 1)):
    _inside(_side, _sign)
    _outside(_side, _sign)
