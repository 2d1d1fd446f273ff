"""The catalogue of clauses: ids, words and sources."""

from __future__ import annotations

import re
import tomllib
from typing import Any
from urllib.parse import unquote

from contracts import catalogue, document
from contracts.catalogue import CONCERNS, Harm, clauses, out_of_reach
from contracts.messages import Strength

ID = re.compile(r"([a-z]+)\.[a-z0-9]+(?:-[a-z0-9]+)*")
STANDARDS = re.compile(r"RFC \d{4}, \d+(?:\.\d+)*|plain security sense|Protocol Buffers, JSON mapping")
CLAUSES_MIN = 60
EVERY = tuple(clauses().values())


def resolves(pointer: str) -> bool:
    """Whether a JSON pointer in fragment form points at something in the document."""
    place: Any = document.document()
    try:
        for part in unquote(pointer.removeprefix("#")).split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            place = place[int(name) if isinstance(place, list) else name]
    except (LookupError, TypeError, ValueError):
        return False
    return True


def test_there_are_enough_of_them_for_every_concern() -> None:
    assert len(EVERY) >= CLAUSES_MIN
    assert {each.concern for each in EVERY} == set(CONCERNS)


def test_no_id_stands_twice() -> None:
    ids = [table["id"] for table in tomllib.loads(catalogue.FILE.read_text(encoding="utf-8"))["clause"]]
    assert sorted(ids) == sorted(clauses())


def test_an_id_is_concern_and_name() -> None:
    matched = [(each, ID.fullmatch(each.id)) for each in EVERY]
    assert not [each.id for each, found in matched if not found or found[1] != each.concern]


def test_a_pointer_points_at_something() -> None:
    pointers = [each for each in EVERY if each.source.startswith("#")]
    assert pointers
    found = [f"{each.id}: {each.source} points at nothing" for each in pointers if not resolves(each.source)]
    assert not found, f"in {document.FILE.name}:\n" + "\n".join(found)


def test_a_pointer_at_nothing_is_seen() -> None:
    assert resolves("#/paths/~1v1~1orders~1batched~1cancel/post")
    assert not resolves("#/paths/v1/orders/batched/cancel/post")
    assert not resolves("#/security/1")


def test_any_other_source_is_a_known_standard() -> None:
    others = [each for each in EVERY if not each.source.startswith("#")]
    assert not [f"{each.id}: {each.source}" for each in others if not STANDARDS.fullmatch(each.source)]


def test_a_must_stands_on_more_than_sense() -> None:
    assert not [each.id for each in EVERY if each.strength is Strength.MUST and each.source == "plain security sense"]


def test_a_promise_ends_with_a_point_and_a_question_with_its_mark() -> None:
    assert not [f"{each.id}: {each.says}" for each in EVERY if not each.says.endswith("." if each.gates else "?")]
    assert not [f"{each.id}: {each.effect}" for each in EVERY if not each.effect.endswith((".", "?"))]


def test_only_an_open_question_costs_no_more_than_a_change() -> None:
    assert not [each.id for each in EVERY if (each.harm is Harm.CHANGE) == each.gates]


def test_every_harm_is_that_of_a_clause() -> None:
    assert {each.harm for each in EVERY} == set(Harm)


def test_words_stand_on_one_line() -> None:
    words = [(each.id, text) for each in EVERY for text in (each.says, each.effect)]
    assert not [(name, text) for name, text in words if text != " ".join(text.split())]


def test_no_two_clauses_say_the_same() -> None:
    said = [each.says for each in EVERY]
    assert not sorted({each for each in said if said.count(each) > 1})


def test_what_is_out_of_reach_says_why() -> None:
    assert not [each for each in out_of_reach() if not each.says.endswith((".", "?")) or not each.reason.endswith(".")]
