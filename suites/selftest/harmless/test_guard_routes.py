"""The guard: whatever a plan or the desk sends, it goes to where it can do no harm to others, or stays here."""

from __future__ import annotations

import json
import posixpath
import re
import urllib.parse
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.messages import PATH, Account, Credentials, Exchange, Plan
from suites import gate
from suites.harmless.guard import ORDERS_MAX, Guard, Refused
from suites.run import needs_of
from suites.selftest.harmless.guards import FOREIGN, guarding, journal_with, refused
from suites.selftest.sending.servers import OK, sends, serving, target_at
from suites.sending.pacing import Pace
from suites.sending.transport import Transport
from suites.strategies.batches import body_of as batch_of
from suites.strategies.batches import entry

OWN = Account.OWN


# --- where it goes ----------------------------------------------------------------------------------------------------

ACTING = re.compile(r"/v1/orders(?:/batched(?:/modify)?|/open(?:/cancel)?)?|/v1/order/.*", re.DOTALL)
"""Every route that changes something, or could, but the operation's own."""


def routes(path: str) -> set[str]:
    """What servers, proxies and frameworks take a path for, written down without a look at the guard."""
    found = {path.lower()}
    for _ in range(3):
        found |= {urllib.parse.unquote(each) for each in found}
        found |= {each.replace("\\", "/") for each in found}
        found |= {re.split(r"[?#\0]", each)[0] for each in found}
        found |= {each.split(";")[0] for each in found}
        found |= {re.sub(r";[^/]*", "", each) for each in found}
        found |= {re.sub("/+", "/", each) for each in found}
        found |= {posixpath.normpath(each) for each in found if each.startswith("/")}
        found |= {"/" + posixpath.normpath(each).lstrip("/") for each in found}
        found |= {each.rstrip("/. \t\r\n%") for each in found}
    return found


SEGMENTS = st.sampled_from(
    [
        *("v1", "orders", "order", "batched", "cancel", "open", "modify", "close-position", "preview", "x", "Orders"),
        *("..", ".", "", "%2e%2e", "%62atched", "ope%6e", ";x=1", "cancel;", "batched;y", "batched%3f", "batched%00"),
        *("cancel#", "%2f"),
    ]
)


@given(
    st.lists(SEGMENTS, max_size=9),
    st.sampled_from(["/", "//", "\\", "%2f", "%5c", "%252f"]),
    st.sampled_from(["", "?", "?x=/v1/orders/open/cancel", "?y=1"]),
)
def test_a_path_that_anybody_could_take_for_another_route_is_refused(
    segments: list[str], slash: str, query: str
) -> None:
    path = "/" + slash.join(segments) + query
    if any(ACTING.fullmatch(each) for each in routes(path)) or "open" in query:
        assert refused(guarding(), Plan("routing.x/y", "", path=path)), path


@pytest.mark.parametrize(
    "path",
    [
        "/v1/orders/open/cancel",
        "/v1/orders",
        "/v1/orders/batched",
        "/v1/orders/batched/modify",
        "/v1/order/close-position",
        "/v1/order/preview",
        "/v1/order/x/cancel",
        "/v1/order/x/modify",
        "/v1/orders/batched/cancel/../../open/cancel",
        "/v1/orders/open/cancel;/../../batched/cancel",
        "/v1/orders/open/cancel%3f/../../../batched/cancel",
        "/v1/orders/batched%3f/cancel",
        "/v1/orders/batched/cancel?a HTTP/1.1\r\nX-Original-URL: /v1/orders/open/cancel",
        "/v1/orders/batched/cancel\r\nX: y",
        "http://elsewhere/v1/orders/batched/cancel",
        "",
    ],
)  # fmt: skip
def test_another_route_is_refused_whatever_the_method(path: str) -> None:
    for method in ("POST", "GET", "DELETE"):
        assert refused(guarding(), Plan("routing.x/y", "", path=path, method=method)), path


@pytest.mark.parametrize("name", ["X-Original-URL", "X-Rewrite-URL", "Referer", "X-Anything"])
@pytest.mark.parametrize(
    "where", ["/v1/orders/open/cancel", "v1/orders/open/cancel", "https://h/v1/orders/open/cancel", "%2fv1%2forders"]
)
def test_a_header_that_points_to_another_route_is_refused(name: str, where: str) -> None:
    assert refused(guarding(), Plan("routing.x/y", "", headers=((name, where),)))
    assert refused(guarding(), Plan("routing.x/y", "", credentials=Credentials(repeat=((name, where),))))
    assert not refused(guarding(), Plan("routing.x/y", "", headers=((name, "/v1/ws/private"),)))


# --- the desk ---------------------------------------------------------------------------------------------------------

ORDER = {
    "marketSlug": "market-a",
    "type": "ORDER_TYPE_LIMIT",
    "price": {"value": "0.01", "currency": "USD"},
    "quantity": 1,
    "tif": "TIME_IN_FORCE_GOOD_TILL_CANCEL",
    "participateDontInitiate": True,
    "intent": "ORDER_INTENT_BUY_LONG",
    "manualOrderIndicator": "MANUAL_ORDER_INDICATOR_AUTOMATIC",
}


def desk_refused(guard: Guard, method: str, path: str, value: Any = None) -> bool:
    """Whether a request of the desk stays here."""
    try:
        guard.check(
            Plan(f"desk {method}", "", method=method),
            path,
            b"" if value is None else json.dumps(value).encode(),
            desk=True,
        )
    except Refused:
        return True
    return False


def test_the_desk_cancels_what_is_in_the_journal_and_nothing_else() -> None:
    guard = Guard(target_at(), journal_with("mine", "a/b"))
    assert not desk_refused(guard, "POST", PATH, {"orders": [entry("mine", "market-a")]})
    assert not desk_refused(guard, "POST", "/v1/order/a%2Fb/cancel", {"marketSlug": "market-a"})
    assert desk_refused(guard, "POST", PATH, {"orders": [entry("mine", "m"), entry("not-mine", "m")]})
    assert desk_refused(guard, "POST", "/v1/order/not-mine/cancel", {"marketSlug": "m"})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/orders/open/cancel"),
        ("POST", "/v1/orders/batched/modify"),
        ("POST", "/v1/order/mine/modify"),
        ("POST", "/v1/order/close-position"),
        ("DELETE", "/v1/orders/open"),
        ("PUT", "/v1/order/mine"),
    ],
)
def test_the_desk_has_no_other_request(method: str, path: str) -> None:
    assert desk_refused(Guard(target_at(), journal_with("mine")), method, path, {})


@pytest.mark.parametrize(
    "change",
    [
        {"type": "ORDER_TYPE_MARKET"},
        {"participateDontInitiate": False},
        {"intent": "ORDER_INTENT_SELL_LONG"},
        {"price": {"value": "0.99", "currency": "USD"}},
        {"quantity": 100},
        {"marketSlug": "another"},
        {"cashOrderQty": {"value": "5", "currency": "USD"}},
        {"action": "ORDER_ACTION_SELL", "outcomeSide": "OUTCOME_SIDE_YES"},
    ],
    ids=str,
)  # fmt: skip
def test_the_desk_places_small_resting_buys_that_are_in_the_journal(change: dict[str, Any]) -> None:
    guard = Guard(target_at())
    assert desk_refused(guard, "POST", "/v1/orders", ORDER)  # it is not in the journal
    guard.journal.intend(OWN, ["market-a"], "0.01", 1, "")
    assert not desk_refused(guard, "POST", "/v1/orders", ORDER)
    assert not desk_refused(guard, "POST", "/v1/orders/batched", {"orders": [ORDER]})
    assert desk_refused(guard, "POST", "/v1/orders/batched", {"orders": [ORDER, ORDER]})
    assert desk_refused(guard, "POST", "/v1/orders", ORDER | change)
    assert desk_refused(guard, "POST", "/v1/orders/batched", {"orders": [ORDER | change]})


def test_no_run_places_more_orders_than_it_may() -> None:
    guard = Guard(target_at(), journal_with(*map(str, range(ORDERS_MAX))))
    assert ORDERS_MAX == 60
    guard.journal.intend(OWN, ["market-a"], "0.01", 1, "")
    assert desk_refused(guard, "POST", "/v1/orders", ORDER)


def test_the_gate_needs_no_more_orders_than_a_run_may_place() -> None:
    plans = gate.plans(1)
    slots = {
        ("" if need.name.startswith("shared-") else plan.name, need.name) for plan in plans for need in needs_of(plan)
    }
    assert len(slots) <= ORDERS_MAX


def test_a_refusal_names_its_plan_and_says_why() -> None:
    plan = Plan("echo.order/mine", "", body=batch_of([entry(FOREIGN[0], "m")]))
    says = f"echo.order/mine was not sent: it names {FOREIGN[0]}, an order that the suite did not place"
    with pytest.raises(Refused, match=re.escape(says)):
        guarding(FOREIGN[0]).check(plan, plan.path, plan.body or b"")


def test_what_is_refused_does_not_leave_and_is_no_exchange() -> None:
    recorded: list[Exchange] = []
    with serving(sends(OK)) as (url, requests):
        way = Transport(target_at(url), Pace(0), recorded.append, guarding(FOREIGN[0]))
        with pytest.raises(Refused):
            way.send(Plan("echo.order/mine", "", body=batch_of([entry(FOREIGN[0], "m")])))
        with pytest.raises(Refused):
            way.call("POST", "/v1/orders/open/cancel", OWN, {})
        way.close()
    assert (requests, recorded) == ([], [])
