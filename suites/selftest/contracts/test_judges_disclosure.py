"""The judges of disclosure, each with its whole verdict, over hand-written exchanges; `test_disclosure` has traces."""

from __future__ import annotations

import dataclasses
import gzip
from typing import Any

import pytest

from contracts.messages import Account, Credentials, Exchange
from contracts.oracles.disclosure import MASKS, READ_MAX
from suites.selftest.contracts.written import JSON_REPLY, exchange, outcome, plan, refusable, told

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
