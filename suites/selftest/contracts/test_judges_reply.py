"""The judges of statuses, credentials, the window and robustness over hand-written exchanges."""

from __future__ import annotations

import dataclasses

import pytest

from contracts.messages import Account, Credentials, Exchange, Label
from contracts.signing import HEADER_SIGNATURE, HEADERS
from suites.selftest.contracts.written import exchange, failures, plan, refusable, verdict, word

ALTERED = Credentials(signature="first bit of S")


def unauthorized(clause: str = "credentials.signature-altered", credentials: Credentials = ALTERED) -> Exchange:
    return exchange(refusable(clause, (401,), credentials=credentials), 401)


def answered(seen: Exchange, status: int, **more: object) -> Exchange:
    """The same plan with another answer."""
    return exchange(seen.plan, status, number=seen.number, **more)  # type: ignore[arg-type]  # as exchange has them


# --- taken and refused ------------------------------------------------------------------------------------------------


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


def test_a_size_that_is_refused_is_not_blamed_on_other_plans_of_that_size() -> None:
    control = exchange(plan("size.between"), 400, number=1)
    assert failures(exchange(plan("shape.plain-ids"), 400, number=2), control) == set()
    assert failures(exchange(plan("shape.plain-ids", ["a"]), 400, number=2), control) == {"shape.plain-ids"}


def test_the_limit_counts_entries_unless_a_plain_batch_fares_alike() -> None:
    twenty_one = [f"o{n}" for n in range(21)]
    same = exchange(refusable("size.entries", ids=["a"] * 21))
    assert failures(same) == {"size.entries"}
    assert failures(same, exchange(refusable("size.over", ids=twenty_one), number=2)) == set()
    assert word("size.entries", answered(same, 400)) == "passed"


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


# --- credentials ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403])
def test_right_credentials_that_are_refused_are_a_matter_of_credentials_alone(status: int) -> None:
    for clause in ("reply.taken", "size.full", "shape.plain-ids", "echo.complete"):
        assert failures(exchange(plan(clause), status)) == {"credentials.right-taken"}


def test_right_credentials_are_taken_for_either_account_and_silent_for_odd_ones() -> None:
    clause = "credentials.right-taken"
    other = plan(credentials=Credentials(Account.OTHER, Account.OTHER))
    assert word(clause, exchange(other, 401)) == "failed"
    assert word(clause, exchange(plan(credentials=Credentials(names="lower")), 401)) == "silent"
    assert word(clause, exchange(plan(), 400)) == "silent"
    assert word(clause, exchange(plan(), 429)) == "silent"


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (401, set()),
        (200, {"credentials.signature-altered"}),
        (403, {"credentials.signature-altered", "reply.unauthorized"}),
        (400, {"credentials.signature-altered", "reply.unauthorized"}),
        (302, {"credentials.signature-altered", "reply.unauthorized"}),
        (500, {"robustness.no-5xx"}),
        (429, set()),
    ],
)
def test_wrong_credentials_are_answered_401(status: int, found: set[str]) -> None:
    assert failures(answered(unauthorized(), status)) == found


def test_both_wrong_is_400_or_401_and_which_is_asked() -> None:
    sent = refusable("credentials.both-wrong", (400, 401), credentials=ALTERED)
    assert [failures(exchange(sent, status)) for status in (400, 401)] == [set(), set()]
    assert "credentials.both-wrong" in failures(exchange(sent, 404))
    assert failures(exchange(sent, 200)) == {"credentials.both-wrong"}
    found = verdict("credentials.which-first", exchange(sent, 401))
    assert found is not None
    assert found.message == "the credentials"


def test_requests_without_any_credentials_do_not_count_as_a_clause_with_a_wrong_status() -> None:
    bare = unauthorized("credentials.nothing-else", Credentials(drop=HEADERS))
    missing = unauthorized("credentials.signature-present", Credentials(drop=(HEADER_SIGNATURE,)))
    assert failures(answered(bare, 403)) == {"reply.unauthorized"}
    assert failures(answered(missing, 403)) == {"credentials.signature-present", "reply.unauthorized"}


# --- the window -------------------------------------------------------------------------------------------------------


def edge(side: str, place: str, skew_ms: int, status: int, **more: object) -> Exchange:
    clause = f"window.{side}-{place}"
    sent = plan(clause) if place == "inside" else refusable(clause, (401,))
    return exchange(sent, status, skew_ms=skew_ms, **more)  # type: ignore[arg-type]  # as exchange has them


@pytest.mark.parametrize(("side", "sign"), [("past", -1), ("future", 1)])
def test_the_window_is_judged_on_either_side(side: str, sign: int) -> None:
    words = [
        word(f"window.{side}-{place}", edge(side, place, sign * skew, status))
        for place, skew, status in (
            ("inside", 28_000, 200),
            ("inside", 28_000, 401),
            ("outside", 32_000, 401),
            ("outside", 32_000, 200),
            ("outside", 32_000, 400),
        )
    ]
    assert words == ["passed", "failed", "passed", "failed", "silent"]


@pytest.mark.parametrize(("side", "sign"), [("past", -1), ("future", 1)])
def test_the_window_is_not_judged_near_its_edge_or_where_the_clock_is_uncertain(side: str, sign: int) -> None:
    for skew in (29_600, 30_000, 30_400):
        assert word(f"window.{side}-inside", edge(side, "inside", sign * skew, 401)) == "silent"
        assert word(f"window.{side}-outside", edge(side, "outside", sign * skew, 200)) == "silent"
    vague = (-2_000.0, 2_000.0)
    assert word(f"window.{side}-inside", edge(side, "inside", sign * 28_000, 401, clock_ms=vague)) == "silent"
    assert word(f"window.{side}-outside", edge(side, "outside", sign * 32_000, 200, clock_ms=vague)) == "silent"


def test_a_slow_answer_widens_what_the_skew_may_have_been() -> None:
    assert word("window.past-inside", edge("past", "inside", -28_000, 401, elapsed_ms=1_900.0)) == "silent"
    assert word("window.future-inside", edge("future", "inside", 28_000, 401, elapsed_ms=1_900.0)) == "failed"
    assert word("window.future-outside", edge("future", "outside", 32_000, 200, elapsed_ms=1_900.0)) == "silent"


# --- robustness -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 501, 505, 599])
def test_a_5xx_counts_even_once(status: int) -> None:
    assert failures(exchange(plan(), status)) == {"robustness.no-5xx"}


def test_501_is_right_for_another_method_only() -> None:
    other = refusable("routing.other-methods", (*range(400, 500), 501), method="PUT")
    assert failures(exchange(other, 501)) == set()
    assert failures(exchange(other, 500)) == {"robustness.no-5xx"}


@pytest.mark.parametrize("status", [502, 503, 504])
def test_503_counts_where_it_comes_back_while_others_are_answered(status: int) -> None:
    again, alive = exchange(plan(), status, tries=4), exchange(plan("size.one"), number=2)
    dead = exchange(plan("size.one"), status, number=2)
    assert word("robustness.no-5xx", again, alive) == "failed"
    assert word("robustness.no-5xx", dataclasses.replace(again, tries=2), alive) == "silent"
    assert word("robustness.no-5xx", again, dead) == "silent"
    assert word("robustness.no-5xx", again) == "silent"
    assert word("robustness.no-5xx", dataclasses.replace(again, number=3), alive) == "silent"


def test_429_is_never_a_5xx_however_often_it_comes() -> None:
    alive = exchange(plan("size.one"), number=2)
    assert word("robustness.no-5xx", exchange(plan(), 429, tries=9), alive) == "silent"


@pytest.mark.parametrize(
    ("failure", "clause"),
    [
        ("timeout", "robustness.answers"),
        ("torn", "robustness.whole-answers"),
        ("garbage", "robustness.whole-answers"),
        ("too-large", "robustness.whole-answers"),
        ("short", "reply.length"),
    ],
)
def test_a_failure_on_the_wire_has_one_clause(failure: str, clause: str) -> None:
    assert failures(exchange(plan(), failure=failure)) == {clause}


@pytest.mark.parametrize("failure", ["refused", "unreachable"])
def test_a_target_that_is_not_there_breaks_no_promise(failure: str) -> None:
    assert failures(exchange(plan(), failure=failure)) == set()


def test_silence_to_expect_is_its_own_clause() -> None:
    sent = plan("routing.expect", label=Label.OPEN, answers=(200, 417))
    assert failures(exchange(sent, failure="timeout")) == {"routing.expect"}
    assert [failures(exchange(sent, status, elapsed_ms=30.0)) for status in (200, 417)] == [set(), set()]
    late = exchange(sent, elapsed_ms=2_000.0, number=9)
    quick, slow = ([exchange(plan(), elapsed_ms=ms, number=n) for n in (1, 2)] for ms in (20.0, 2_000.0))
    assert failures(late, *quick) == {"routing.expect"}
    assert failures(late, *slow) == set()
