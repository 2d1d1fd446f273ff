"""The judges of disclosure, over hand-written exchanges; `test_disclosure_internals` has traces."""

from __future__ import annotations

import dataclasses
import gzip
import json
from typing import Any

import pytest

from contracts.messages import Account, Credentials, Exchange
from contracts.oracles.disclosure import MASKS, READ_MAX
from suites.selftest.contracts.written import JSON_REPLY, exchange, failures, outcome, plan, refusable, refusal, told

# --- each judge and its whole verdict ---------------------------------------------------------------------------------

OTHER = Account.OTHER
TEXT = (("Content-Type", "text/plain"),)
SECRETS, INTERNALS, OTHERS = "disclosure.secrets", "disclosure.internals", "disclosure.others"


def says(text: str, status: int = 400, *headers: tuple[str, str], **more: Any) -> Exchange:
    asked = refusable(more.pop("clause", "size.over"), **more.pop("plan", {}))
    return exchange(asked, status, raw=text.encode(), headers=(*TEXT, *headers), **more)


PHP = "PHP Fatal error: x"
SHOWN = ("failed", "the answer 400 shows 'PHP Fatal error:'", "internals")
NOBODY: dict[str, Any] = {"account": Account.NOBODY}
ELSEWHERE: dict[str, Any] = {"plan": {"credentials": Credentials(elsewhere="query")}}
AS_OTHER: dict[str, Any] = {"account": OTHER, "plan": {"credentials": Credentials(OTHER, OTHER)}}
OWN_KEY, OTHER_KEY = MASKS["own-key"], MASKS["other-key"]
TO_NOBODY = ("failed", "the answer to nobody's key shows the key id of an account", "key id")
OF_ANOTHER = ("failed", "the answer shows the key id of another account", "key id")


@pytest.mark.parametrize(
    ("clause", "seen", "wanted"),
    [
        (SECRETS, says("no"), ("passed",)),
        (SECRETS, says(MASKS["secret"]), ("failed", "the answer 400 shows a secret", "secret")),
        (SECRETS, says(MASKS["signature"]), ("failed", "the answer 400 shows a signature", "signature")),
        (SECRETS, says(MASKS["signature"] + MASKS["secret"]), ("failed", "the answer 400 shows a secret", "secret")),
        (SECRETS, exchange(plan(), failure="timeout"), ("silent",)),
        (INTERNALS, says("no"), ("passed",)),
        (INTERNALS, says(PHP), SHOWN),
        (INTERNALS, says("a" * (READ_MAX - 50) + PHP), SHOWN),
        (INTERNALS, says("a" * READ_MAX + PHP), ("passed",)),
        (INTERNALS, exchange(plan(), failure="timeout"), ("silent",)),
        (
            INTERNALS,
            says("no", 400, ("X-A", "DEBUG=True"), ("X-B", "1")),
            ("failed", "the answer 400 shows 'DEBUG=True'", "internals"),
        ),
        (
            INTERNALS,
            says("at x", 400, ("X-A", "goroutine 1 [")),
            ("failed", "the answer 400 shows 'goroutine 1 ['", "internals"),
        ),
        (
            INTERNALS,
            says(f"/srv//{'y' * 60}"),
            ("failed", f"the answer 400 shows '/srv//{'y' * 54}'", "internals"),
        ),
        (
            INTERNALS,
            says('{"path":"\\/srv\\/\\/app.x"}'),
            ("failed", "the answer 400 shows '/srv//app.x'", "internals"),
        ),
        (
            INTERNALS,
            says('File \\"x.y\\", line 7'),
            ("failed", "the answer 400 shows 'File \"x.y\", line 7'", "internals"),
        ),
        (OTHERS, says("no"), ("passed",)),
        (OTHERS, says(OTHER_KEY), OF_ANOTHER),
        (OTHERS, says(OWN_KEY), ("passed",)),
        (OTHERS, says(OWN_KEY, **AS_OTHER), OF_ANOTHER),
        (OTHERS, says(OTHER_KEY, **AS_OTHER), ("passed",)),
        (OTHERS, says(OWN_KEY, account=OTHER), ("passed",)),
        (OTHERS, says("no", **NOBODY), ("passed",)),
        (OTHERS, says(OWN_KEY, **NOBODY), TO_NOBODY),
        (OTHERS, says(OTHER_KEY, **NOBODY), TO_NOBODY),
        (OTHERS, says(OTHER_KEY, **NOBODY, **ELSEWHERE), ("passed",)),
        (OTHERS, exchange(plan(), failure="timeout"), ("silent",)),
    ],
)
def test_an_answer_shows_nothing_that_is_not_the_askers(clause: str, seen: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(clause, seen) == wanted


def test_a_key_that_the_request_named_is_told_to_nobody_new() -> None:
    for seen in (says(OTHER_KEY), says(OTHER_KEY, **NOBODY)):
        in_header = dataclasses.replace(seen.request, headers=(("A", "x"), ("X-Also", OTHER_KEY)))
        in_two = dataclasses.replace(seen.request, headers=(("A", OTHER_KEY[:9]), ("B", OTHER_KEY[9:])))
        assert told(OTHERS, dataclasses.replace(seen, request=in_two))[0] == "failed"
        in_target = dataclasses.replace(seen.request, target=f"/?{OTHER_KEY}")
        assert told(OTHERS, dataclasses.replace(seen, request=in_header)) == ("passed",)
        assert told(OTHERS, dataclasses.replace(seen, request=in_target)) == ("passed",)


THEIRS = exchange(
    plan(), number=9, outcomes=(outcome(order_id="order-9", account=OTHER), outcome(order_id="", account=OTHER))
)
OURS = exchange(plan(), number=9, outcomes=(outcome(order_id="order-9"),))
IN_401 = ("failed", "the answer to wrong credentials shows an order id", "order id in 401")
ID = ("failed", "the answer shows an order id of another account", "order id")
MARKET = ("failed", "the answer shows the market of another account's order", "market")


@pytest.mark.parametrize(
    ("seen", "orders", "wanted"),
    [
        (says("order-9"), THEIRS, ID),
        (says("order-9"), OURS, ("passed",)),
        (says("order-8"), THEIRS, ("passed",)),
        (says("order-9", plan={"ids": ["order-9"]}), THEIRS, ("passed",)),
        (says("order-9", 401), OURS, IN_401),
        (says("order-9", 401), THEIRS, IN_401),
        (says("order-9", 401, plan={"ids": ["order-9"]}), OURS, ("passed",)),
        (says("no", 401), OURS, ("passed",)),
        (says("market-a", plan={"body": b"{}"}, outcomes=(outcome(account=OTHER),)), THEIRS, MARKET),
        (says("market-a", plan={"body": b"{}"}, outcomes=(outcome(),)), THEIRS, ("passed",)),
        (says("market-a", outcomes=(outcome(account=OTHER),)), THEIRS, ("passed",)),
        (
            says("market-b", plan={"body": b"{}"}, outcomes=(outcome(account=OTHER, order_id="q9"),)),
            THEIRS,
            ("passed",),
        ),
    ],
)
def test_an_answer_shows_no_order_of_another(seen: Exchange, orders: Exchange, wanted: tuple[str, ...]) -> None:
    assert told(OTHERS, seen, orders) == wanted


@pytest.mark.parametrize("clause", [SECRETS, INTERNALS, OTHERS])
def test_what_is_no_text_is_read_all_the_same(clause: str) -> None:
    seen = exchange(refusable("size.over", body=b"\xff"), 400, raw=b"\xff", headers=JSON_REPLY)
    assert told(clause, seen, THEIRS) == ("passed",)
    packed = (*TEXT, ("Content-Encoding", "gzip"))
    unread = exchange(refusable("size.over"), 400, raw=PHP.encode(), headers=packed)
    assert told(INTERNALS, unread) == SHOWN
    assert told(INTERNALS, exchange(unread.plan, 400, raw=gzip.compress(PHP.encode()), headers=packed)) == SHOWN


# --- all judges and one answer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["secret", "signature"])
def test_a_masked_secret_in_an_answer_is_found(what: str) -> None:
    assert failures(refusal(f"got {MASKS[what]}")) == {"disclosure.secrets"}
    assert failures(refusal("no", "", ("X-Echo", MASKS[what]))) == {"disclosure.secrets"}


def test_the_other_accounts_key_is_found_and_ones_own_is_not() -> None:
    assert failures(refusal(MASKS["other-key"])) == {"disclosure.others"}
    assert failures(refusal(MASKS["own-key"])) == set()
    to_other = refusal(MASKS["own-key"])
    request = dataclasses.replace(to_other.request, account=Account.OTHER)
    sent = dataclasses.replace(to_other.plan, credentials=Credentials(Account.OTHER, Account.OTHER))
    assert failures(dataclasses.replace(to_other, request=request, plan=sent)) == {"disclosure.others"}


def test_a_key_in_the_answer_to_nobody_is_found() -> None:
    sent = refusable("credentials.key-present", (401,), credentials=Credentials(drop=("X-PM-Access-Key",)))
    shown = exchange(sent, 401, raw=MASKS["own-key"].encode(), headers=(), account=Account.NOBODY)
    assert failures(shown) == {"disclosure.others"}


def test_a_key_id_that_was_sent_is_shown_to_nobody_new() -> None:
    key = MASKS["other-key"]
    beside = exchange(plan("routing.query"), 400, raw=json.dumps({"message": f"no query {key}"}).encode())
    assert failures(beside) == {"disclosure.others"}
    sent = dataclasses.replace(beside.request, target=f"{beside.request.target}?key={key}")
    assert "disclosure.others" not in failures(dataclasses.replace(beside, request=sent))


def test_an_order_id_of_another_account_is_found() -> None:
    theirs = exchange(plan(), outcomes=(outcome("open", "open", account=Account.OTHER, order_id="theirs-1"),))
    assert failures(refusal("there is theirs-1"), theirs) == {"disclosure.others"}
    assert failures(refusal("there is theirs-1", "theirs-1"), theirs) == set()


@pytest.mark.parametrize("order_id", ["3", "10017"])
def test_an_order_id_that_stands_in_any_answer_by_chance_is_none(order_id: str) -> None:
    theirs = exchange(plan(), outcomes=(outcome("open", "open", account=Account.OTHER, order_id=order_id),))
    assert failures(refusal(f"code {order_id}"), theirs) == set()


def test_an_order_id_inside_a_longer_word_is_none() -> None:
    theirs = exchange(plan(), outcomes=(outcome("open", "open", account=Account.OTHER, order_id="order-1"),))
    assert failures(refusal("there is order-12"), theirs) == set()
    assert failures(refusal("there is order-1, too"), theirs) == {"disclosure.others"}


def test_the_market_of_another_accounts_order_is_found() -> None:
    theirs = outcome("open", "open", account=Account.OTHER, order_id="b")
    assert failures(dataclasses.replace(refusal("its market is market-a"), outcomes=(theirs,))) == {"disclosure.others"}


def test_a_market_that_any_refusal_lists_is_no_secret() -> None:
    theirs = outcome("open", "open", account=Account.OTHER, order_id="b")
    shown = dataclasses.replace(refusal("markets: market-a"), outcomes=(theirs,))
    listed = dataclasses.replace(refusal("markets: market-a"), number=7)
    assert failures(shown, listed) == set()


@pytest.mark.parametrize(("body", "told"), [({"orderId": "order-77"}, True), ({"orderId": "order-78"}, False)])
def test_an_order_id_in_the_answer_to_wrong_credentials_is_found(body: dict[str, str], *, told: bool) -> None:
    orders = exchange(plan("outcome.cancelled"), outcomes=(outcome(order_id="order-77"),), number=1)
    answer = exchange(refusable("credentials.key-known", (401,)), 401, raw=json.dumps(body).encode(), number=2)
    assert ("disclosure.others" in failures(answer, orders)) is told
