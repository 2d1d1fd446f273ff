"""The judges of credentials, over hand-written exchanges."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.messages import Account, Credentials, Exchange, Label, OrderNeed
from contracts.signing import HEADER_SIGNATURE, HEADERS
from suites.selftest.contracts.written import exchange, failures, outcome, plan, refusable, told, verdict, word

# --- each judge and its whole verdict ---------------------------------------------------------------------------------

OTHER = Account.OTHER
NOTHING_ELSE, DIFFERING = "credentials.nothing-else", "credentials.differing-headers"
BESIDE: dict[str, Any] = {"label": Label.OPEN, "credentials": Credentials(beside=True)}
ASKED = plan("routing.query", ["z"], kind="another key in the query", **BESIDE)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (exchange(refusable(NOTHING_ELSE, (401,), kind="a cookie"), 401), ("passed",)),
        (
            exchange(refusable(NOTHING_ELSE, (401,), kind="a cookie")),
            ("failed", "a cookie was taken (200)", "taken: a cookie"),
        ),
        (exchange(ASKED), ("silent",)),
        (exchange(ASKED, 401, outcomes=(outcome("open", "closed", account=OTHER),)), ("silent",)),
        (exchange(ASKED, outcomes=(outcome("open", account=OTHER),)), ("silent",)),
        (exchange(ASKED, outcomes=(outcome("open", "closed"),)), ("silent",)),
        (exchange(ASKED, outcomes=(outcome("open", "open", account=OTHER),)), ("passed",)),
        (
            exchange(ASKED, outcomes=(outcome("open", "closed", account=OTHER),)),
            ("failed", "another key in the query, cancelled that order", "acts: another key in the query"),
        ),
    ],
)
def test_nothing_beside_the_three_headers_says_who_asks(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(NOTHING_ELSE, seen) == wanted


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (exchange(plan()), ("passed",)),
        (exchange(refusable("size.over")), ("passed",)),
        (exchange(refusable("size.over"), 400), ("silent",)),
        (exchange(plan(kind=""), 401), ("failed", "right credentials were answered 401 (a plain batch)", "refused")),
        (
            exchange(refusable("size.over"), 403),
            ("failed", "right credentials were answered 403 (a written batch)", "refused"),
        ),
        (
            exchange(refusable("size.over", (400, 413)), 401),
            ("failed", "right credentials were answered 401 (a written batch)", "refused"),
        ),
        (
            exchange(refusable("size.over", (400, 415)), 401),
            ("failed", "right credentials were answered 401 (a written batch)", "refused"),
        ),
        (exchange(refusable("size.over", (400, 401)), 401), ("silent",)),
        (exchange(plan(answers=(200, 411)), 401), ("silent",)),
        (exchange(plan(label=Label.OPEN), 401), ("silent",)),
        (exchange(plan(), 401, failure="torn"), ("silent",)),
    ],
)
def test_right_credentials_are_taken_whatever_the_body_is(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told("credentials.right-taken", seen) == wanted


TWICE = plan(DIFFERING, ["z"], label=Label.OPEN, kind="two keys", orders=(OrderNeed("z", account=OTHER, fate="open"),))
UNLAWFUL = refusable(DIFFERING, (401,), kind="two keys")


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (exchange(TWICE), ("passed",)),
        (exchange(TWICE, 401), ("passed",)),
        (exchange(TWICE, outcomes=(outcome("open", "open"),)), ("passed",)),
        (exchange(TWICE, outcomes=(outcome("open"),)), ("passed",)),
        (
            exchange(TWICE, 401, outcomes=(outcome("open", "closed"),)),
            ("failed", "two keys cancelled another account's order", "acts: two keys"),
        ),
        (exchange(UNLAWFUL), ("failed", "two keys was taken (200)", "taken: two keys")),
        (exchange(UNLAWFUL, 401), ("passed",)),
        (exchange(UNLAWFUL, 429), ("silent",)),
        (exchange(refusable("credentials.key-known", (401,))), ("silent",)),
    ],
)
def test_of_two_values_neither_opens_a_door_that_it_alone_would_not(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(DIFFERING, seen) == wanted


BOTH_WRONG = refusable("credentials.both-wrong", (400, 401))


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (exchange(BOTH_WRONG, 400), ("passed", "the body")),
        (exchange(BOTH_WRONG, 401), ("passed", "the credentials")),
        (exchange(BOTH_WRONG, 403), ("passed", "neither")),
        (exchange(BOTH_WRONG, 429), ("silent",)),
        (exchange(refusable("size.over"), 400), ("silent",)),
    ],
)
def test_which_is_checked_first_is_asked_where_both_are_wrong(seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told("credentials.which-first", seen) == wanted


def test_wrong_credentials_that_only_others_let_in_are_named_with_what_they_were_sent_behind() -> None:
    clause = "credentials.each-request"
    wrong = refusable("credentials.key-known", (401,), kind="no key", credentials=Credentials(key_text="unknown"))
    message = "behind others, no key was answered 200; alone on a fresh connection it is refused"
    assert told(clause, exchange(wrong, alone="differs")) == ("failed", message, "taken behind others")
    assert told(clause, exchange(wrong, alone="same")) == ("silent",)
    assert told(clause, exchange(refusable(clause, (401,)), 401)) == ("passed",)


# --- all judges and one answer ----------------------------------------------------------------------------------------

ALTERED = Credentials(signature="first bit of S")


def unauthorized(clause: str = "credentials.signature-altered", credentials: Credentials = ALTERED) -> Exchange:
    return exchange(refusable(clause, (401,), credentials=credentials), 401)


def answered(seen: Exchange, status: int, **more: object) -> Exchange:
    """The same plan with another answer."""
    return exchange(seen.plan, status, number=seen.number, **more)  # type: ignore[arg-type]  # as exchange has them


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


def test_an_account_that_is_named_beside_right_credentials_is_not_acted_for() -> None:
    beside = {"label": Label.OPEN, "credentials": Credentials(beside=True)}
    asked = plan("routing.query", ["z"], orders=(OrderNeed("z", account=OTHER, fate="open"),), **beside)
    gone, there = (outcome("open", word, order_id="z", account=OTHER) for word in ("closed", "open"))
    assert failures(exchange(asked, outcomes=(gone,))) == {"credentials.nothing-else", "ownership.foreign-untouched"}
    assert word("credentials.nothing-else", exchange(asked, outcomes=(there,))) == "passed"
    assert word("credentials.nothing-else", exchange(asked, 401, outcomes=(there,))) == "silent"
