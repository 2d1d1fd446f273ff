"""The document, and an independent reading of a body by its schema.

The reading gives every generated plan its label: which clauses a body breaks, which open questions it raises, and
which ids a gateway that takes it must echo. It shares nothing with the generators and never sees a reply.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from contracts import jsontext
from contracts.messages import Label

FILE = Path(__file__).with_name("orders.openapi.yaml")
REQUEST = "CancelOrderListRequest"
PLAIN_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
SURROGATE = re.compile("[\ud800-\udfff]")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
PLAIN_SLUG = re.compile(r"[a-z0-9-]{1,128}")
ENTRY_MEMBERS = ("orderId", "marketSlug")
READ_MAX = 8
"""Bodies whose reading is remembered: guard, record and judges ask for one after the other."""
SNAKE = {"order_id": "orderId", "market_slug": "marketSlug"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the document says of a body."""

    breaks: tuple[str, ...]
    """Ids of the clauses that it breaks, one for each defect, in the order of the body."""
    asks: tuple[str, ...]
    """Ids of the open questions that it raises, each once."""
    ids: tuple[str, ...] | None
    """What must be echoed where it is taken; None where it is no batch."""

    @property
    def label(self) -> Label:
        """Unlawful where something is broken, else open where something is asked, else lawful."""
        if self.breaks:
            return Label.UNLAWFUL
        return Label.OPEN if self.asks else Label.LAWFUL


@cache
def document() -> dict[str, Any]:
    """The document as a tree."""
    tree: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tree


@cache
def digest() -> str:
    """SHA-256 of the document's tree as canonical JSON, in hexadecimal."""
    return hashlib.sha256(json.dumps(document(), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def size_min() -> int:
    """The fewest entries of a lawful batch."""
    return int(_orders_schema()["minItems"])


def size_max() -> int:
    """The most entries of a lawful batch."""
    return int(_orders_schema()["maxItems"])


def _orders_schema() -> dict[str, Any]:
    schema: dict[str, Any] = document()["components"]["schemas"][REQUEST]["properties"]["orders"]
    return schema


@cache
def _validator() -> jsonschema_rs.Draft4Validator:
    schema = {"$ref": f"#/components/schemas/{REQUEST}", "components": document()["components"]}
    return jsonschema_rs.Draft4Validator(schema)


@lru_cache(maxsize=READ_MAX)
def read(body: bytes | None) -> Reading:
    """Read a body as the document does."""
    if not body:
        return Reading(("shape.body-present",), (), None)
    try:
        text = jsontext.parse(body)
    except jsontext.NotJson:
        return _not_json(body)
    escaped = b"\\u" in body  # what is not has no lone surrogates, which the validator does not know
    defects = tuple(_defects(text.value, _without_surrogates(text.value) if escaped else text.value))
    ids = ids_of(text.value)
    asks = tuple(dict.fromkeys(_questions(text, ids or ())))
    return Reading(defects, asks, None if defects else ids)


def ids_of(value: Any) -> tuple[str, ...] | None:
    """The order ids of a JSON value in batch order; None where it has not the form of a batch."""
    orders = value.get("orders") if isinstance(value, dict) else None
    if not isinstance(orders, list):
        return None
    ids = []
    for entry in orders:
        each = entry.get("orderId", entry.get("order_id")) if isinstance(entry, dict) else None
        if not isinstance(each, str):
            return None
        ids.append(each)
    return tuple(ids)


def _not_json(body: bytes) -> Reading:
    codec = json.detect_encoding(body)  # by a mark or by where the zeros are
    if codec != "utf-8":
        try:
            plain = body.decode(codec).encode()
        except UnicodeError:  # also a lone surrogate, which UTF-8 has not
            plain = b""
        again = read(plain) if json.detect_encoding(plain) == "utf-8" else None
        if again is not None and not again.breaks:
            question = "byte-order-mark" if codec == "utf-8-sig" else "utf-16"
            return Reading((), (f"shape.{question}",), again.ids)
    try:
        body.decode()
    except UnicodeDecodeError:
        return Reading(("shape.not-utf-8",), (), None)
    if body.strip(b" \t\r\n") == b"":
        return Reading(("shape.body-present",), (), None)
    deepest = re.search(rb"[\[{]{%d}" % jsontext.DEPTH_MAX, body)
    return Reading((), ("shape.deep-nesting",), None) if deepest else Reading(("shape.not-json",), (), None)


def _defects(value: Any, known: Any) -> list[str]:
    """The clauses that a value breaks.

    Args:
        known: the value as the validator knows it.
    """
    if _validator().is_valid(known):  # as most are; to look for errors takes four times as long
        return []
    found = (_clause_of(error, value) for error in _validator().iter_errors(known))
    return [clause for clause in found if clause]


def _without_surrogates(value: Any) -> Any:
    """The same value without lone surrogates."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_without_surrogates(each) for each in value]
    if isinstance(value, dict):
        return {_without_surrogates(name): _without_surrogates(each) for name, each in value.items()}
    return value


def _clause_of(error: jsonschema_rs.ValidationError, value: Any) -> str:
    place = error.instance_path
    keyword = type(error.kind).__name__
    if keyword == "Required":
        holder = value if not place else value["orders"][place[1]]
        missing = str(getattr(error.kind, "property"))  # noqa: B009  # untyped in the library's stub
        return _missing(missing, holder)
    if keyword in ("MinItems", "MaxItems"):
        return "size.empty" if keyword == "MinItems" else _over(value)
    depth_names = {0: "shape.batch-object", 1: "shape.orders-array", 2: "shape.entry-object"}
    if len(place) in depth_names:
        return depth_names[len(place)]
    return "shape.id-string" if place[-1] == "orderId" else "shape.slug-string"


def _missing(name: str, holder: dict[str, Any]) -> str:
    """A missing member is a matter of names where something like it is there, of presence where nothing is."""
    if name in map(SNAKE.get, holder):
        return ""  # the spelling of Protocol Buffers stands in for it: an open question, not a defect
    if any(_alike(name, other) for other in holder if other not in ("orders", *ENTRY_MEMBERS)):
        return "shape.names"
    return {"orders": "shape.orders-present", "orderId": "shape.id-present"}.get(name, "shape.slug-present")


def _alike(name: str, other: str) -> bool:
    """Whether a name is another spelling of a member's, or a part of it."""
    wanted, found = _folded(name), _folded(other)
    return len(found) > 1 and (found in wanted or wanted in found)


def _folded(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())


def _over(value: dict[str, Any]) -> str:
    orders = value["orders"]
    distinct: set[Any] = set(ids_of(value) or ())
    if len(distinct) < len(orders):  # entries may differ all the same: to look at each whole takes longer
        distinct = {_as_text(each) for each in orders}
    return "size.over" if len(distinct) == len(orders) else "size.entries"


def _as_text(entry: Any) -> Any:
    """What is the same for equal entries alone; without writing JSON where an entry is plain, as most are."""
    return (entry["orderId"], entry["marketSlug"]) if _is_plain(entry) else json.dumps(entry, sort_keys=True)


def _questions(text: jsontext.Text, ids: tuple[str, ...]) -> list[str]:
    """The open questions that a text raises.

    Args:
        ids: those of its entries, where it has the form of a batch.
    """
    value = text.value
    found = ["shape.which-member"] if text.repeated else []
    if isinstance(value, dict):
        found += ["shape.unknown-members" for name in value if name != "orders"]
    orders = value.get("orders") if isinstance(value, dict) else None
    for entry in orders if isinstance(orders, list) else ():
        if isinstance(entry, dict) and not _is_plain(entry):
            found += [
                "shape.unknown-entry-members" for name in entry if name not in ENTRY_MEMBERS and name not in SNAKE
            ]
            found += ["shape.snake-case" for name in entry if name in SNAKE]
            found += _string_questions(entry)
    return found + (["shape.repeated-id"] if len(set(ids)) < len(ids) else [])


def _is_plain(entry: Any) -> bool:
    """Whether an entry is of two plain strings under their own names, as nearly all are: it asks nothing."""
    try:
        order_id, slug = entry["orderId"], entry["marketSlug"]
        plain = PLAIN_ID.fullmatch(order_id) is not None and PLAIN_SLUG.fullmatch(slug) is not None
    except (KeyError, TypeError):
        return False
    return plain and len(entry) == len(ENTRY_MEMBERS)


def _string_questions(entry: dict[str, Any]) -> list[str]:
    found = []
    order_id, slug = entry.get("orderId"), entry.get("marketSlug")
    if isinstance(order_id, str) and not PLAIN_ID.fullmatch(order_id):
        found.append(_id_question(order_id))
    if isinstance(slug, str) and not PLAIN_SLUG.fullmatch(slug):
        found.append("shape.odd-slugs" if slug else "shape.empty-slugs")
    return found


def _id_question(text: str) -> str:
    if not text:
        return "shape.empty-strings"
    if SURROGATE.search(text):
        return "shape.surrogate-ids"
    if CONTROL.search(text):
        return "shape.control-ids"
    if not text.isascii():
        return "shape.unicode-ids"
    if " " in text:
        return "shape.blank-ids"
    return "shape.long-ids" if PLAIN_ID.fullmatch(text[:128]) else "shape.markup-ids"
