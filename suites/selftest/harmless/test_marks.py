"""The mark: which open orders are ours beyond doubt, which may be, and which are not."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.messages import Account
from suites.harmless import marks
from suites.harmless.journal import Intent
from suites.harmless.marks import Whose, expires, whose

EXPIRY = "2026-11-24T16:05:07.123Z"
INTENT = Intent(1, Account.OWN, ("m", "n"), "0.01", 1, EXPIRY, 0)
ORDER = {
    "id": "x",
    "marketSlug": "n",
    "price": {"value": "0.01", "currency": "USD"},
    "quantity": 1,
    "goodTillTime": EXPIRY,
}


def without(name: str) -> dict[str, Any]:
    """An order that does not show one of its members."""
    return {key: value for key, value in ORDER.items() if key != name}


@pytest.mark.parametrize(
    ("order", "verdict"),
    [
        (ORDER, Whose.OURS),
        (ORDER | {"goodTillTime": "2026-11-24T16:05:07.123000Z"}, Whose.OURS),
        (ORDER | {"goodTillTime": "2026-11-24T17:05:07.123+01:00"}, Whose.OURS),
        (ORDER | {"price": {"value": "0.0100", "currency": "USD"}, "quantity": 1.0}, Whose.OURS),
        (ORDER | {"price": "0.01"}, Whose.OURS),
        (ORDER | {"goodTillTime": "2026-11-24T16:05:07.124Z"}, Whose.UNKNOWN),
        (ORDER | {"goodTillTime": "2026-11-24T16:05:07Z"}, Whose.UNKNOWN),
        (ORDER | {"goodTillTime": ""}, Whose.UNKNOWN),
        (ORDER | {"goodTillTime": None}, Whose.UNKNOWN),
        (ORDER | {"goodTillTime": 1764000000}, Whose.UNKNOWN),
        (without("goodTillTime"), Whose.UNKNOWN),
        (without("price"), Whose.UNKNOWN),
        (without("quantity"), Whose.UNKNOWN),
        (without("marketSlug"), Whose.UNKNOWN),
        (ORDER | {"price": {"value": "0.02", "currency": "USD"}}, Whose.OTHERS),
        (ORDER | {"quantity": 2}, Whose.OTHERS),
        (ORDER | {"marketSlug": "o"}, Whose.OTHERS),
        (ORDER | {"goodTillTime": "2026-11-24T16:05:08.123Z"}, Whose.OTHERS),
        (ORDER | {"goodTillTime": "2026-11-25T16:05:07.123Z"}, Whose.OTHERS),
    ],
)  # fmt: skip
def test_an_order_is_ours_by_everything_that_it_shows_or_not_at_all(order: dict[str, Any], verdict: Whose) -> None:
    assert whose(order, INTENT) is verdict


@pytest.mark.parametrize("none", [None, "", "0001-01-01T00:00:00Z"])
def test_at_a_target_that_shows_expiries_an_order_without_is_not_ours(none: str | None) -> None:
    order = ORDER | {"goodTillTime": none}
    assert expires(ORDER)
    assert not expires(order)
    assert whose(order, INTENT) is Whose.UNKNOWN
    assert whose(order, INTENT, shown=True) is Whose.OTHERS
    assert whose(ORDER, INTENT, shown=True) is Whose.OURS


def test_without_an_expiry_nothing_is_proof() -> None:
    intent = Intent(1, Account.OWN, ("n",), "0.01", 1, "", 0)
    assert whose(without("goodTillTime"), intent) is Whose.UNKNOWN
    assert whose(ORDER, intent) is Whose.OTHERS


ANYTHING: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.lists(st.integers()), st.just({})
)


@given(st.sampled_from(sorted(set(ORDER) - {"id"})), ANYTHING)
def test_an_odd_order_is_never_ours(name: str, value: Any) -> None:
    if (
        value != ORDER[name]
        and not (name == "quantity" and value is True)
        and not (name == "price" and value in ("0.01", 0.01))
    ):
        assert whose(ORDER | {name: value}, INTENT) is not Whose.OURS


def test_expiries_are_hours_away_and_never_the_same() -> None:
    drawn = [marks.drawn() for _ in range(200)]
    assert len(set(drawn)) > 195
    now = datetime.fromtimestamp(time.time(), UTC)
    for each in drawn:
        assert each.endswith("Z")
        ahead = datetime.fromisoformat(each) - now
        assert timedelta(hours=1, minutes=59) < ahead < timedelta(hours=3, minutes=1)
