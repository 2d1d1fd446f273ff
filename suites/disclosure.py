"""What an answer must not show: asked wherever a gateway has something to complain of."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import Plan
from suites.face import Gate
from suites.outcome import FOREIGN
from suites.strategies.batches import bad, body_of, entry, fresh_ids


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans: every refusal is judged; these provoke the longest complaints."""
    name, kind = "disclosure.others/no-slug", "another account's order without its marketSlug"
    body = body_of([entry(fresh_ids(seed, name, 1)[0]), {"orderId": f"{{{{order.{FOREIGN.name}}}}}"}])
    yield bad(name, body, kind=kind, orders=(FOREIGN,), probes=("disclosure.internals",))


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
