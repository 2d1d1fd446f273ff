"""The judges that plans and questions have for themselves, over hand-written exchanges."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.messages import Credentials, Exchange, Label
from contracts.oracles.plans import asks_several, defect_of
from suites.selftest.contracts.written import exchange, failures, plan, refusable, told, word

# --- plans ------------------------------------------------------------------------------------------------------------

OPEN: dict[str, Any] = {"label": Label.OPEN, "answers": (200, 400)}
LOST: dict[str, Any] = {"failure": "timeout"}


@pytest.mark.parametrize(
    ("clause", "seen", "wanted"),
    [
        ("size.full", exchange(plan("size.full")), ("passed",)),
        ("size.over", exchange(refusable("size.over"), 400), ("passed",)),
        (
            "size.full",
            exchange(plan("size.full", kind=""), 400),
            ("failed", "a plain lawful batch was answered 400, not 200", "refused: "),
        ),
        (
            "shape.plain-ids",
            exchange(plan("shape.plain-ids", kind="ids of digits"), 422),
            ("failed", "ids of digits was answered 422, not 200", "refused: ids of digits"),
        ),
        (
            "size.over",
            exchange(refusable("size.over", kind="")),
            ("failed", "an unlawful batch was taken (200)", "taken: "),
        ),
        (
            "size.over",
            exchange(refusable("size.over", (400, 413), kind=""), 422),
            ("failed", "an unlawful batch was answered 422, not 400 or 413", "status 422"),
        ),
        (
            "routing.chunked",
            exchange(plan("routing.chunked", **OPEN), 422),
            ("failed", "a written batch was answered 422, not 200 or 400", "status 422"),
        ),
        ("routing.chunked", exchange(plan("routing.chunked", **OPEN), 401), ("silent",)),
        ("size.full", exchange(plan("size.full"), 302), ("silent",)),
        ("size.full", exchange(plan("size.full"), 409), ("silent",)),
        ("size.full", exchange(plan("size.full"), 400, alone="differs"), ("silent",)),
        ("size.full", exchange(plan("size.full"), 403), ("silent",)),
        ("size.full", exchange(plan("size.full"), **LOST), ("silent",)),
        ("size.full", exchange(plan("size.one"), 400), ("silent",)),
        (
            "credentials.header-case",
            exchange(plan("credentials.header-case", credentials=Credentials(names="lower")), 401),
            ("failed", "a written batch was answered 401, not 200", "refused: a written batch"),
        ),
    ],
)
def test_a_plan_is_answered_as_it_must_be(clause: str, seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(clause, seen) == wanted


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ((200,), "200"),
        ((200, 400, 415), "200 or 400 or 415"),
        ((200, 400, 415, 417), "200 or 400 or 415 and the like"),
    ],
)
def test_a_sentence_names_three_right_answers_at_most(answers: tuple[int, ...], named: str) -> None:
    seen = exchange(plan("routing.accept", label=Label.OPEN, answers=answers), 422)
    assert told("routing.accept", seen)[1] == f"a written batch was answered 422, not {named}"


def test_a_wrong_status_is_blamed_on_two_clauses_at_most() -> None:
    seen = exchange(refusable("shape.id-present"), 422)
    one, two = (
        exchange(refusable(clause), 422, number=number)
        for number, clause in enumerate(("shape.names", "shape.id-string"), 2)
    )
    assert "shape.id-present" in failures(seen)
    assert "shape.id-present" in failures(seen, one)
    assert "shape.id-present" not in failures(seen, one, two)


def test_what_is_of_several_clauses_or_of_other_right_answers_does_not_count_as_one_more() -> None:
    seen, other = exchange(refusable("shape.id-present"), 422), exchange(refusable("shape.names"), 422, number=2)
    beside = [
        exchange(refusable("wholeness.position"), 422, number=3),
        exchange(refusable("robustness.no-5xx"), 422, number=3),
        exchange(refusable("disclosure.secrets"), 422, number=3),
        exchange(refusable("window.form", (401,)), 422, number=3),
        exchange(plan("shape.plain-ids"), 422, number=3),
        exchange(refusable("shape.id-string"), 422, number=3, **LOST),
        exchange(refusable("shape.id-string"), number=3),
        exchange(refusable("shape.id-string", credentials=Credentials(elsewhere="query")), 422, number=3),
    ]
    assert ["shape.id-present" in failures(seen, other, each) for each in beside] == [True] * len(beside)


@pytest.mark.parametrize(("dropped", "counts"), [(2, True), (3, False)])
def test_a_plan_without_any_credentials_does_not_count_as_one_more(dropped: int, *, counts: bool) -> None:
    seen, other = exchange(refusable("shape.id-present"), 422), exchange(refusable("shape.names"), 422, number=2)
    bare = Credentials(drop=("X-A", "X-B", "X-C")[:dropped])
    third = exchange(refusable("shape.id-string", credentials=bare), 422, number=3)
    assert ("shape.id-present" not in failures(seen, other, third)) is counts


def test_the_defect_of_a_plan_is_that_of_its_bad_entry_where_it_aims_at_the_place() -> None:
    assert defect_of(refusable("wholeness.position", probes=("shape.id-string", "shape.names"))) == "shape.id-string"
    assert defect_of(refusable("wholeness.position")) == "wholeness.position"
    assert defect_of(refusable("size.over", probes=("shape.names",))) == "size.over"


@pytest.mark.parametrize("status", [200, 400, 429, 503])
def test_an_answer_that_a_plan_allows_fails_nobody(status: int) -> None:
    asked = plan("shape.unknown-members", label=Label.OPEN, answers=(200, 400))
    assert failures(exchange(asked, status)) == set()


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("clause", ["size.full", "size.over", "credentials.signature-altered", "echo.complete"])
def test_a_void_says_nothing_about_the_plan(status: int, clause: str) -> None:
    sent = plan(clause) if clause in ("size.full", "echo.complete") else refusable(clause)
    assert word(clause, exchange(sent, status)) == "silent"
    assert failures(exchange(sent, status)) == set()


# --- probes -----------------------------------------------------------------------------------------------------------


def probing(status: int, *probes: str, clause: str = "wholeness.position", **more: Any) -> Exchange:
    number = more.pop("number", 1)
    return exchange(refusable(clause, kind="an id that is null", probes=probes, **more), status, number=number)


def test_a_lawful_plan_shows_of_a_further_clause_that_it_is_taken_and_never_that_it_is_not() -> None:
    seen = [exchange(plan("echo.order", probes=("size.between",)), status) for status in (200, 400, 500)]
    assert [word("size.between", each) for each in seen] == ["passed", "silent", "silent"]


def test_a_defect_among_good_entries_is_judged_by_its_own_clause() -> None:
    clause, other = "shape.id-string", "shape.names"
    assert told(clause, probing(400, clause)) == ("passed",)
    assert told(clause, probing(422, clause)) == (
        "failed",
        "an id that is null was answered 422, not 400",
        "status 422",
    )
    wanted = ("failed", "an id that is null was taken in a batch of others (200)", "taken: an id that is null")
    assert told(clause, probing(200, clause)) == wanted
    assert told(clause, probing(200, clause), probing(200, other, number=2)) == wanted
    refused_too = [probing(400, each, number=number) for number, each in enumerate((other, "shape.slug-string"), 2)]
    assert told(clause, probing(200, clause), *refused_too) == wanted


def test_a_defect_that_is_one_of_many_that_are_taken_or_is_taken_alone_is_not_judged_among_others() -> None:
    clause = "shape.id-string"
    many = [probing(200, each, number=number) for number, each in enumerate(("shape.names", "shape.slug-string"), 2)]
    assert told(clause, probing(200, clause), *many) == ("silent",)
    alone = exchange(refusable(clause, kind="an id that is null", position="alone"), number=2)
    assert told(clause, probing(200, clause), alone) == ("silent",)
    another = exchange(refusable(clause, kind="an id that is 7", position="alone"), number=2)
    assert word(clause, probing(200, clause), another) == "failed"
    elsewhere = exchange(refusable(clause, kind="an id that is null", position="last"), number=2)
    assert word(clause, probing(200, clause), elsewhere) == "failed"


# --- questions --------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_by_what_becomes_of_its_plan() -> None:
    clause, another = "shape.unknown-members", "shape.unknown-entry-members"
    asked = plan(clause, **OPEN)
    assert told(clause, exchange(asked)) == ("passed", "taken")
    assert told(clause, exchange(asked, 400)) == ("passed", "refused with 400")
    assert told(clause, exchange(asked, 500)) == ("silent",)
    assert told(another, exchange(asked)) == ("silent",)


def test_of_several_questions_at_once_a_refusal_answers_none() -> None:
    clause, another = "shape.unknown-members", "shape.unknown-entry-members"
    both = plan(clause, probes=(another,), **OPEN)
    assert [asks_several(each) for each in (both, plan(clause, **OPEN))] == [True, False]
    assert [told(each, exchange(both)) for each in (clause, another)] == [("passed", "taken")] * 2
    assert [told(each, exchange(both, 400)) for each in (clause, another)] == [("silent",)] * 2
    beside = plan(clause, probes=("size.between",), **OPEN)
    assert told(clause, exchange(beside, 400)) == ("passed", "refused with 400")
