"""Batches: entries, bodies, and the plans around them.

Ids are drawn from the seed and the plan's name, so that a plan is the same to the byte in every run of one seed, no two
plans share an id, and no id can be an order's: they begin with `nobody-`, which no exchange assigns.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from contracts import jsontext
from contracts.messages import Account, Credentials, Label, Plan

OK = (200,)
BAD = (400,)
LARGE_BYTES = 32 * 1024
MARKET = "{{market.0}}"
BY_OTHER = Credentials(key=Account.OTHER, secret=Account.OTHER)
"""The second account's own key and signature."""


def fresh_ids(seed: int, name: str, count: int, length: int = 0) -> list[str]:
    """Plain ids that nobody has, at least so long, in an order that is not sorted either way."""
    found = [f"nobody-{_digest(seed, name, index)}".ljust(length, "x") for index in range(count)]
    if count > 1 and found[0] < found[1]:
        found[0], found[1] = found[1], found[0]
    if count > 2 and found[1] > found[2]:  # three make an order
        found[1], found[2] = found[2], found[1]
        if found[0] < found[1]:
            found[0], found[1] = found[1], found[0]
    return found


def _digest(seed: int, name: str, index: int) -> str:
    return hashlib.sha256(f"{seed}/{name}/{index}".encode()).hexdigest()[:16]


def entry(order_id: Any, market: Any = MARKET) -> dict[str, Any]:
    """One entry as the document has it."""
    return {"orderId": order_id, "marketSlug": market}


def text_of(value: Any) -> bytes:
    """A value as compact JSON in UTF-8; lone surrogates as escapes."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def entry_of(need: str, form: str = "") -> dict[str, Any]:
    """The entry that names the order of a need, with its own market.

    Args:
        form: another spelling of its id, a word of `suites.sending.rendering.FORMS`.
    """
    spelt = f"{need}|{form}" if form else need
    return entry(f"{{{{order.{spelt}}}}}", f"{{{{market.{need}}}}}")


def entries_of(body: bytes | None) -> list[Any]:
    """The entries of a body that is JSON and has them; none where it is anything else."""
    try:
        value = jsontext.parse(body or b"").value
    except jsontext.NotJson:
        return []
    orders = value.get("orders") if isinstance(value, dict) else None
    return orders if isinstance(orders, list) else []


def body_of(entries: Sequence[Any]) -> bytes:
    """The body of a batch of these entries."""
    return text_of({"orders": list(entries)})


def batch(name: str, ids: Sequence[str], *, kind: str = "", markets: Sequence[str] = (MARKET,), **more: Any) -> Plan:
    """A lawful plan of a batch of these ids; its clause is the part of the name before the slash."""
    entries = [entry(each, markets[index % len(markets)]) for index, each in enumerate(ids)]
    return plan(name, body_of(entries), kind=kind or f"a batch of {len(ids)}", **more)


def plan(name: str, body: bytes | None, *, kind: str, **more: Any) -> Plan:
    """A lawful plan of any body."""
    return Plan(name=name, clause=name.partition("/")[0], body=body, kind=kind, **more)


def bad(name: str, body: bytes | None, *, kind: str, **more: Any) -> Plan:
    """An unlawful plan of any body: to be answered 400, or 413 where it is large."""
    answers = (*BAD, 413) if body is not None and len(body) > LARGE_BYTES else BAD
    return plan(name, body, kind=kind, label=Label.UNLAWFUL, **{"answers": answers, **more})


def asked(name: str, body: bytes | None, *, kind: str, **more: Any) -> Plan:
    """A plan on which the document is silent: taken, or refused with 400."""
    answers = (200, 400, 413) if body is not None and len(body) > LARGE_BYTES else (200, 400)
    return plan(name, body, kind=kind, label=Label.OPEN, **{"answers": answers, **more})


def by(found: Plan, account: Account) -> Plan:
    """The plan under the key and the signature of an account; all else of its credentials stays."""
    return dataclasses.replace(found, credentials=dataclasses.replace(found.credentials, key=account, secret=account))


def for_any_account(found: Plan) -> bool:
    """Whether another account could sign it as well: it is the own one's throughout, with no header twice."""
    wanted = found.credentials
    return wanted.key is wanted.secret is Account.OWN and not wanted.repeat


def with_prelude(main: Plan, *before: Plan) -> Plan:
    """The plan with others that are sent before it on the same connection."""
    return dataclasses.replace(main, before=before)
