"""The corpora: cases that somebody thought of once, as data, each with the reason why it is there.

They are sent whole, once a night, right behind the gate's list; chance draws from them again afterwards. A corpus never
says what is right of a body: the reading of the document does.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from contracts.messages import Account, Credentials, Label, Plan
from suites.credentials import ELSEWHERE_REFUSED, UNAUTHORIZED
from suites.nightly.drafts import Draft, planned, renamed
from suites.strategies.batches import MARKET, body_of, entry, text_of
from suites.strategies.entries import EVERY, placed

FOLDER = Path(__file__).parents[1] / "corpus"
QUESTION = "open"
"""What a case of credentials says of itself where the document is silent."""


@cache
def cases(name: str) -> tuple[dict[str, Any], ...]:
    """The cases of one corpus, in the order of its file.

    Raises:
        ValueError: a case has no reason.
    """
    found: list[dict[str, Any]] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    for each in found:
        if not each.get("reason"):
            raise ValueError(f"{name}.toml: a case has no reason: {each}")
    return tuple(found)


def credentials() -> tuple[dict[str, Any], ...]:
    """Ways of writing credentials, each with what it breaks or asks."""
    return cases("credentials")


def plan_of(case: dict[str, Any]) -> Plan:
    """The plan of a case of credentials, without a name of its own yet."""
    clause, kind = case["clause"], case["kind"]
    fields = {name: value for name, value in case.items() if name not in ("clause", "kind", "reason", QUESTION)}
    for account in {"key", "secret"} & set(fields):
        fields[account] = Account(fields[account])
    if "repeat" in fields:
        fields["repeat"] = tuple(tuple(each) for each in fields["repeat"])
    wanted = Credentials(**fields)
    answers: tuple[int, ...] = UNAUTHORIZED
    if wanted.elsewhere:
        answers = ELSEWHERE_REFUSED if wanted.elsewhere == "query" else (400, *UNAUTHORIZED)
    label = Label.OPEN if case.get(QUESTION) else Label.UNLAWFUL
    body = body_of([entry("nobody-0")])
    answers = (200, *answers) if label is Label.OPEN else answers
    return Plan(f"{clause}/", clause, label=label, answers=answers, kind=kind, body=body, credentials=wanted)


def drafts() -> Iterator[Draft]:
    """The bodies of all corpora: texts, values in every place of a batch, names, strings."""
    yield from _texts()
    yield from _values()
    for case in cases("names"):
        name, other = case["of"], case["name"]
        rows: list[dict[str, Any]] = [entry("nobody-0"), entry("nobody-1")]
        if name == "orders":
            yield Draft(text_of({other: rows}), kind=f"{other!a} in the place of {name}")
            continue
        rows[1] = {other if each == name else each: value for each, value in rows[1].items()}
        yield Draft(body_of(rows), kind=f"an entry with {other!a} in the place of {name}")
    for case in cases("strings"):
        text = json.loads(case["json"]) if "json" in case else case["text"]
        yield Draft(body_of([entry("nobody-0"), entry(text), entry("nobody-1")]), kind=f"an id: {case['kind']}")


def _texts() -> Iterator[Draft]:
    open_entry = f'{{"orderId":"nobody-0","marketSlug":"{MARKET}"'
    whole = open_entry + "}"
    for case in cases("texts"):
        text = case["text"]
        for name, value in {
            "<batch>": f'{{"orders":[{whole}]}}',
            "<entry>": whole,
            "<open entry>": open_entry,
            "<market>": MARKET,
        }.items():
            text = text.replace(name, value)
        raw = text.encode().replace(b"<bytes>", bytes.fromhex(case.get("bytes", "")))
        yield Draft(raw.decode("utf-8").encode(case["coding"]) if "coding" in case else raw, kind=case["kind"])


def _values() -> Iterator[Draft]:
    """Every value in every place that is meant for another type, each at places that the gate uses as well."""
    places = [(each.position, each.size) for each in EVERY] * len(cases("values"))
    for number, case in enumerate(cases("values")):
        value = json.loads(case["json"])
        for step, member in enumerate(("orderId", "marketSlug", "")):
            position, size = places[3 * number + step]
            good = [entry(f"nobody-{n:02}") for n in range(size - 1)]
            bad = entry("nobody-99") | {member: value} if member else value
            yield Draft(body_of(placed(bad, good, position)))
        yield Draft(text_of({"orders": value}))
        yield Draft(text_of(value))


def plans(tag: str) -> Iterator[Plan]:
    """Every case of every corpus as a plan; those that break several things, or nothing that can be said, are left out.

    Args:
        tag: makes names and ids unlike all others.
    """
    for number, draft in enumerate(drafts()):
        plan = planned(draft, f"{tag}-{number}")
        if plan is not None:
            yield plan
    for number, case in enumerate(credentials()):
        yield renamed(plan_of(case), f"{tag}-w{number}")
