"""Pins: what is written is read again, what is no pins file gets one sentence, and answers stay the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import clauses
from contracts.messages import Verdict
from reports.judging import Judged, judgement
from reports.results import Answer
from suites.selftest.reports import samples
from suites.settings import given as files
from suites.settings import pins
from suites.target import UsageError

QUESTIONS = tuple(each for each in clauses().values() if not each.gates)
FIRST = QUESTIONS[0].id
GOOD = {"format": 1, "target": "embedded", "answers": {FIRST: "taken"}}
ANSWERS = st.dictionaries(st.sampled_from([each.id for each in QUESTIONS]), st.text(), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from([*GOOD, FIRST]), inner),
    max_leaves=8,
)


def sentence(read: Callable[[], object]) -> str:
    """The one sentence that a reader gives up with."""
    with pytest.raises(UsageError) as caught:
        read()
    told = str(caught.value)
    assert told.isprintable()
    return told


@given(st.text(), ANSWERS)
def test_what_is_written_is_read_again(target: str, answers: dict[str, str]) -> None:
    given_answers = [Answer(clauses()[question], answer) for question, answer in answers.items()]
    assert pins.parsed(pins.text(target, given_answers), "pins.json") == pins.Pins(target, answers)
    assert pins.text(target, given_answers[::-1]) == pins.text(target, given_answers)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON: it is nested too deep"),
        ("9" * 5000, "is not JSON"),
        ('{"format": 1, "format": 1}', 'is not JSON: "format" stands twice'),
        ("[]", "is no JSON object"),
        ("null", "is no JSON object"),
        ("{}", "is not of format 1"),
        (json.dumps(GOOD | {"format": 2}), "is not of format 1"),
        (json.dumps(GOOD | {"format": "1"}), "is not of format 1"),
        (json.dumps(GOOD | {"format": True}), "is not of format 1"),
        ('{"format": 1, "target": "embedded"}', "has no answers"),
        (json.dumps(GOOD | {"answer": 1}), 'has the unknown member "answer"'),
        (json.dumps(GOOD | {"target": None}), "target is not a string"),
        (json.dumps(GOOD | {"answers": []}), "answers is not an object"),
        (json.dumps(GOOD | {"answers": {"size.\x1b[31m": "taken"}}), r'there is no question "size.\x1b[31m"'),
        (json.dumps(GOOD | {"answers": {"size.over": "taken"}}), "size.over is a promise and no open question"),
        (json.dumps(GOOD | {"answers": {FIRST: 1}}), f"the answer to {FIRST} is not a string"),
    ],
)
def test_what_is_no_pins_file_gets_a_sentence(text: str, told: str) -> None:
    assert told in sentence(lambda: pins.parsed(text, "pins.json"))


@given(st.text() | JSON.map(json.dumps) | JSON.map(lambda value: json.dumps(GOOD | {"answers": value})))
def test_any_text_gives_pins_or_a_sentence(text: str) -> None:
    told, questions = "", set()
    try:
        questions = set(pins.parsed(text, "pins.json").answers)
    except UsageError as error:
        told = str(error)
    assert told.isprintable()
    assert questions <= {each.id for each in QUESTIONS}


def _missing(path: Path) -> Path:
    return path


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _large(path: Path) -> Path:
    path.write_bytes(b" " * (files.BYTES_MAX + 1))
    return path


def _other_coding(path: Path) -> Path:
    path.write_text("{}", encoding="utf-16")
    return path


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (_missing, "can't be read: No such file"),
        (_folder, "can't be read: Is a directory"),
        (_large, "is larger than 1 MB"),
        (_other_coding, "is not UTF-8 at byte 0"),
    ],
)
def test_a_file_that_can_not_be_read_gets_a_sentence(made: Callable[[Path], Path], told: str, tmp_path: Path) -> None:
    assert told in sentence(lambda: pins.read(made(tmp_path / "pins\n.json")))


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "pins.json").write_text(json.dumps(GOOD), encoding="utf-8-sig")
    assert pins.read(tmp_path / "pins.json").answers == {FIRST: "taken"}


def test_a_place_where_nothing_can_be_written_is_told_beforehand(tmp_path: Path) -> None:
    assert "is a folder" in sentence(lambda: pins.ready(tmp_path))
    assert "is no folder that can be written" in sentence(lambda: pins.ready(tmp_path / "nowhere" / "pins.json"))
    assert pins.ready(tmp_path / "pins.json") == tmp_path / "pins.json"


def test_pins_of_another_target_are_named_so() -> None:
    assert pins.note(pins.Pins("https://a.example", {}), "https://a.example") == ()
    assert pins.note(pins.Pins("https://a.example", {}), "embedded") == (
        "The pins were recorded on https://a.example.",
    )


def judged(*said: tuple[str, str, str]) -> list[Judged]:
    """What judges said of the first question: the clause that a plan aims at, its kind, the answer."""
    return [
        Judged(
            replace(Verdict.passed(FIRST), message=answer), samples.exchange(samples.plan(clause, kind=kind), number)
        )
        for number, (clause, kind, answer) in enumerate(said, 1)
    ]


def answer(given_judged: list[Judged], pinned: dict[str, str] | None = None) -> Any:
    """The answer to the first question."""
    return next(each for each in judgement(given_judged, (), {}, pinned or {}).answers if each.question.id == FIRST)


def test_one_answer_stands_alone() -> None:
    assert answer(judged((FIRST, "a", "taken"), (FIRST, "b", "taken"))).answer == "taken"


def test_several_answers_say_what_was_asked_and_not_how_often() -> None:
    said = [
        (FIRST, "a", "taken"),
        (FIRST, "c", "refused with 400"),
        (FIRST, "b", "taken"),
        ("echo.order", "z", "taken"),
    ]
    told = "refused with 400 (c), taken (a; b)"
    assert answer(judged(*said)).answer == told
    assert answer(judged(*said[::-1], said[0], said[0])).answer == told


def test_an_answer_has_changed_only_where_another_was_pinned() -> None:
    said = judged((FIRST, "a", "taken"))
    assert not answer(said).changed
    assert not answer(said, {FIRST: "taken"}).changed
    assert answer(said, {FIRST: "refused with 400"}).changed
    assert not judgement([], (), {}, {FIRST: "taken"}).answers, "what was not asked has not changed"
