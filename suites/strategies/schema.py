"""What the schema knows: Schemathesis' cases as plans.

The one module that imports Schemathesis, whose version is pinned to the letter: it defines what is sent. Each case is
labelled anew by our own reading of the document; one that breaks several things at once is left out, for it would
never test any of them. Empty ids and slugs, all that its coverage phase knows, are replaced by lawful ones: a target
may refuse an empty id, and would hide the defect beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from contracts.document import FILE, read
from contracts.messages import METHOD, Label, Plan
from suites.strategies.batches import MARKET, asked, bad, fresh_ids, plan, text_of

TEMPLATED = "/v1/orders/batched/cancel"
CONFIG = {
    "generation": {"with-security-parameters": False},  # credentials are ours
    "phases": {"coverage": {"unexpected-methods": []}},  # methods are `routing`'s
}
WORDS = {
    "null": "null",
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "str": "a string",
    "list": "an array",
    "dict": "an object",
}
CORPUS = Path(__file__).parents[1] / "corpus" / "schema.json"
"""Schemathesis' cases that the gate sends, frozen: the gate is a literal list and starts without an engine.

What is drawn depends on the version and on what else is imported. Made anew by `python -m suites.strategies.schema`; a
self-test makes the coverage phase anew and compares.
"""
NO_BODY = {"no body": True}
"""What stands in the corpus for a case without a body."""


@cache
def _operation() -> tuple[Any, Any]:
    import schemathesis  # noqa: PLC0415  # half a second that only the maker of plans should pay
    from schemathesis.config import SchemathesisConfig  # noqa: PLC0415  # likewise

    schema = schemathesis.openapi.from_path(str(FILE), config=SchemathesisConfig.from_dict(CONFIG))
    return schema, schema[TEMPLATED][METHOD]


@cache
def coverage_bodies() -> tuple[tuple[Any, str | None], ...]:
    """Bodies and content types of the deterministic coverage phase, as Schemathesis made them."""
    from schemathesis.generation import GenerationMode  # noqa: PLC0415  # see above

    schema, operation = _operation()
    config = schema.config.generation_for(operation=operation, phase="coverage")
    cases = schema.iter_coverage_cases(operation, generation_modes=list(GenerationMode), generation_config=config)
    return tuple((case.body, case.headers.get("Content-Type") if case.headers else None) for case in cases)


@cache
def _strategy(mode: Any) -> Any:
    return _operation()[1].as_strategy(generation_mode=mode)


def drawn_bodies(seed: int, count: int, *, positive: bool) -> tuple[Any, ...]:
    """Bodies that Schemathesis draws in one mode, the same for one seed and version.

    The first, always the simplest, is left out: every round would send it again.
    """
    import hypothesis  # noqa: PLC0415  # see above
    from schemathesis.generation import GenerationMode  # noqa: PLC0415  # see above

    mode = GenerationMode.POSITIVE if positive else GenerationMode.NEGATIVE
    found: list[Any] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count + 1,
        database=None,
        phases=[hypothesis.Phase.generate],
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=_strategy(mode))
    def collect(case: Any) -> None:
        found.append(case.body)

    collect()
    return tuple(found[1:])


LEFT_TO_THE_NIGHT = frozenset(
    {
        "a body that is a number",
        "a body that is a string",
        "a body that is true or false",
        "a body that is an array",
        "an empty object",
        "orders that is a number",
        "orders that is true or false",
        "orders that is a string",
        "orders that is an object",
        "an entry without orderId",
        "an entry that is a number",
        "an entry that is true or false",
        "an entry that is an array",
        "an orderId that is an array",
        "an orderId that is an object",
        "a marketSlug that is an array",
        "a marketSlug that is an object",
    }
)
"""Defects of the coverage phase that no known fault is alone in overlooking: the gate has no request for them."""


def coverage_plans(seed: int) -> Iterator[Plan]:
    """The coverage phase as plans: one for each defect, and one for each lawful size."""
    seen: set[str] = set()
    for body in _frozen()["coverage"]:
        each = _plan(seed, body, f"schema-{len(seen)}")
        if each is not None and each.kind not in seen:
            seen.add(each.kind)
            yield each


@cache
def _frozen() -> dict[str, list[Any]]:
    frozen: dict[str, list[Any]] = json.loads(CORPUS.read_text(encoding="utf-8"))
    return frozen


def drawn_plans(seed: int, count: int, *, positive: bool) -> Iterator[Plan]:
    """Bodies drawn in one mode as plans, fewer than are drawn: those that break several things are left out."""
    mode = "positive" if positive else "negative"
    for number, body in enumerate(drawn_bodies(seed, count, positive=positive)):
        each = _plan(seed, body, f"drawn-{mode}-{number}") if _is_json(body) else None
        if each is not None:
            yield each


def freeze() -> str:
    """The text of the corpus: the coverage phase as this version of Schemathesis makes it."""
    return json.dumps({"coverage": coverage_now()}, indent=1, sort_keys=True) + "\n"


def coverage_now() -> list[Any]:
    """The bodies of the coverage phase as this version of Schemathesis makes them; media types are `routing`'s."""
    return [body if _is_json(body) else NO_BODY for body, content_type in coverage_bodies() if content_type is None]


def _plan(seed: int, body: Any, tag: str) -> Plan | None:
    """The plan of a case; None where it breaks several things, or nothing that can be said."""
    if body == NO_BODY:
        return bad(f"shape.body-present/{tag}", None, kind="a request without a body")
    filled = _filled(body, iter(fresh_ids(seed, tag, 64)))
    text = text_of(filled)
    reading = read(text.replace(MARKET.encode(), b"market"))
    if reading.label is Label.UNLAWFUL:
        if len(reading.breaks) > 1:
            return None
        clause = reading.breaks[0]
        return bad(f"{clause}/{tag}", text, kind=_kind(clause, filled), position="alone")
    if reading.asks:
        return asked(f"{reading.asks[0]}/{tag}", text, kind="a body drawn from the schema")
    count = len(filled["orders"])
    clause = {1: "size.one", 20: "size.full"}.get(count, "size.between")
    return plan(f"{clause}/{tag}", text, kind=f"a batch of {count}")


def _is_json(body: Any) -> bool:
    try:
        json.dumps(body)
    except TypeError:
        return False
    return True


def _filled(value: Any, ids: Iterator[str]) -> Any:
    """The value with every empty id and slug replaced by a lawful one."""
    if isinstance(value, list):
        return [_filled(each, ids) for each in value]
    if not isinstance(value, dict):
        return value
    lawful = {"orderId": lambda: next(ids), "marketSlug": lambda: MARKET}
    return {
        name: lawful[name]() if each == "" and name in lawful else _filled(each, ids) for name, each in value.items()
    }


def _kind(clause: str, body: Any) -> str:
    """The defect in the words that the hand-made entries use, so that one defect has one name."""
    if clause == "shape.batch-object":
        return f"a body that is {_word(body)}"
    if clause == "shape.orders-array":
        return f"orders that is {_word(body['orders'])}"
    fixed = {
        "shape.orders-present": "an empty object",
        "size.empty": "a batch of 0",
        "shape.id-present": "an entry without orderId",
        "shape.slug-present": "an entry without marketSlug",
    }
    if clause in fixed or "orders" not in body or not body["orders"]:
        return fixed.get(clause, clause)
    entry = body["orders"][0]
    member = {"shape.id-string": "orderId", "shape.slug-string": "marketSlug"}.get(clause)
    if member is not None and isinstance(entry, dict):
        article = "an" if member == "orderId" else "a"
        return f"{article} {member} that is {_word(entry.get(member))}"
    return f"an entry that is {_word(entry)}" if clause == "shape.entry-object" else f"a body that breaks {clause}"


def _word(value: Any) -> str:
    return "null" if value is None else WORDS.get(type(value).__name__, type(value).__name__)


if __name__ == "__main__":
    CORPUS.write_text(freeze(), encoding="utf-8")
