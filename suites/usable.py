"""Is there anything to judge? One lawful, rightly signed batch must be answered by this API before any verdict."""

from __future__ import annotations

import dataclasses

from contracts.messages import VOID, Credentials, Exchange, Label
from contracts.oracles.form import media_type_is_json
from suites.strategies.batches import batch, fresh_ids
from suites.transport import Transport

SIZES = (3, 1, 2)
"""A target that refuses one size is judged for it; one that refuses all of them can't be used."""
CLOCK_MAX_MS = 20_000
HTTP_OK = 200


class UnusableError(Exception):
    """The target can't be judged; the message is one sentence: what was seen and what to do. Exit status 6."""


def check(transport: Transport, seed: int) -> None:
    """Return where the target can be judged.

    Raises:
        UnusableError: no lawful batch was answered by this API.
    """
    for size in SIZES:
        name = f"reply.taken/usable-{size}"
        exchange = transport.send(batch(name, fresh_ids(seed, name, size)))
        if _clearly_alive(exchange):
            return
    if exchange.status not in (401, 403) and _tells_credentials_apart(transport, seed):
        return  # whatever it says to lawful batches, it is this API: that is for the judges
    if exchange.status in (400, 500) and transport.target.markets:
        return  # it refuses every lawful batch of a market that it has, or fails on it: that is a verdict, not a doubt
    raise UnusableError(_sentence(exchange, transport))


def _tells_credentials_apart(transport: Transport, seed: int) -> bool:
    """Whether the path answers 401 to a wrong signature, which nothing but this API does."""
    name = "credentials.signature-altered/usable"
    plan = batch(
        name, fresh_ids(seed, name, 1), kind="a signature: first bit of S", label=Label.UNLAWFUL, answers=(401,)
    )
    altered = dataclasses.replace(plan, credentials=Credentials(signature="first bit of S"))
    return transport.send(altered).status == 401  # HTTP status


def _clearly_alive(exchange: Exchange) -> bool:
    """Whether the answer is this API's own: taken, or refused as only it would; faults of it are judged later."""
    reply = exchange.reply
    if exchange.failure == "short":
        return True
    if reply is None or exchange.failure or exchange.void:
        return False
    if reply.status < 300:  # HTTP classes
        return not (reply.header("Content-Type") or "").lower().startswith("text/html")
    return False


def _sentence(exchange: Exchange, transport: Transport) -> str:
    reply, url = exchange.reply, transport.target.url
    if reply is None or exchange.failure:
        return f"the target {url} gave no answer ({exchange.failure}); check the URL, and that the target is up"
    if exchange.status in VOID:
        return f"the target {url} answers {exchange.status} to everything; wait, or lower the pace with --rate"
    offset = transport.clock.offset
    if transport.clock.told and abs(offset) > CLOCK_MAX_MS:
        ahead = "ahead of" if offset > 0 else "behind"
        seconds = abs(offset) / 1000
        return f"the target's clock is {seconds:.0f} s {ahead} this machine's; set the clocks (30 s are allowed)"
    if exchange.status in (401, 403):
        return (
            f"the target {url} answers {exchange.status} to rightly signed requests;"
            f" check POLYMARKET_KEY_ID, POLYMARKET_SECRET_KEY and the clock (off by {offset / 1000:+.1f} s)"
        )
    if exchange.status == 400 and not transport.target.markets and media_type_is_json(reply):
        what = "400 to a lawful batch of unknown markets"
        return f"the target {url} answers {what}; set POLYMARKET_MARKET_SLUG to a market that it has"
    what = f"{exchange.status} to a lawful batch and does not look like this API"
    return f"the target {url} answers {what}; check the URL and its path"
