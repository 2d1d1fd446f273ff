"""Finds the target's clock by the edges of its window, for a target whose `Date` and whose check disagree.

The window is 60 s wide wherever the clock stands: two edges that are 60 s apart tell the clock, two that are not tell
that the window itself is wrong.
"""

from __future__ import annotations

import dataclasses
import time

from contracts.messages import WINDOW_MS, Credentials, Exchange, Label
from contracts.oracles.exchanges import answered, taken
from contracts.oracles.window import skew_at_the_server
from suites.sending.clock import Clock
from suites.sending.transport import Transport
from suites.strategies.batches import batch, fresh_ids

OFFSET_MAX_MS = 12_000
"""How far off a clock may be before its owner must be told: the window is only 30 s either way."""
STEP_MS = 500
WIDTH_SLACK_MS = 2_000
APART_SECONDS = 1.5
"""Between two measurements: with what they take themselves, about half of the time after which such a clock is set."""
MOVES_MS = 1_400
"""How far two measurements of one clock lie apart at most."""
EDGE_CLAUSES = ("window.past-inside", "window.future-inside", "window.past-outside", "window.future-outside")


def contradicts(exchange: Exchange) -> bool:
    """Whether an answer is not what the clock as known would have it."""
    clause = exchange.plan.clause
    if clause not in EDGE_CLAUSES or not answered(exchange):
        return False
    low, high = skew_at_the_server(exchange)
    if clause.endswith("inside"):
        return not taken(exchange) and low > -WINDOW_MS and high < WINDOW_MS
    return taken(exchange) and abs(exchange.request.skew_ms) < WINDOW_MS + OFFSET_MAX_MS


def steady(transport: Transport, seed: int) -> Clock | None:
    """The clock that the edges tell twice, some seconds apart; None where it stands elsewhere by then.

    A clock that is off runs like any other. One that is set every few seconds does not: then the window is wrong.
    """
    first = measured(transport, seed)
    if first is None:
        return None
    time.sleep(APART_SECONDS)
    second = measured(transport, seed)
    return first if second is not None and abs(second.offset - first.offset) < MOVES_MS else None


def measured(transport: Transport, seed: int) -> Clock | None:
    """The clock that both edges tell; None where they are not 60 s apart or too far off."""
    future, past = _edge(transport, seed, 1), _edge(transport, seed, -1)
    if future is None or past is None or abs((future - past) - 2 * WINDOW_MS) > WIDTH_SLACK_MS:
        return None
    shift = (future + past) / 2
    middle = transport.clock.offset + shift
    return Clock(middle - STEP_MS, middle + STEP_MS, told=1, fixed=True) if abs(shift) < OFFSET_MAX_MS else None


def _edge(transport: Transport, seed: int, sign: int) -> float | None:
    """The skew, in ms, at which taken turns to refused; None where it does not within reach."""
    inside, outside = WINDOW_MS - OFFSET_MAX_MS, WINDOW_MS + OFFSET_MAX_MS
    if not _taken(transport, seed, sign * inside) or _taken(transport, seed, sign * outside):
        return None
    while outside - inside > STEP_MS:
        middle = (inside + outside) // 2
        if _taken(transport, seed, sign * middle):
            inside = middle
        else:
            outside = middle
    return sign * (inside + outside) / 2


def _taken(transport: Transport, seed: int, skew_ms: int) -> bool:
    name = f"window.edges/{skew_ms}"
    plan = batch(
        name, fresh_ids(seed, name, 1), kind="a timestamp to find the edge", label=Label.OPEN, answers=(200, 401)
    )
    return taken(transport.send(dataclasses.replace(plan, credentials=Credentials(skew_ms=skew_ms))))


def corrected(exchange: Exchange, clock: Clock) -> Exchange:
    """An exchange of the window with its skew told by the clock that was measured."""
    before = (exchange.clock_ms[0] + exchange.clock_ms[1]) / 2
    skew = round(exchange.request.skew_ms + before - clock.offset)
    request = dataclasses.replace(exchange.request, skew_ms=skew)
    return dataclasses.replace(exchange, request=request, clock_ms=(clock.low, clock.high))
