"""Second looks, before anything is judged: was it the plan, or what came before it; was it the window, or the clock?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.messages import Connection, Label, Plan
from contracts.oracles.bench import DIFFERS, refused, taken
from suites import edges
from suites.gate import parts
from suites.transport import Part

if TYPE_CHECKING:
    from suites.run import Run

CONTROLS_MAX = 6
"""How many refused lawful plans are tried again alone."""


def at_the_clock(run: Run, plans: Sequence[Plan]) -> None:
    """Where the window seems to stand elsewhere than `Date` says, find it, and ask its edges again."""
    seen = run.ledger.exchanges
    if run.ledger.died or not any(map(edges.contradicts, seen)):
        return
    clock = edges.measured(run.transport, run.options.seed)
    if clock is None:
        return
    shift = clock.offset - run.transport.clock.offset
    run.ledger.notes.append(
        f"The window stands {shift / 1000:+.1f} s beside the Date of the answers; it is what counts."
    )
    seen[:] = [edges.corrected(x, clock) if x.plan.clause in edges.EDGE_CLAUSES else x for x in seen]
    run.transport.clock = clock
    for plan in plans:
        if plan.clause in edges.EDGE_CLAUSES and not run.lacks(plan) and not any(part.orders for part in parts(plan)):
            run.send(plan)


def at_refusals(run: Run) -> None:
    """Send lawful plans that were refused once more, alone on a fresh connection: was it they, or what came before?

    A few are enough: where all of those are taken now, what came before is to blame for the rest as well.
    """
    seen = run.ledger.exchanges
    usual = [x for x in seen if x.plan.label is Label.LAWFUL and not x.plan.orders and not x.plan.credentials.skew_ms]
    suspects = [x for x in usual if refused(x)]
    chosen = suspects[:: max(1, len(suspects) // CONTROLS_MAX)][:CONTROLS_MAX]
    words: dict[int, str] = {}
    for suspect in chosen:
        alone = replace(suspect.plan, connection=Connection.FRESH, before=(), together=())
        again = run.transport.send(alone, Part(part_of=f"control of {suspect.number}"))
        words[suspect.number] = "same" if not taken(again) else DIFFERS
    if not words:
        return
    rest = DIFFERS if all(word == DIFFERS for word in words.values()) else ""
    for index, x in enumerate(seen):
        if x in suspects:
            seen[index] = replace(x, alone=words.get(x.number, rest))
