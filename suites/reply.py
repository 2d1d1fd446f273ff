"""The reply: status, media type and form of what comes back."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import JSON_TYPE, Plan
from suites.face import Gate
from suites.strategies.batches import batch, fresh_ids

BY_THE_WAY = (
    ("Accept-Language", "tlh"),
    ("Cookie", "seen=1; theme=dark"),
    ("If-Modified-Since", "Thu, 01 Jan 2026 00:00:00 GMT"),
    ("traceparent", "none"),
    ("X-Forwarded-For", "198.51.100.7, 2001:db8::1"),
)
"""Headers that are about reading, or about nobody here: whoever doesn't know what to do with one has to ignore it.

No Range: Apache and Varnish answer any request with the part that it asks for."""
ID_LENGTH = 110
"""Of ids whose answers are longer than the KiB from which many compress."""
READ_IN_EVERY_ANSWER = (
    "reply.json",
    "reply.form",
    "reply.members-once",
    "reply.length",
    "reply.further-members",
    "credentials.right-taken",
    "echo.complete",
)


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plan: a plain batch, in whose answer everything is read."""
    name = "reply.taken/plain"
    yield batch(name, fresh_ids(seed, name, 3), kind="a plain batch", probes=READ_IN_EVERY_ANSWER)


def codings(seed: int) -> Iterator[Plan]:
    """Batches asked for in the ways that change how an answer is written; `isolation` sends them at once."""
    name = "reply.coding/gzip-offered"
    headers = (JSON_TYPE, ("Accept-Encoding", "gzip, deflate"))
    yield batch(name, fresh_ids(seed, name, 20, ID_LENGTH), kind="a batch with gzip offered", headers=headers)
    name = "reply.coding/gzip-forbidden"
    forbidden = (JSON_TYPE, ("Accept-Encoding", "gzip;q=0, identity"), ("Accept", "text/plain, application/*"))
    ids, kind = fresh_ids(seed, name, 11, ID_LENGTH), "gzip forbidden, and any application accepted"
    yield batch(name, ids, kind=kind, headers=forbidden)
    name = "reply.media-type/asked"
    asked = (JSON_TYPE, ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), *BY_THE_WAY)
    yield batch(name, fresh_ids(seed, name, 2), kind="a batch with the Accept of a browser", headers=asked)


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
