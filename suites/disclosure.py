"""What an answer must not show: asked wherever a gateway has something to complain of."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.catalogue import Clause
from contracts.messages import Account, Credentials, Plan
from suites.credentials import wrong
from suites.face import Gate
from suites.ownership import FOREIGN
from suites.strategies.batches import bad, body_of


def plans(seed: int) -> Iterator[Plan]:
    """The gate's plans: every refusal is judged; these provoke the longest complaints."""
    yield bad(
        "disclosure.internals/brackets", b'{"orders":[{"orderId":"a"' * 50, kind="a text that no parser gets through"
    )
    name, kind = "disclosure.others/no-slug", "another account's order without its marketSlug"
    body = body_of([{"orderId": f"{{{{order.{FOREIGN.name}}}}}"}])
    yield bad(name, body, kind=kind, orders=(FOREIGN,))
    name = "disclosure.secrets/right-signature-wrong-key"
    kind = "a right signature under an unknown key id"
    yield wrong(seed, name, kind, Credentials(key=Account.NOBODY, key_text="unknown"))
    name = "disclosure.others/other-key"
    kind = "the other account's key id with the own signature"
    yield wrong(seed, name, kind, Credentials(key=Account.OTHER, signature="first bit of S"))


def test_the_promise_is_kept(clause: Clause, gate: Gate) -> None:
    """The run holds evidence for the clause and nothing against it."""
    gate.demand(clause)
