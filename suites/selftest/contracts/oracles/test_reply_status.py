"""The judges of the status of an answer, over hand-written exchanges."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.messages import Exchange, Label
from suites.selftest.contracts.written import exchange, failures, plan, refusable, told

# --- each judge and its whole verdict ---------------------------------------------------------------------------------

OPEN: dict[str, Any] = {"label": Label.OPEN, "answers": (200, 400)}
LOST: dict[str, Any] = {"failure": "torn"}
NOT_200 = ("failed", "a lawful, rightly signed batch was answered 400, not 200", "status 400")


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (exchange(plan()), ("passed",)),
        (exchange(plan(), 400), NOT_200),
        (exchange(plan(), 302), ("failed", "a lawful, rightly signed batch was answered 302, not 200", "status 302")),
        (exchange(plan(), 204), ("failed", "a lawful, rightly signed batch was answered 204, not 200", "status 204")),
        (exchange(plan(), 401), ("silent",)),
        (exchange(plan(), 403), ("silent",)),
        (exchange(plan(), 402), ("failed", "a lawful, rightly signed batch was answered 402, not 200", "status 402")),
        (exchange(plan(), 404), ("failed", "a lawful, rightly signed batch was answered 404, not 200", "status 404")),
        (exchange(plan(), 400, alone="differs"), ("silent",)),
        (exchange(plan(), 429), ("silent",)),
        (exchange(plan(), 400, **LOST), ("silent",)),
        (exchange(plan(answers=(401,)), 400), ("silent",)),
        (exchange(plan(answers=(200, 411)), 400), NOT_200),
        (exchange(plan(**OPEN), 204), ("failed", "a written batch was answered 204, not 200", "status 204")),
        (exchange(plan(**OPEN)), ("silent",)),
        (exchange(plan(**OPEN), 422), ("silent",)),
        (exchange(plan(label=Label.OPEN, answers=(204,)), 202), ("silent",)),
        (exchange(refusable("size.over"), 204), ("silent",)),
        *(
            (exchange(plan(clause), 400), ("silent",))
            for clause in (
                "size.full",
                "shape.escapes",
                "credentials.any-valid",
                "window.past-inside",
                "routing.chunked",
                "isolation.accounts",
                "echo.again",
                "outcome.nothing-to-cancel",
                "ownership.foreign-as-unknown",
            )
        ),
        (exchange(plan("echo.complete"), 400), NOT_200),
        (exchange(plan("outcome.cancelled"), 400), NOT_200),
    ],
)
def test_a_taken_batch_is_answered_200(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told("reply.taken", seen) == wanted


WHOLE = plan("shape.markets-together", name="whole", **OPEN)


@pytest.mark.parametrize(
    ("others", "explained"),
    [
        ((exchange(plan("size.one", ["x"]), 400, number=2),), True),
        ((exchange(plan("shape.plain-ids"), 400, number=2),), True),
        ((exchange(plan("credentials.any-valid"), 400, number=2),), True),
        ((exchange(plan("routing.chunked"), 400, number=2),), True),
        ((exchange(plan("size.between"), 400, number=2),), True),
        ((exchange(plan("echo.complete"), 400, number=2),), False),
        ((exchange(plan("size.one", ["x"]), number=2),), False),
        ((exchange(refusable("size.over", ids=["x"]), 400, number=2),), False),
        ((exchange(WHOLE, 400, number=2),), True),
        ((exchange(WHOLE, number=2),), False),
        ((exchange(WHOLE, 400, number=2, part_of="another"),), False),
        ((exchange(WHOLE, 400, number=2), exchange(WHOLE, number=3, part_of="whole")), True),
        ((exchange(WHOLE, 400, number=2), exchange(WHOLE, 400, number=3, part_of="whole")), False),
        ((exchange(WHOLE, 400, number=2), exchange(WHOLE, 400, number=3, part_of="another")), True),
        ((exchange(plan("shape.repeated-id", **OPEN), 400, number=2),), False),
    ],
)
def test_a_refusal_that_others_explain_is_no_matter_of_the_status(
    others: tuple[Exchange, ...], *, explained: bool
) -> None:
    assert told("reply.taken", exchange(plan(), 400), *others) == (("silent",) if explained else NOT_200)


@pytest.mark.parametrize(
    ("clause", "seen", "wanted"),
    [
        ("reply.refused", exchange(refusable("size.over"), 400), ("passed",)),
        ("reply.refused", exchange(plan(**OPEN), 400), ("passed",)),
        (
            "reply.refused",
            exchange(refusable("size.over"), 422),
            ("failed", "a written batch was answered 422, not 400", "status 422"),
        ),
        ("reply.refused", exchange(refusable("size.over")), ("silent",)),
        ("reply.refused", exchange(refusable("size.over"), 429), ("silent",)),
        ("reply.refused", exchange(refusable("credentials.both-wrong", (400, 401)), 422), ("silent",)),
        ("reply.refused", exchange(plan(), 422), ("silent",)),
        ("reply.unauthorized", exchange(refusable("window.form", (401,)), 401), ("passed",)),
        (
            "reply.unauthorized",
            exchange(refusable("window.form", (401,)), 400),
            ("failed", "a written batch was answered 400, not 401", "status 400"),
        ),
        ("reply.unauthorized", exchange(refusable("credentials.both-wrong", (400, 401)), 400), ("passed",)),
        ("reply.unauthorized", exchange(refusable("window.form", (401,))), ("silent",)),
        ("reply.unauthorized", exchange(refusable("window.form", (401,)), 429), ("silent",)),
        ("reply.unauthorized", exchange(refusable("size.over"), 422), ("silent",)),
    ],
)
def test_what_is_refused_is_answered_by_what_is_wrong(clause: str, seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(clause, seen) == wanted


# --- all judges and one answer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [201, 202, 204, 207, 208])
def test_a_taken_batch_is_answered_200_and_nothing_else_in_2xx(status: int) -> None:
    assert failures(exchange(plan(), status)) == {"reply.taken"}
    assert failures(exchange(plan("size.full"), status)) == {"reply.taken"}
    asked = plan("shape.repeated-id", label=Label.OPEN, answers=(200, 400))
    assert failures(exchange(asked, status)) == {"reply.taken"}


@pytest.mark.parametrize(("status", "found"), [(400, set()), (422, {"reply.refused"}), (404, {"reply.refused"})])
def test_a_refused_body_is_answered_400(status: int, found: set[str]) -> None:
    several = [
        exchange(refusable(clause), status, number=number)
        for number, clause in enumerate(("size.over", "shape.id-string", "shape.names"), 2)
    ]
    assert failures(exchange(refusable("shape.id-present"), status), *several) == found


def test_413_is_right_for_a_large_body_only() -> None:
    assert failures(exchange(refusable("size.over", (400, 413)), 413)) == set()
    assert "reply.refused" in failures(exchange(refusable("size.over"), 413))


def test_415_is_right_where_the_media_type_is_not_json_only() -> None:
    other = plan("routing.other-media-type", label=Label.OPEN, answers=(200, 400, 415))
    assert [failures(exchange(other, status)) for status in (200, 400, 415)] == [set(), set(), set()]
    assert "reply.refused" in failures(exchange(refusable("shape.not-json"), 415))


def test_a_wrong_status_of_one_clause_is_its_own_fault_and_of_many_the_status_alone() -> None:
    crowd = [
        exchange(refusable(clause), 422, number=number)
        for number, clause in enumerate(("size.over", "shape.id-string", "shape.names"), 2)
    ]
    alone = exchange(refusable("shape.id-present"), 422)
    assert failures(alone) == {"reply.refused", "shape.id-present"}
    assert failures(alone, *crowd) == {"reply.refused"}


def test_an_unlawful_batch_that_is_taken_breaks_its_clause_and_no_status() -> None:
    assert failures(exchange(refusable("size.over"))) == {"size.over"}
    assert failures(exchange(refusable("shape.not-utf-8"))) == {"shape.not-utf-8"}


def test_a_refused_lawful_batch_breaks_its_own_clause_once() -> None:
    assert failures(exchange(plan("size.full"), 400)) == {"size.full"}
    assert failures(exchange(plan("reply.taken"), 400)) == {"reply.taken"}
