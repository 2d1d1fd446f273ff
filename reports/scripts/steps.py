"""What a script sends to show a finding: its witness, behind or beside what that needs to show anything."""

from __future__ import annotations

import enum
import hashlib
import json
from dataclasses import dataclass, replace

from contracts.document import size_max
from contracts.messages import Account, Credentials, OrderNeed, Plan
from contracts.oracles.exchanges import DIFFERS
from contracts.oracles.form import echoed
from reports.results import Finding, Seen
from reports.scripts.sendable import obstacle

MADE_UP = "nobody-"
ELSEWHERE = "isolation.one-after-another"
BESIDE = {
    "echo.nothing-added": (OrderNeed("near", fate="open"), OrderNeed("far", market=1, fate="open")),
    "outcome.nothing-to-cancel": (OrderNeed("near", fate="open"),),
    "disclosure.others": (OrderNeed("foreign", account=Account.OTHER, fate="open"),),
}
"""Orders that have to rest in the market for a promise to be broken at all."""


class Way(enum.StrEnum):
    """How the requests of a script are sent; the words are those of `reports.scripts.template`."""

    ROW = "row"
    AGAIN = "again"
    CROWD = "crowd"


@dataclass(frozen=True, slots=True)
class Steps:
    """Requests in the order in which they are sent; the answer to the last one counts, in a crowd any."""

    plans: tuple[Plan, ...]
    way: Way = Way.ROW
    beside: tuple[OrderNeed, ...] = ()
    """Orders that only have to be there."""

    @property
    def needs(self) -> dict[str, OrderNeed]:
        """All orders by name."""
        return {need.name: need for need in (*(need for each in self.plans for need in each.orders), *self.beside)}


def steps_of(finding: Finding) -> Steps:
    """What is sent: the witness behind what comes before it, up to the request whose answer shows the finding."""
    shown, witness, clause = finding.exchange.plan, finding.witness, finding.clause.id
    if witness.together and clause.startswith("isolation."):
        others = tuple(each for each in (witness, *witness.together) if each != shown)
        return Steps((*others, shown), Way.CROWD)
    plans = _behind(shown if shown in witness.together else witness)
    place = plans.index(shown) + 1 if shown in plans else len(plans)
    compared = finding.seen is Seen.ALWAYS or clause == "ownership.foreign-as-unknown"
    company = [] if compared else [each for each in finding.company if _plain(each)]
    plans = [*_prelude(finding), *company, *map(_plainly_signed, plans[: place - 1]), plans[place - 1]]
    if clause == "robustness.whole-answers" and finding.seen is Seen.ONCE and not witness.before:
        plans *= 2  # the second on its connection, perhaps
    lucky = clause == "credentials.right-taken" and finding.seen is not Seen.ALWAYS
    return Steps(tuple(plans), Way.AGAIN if lucky else Way.ROW, _beside(finding))


def _plain(plan: Plan) -> bool:
    """Whether it takes few lines to send a plan."""
    given = plan.credentials
    return not (given.repeat or given.elsewhere or given.beside or given.again or obstacle(plan))


def _plainly_signed(plan: Plan) -> Plan:
    """What comes before, with the signature that any library makes, where another right one would do."""
    given = plan.credentials
    return replace(plan, credentials=replace(given, signature="base64")) if given.signature == "another nonce" else plan


def stand_in(name: str) -> str:
    """An id that nobody has, the same for one name every time."""
    return f"{MADE_UP}{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _behind(plan: Plan) -> list[Plan]:
    return [*(each for before in plan.before for each in _behind(before)), plan]


def _beside(finding: Finding) -> tuple[OrderNeed, ...]:
    own_key = finding.exchange.reply is not None and "key id" in finding.message
    return () if own_key else BESIDE.get(finding.clause.id, ())


def _prelude(finding: Finding) -> list[Plan]:
    """What has to come first, where the run had sent so much that the witness alone says nothing."""
    exchange, clause = finding.exchange, finding.clause.id
    if clause == "shape.plain-slugs":
        return [_lawful("nobody's", 1, "nobody-167dab1e7ec684a9")]
    if clause == "ownership.foreign-as-unknown":
        return [replace(_lawful("unknown", 1), credentials=exchange.plan.credentials)] * 2
    if exchange.alone == DIFFERS and clause == "isolation.after-refusal":
        return _refused()
    if exchange.alone == DIFFERS:
        return [_lawful("before", 3)]
    lent = echoed(exchange) if clause == ELSEWHERE and not finding.witness.before else None
    if lent is None or exchange.ids is None or lent == exchange.ids:
        return []
    # never an id that an answer told: it may be anybody's order
    ids = [
        each if each in exchange.ids and each.startswith(MADE_UP) else stand_in(f"lent {place}")
        for place, each in enumerate(lent)
    ]
    return [_batch("lent", ids)] * 2


def _refused() -> list[Plan]:
    """Batches that are refused for their shape, their size and their credentials."""
    empty = replace(_lawful("no order", 1), body=b'{"orders":[]}')
    forged = replace(_lawful("forged", 1), credentials=Credentials(signature="first bit of S"))
    return [empty, _lawful("too many", size_max() + 1), empty, forged]


def _lawful(name: str, count: int, market: str = "{{market.0}}") -> Plan:
    return _batch(name, [stand_in(f"{name} {place}") for place in range(count)], market)


def _batch(name: str, ids: list[str], market: str = "{{market.0}}") -> Plan:
    entries = [{"orderId": each, "marketSlug": market} for each in ids]
    return Plan(f"script/{name}", "", body=json.dumps({"orders": entries}, separators=(",", ":")).encode())
