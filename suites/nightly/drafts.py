"""Drafts: bodies as they were drawn, and the plans that the document makes of them.

The label is never the generator's: `contracts.document.read` gives it. What breaks several things is left out, for it
would test none of them.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from dataclasses import dataclass
from typing import Any

from contracts import jsontext
from contracts.document import Reading, read, size_max
from contracts.messages import Label, Plan
from suites.sending.rendering import PLACEHOLDER
from suites.strategies.batches import asked, bad, entries_of, plan

MARKETS = re.compile(rb"\{\{market\.\d+\}\}")
ESCAPED = re.compile(rb"\\(?:u[0-9A-Fa-f]{0,3})?\{\{market")
"""An escape that only the market decides about: `\\u12` before `aec` is one, and before `tec` is none."""
OF_ENTRIES = frozenset(
    f"shape.{each}" for each in ["entry-object", "id-present", "slug-present", "id-string", "slug-string", "names"]
)
"""What may be wrong with one entry of several."""
BESIDE = frozenset({"shape.unknown-members", "shape.unknown-entry-members"})
"""Questions that a defect of names raises by itself; too many entries may name an order again as well."""
DOUBLES_END = 2**53
MARK = "nobody-"


@dataclass(frozen=True, slots=True)
class Draft:
    """A body and what is special about it."""

    body: bytes | None
    kind: str = ""
    """In words; without it, the document's words for the defect are used."""
    clause: str = ""
    """What it aims at where it is lawful; without it, its size."""
    more: tuple[tuple[str, Any], ...] = ()
    """Fields of the plan beside its body."""


def planned(draft: Draft, tag: str) -> Plan | None:
    """The plan of a draft; None where nothing can be said of it, or several things at once.

    Args:
        tag: lower-case letters, digits and `-`, used once: it makes plan and ids unlike all others.
    """
    body = draft.body and draft.body.replace(MARK.encode(), f"{MARK}{tag}-".encode())
    plain = body and MARKETS.sub(b"market", body)
    if body and plain and (PLACEHOLDER.search(plain) or ESCAPED.search(body)):
        return None  # what was put in made it another placeholder, or an escape of what will stand there
    reading = read(plain)
    if "shape.which-member" in reading.asks:  # by one of two readings, each lawful or not
        kind = draft.kind or "a member that stands twice"
        return asked(f"shape.which-member/{tag}", body, kind=kind, probes=("shape.repeated-member",))
    if reading.label is Label.LAWFUL and any(each["marketSlug"] != "market" for each in entries_of(plain)):
        return asked(f"shape.unknown-market/{tag}", body, kind=draft.kind or "a market that nobody has")
    found = {
        Label.UNLAWFUL: _unlawful,
        Label.OPEN: _open,
        Label.LAWFUL: _lawful,
    }[reading.label](body, reading, draft, tag)
    return found and dataclasses.replace(found, **dict(draft.more))


def renamed(plan: Plan, tag: str) -> Plan:
    """The plan, and those that belong to it, with a name and ids of its own."""
    body = plan.body and plan.body.replace(MARK.encode(), f"{MARK}{tag}-".encode())
    more: dict[str, Any] = {
        part: tuple(renamed(each, f"{tag}{part[0]}{n}") for n, each in enumerate(getattr(plan, part)))
        for part in ("before", "together")
    }
    return dataclasses.replace(plan, name=f"{plan.clause}/{tag}", body=body, **more)


def _lawful(body: bytes | None, reading: Reading, draft: Draft, tag: str) -> Plan:
    count = len(reading.ids or ())
    size = {1: "size.one", size_max(): "size.full"}.get(count, "size.between")
    return plan(f"{draft.clause or size}/{tag}", body, kind=draft.kind or f"a batch of {count}")


def _open(body: bytes | None, reading: Reading, draft: Draft, tag: str) -> Plan:
    first, *others = reading.asks
    return asked(f"{first}/{tag}", body, kind=draft.kind or "a drawn body", probes=(*others, "echo.odd-strings"))


def _unlawful(body: bytes | None, reading: Reading, draft: Draft, tag: str) -> Plan | None:
    clause = reading.breaks[0]
    beside = BESIDE | {"shape.repeated-id"} if clause.startswith("size.") else BESIDE
    if len(reading.breaks) > 1 or not set(reading.asks) <= beside:
        return None
    entries = entries_of(body)
    if clause not in OF_ENTRIES or not entries:
        return bad(f"{clause}/{tag}", body, kind=draft.kind or kind_of_batch(clause, len(entries), body))
    place = next(index for index, each in enumerate(entries) if _breaks(each))
    kind = draft.kind or kind_of_entry(clause, entries[place])
    if len(entries) == 1:
        return bad(f"{clause}/{tag}", body, kind=kind, position="alone")
    position = "first" if place == 0 else "last" if place == len(entries) - 1 else "inside"
    return bad(f"wholeness.position/{tag}", body, kind=kind, position=position, probes=(clause,))


def _breaks(entry: Any) -> bool:
    return bool(read(json.dumps({"orders": [entry]}).encode()).breaks)


def kind_of_entry(clause: str, entry: Any) -> str:
    """The defect of an entry in words that are the same for all values of a sort: one bug, one finding."""
    if clause == "shape.entry-object":
        return f"an entry that is {word(entry)}"
    if clause == "shape.id-string":
        return f"an orderId that is {word(entry['orderId'])}"
    if clause == "shape.slug-string":
        return f"a marketSlug that is {word(entry['marketSlug'])}"
    return f"an entry that breaks {clause}"


def kind_of_batch(clause: str, count: int, body: bytes | None) -> str:
    """The defect of a whole body in such words.

    Args:
        count: how many entries it has.
    """
    if clause.startswith("size."):
        return "a batch of 0" if not count else f"a batch of {'21' if count == size_max() + 1 else 'more'}"
    if clause in ("shape.batch-object", "shape.orders-array"):
        value = jsontext.parse(body or b"").value
        return f"orders that is {word(value['orders'])}" if isinstance(value, dict) else f"a body that is {word(value)}"
    return f"a body that breaks {clause}"


def word(value: Any) -> str:
    """A JSON value's sort, as finely as programs tell values apart."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return "a string" if value else "an empty string"
    if isinstance(value, list):
        return f"an array of one, {word(value[0])}" if len(value) == 1 else "an array" if value else "an empty array"
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if value == 0:
        return "the number 0"
    if isinstance(value, float):
        return "a fraction" if math.isfinite(value) else "a number beyond all doubles"
    return "a negative number" if value < 0 else "a number past 2^53" if value > DOUBLES_END else "a number"
