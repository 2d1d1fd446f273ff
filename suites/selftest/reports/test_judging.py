"""From verdicts to findings: which other plans belong to one."""

from __future__ import annotations

import pytest

from contracts.messages import Account, Exchange, OrderNeed, Outcome
from reports.judging import findings, verdicts
from suites.selftest.reports import samples

SHARED = Outcome(OrderNeed("shared-x", account=Account.OTHER, fate="open"), "shared", "m", read_back="closed")


def named(number: int, order_id: str, blanks: bytes = b"") -> Exchange:
    """A taken batch that names a shared order of the other account's, and one of its own that is called `a`."""
    own = Outcome(OrderNeed("a"), order_id, "m", read_back="closed")
    body = b'{"orders":[{"orderId":"{{order.shared-x}}"},{"orderId":"{{order.a}}"}]}' + blanks
    changes = {"orders": (SHARED.need, own.need), "body": body}
    sent = samples.plan("ownership.foreign-untouched", str(number), **changes)
    return samples.exchange(sent, number, outcomes=(SHARED, own), ids=("shared", order_id))


@pytest.mark.parametrize(("other", "belongs"), [("own", True), ("another", False)])
def test_a_plan_with_an_order_of_the_same_name_and_another_id_is_no_company(other: str, *, belongs: bool) -> None:
    """Its script would cancel the order of the witness before that is sent."""
    before, shown = named(1, other, blanks=b" " * 99), named(2, "own")  # the smallest is the witness
    found = [each for each in findings(verdicts((before, shown))) if each.clause.id == "ownership.foreign-untouched"]
    assert [each.witness for each in found] == [shown.plan]
    assert (before.plan in found[0].company) is belongs
