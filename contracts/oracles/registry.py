"""Where each judge is registered, and which judges may speak of an exchange."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from contracts.catalogue import clauses
from contracts.messages import Exchange, History, Verdict

Oracle = Callable[[Exchange, History], Verdict | None]
ORACLES: dict[str, Oracle] = {}
ABOUT: dict[str, str] = {}
"""By clauses, the clause without which, aimed at or probed, their judge is silent on a plan."""
OF_ORDERS: set[str] = set()
"""Clauses whose judge is silent on every exchange that nothing is known of orders of."""


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
