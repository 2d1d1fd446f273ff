"""Is there anything to judge? One lawful, rightly signed batch must be answered by this API before any verdict."""

from __future__ import annotations

import dataclasses
import math
import urllib.parse

from contracts.messages import JSON_TYPE, UNREACHED, VOID, Credentials, Exchange, Label, Reply
from contracts.oracles.form import media_type_is_json
from reports.printable import visible
from suites import reply, routing
from suites.sending.transport import Transport
from suites.strategies.batches import batch, fresh_ids

SIZES = (1, 2)
"""A target that refuses one size is judged for it; one that refuses all of them can't be used."""
CLOCK_MAX_MS = 20_000
SECONDS_MAX = 40.0
"""How long it may take to see whether a target can be used: nobody waits a minute for a no."""
SEEN = {
    "refused": "gave no answer (refused: nobody listens there); check the URL, and that the target is up",
    "unknown-host": "gave no answer (no such host); check the URL",
    "certificate": "shows a TLS certificate that can't be verified; give its authority with --ca-bundle",
    "tls": "speaks no TLS that this machine does; check whether the URL is http:// or https://",
    "timeout": "gave no answer (timeout); check the URL, http or https, and that the target is up",
    "torn": "gave no answer (torn: it closes connections); check the URL, http or https, and what stands before it",
    "garbage": "answers, but not in HTTP; check the port",
    "too-large": "gave an answer without end, or far too long (too-large); check the URL and its path",
    "unreachable": "gave no answer (unreachable); check the URL and the network",
}
"""What a failure means, and what to do."""


class UnusableError(Exception):
    """The target can't be judged; the message is one sentence: what was seen and what to do. Exit status 6."""


def check(transport: Transport, seed: int) -> None:
    """Return where the target can be judged.

    Raises:
        UnusableError: no lawful batch was answered by this API.
    """
    transport.hurry(SECONDS_MAX)
    try:
        _check(transport, seed)
    finally:
        transport.hurry(math.inf)


def _check(transport: Transport, seed: int) -> None:
    plain = [batch(name := f"reply.taken/usable-{size}", fresh_ids(seed, name, size)) for size in SIZES]
    silences = 0
    for plan in (*reply.plans(seed), *plain):
        exchange = transport.send(plan)
        if clock_is_off(transport):
            raise UnusableError(_sentence(exchange, transport))
        if _clearly_alive(exchange):
            return
        silences += exchange.failure == "timeout"
        if exchange.failure in UNREACHED or silences > 1 or transport.late:
            raise UnusableError(_sentence(exchange, transport))
    of_markets = exchange.status == 400 and not transport.target.markets  # it may take no market but its own
    if exchange.status not in (401, 403) and not of_markets and _tells_credentials_apart(transport, seed):
        return  # whatever it says to lawful batches, it is this API: that is for the judges
    if exchange.status in (400, 500) and transport.target.markets:
        return  # it refuses every lawful batch of a market that it has, or fails on it: that is a verdict, not a doubt
    if exchange.status == 400 and _refuses_whatever_it_is(transport, seed):
        return  # that is no question of markets
    raise UnusableError(_sentence(exchange, transport))


def clock_is_off(transport: Transport) -> bool:
    """Whether the target's clock is told to be further off than any signature could bear."""
    return transport.clock.told > 0 and abs(transport.clock.offset) > CLOCK_MAX_MS


def clock_sentence(transport: Transport) -> str:
    """How far the clock is off, and what to do."""
    offset = transport.clock.offset
    ahead = "ahead of" if offset > 0 else "behind"
    return f"the target's clock is {abs(offset) / 1000:.0f} s {ahead} this machine's; set the clocks (30 s are allowed)"


def _refuses_whatever_it_is(transport: Transport, seed: int) -> bool:
    """Whether 400 comes to a method that the operation does not have, too."""
    name = "routing.other-methods/usable"
    ids = fresh_ids(seed, name, 1)
    plan = batch(name, ids, kind="the method PUT", label=Label.UNLAWFUL, answers=routing.REFUSED)
    # a server may leave the body of such a request unread: the connection is not used again
    headers = (JSON_TYPE, ("Connection", "close"))
    return transport.send(dataclasses.replace(plan, method="PUT", headers=headers)).status == 400  # HTTP status


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
    if 200 <= reply.status < 300:  # HTTP class
        html = (reply.header("Content-Type") or "").lower().startswith("text/html")
        return not html and not reply.body.lstrip().startswith(b"<")
    return False


def _place(reply: Reply) -> str:
    """Scheme and host of a redirect, the rest of which is no matter."""
    try:
        parts = urllib.parse.urlsplit(reply.header("Location") or "")
        host = f"{parts.scheme}://{parts.hostname}" if parts.hostname else "another path"
    except ValueError:
        host = "nowhere"
    return visible(host[:80])


def _sentence(exchange: Exchange, transport: Transport) -> str:
    reply, url = exchange.reply, transport.target.url
    if reply is None or exchange.failure:
        return f"the target {url} {SEEN.get(exchange.failure, SEEN['unreachable'])}"
    if exchange.status in VOID:
        return f"the target {url} answers {exchange.status} to everything; wait, or lower the pace with --rate"
    offset = transport.clock.offset
    if clock_is_off(transport):
        return clock_sentence(transport)
    if 300 <= exchange.status < 400:  # HTTP class
        return f"the target {url} redirects to {_place(reply)}, where no credential is sent; give the URL that is meant"
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
