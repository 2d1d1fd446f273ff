"""Second looks, before anything is judged.

Was it the plan, or what came before it; its spelling, or its size; the entry, or where it stands; the window, or the
clock? An honest target is never asked: each look follows an answer that should not have come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from contracts.document import size_max, size_min
from contracts.messages import Account, Connection, Credentials, Exchange, Label, Plan
from contracts.oracles.exchanges import DIFFERS, SAME, refused, taken
from contracts.oracles.plans import asks_several
from suites.gate import parts
from suites.run import Run
from suites.sending import edges
from suites.sending.transport import Part
from suites.strategies import entries
from suites.strategies.batches import batch, fresh_ids

CONTROLS_MAX = 6
"""How many plans of a kind are tried again alone."""


def at_the_clock(run: Run, plans: Sequence[Plan]) -> None:
    """Where the window seems to stand elsewhere than `Date` says, find it, and ask its edges again."""
    seen = run.ledger.exchanges
    if run.ledger.died or not any(map(edges.contradicts, seen)):
        return
    clock = edges.steady(run.transport, run.options.seed)
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
    words = _asked_alone(run, suspects, taken)
    if not words:
        return
    rest = DIFFERS if all(word == DIFFERS for word in words.values()) else ""
    for index, x in enumerate(seen):
        if x in suspects:
            seen[index] = replace(x, alone=words.get(x.number, rest))


def at_acceptances(run: Run) -> None:
    """Send unlawful plans that were taken once more, alone on a fresh connection: is it they, or what came before?"""
    seen = run.ledger.exchanges
    suspects = [x for x in seen if taken(x) and x.plan.label is Label.UNLAWFUL and _stands_alone(x.plan)]
    words = _asked_alone(run, suspects, refused)
    for index, x in enumerate(seen):
        if x.number in words:
            seen[index] = replace(x, alone=words[x.number])


def _asked_alone(run: Run, suspects: Sequence[Exchange], differs: Callable[[Exchange], bool]) -> dict[int, str]:
    """Send a few plans again alone, each on a fresh connection; by number, whether they are answered as before.

    Args:
        suspects: what was sent; a few are enough, drawn evenly.
        differs: whether the answer that comes now is another one.
    """
    words: dict[int, str] = {}
    for x in suspects[:: max(1, len(suspects) // CONTROLS_MAX)][:CONTROLS_MAX]:
        alone = replace(x.plan, connection=Connection.FRESH, before=(), together=())
        again = run.transport.send(alone, Part(part_of=f"control of {x.number}"))
        words[x.number] = DIFFERS if differs(again) else SAME
    return words


def _stands_alone(plan: Plan) -> bool:
    """Whether a plan asks the same where and when it is sent alone: it names no order and repeats no credentials.

    And it is about no moment: what is known of the target's clock may have become better since.
    """
    wanted = plan.credentials
    return not (plan.orders or wanted.again or wanted.elsewhere or wanted.skew_ms or wanted.signed_skew_ms)


def _cannot_be_asked_alone(x: Exchange) -> bool:
    """Whether a plan was refused, not for credentials, that needs orders or a moment: its size alone can be asked."""
    return refused(x) and x.status not in (401, 403) and bool(x.plan.orders or x.plan.credentials.skew_ms)


def at_positions(run: Run) -> None:
    """Send each bad entry that was taken among good ones once more, in a batch of its own."""
    for x in tuple(run.ledger.exchanges):
        if x.plan.clause == "wholeness.position" and not x.plan.orders and taken(x):
            alone = entries.alone(x.plan)
            if alone is not None:
                run.send(alone)


def at_questions(run: Run) -> None:
    """Ask each of several questions by itself, where all at once were not answered with a yes, then by halves.

    Many ids that a target may refuse stand in one batch: one that is refused would hide what becomes of the others.
    """
    again = [each for x in _not_taken(run) if asks_several(x.plan) for each in entries.one_by_one(x.plan)]
    for each in again:
        run.send(each)
    for x in _not_taken(run):
        if "echo.odd-strings" in x.plan.probes and not asks_several(x.plan):
            for half in entries.halves(x.plan):
                run.send(half)


def _not_taken(run: Run) -> list[Exchange]:
    return [x for x in run.ledger.exchanges if x.reply is not None and not x.void and not taken(x)]


def at_sizes(run: Run) -> None:
    """Send a plain batch of each size at which a lawful plan was refused whatever came before it, by its account.

    A size that was taken once is asked again where it is the only one that is refused.
    """
    seen = run.ledger.exchanges
    lawful = [x for x in seen if x.plan.label is Label.LAWFUL and x.ids is not None]
    sizes = {_size(x) for x in lawful if x.alone == SAME or _cannot_be_asked_alone(x)}
    plain = [x for x in seen if x.plan.clause.startswith("size.") and x.ids is not None]
    known = {_size(x) for x in plain if refused(x) or len(sizes) > 1}
    for size, account in sorted(sizes - known):
        clause = {size_min(): "size.one", size_max(): "size.full"}.get(size, "size.between")
        name = f"{clause}/{size} again, by {account}"
        kind = f"a batch of {size}" if account is Account.OWN else f"a batch of {size} of the other account"
        plain_batch = batch(name, fresh_ids(run.options.seed, name, size), kind=kind)
        run.send(replace(plain_batch, credentials=Credentials(account, account)))


def _size(x: Exchange) -> tuple[int, Account]:
    return len(x.ids or ()), x.request.account


LOOKS = (at_positions, at_questions, at_refusals, at_sizes, at_acceptances)
"""What is looked at twice behind every list of plans."""
