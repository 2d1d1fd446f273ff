"""Whatever a client sends: never a 5xx, never silence, never a torn connection."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import JSON_TYPE, PATH, Framing, Label, Plan
from suites.face import Gate
from suites.routing import elsewhere
from suites.strategies.batches import asked, bad, batch, body_of, entry, fresh_ids

LARGE = (400, 413)


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans: too deep, too long, too many; the rest of the suite's bad input is judged for this as well."""
    name, kind, probes = "robustness.no-5xx/deep-text", "100,000 opening brackets", ("robustness.whole-answers",)
    yield bad(name, b"[" * 100_000, kind=kind, answers=LARGE, probes=probes)
    name = "robustness.no-5xx/not-gzip"
    plan = batch(name, fresh_ids(seed, name, 1), kind="a body that calls itself gzip and is not", label=Label.OPEN)
    headers = (JSON_TYPE, ("Content-Encoding", "gzip"))
    yield dataclasses.replace(plan, headers=headers, answers=(200, 400, 415))
    name = "robustness.no-5xx/charset"
    plan = batch(
        name, fresh_ids(seed, name, 1), kind="a charset that nobody knows", label=Label.OPEN, answers=(200, 400, 415)
    )
    yield dataclasses.replace(plan, headers=(("Content-Type", "application/json; charset=x-nobody"),))
    name = "robustness.no-5xx/path"
    kind = "half a character, percent-encoded, behind the path"
    plan = elsewhere(batch(name, fresh_ids(seed, name, 1), kind=kind, label=Label.OPEN))
    probes = ("disclosure.internals",)
    yield dataclasses.replace(plan, path=PATH + "%ff", framing=Framing.RAW, probes=probes)
    name = "robustness.answers/megabyte"
    body = body_of([entry(fresh_ids(seed, name, 1)[0] + "x" * 300_000)])
    yield asked(name, body, kind="an orderId of 300,000 characters")


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
